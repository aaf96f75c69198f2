"""Who is said to answer for an absent leader is who really does."""

import pytest

from kdflow.domain.covering import Cover, could_answer, covers, uncovered
from tests import make

VICE = "jens chair kkr, vibe vice-chair kkr"
TWO = "jens chair kkr, jens chair kd-net, vibe vice-chair kkr"

# case: (offices, the absence, absences of others, who answers where; "?": not on all of the days)
CASES = {
    "nobody": ("jens chair kkr", "jens - 2020-02-01..2020-02-07", "", ["kkr: ?"]),
    "the vice-chair": (VICE, "jens - 2020-02-01..2020-02-07", "", ["kkr: vibe"]),
    "a named stand-in": (VICE, "jens lars 2020-02-01..2020-02-07", "", ["kkr: lars"]),
    "a vice-chair who is away as well": (
        VICE,
        "jens - 2020-02-01..2020-02-07",
        "vibe - 2020-01-28..2020-02-09",
        ["kkr: ?"],
    ),
    "a vice-chair who is away in some of the days": (
        VICE,
        "jens - 2020-02-01..2020-02-07",
        "vibe - 2020-02-03..2020-02-04",
        ["kkr: vibe?"],
    ),
    "a vice-chair whose time runs out": (
        "jens chair kkr, vibe vice-chair kkr ..2020-02-03",
        "jens - 2020-02-01..2020-02-07",
        "",
        ["kkr: vibe?"],
    ),
    "a stand-in who is away for a while, when the vice-chair answers": (
        VICE,
        "jens lars 2020-02-01..2020-02-07",
        "lars - 2020-02-03..2020-02-04",
        ["kkr: lars,vibe"],
    ),
    "two bodies, of which one has a vice-chair": (
        TWO,
        "jens - 2020-02-01..2020-02-07",
        "",
        ["kkr: vibe", "kd-net: ?"],
    ),
    "two bodies with one stand-in": (TWO, "jens lars 2020-02-01..2020-02-07", "", ["kkr kd-net: lars"]),
    "an absence that has begun": (VICE, "jens - 2020-01-01..2020-02-07", "", ["kkr: vibe"]),
    "somebody who leads nothing": ("jens member kkr", "jens - 2020-02-01..2020-02-07", "", []),
    "somebody who leads it no longer": ("jens chair kkr ..2020-01-31", "jens - 2020-02-01..2020-02-07", "", []),
}


def said(one: Cover) -> str:
    """`kkr: vibe?`: where, who, and whether there is a gap."""
    return f"{' '.join(one.bodies)}: {','.join(one.people)}{'?' if one.has_gap else ''}"


@pytest.mark.parametrize("case", CASES)
def test_who_answers(case: str) -> None:
    held, absent, others, expected = CASES[case]
    (absence,) = make.absences(absent)
    found = covers(absence, make.authority(held), make.absences(others))
    assert [said(one) for one in found] == expected
    assert list(uncovered(found)) == [body for one in found if one.has_gap for body in one.bodies]


def test_only_the_absences_of_who_could_answer_matter() -> None:
    (absence,) = make.absences("jens lars 2020-02-01..2020-02-07")
    assert could_answer(absence, make.authority(f"{VICE}, karin vice-chair kd-net")) == ("lars", "vibe")
