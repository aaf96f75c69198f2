"""What was published of meetings, version by version, and what became of the mails that told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.personal_numbers import Place, places, plain_papers
from kdflow.domain.publications import Content, Publication, PublicationKind
from kdflow.domain.timetable import MeetingId
from kdflow.store import contents, mapping, point_index
from kdflow.store.database import Tx, marks

_PUBLICATION = "meeting, kind, version, content, digest, made_at, made_by, reason"


def add(tx: Tx, made: Publication) -> None:
    """Keep a new version for ever."""
    tx.run(
        f"insert into publication ({_PUBLICATION}) values ({', '.join('?' * 8)})",
        (
            made.meeting,
            made.kind,
            made.version,
            mapping.mapping_to_json(made.content),
            made.digest,
            tx.instant(made.made_at),
            made.made_by,
            made.reason,
        ),
    )
    point_index.keep(tx, made.meeting)


def numbers_in(tx: Tx, content: Content) -> tuple[Place, ...]:
    """Where personal numbers stand in the open part of what would be published, its plain papers included."""
    return places(content, contents.load_many(tx, plain_papers(content)))


def newest(tx: Tx, meeting: MeetingId, kind: PublicationKind) -> Publication | None:
    """The newest version, or None where nothing was published."""
    row = tx.run(
        f"select {_PUBLICATION} from publication where meeting = ? and kind = ? order by version desc limit 1",
        (meeting, kind),
    ).fetchone()
    return _publication(row) if row else None


def of_meeting(tx: Tx, meeting: MeetingId, kind: PublicationKind) -> tuple[Publication, ...]:
    """All versions of the agenda of a meeting, or of its minutes, oldest first."""
    rows = tx.run(
        f"select {_PUBLICATION} from publication where meeting = ? and kind = ? order by version", (meeting, kind)
    ).fetchall()
    return tuple(map(_publication, rows))


def of_meetings(tx: Tx, meetings: Sequence[MeetingId]) -> tuple[Publication, ...]:
    """All that was published of some meetings, whatever it is, in the order of its versions."""
    rows = tx.run(
        f"select {_PUBLICATION} from publication where meeting in ({marks(meetings) or 'null'}) "
        "order by meeting, kind, version",
        tuple(meetings),
    ).fetchall()
    return tuple(map(_publication, rows))


def published(
    tx: Tx, meetings: Sequence[MeetingId], kind: PublicationKind = PublicationKind.AGENDA
) -> frozenset[MeetingId]:
    """Those of some meetings whose agenda (or minutes) was published. Which version is the newest depends on who
    reads it."""
    rows = tx.run(
        f"select distinct meeting from publication where meeting in ({marks(meetings) or 'null'}) and kind = ?",
        (*meetings, kind),
    ).fetchall()
    return frozenset(MeetingId(row[0]) for row in rows)


def agenda_readers(tx: Tx, meetings: Sequence[MeetingId]) -> dict[MeetingId, tuple[PersonId, ...]]:
    """Who has the newest agenda of each of some meetings that has any: those who were sent it, and who sent it."""
    rows = tx.run(
        f"select meeting, content, made_by from publication p where meeting in ({marks(meetings) or 'null'}) "
        "and kind = ? and version = "
        "(select max(version) from publication o where o.meeting = p.meeting and o.kind = p.kind)",
        (*meetings, PublicationKind.AGENDA),
    ).fetchall()
    return {
        MeetingId(row[0]): tuple(dict.fromkeys(map(PersonId, [*mapping.from_json(row[1])["told"], row[2]])))
        for row in rows
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of telling one person: the state of the letter (None: it is in none), or why there is none."""

    person: PersonId
    letter: int | None
    state: str | None
    sent_at: datetime | None
    why_not: str | None


def sent(tx: Tx, keys: Sequence[str]) -> tuple[Sent, ...]:
    """What became of the notices with some keys, in the order of their people."""
    rows = tx.run(
        "select n.person, l.id, l.state, l.sent_at, n.why_dropped from notice n "
        f"left join letter l on l.id = n.letter where n.key in ({marks(keys) or 'null'}) order by n.person",
        tuple(keys),
    ).fetchall()
    return tuple(
        Sent(
            person=PersonId(row[0]),
            letter=row[1],
            state=row[2],
            sent_at=tx.read_instant(row[3]) if row[3] else None,
            why_not=row[4],
        )
        for row in rows
    )


def _publication(row: Sequence[Any]) -> Publication:
    return Publication(
        meeting=MeetingId(row[0]),
        kind=PublicationKind(row[1]),
        version=row[2],
        content=mapping.from_json(row[3]),
        digest=row[4],
        made_at=Tx.read_instant(row[5]),
        made_by=PersonId(row[6]),
        reason=row[7],
    )
