"""`kdflow plan`: the journey in Danish words, `--json` as the HTTP API says it, and what is only supposed."""

from __future__ import annotations

import pytest

from kdflow.queries.plan_documents import PlanDocument
from kdflow.store import outcomes
from tests.cli.terminal import Terminal
from tests.web.forms import text_of
from tests.web.house import IDA, LARS, House


def _plan(terminal: Terminal, sag: str, *words: str) -> PlanDocument:
    out = terminal.run("plan", terminal.numbers[sag], *words, "--json").done().out
    return PlanDocument.model_validate_json(out)


def test_the_plan_says_each_meeting_with_its_deadline_slack_and_price(terminal: Terminal) -> None:
    out = terminal.run("plan", terminal.numbers["fresh"]).done().out
    lines = [line.strip() for line in out.splitlines()]
    assert "Kan tidligst være færdig fredag den 13. marts 2020." in lines
    assert "1. KD-Net: mødet fredag den 13. marts 2020" in lines
    assert (
        "Indmelding senest fredag den 28. februar 2020 kl. 12: 10 hverdage før mødet fredag den 13. marts."
        in lines
    )
    assert "Misser du KD-Net fredag den 13. marts 2020, er sagen først i KD-Net fredag den 29. maj 2020: " in out
    assert "77 dage senere." in out


def test_the_same_as_json(terminal: Terminal) -> None:
    plan = _plan(terminal, "fresh")
    assert (str(plan.arrives_on), plan.breaks_at, plan.supposed) == ("2020-03-13", None, False)
    leg = plan.legs[0]
    assert (leg.meeting, leg.kind, leg.conditional) == ("kd-net-2020-03-13", "meeting", False)
    submission = next(one for one in leg.deadlines if one.kind == "submission")
    assert submission.words.startswith("Indmelding senest fredag den 28. februar 2020 kl. 12: 10 hverdage før")
    assert leg.missed is not None
    assert leg.missed.days_at_end == 77


def test_counting_back_from_a_day(terminal: Terminal) -> None:
    back = _plan(terminal, "fresh", "--by", "1. juni 2020").backward
    assert back is not None
    assert back.latest_at is not None
    assert back.latest_at.isoformat()[:16] == "2020-05-14T12:00"
    late = terminal.run("plan", terminal.numbers["fresh"], "--by", "2020-02-01").done().out
    assert "er det for sent allerede nu" in late


def test_what_is_only_supposed_changes_the_plan_and_nothing_else(terminal: Terminal) -> None:
    before = _plan(terminal, "fresh")
    without = _plan(terminal, "fresh", "--without", "kd-net-2020-03-13")
    assert (str(without.arrives_on), without.supposed) == ("2020-05-29", True)
    extra = _plan(terminal, "fresh", "--extra", "kd-net=2020-02-14")
    assert str(extra.arrives_on) == "2020-02-14"
    later = _plan(terminal, "fresh", "--from", "2020-03-01")
    assert str(later.arrives_on) == "2020-05-29"
    assert _plan(terminal, "fresh") == before
    assert (
        "intet af det følgende er gemt"
        in terminal.run("plan", terminal.numbers["fresh"], "--from", "2020-03-01").done().out
    )


def test_a_sag_that_is_over_has_nothing_to_plan(terminal: Terminal) -> None:
    number = terminal.numbers["fresh"]
    terminal.run("sag", "advance", number, "withdraw", "--life", "--reason", "Ikke aktuel.", "--as", "ida").done()
    assert "der er intet at planlægge" in terminal.run("plan", number).done().out
    assert _plan(terminal, "fresh").legs == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "næste uge"), "--by: 'næste uge' is not one day"),
        (("--by", "2020-02-30"), "--by: '2020-02-30' is not a date"),
        (("--extra", "kd-net"), "is not BODY=DATE"),
        (("--extra", "kdnet=2020-05-01"), "no body 'kdnet'"),
        (("--extra", "kd-net=2019-05-01"), "lies in the past"),
        (("--without", "kd-net-1999-01-01"), "no meeting 'kd-net-1999-01-01'"),
        (("--ahead", "nowhere"), "no station 'nowhere'"),
    ],
)
def test_a_supposition_that_makes_no_sense_is_told(terminal: Terminal, words: tuple[str, str], told: str) -> None:
    said = terminal.run("plan", terminal.numbers["fresh"], *words)
    assert said.code == 1
    assert told in said.words


