"""Everything that is shipped loads without a flaw, fits its JSON Schema, and can carry the recorded cases."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kdflow import catalog
from kdflow.catalog.sources import KINDS, files_of, read_file
from kdflow.catalog.text import Reader
from kdflow.domain.workflow import BodyRole, Station, Workflow

SHIPPED = catalog.load([catalog.shipped_root()])
FILES = files_of([catalog.shipped_root()])

ROLES = re.compile(
    "(Formand|Formandskabet|Medformand|Kommunal|Regional|Næstformand|Sekretær|Sagsejer|Systemadministrator|Medlem"
    "|Medarbejder)\\b"
)

# case: the workflow that carries it, and for each of its steps in `seq` order the station (None: no body of ours)
CASES: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "C01": ("c01-resultatkontrakt@1", ("erhvervssg", "kdnet", "bemaerkninger", "kkr")),
    "C02": ("c02-resultatkontrakt@1", ("erhvervssg", "kdnet", "kkr")),
    "C03": (
        "c03-rammeaftale@2",
        ("dassos", "kdnet", "kkr", "hoering-byraad", "hoering-region", "udkast", "byraad", "region"),
    ),
    "C04": ("c04-akut-hjaelp@1", ("kdnet-1", "region-1", "dassos", "kdnet-2", "kkr", "region-2")),
    "C05": ("c05-naer-psykiatri@1", ("alliancen", "kdnet-1", "kosu", "dassos", "kdnet-2")),
    "C06": ("c06-iv-aftale@1", ("sku-1", "kdnet", "styregruppe", "sku-2", "kkr", "kommuner", "region")),
    "C07": ("c07-dimensionering@1", ("styregruppe", "kdnet-mail", "udvalg", "kdnet", "kkr")),
    "C08": (
        "c08-infrastruktur@1",
        ("kontaktudvalg-1", "styregruppe", "kkr", None, "kdnet-1", "kdnet-2", "kontaktudvalg-2", None),
    ),
    "C09": ("c09-erklaering@1", ("borgmestre", "kdnet")),
    "C10": ("gruppe-orienterer-kd-net@1", ("gruppe", "kdnet")),
    "C11": ("orientering-kd-net@1", ("kdnet",)),
    "C12": ("c12-samarbejdsaftale@1", (None, "styregruppe", "kdnet")),
    "C13": ("droeftelse-kd-net@1", ("kdnet",)),
    "C14": ("orientering-kd-net@1", ("kdnet",)),
    "C15": ("droeftelse-kkr@1", ("kkr",)),
    "C17": (
        "c17-ny-forankring@1",
        ("alliancen", "dks", "dassos", "kdnet", "kvartalsmoede", "kkr", "kontaktudvalg", "kdnet-adm"),
    ),
    "C19": (
        "c19-kollektiv-trafik@1",
        ("bestilling", "analyse", "kdnet", "kkr", "kontaktudvalg", "realisering"),
    ),
}


def facts(shared: Path) -> dict[str, Any]:
    """The recorded facts."""
    found: dict[str, Any] = json.loads((shared / "facts.json").read_text("utf-8"))
    return found


def test_everything_shipped_is_sound() -> None:
    assert catalog.check([catalog.shipped_root()]) == ()
    assert len(SHIPPED.workflows) >= 9
    assert len(SHIPPED.procedures) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_fits_its_schema(path: Path) -> None:
    reader = Reader()
    reader.read(path.read_text("utf-8"))
    kind = read_file(path).kind
    assert kind is not None
    jsonschema.validate(reader.value, catalog.schemas()[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_and_refuses_unknown_keys(kind: str) -> None:
    schema = catalog.schemas()[kind]
    jsonschema.Draft202012Validator.check_schema(schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"no-such-key": 1}, schema)


def test_only_the_known_doubtful_dates_are_warned_of() -> None:
    days = {flaw.message.split(" is a ")[0] for flaw in SHIPPED.warnings if " is a " in flaw.message}
    assert days == {"2018-03-18", "2018-08-25"}


def test_people_are_named_by_role_and_live_nowhere() -> None:
    for person in SHIPPED.people:
        assert re.fullmatch(r"[a-z0-9-]+@[a-z0-9-]+\.example", person.email), person
        assert ROLES.match(person.name), person.name


def test_every_body_with_a_chair_has_one_somebody_can_ask() -> None:
    led = {appointment.body for appointment in SHIPPED.appointments if appointment.office in ("chair", "co-chair")}
    assert {body.key for body in SHIPPED.bodies.values() if body.chairing != "none"} == led


def test_every_meeting_body_has_a_secretary_on_its_first_day() -> None:
    from_office = {(a.body, a.valid) for a in SHIPPED.appointments if a.office == "secretary"}
    for meeting in SHIPPED.meetings:
        body = SHIPPED.bodies[meeting.body]
        serving = {valid for key, valid in from_office if key in (body.key, body.secretariat)}
        assert any(valid.covers(meeting.begins_on or date.max) for valid in serving), meeting.id


def test_the_calendars_are_the_recorded_ones(shared: Path) -> None:
    recorded = {
        (meeting["body"], meeting["date"])
        for meeting in facts(shared)["meetings"]
        if meeting["format"] not in ("konference", "seminar")
    }
    assert {(meeting.body, meeting.on.text) for meeting in SHIPPED.meetings} <= recorded


def test_the_bodies_of_every_recorded_route_are_known(shared: Path) -> None:
    used = {step["body"] for case in facts(shared)["cases"] for step in case["routes"] if step["body"]}
    assert used <= set(SHIPPED.bodies)


def fits(station: Station, body: str) -> bool:
    """Whether a station is at a body, or at a role that the body plays."""
    if isinstance(station.body, BodyRole):
        return station.body.role in SHIPPED.bodies[body].plays
    return station.body == body


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_case_can_be_walked_in_the_order_it_was_recorded(shared: Path, case: str) -> None:
    ref, stations = CASES[case]
    workflow = SHIPPED.workflows[ref]
    recorded = next(one for one in facts(shared)["cases"] if one["id"] == case)["routes"]
    assert [step["seq"] for step in recorded] == list(range(1, len(stations) + 1))
    done: set[str] = _bodiless(workflow, stations)
    for step, key in zip(recorded, stations, strict=True):
        if key is None:
            continue
        station = workflow.by_key[key]
        assert fits(station, step["body"])
        assert set(station.after) <= done
        done.add(key)


def _bodiless(workflow: Workflow, stations: tuple[str | None, ...]) -> set[str]:
    """Stations for a recorded step without a body (a letter is sent): nobody walks them in the record."""
    return {station.key for station in workflow.stations} - set(stations)


def test_the_scenario_holds_the_sager_of_the_meeting() -> None:
    scenario = SHIPPED.scenario
    assert scenario is not None
    assert scenario.starts_at.isoformat() == "2020-01-20T08:00:00+00:00"
    on_agenda = [
        sag.title
        for sag in scenario.sager
        for row in sag.steps
        if row.meeting == "kd-net-2020-01-24" and "submit" in row.moves
    ]
    assert len(on_agenda) == len(set(on_agenda)) == 12


def test_one_sag_waits_for_the_secretary_and_rests_on_a_condition() -> None:
    assert SHIPPED.scenario is not None
    sag = next(sag for sag in SHIPPED.scenario.sager if sag.route == "c03-rammeaftale@2")
    moves = [(row.station, move) for row in sag.steps for move in row.moves]
    assert moves == [("dassos", "submit"), ("dassos", "accept"), ("kdnet", "submit")]


def test_no_sentence_is_copied_from_the_papers(shared: Path) -> None:
    papers = " ".join(" ".join(path.read_text("utf-8").split()) for path in (shared / "seeds").glob("*.txt"))
    assert SHIPPED.scenario is not None
    for sag in SHIPPED.scenario.sager:
        prose = [sag.case_text, *(part.text for row in sag.steps for part in row.parts)]
        for sentence in re.split(r"(?<=[.;:])\s+", " ".join(prose)):
            assert sentence.strip(" .") not in papers or len(sentence.split()) < 5, sentence
