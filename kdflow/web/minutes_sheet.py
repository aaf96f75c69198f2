"""The one form in which minutes are written: whatever button is pressed, all that was typed in it is kept.

The names of the fields of a point begin with its key. Its hidden field `shown` is the digest of what stood in them
when the page was made: where nothing was typed, nothing is written, whoever wrote there meanwhile.
"""

import re
from dataclasses import replace

from kdflow.actions.write_minutes import mark_absent, write_point
from kdflow.domain.agenda import PointKey
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict
from kdflow.domain.minutes import Written
from kdflow.domain.timetable import MeetingId
from kdflow.queries.minutes_page import minutes_page
from kdflow.web.deps import Frame
from kdflow.web.forms import Gap, Incomplete, Typed
from kdflow.web.minutes_forms import absent_in, chosen_in

_KEPT = re.compile(r"text|note|outcome(-\d+)?")
"""The fields of a point that are kept as they were typed."""

_SENT = re.compile(r"(.+\.(task-(person|text|due)|remark-(body|text))|name)")
"""The fields whose words are only kept by the button beside them."""

WITHIN = {"opgave": "task-", "bemaerkning": "remark-"}
"""What the names of the fields of a button begin with, after the key of its point."""

_ATTENDING = {"deltagere", "deltager", "deltager-vaek"}
"""The buttons that keep who was there by themselves."""

_ATTENDEE = ("name", "part", "stands_for", "point")


def within(what: str, typed: Typed) -> str:
    """What the names of the fields of the pressed button begin with."""
    return f"{typed['at']}.{WITHIN[what]}" if what in WITHIN else ""


def touched(typed: Typed) -> tuple[str, ...]:
    """The points at which something was typed."""
    shown = (name.removesuffix(".shown") for name in typed.values if name.endswith(".shown"))
    return tuple(key for key in shown if _written(typed, key).digest != typed[f"{key}.shown"])


def what_was_typed(typed: Typed) -> Typed:
    """The form without what it only showed: the page says that anew."""
    mine = set(touched(typed))
    found = {}
    for name, text in typed.values.items():
        key, _, last = name.rpartition(".")
        if not key or key in mine or f"{key}.shown" not in typed.values or not _KEPT.fullmatch(last):
            found[name] = text
    return Typed(found)


def what_is_left(what: str, typed: Typed) -> Typed | None:
    """The form after a button was pressed, where it has words that no button has sent yet; else None."""
    gone = within(what, typed)
    values = {name: "" if gone and name.startswith(gone) else text for name, text in typed.values.items()}
    if what in ("deltagere", "deltager"):
        values |= dict.fromkeys(_ATTENDEE, "")
    return Typed(values) if any(text.strip() and _SENT.fullmatch(name) for name, text in values.items()) else None


def write(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId, key: str) -> Written:
    """Keep what was typed at one point.

    Raises:
        NotFound, NotAllowed, Locked, Conflict, Refused, Unreadable. Incomplete: it is not one of our forms.
    """
    new, version = _written(typed, key), typed[f"{key}.version"]
    if not re.fullmatch(r"\d{1,9}", version):
        raise Incomplete(Gap("form", ""))
    return write_point(
        frame.wiring.db,
        meeting,
        key,
        new.text,
        chosen=new.chosen,
        note=new.note,
        version=int(version),
        by=person,
        now=frame.now,
    )


def keep(frame: Frame, person: PersonId, typed: Typed, meeting: MeetingId, what: str) -> None:
    """Keep all that was typed, before what the pressed button does.

    Raises:
        NotFound, NotAllowed, Locked, Refused, Unreadable, Incomplete.
        Conflict: somebody else wrote there meanwhile; all else is kept.
    """
    db, conflicts = frame.wiring.db, []
    page = minutes_page(db, meeting, person, frame.now)  # others are refused, also where nothing was typed
    for key in touched(typed):
        try:
            write(frame, person, typed, meeting, key)
        except Conflict as error:
            conflicts.append(error)
    if what not in _ATTENDING and _is_ticked(typed):
        absent, key = absent_in(typed, page), f"{typed.key[:190]}.here"
        try:
            mark_absent(db, meeting, absent, version=typed.version, key=key, by=person, now=frame.now)
        except Conflict as error:
            conflicts.append(error)
    if conflicts:
        raise conflicts[0]


def _written(typed: Typed, key: str) -> Written:
    prefix = f"{key}."
    new = Written(key=PointKey(key), text=typed.values.get(f"{prefix}text", ""), note=typed[f"{prefix}note"])
    return replace(new, chosen=chosen_in(typed, prefix))


def _is_ticked(typed: Typed) -> bool:
    """Whether a member was ticked off, or on again."""
    members = (name.removeprefix("member.") for name in typed.values if name.startswith("member."))
    return any(bool(typed[f"here.{one}"]) != (typed[f"member.{one}"] == "here") for one in members)
