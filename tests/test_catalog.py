"""Files are read strictly and complained of exactly: every planted fault is named with its file and line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdflow import catalog
from kdflow.catalog import crosscheck, sources
from kdflow.domain.errors import Flawed, NotFound
from kdflow.domain.workflow import BackTo, Consent, Outcome, Workflow

ROUTE = """\
name: proeve
version: 1
title: En prøve
valid: {from: 2007-01-01}
stations:
  - key: gruppe
    body: {role: administrativ-gruppe}
    asks: indstilling
    consent: chair
  - key: kdnet
    body: kd-net
    after: [gruppe]
  - key: kkr
    body: kkr-midt
    after: [kdnet]
    submit: conditional
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation's own folder, with one sound workflow."""
    (tmp_path / "workflows").mkdir()
    (tmp_path / "config" / "calendars").mkdir(parents=True)
    (tmp_path / "workflows" / "proeve@1.yaml").write_text(ROUTE, "utf-8")
    return tmp_path


def complaints(folder: Path, text: str, file: str = "workflows/proeve@1.yaml") -> list[str]:
    """What `check` says of `folder` when `file` holds `text`: file name, line and message."""
    (folder / file).write_text(text, "utf-8")
    return [
        f"{Path(flaw.file).name}:{flaw.line}: {flaw.message} ({flaw.hint})" for flaw in catalog.check([folder])
    ]


def test_a_sound_file_beside_the_shipped_ones_has_no_flaws(folder: Path) -> None:
    assert catalog.check([folder]) == ()
    assert catalog.check([folder / "workflows" / "proeve@1.yaml"]) == ()