def test_the_api_says_the_same(terminal: Terminal, web: House) -> None:
    number = web.numbers["fresh"]
    found = web.client(IDA).get(f"/api/sager/{number}/plan", params={"by": "2020-06-01"})
    assert found.status_code == 200
    said = PlanDocument.model_validate_json(found.text)
    mine = _plan(terminal, "fresh", "--by", "2020-06-01")
    assert said.legs == mine.legs
    assert said.backward == mine.backward


def test_a_day_to_be_decided_by_before_the_papers_are_ready_is_refused(terminal: Terminal, web: House) -> None:
    number = terminal.numbers["fresh"]
    terminal.run("plan", number, "--by", "2020-03-01", "--from", "2020-04-01").refused("nothing is decided by")
    answer = web.client(IDA).get(f"/api/sager/{number}/plan?by=2020-03-01&from=2020-04-01")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:kdflow:problem:unreadable")
    page = web.client(IDA).get(f"/sager/{number}/plan?senest=2020-03-01&fra=2020-04-01")
    assert "Sagen kan ikke være besluttet, før papirerne er klar." in page.text


def test_the_api_hides_what_one_may_not_see(web: House) -> None:
    lars = web.client(LARS)
    assert lars.get(f"/api/sager/{web.numbers['closed']}/plan").status_code == 404
    assert web.client(IDA).get(f"/api/sager/{web.numbers['fresh']}/plan?by=nonsense").status_code == 422


@pytest.mark.parametrize("option", ["--from", "--by"])
def test_a_year_that_is_not_counted_in_is_refused(terminal: Terminal, option: str) -> None:
    said = terminal.run("plan", terminal.numbers["fresh"], option, "0001-01-01")
    assert said.code == 1
    assert "lies outside the years 2000 to 2060" in said.words


def test_what_missing_costs_is_told_of_the_journey_as_it_is_not_of_the_one_counted_back(
    terminal: Terminal,
) -> None:
    back = _plan(terminal, "fresh", "--by", "2020-06-01").backward
    assert back is not None
    assert [leg.missed for leg in back.legs] == [None]


ODDS = (
    "8 af 10 for, at sagen er færdigbehandlet senest fredag den 13. marts 2020, "
    "når organerne udsætter og sender tilbage lige så ofte som hidtil.\n"
    "I 8 af 10 forløb er den færdig senest fredag den 29. maj 2020.\n"
    "Bygger på 20 behandlinger i KD-Net.\n"
)


def _seen(monkeypatch: pytest.MonkeyPatch, decided: int, postponed: int) -> None:
    """Let KD-Net have decided and postponed so often."""
    tally = {"kd-net": (decided, postponed, 0)}
    monkeypatch.setattr(outcomes, "tallies", lambda *_args, **_more: tally)


def test_the_chance_stands_beside_the_planned_day_with_what_it_rests_on_and_as_on_the_page(
    terminal: Terminal, web: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _seen(monkeypatch, 14, 6)
    out = terminal.run("plan", terminal.numbers["fresh"]).done().out
    assert "Kan tidligst være færdig fredag den 13. marts 2020.\n" + ODDS in out
    page = text_of(web.client(IDA).get(f"/sager/{web.numbers['fresh']}/plan").text)
    assert " ".join(ODDS.split()) in page.replace(" .", ".")
    by = terminal.run("plan", terminal.numbers["fresh"], "--by", "2020-06-01").done().out
    assert "for, at sagen er færdigbehandlet senest mandag den 1. juni 2020" in by


def test_no_chance_is_told_of_few_treatments_or_of_what_is_only_supposed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _seen(monkeypatch, 13, 6)
    assert "af 10" not in terminal.run("plan", terminal.numbers["fresh"]).done().out
    _seen(monkeypatch, 14, 6)
    assert "af 10" not in terminal.run("plan", terminal.numbers["fresh"], "--from", "2020-02-20").done().out


def test_a_plan_that_breaks_at_an_election_says_that_the_next_term_is_not_known_yet(terminal: Terminal) -> None:
    number = terminal.numbers["fresh"]
    out = (
        terminal.run(
            "plan",
            number,
            "--from",
            "2022-01-03",
            "--without",
            "kd-net-2022-02-11",
            "--without",
            "kd-net-2022-03-17",
        )
        .done()
        .out
    )
    assert (
        "Kan ikke gennemføres: Valgpause i KD-Net fra fredag den 3. december 2021: "
        "næste periodes møder er endnu ikke fastlagt." in out
    )
    assert "Valget tirsdag den 16. november 2021: ingen møder i KD-Net efter fredag den 3. december 2021." in out
