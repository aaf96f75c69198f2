"""Changing what a sag says, and correcting what a body was recorded to have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal

from kdflow.domain import outcomes, papers
from kdflow.domain.course import pull_conditional, recall_to
from kdflow.domain.errors import Frozen, NotFound, Unreadable
from kdflow.domain.route import origin
from kdflow.domain.sag import Event, Paper, Part, Sag, Step, StepSeq, area_from, content_digest, title_from
from kdflow.domain.situation import Situation
from kdflow.domain.standing import standing
from kdflow.domain.station_texts import OwnText, with_own
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Asks, Outcome

Downstream = Literal["recall", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What shall be different in a sag's content; None keeps what is there.

    `parts` are the texts of the indstilling of the step in question, `proposes` the role it asks for ("": the one
    that the route says), `forwards` the texts of the indstilling that goes on from there. `wished` "" is no day.
    `own_text` is the case text of one station alone; with "" it reads the one that all share again.
    """

    title: str | None = None
    case_text: str | None = None
    own_text: OwnText | None = None
    area: str | None = None
    wished: date | Literal[""] | None = None
    papers: tuple[Paper, ...] | None = None
    parts: tuple[str, ...] | None = None
    proposes: Asks | Literal[""] | None = None
    forwards: tuple[str, ...] | None = None


def revise(situation: Situation, revision: Revision) -> Walk:
    """Change the content; every consent that was bound to other content lapses, and the history says so.

    Raises:
        Frozen: the sag is over, the step is, or its indstilling has been decided. Unreadable: no proper title, or
            a blank part. NotFound: the route has no such station.
    """
    _refuse_frozen(situation, revision)
    revision = _without_copy(situation.sag, revision)
    if not all(text.strip() for text in (*(revision.parts or ()), *(revision.forwards or ()))):
        raise Unreadable("a part of an indstilling says something", "parts", "part-1")
    walk = Walk(situation)
    changed = _changed(situation, revision)
    if not changed:
        return walk
    step = situation.step
    walk.record(
        Event(
            machine="record",
            move="revise",
            old="",
            new=", ".join(changed),
            step=step.seq if step else None,
            station=revision.own_text.station if revision.own_text else step.station if step else None,
            reason=situation.inputs.reason,
            data=_papers_told(situation, revision) | _no_longer_shown(situation, revision),
        )
    )
    _change_sag(walk, revision)
    if situation.step:
        _change_step(walk, situation.step, revision)
    lapse_consents(walk)
    return walk


def _changed(situation: Situation, revision: Revision) -> tuple[str, ...]:
    """The names of the fields that the revision gives another value than they have."""
    sag, step = situation.sag, situation.step
    # "" stands for what the route says, and is kept as None
    now: dict[str, object] = {"title": sag.title, "case_text": sag.case_text, "papers": sag.papers}
    now |= {"area": sag.area, "wished": sag.wished or ""}
    if revision.own_text:
        now["own_text"] = OwnText(revision.own_text.station, sag.own_text(revision.own_text.station))
    if step:
        texts = tuple(part.text for part in step.parts)
        now |= {"parts": texts, "proposes": step.proposes or "", "forwards": step.forwards}
    return tuple(name for name, value in now.items() if getattr(revision, name) not in (None, value))


def _papers_told(situation: Situation, revision: Revision) -> dict[str, object]:
    """Which papers were changed, by name."""
    found = papers.told(situation.sag.papers, revision.papers) if revision.papers is not None else ()
    return {"papers": [one._asdict() for one in found]} if found else {}


def _no_longer_shown(situation: Situation, revision: Revision) -> dict[str, object]:
    """What the history keeps reachable: the papers that another file, or nothing, is shown instead of, and the
    case text that a station no longer has for itself."""
    found: dict[str, object] = {}
    if revision.papers is not None and (gone := papers.gone(situation.sag.papers, revision.papers)):
        found["gone"] = [asdict(paper) for paper in gone]
    if revision.own_text and not revision.own_text.text:
        found["own_text"] = situation.sag.own_text(revision.own_text.station)
    return found


def _without_copy(sag: Sag, revision: Revision) -> Revision:
    """The same revision, with no text of a station's own where that is the one that all share."""
    own = revision.own_text
    if own is None or own.text.strip() not in ("", sag.case_text.strip()):
        return revision
    return replace(revision, own_text=own._replace(text=""))


def _refuse_frozen(situation: Situation, revision: Revision) -> None:
    step = situation.step
    if situation.definitions.life.by_state[situation.sag.life].final:
        raise Frozen("sag")
    if revision.own_text:
        _refuse_station(situation, revision.own_text.station)
    if step is None:
        return
    if situation.definitions.procedure_of(step.station).by_state[step.state].final:
        raise Frozen("step")
    if step.outcome and (revision.parts is not None or revision.proposes is not None):
        raise Frozen("indstilling")


def _refuse_station(situation: Situation, station: str) -> None:
    if station not in situation.definitions.workflow.by_key:
        raise NotFound("station", station)
    if standing(situation.sag, station, situation.definitions) == "done":
        raise Frozen("own_text")


