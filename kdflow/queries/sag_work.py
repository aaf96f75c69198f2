"""What people do round a sag: drafts, comments, followers, related sager, and earlier files of its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.calling import called
from kdflow.domain.comments import CHANGEABLE, Comment
from kdflow.domain.errors import NotFound
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.visibility import bodies_of, may_see
from kdflow.domain.workflow import Definitions
from kdflow.queries.earlier_files import earlier_files
from kdflow.queries.sag_page import SagPage, page_in
from kdflow.store import comments, company, contents, drafts, history, readings
from kdflow.store.database import Database, Tx
from kdflow.store.drafts import Draft
from kdflow.store.world import sag_by_number, whole_world, with_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment, and what the viewer may do with it."""

    comment: Comment
    author: str
    may_change: bool
    may_delete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A sag that has to do with the one in question, and how it stands."""

    number: str
    title: str
    life: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SagWork:
    """What the page of a sag shows of the work on it. `drafts` are the viewer's own, by form; `colleagues` are the
    names of those whom the sag concerns, to be mentioned."""

    remarks: tuple[Remark, ...]
    related: tuple[Related, ...]
    follows: bool
    drafts: Mapping[str, Draft]
    colleagues: tuple[str, ...]


def sag_and_work(db: Database, number: str, viewer: PersonId, now: datetime) -> tuple[SagPage, SagWork]:
    """The page of a sag and the work on it, as they are at one moment; NotFound as for the page."""
    with db.read() as tx:
        page = page_in(tx, number, viewer, now)
        return page, _work(tx, page.sag, page.definitions, page.world, viewer)


def _work(tx: Tx, sag: Sag, route: Definitions, world: World, viewer: PersonId) -> SagWork:
    said = comments.of_sag(tx, sag.id)
    following, related = company.around(tx, sag.id)
    return SagWork(
        remarks=tuple(_remark(one, viewer, world) for one in said),
        related=_related(tx, related, world, viewer),
        follows=viewer in following,
        drafts=drafts.of(tx, viewer, sag.id),
        colleagues=_colleagues(sag, route, world, {one.person for one in said} | {*following}, viewer),
    )


def _remark(comment: Comment, viewer: PersonId, world: World) -> Remark:
    is_own = comment.person == viewer and comment.deleted_at is None
    return Remark(
        comment=comment,
        author=world.names.get(comment.person, comment.person),
        may_change=is_own and world.now - comment.at <= CHANGEABLE,
        may_delete=is_own,
    )


def _related(tx: Tx, ids: Sequence[SagId], world: World, viewer: PersonId) -> tuple[Related, ...]:
    """Those of the related sager that the viewer may know of, in the order of their numbers."""
    found = (
        Related(
            number=other.number,
            title=other.title,
            life=route.life.by_state[other.life].title,
            closed=other.closed,
        )
        for other, route in with_routes(tx, ids)
        if may_see(other, viewer, route, world)
    )
    return tuple(sorted(found, key=lambda one: one.number))


def _colleagues(
    sag: Sag, route: Definitions, world: World, others: Iterable[PersonId], viewer: PersonId
) -> tuple[str, ...]:
    """Whom the sag concerns: its owner, who holds an office on its route, who follows it or has spoken."""
    keys = set(bodies_of(sag, route))
    keys |= {b.secretariat for key in keys if (b := world.bodies.get(key)) and b.secretariat}
    held = {a.person for a in world.authority.appointments if a.body in keys and a.valid.covers(world.today)}
    known = {sag.owner, *others, *held} - {viewer}
    labels = called(world.names_here)
    return tuple(sorted(labels[one] for one in known if one in labels and may_see(sag, one, route, world)))


def seen_sag(db: Database, number: str, viewer: PersonId, now: datetime) -> Sag:
    """A sag by its number; NotFound where there is none, or the viewer may not know of it."""
    with db.read() as tx:
        return sag_by_number(tx, number, viewer, whole_world(tx, now))


def sag_to_copy(db: Database, number: str, viewer: PersonId, now: datetime) -> Sag:
    """The same for a page that shows what it says."""
    sag = seen_sag(db, number, viewer, now)
    readings.note(sag, viewer, "page")
    return sag


def id_of(db: Database, number: str, viewer: PersonId, now: datetime) -> SagId:
    """The id behind a number; NotFound likewise."""
    return seen_sag(db, number, viewer, now).id


def paper(db: Database, number: str, digest: str, viewer: PersonId, now: datetime) -> tuple[str, str, bytes]:
    """One paper of a sag, shown now or earlier: (filename, media type, content); NotFound as for the page."""
    with db.read() as tx:
        sag = sag_by_number(tx, number, viewer, whole_world(tx, now))
        shown = (*sag.papers, *earlier_files(history.of_move(tx, sag.id, "revise")))
        for entry in shown:
            if entry.digest == digest:
                readings.note(sag, viewer, "paper")
                return entry.filename, entry.media_type, contents.load(tx, digest)
    raise NotFound("paper", digest)
