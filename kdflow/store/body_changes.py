"""What was changed by hand of bodies, from a day on, and the days that were closed or opened by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kdflow.domain.body_change import EVERYWHERE, BodyChange, ClosingDay
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.ladders import DutyKind
from kdflow.domain.timetable import Chairing
from kdflow.domain.workflow import Validity
from kdflow.store import mapping
from kdflow.store.database import Tx, marks

_CHANGE = "body, valid_from, content, in_force, made_by, made_at, reason"
_CLOSING = "body, day, name, is_worked, valid_from, valid_to, made_by, made_at"


def add(tx: Tx, change: BodyChange) -> int:
    """Keep a change; it lies on top of the body from when it is in force."""
    row = tx.run(
        f"insert into body_change ({_CHANGE}) values (?, ?, ?, ?, ?, ?, ?) returning id",
        (
            change.body,
            tx.day(change.valid_from),
            _content_to_json(change.values),
            change.in_force,
            change.made_by,
            tx.instant(change.made_at) if change.made_at else None,
            change.reason,
        ),
    ).fetchone()
    return int(row[0])


def of(tx: Tx, bodies: Sequence[str] | None = None) -> dict[str, list[BodyChange]]:
    """The changes of some bodies, or of all, in the order they take effect."""
    where = f" where body in ({marks(bodies) or 'null'})" if bodies is not None else ""
    rows = tx.run(
        f"select id, {_CHANGE} from body_change{where} order by valid_from, id", tuple(bodies or ())
    ).fetchall()
    found: dict[str, list[BodyChange]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(_change(row))
    return found


def due(tx: Tx, today: date) -> tuple[BodyChange, ...]:
    """The changes whose day has come and that are not in force yet."""
    rows = tx.run(
        f"select id, {_CHANGE} from body_change where in_force = ? and valid_from <= ? order by valid_from, id",
        (False, tx.day(today)),
    ).fetchall()
    return tuple(_change(row) for row in rows)


def bring_into_force(tx: Tx, ids: Sequence[int]) -> None:
    """Let some changes lie on top of their bodies from now on."""
    tx.run_many("update body_change set in_force = ? where id = ?", [(True, one) for one in ids])


def remove(tx: Tx, change: int) -> None:
    """Take a change away; the history keeps it."""
    tx.run("delete from body_change where id = ?", (change,))


def _change(row: Sequence[Any]) -> BodyChange:
    return BodyChange(
        id=row[0],
        body=row[1],
        valid_from=Tx.read_day(row[2]) or date.min,
        values=_content_from_json(row[3]),
        in_force=bool(row[4]),
        made_by=row[5],
        made_at=Tx.read_instant(row[6]),
        reason=row[7],
    )


def _content_to_json(values: Mapping[str, Any]) -> str:
    plain: dict[str, Any] = {}
    for field, value in values.items():
        if field == "rules":
            plain[field] = {kind: mapping.rule_to_plain(one) if one else None for kind, one in value.items()}
        elif field == "ladders":
            plain[field] = {
                kind: None if ladder is None else [mapping.rung_to_plain(rung) for rung in ladder]
                for kind, ladder in value.items()
            }
        elif field == "standing":
            plain[field] = [mapping.standing_to_plain(one) for one in value]
        else:
            plain[field] = value.isoformat() if isinstance(value, date) else value
    return mapping.to_json(plain)


def _content_from_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = mapping.from_json(text)
    for field in ("valid_from", "valid_to"):
        if found.get(field):
            found[field] = date.fromisoformat(found[field])
    if "chairing" in found:
        found["chairing"] = Chairing(found["chairing"])
    if "standing" in found:
        found["standing"] = tuple(map(mapping.standing_from_plain, found["standing"]))
    if "rules" in found:
        found["rules"] = {
            DeadlineKind(kind): mapping.rule_from_plain(one) if one else None
            for kind, one in found["rules"].items()
        }
    if "ladders" in found:
        found["ladders"] = {
            DutyKind(kind): None if ladder is None else tuple(map(mapping.rung_from_plain, ladder))
            for kind, ladder in found["ladders"].items()
        }
    return found


# --- closing days ----------------------------------------------------------------------------------------------


def closing_days(tx: Tx, bodies: Sequence[str] | None = None) -> tuple[ClosingDay, ...]:
    """What was closed and opened by hand, for all bodies and for some of them (or every one)."""
    keys = None if bodies is None else (EVERYWHERE, *bodies)
    where = f" where body in ({marks(keys)})" if keys is not None else ""
    rows = tx.run(
        f"select id, {_CLOSING} from closing_day{where} order by body, day, id", tuple(keys or ())
    ).fetchall()
    return tuple(
        ClosingDay(
            id=row[0],
            body=row[1],
            day=row[2],
            name=row[3],
            is_worked=bool(row[4]),
            valid=Validity.model_construct(start=Tx.read_day(row[5]), end=Tx.read_day(row[6])),
            made_by=row[7],
            made_at=Tx.read_instant(row[8]),
        )
        for row in rows
    )


def add_closing_day(tx: Tx, one: ClosingDay) -> None:
    """Keep a day that is closed, or opened, by hand."""
    tx.run(
        f"insert into closing_day ({_CLOSING}) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(one.body, one.day, one.name, one.is_worked, tx.day(one.valid.start), tx.day(one.valid.end)),
            *(one.made_by, tx.instant(one.made_at) if one.made_at else None),
        ),
    )


def end_closing_day(tx: Tx, one: ClosingDay, last: date) -> None:
    """Let a day stand until `last`; where nothing is left of it, it is gone."""
    if one.valid.start is not None and last < one.valid.start:
        tx.run("delete from closing_day where id = ?", (one.id,))
    else:
        tx.run("update closing_day set valid_to = ? where id = ?", (tx.day(last), one.id))