def _change_sag(walk: Walk, revision: Revision) -> None:
    sag = walk.sag
    walk.sag = replace(
        sag,
        title=sag.title if revision.title is None else title_from(revision.title),
        case_text=sag.case_text if revision.case_text is None else revision.case_text,
        texts=sag.texts if revision.own_text is None else with_own(sag.texts, revision.own_text),
        papers=sag.papers if revision.papers is None else revision.papers,
        area=sag.area if revision.area is None else area_from(revision.area),
        wished=sag.wished if revision.wished is None else revision.wished or None,
    )


def _change_step(walk: Walk, step: Step, revision: Revision) -> None:
    parts = step.parts if revision.parts is None else tuple(Part(text=text) for text in revision.parts)
    forwards = step.forwards if revision.forwards is None else revision.forwards
    proposes = step.proposes if revision.proposes is None else revision.proposes or None
    walk.save(replace(step, parts=parts, proposes=proposes, forwards=forwards))


def lapse_consents(walk: Walk) -> None:
    """Let every standing consent to other content than the present lapse, at the steps that are not over."""
    for step in walk.open_steps():
        now = content_digest(walk.sag, step)
        stale = [a for a in step.standing_approvals if a.content != now]
        if stale:
            lapsed = tuple(replace(a, lapsed_at=walk.world.now) if a in stale else a for a in step.approvals)
            walk.save(replace(step, approvals=lapsed))
            walk.record(
                Event(
                    machine="record",
                    move="consent-lapsed",
                    old=stale[0].content,
                    new=now,
                    station=step.station,
                    step=step.seq,
                    data={"people": [a.person for a in stale]},
                )
            )


def _lapse_all(walk: Walk, seq: StepSeq) -> None:
    """Let every standing consent at a step that is not over lapse: it followed another decision."""
    step = walk.sag.step(seq)
    stale = step.standing_approvals
    if stale and not walk.is_over(step):
        lapsed = tuple(replace(a, lapsed_at=a.lapsed_at or walk.world.now) for a in step.approvals)
        walk.save(replace(step, approvals=lapsed))
        walk.record(
            Event(
                machine="record",
                move="consent-lapsed",
                old=stale[0].content,
                new="",
                station=step.station,
                step=seq,
                data={"people": [a.person for a in stale]},
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What stands on a decision that is corrected: a later step, or (with neither step nor state) a branch that
    waits at the join `station`."""

    step: StepSeq | None
    station: str
    state: str
    is_over: bool


def affected(situation: Situation) -> tuple[Affected, ...]:
    """The later steps that stand on the decision of the situation's step; empty when it was not handed on."""
    step = situation.current
    after = situation.definitions.workflow.descendants(step.station)
    over = situation.definitions.procedure_of
    waits = tuple(
        Affected(step=None, station=place.split(">")[1], state="", is_over=False)
        for place in situation.sag.places
        if ">" in place and origin(place) == step.station
    )
    return waits + tuple(
        Affected(
            step=other.seq,
            station=other.station,
            state=other.state,
            is_over=over(other.station).by_state[other.state].final,
        )
        for other in situation.sag.steps
        if other.station in after and other.seq > step.seq and other.state != "pulled"
    )


def note_of(situation: Situation) -> str | None:
    """The note to a corrected outcome: as it was, unless another (or none: "") is given."""
    given = situation.inputs.note
    return situation.current.outcome_note if given is None else given.strip() or None


def correct(
    situation: Situation,
    parts: Mapping[int, Outcome],
    outcome: Outcome | None,
    downstream: Downstream | None,
) -> Walk:
    """Correct the recorded outcome of a step; with "recall" the sag comes back to it, with "note" it goes on.

    The caller has made sure that a person chose `downstream` where something is affected.
    """
    walk = Walk(situation)
    step = situation.current
    new_parts = tuple(
        replace(part, outcome=parts.get(number, outcome or part.outcome))
        for number, part in enumerate(step.parts, 1)
    )
    new = outcomes.overall(new_parts) if new_parts else outcome
    corrected = walk.save(replace(step, parts=new_parts, outcome=new, outcome_note=note_of(situation)))
    walk.record(
        Event(
            machine="record",
            move="correct",
            old=step.outcome or "",
            new=new or "",
            station=step.station,
            step=step.seq,
            reason=situation.inputs.reason,
            data={
                "before": [part.outcome for part in step.parts],
                "after": [part.outcome for part in new_parts],
                "downstream": downstream,
            },
        )
    )
    if new != step.outcome:
        _lapse_all(walk, corrected.seq)
    _follow(walk, walk.sag.step(corrected.seq), downstream)
    return walk


def _follow(walk: Walk, step: Step, downstream: Downstream | None) -> None:
    if downstream == "recall":
        recall_to(walk, step)
        return
    consequence = walk.definitions.consequence(step.station, step.outcome) if step.outcome else None
    if outcomes.kind(consequence) != "go-on":
        pull_conditional(walk, step.station)
