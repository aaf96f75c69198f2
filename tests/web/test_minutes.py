"""Minutes and tasks as pages: written by forms without JavaScript, kept while one types, approved, sent."""

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import read_date
from kdflow.domain.sag import StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.store import definitions
from tests import make
from tests.web.forms import form, forms, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House, Walker
from tests.web.test_agenda import DESK, MEETING, accepted, day, key, said

MINUTES = f"{MEETING}/referat"
EVENTUELT = "standing:eventuelt"


def held(house: House, *titles: str, closed: bool = False) -> list[Walker]:
    """Sager on the agenda of the meeting of 13 March, on that very day."""
    found = [accepted(house, title, closed=closed) for title in titles]
    day(house, "2020-03-13")
    return found


def point_form(client: TestClient, point: str, page: str = MINUTES) -> dict[str, str]:
    """The form of the minutes, sent by a button at a point."""
    return {**form(client.get(page).text, "/skriv"), "at": point}


def named(point: str, **values: str) -> dict[str, str]:
    """Fields of a point."""
    return {f"{point}.{name.replace('_', '-')}": value for name, value in values.items()}


def point_text(html: str, point: str) -> str:
    """What one point of the minutes says."""
    return text_of(html.split(f'id="punkt-{point.replace(":", "-")}"')[1].split('class="point minutes-point')[0])


def typed(client: TestClient, point: str, **values: str) -> dict[str, str]:
    """The form of the minutes with what was typed at a point."""
    return {**point_form(client, point), **named(point, **values)}


def written(client: TestClient, text: str, point: str = EVENTUELT) -> str:
    answer = client.post(f"{MINUTES}/skriv", data=typed(client, point, text=text))
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


def approved(house: House) -> None:
    send(house.client(KARIN), MINUTES, "/til-formand")
    jens = house.client(JENS)
    answer = send(jens, f"{MINUTES}/godkend", "/godkend")
    if answer.url.path == "/bekraeft":  # a point is closed: in a demo a press is the proof
        answer = jens.post("/bekraeft", data=form(answer.text, "/bekraeft"))
    assert "Referatet er godkendt" in text_of(answer.text)


def sent(house: House, **more: str) -> str:
    answer = send(house.client(KARIN), f"{MINUTES}/udsend", "/udsend", **more)
    assert "Referatet er sendt ud" in text_of(answer.text), text_of(answer.text)
    return answer.url.path


# --- who may --------------------------------------------------------------------------------------


def test_minutes_are_for_those_who_look_after_the_body(house: House) -> None:
    held(house, "En sag")
    for who in (IDA, LARS):
        for page in (MINUTES, f"{MINUTES}/beslut", f"{MINUTES}/udsend", f"{MINUTES}/godkend"):
            assert house.client(who).get(page).status_code == 403
        karin = point_form(house.client(KARIN), EVENTUELT)
        stranger = house.client(who)
        token = form(stranger.get("/opgaver").text, "/log-ud")["token"]
        for at in ("skriv", "deltagere", "til-formand", "godkend", "udsend", "aabn", "opgave", "beslut-alle"):
            mine = named(EVENTUELT, task_person="Ida Sagsejer", task_text="x", text="x")
            fields = {**karin, **mine, "token": token, "digest": "x", "reason": "x"}
            assert stranger.post(f"{MINUTES}/{at}", data=fields).status_code in (403, 422), at
        untouched = {name: karin[name] for name in ("key", "version", "at")} | {"token": token}
        assert stranger.post(f"{MINUTES}/skriv", data=untouched, follow_redirects=False).status_code == 403
    assert house.client(KARIN).get(f"{MINUTES}/godkend").status_code == 403
    assert house.client().get(MINUTES, follow_redirects=False).status_code == 303
    assert house.client(KARIN).get("/moeder/findes-ikke/referat").status_code == 404
    assert house.client(KARIN).get(f"{MINUTES}/1").status_code == 404


def test_before_the_meeting_nothing_is_written_but_who_comes(house: House) -> None:
    accepted(house, "En sag")
    assert "Mødet er ikke begyndt endnu" in said(house.client(KARIN), MINUTES)
    ours = [at for at, _ in forms(house.client(KARIN).get(MINUTES).text) if at.startswith("/moeder")]
    assert ours == [f"{MINUTES}/deltagere"]