# fault: (what to replace in ROUTE, by what, the line, words of the complaint)
FAULTS = {
    "an item of many hours": (
        "body: kd-net\n",
        "body: kd-net\n    minutes: 481\n",
        12,
        "less than or equal to 480",
    ),
    "minutes without a meeting": (
        "body: kd-net\n",
        "body: kd-net\n    procedure: preparation@1\n    minutes: 20\n",
        13,
        "minutes are those of a meeting",
    ),
    "unknown key": ("    after: [kdnet]", "    aftr: [kdnet]", 15, "unknown key 'aftr' (did you mean 'after'?"),
    "unknown key at the top": ("title: En", "titel: En", 3, "unknown key 'titel' (did you mean 'title'?"),
    "missing key": ("title: En prøve\n", "", 1, "key 'title' is missing"),
    "not a word of the list": ("asks: indstilling", "asks: instilling", 8, "(did you mean 'indstilling'?"),
    "not a consent": ("consent: chair", "consent: true", 9, "True is not allowed (write one of: none, chair"),
    "not a key": ("key: kkr", "key: KKR", 13, "'KKR' is not written as it must be (write small letters"),
    "not a version": ("    after: [gruppe]", "    procedure: meeting", 12, "and the version: standard@1"),
    "not a date": ("2007-01-01", "2007-02-30", 4, "day value is outside expected range"),
    "not a number": ("version: 1", "version: one", 2, "a whole number is expected"),
    "a boolean as a number": ("version: 1", "version: true", 2, "a whole number is expected"),
    "a list for a text": ("body: kd-net", "body: [kd-net]", 11, "text is expected, not ['kd-net']"),
    "a text for a list": ("after: [kdnet]", "after: kdnet", 15, "a list is expected, not 'kdnet'"),
    "unknown key in a role": (
        "{role: administrativ-gruppe}",
        "{rolle: x}",
        7,
        "unknown key 'rolle' (did you mean",
    ),
    "duplicate key": (
        "    asks: indstilling",
        "    key: igen",
        8,
        "key 'key' stands twice; the first is on line 6",
    ),
    "anchor": ("body: kd-net", "body: &a kd-net", 11, "anchors and aliases"),
    "alias": ("body: kd-net", "body: *a", 11, "anchors and aliases"),
    "tag": ("body: kd-net", "body: !!python/name:os.system x", 11, "is not used here"),
    "string tag": ("body: kd-net", "body: !!str kd-net", 11, "is not used here"),
    "merge key": ("    body: kd-net", "    <<: {body: kd-net}", 11, "merge keys"),
    "key that is a list": ("    body: kd-net", "    ? [a, b]\n    : kd-net", 11, "a key must be plain text"),
    "tab": ("    body: kd-net", "\tbody: kd-net", 11, "with spaces, not with tabs"),
    "syntax": ("body: kd-net", "body: [kd-net", 12, "YAML syntax"),
    "second document": ("stations:", "---\nstations:", 5, "a second document begins"),
    "unknown body": ("body: kd-net", "body: kdnet", 11, "unknown body 'kdnet'"),
    "unknown station": ("[kdnet]", "[kdnett]", 15, "unknown station 'kdnett'"),
    "unknown role": ("role: administrativ-gruppe", "role: gruppen", 7, "no body plays 'gruppen'"),
    "unknown procedure": ("    after: [gruppe]", "    procedure: mode@1", 12, "unknown procedure 'mode@1'"),
    "chair where there are two": ("submit: conditional", "consent: chair", 16, "cannot be given at 'kkr-midt'"),
    "file name": ("version: 1", "version: 2", 1, "the file is called proeve@1.yaml, but it defines proeve@2"),
    "amends": ("version: 1", "version: 1\namends: '7'", 3, "cannot amend the route of one sag"),
    "control character": ("En prøve", "En \x07", 3, "a character that YAML does not allow"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_with_file_and_line(folder: Path, fault: str) -> None:
    old, new, line, words = FAULTS[fault]
    text = ROUTE.replace(old, new, 1)
    assert text != ROUTE
    found = complaints(folder, text)
    assert any(one.startswith(f"proeve@1.yaml:{line}: ") and words in one for one in found), found


OTHER_FILES = {
    "bodies: successor": (
        "config/bodies.yaml",
        "bodies:\n  - key: a\n    name: A\n    kind: forum\n    valid: {to: 2020-01-01}\n    successor: b\n",
        6,
        "unknown successor 'b'",
    ),
    "bodies: successor without an end": (
        "config/bodies.yaml",
        "bodies:\n  - {key: a, name: A, kind: forum, successor: b}\n  - {key: b, name: B, kind: forum}\n",
        2,
        "has a successor but no end",
    ),
    "bodies: successor ends first": (
        "config/bodies.yaml",
        "bodies:\n  - {key: a, name: A, kind: forum, valid: {to: 2020-01-01}, successor: b}\n"
        "  - {key: b, name: B, kind: forum, valid: {to: 2019-01-01}}\n",
        2,
        "no later than 'a'",
    ),
    "bodies: twice": (
        "config/bodies.yaml",
        "bodies:\n  - {key: a, name: A, kind: forum}\n  - {key: a, name: B, kind: forum}\n",
        3,
        "body 'a' stands twice",
    ),
    "bodies: a standing item twice": (
        "config/bodies.yaml",
        "standing:\n  - {key: eventuelt, title: Eventuelt}\n  - {key: eventuelt, title: Igen}\n"
        "bodies:\n  - {key: a, name: A, kind: forum}\n",
        3,
        "standing item 'eventuelt' stands twice",
    ),
    "bodies: a public one that is not political": (
        "config/bodies.yaml",
        "bodies:\n  - key: a\n    name: A\n    kind: administrativ\n    public: true\n",
        5,
        "a body of kind administrativ holds no public meetings",
    ),
    "bodies: secretariat": (
        "config/bodies.yaml",
        "bodies:\n  - {key: a, name: A, kind: forum, secretariat: a}\n",
        2,
        "'a' is no secretariat",
    ),
    "bodies: less time than an item takes": (
        "config/bodies.yaml",
        "bodies:\n  - key: a\n    name: A\n    kind: forum\n    minutes_per_item: 20\n    most_minutes: 15\n",
        6,
        "a meeting has 15 minutes, but an item takes 20",
    ),
    "bodies: no minutes": (
        "config/bodies.yaml",
        "bodies:\n  - key: a\n    name: A\n    kind: forum\n    most_minutes: 0\n",
        5,
        "greater than or equal to 1",
    ),
    "bodies: an item of many hours": (
        "config/bodies.yaml",
        "bodies:\n  - key: a\n    name: A\n    kind: forum\n    minutes_per_item: 481\n",
        5,
        "less than or equal to 480",
    ),
    "calendar: a meeting of a week": (
        "config/calendars/dks.yaml",
        "body: dks\nmeetings:\n  - on: 2020-01-24\n    most_minutes: 10080\n",
        4,
        "less than or equal to 999",
    ),
    "people: body": (
        "config/people.yaml",
        "people:\n  - id: p\n    name: P\n    email: p@x.example\n    offices: [{office: member, body: nil}]\n",
        5,
        "unknown body 'nil'",
    ),
    "people: chair of a forum": (
        "config/people.yaml",
        "people:\n  - id: p\n    name: P\n    email: p@x.example\n"
        "    offices: [{office: chair, body: kvartalsmoede}]\n",
        5,
        "whose chairing is 'none'",
    ),
    "people: two chairs": (
        "config/people.yaml",
        "people:\n"
        "  - {id: p, name: P, email: p@a, offices: [{office: chair, body: dks, valid: {to: 2020-01-31}}]}\n"
        "  - {id: q, name: Q, email: q@a, offices: [{office: chair, body: dks, valid: {from: 2020-01-31}}]}\n",
        3,
        "two chairs at the same time: p and q",
    ),
    "people: here from a day": (
        "config/people.yaml",
        "people:\n  - {id: p, name: P, email: p@a, valid: {from: 2020-01-31}}\n",
        2,
        "only `to` can be given",
    ),
    "people: stand-in": (
        "config/people.yaml",
        "people:\n  - id: p\n    name: P\n    email: p@x.example\n    absences: [{valid: {}, stand_in: p}]\n",
        5,
        "unknown stand-in 'p'",
    ),
    "people: everywhere": (
        "config/people.yaml",
        "people:\n  - {id: p, name: P, email: p@x.example, offices: [{office: chair, body: '*'}]}\n",
        2,
        "an administrator is at",
    ),
    "bodies: a closing day that does not exist": (
        "config/bodies.yaml",
        "closing_days:\n  - {on: 02-30, name: X}\nbodies:\n  - {key: a, name: A, kind: forum}\n",
        2,
        "day",
    ),
    "bodies: ends before it begins": (
        "config/bodies.yaml",
        "bodies:\n  - {key: a, name: A, kind: forum, valid: {from: 2020-01-02, to: 2020-01-01}}\n",
        2,
        "before it begins",
    ),
    "people: office ends before it begins": (
        "config/people.yaml",
        "people:\n  - id: p\n    name: P\n    email: p@a\n"
        "    offices: [{office: member, body: dks, valid: {from: 2020-01-02, to: 2020-01-01}}]\n",
        5,
        "before it begins",
    ),
    "people: absence ends before it begins": (
        "config/people.yaml",
        "people:\n  - id: p\n    name: P\n    email: p@a\n"
        "    absences: [{valid: {from: 2020-01-02, to: 2020-01-01}}]\n",
        5,
        "before it begins",
    ),
    "people: address": (
        "config/people.yaml",
        "people:\n  - {id: p, name: P, email: nowhere}\n",
        2,
        "'nowhere' is not written as it must be",
    ),
    "calendar: date": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: 2020-02-30}\n",
        3,
        "is not a date",
    ),
    "calendar: no bounds": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: næste møde}\n",
        3,
        "says nothing about when",
    ),
    "calendar: twice": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: 2020-02-03}\n  - {on: 2020-02-03}\n",
        4,
        "meeting 'kd-net-2020-02-03' stands twice",
    ),
    "calendar: no id": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: efterår 2021}\n",
        3,
        "no id can be made from 'efterår 2021'",
    ),
    "calendar: id of another body's meeting": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: 2020-02-03}\n  - {on: 2020-02-04, id: dassos-2020-01-22}\n",
        4,
        "stands in",
    ),
    "calendar: body": (
        "config/calendars/nil.yaml",
        "body: nil\nmeetings: []\n",
        1,
        "unknown body 'nil'",
    ),
    "calendar: out of time": (
        "config/calendars/sku.yaml",
        "body: sku\nmeetings:\n  - {on: 2023-02-03}\n",
        3,
        "'sku' ended on 2022-06-30",
    ),
    "calendar: hour without day": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: 2020-02, at: 10:00}\n",
        3,
        "an hour without a day",
    ),
    "calendar: weekday": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: torsdag den 6. maj 2020}\n",
        3,
        "that day is onsdag den 6. maj 2020",
    ),
    "calendar: hour in the clock gap": (
        "config/calendars/kd-net.yaml",
        "body: kd-net\nmeetings:\n  - {on: 2020-03-29, at: 02:30}\n",
        3,
        "there is no 02:30 on 2020-03-29",
    ),
    "no kind of file": ("config/other.yaml", "a: 1\n", 1, "what kind of file this is cannot be seen"),
    "no keys": ("config/other.yaml", "- a\n", 1, "no keys at the top level"),
    "empty": ("config/people.yaml", "", 1, "no keys at the top level"),
}


