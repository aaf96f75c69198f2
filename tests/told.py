"""Every kind of notice with data as it really comes, for the tests that render them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kdflow.domain.departures import DAY
from kdflow.domain.ladders import TEXTS
from kdflow.domain.missed import MISSED
from kdflow.domain.notices import COMMENTED, CONSENT_WANTED, KINDS, LIFE_KINDS, MENTIONED, OTHER

TODAY = date(2020, 1, 20)
"""The day on which the reminders below are written, a Monday."""

OTHERS = frozenset({MISSED, COMMENTED, MENTIONED, "calendar-running-out", "body-ending", "sign-in"})
OTHERS |= {"rules-changed", "stand-in", "office", "account"}
OTHERS |= {"minutes-to-approve", "minutes-sent-back", "named-though-absent", "task", "remark"}
OTHERS |= {"task-taken-back", "remark-taken-back"}
OTHERS |= {"minutes-approved", "apologies", "sag-closed", "sag-opened"}
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


def asked(kind: str, due: str, meeting: str | None, *, told: bool = False) -> dict[str, Any]:
    """What a notice carries that says what a step waits for; one that only tells of it is not due itself."""
    what = {"kind": kind, "does": "go-on", "due": minute(due), "is_over": False, "meeting": meeting, "meets": True}
    return {"asked": what} if told else {"asked": what, "due": minute(due)}


MOVE = {"reason": "Tallene\n\nmangler", "body": "KD-Net", "outcome": "godkendt", "meeting": "2020-01-24"}
NEXT = {"asked": {**asked("submission", "2020-02-28", "2020-03-13", told=True)["asked"], "body": "KD-Net"}}
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
    "held_up": [{"body": "DASSOS", "does": "consent"}],
}
AT_MEETING = {
    "meeting_id": "kd-net-2020-01-24",
    "numbers": ["SAG-2020-0001", "SAG-2020-0004"],
    "count": 2,
    "submitted": [],
    "waiting": 0,
}
MINUTES = {
    "body": "KD-Net",
    "meeting": "2020-01-24",
    "meeting_id": "kd-net-2020-01-24",
    "page": "referat/2",
    "version": 2,
    "points": [
        {"number": "7", "title": "En sag", "outcome": "godkendt"},
        {"number": "8", "title": "Eventuelt", "outcome": None},
    ],
    "closed": 1,
    "objection": {"on": "2020-02-17", "at": "12.00"},
    "reason": "Beslutningen om punkt 7 var forkert",
}
TASK = {
    "body": "KD-Net",
    "meeting": "2020-01-24",
    "closed": False,
    "point": "7",
    "point_title": "En sag",
    "text": "Skriv et notat\nom tallene",
    "due": "2020-02-14",
    "by": "Karin Sekretær",
}
REMARK = {
    "body": "KD-Net",
    "meeting": "2020-01-24",
    "closed": False,
    "point": "7",
    "point_title": "En sag",
    "text": "Tallene skal med næste gang",
    "to": "DASSOS",
    "by": "Karin Sekretær",
}
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
    "rules-changed": {
        "bodies": [{"body": "KD-Net", "key": "kd-net", "fields": ["rules.submission", "most_items"]}],
        "reason": "Papirerne skal være klar før",
        "sager": [{"sag": "a", "number": "SAG-2020-0001", "title": "En sag", "lines": [LINE]}],
    },
    "new-owner": {"reason": "Ny stilling", "owner": "Ida Sagsejer", "was": "Lars Fremmed", **NEXT},
    "resumed": {**MOVE, **NEXT},
    "route-changed": {**MOVE, **NEXT},
    "stand-in": {
        "name": "Jens Formand",
        "bodies": ["KD-Net"],
        "valid": ["2020-01-27", "2020-02-07"],
        "ended": False,
        "stand_in": "Vibe Næst",
        "is_own": False,
    },
    "office": {"office": "chair", "body": "KD-Net", "valid": ["2020-02-01", None], "reason": None, "ended": False},
    "account": {"added": True},
    "sag-closed": {
        "by": "Ida Sagsejer",
        "urgent": True,
        "sent": [{"kind": "agenda", "body": "KD-Net", "meeting": "2020-01-24", "count": 9}],
    },
    "sag-opened": {"by": "Ida Sagsejer", "urgent": True, "sent": []},
    "place": {**MOVE, "word": "out"},
    "waiting": {**MOVE, "next": "KKR Midtjylland", "until": "2020-06-17"},
    "pulled": {**MOVE, "decided": "forkastet", "decided_by": "DASSOS", "cause": "decided", "differs": False},
    "agenda-published": {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "meeting_id": "kd-net-2020-01-24",
        "page": "dagsorden/2",
        "place": "Silkeborg",
        "version": 2,
        "points": [{"number": "7", "title": "En sag"}, {"number": "7.a", "title": "En del af den"}],
        "gone": [{"number": "3", "title": "En sag, der er udgået"}],
        "closed": 1,
        "reason": "En sag kom til",
    },
    "minutes-to-approve": {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "meeting_id": "kd-net-2020-01-24",
        "page": "referat/godkend",
        "by": "Karin Sekretær",
        **asked("minutes", "2020-02-03", None),
    },
    "minutes-sent-back": {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "meeting_id": "kd-net-2020-01-24",
        "page": "referat",
        "by": "Jens Formand",
        "reason": "Der mangler et navn\nunder punkt 3.",
        **asked("minutes", "2020-02-03", None),
    },
    "minutes-approved": {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "meeting_id": "kd-net-2020-01-24",
        "page": "referat/udsend",
        "by": "Jens Formand",
        **asked("minutes", "2020-02-03", None),
    },
    "apologies": {
        "body": "KD-Net",
        "meeting": "2020-01-24",
        "meeting_id": "kd-net-2020-01-24",
        "page": "referat",
        "by": "Vibe Medlem",
        "absent": True,
    },
    "minutes-published": MINUTES,
    "named-though-absent": {**MINUTES, "version": 1, "page": "referat/1", "reason": None},
    "task": TASK,
    "task-taken-back": TASK,
    "remark": REMARK,
    "remark-taken-back": REMARK,
    "condition-met": {**MOVE, "decided": "godkendt", "decided_by": "DASSOS", "cause": "decided", "differs": True},
    "consent-wanted": {"body": "KD-Net", "outcome": "godkendt", **asked("consent", "2020-01-29", None)},
    "step-opened": {**MOVE, **asked("submission", "2020-02-28", "2020-03-13")},
    "declined": {**MOVE, **asked("submission", "2020-02-28", "2020-03-13")},
    "taken-off": {**MOVE, **asked("submission", "2020-02-28", "2020-03-13")},
    "reopened": {**MOVE, **asked("submission", "2020-02-28", "2020-03-13")},
    "decided": {**MOVE, **asked("consent", "2020-01-29", None, told=True)},
    "approved": {**MOVE, "note": "Husk økonomien.", **asked("advance", "2020-01-29", None, told=True)},
    "consent-lapsed": {**MOVE, **asked("consent", "2020-01-29", None, told=True)},
    "submission": reminder("2020-01-23", 3),
    "accept": reminder("2020-01-24", 4),
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
    "commented": {"by": "Karin Sekretær", "text": "Er **tallene** fra i år?"},
    "mentioned": {"by": "Karin Sekretær", "text": "@Jens Formand: er tallene fra i år?"},
    "sign-in": {"code": "042917", "minutes": 15},
}
"""What the kinds carry that are not just a move of a step."""


def data_of(kind: str) -> Mapping[str, Any]:
    """The data of a notice of one kind."""
    return DATA.get(kind, MOVE)
