"""The single acts of owners, secretaries and chairs upon a step, by the ordinary actions, some of them twice."""

from __future__ import annotations

from functools import partial

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.correct_decision import correct_decision
from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.authority import PersonId
from kdflow.domain.departures import civil
from kdflow.domain.errors import KdflowError
from kdflow.domain.findings import missing_consents
from kdflow.domain.planner import Leg
from kdflow.domain.revision import Revision
from kdflow.domain.route import origin
from kdflow.domain.sag import Sag, Step, content_digest
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.workflow import Definitions, Outcome
from kdflow.simulation.broken import Broken
from kdflow.simulation.scene import Scene

OUTCOMES = {
    Outcome.APPROVED: 76,
    Outcome.APPROVED_WITH_CHANGES: 6,
    Outcome.NOTED: 4,
    Outcome.POSTPONED: 6,
    Outcome.RETURNED: 4,
    Outcome.REJECTED: 4,
}
WHY = "Det er besluttet i simulationen."
AGAIN = 0.05
"""The share of acts that are sent twice, and of those that come with a version long past."""


def done_once(what: str, is_repeated: bool) -> None:
    """Whoever sends a command again is told that it was done before."""
    if not is_repeated:
        raise Broken("done once", f"{what} was done twice")


class Work:
    """What people do to sager."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.agenda = scene, scene.agenda

    def advance(self, sag: Sag, step: Step | None, move: str, by: PersonId, inputs: Inputs) -> bool:
        """Make a move; sometimes twice with one key, and sometimes upon what was seen long ago."""
        seq, version = (step.seq, step.version) if step else (None, sag.version)
        making = partial(advance_sag, self.scene.db, sag.id, seq, move, inputs, by=by, now=self.scene.now)
        if self.agenda.maybe(AGAIN):
            self._upon_old(partial(making, version=version - 1, key=self.scene.key()))
        making = partial(making, version=version, key=self.scene.key())
        receipt = self.scene.do(f"{move} {sag.id}/{seq or '-'} by {by}", making)
        if receipt is not None and self.agenda.maybe(AGAIN):
            done_once(f"{move} of sag {sag.id}", making().repeated)
        return receipt is not None

    def _upon_old(self, making: partial[Receipt]) -> None:
        try:
            making()
        except KdflowError:
            return
        raise Broken("done once", "a version long past was taken")

    def secretary(self, sag: Sag, step: Step, move: str, **inputs: object) -> bool:
        """A move of a secretary's, or of a chair's where there is none."""
        by = self._office(step)
        if by is None:
            return False
        here = self.scene.sag(sag.id).step(step.seq)
        given = Inputs(reason=WHY, content=content_digest(sag, here), **inputs)  # type: ignore[arg-type]
        return self.advance(sag, here, move, by, given)

    def _office(self, step: Step) -> PersonId | None:
        world = self.scene.world()
        people = world.authority.secretaries(world.bodies[step.body]) or world.authority.answers_for(step.body)
        return self.agenda.chance.choice(people) if people else None

    def writes(self, sag: Sag, step: Step) -> bool:
        """The owner writes the indstilling, unless it is written."""
        if step.parts:
            return True
        texts = tuple(f"At del {number} godkendes." for number in range(1, self.agenda.chance.randint(2, 3)))
        revising = partial(
            revise_sag,
            self.scene.db,
            sag.id,
            step.seq,
            Revision(parts=texts),
            version=step.version,
            key=self.scene.key(),
            by=sag.owner,
            now=self.scene.now,
        )
        return self.scene.do(f"write {sag.id}/{step.seq}", revising) is not None

    def submits(self, sag: Sag, step: Step, leg: Leg) -> bool:
        """The owner submits to the meeting that the plan names, which must still take it."""
        if leg.submits < civil(self.scene.now):
            raise Broken("makes its meeting", f"the plan of sag {sag.id} names {leg.meeting}, which takes no more")
        here = sag.step(step.seq)
        inputs = Inputs(meeting=leg.meeting, content=content_digest(sag, here))
        return self.advance(sag, here, "submit", sag.owner, inputs)

    def puts_on_agenda(self, sag: Sag, step: Step) -> bool:
        """The secretary accepts; or declines, or puts it off."""
        move = self.agenda.chance.choices(("accept", "decline", "postpone"), (92, 5, 3))[0]
        return self.secretary(sag, step, move)

    def leaves(self, sag: Sag, step: Step) -> bool:
        """The secretary takes an item off, or puts it off."""
        return self.secretary(sag, step, self.agenda.chance.choice(("take-off", "postpone")))

    def decides(self, sag: Sag, step: Step, route: Definitions) -> bool:
        """The minutes say what became of it; a group without meetings says what it has made."""
        known = [one for one in OUTCOMES if route.consequence(step.station, one) is not None]
        outcome = self.agenda.chance.choices(known, [OUTCOMES[one] for one in known])[0]
        parts = {number: outcome for number, _ in enumerate(step.parts, start=1)}
        return self.secretary(sag, step, "decide", outcomes=parts, outcome=outcome, confirmed=True, note=WHY)

    def corrects(self, sag: Sag, step: Step) -> bool:
        """A secretary corrects what was recorded."""
        by = self._office(step)
        if by is None:
            return False
        wanted = self.agenda.chance.choice((Outcome.APPROVED, Outcome.APPROVED_WITH_CHANGES))
        correcting = partial(
            correct_decision,
            self.scene.db,
            sag.id,
            step.seq,
            {number: wanted for number, _ in enumerate(step.parts, start=1)},
            wanted,
            reason=WHY,
            version=step.version,
            key=self.scene.key(),
            by=by,
            now=self.scene.now,
        )
        return self.scene.do(f"correct {sag.id}/{step.seq}", correcting) is not None

    def consents(self, here: Situation) -> bool:
        """One of those whose consent is missing gives it, or their deputy."""
        step, authority = here.current, here.world.authority
        missing = missing_consents(here)
        able = [
            person
            for person in authority.answers_for(step.body)
            if any(one.answers_for in missing for one in authority.as_leaders(person, step.body))
        ]
        if not able:
            return False
        by = self.agenda.chance.choice(able)
        return self.advance(here.sag, step, "approve", by, Inputs(content=content_digest(here.sag, step)))

    def follows(self, sag: Sag, step: Step, kind: str | None) -> bool:
        """The decision is followed: the sag is handed on, kept for the next meeting, sent back, or ended."""
        move = {"go-on": "hand-on", "stay": "hold-over", "back": "send-back", "end": "conclude"}.get(kind or "")
        if move is None:
            return False
        if self.agenda.maybe(0.03):
            move = "rework"
        earlier = [origin(one.station) for one in sag.steps if one.seq < step.seq and one.station != step.station]
        return self.secretary(sag, step, move, back_to=earlier[-1] if earlier else step.station)