@pytest.mark.parametrize("fault", OTHER_FILES)
def test_a_fault_in_a_configuration_file_is_named_with_file_and_line(folder: Path, fault: str) -> None:
    file, text, line, words = OTHER_FILES[fault]
    found = complaints(folder, text, file)
    assert any(one.startswith(f"{Path(file).name}:{line}: ") and words in one for one in found), found


def test_all_faults_of_all_files_are_shown_at_once_and_in_order(folder: Path) -> None:
    (folder / "config" / "people.yaml").write_text("people:\n  - {id: P, name: P, email: x}\n", "utf-8")
    text = ROUTE.replace("title:", "titel:").replace("body: kd-net", "body: KD-Net").replace("asks:", "ask:")
    found = complaints(folder, text)
    lines = [int(one.split(":")[1]) for one in found if one.startswith("proeve@1.yaml")]
    assert lines == sorted(lines) == [1, 3, 8, 11]
    assert sum(one.startswith("people.yaml:2:") for one in found) == 2
    with pytest.raises(Flawed) as caught:
        catalog.load([folder])
    alone = [f"{flaw.message} ({flaw.hint})" for flaw in caught.value.flaws]
    assert all(any(one.endswith(other) for other in alone) for one in found)  # and those of a folder by itself


OWN = """\
name: p
version: 1
title: P
initial: preparing
states:
  - {key: preparing, title: Under forberedelse}
  - {key: done, title: Slut, final: true}
moves:
  - {name: go, title: Gå, from: [preparing], to: done, by: [owner]}
  - {name: pull, title: Tag af, from: [preparing], to: done, by: [engine]}
outcomes:
  godkendt: go-on
"""


