"""Every definition a sag may have started on: kept for ever, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from kdflow.domain.errors import Flawed, LocatedFlaw, NotFound
from kdflow.domain.workflow import Definitions, Procedure, Workflow
from kdflow.store.database import DEFINITIONS, Tx

KEPT = 256
"""Definitions kept in a process; a version that is no longer kept is read again."""

_D = TypeVar("_D", Workflow, Procedure)


def keep(tx: Tx, definitions: Iterable[Workflow | Procedure], now: datetime) -> None:
    """Add definitions that are not known yet.

    Raises:
        Flawed: a known version has another content now; a change must be a new version.
    """
    flaws = []
    for definition in definitions:
        row = tx.run("select digest from definition where ref = ?", (definition.ref,)).fetchone()
        if row is None:
            _add(tx, definition, now)
        elif row[0] != definition.digest:
            flaws.append(
                LocatedFlaw(
                    definition.ref,
                    1,
                    "this version has been used with another content",
                    "undo the change and put it into a new version",
                )
            )
    if flaws:
        raise Flawed(flaws)


def _add(tx: Tx, definition: Workflow | Procedure, now: datetime) -> None:
    kind = "workflow" if isinstance(definition, Workflow) else "procedure"
    tx.run(
        "insert into definition (ref, kind, digest, content, added_at) values (?, ?, ?, ?, ?)",
        (definition.ref, kind, definition.digest, definition.canonical, tx.instant(now)),
    )
    tx.added.add(definition.ref)


def load(tx: Tx, ref: str) -> Definitions:
    """A workflow version with every procedure it names; a version never changes, so it is read once.

    Raises:
        NotFound: no sag can have started on it.
    """
    if ref in tx.added:
        return _read(tx, ref)
    kept: Definitions | None = tx.kept.get(ref)
    if kept is None:
        if len(tx.kept) >= KEPT:
            tx.kept.clear()
        kept = tx.kept[ref] = _read(tx, ref)
    return kept


def _read(tx: Tx, ref: str) -> Definitions:
    workflow = _parsed(Workflow, _content(tx, ref))
    refs = {station.procedure for station in workflow.stations} | {workflow.life}
    procedures = {name: _parsed(Procedure, _content(tx, name)) for name in sorted(refs)}
    return Definitions(workflow=workflow, procedures=procedures)


def procedure(tx: Tx, ref: str) -> Procedure:
    """One procedure version; NotFound when it is not kept."""
    found: Procedure = _parsed(Procedure, _content(tx, ref))
    return found


def procedures(tx: Tx) -> tuple[Procedure, ...]:
    """Every procedure version that is kept; they are read again when a definition has been added."""
    if not tx.is_read_only:
        return _procedures(tx)
    mark = tx.mark(DEFINITIONS)
    kept: tuple[str | None, tuple[Procedure, ...]] | None = tx.kept.get(DEFINITIONS)
    if kept is None or kept[0] != mark:
        kept = tx.kept[DEFINITIONS] = mark, _procedures(tx)
    return kept[1]


def _procedures(tx: Tx) -> tuple[Procedure, ...]:
    rows = tx.run("select content from definition where kind = 'procedure' order by ref").fetchall()
    return tuple(_parsed(Procedure, str(row[0])) for row in rows)


def _content(tx: Tx, ref: str) -> str:
    row = tx.run("select content from definition where ref = ?", (ref,)).fetchone()
    if row is None:
        raise NotFound("definition", ref)
    return str(row[0])


@lru_cache(maxsize=KEPT)
def _parsed(model: type[_D], content: str) -> _D:
    return model.model_validate_json(content)


def known(tx: Tx) -> tuple[str, ...]:
    """Every workflow version that is kept, private routes of single sager left out."""
    rows = tx.run(
        "select ref from definition where kind = 'workflow' and ref not like ? order by ref", ("%+%",)
    ).fetchall()
    return tuple(row[0] for row in rows)
