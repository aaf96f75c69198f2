"""The forms of minutes, read into values: decisions of one point or of many, who was there, tasks, remarks."""

import re
from collections.abc import Mapping
from datetime import date

from kdflow.actions.decide_items import Decision
from kdflow.domain.agenda import PointKey, step_of
from kdflow.domain.authority import PersonId
from kdflow.domain.calling import called
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Unreadable
from kdflow.domain.minutes import Attendee, Part
from kdflow.domain.workflow import Outcome
from kdflow.queries.minutes_page import MinutesPage
from kdflow.web.forms import Gap, Incomplete, Typed, outcome_of, outcomes_of


def chosen_in(typed: Typed, prefix: str = "") -> dict[int, Outcome]:
    """The decisions that were chosen, by part; of the whole under 0."""
    whole = outcome_of(typed[f"{prefix}outcome"])
    return {**({0: whole} if whole else {}), **outcomes_of(typed, prefix)}


def decision_in(typed: Typed, point: str, prefix: str = "") -> Decision:
    """The decision about the sag of a point.

    Raises:
        Incomplete: it is not one of our forms.
    """
    about, version = step_of(point), typed[f"{prefix}step-version"]
    if about is None or not re.fullmatch(r"\d{1,9}", version):
        raise Incomplete(Gap("form", ""))
    chosen = chosen_in(typed, prefix)
    return Decision(
        sag=about[0],
        step=about[1],
        version=int(version),
        outcome=chosen.pop(0, None),
        outcomes=chosen,
        note=typed[f"{prefix}note"],
        confirmed=bool(typed[f"{prefix}confirmed"]),
    )


def decisions_in(typed: Typed) -> tuple[Decision, ...]:
    """The decisions of the points that were chosen in the form for many.

    Raises:
        Incomplete: none was chosen.
    """
    keys = [name.removeprefix("item.") for name in typed.values if name.startswith("item.") and typed[name]]
    if not keys:
        raise Incomplete(Gap("items", "items"))
    return tuple(decision_in(typed, key, f"{key}.") for key in keys)


def absent_in(typed: Typed, page: MinutesPage) -> tuple[PersonId, ...]:
    """The members who stood in the form without a mark; of one who did not stand there, nothing changes."""
    before = page.draft.minutes.attendance.absent
    return tuple(
        one
        for one in page.draft.members
        if (not typed[f"here.{one}"] if typed[f"member.{one}"] else one in before)
    )


def attendee_in(typed: Typed) -> Attendee:
    """Somebody else who was there.

    Raises:
        Incomplete: it is not said as what.
    """
    if typed["part"] not in set(Part):
        raise Incomplete(Gap("attendee_part", "part"))
    return Attendee(
        name=typed["name"],
        part=Part(typed["part"]),
        stands_for=PersonId(typed["stands_for"]) if typed["stands_for"] else None,
        point=PointKey(typed["point"]) if typed["point"] else None,
    )


def person_in(typed: Typed, names: Mapping[str, str]) -> PersonId:
    """The one person who is called as was typed.

    Raises:
        Incomplete: nobody is, or several are.
    """
    wanted = " ".join(typed["person"].split()).casefold()
    found = [key for key, label in called(names).items() if label.casefold() == wanted]
    if len(found) != 1:
        raise Incomplete(Gap("task_person", "person"))
    return PersonId(found[0])


def body_in(typed: Typed, page: MinutesPage) -> str:
    """The body that is called as was typed.

    Raises:
        Incomplete: none is.
    """
    world, wanted = page.draft.world, " ".join(typed["body"].split()).casefold()
    for one in world.bodies.values():
        if one.valid.covers(world.today) and wanted in (one.short.casefold(), one.name.casefold()):
            return one.key
    raise Incomplete(Gap("remark_body", "body"))


def due_in(typed: Typed) -> date | None:
    """The day by which something is to be done.

    Raises:
        Incomplete: it is no day.
    """
    if not typed["due"]:
        return None
    try:
        found = read_either(typed["due"]).exact
    except Unreadable:
        found = None
    if found is None:
        raise Incomplete(Gap("task_due", "due"))
    return found
