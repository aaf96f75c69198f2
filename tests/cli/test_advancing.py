"""`sag advance`: every option, the reasons it gives, stale versions, and keys that are sent twice."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Dump
from tests.cli.terminal import Said, Terminal

SUBMIT = ("submit", "--meeting", "kd-net-2020-03-13")


def _advance(terminal: Terminal, what: str, *words: str, by: str = "karin") -> Said:
    return terminal.run("sag", "advance", terminal.numbers.get(what, what), *words, "--as", by)


def _step(terminal: Terminal, what: str) -> tuple[str, str | None, str | None]:
    step = terminal.sag(what)["steps"][0]
    return step["state"], step["meeting"], step["outcome"]


def test_a_sag_is_submitted_to_a_meeting_and_put_on_its_agenda(terminal: Terminal) -> None:
    said = _advance(terminal, "fresh", *SUBMIT, by="ida").done()
    number = terminal.numbers["fresh"]
    assert said.out.startswith(f"{number} trin 1: submitted, version ")
    assert _step(terminal, "fresh") == ("submitted", "kd-net-2020-03-13", None)
    receipt = _advance(terminal, "fresh", "accept", "--json").done().json
    assert (receipt["number"], receipt["step"], receipt["state"]) == (number, 1, "on-agenda")
    assert receipt["step_version"] == terminal.sag("fresh")["steps"][0]["version"]


def test_a_point_is_taken_off_with_a_reason(terminal: Terminal) -> None:
    _advance(terminal, "agenda", "take-off", "--reason", "Venter på tal").done()
    assert _step(terminal, "agenda") == ("preparing", None, None)
    assert "Venter på tal" in terminal.run("sag", "history", terminal.numbers["agenda"]).done().out


def test_one_outcome_is_for_every_part_that_is_not_named(terminal: Terminal) -> None:
    _advance(terminal, "agenda", "treat").done()
    _advance(terminal, "agenda", "decide", "--outcome", "drøftet").done()
    step = terminal.sag("agenda")["steps"][0]
    assert [part["outcome"] for part in step["parts"]] == ["drøftet"]


def test_each_part_of_an_indstilling_has_its_outcome(terminal: Terminal) -> None:
    _advance(terminal, "consent", "rework", "--reason", "Ny behandling").done()
    _advance(terminal, "consent", "submit", "--meeting", "kd-net-2020-01-24", by="ida").done()
    for move in ("accept", "treat"):
        _advance(terminal, "consent", move).done()
    _advance(terminal, "consent", "decide", "--part", "1=godkendt", "--part", "2=anbefalet").done()
    parts = terminal.sag("consent")["steps"][0]["parts"]
    assert [part["outcome"] for part in parts] == ["godkendt", "anbefalet"]


def test_an_outcome_that_does_not_answer_is_confirmed_with_a_note(terminal: Terminal) -> None:
    words = ("sag", "open", "En sag", "--route", "c07-dimensionering@1", "--as", "ida", "--json")
    number = terminal.run(*words).done().json["number"]
    unfit = ("decide", "--outcome", "taget til efterretning")
    _advance(terminal, number, *unfit, by="ida").refused("[outcome_answers]")
    _advance(terminal, number, *unfit, "--confirm", by="ida").refused("[outcome_answers]")
    _advance(terminal, number, *unfit, "--confirm", "--note", "Gruppen nåede ikke mere.", by="ida").done()
    assert _step(terminal, number)[2] == "taget til efterretning"


def test_a_consent_binds_to_the_content_that_was_read(terminal: Terminal) -> None:
    _advance(terminal, "consent", "approve", "--content", "0" * 64, by="jens").refused("[sees_current]")
    content = terminal.sag("consent")["steps"][0]["content"]
    _advance(terminal, "consent", "approve", "--content", content, by="jens").done()
    assert terminal.sag("consent")["steps"][0]["missing_consents"] == []
    _advance(terminal, "consent", "hand-on").done()
    assert terminal.sag("consent")["steps"][0]["station"] == "kkr"


def test_a_sag_is_sent_back_to_a_station(terminal: Terminal) -> None:
    back = ("return", "--back-to", "gruppe", "--reason", "Økonomien mangler")
    _advance(terminal, "consent", *back, "--station", "kdnet").done()
    assert terminal.sag("consent")["steps"][0]["station"] == "gruppe"


def test_the_day_of_a_decision_without_a_meeting_is_said(terminal: Terminal) -> None:
    words = ("sag", "open", "En sag", "--route", "c07-dimensionering@1", "--as", "ida", "--json")
    number = terminal.run(*words).done().json["number"]
    decide = ("decide", "--outcome", "anbefalet", "--decided-on", "2020-01-10")
    _advance(terminal, number, *decide, by="ida").done()
    assert terminal.sag(number)["stops"][0]["on"] == "2020-01-10"


def test_a_sag_rests_and_is_taken_up_again(terminal: Terminal) -> None:
    rest = ("rest", "--life", "--reason", "Venter på Folketinget")
    assert _advance(terminal, "fresh", *rest, by="ida").done().out.count("trin") == 0
    assert terminal.sag("fresh")["life"] == "resting"
    _advance(terminal, "fresh", *SUBMIT, by="ida").refused('Sagens tilstand er "Hviler"')
    _advance(terminal, "fresh", "resume", "--life", by="ida").done()
    assert terminal.sag("fresh")["life"] == "under-way"


# --- refused moves -----------------------------------------------------------------------


def test_a_refused_move_lists_every_reason(terminal: Terminal, dump: Dump) -> None:
    words = ("sag", "open", "Tom", "--route", "droeftelse-kd-net@1", "--as", "ida", "--json")
    number = terminal.run(*words).done().json["number"]
    before = dump()
    said = _advance(terminal, number, "submit", by="ida").refused()
    assert said.err.splitlines() == [
        "kdflow: refused:",
        "  - Der mangler en indstilling til KD-Net. [indstilling_written]",
        "  - Vælg et møde i KD-Net. [meeting_chosen]",
    ]
    assert dump() == before


def test_a_refused_move_gives_the_reasons_with_json_too(terminal: Terminal) -> None:
    said = _advance(terminal, "agenda", "take-off", "--json").refused("[reason_given]")
    assert "Skriv en begrundelse for at tage punktet af dagsordenen." in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fly",), "no move 'fly' from state 'on-agenda'"),
        (("fly", "--life"), "no move 'fly' from state 'under-way'"),
        (("treat", "--station", "nope"), "no step at station 'nope'"),
        (("treat", "--outcome", "nope"), "'nope' is no outcome; known are: godkendt, "),
        (("treat", "--part", "1=nope"), "'nope' is no outcome; known are: godkendt, "),
        (("treat", "--part", "x=godkendt"), "'x' is not the number of a part"),
        (("treat", "--part", "godkendt"), "'godkendt' is not NUMBER=OUTCOME"),
        (("treat", "--decided-on", "2020-02-30"), "'2020-02-30' is not a date: day is out of range for month"),
        (("treat", "--decided-on", "24/1"), "'24' is not a date: write 2020-01-24"),
        (("decide", "--part", "9=godkendt"), "no move 'decide' from state 'on-agenda'"),
    ],
)
def test_what_is_unknown_is_named(terminal: Terminal, dump: Dump, words: tuple[str, ...], sentence: str) -> None:
    before = dump()
    said = _advance(terminal, "agenda", *words).refused(sentence)
    assert len(said.err.splitlines()) == 1
    assert dump() == before


def test_a_part_that_the_indstilling_does_not_have_is_refused(terminal: Terminal, dump: Dump) -> None:
    _advance(terminal, "agenda", "treat").done()
    before = dump()
    _advance(terminal, "agenda", "decide", "--part", "1=drøftet", "--part", "9=drøftet").refused("9")
    assert dump() == before


@pytest.mark.parametrize("meeting", ["nope", "kkr-midt-2020-02-05"])
def test_a_meeting_that_cannot_be_chosen_is_refused(terminal: Terminal, meeting: str) -> None:
    said = _advance(terminal, "fresh", "submit", "--meeting", meeting, by="ida")
    said.refused("Vælg et møde i KD-Net. [meeting_chosen]")


def test_an_unknown_sag_is_named(terminal: Terminal) -> None:
    assert _advance(terminal, "SAG-1999-0001", "treat").refused().err == "kdflow: no sag 'SAG-1999-0001'\n"


def test_a_person_who_may_not_is_told_who_may(terminal: Terminal) -> None:
    said = _advance(terminal, "agenda", "treat", by="lars").refused()
    assert said.err == "kdflow: 'Registrér som behandlet' is for secretary, chair (KD-Net)\n"


def test_an_unknown_person_is_named(terminal: Terminal) -> None:
    _advance(terminal, "agenda", "treat", by="nobody").refused("no person 'nobody'")


def test_a_part_that_is_hardly_a_number_is_named(terminal: Terminal) -> None:
    _advance(terminal, "agenda", "treat", "--part", "²=godkendt").refused("'²' is not the number of a part")


def test_half_a_character_in_a_number_is_refused(terminal: Terminal) -> None:
    _advance(terminal, "SAG\udcff", "treat").refused()


def test_a_sag_that_is_open_twice_asks_for_the_station(terminal: Terminal) -> None:
    words = ("sag", "open", "En sag", "--route", "c05-naer-psykiatri@1", "--as", "ida", "--json")
    number = terminal.run(*words).done().json["number"]
    _advance(terminal, number, "decide", "--outcome", "anbefalet", by="ida").done()
    _advance(terminal, number, "hand-on", by="ida").done()
    _advance(terminal, number, "withdraw", "--life", "--reason", "Slut", by="ida").done()
    _advance(terminal, number, "decide").refused("say which step with --station (open: none)")


# --- versions and keys -----------------------------------------------------------------------


def test_a_stale_version_of_a_step_names_both_and_writes_nothing(terminal: Terminal, dump: Dump) -> None:
    now, before = terminal.sag("agenda")["steps"][0]["version"], dump()
    said = _advance(terminal, "agenda", "treat", "--version", str(now - 1)).refused()
    key = f"{terminal.numbers['agenda']}/1"
    assert said.err == f"kdflow: step '{key}': you acted on version {now - 1}, it is now version {now}\n"
    assert dump() == before
    _advance(terminal, "agenda", "treat", "--version", str(now)).done()


def test_a_stale_version_of_a_sag_names_both(terminal: Terminal) -> None:
    now = terminal.sag("fresh")["version"]
    rest = ("rest", "--life", "--reason", "Venter")
    said = _advance(terminal, "fresh", *rest, "--version", str(now + 7), by="ida").refused()
    number = terminal.numbers["fresh"]
    assert said.err == f"kdflow: sag '{number}': you acted on version {now + 7}, it is now version {now}\n"
    _advance(terminal, "fresh", *rest, "--version", str(now), by="ida").done()


def test_a_version_that_is_no_number_is_misuse(terminal: Terminal) -> None:
    _advance(terminal, "agenda", "treat", "--version", "two").misused("Invalid value for '--version'")


def test_the_same_key_moves_a_sag_once(terminal: Terminal) -> None:
    words = (*SUBMIT, "--key", "submit-once")
    first = _advance(terminal, "fresh", *words, "--json", by="ida").done().json
    history = terminal.history("fresh")
    again = _advance(terminal, "fresh", *words, "--json", by="ida").done().json
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert "(var gjort før)" in _advance(terminal, "fresh", *words, by="ida").done().out
    assert terminal.history("fresh") == history


def test_a_key_of_another_move_is_refused(terminal: Terminal, dump: Dump) -> None:
    _advance(terminal, "fresh", *SUBMIT, "--key", "used-up", by="ida").done()
    before = dump()
    said = _advance(terminal, "fresh", "accept", "--key", "used-up").refused()
    assert said.err == "kdflow: idempotency key 'used-up' was used for another command; send a new key\n"
    assert dump() == before


def test_the_same_key_hands_a_sag_on_once(terminal: Terminal) -> None:
    content = terminal.sag("consent")["steps"][0]["content"]
    _advance(terminal, "consent", "approve", "--content", content, by="jens").done()
    _advance(terminal, "consent", "hand-on", "--key", "on-once").done()
    assert "(var gjort før)" in _advance(terminal, "consent", "hand-on", "--key", "on-once").done().out


def test_a_receipt_as_json_has_the_keys_of_the_api(terminal: Terminal) -> None:
    receipt = _advance(terminal, "fresh", *SUBMIT, "--json", by="ida").done().json
    assert set(receipt) == {"number", "version", "step", "step_version", "state", "repeated"}


def test_an_indstilling_is_written_and_can_then_be_submitted(terminal: Terminal) -> None:
    number = terminal.run(
        *("sag", "open", "En sag", "--route", "standard@1", "--fill", "administrativ-gruppe=dassos"),
        *("--as", "ida", "--json"),
    ).done().json["number"]  # fmt: skip
    _advance(terminal, number, "submit", "--meeting", "dassos-2020-01-22", by="ida").refused("indstilling")
    words = ("sag", "write", number, "--part", "DASSOS anbefaler aftalen.", "--part", "Ny del.", "--as", "ida")
    terminal.run(*words).done()
    step = terminal.sag(number)["steps"][0]
    assert [part["text"] for part in step["parts"]] == ["DASSOS anbefaler aftalen.", "Ny del."]
    terminal.run("sag", "write", number, "--forwards", "--part", "Til KD-Net.", "--as", "ida").done()
    assert terminal.sag(number)["steps"][0]["forwards"] == ["Til KD-Net."]
    held = ("submit", "--meeting", "dassos-2020-01-22")
    _advance(terminal, number, *held, by="ida").refused("Mødet i DASSOS onsdag den 22. januar 2020 er holdt")
    _advance(terminal, number, *held, by="karin").done()  # the secretariat registers afterwards


@pytest.mark.parametrize("text", ["", "   "])
def test_a_blank_part_is_no_indstilling(terminal: Terminal, dump: Dump, text: str) -> None:
    before = dump()
    number = terminal.numbers["fresh"]
    terminal.run("sag", "write", number, "--part", text, "--as", "ida").refused("a part of an indstilling")
    terminal.run("sag", "write", number, "--forwards", "--part", text, "--as", "ida").refused("a part of")
    assert dump() == before


def test_no_door_takes_a_longer_text_than_another(terminal: Terminal, dump: Dump) -> None:
    before = dump()
    number, long = terminal.numbers["fresh"], "x" * 50_001
    terminal.run("sag", "write", number, "--part", long, "--as", "ida").refused("the most is 50000")
    terminal.run("sag", "open", "Titel", "--route", "droeftelse-kd-net@1", "--text", long, "--as", "ida").refused(
        "the most is 50000"
    )
    assert dump() == before
