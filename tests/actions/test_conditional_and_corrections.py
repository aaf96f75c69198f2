"""KKR 11 and Kontaktudvalg 14 October 2021: submitted on condition; and decisions that were recorded wrongly."""

from __future__ import annotations

import pytest

from kdflow import rendering
from kdflow.actions.correct_decision import correct_decision
from kdflow.domain.errors import Conflict, DownstreamAffected, NotAllowed, NotFound, Refused, Unreadable
from kdflow.domain.sag import SagId, content_digest
from kdflow.domain.workflow import Asks, Outcome
from kdflow.queries.meeting_page import meeting_page
from kdflow.queries.proof import proof
from tests.make import KARIN, House

AT_KU = "kontaktudvalg-2021-10-14"


def at_kkr(house: House) -> SagId:
    """A sag that is on KKR's agenda of 11 October 2021."""
    sag = house.on("2021-08-02").open("standard@1", "Ny forankring")
    house.write(sag, "gruppe", "Sagen sendes til KD-Net.")
    house.do(sag, "gruppe", "submit", meeting="dassos-2020-01-22")
    house.do(sag, "gruppe", "accept")
    house.do(sag, "gruppe", "treat")
    house.decide(sag, "gruppe", "anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    house.do(sag, "gruppe", "hand-on")
    house.treated(sag, "kdnet", "2021-09", outcome="anbefalet").do(sag, "kdnet", "approve", "jens")
    house.do(sag, "kdnet", "hand-on")
    house.write(sag, "kkr", "KKR beslutter forankringen.")
    house.do(sag, "kkr", "submit", meeting="2021-10-11")
    house.do(sag, "kkr", "accept")
    return sag


def ahead(house: House) -> SagId:
    """The same sag, submitted to Kontaktudvalget three days later on condition of KKR."""
    sag = at_kkr(house)
    house.ahead(sag, "kontaktudvalg", AT_KU, "Kontaktudvalget tiltræder.")
    house.do(sag, "kontaktudvalg", "accept")
    return sag


def decide_at_kkr(house: House, sag: SagId, outcome: str) -> None:
    house.on("2021-10-11").do(sag, "kkr", "treat")
    house.decide(sag, "kkr", outcome)


def test_a_submission_ahead_takes_a_seat_and_waits(house: House) -> None:
    sag = ahead(house)
    step = house.step(sag, "kontaktudvalg")
    assert (step.state, step.conditional_on, step.parts[0].text) == (
        "on-agenda",
        ("kkr",),
        "Kontaktudvalget tiltræder.",
    )
    assert house.agenda(AT_KU) == [(sag, "on-agenda")]
    page = house.page(sag)
    assert {stop.station.key: stop.state for stop in page.stops}["kontaktudvalg"] == "ahead"
    assert [panel.stand.conditional for panel in page.panels] == [False, True]
    house.on("2021-10-14")
    with pytest.raises(Refused, match="under forudsætning af KKR Midtjylland"):
        house.do(sag, "kontaktudvalg", "treat")


def test_the_notice_of_a_submission_ahead_names_the_meeting(house: House) -> None:
    sag = at_kkr(house)
    house.ahead(sag, "kontaktudvalg", AT_KU)
    told = [kept.notice for kept in house.notices("karin") if kept.notice.kind == "submitted"]
    assert told[0].data["meeting"] == "2021-10-14"


def test_a_condition_is_lifted_when_kkr_decides_and_hands_on(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "godkendt")
    house.do(sag, "kkr", "hand-on")
    step = house.step(sag, "kontaktudvalg")
    assert (step.state, step.conditional_on) == ("on-agenda", ())
    assert "condition-met" in house.told("ida", sag)
    row = meeting_page(house.db, AT_KU, None, house.now).agenda[0]
    assert (row.condition, row.met) == ("", (("KKR Midtjylland", "godkendt"),))
    house.on("2021-10-14").do(sag, "kontaktudvalg", "treat")
    house.decide(sag, "kontaktudvalg", "tiltrådt").do(sag, "kontaktudvalg", "hand-on")
    assert house.sag(sag).life == "concluded"
    assert proof(house.db).broken is None


def test_a_decision_that_was_not_handed_on_is_not_said_to_be_missing(house: House) -> None:
    sag = ahead(house)
    row = meeting_page(house.db, AT_KU, None, house.now).agenda[0]
    assert (row.condition, row.waiting) == ("KKR Midtjylland", ())
    decide_at_kkr(house, sag, "godkendt")
    row = meeting_page(house.db, AT_KU, None, house.now).agenda[0]
    assert (row.condition, row.waiting, row.met) == ("", (("KKR Midtjylland", "godkendt"),), ())
    house.on("2021-10-14")
    with pytest.raises(Refused, match="KKR Midtjylland har besluttet, men har ikke sendt sagen videre endnu"):
        house.do(sag, "kontaktudvalg", "treat")


def test_another_indstilling_that_kkr_sends_along_is_seen_beside_the_one_that_was_submitted(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "godkendt")
    house.revise(sag, "kkr", forwards=("Kontaktudvalget godkender kun del 1.",))
    house.do(sag, "kkr", "hand-on")
    step = house.step(sag, "kontaktudvalg")
    assert [part.text for part in step.parts] == ["Kontaktudvalget tiltræder."]
    met = next(entry.event for entry in house.history(sag) if entry.event.move == "condition-met")
    assert met.data["sent"] == ["Kontaktudvalget godkender kun del 1."]
    said = [("KKR Midtjylland", ("Kontaktudvalget godkender kun del 1.",))]
    assert list(house.page(sag).panels[0].sent) == said
    assert list(meeting_page(house.db, AT_KU, None, house.now).agenda[0].sent) == said
    told = next(kept.notice for kept in house.notices("ida") if kept.notice.kind == "condition-met")
    body = rendering.message("condition-met", "body", title="", number="", link="", data=told.data)
    assert "KKR Midtjylland har sendt en anden indstilling med" in body
    assert house.page(sag).past[0].step.forwards == ("Kontaktudvalget godkender kun del 1.",)


def test_the_same_indstilling_or_none_sent_along_is_nothing_to_tell(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "godkendt")
    house.revise(sag, "kkr", forwards=("Kontaktudvalget tiltræder.",))
    house.do(sag, "kkr", "hand-on")
    met = next(entry.event for entry in house.history(sag) if entry.event.move == "condition-met")
    assert "sent" not in met.data


def test_what_fell_out_otherwise_is_told_on_the_agenda_and_to_the_chair(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "forkastet")
    row = meeting_page(house.db, AT_KU, None, house.now).left[0]
    assert row.gone is not None
    assert (row.gone.move, row.gone.cause, row.gone.by, row.gone.decided) == (
        "pull",
        "decide",
        "KKR Midtjylland",
        "forkastet",
    )
    with house.db.read() as tx:
        office = tx.run(
            "select person from appointment where body = 'kontaktudvalg' and office in ('chair', 'co-chair')"
        )
        leaders = [row[0] for row in office.fetchall()]
    for person in ("ida", *leaders):
        told = [kept.notice for kept in house.notices(person) if kept.notice.kind == "pulled"]
        assert len(told) == 1, person
        body = rendering.message("pulled", "body", title="", number="", link="", data=told[0].data)
        assert "ikke gælder længere: KKR Midtjylland besluttede: forkastet." in body


def test_a_second_submission_ahead_is_a_conflict(house: House) -> None:
    sag = ahead(house)
    before = house.rows()
    with pytest.raises(Conflict):
        house.ahead(sag, "kontaktudvalg", AT_KU, "En anden tekst.")
    assert house.rows() == before


def test_a_submission_ahead_is_pulled_when_kkr_does_not_decide(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "udsat")
    step = house.step(sag, "kontaktudvalg")
    assert (step.state, step.meeting) == ("pulled", None)
    assert house.agenda(AT_KU) == [(sag, "taken-off")]
    assert "pulled" in house.told("ida", sag)
    house.do(sag, "kkr", "rework", reason="KKR tager den op igen.")
    house.ahead(sag, "kontaktudvalg", AT_KU)
    assert [s.state for s in house.sag(sag).steps if s.station == "kontaktudvalg"] == ["pulled", "submitted"]


def test_a_submission_ahead_writes_nothing_when_it_is_refused(house: House) -> None:
    sag = at_kkr(house)
    before = house.rows()
    with pytest.raises(NotFound):
        house.ahead(sag, "findes-ikke", AT_KU)
    with pytest.raises(NotFound):
        house.ahead(sag, "kdnet", "kd-net-2021-12-03")
    with pytest.raises(NotAllowed):
        house.ahead(sag, "kontaktudvalg", AT_KU, by="lars")
    with pytest.raises(Refused, match="Vælg et møde i Kontaktudvalget"):
        house.ahead(sag, "kontaktudvalg", "kkr-midt-2021-10-11")
    with pytest.raises(Refused, match="Vælg et møde i Kontaktudvalget"):
        house.ahead(sag, "kontaktudvalg", "kontaktudvalg-2099-01-01")
    assert house.rows() == before
    ahead_page = house.page(sag, "ida").ahead
    assert [panel.station.key for panel in ahead_page] == ["kontaktudvalg"]
    assert AT_KU in [meeting.id for meeting in ahead_page[0].meetings]
    assert house.page(sag, "lars").ahead == ()


@pytest.mark.parametrize("outcome", ["forkastet", "udsat", "tilbagesendt"])
def test_nothing_is_submitted_on_a_condition_that_has_failed(outcome: str, house: House) -> None:
    sag = at_kkr(house)
    decide_at_kkr(house, sag, outcome)
    assert house.page(sag, "ida").ahead == ()
    before = house.rows()
    with pytest.raises(Refused, match="KKR Midtjylland har besluttet, at sagen ikke går videre"):
        house.ahead(sag, "kontaktudvalg", AT_KU)
    assert house.rows() == before


def test_nothing_is_submitted_on_condition_while_the_sag_rests(house: House) -> None:
    sag = at_kkr(house)
    assert [panel.station.key for panel in house.page(sag, "ida").ahead] == ["kontaktudvalg"]
    house.do(sag, None, "rest", "ida", reason="Vi afventer.")
    assert house.page(sag, "ida").ahead == ()
    with pytest.raises(Refused, match="Hviler"):
        house.ahead(sag, "kontaktudvalg", AT_KU)


def test_a_meeting_before_the_condition_can_be_decided_is_refused(house: House) -> None:
    sag = at_kkr(house)
    with pytest.raises(Refused, match="KKR Midtjylland kan ikke nå at beslutte før mødet i Kontaktudvalget"):
        house.ahead(sag, "kontaktudvalg", "kontaktudvalg-2020-06-17")


def test_a_submission_ahead_rests_on_the_text_that_was_seen(house: House) -> None:
    sag = at_kkr(house)
    here = house.page(sag, "ida").ahead[0]
    house.revise(sag, "kkr", parts=("KKR beslutter noget helt andet.",))
    with pytest.raises(Conflict):
        house.ahead(sag, "kontaktudvalg", AT_KU, content=here.content)
    house.ahead(sag, "kontaktudvalg", AT_KU, content=house.page(sag, "ida").ahead[0].content)


@pytest.mark.parametrize("texts", [("",), ("Udvalget godkender.", " \n")])
def test_a_blank_part_is_no_indstilling(texts: tuple[str, ...], house: House) -> None:
    sag = at_kkr(house)
    with pytest.raises(Unreadable):
        house.ahead(sag, "kontaktudvalg", AT_KU, *texts)
    with pytest.raises(Unreadable):
        house.revise(sag, "kkr", parts=texts)
    with pytest.raises(Unreadable):
        house.revise(sag, "kkr", forwards=texts)


def test_the_secretary_of_a_pulled_step_has_no_part_in_the_sag_any_more(house: House) -> None:
    sag = ahead(house)
    decide_at_kkr(house, sag, "udsat")
    with pytest.raises(NotAllowed):
        house.revise(sag, title="En anden titel", by="sekretaer-kontaktudvalg")


# --- corrections -----------------------------------------------------------------------------------------------


def test_a_correction_before_the_sag_goes_on_needs_only_a_reason(house: House) -> None:
    sag = at_kkr(house)
    decide_at_kkr(house, sag, "godkendt")
    with pytest.raises(Unreadable, match="reason"):
        house.correct(sag, "kkr", "forkastet", reason=" ")
    house.correct(sag, "kkr", "forkastet")
    step = house.step(sag, "kkr")
    assert (step.outcome, step.state) == ("forkastet", "decided")
    last = house.history(sag)[-1]
    assert (last.event.move, last.event.old, last.event.new, last.event.reason) == (
        "correct",
        "godkendt",
        "forkastet",
        "Referatet var forkert.",
    )
    assert house.told("ida", sag)[-1] == "corrected"
    house.do(sag, "kkr", "conclude")
    assert house.sag(sag).life == "concluded"


def handed_on(house: House) -> SagId:
    """A sag that KKR has handed on to Kontaktudvalget, which has it on its agenda."""
    sag = ahead(house)
    decide_at_kkr(house, sag, "godkendt")
    house.do(sag, "kkr", "hand-on")
    return sag


def test_a_correction_after_the_sag_has_gone_on_demands_a_choice_and_writes_nothing_before(house: House) -> None:
    sag = handed_on(house)
    before = house.rows()
    with pytest.raises(DownstreamAffected) as affected:
        house.correct(sag, "kkr", "godkendt med ændringer")
    assert affected.value.stations == ("kontaktudvalg",)
    assert house.rows() == before
    (panel,) = [p for p in house.page(sag, "karin").corrections if p.step.station == "kkr"]
    assert [(a.station, a.is_over) for a in panel.affected] == [("kontaktudvalg", False)]


def test_a_correction_with_a_note_leaves_the_sag_where_it_is(house: House) -> None:
    sag = handed_on(house)
    house.correct(sag, "kkr", "godkendt med ændringer", "note")
    assert house.step(sag, "kkr").outcome == "godkendt med ændringer"
    assert house.sag(sag).places == ("kontaktudvalg",)
    assert house.history(sag)[-1].event.data["downstream"] == "note"


def test_a_correction_with_recall_brings_the_sag_back_and_takes_it_off_the_agenda(house: House) -> None:
    sag = handed_on(house)
    house.correct(sag, "kkr", "godkendt med ændringer", "recall")
    assert house.sag(sag).places == ("kkr",)
    assert house.step(sag, "kkr").state == "preparing"
    assert house.step(sag, "kontaktudvalg").state == "pulled"
    assert house.agenda(AT_KU) == [(sag, "taken-off")]
    assert {"corrected", "pulled", "step-opened"} <= set(house.told("ida", sag))
    assert proof(house.db).broken is None


def test_the_agenda_of_the_later_body_tells_the_corrected_decision(house: House) -> None:
    sag = handed_on(house)
    house.correct(sag, "kkr", "godkendt med ændringer", "note")
    assert meeting_page(house.db, AT_KU, None, house.now).agenda[0].met == (
        ("KKR Midtjylland", "godkendt med ændringer"),
    )
    house.correct(sag, "kkr", "forkastet", "recall")
    row = meeting_page(house.db, AT_KU, None, house.now).left[0]
    assert row.met == (("KKR Midtjylland", "forkastet"),)
    assert row.gone is not None
    assert (row.gone.cause, row.gone.decided) == ("correct", "forkastet")


def test_a_meeting_has_been_held_when_its_day_is_past_or_something_was_treated(house: House) -> None:
    sag = handed_on(house)
    assert meeting_page(house.db, AT_KU, None, house.now).status == "planned"
    house.on("2021-10-14", 9)
    assert meeting_page(house.db, AT_KU, None, house.now).status == "planned"
    house.do(sag, "kontaktudvalg", "treat")
    assert meeting_page(house.db, AT_KU, None, house.now).status == "held"
    house.on("2021-10-12")
    assert meeting_page(house.db, "kkr-midt-2021-10-11", None, house.now).status == "held"


@pytest.mark.parametrize(
    ("move", "was"), [("decline", "submitted"), ("return", "submitted"), ("take-off", "on-agenda")]
)
def test_the_agenda_tells_how_an_item_left(house: House, move: str, was: str) -> None:
    sag = at_kkr(house)
    if was == "submitted":
        house.do(sag, "kkr", "take-off", reason="Forkert møde.")
        house.do(sag, "kkr", "submit", meeting="2021-10-11")
    at = house.step(sag, "kkr").meeting
    assert at
    house.do(sag, "kkr", move, reason="Mangler tal.", back_to="kdnet" if move == "return" else None)
    row = meeting_page(house.db, at, None, house.now).left[0]
    assert row.gone is not None
    assert (row.gone.move, row.gone.was, row.note) == (move, was, "Mangler tal.")


def test_a_correction_that_cannot_be_is_refused_and_writes_nothing(house: House) -> None:
    sag = handed_on(house)
    before = house.rows()
    with pytest.raises(NotAllowed):
        house.correct(sag, "kkr", "forkastet", "note", by=house.sag(sag).owner)
    with pytest.raises(Unreadable, match="none to correct"):
        house.correct(sag, "kontaktudvalg", "forkastet", "note")
    with pytest.raises(Unreadable, match="does not answer"):
        house.correct(sag, "kkr", "taget til efterretning", "note", note="Sådan står der.")
    with pytest.raises(Unreadable, match="does not answer"):
        house.correct(sag, "kkr", "taget til efterretning", "note", confirmed=True)
    with pytest.raises(Conflict):
        house.correct(sag, "kkr", "forkastet", "note", version=1)
    assert house.rows() == before
    told = "Sådan står der i referatet."
    house.correct(sag, "kkr", "taget til efterretning", "note", note=told, confirmed=True)
    assert house.step(sag, "kkr").outcome_note == told


def test_a_correction_answers_what_the_indstilling_asks_for_too(house: House) -> None:
    sag = house.on("2020-01-06").open("droeftelse-kd-net@1")
    house.write(sag, "kdnet", "KD-Net godkender.", proposes=Asks.APPROVAL)
    house.treated(sag, "kdnet", "2020-01-24", outcome="godkendt")
    with pytest.raises(Unreadable, match="does not answer godkendelse"):
        house.correct(sag, "kdnet", "taget til efterretning")
    house.correct(sag, "kdnet", "taget til efterretning", note="Kun set.", confirmed=True)


def test_a_corrected_part_answers_its_own_verb_where_parts_read_differently(house: House) -> None:
    sag = house.on("2020-01-06").open("droeftelse-kd-net@1")
    house.write(sag, "kdnet", "KD-Net drøfter sagen.", "KD-Net bevilger 1 mio. kr.", proposes=Asks.GRANT)
    house.treated(sag, "kdnet", "2020-01-24", outcome=("taget til efterretning", "bevilget"))

    def correct(part: int, outcome: str) -> None:
        parts = {part: Outcome(outcome)}
        correct_decision(
            house.db,
            sag,
            house.step(sag, "kdnet").seq,
            parts,
            None,
            reason="Referatet var forkert.",
            version=None,
            key=house.key(),
            by=KARIN,
            now=house.now,
        )

    correct(1, "drøftet")
    with pytest.raises(Unreadable, match="drøftet does not answer bevilling"):
        correct(2, "drøftet")
    assert [part.outcome for part in house.step(sag, "kdnet").parts] == ["drøftet", "bevilget"]


def test_a_correction_keeps_the_note_unless_another_is_given(house: House) -> None:
    sag = at_kkr(house)
    house.on("2021-10-11").do(sag, "kkr", "treat")
    house.decide(sag, "kkr", "godkendt", note="Enstemmigt.")
    house.correct(sag, "kkr", "tiltrådt")
    assert house.step(sag, "kkr").outcome_note == "Enstemmigt."
    house.correct(sag, "kkr", "godkendt", note="Et mindretal var imod.")
    assert house.step(sag, "kkr").outcome_note == "Et mindretal var imod."
    house.correct(sag, "kkr", "tiltrådt", note="")
    assert house.step(sag, "kkr").outcome_note is None


def test_a_correction_on_a_text_that_has_changed_is_a_conflict(house: House) -> None:
    sag = at_kkr(house)
    decide_at_kkr(house, sag, "godkendt")
    seen = content_digest(house.sag(sag), house.step(sag, "kkr"))
    house.revise(sag, case_text="Noget helt andet.")
    with pytest.raises(Conflict):
        house.correct(sag, "kkr", "tiltrådt", content=seen)


def test_what_is_asked_for_can_be_set_back_to_what_the_route_says(house: House) -> None:
    sag = house.on("2020-01-06").open("droeftelse-kd-net@1")
    house.write(sag, "kdnet", "KD-Net godkender.", proposes=Asks.APPROVAL)
    house.revise(sag, "kdnet", proposes="")
    assert house.step(sag, "kdnet").proposes is None
    before = house.rows()
    house.revise(sag, "kdnet", proposes="")
    assert house.rows()["event"] == before["event"]


def test_a_sag_that_is_over_can_be_corrected_with_a_note_but_not_recalled(house: House) -> None:
    sag = handed_on(house)
    house.on("2021-10-14").do(sag, "kontaktudvalg", "treat")
    house.decide(sag, "kontaktudvalg", "godkendt").do(sag, "kontaktudvalg", "hand-on")
    with pytest.raises(Unreadable, match="cannot be recalled"):
        house.correct(sag, "kkr", "forkastet", "recall")
    house.correct(sag, "kkr", "forkastet", "note")
    assert (house.sag(sag).life, house.step(sag, "kkr").outcome) == ("concluded", "forkastet")


def test_a_correction_to_an_outcome_the_body_cannot_make_is_refused(house: House) -> None:
    sag = house.on("2020-01-06").open("kun-kd-net@1", fills={"administrativ-gruppe": "dassos"})
    house.do(sag, "gruppe", "decide", "ida", outcome="anbefalet")
    with pytest.raises(Unreadable):
        house.correct(sag, "gruppe", "bevilget")