def test_what_a_flaw_of_form_has_no_part_in_is_said_at_the_same_time(folder: Path) -> None:
    (folder / "workflows" / "procedures").mkdir()
    file = "workflows/procedures/p@1.yaml"
    sound = complaints(folder, OWN, file)
    assert [one for one in sound if "'withdraw'" in one]
    assert [one for one in sound if "no move hands the sag on" in one]
    found = complaints(folder, OWN.replace("[owner]", "[ejer]"), file)
    assert set(sound) < set(found)
    assert len(found) == len(sound) + 1
    pulled_by = complaints(folder, OWN.replace("[engine]", "[maskine]"), file)
    assert not [one for one in pulled_by if "needs a move 'pull'" in one], "that may be who it was meant for"


def test_a_broken_procedure_is_not_complained_of_again_by_every_workflow(folder: Path) -> None:
    (folder / "workflows" / "procedures").mkdir()
    (folder / "workflows" / "procedures" / "own@1.yaml").write_text("states: 7\n", "utf-8")
    text = ROUTE.replace("    after: [gruppe]", "    after: [gruppe]\n    procedure: own@1")
    assert not [one for one in complaints(folder, text) if "unknown procedure" in one]


BOMBS = {
    "deep": "a: " + "[" * 20_000,
    "deep and closed": "a: " + "[" * 20_000 + "]" * 20_000,
    "deep in lines": "\n".join(" " * n + "a:" for n in range(400)),
    "deep mappings": "{a: " * 20_000,
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "large": "a: " + "x" * 300_000,
    "many keys": "\n".join(f"k{n}: 1" for n in range(15_000)) + "\nstations: []",
    "many digits": "stations: " + "9" * 100_000,
    "many duplicates": "stations: 1\n" * 15_000,
    "not text": "stations: \x00",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_quickly(folder: Path, bomb: str) -> None:
    begun = time.perf_counter()
    found = complaints(folder, BOMBS[bomb])
    assert any(one.startswith("proeve@1.yaml:") for one in found)
    assert time.perf_counter() - begun < 5


def test_a_file_that_is_not_utf8_is_refused_at_its_line(folder: Path) -> None:
    path = folder / "workflows" / "proeve@1.yaml"
    path.write_bytes(ROUTE.encode("latin-1"))
    assert [(flaw.line, flaw.message) for flaw in catalog.check([path])] == [(3, "not UTF-8 text")]


def test_a_path_that_does_not_exist_is_a_flaw(tmp_path: Path) -> None:
    (flaw,) = catalog.check([tmp_path / "nothing.yaml"])
    assert flaw.message.startswith("cannot be read")


def test_a_fault_in_yaml_is_never_executed(folder: Path) -> None:
    proof = folder / "proof"
    complaints(
        folder,
        f"stations: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{proof}']]\n",
    )
    assert not proof.exists()


def parsed(text: str) -> Workflow:
    """A workflow read from text."""
    found = catalog.parse_definition(text, "proeve@1.yaml")
    assert isinstance(found, Workflow)
    return found


def test_only_true_and_false_are_booleans() -> None:
    for word in ("on", "no", "yes", "off", "Nej", "NO", "y"):
        assert parsed(ROUTE.replace("En prøve", word)).title == word


def test_a_word_is_not_taken_for_a_boolean() -> None:
    states = "name: p\nversion: 1\ntitle: P\ninitial: a\nstates:\n  - {key: a, title: A, final: yes}\n"
    with pytest.raises(Flawed) as caught:
        catalog.parse_definition(states, "p@1.yaml")
    assert [flaw.line for flaw in caught.value.flaws] == [6]
    assert "true or false is expected, not 'yes'" in str(caught.value)


def test_values_come_through_as_written() -> None:
    text = ROUTE.replace("asks: indstilling", "outcomes: {udsat: {back_to: gruppe}, forkastet: end}")
    workflow = parsed(text)
    assert workflow.stations[0].outcomes[Outcome.POSTPONED] == BackTo(back_to="gruppe")
    assert workflow.stations[0].consent is Consent.CHAIR
    assert str(workflow.valid.start) == "2007-01-01"


def test_a_definition_reads_the_same_from_json() -> None:
    workflow = parsed(ROUTE)
    assert parsed(workflow.canonical) == workflow
    assert Workflow.model_validate_json(workflow.canonical) == workflow


def test_two_files_for_one_workflow_contradict_each_other(folder: Path) -> None:
    (folder / "workflows" / "more").mkdir()
    (folder / "workflows" / "more" / "proeve@1.yaml").write_text(ROUTE, "utf-8")
    messages = [flaw.message for flaw in catalog.check([folder])]
    assert len(messages) == 1
    assert "is defined in" in messages[0]


def test_a_weekend_meeting_is_a_warning_and_no_flaw(folder: Path) -> None:
    path = folder / "config" / "calendars" / "kd-net.yaml"
    path.write_text("body: kd-net\nmeetings:\n  - {on: 2018-03-16}\n  - {on: 2018-03-18}\n", "utf-8")
    assert catalog.check([folder]) == ()
    assert [(flaw.line, flaw.message) for flaw in catalog.warnings([folder])] == [(4, "2018-03-18 is a Sunday")]


def test_a_gap_before_a_successor_is_a_warning(folder: Path) -> None:
    heir = "  - {key: b, name: B, kind: forum, valid: {from: 2020-01-11}}\n"
    text = "bodies:\n  - {key: a, name: A, kind: forum, valid: {to: 2020-01-01}, successor: b}\n" + heir
    path = folder / "config" / "bodies.yaml"
    path.write_text(text, "utf-8")
    assert [flaw.line for flaw in catalog.warnings([path])] == [2]
    path.write_text(text.replace("2020-01-11", "2020-01-02"), "utf-8")
    assert catalog.warnings([path]) == ()


def test_a_flood_of_faults_is_cut_short(folder: Path) -> None:
    found = complaints(folder, BOMBS["many keys"])
    assert len(found) < 200
    assert any("more faults of this sort" in one for one in found)
    assert "larger than 256 kB" in complaints(folder, BOMBS["large"])[0]


def test_an_absence_without_a_stand_in_is_no_flaw(folder: Path) -> None:
    text = "people:\n  - {id: p, name: P, email: p@a, absences: [{valid: {from: 2020-01-02}}]}\n"
    assert complaints(folder, text, "config/people.yaml") == []


def test_own_files_take_the_place_of_shipped_ones(folder: Path) -> None:
    shipped = catalog.shipped_root() / "workflows" / "standard@1.yaml"
    own = folder / "workflows" / "standard@1.yaml"
    own.write_text(shipped.read_text("utf-8"), "utf-8")
    assert catalog.check([own]) == ()


def test_the_catalog_answers_by_name() -> None:
    shipped = catalog.load([catalog.shipped_root()])
    definitions = shipped.definitions("standard@1")
    assert set(definitions.procedures) == {"life@1", "meeting@1"}
    assert shipped.latest("standard").ref == "standard@1"
    for ask in (shipped.definitions, shipped.latest):
        with pytest.raises(NotFound):
            ask("nothing@1")


# --- Scenarios -------------------------------------------------------------------------------------------

SCENARIO = """\
title: Prøve
now: 2020-01-20T09:00
sager:
  - title: Sag
    route: kun-kd-net@1
    owner: sagsejer-erhverv
    opened_on: 2019-12-01
    fills: {administrativ-gruppe: erhvervssg}
    steps:
      - station: gruppe
        moves: [decide]
        by: sagsejer-erhverv
        on: 2019-12-02
        parts: [{text: A, outcome: anbefalet}]
      - {station: gruppe, moves: [approve], by: formand-erhvervssg, on: 2019-12-03}
      - {station: gruppe, moves: [hand-on], by: sagsejer-erhverv, on: 2019-12-04}
      - station: kdnet
        moves: [submit]
        by: sagsejer-erhverv
        on: 2020-01-08
        meeting: kd-net-2020-01-24
        parts:
          - {text: A}
      - {station: kdnet, moves: [accept], by: sekretaer-kd-net, on: 2020-01-09}
"""

SCENARIO_FAULTS = {
    "clock": ("2020-01-20T09:00", "2020-13-20T09:00", 2, "is no time"),
    "route": ("kun-kd-net@1", "kun-kd-net@9", 5, "unknown workflow 'kun-kd-net@9'"),
    "owner": ("owner: sagsejer-erhverv", "owner: sagsejer-nil", 6, "unknown person 'sagsejer-nil'"),
    "fill": ("gruppe: erhvervssg", "gruppe: kkr-midt", 8, "'kkr-midt' does not play 'administrativ-gruppe'"),
    "no fill": ("    fills: {administrativ-gruppe: erhvervssg}\n", "", 4, "nobody plays"),
    "order": ("[decide]", "[hand-on]", 11, "no move 'hand-on' from 'preparing'"),
    "undecided": (", outcome: anbefalet", "", 11, "needs parts that are all decided"),
    "no answer": ("anbefalet", "drøftet", 11, "'drøftet' does not answer 'indstilling'"),
    "actor": ("by: formand-erhvervssg", "by: formand-dassos", 15, "may not 'approve' at 'erhvervssg'"),
    "time runs back": ("2019-12-03", "2019-12-01", 15, "lies before 2019-12-02"),
    "move": ("[hand-on]", "[treat]", 16, "no move 'treat' from 'decided'"),
    "station": ("station: kdnet", "station: kdnett", 17, "unknown station 'kdnett'"),
    "too early": ("[hand-on]", "[approve]", 17, "'kdnet' still waits for gruppe"),
    "no meeting": ("        meeting: kd-net-2020-01-24\n", "", 18, "needs a meeting"),
    "no indstilling": ("        parts:\n          - {text: A}\n", "", 18, "needs an indstilling"),
    "meeting": ("kd-net-2020-01-24", "kkr-midt-2020-02-05", 21, "is no meeting of 'kd-net'"),
    "two of a name": (
        "sager:\n",
        "sager:\n  - {title: Sag, route: droeftelse-kd-net@1, owner: administrator, opened_on: 2019-12-01}\n",
        4,
        "two sager are called 'Sag'",
    ),
    "actor unknown": ("by: formand-erhvervssg", "by: formand-nil", 15, "unknown person 'formand-nil'"),
    "no reason": ("[approve]", "[rework]", 15, "needs a reason"),
    "unreadable day": ("on: 2019-12-02", "on: 2019-12-02\n        decided_on: 2019-02-30", 14, "is not a date"),
    "future": ("on: 2020-01-09", "on: 2020-02-09", 24, "lies after the scenario's clock"),
    "comment": (
        "    steps:\n",
        "    comments: [{by: nobody-known, on: 2020-01-02, text: Hej}]\n    steps:\n",
        9,
        "unknown person 'nobody-known'",
    ),
    "related": ("    steps:\n", "    related: [Sag]\n    steps:\n", 9, "no sag above is called 'Sag'"),
    "held too early": ("[accept]", "[accept, treat]", 24, "was not held yet"),
}


@pytest.mark.parametrize("fault", SCENARIO_FAULTS)
def test_a_scenario_is_walked_before_it_is_believed(folder: Path, fault: str) -> None:
    assert complaints(folder, SCENARIO, "config/scenario.yaml") == []
    old, new, line, words = SCENARIO_FAULTS[fault]
    assert old in SCENARIO
    found = complaints(folder, SCENARIO.replace(old, new, 1), "config/scenario.yaml")
    assert any(one.startswith(f"scenario.yaml:{line}: ") and words in one for one in found), found


MANY_FAULTS = """\
name: proeve
version: 1
title: En prøve
foo: 1
valid: {from: 2023-01-01, to: 2022-01-01}
stations:
  - key: gruppe
    body: {rolle: administrativ-gruppe}
    asks: nope
  - key: kdnet
    body: ukendt
    after: [zzz]
    outcomes: {godkentt: go-on, udsat: {back_to: nowhere}}
  - key: KKR
    body: kkr-midt
    after: [kdnet, kdnet]
    consent: chair
  - body: kkr-mid
    after: [kdnet]
    consent: maybe
  - key: slut
    body: kontaktudvalg-midt
    after: [kkr]
"""

ALL_OF_THEM = [
    (4, "unknown key 'foo'"),
    (5, "valid ends on 2022-01-01"),
    (8, "key 'role' is missing"),
    (8, "unknown key 'rolle'"),
    (9, "'nope' is not allowed"),
    (11, "unknown body 'ukendt'"),
    (12, "unknown station 'zzz'"),
    (13, "'godkentt' is not allowed"),
    (13, "goes back to 'nowhere'"),
    (14, "'KKR' is not written as it must be"),
    (16, "names a station twice"),
    (17, "consent 'chair' cannot be given at 'kkr-midt'"),
    (18, "key 'key' is missing"),
    (18, "unknown body 'kkr-mid'"),
    (20, "'maybe' is not allowed"),
    (22, "unknown body 'kontaktudvalg-midt'"),
]


def test_flaws_of_form_do_not_hide_flaws_of_sense_and_nothing_is_told_that_rests_on_a_guess(folder: Path) -> None:
    found = complaints(folder, MANY_FAULTS)
    for line, words in ALL_OF_THEM:
        assert any(one.startswith(f"proeve@1.yaml:{line}: ") and words in one for one in found), (words, found)
    assert len(found) == len(ALL_OF_THEM), found


PROCEDURE_FAULTS = {
    "a move that cannot be read makes no state unreachable": ("name: withdraw", "name: [withdraw]", ["text is"]),
    "a target of the wrong type is told once": ("to: submitted", "to: [submitted]", ["text is expected"]),
    "an unknown guard beside the guard that is needed": (
        "      - {guard: meeting_chosen,",
        "      - {guard: meeting_chosn,",
        ["unknown guard 'meeting_chosn'", "without the guard meeting_chosen"],
    ),
}


@pytest.mark.parametrize("fault", PROCEDURE_FAULTS)
def test_a_flawed_procedure_is_examined_as_far_as_it_can_be_read(folder: Path, fault: str) -> None:
    text = (catalog.shipped_root() / "workflows" / "procedures" / "meeting@1.yaml").read_text("utf-8")
    old, new, wanted = PROCEDURE_FAULTS[fault]
    assert old in text
    (folder / "workflows" / "procedures").mkdir()
    found = complaints(folder, text.replace(old, new, 1), "workflows/procedures/meeting@1.yaml")
    assert len(found) == len(wanted), found
    for words in wanted:
        assert any(words in one for one in found), found


def test_a_body_that_cannot_be_read_hides_no_other_unknown_body(folder: Path) -> None:
    bodies = (catalog.shipped_root() / "config" / "bodies.yaml").read_text("utf-8")
    broken = bodies.replace("key: kd-net\n", "key: kd-net\n    chairing: nobody-knows\n", 1)
    assert broken != bodies
    (folder / "config" / "bodies.yaml").write_text(broken, "utf-8")
    found = complaints(folder, ROUTE.replace("body: kkr-midt", "body: kkr-mist"))
    assert any("'nobody-knows' is not allowed" in one or "stands twice" in one for one in found), found
    assert any("unknown body 'kkr-mist'" in one for one in found), found
    assert not any("unknown body 'kd-net'" in one for one in found), found


@pytest.mark.parametrize(
    "text", ["stations: 3\n", "stations: []\n", "stations: [3, {}]\nname: 7\n", "states: {}\n"]
)
def test_of_a_hopeless_file_the_flaws_of_form_are_told(folder: Path, text: str) -> None:
    found = complaints(folder, text)
    assert found
    assert not any("unnamed" in one.split("(")[0] for one in found), found


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_broken_in_a_shipped_file_is_told_and_nothing_raises(data: st.DataObject) -> None:
    files = sources.files_of([catalog.shipped_root()])
    path = data.draw(st.sampled_from(files))
    lines = path.read_text("utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        broken = data.draw(st.sampled_from(["[]", "{}", "3", "x: y", "- a", "true", ""]))
        lines[number] = lines[number].split(":")[0] + ": " + broken
    source = sources.read_text("\n".join(lines).encode(), path, path.name)
    material = crosscheck.Material([source])
    assert crosscheck.examine(material).flaws or source.content is not None
