"""What came with the forms of the administration, read into values; and why something cannot be."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from kdflow import rendering
from kdflow.domain.body_change import ClosingDay
from kdflow.domain.deadlines import DeadlineKind, Roll, Rule, Unit
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Conflict, Frozen, Refused, Unreadable
from kdflow.domain.ladders import DutyKind, Recipient, Rung
from kdflow.domain.timetable import Chairing, StandingItem
from kdflow.domain.workflow import Validity
from kdflow.web.calendar_forms import hour_of_text
from kdflow.web.forms import Faults, Gap, Incomplete, Typed, date_gap

TIMES = 12
"""How often a reminder comes again where nobody says."""

MOST_RUNGS = 8
"""Reminders that a ladder has room for in its form."""

HAPPENS = (Refused, Conflict, Frozen, Unreadable, Incomplete)
"""What a form is shown again for; whoever may not, or asks for what is not there, gets another page."""


def faults_of(error: Exception, form: str) -> Faults:
    """An error as the page of its form shows it.

    Raises:
        The error itself, where no form can mend it.
    """
    words = rendering.words()["administration"]["refusals"]
    if isinstance(error, Refused):
        lines = [(str(words.get(r.guard, r.text)), f"{form}-{r.field}" if r.field else "") for r in error.reasons]
        return Faults(gaps=(), kind="refused", lines=tuple(lines))
    if isinstance(error, Incomplete):
        return Faults(gaps=tuple((gap.key, f"{form}-{gap.field}" if gap.field else "") for gap in error.gaps))
    if isinstance(error, Unreadable):
        return Faults(gaps=((error.code, ""),))
    if isinstance(error, (Conflict, Frozen)):
        return Faults(gaps=(), kind="conflict", lines=((str(words["changed_meanwhile"]), ""),))
    raise error


def status_of(found: Faults) -> int:
    """The status of the page that shows them."""
    return 409 if found.kind == "conflict" else 422


class Reader:
    """Reads the fields of a form, and notes all that cannot be read."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.gaps: list[Gap] = []

    def done(self) -> None:
        """Raise Incomplete with every gap there is."""
        if self.gaps:
            raise Incomplete(*self.gaps)

    def day(self, name: str) -> date | None:
        """A day; None where the field is empty."""
        if not self.typed[name]:
            return None
        try:
            if found := read_either(self.typed[name]).exact:
                return found
            self.gaps.append(Gap("plan-day", name))
        except Unreadable as error:
            self.gaps.append(Gap(date_gap(error, "plan-day"), name))
        return None

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number; None where the field is empty."""
        text = self.typed[name].replace("−", "-")
        if not text:
            return None
        if re.fullmatch(r"-?\d{1,4}", text) and low <= int(text) <= high:
            return int(text)
        self.gaps.append(Gap("number", name))
        return None

    def hour(self, name: str) -> time:
        """A time of day; noon where the field is empty."""
        found = hour_of_text(self.typed[name]) if self.typed[name] else time(12)
        if found is None:
            self.gaps.append(Gap("at", name))
        return found or time(12)

    def period(self, start: str = "valid_from", end: str = "valid_to") -> Validity:
        """From one day to another; either may be left open."""
        return Validity.model_construct(start=self.day(start), end=self.day(end))

    def unit(self, name: str) -> Unit:
        """Working days or calendar days."""
        return "calendar" if self.typed[name] == "calendar" else "working"


# --- bodies ----------------------------------------------------------------------------------------------------


def body_values(what: str, read: Reader) -> Mapping[str, Any]:
    """What a form wants of a body: only the fields that stand in it.

    Raises:
        Incomplete: with everything that cannot be read.
    """
    values = _VALUES[what](read)
    read.done()
    return values


def _stem(read: Reader) -> dict[str, Any]:
    typed = read.typed
    chairing = Chairing(typed["chairing"]) if typed["chairing"] in set(Chairing) else Chairing.CHAIR
    return {
        "name": typed["name"],
        "short": typed["short"],
        "secretariat": typed["secretariat"] or None,
        "chairing": chairing,
    }


def _limits(read: Reader) -> dict[str, Any]:
    per_item = read.number("minutes_per_item", 1, 999)
    limits = {"most_items": read.number("most_items", 1, 500), "most_minutes": read.number("most_minutes", 1, 999)}
    return {**limits, **({"minutes_per_item": per_item} if per_item else {})}


def _rules(read: Reader) -> dict[str, Any]:
    return {"rules": {kind: _rule(read, kind) for kind in DeadlineKind}}


def _rule(read: Reader, kind: DeadlineKind) -> Rule | None:
    days, at, roll = read.number(f"days-{kind}", 0, 250), read.hour(f"at-{kind}"), read.typed[f"roll-{kind}"]
    if days is None:
        return None
    known: dict[str, Roll] = {"earlier": "earlier", "later": "later", "none": "none"}
    return Rule(days=days, unit=read.unit(f"unit-{kind}"), at=at, roll=known.get(roll, "earlier"))


def _end(read: Reader) -> dict[str, Any]:
    return {"valid_to": read.day("valid_to"), "successor": read.typed["successor"] or None}


def _standing(read: Reader) -> dict[str, Any]:
    first = [(line, False) for line in read.typed["first"].splitlines() if line.strip()]
    last = [(line, True) for line in read.typed["last"].splitlines() if line.strip()]
    return {"standing": tuple(_item(line.strip(), is_last) for line, is_last in (*first, *last))}


def _item(title: str, is_last: bool) -> StandingItem:
    key = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "punkt"
    return StandingItem(key=key, title=title, is_last=is_last)


def _ladder(read: Reader) -> dict[str, Any]:
    kind = read.typed["kind"]
    if kind not in set(DutyKind):
        raise Incomplete(Gap("form", ""))
    rungs = [rung for number in range(MOST_RUNGS) if (rung := _rung(read, number))]
    return {"ladders": {DutyKind(kind): tuple(rungs)}}


def _rung(read: Reader, number: int) -> Rung | None:
    days = read.number(f"days-{number}", -250, 250)
    if days is None:
        return None
    to = tuple(one for one in Recipient if read.typed[f"to-{number}-{one}"])
    if not to:
        read.gaps.append(Gap("recipient", f"days-{number}"))
    text = "consent-escalated" if read.typed[f"text-{number}"] == "consent-escalated" else None
    every = read.number(f"every-{number}", 1, 250) or 0
    if every and days < 1:
        read.gaps.append(Gap("number", f"days-{number}"))
    return Rung(
        days=days,
        to=to,
        after="start" if read.typed[f"after-{number}"] == "start" else "deadline",
        unit=read.unit(f"unit-{number}"),
        at=read.hour(f"at-{number}"),
        text=text,
        every=every,
        times=(read.number(f"times-{number}", 1, 100) or TIMES) if every else 0,
    )


_VALUES = {
    "stamdata": _stem,
    "pladser": _limits,
    "frister": _rules,
    "ophor": _end,
    "faste": _standing,
    "rykkere": _ladder,
}
"""The forms about a body, by their address."""

FORMS = frozenset(_VALUES)


def closing_day_of(read: Reader) -> ClosingDay:
    """The closing day that a form names; Incomplete where it cannot be read."""
    day = _month_day(read.typed["day"]) or ""
    if not day and (exact := read.day("day")):
        day = exact.isoformat()
    if not day and not read.gaps:
        read.gaps.append(Gap("closing-day", "day"))
    valid = read.period()
    read.done()
    return ClosingDay(
        body=read.typed["organ"] or "*",
        day=day,
        name=" ".join(read.typed["name"].split()),
        is_worked=read.typed["kind"] == "worked",
        valid=valid,
    )


def _month_day(text: str) -> str | None:
    """ "24-12", "24/12" or "24.12." as month and day; None for anything else."""
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})\.?", text.replace(" ", ""))
    if match is None:
        return None
    try:
        return f"{date(2020, int(match[2]), int(match[1])):%m-%d}"
    except ValueError:
        return None
