"""What published minutes say of sager, beside the decisions that are kept with the sager themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kdflow.domain.agenda import step_of
from kdflow.domain.publications import PublicationKind, with_closed
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.store import agendas, mapping
from kdflow.store.database import Tx, marks

_SAID = """
select g.id, g.closed, p.content from sag g join publication p on p.kind = ?
and p.meeting in (select s.meeting from seat s where s.sag = g.id)
and p.version = (select max(version) from publication n where n.meeting = p.meeting and n.kind = p.kind)
where g.id in ({sager}) order by g.id, p.meeting
"""


def texts_of(tx: Tx, ids: Sequence[SagId]) -> dict[SagId, list[str]]:
    """The texts and remarks in the newest minutes of the meetings that some sager have been at. What stands under
    a closed point is left out where the sag is open now: what was sent while it was closed stays so."""
    if not ids:
        return {}
    rows = tx.run(_SAID.format(sager=marks(ids)), (PublicationKind.MINUTES, *ids)).fetchall()
    made = [(SagId(sag), bool(closed), mapping.from_json(content)) for sag, closed, content in rows]
    now_closed = agendas.closed_now(tx, sorted({MeetingId(content["meeting"]["id"]) for _, _, content in made}))
    found: dict[SagId, list[str]] = {}
    for sag, closed, content in made:
        seen = with_closed(content, now_closed[content["meeting"]["id"]])
        said = list(_of(seen, sag, is_closed=closed))
        if said:
            found.setdefault(sag, []).extend(said)
    return found


def sager_in(content: Mapping[str, Any]) -> tuple[SagId, ...]:
    """The sager that minutes have a point about."""
    named = (step_of(point["key"]) for point in content["points"])
    return tuple(dict.fromkeys(one[0] for one in named if one))


def _of(content: Mapping[str, Any], sag: SagId, *, is_closed: bool) -> Iterator[str]:
    for point in content["points"]:
        named = step_of(point["key"])
        if named and named[0] == sag and (is_closed or not point["closed"]):
            yield from filter(None, (point["text"], *(one["text"] for one in point["remarks"])))