# --- who was there --------------------------------------------------------------------------------


def test_attendance_is_prefilled_and_told(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    assert form(karin.get(MINUTES).text, "/deltagere")["here.jens"] == "1"
    assert "Deltagerne er gemt." in text_of(send(karin, MINUTES, "/deltagere", here__jens="").text)
    added = send(karin, MINUTES, "/deltagere", name="Ole Vikar", part="substitute", stands_for="jens")
    assert "Ole Vikar Suppleant for Jens Formand" in text_of(added.text)
    guest = send(karin, MINUTES, "/deltagere", name="Gitte Gæst", part="guest", point=EVENTUELT)
    assert "Gitte Gæst Gæst, punkt" in text_of(guest.text)
    refused = send(karin, MINUTES, "/deltagere", name="Kurt Uden Del")
    assert refused.status_code == 422
    assert "Vælg, hvad vedkommende var på mødet." in text_of(refused.text)
    assert 'value="Kurt Uden Del"' in refused.text
    gone = karin.post(
        f"{MINUTES}/deltager-vaek", data={**form(karin.get(MINUTES).text, "/deltagere"), "place": "0"}
    )
    assert "Deltageren er fjernet." in text_of(gone.text)


def test_who_is_absent_is_kept_with_whichever_button_of_the_attendance(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)

    def pressed(button: str, **values: str) -> str:
        fields = form(karin.get(MINUTES).text, "/deltagere")
        return text_of(karin.post(f"{MINUTES}/{button}", data=fields | values).text)

    vikar = {"here.jens": "", "name": "Ole Vikar", "part": "substitute", "stands_for": "jens"}
    assert "Ole Vikar Suppleant for Jens Formand" in pressed("deltager", **vikar)
    assert "Jens Formand Afbud" in said(karin, MINUTES)
    assert "Skriv navnet" in pressed("deltager", part="guest")
    left = pressed("deltager-vaek", **{"here.jens": "1", "place": "0"})
    assert "Jens Formand Afbud" not in left
    assert "Ole Vikar" not in left


# --- written as one types -------------------------------------------------------------------------


def test_a_text_is_kept_by_a_button_and_is_there_after_a_reload(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    assert "Teksten er gemt." in written(karin, "Intet at bemærke.")
    assert point_form(karin, EVENTUELT)[f"{EVENTUELT}.text"] == "Intet at bemærke."
    assert "Gemt kl. 10" in said(karin, MINUTES)


def test_a_script_gets_one_line_and_the_next_version(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    fields = typed(karin, EVENTUELT, text="Mens jeg skriver")
    answer = karin.post(f"{MINUTES}/skriv", data=fields, headers={"hx-request": "true"})
    assert text_of(answer.text) == "Gemt kl. 10"
    assert 'data-version="1"' in answer.text
    assert "<html" not in answer.text


def test_two_people_at_one_point_overwrite_nothing_and_both_texts_are_shown(house: House) -> None:
    held(house, "En sag")
    karin, jens = house.client(KARIN), house.client(JENS)
    mine, theirs = point_form(karin, EVENTUELT), point_form(jens, EVENTUELT)
    jens.post(f"{MINUTES}/skriv", data={**theirs, **named(EVENTUELT, text="Jens' tekst")})
    conflict = {**mine, **named(EVENTUELT, text="Karins tekst")}
    answer = karin.post(f"{MINUTES}/skriv", data=conflict)
    assert answer.status_code == 409
    text = text_of(answer.text)
    assert "Det skrev du Karins tekst" in text
    assert "Sådan står der nu Jens' tekst" in text
    again = form(answer.text, "/skriv")
    assert (again[f"{EVENTUELT}.text"], again[f"{EVENTUELT}.version"]) == ("Karins tekst", "1")
    piece = karin.post(f"{MINUTES}/skriv", data=conflict, headers={"hx-request": "true"})
    assert piece.status_code == 409
    assert "Jens' tekst" in text_of(piece.text)
    assert 'data-version="1"' in piece.text


def test_an_edit_after_the_lock_is_forbidden_with_an_explanation_and_nothing_is_lost(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    stale = point_form(karin, EVENTUELT)
    approved(house)
    answer = karin.post(f"{MINUTES}/skriv", data={**stale, **named(EVENTUELT, text="For sent")})
    assert answer.status_code == 403
    text = text_of(answer.text)
    assert "Referatet er godkendt og ligger fast" in text
    assert "åbn det igen med en begrundelse" in text
    assert "For sent" in text
    piece = karin.post(
        f"{MINUTES}/skriv", data={**stale, **named(EVENTUELT, text="For sent")}, headers={"hx-request": "true"}
    )
    assert piece.status_code == 403
    assert "Referatet er godkendt og ligger fast" in text_of(piece.text)
    assert all(not at.endswith("/skriv") for at, _ in forms(karin.get(MINUTES).text))


# --- one form: any button keeps all ---------------------------------------------------------------


@pytest.mark.parametrize("button", ["deltagere", "til-formand", "skriv", "videre", "beslut"])
def test_what_was_typed_at_one_point_is_kept_by_any_button_of_the_page(house: House, button: str) -> None:
    (walker,) = held(house, "En sag")
    karin, other = house.client(KARIN), key(walker)
    fields = {**typed(karin, EVENTUELT, text="Skrevet her."), "at": other, "to": "udsend"}
    answer = karin.post(f"{MINUTES}/{button}", data={**fields, f"{other}.note": "Enig."})
    assert answer.status_code == 200, text_of(answer.text)
    assert point_form(karin, EVENTUELT)[f"{EVENTUELT}.text"] == "Skrevet her."
    assert "Enig." in house.client(JENS).get(MINUTES).text


def test_ticks_are_kept_by_any_button_and_a_task_that_was_begun_stands_there_still(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    fields = typed(karin, EVENTUELT, task_text="Skriv et notat", remark_body="DASSOS")
    answer = karin.post(f"{MINUTES}/skriv", data={**fields, "here.jens": "", "name": "Gitte Gæst"})
    assert answer.status_code == 200
    text = text_of(answer.text)
    assert "Jens Formand Afbud" in text
    assert "Det, du har skrevet her, er ikke sendt endnu." in text
    again = {**form(answer.text, "/skriv"), "at": EVENTUELT}
    assert (again[f"{EVENTUELT}.task-text"], again["name"]) == ("Skriv et notat", "Gitte Gæst")
    given = karin.post(f"{MINUTES}/opgave", data={**again, **named(EVENTUELT, task_person="Ida Sagsejer")})
    assert "Opgave til Ida Sagsejer: Skriv et notat" in text_of(given.text)
    after = form(given.text, "/skriv")
    assert (after[f"{EVENTUELT}.task-text"], after[f"{EVENTUELT}.remark-body"]) == ("", "DASSOS")


def test_a_point_where_nothing_was_typed_is_not_written_though_another_wrote_there(house: House) -> None:
    (walker,) = held(house, "En sag")
    karin = house.client(KARIN)
    mine = typed(karin, key(walker), text="Karins tekst")
    written(house.client(JENS), "Jens' tekst")
    answer = karin.post(f"{MINUTES}/skriv", data=mine)
    assert answer.status_code == 200
    now = form(answer.text, "/skriv")
    assert now[f"{EVENTUELT}.text"] == "Jens' tekst"
    assert now[f"{key(walker)}.text"] == "Karins tekst"


def test_where_two_wrote_all_else_is_kept_and_the_button_waits(house: House) -> None:
    (walker,) = held(house, "En sag")
    karin, sag = house.client(KARIN), key(walker)
    mine = typed(karin, EVENTUELT, text="Karins tekst", task_person="Ida Sagsejer", task_text="Ring")
    written(house.client(JENS), "Jens' tekst")
    late = karin.post(f"{MINUTES}/opgave", data={**mine, **named(sag, text="Om sagen")})
    assert late.status_code == 409
    text = text_of(late.text)
    assert "Det skrev du Karins tekst Sådan står der nu Jens' tekst" in text
    assert "Opgave til Ida" not in text
    assert point_form(karin, sag)[f"{sag}.text"] == "Om sagen"
    again = {**form(late.text, "/skriv"), "at": EVENTUELT}
    assert again[f"{EVENTUELT}.task-text"] == "Ring"
    done = text_of(karin.post(f"{MINUTES}/opgave", data=again).text)
    assert "Opgave til Ida Sagsejer: Ring" in done
    assert point_form(karin, EVENTUELT)[f"{EVENTUELT}.text"] == "Karins tekst"


# --- decided --------------------------------------------------------------------------------------


def test_a_decision_is_prefilled_and_counts_when_it_is_recorded(house: House) -> None:
    (walker,) = held(house, "En sag")
    karin = house.client(KARIN)
    fields = point_form(karin, key(walker))
    assert fields[f"{key(walker)}.outcome"] == "drøftet"
    karin.post(f"{MINUTES}/skriv", data={**fields, **named(key(walker), text="Vi talte om det.")})
    assert "Beslutning: drøftet" not in said(karin, f"/sager/{walker.number}")
    fields = point_form(karin, key(walker))
    mine = named(key(walker), outcome="taget til efterretning", text="Ny tekst")
    answer = karin.post(f"{MINUTES}/beslut", data={**fields, **mine})
    assert answer.status_code == 200
    text = text_of(answer.text)
    assert "Beslutningen er registreret." in text
    assert "Taget til efterretning" in text
    assert point_form(karin, key(walker))[f"{key(walker)}.text"] == "Ny tekst"


def conditional(house: House) -> Walker:
    """A sag on the agenda of KD-Net that was submitted there on condition of KKR."""
    route, db = make.route("kkr > kdnet?", ref="betinget@1"), house.wiring.db
    with db.write() as tx:
        definitions.keep(tx, [route.workflow], make.NOW)
        tx.run("insert into appointment (person, office, body) values ('karin', 'secretary', 'kkr-midt')")
    walker = Walker(house.wiring, "En betinget sag", route.workflow.ref).write("kkr", "KKR godkender.")
    meeting, parts = MeetingId(MEETING.removeprefix("/moeder/")), ("KD-Net godkender.",)
    submit_ahead(db, walker.id, "kdnet", meeting, parts, version=None, key=walker.key(), by=IDA, now=walker.at)
    return walker.go("kdnet", "accept", KARIN)


@pytest.mark.parametrize(
    ("is_decided", "why"),
    [
        (False, "Sagen er indmeldt under forudsætning af KKR Midtjylland, som ikke har besluttet endnu."),
        (True, "KKR Midtjylland har besluttet, men har ikke sendt sagen videre endnu."),
    ],
)
def test_what_another_body_still_has_is_not_chosen_among_many(house: House, is_decided: bool, why: str) -> None:
    """And it is said why, where its decision would be recorded: as the command says it."""
    walker = conditional(house)
    if is_decided:
        walker.go("kkr", "submit", IDA, meeting="kkr-midt-2020-02-05").go("kkr", "accept", KARIN).on("2020-02-05")
        walker.go("kkr", "treat", KARIN).go("kkr", "decide", KARIN, outcome=Outcome.APPROVED)
    (other,) = held(house, "En anden sag")
    ahead, karin = sag_key(walker.id, StepSeq(2)), house.client(KARIN)
    page = karin.get(MINUTES).text
    assert "på én gang" not in text_of(page)  # for only one of them can be recorded now
    assert why in point_text(page, ahead)
    assert "Registrér beslutningen" not in point_text(page, ahead)
    assert "Registrér beslutningen" in point_text(page, key(other))
    html = karin.get(f"{MINUTES}/beslut").text
    fields = form(html, "/beslut-alle")
    assert f"item.{key(other)}" in fields
    assert f"item.{ahead}" not in fields
    assert why in text_of(html)
    refused = karin.post(f"{MINUTES}/beslut", data={**point_form(karin, ahead), f"{ahead}.outcome": "godkendt"})
    assert (refused.status_code, why in text_of(refused.text)) == (422, True)


def test_who_keeps_minutes_but_decides_nothing_there_is_not_asked_to(house: House) -> None:
    found = held(house, "Første sag", "Anden sag")
    with house.wiring.db.write() as tx:
        tx.run("insert into appointment (person, office, body) values ('ida', 'administrator', '*')")
    page = house.client(IDA).get(MINUTES).text
    assert "på én gang" not in text_of(page)
    for one in found:
        assert "Den beslutning skal registreres af andre." in point_text(page, key(one))
        assert "Registrér beslutningen" not in point_text(page, key(one))


def test_many_are_decided_in_one_command_or_none(house: House) -> None:
    first, second = held(house, "Første sag", "Anden sag")
    karin = house.client(KARIN)
    page = f"{MINUTES}/beslut"
    assert "Registrér 2 beslutninger på én gang" in said(karin, MINUTES)
    html = karin.get(page).text
    fields = form(html, "/beslut-alle")
    assert fields[f"item.{key(first)}"] == "1"
    refused = karin.post(f"{MINUTES}/beslut-alle", data={**fields, f"{key(second)}.outcome": ""})
    assert refused.status_code == 422
    text = text_of(refused.text)
    assert "Ingen beslutninger er registreret" in text
    assert "Anden sag: Vælg en beslutning" in text
    assert "Første sag: " not in text
    again = form(refused.text, "/beslut-alle")
    assert again[f"{key(first)}.outcome"] == "drøftet"
    none = {name: value for name, value in again.items() if not name.startswith("item.")}
    assert karin.post(f"{MINUTES}/beslut-alle", data=none).status_code == 422
    seen = karin.post(f"{MINUTES}/beslut-alle", data={**again, f"{key(second)}.outcome": "drøftet"})
    done = karin.post(f"{MINUTES}/beslut-alle", data={**form(seen.text, "/beslut-alle"), "trin": "gem"})
    assert "Beslutningerne er registreret." in text_of(done.text)
    assert "Der er ingen beslutninger at registrere" in said(karin, page)


def chosen(client: TestClient, **more: str) -> Response:
    """Press »Registrér de valgte beslutninger«."""
    return client.post(
        f"{MINUTES}/beslut-alle", data={**form(client.get(f"{MINUTES}/beslut").text, "-alle"), **more}
    )


def test_before_many_are_decided_one_reads_who_is_told_what_and_nothing_is_written(house: House) -> None:
    _, second = held(house, "Første sag", "Anden sag")
    karin = house.client(KARIN)
    before = house.dump()
    page = chosen(karin, **{f"{key(second)}.note": "Husk økonomien."})
    assert page.status_code == 200
    text = text_of(page.text)
    assert "Registrér 2 beslutninger Mødet i KD-Net" in text
    assert "Første sag Drøftet" in text
    assert "Anden sag Drøftet Husk økonomien." in text
    assert "Ida Sagsejer 2 ændringer" in text
    assert "Intet bliver sendt, før du trykker på »Registrér beslutningerne«." in text
    fields = form(page.text, "/beslut-alle")
    back = karin.post(f"{MINUTES}/beslut-alle", data={**fields, "trin": "ret"})
    assert form(back.text, "/beslut-alle")[f"{key(second)}.note"] == "Husk økonomien."
    assert house.dump() == before
    done = karin.post(f"{MINUTES}/beslut-alle", data={**fields, "trin": "gem"}, follow_redirects=False)
    after = house.dump()
    again = karin.post(f"{MINUTES}/beslut-alle", data={**fields, "trin": "gem"}, follow_redirects=False)
    assert (done.status_code, again.status_code) == (303, 303)
    assert house.dump() == after
    assert "Der er ingen beslutninger at registrere" in said(karin, f"{MINUTES}/beslut")


def test_when_others_are_told_than_was_seen_nothing_is_decided_and_it_is_shown_again(house: House) -> None:
    _, second = held(house, "Første sag", "Anden sag")
    karin = house.client(KARIN)
    fields = form(chosen(karin, **{f"{key(second)}.note": "Husk økonomien."}).text, "/beslut-alle")
    send(house.client(DORTE), f"/sager/{second.number}", "/foelg")
    before = house.dump()
    late = karin.post(f"{MINUTES}/beslut-alle", data={**fields, "trin": "gem"})
    assert late.status_code == 409
    assert house.dump() == before
    text = text_of(late.text)
    assert "Det er ikke længere det samme, der sker" in text
    assert "Husk økonomien." in text
    assert "Dorte" in text[text.index("Besked til") :]
    done = karin.post(f"{MINUTES}/beslut-alle", data={**form(late.text, "/beslut-alle"), "trin": "gem"})
    assert "Beslutningerne er registreret." in text_of(done.text)


def test_one_decision_among_many_is_recorded_at_once(house: House) -> None:
    held(house, "Eneste sag")
    assert "Beslutningerne er registreret." in text_of(chosen(house.client(KARIN)).text)


def test_the_title_of_a_closed_sag_is_not_in_what_is_told_and_is_proved_at_the_press(house: House) -> None:
    held(house, "Hemmelig sag", closed=True)
    held(house, "Åben sag")
    karin = house.client(KARIN)
    page = chosen(karin)
    text = text_of(page.text)
    assert "Åben sag" in text[text.index("Besked til") :]
    assert "Hemmelig" not in text[text.index("Besked til") :]
    answer = karin.post(f"{MINUTES}/beslut-alle", data={**form(page.text, "/beslut-alle"), "trin": "gem"})
    assert answer.url.path == "/bekraeft"
    assert "Beslutningerne er registreret." in text_of(send_on(karin, answer).text)


def send_on(client: TestClient, page: Response) -> Response:
    return client.post("/bekraeft", data=form(page.text, "/bekraeft"))


def test_a_decision_on_a_closed_sag_is_proved_first_and_the_text_is_kept(house: House) -> None:
    (walker,) = held(house, "Hemmelig sag", closed=True)
    karin = house.client(KARIN)
    fields = typed(karin, key(walker), text="Vi talte om det.")
    answer = karin.post(f"{MINUTES}/beslut", data=fields)
    assert answer.url.path == "/bekraeft"
    assert point_form(karin, key(walker))[f"{key(walker)}.text"] == "Vi talte om det."
    assert point_form(karin, key(walker))[f"{key(walker)}.outcome"] == "drøftet"  # not recorded yet


def test_a_decision_changed_after_the_approval_is_told(house: House) -> None:
    (walker,) = held(house, "En sag")
    approved(house)
    assert "Referatet er godkendt og ligger fast" in said(house.client(KARIN), f"{MINUTES}/beslut")
    walker.on("2020-03-13").go("kdnet", "treat", KARIN).go("kdnet", "decide", KARIN, outcome="drøftet")
    assert "En beslutning er ændret, siden referatet blev godkendt" in said(house.client(KARIN), MINUTES)
    assert "Det kan ikke sendes endnu" in said(house.client(KARIN), f"{MINUTES}/udsend")


# --- tasks and remarks ----------------------------------------------------------------------------


def test_a_task_is_given_done_with_one_click_and_taken_back(house: House) -> None:
    held(house, "En sag")
    karin, lars = house.client(KARIN), house.client(LARS)
    assert "Du har ingen opgaver" in said(lars, "/opgaver")
    unknown = typed(karin, EVENTUELT, task_person="Ukendt", task_text="Skriv et notat")
    refused = karin.post(f"{MINUTES}/opgave", data=unknown)
    assert refused.status_code == 422
    assert "Skriv et notat" in refused.text
    assert 'href="#referat-standing-eventuelt-task-person"' in refused.text
    right = named(EVENTUELT, task_person="lars fra anden kommune", task_due="1. april 2020")
    wanted = {**unknown, **right}
    given = karin.post(f"{MINUTES}/opgave", data=wanted)
    assert "Opgave til Lars Fra Anden Kommune senest onsdag den 1. april 2020: Skriv et notat" in text_of(
        given.text
    )
    text = said(lars, "/opgaver")
    assert "Skriv et notat" in text
    assert "Eventuelt, KD-Net 13. mar. 2020" in text
    assert "Du har én opgave fra møder" in said(lars, "/")
    done = send(lars, "/opgaver", "/opgaver/1")
    assert "Opgaven er løst." in text_of(done.text)
    undone = lars.post("/opgaver/1", data=form(done.text, "/opgaver/1"))
    assert "At gøre 1" in text_of(undone.text)
    stolen = {**form(karin.get("/opgaver").text, "/log-ud"), "key": "another-key", "done": "1"}
    assert karin.post("/opgaver/1", data=stolen).status_code == 404


def test_a_task_is_not_due_in_the_past_and_on_a_closed_day_only_when_that_is_meant(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    fields = typed(karin, EVENTUELT, task_person="Ida Sagsejer", task_text="Ring")
    late = karin.post(f"{MINUTES}/opgave", data={**fields, **named(EVENTUELT, task_due="12. marts 2020")})
    assert late.status_code == 422
    assert "Fristen er en dag, der er gået." in text_of(late.text)
    assert 'href="#referat-standing-eventuelt-task-due"' in late.text
    again = {**form(late.text, "/skriv"), "at": EVENTUELT}
    closed = karin.post(f"{MINUTES}/opgave", data={**again, **named(EVENTUELT, task_due="9. april 2020")})
    assert closed.status_code == 422
    assert "Fristen er en dag, hvor der ikke arbejdes." in text_of(closed.text)
    again = {**form(closed.text, "/skriv"), "at": EVENTUELT}
    given = karin.post(f"{MINUTES}/opgave", data={**again, **named(EVENTUELT, task_sure="1")})
    assert "Opgave til Ida Sagsejer senest torsdag den 9. april 2020: Ring" in text_of(given.text)


def test_a_remark_goes_to_the_group_that_was_named(house: House) -> None:
    (walker,) = held(house, "En sag")
    jens = house.client(JENS)
    wanted = typed(jens, key(walker), remark_body="dassos", remark_text="Husk tallene.")
    answer = jens.post(f"{MINUTES}/bemaerkning", data=wanted)
    assert "Bemærkning til DASSOS: Husk tallene." in text_of(answer.text)
    assert "Bemærkning fra KD-Net til DASSOS: En sag" in said(house.client(KARIN), "/beskeder")


def test_what_is_only_to_be_approved_is_prefilled_kept_by_a_button_and_can_be_cleared(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    first, second = "standing:godkendelse-af-dagsorden", "standing:godkendelse-af-referat"
    fields = point_form(karin, EVENTUELT)
    assert [fields[f"{one}.text"] for one in (first, second, EVENTUELT)] == ["Godkendt.", "Godkendt.", ""]
    karin.post(f"{MINUTES}/til-formand", data=fields)
    assert said(house.client(JENS), f"{MINUTES}/godkend").count("Godkendt.") == 2
    karin.post(f"{MINUTES}/skriv", data=typed(karin, first, text=""))
    assert point_form(karin, EVENTUELT)[f"{first}.text"] == ""


# --- approved and sent ----------------------------------------------------------------------------


def test_the_chair_reads_and_approves_by_one_form(house: House) -> None:
    held(house, "En sag")
    written(house.client(KARIN), "Det er en god tekst.")
    jens = house.client(JENS)
    assert "Sekretariatet er ikke færdigt" in said(jens, f"{MINUTES}/godkend")
    send(house.client(KARIN), MINUTES, "/til-formand")
    assert "Godkend referatet fra KD-Net" in said(jens, "/beskeder")
    page = jens.get(f"{MINUTES}/godkend")
    assert "Det er en god tekst." in text_of(page.text)
    stale = form(page.text, "/godkend")
    written(house.client(KARIN), "Det er en anden tekst.")
    refused = jens.post(f"{MINUTES}/godkend", data=stale)
    assert refused.status_code == 409
    assert "Det er en anden tekst." in text_of(refused.text)
    assert jens.post(f"{MINUTES}/godkend", data=form(refused.text, "/godkend")).status_code == 200
    assert "Godkendt fredag den 13. marts 2020" in said(house.client(KARIN), MINUTES)


def test_moving_a_meeting_that_approved_minutes_list_leaves_them_approved(house: House) -> None:
    held(house, "En sag")
    approved(house)
    listed = MeetingId("kd-net-2020-05-29")
    move = CalendarChange(kind=ChangeKind.MOVE, body="kd-net", meeting=listed, on=read_date("2020-05-28"))
    now = house.wiring.now()
    change_calendar(house.wiring.db, move, reason="Ferie.", key="move-listed", by=KARIN, now=now)
    text = said(house.client(KARIN), MINUTES)
    assert "28. maj 2020" in text
    assert "siden referatet blev godkendt" not in text
    sent(house)
    assert "Tidligere dato" in said(house.client(KARIN), f"/moeder/{listed}")
    assert "Tidligere dato" not in (page := said(house.client(KARIN), MEETING))
    assert "Tidligere oplysninger" in page


def test_what_is_sent_is_shown_first_and_then_frozen_for_its_readers(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    written(karin, "Ida Sagsejer fortæller næste gang.")
    assert "Formandskabet har ikke godkendt" in said(karin, f"{MINUTES}/udsend")
    approved(house)
    preview = said(karin, f"{MINUTES}/udsend")
    assert "Besked til 2 personer" in preview
    assert "Du er nævnt i referatet fra KD-Net" in preview
    assert "Indsigelser skal komme senest" in preview
    page = sent(house)
    assert page == f"{MINUTES}/1"
    ida = house.client(IDA)
    assert ida.get(MINUTES).url.path == page
    text = said(ida, page)
    assert "Ida Sagsejer fortæller næste gang." in text
    assert "Indsigelser senest" in text
    assert "Hvem har fået det" not in text
    assert "Du er nævnt i referatet fra KD-Net" in said(ida, "/beskeder")
    assert "Læs referatet" in said(ida, MEETING)
    assert "Referat: sendt ud" in said(karin, DESK)


def test_minutes_that_are_sent_lead_to_what_was_sent_and_not_to_sending_them_again(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    approved(house)
    assert "Se og udsend" in said(karin, MINUTES)
    version = sent(house)
    text = said(karin, MINUTES)
    assert "Det er sendt ud som version 1." in text
    assert "Se og udsend" not in text
    assert f'href="{version}"' in karin.get(MINUTES).text
    assert "Byg dagsordenen" not in said(karin, MEETING)


def test_closed_points_are_for_those_who_may_know_of_them(house: House) -> None:
    (walker,) = held(house, "Hemmelig sag", closed=True)
    karin = house.client(KARIN)
    point = key(walker)
    karin.post(f"{MINUTES}/skriv", data=typed(karin, point, text="Hemmelig tekst"))
    refused = karin.post(
        f"{MINUTES}/opgave",
        data=typed(karin, point, task_person="Lars Fra Anden Kommune", task_text="Noget"),
    )
    assert refused.status_code == 422
    assert "kan ikke se det" in text_of(refused.text)
    approved(house)
    page = sent(house)
    for who, seen in ((LARS, False), (DORTE, False), (IDA, True), (JENS, True)):
        assert ("Hemmelig tekst" in said(house.client(who), page)) is seen, who
        assert ("Hemmelig" in house.client(who).get(page).text) is seen, who


def test_a_correction_is_a_new_version_with_its_reason_and_the_old_one_stays(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    written(karin, "Forkert.")
    approved(house)
    sent(house)
    opened = send(karin, MINUTES, "/aabn", reason="Navnet var forkert")
    assert "Referatet er åbnet igen: Navnet var forkert" in text_of(opened.text)
    written(karin, "Rigtigt.")
    approved(house)
    page = sent(house)
    assert page.endswith("/2")
    text = said(house.client(IDA), page)
    assert "Rigtigt." in text
    assert "»Navnet var forkert«" in text
    old = said(house.client(IDA), f"{MINUTES}/1")
    assert "Forkert." in old
    assert "Der er kommet en nyere version." in old
    assert "Rettet referat fra KD-Net" in said(house.client(IDA), "/beskeder")


def test_the_next_agenda_links_to_the_minutes_that_it_is_to_approve(house: House) -> None:
    held(house, "En sag")
    approved(house)
    sent(house)
    later = "/moeder/kd-net-2020-05-29/dagsorden"
    assert send(house.client(KARIN), f"{later}/udsend", "/udsend").status_code == 200
    assert f'href="{MINUTES}/nyeste"' in house.client(IDA).get(f"{later}/1").text


@pytest.mark.parametrize("who", [KARIN, JENS])
def test_a_page_of_minutes_asks_the_database_as_often_with_many_points(house: House, who: PersonId) -> None:
    def asked() -> int:
        found: list[str] = []
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(found.append)
        assert house.client(who).get(MINUTES).status_code == 200
        with house.wiring.db.read() as tx:
            tx._driver.set_trace_callback(None)
        return len(found)

    held(house, "Én sag")
    house.client(who).get(MINUTES)
    few = asked()
    held(house, *(f"Sag {number}" for number in range(5)))
    assert asked() == few
