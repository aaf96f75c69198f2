"""Those who work on sager: owners, chairs and secretaries, who act in time, late, when reminded, or twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from kdflow.actions.consequences import Receipt
from kdflow.actions.open_sag import open_sag
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain import moves, outcomes
from kdflow.domain.authority import Office, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.departures import decides_at, instant_of
from kdflow.domain.findings import missing_consents
from kdflow.domain.planner import Plan
from kdflow.domain.replanning import planned
from kdflow.domain.sag import Sag, SagId, Step
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.standing import meets
from kdflow.domain.timetable import Meeting, has_begun
from kdflow.domain.workflow import BodyRole, Definitions, Workflow
from kdflow.simulation.moods import Case, Intent, Waiting, intent
from kdflow.simulation.scene import Scene
from kdflow.simulation.work import AGAIN, Work, done_once

ROUTES = {
    "standard@1": 30,
    "kkr-direkte@1": 15,
    "kun-kd-net@1": 15,
    "delt-formandskab@1": 8,
    "orientering@1": 10,
    "gruppe-orienterer-kd-net@1": 8,
    "droeftelse-kkr@1": 5,
    "droeftelse-kd-net@1": 5,
}
"""The routes that are walked, with how often."""

LONGEST_LOOK = timedelta(days=30)
PATIENCE = 8
"""Times that an owner tries in vain before the sag is let go."""


class Casework:
    """Opens sager, and lets those they wait for act on them."""

    def __init__(self, scene: Scene, per_year: int) -> None:
        self.scene, self.agenda, self.per_year = scene, scene.agenda, per_year
        self.work = Work(scene)
        self.cases: dict[SagId, Case] = {}
        self.is_open = True
        held = {one.person for one in scene.catalog.appointments}
        self.owners = sorted(one.id for one in scene.catalog.people if one.id not in held)
        self.owners += sorted(p for p in held if p not in self.owners)[:4]

    def begin(self) -> None:
        """Let the first sag be opened."""
        self.agenda.after(self.agenda.wait(365 / self.per_year), self._opens)

    # --- new sager -------------------------------------------------------------------------------------------

    def _opens(self) -> None:
        if not self.is_open:
            return
        today = local_day(self.scene.now)
        known = self.scene.catalog.workflows
        alive = {ref: known[ref] for ref in ROUTES if ref in known and known[ref].valid.covers(today)}
        usable = {ref: ROUTES[ref] for ref, route in alive.items() if self._can_fill(route)}
        if usable:
            ref = self.agenda.chance.choices(list(usable), list(usable.values()))[0]
            at = self.agenda.office_hour_on(self.scene.now)
            self.agenda.at(at, lambda: self._open(self.scene.catalog.workflows[ref]))
        self.agenda.after(self.agenda.wait(365 / self.per_year), self._opens)

    def _open(self, route: Workflow) -> None:
        if not self.is_open:
            return
        owner = self.agenda.chance.choice(self.owners)
        number = len(self.cases) + 1
        opening = partial(
            open_sag,
            self.scene.db,
            f"Simuleret sag {number}",
            route.ref,
            owner=owner,
            fills={role: self.agenda.chance.choice(self._fitting(role)) for role in _roles(route)},
            case_text="Sagen er gjort op af simulationen.",
            closed=self.agenda.maybe(0.1),
            key=self.scene.key(),
            by=owner,
            now=self.scene.now,
        )
        receipt = self.scene.do(f"open {number} on {route.ref}", opening)
        if receipt is None:
            return
        self.cases[receipt.sag] = Case(receipt.sag, owner)
        if self.agenda.maybe(AGAIN):
            done_once(f"opening sag {receipt.sag}", opening().repeated)
        self._look_at(receipt.sag, self.agenda.office_hour(0, 2))

    def _can_fill(self, route: Workflow) -> bool:
        bodies = [one.body for one in route.stations if not isinstance(one.body, BodyRole)]
        alive = all(self.scene.catalog.bodies[key].valid.covers(local_day(self.scene.now)) for key in bodies)
        return alive and all(self._fitting(role) for role in _roles(route))

    def _fitting(self, role: str) -> list[str]:
        today = local_day(self.scene.now)
        bodies = self.scene.catalog.bodies
        return [key for key in sorted(bodies) if role in bodies[key].plays and bodies[key].valid.covers(today)]

    # --- looking at a sag ------------------------------------------------------------------------------------

    def told(self, person: PersonId, sager: tuple[SagId, ...]) -> None:
        """Somebody got a mail about some sager: who waited for that acts soon."""
        for sag in sager:
            case = self.cases.get(sag)
            if case is None:
                continue
            for one in case.intents.values():
                if one.mails:
                    one.mails -= 1
                    if not one.mails:
                        one.at = self.agenda.office_hour(0, 2)
                        self._look_at(sag, one.at)

    def _look_at(self, sag: SagId, at: datetime) -> None:
        case = self.cases[sag]
        at = min(at, self.scene.now + LONGEST_LOOK)
        if case.next_look is None or at < case.next_look:
            case.next_look = at
            self.agenda.at(at, lambda: self._attend(case, at))

    def _attend(self, case: Case, at: datetime) -> None:
        if case.next_look != at or not self.is_open:
            return
        case.next_look = None
        sag = self.scene.sag(case.sag)
        route = self.scene.route(sag.route)
        if route.life.by_state[sag.life].final:
            case.intents.clear()
            return
        if self._changes_life(case, sag):
            return
        plan = planned(sag, route, self.scene.net(), self.scene.now).plan
        waiting = [step for step in sag.steps if not route.procedure_of(step.station).by_state[step.state].final]
        again = [self._step(case, sag, step, route, plan) for step in waiting]
        self._submits_ahead(case, sag, route, plan)
        self._look_at(case.sag, min(again, default=self.scene.now + LONGEST_LOOK))

    def _changes_life(self, case: Case, sag: Sag) -> bool:
        """Sager rest, are taken up again, withdrawn, or let go when nothing helps."""
        wanted = None
        if sag.life == "resting":
            wanted = "resume"
        elif case.tries > PATIENCE:
            wanted = "lapse"
        elif self.agenda.maybe(0.006):
            wanted = self.agenda.chance.choice(("rest", "rest", "withdraw", "lapse"))
        if wanted is None:
            return False
        inputs = Inputs(reason="Det er besluttet i simulationen.")
        self.work.advance(sag, None, wanted, case.owner, inputs)
        pause = (20, 80) if wanted == "rest" else (0, 2)
        self._look_at(sag.id, self.agenda.office_hour(*pause))
        return True

    # --- what a step waits for -------------------------------------------------------------------------------

    def _step(self, case: Case, sag: Sag, step: Step, route: Definitions, plan: Plan | None) -> datetime:
        """Act on a step if its time has come; when to look again is returned."""
        waiting: Waiting = (step.seq, step.state, len(step.standing_approvals))
        if waiting not in case.intents:
            case.intents[waiting] = self._intent(sag, step, route, plan)
        meant = case.intents[waiting]
        if meant.at > self.scene.now:
            return meant.at
        del case.intents[waiting]
        if meant.is_never:
            return self._lets_go(sag)
        done = self._act(sag, step, route, plan)
        case.tries = 0 if done else case.tries + 1
        return self.agenda.office_hour(0, 1) if done else self.agenda.office_hour(4, 12)

    def _lets_go(self, sag: Sag) -> datetime:
        """An administrator lets a sag lapse that nobody acts on."""
        by = self.agenda.chance.choice(self.scene.world().authority.holders("*", Office.ADMINISTRATOR))
        self.work.advance(sag, None, "lapse", by, Inputs(reason="Ingen har gjort noget ved sagen."))
        return self.agenda.office_hour(4, 12)

    def _intent(self, sag: Sag, step: Step, route: Definitions, plan: Plan | None) -> Intent:
        now, leg = self.scene.now, plan.leg(step.station) if plan else None
        meeting = self.scene.world().timetable.find(step.meeting)
        due, earliest = None, now
        if step.state == "preparing" and meets(route, step.station):
            due = instant_of(leg.submits) if leg and leg.is_possible and leg.submits > 0 else None
        elif step.state == "preparing":
            earliest = now + self.agenda.span(2, 30)
        elif step.state == "on-agenda" and meeting and meeting.on.earliest:
            earliest = due = max(now, _end_of(meeting))
        elif step.state == "submitted" and meeting and meeting.on.earliest:
            due = _end_of(meeting) - timedelta(days=8)
        return intent(self.agenda, due, earliest)

    def _act(self, sag: Sag, step: Step, route: Definitions, plan: Plan | None) -> bool:
        acts: dict[str, Callable[[], bool]] = {
            "preparing": lambda: self._prepares(sag, step, route, plan),
            "submitted": lambda: self.work.puts_on_agenda(sag, step),
            "on-agenda": lambda: self._treats(sag, step),
            "treated": lambda: self.work.decides(sag, step, route),
            "decided": lambda: self._goes_on(sag, step, route),
        }
        return acts[step.state]()

    def _prepares(self, sag: Sag, step: Step, route: Definitions, plan: Plan | None) -> bool:
        if not meets(route, step.station):
            return self.work.decides(sag, step, route)
        leg = plan.leg(step.station) if plan else None
        if leg is None or leg.kind != "meeting" or leg.meeting is None or not self.work.writes(sag, step):
            return False
        return self.work.submits(self.scene.sag(sag.id), step, leg)

    def _treats(self, sag: Sag, step: Step) -> bool:
        meeting = self.scene.world().timetable.find(step.meeting)
        if meeting is None or not has_begun(meeting, self.scene.now):
            return self.agenda.maybe(0.05) and self.work.leaves(sag, step)
        return self.work.secretary(sag, step, "treat")

    def _goes_on(self, sag: Sag, step: Step, route: Definitions) -> bool:
        if self.agenda.maybe(0.03):
            return self.work.corrects(sag, step)
        here = Situation(sag=sag, step=step, definitions=route, world=self.scene.world())
        consequence = route.consequence(step.station, step.outcome) if step.outcome else None
        if outcomes.kind(consequence) == "go-on" and missing_consents(here):
            return self.work.consents(here)
        return self.work.follows(sag, step, outcomes.kind(consequence))

    def _submits_ahead(self, case: Case, sag: Sag, route: Definitions, plan: Plan | None) -> None:
        """Some owners submit on condition where the plan says that it is needed."""
        open_to = moves.ahead_stations(Situation(sag=sag, step=None, definitions=route, world=self.scene.world()))
        for leg in plan.legs if plan else ():
            if leg.is_conditional and leg.meeting and leg.station in open_to and self.agenda.maybe(0.5):
                submitting: Callable[[], Receipt] = partial(
                    submit_ahead,
                    self.scene.db,
                    sag.id,
                    leg.station,
                    leg.meeting,
                    ("At indstillingen godkendes under forudsætning.",),
                    version=None,
                    key=self.scene.key(),
                    by=case.owner,
                    now=self.scene.now,
                )
                self.scene.do(f"submit {sag.id} ahead to {leg.meeting}", submitting)


def _end_of(meeting: Meeting) -> datetime:
    return instant_of(decides_at(meeting) or 0)


def _roles(route: Workflow) -> list[str]:
    return sorted({one.body.role for one in route.stations if isinstance(one.body, BodyRole)})
