"""Every kind of notice with data as it really comes, for the tests that render them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kdflow.domain.departures import DAY
from kdflow.domain.ladders import TEXTS
from kdflow.domain.notices import CONSENT_WANTED, KINDS, LIFE_KINDS, OTHER
from kdflow.domain.watch import MISSED

TODAY = date(2020, 1, 20)
"""The day on which the reminders below are written, a Monday."""

OTHERS = frozenset({MISSED, "calendar-running-out", "body-ending", "sign-in"})
EVERY_KIND = sorted({*KINDS.values(), *LIFE_KINDS.values(), OTHER, CONSENT_WANTED, *TEXTS, *OTHERS})


def minute(day: str, hour: int = 12, past: int = 0) -> int:
    """A civil minute."""
    return date.fromisoformat(day).toordinal() * DAY + hour * 60 + past


def reminder(due: str, days: int, **more: Any) -> dict[str, Any]:
    """What a reminder carries that is written on `TODAY`."""
    return {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "due": minute(due),
        "days": days,
        "is_over": days < 0,
        "does": "",
        "count": 0,
        "duty": {"kind": "", "about": "kdnet", "due": minute(due)},
        "now": minute(TODAY.isoformat(), 9),
        **more,
    }


MOVE = {"reason": "Tallene\n\nmangler", "body": "KD-Net", "outcome": "godkendt", "meeting": "2020-01-24"}
MOVED = {"on": "2020-03-13", "at": "10.00", "format": "fysisk", "place": None, "status": "moved", "note": None}
LINE = {
    "body": "KKR Midtjylland",
    "old_on": "2020-06-17",
    "old_at": None,
    "new_on": "2020-09-08",
    "new_at": None,
    "seat": "",
    "overtaken": False,
    "old_due": minute("2020-06-03"),
    "new_due": minute("2020-08-25"),
}
MISS = {
    "body": "KD-Net",
    "meeting": "2020-01-24",
    "due": minute("2020-01-10"),
    "then": "2020-03-13",
    "new_due": minute("2020-02-28"),
    "days_here": 49,
    "days": 77,
    "lines": [
        {"body": "KKR Midtjylland", "on": minute("2020-06-17", 13), "was": minute("2020-04-01", 13)},
        {"body": "Kontaktudvalget", "on": minute("2020-08-20", 9), "was": minute("2020-08-20", 9)},
    ],
}
AT_MEETING = {"meeting_id": "kd-net-2020-01-24", "numbers": ["SAG-2020-0001", "SAG-2020-0004"], "count": 2}
DATA: Mapping[str, Mapping[str, Any]] = {
    "meeting-changed": {
        "changes": [
            {
                "what": "meeting-moved",
                "body": "KD-Net",
                "meeting": "kd-net-2020-01-24",
                "old": {**MOVED, "on": "2020-01-24"},
                "new": MOVED,
            }
        ],
        "reason": "Salen er optaget",
        "sager": [{"sag": "a", "number": "SAG-2020-0001", "title": "En sag", "lines": [LINE]}],
    },
    "place": {**MOVE, "word": "out"},
    "pulled": {**MOVE, "decided": "forkastet", "decided_by": "DASSOS", "cause": "decided", "differs": False},
    "condition-met": {**MOVE, "decided": "godkendt", "decided_by": "DASSOS", "cause": "decided", "differs": True},
    "consent-wanted": {"body": "KD-Net", "outcome": "godkendt"},
    "submission": reminder("2020-01-23", 3),
    "missed": MISS,
    "consent": reminder("2020-01-21", 1),
    "consent-escalated": reminder("2020-01-16", -2),
    "advance": reminder("2020-01-27", 5, does="go-on"),
    "work": reminder("2020-01-24", 4, meeting=None),
    "agenda": reminder("2020-01-20", 0, **AT_MEETING),
    "decision": reminder("2020-01-17", -1, **AT_MEETING),
    "minutes": reminder("2020-01-31", 9, **AT_MEETING),
    "calendar-running-out": {"body": "KD-Net", "last": "2020-12-11", "sager": 7, "stranded": 2},
    "body-ending": {"body": "DKS", "ends_on": "2021-12-31", "successor": "KOSU", "sager": 4},
    "sign-in": {"code": "042917", "minutes": 15},
}
"""What the kinds carry that are not just a move of a step."""


def data_of(kind: str) -> Mapping[str, Any]:
    """The data of a notice of one kind."""
    return DATA.get(kind, MOVE)
