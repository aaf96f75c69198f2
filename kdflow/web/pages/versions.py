"""Two versions of a sag: what a person saw, wrote or chose on a page that was out of date, and what is now."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kdflow import rendering
from kdflow.domain.sag import Step
from kdflow.queries.sag_page import SagPage
from kdflow.queries.step_panel import StepPanel
from kdflow.web.forms import Typed


class Difference(NamedTuple):
    """One thing that the two versions disagree on; `name` is a key of `words.fields`, `number` that of a part.

    `mine` is what was typed, chosen or (`was_seen`) shown; `now` is None where there is nothing to compare with.
    """

    name: str
    number: str
    mine: str
    now: str | None
    was_seen: bool = False


def differences(page: SagPage, typed: Typed) -> tuple[Difference, ...]:
    """What was typed and chosen in a form, field by field, beside what stands there now; fields that agree are
    left out. Last comes what the form's page showed, and is otherwise now."""
    standing = _standing(page, typed)
    names = dict.fromkeys([*standing, *typed.choices, *typed.texts])
    found = [
        Difference(*_called(name), _in_words(page, name, typed[name]), _now(page, name, standing))
        for name in names
        if typed[name] != standing.get(name, "").strip()
    ]
    return (*found, *_seen_otherwise(page, typed))


def _now(page: SagPage, name: str, standing: Mapping[str, str]) -> str | None:
    return _in_words(page, name, standing[name].strip()) if name in standing else None


def _called(name: str) -> tuple[str, str]:
    word, _, number = name.rpartition(".")[2].partition("-")
    return ("outcome_part" if word == "outcome" and number else word), number


def _in_words(page: SagPage, name: str, value: str) -> str:
    """A value as people read it: choices stand in forms by their keys."""
    word = _called(name)[0]
    meeting = next((one for one in page.world.timetable.meetings if one.id == value), None)
    if word == "meeting" and meeting:
        return rendering.fuzzy(meeting.on)
    if word == "back_to":
        return next((stop.body.short for stop in page.stops if stop.station.key == value), value)
    if word == "downstream":
        return str(rendering.words()["downstream"].get(value, value))
    return value


# --- what stands there now ---------------------------------------------------------------------------------------


def _standing(page: SagPage, typed: Typed) -> Mapping[str, str]:
    """What the fields of the form say now, as far as they have something to be compared with."""
    kind, _, key = typed.form.partition("-")
    if kind == "tekst":
        wished = rendering.day(page.sag.wished) if page.sag.wished else ""
        texts = {"title": page.sag.title, "case_text": page.sag.case_text}
        return texts | {"area": page.sag.area, "wished": wished}
    if kind == "fremstilling":
        return {"case_text": page.sag.case_text_at(key)}
    step = page.sag.at(key) if kind == "forud" else _numbered_step(page, key)
    if step is None:
        return {}
    if kind in ("led", "rettelse"):
        return _decided(page, step, typed, f"{typed['move']}." if kind == "led" else "")
    return {
        "indstilling": {**_numbered("part", _texts(step)), "proposes": step.proposes or ""},
        "videre": _numbered("part", step.forwards),
        "forud": {"meeting": step.meeting or "", **_numbered("part", _texts(step))},
    }.get(kind, {})


def _numbered_step(page: SagPage, seq: str) -> Step | None:
    return next((step for step in page.sag.steps if str(step.seq) == seq), None)


def _rests_on(page: SagPage, station: str) -> Step | None:
    """The step that a submission ahead to a station rests on."""
    before = page.workflow.by_key[station].after if station in page.workflow.by_key else ()
    offered = (panel.waits_for for panel in page.ahead if panel.station.key == station)
    return next(offered, None) or next((step for key in before if (step := page.sag.at(key))), None)


def taken_over(page: SagPage, typed: Typed) -> Typed:
    """A submission ahead that comes too late, to be shown again: where its page had filled in a part from the
    earlier indstilling and nobody changed it, the part as that is now."""
    kind, _, key = typed.form.partition("-")
    step = _rests_on(page, key) if kind == "forud" else None
    if step is None:
        return typed
    now = _numbered("part", _texts(step))
    filled_in = [n for n in typed.values if n.startswith("part-") and typed[n] and typed[n] == typed.seen.get(n)]
    return Typed({**typed.values, **{name: now.get(name, "") for name in filled_in}})


def are_outcomes_outdated(found: Iterable[Difference]) -> bool:
    """Whether outcomes that were chosen are answers to another text than the one that is there now."""
    return any(one.was_seen and one.name in ("part", "proposes") for one in found)


def _texts(step: Step) -> tuple[str, ...]:
    return tuple(part.text for part in step.parts)


def _numbered(name: str, texts: tuple[str, ...]) -> dict[str, str]:
    return {f"{name}-{number}": text for number, text in enumerate(texts, 1)}


def _decided(page: SagPage, step: Step, typed: Typed, own: str) -> Mapping[str, str]:
    """What is recorded of a decision, where the form records or corrects one, and the meeting where it has one."""
    found: dict[str, str] = {}
    if step.outcome and any(name.startswith(f"{own}outcome") for name in typed.values):
        found[f"{own}note"] = step.outcome_note or ""
        many = len(step.parts) > 1
        outcomes = _numbered("outcome", tuple(part.outcome or "" for part in step.parts)) if many else {}
        found |= {f"{own}{name}": value for name, value in (outcomes or {"outcome": step.outcome}).items()}
        if step.decided_on and typed[f"{own}decided_on"]:
            found[f"{own}decided_on"] = step.decided_on.text
    if typed[f"{own}meeting"]:
        found[f"{own}meeting"] = step.meeting or ""
    if not own:
        corrections = [e.event for e in page.history if e.event.move == "correct" and e.event.step == step.seq]
        found["reason"] = (corrections[-1].reason or "") if corrections else ""
    return found


# --- what was shown ----------------------------------------------------------------------------------------------


def shown(page: SagPage, step: Step) -> Mapping[str, str]:
    """What a page shows of a step that a move, a correction or a submission ahead rests on, as their forms carry
    it: what a consent is bound to, and what is recorded of the decision."""
    many = len(step.parts) > 1
    outcomes = _numbered("outcome", tuple(part.outcome or "" for part in step.parts)) if many else {}
    return {
        "case_text": page.sag.case_text_at(step.station),
        "papers": "\n".join(paper.title for paper in page.sag.papers),
        "proposes": step.proposes or "",
        **_numbered("part", _texts(step)),
        **_numbered("forwards", step.forwards),
        **(outcomes or {"outcome": step.outcome or ""}),
        "note": step.outcome_note or "",
    }


def _seen_otherwise(page: SagPage, typed: Typed) -> tuple[Difference, ...]:
    kind, _, key = typed.form.partition("-")
    step = _rests_on(page, key) if kind == "forud" else _numbered_step(page, key)
    if step is None or not typed.seen:
        return ()
    now = shown(page, step)
    told = {_called(name) for name in _standing(page, typed)} if kind != "forud" else set()
    return tuple(
        Difference(*_called(name), typed.seen.get(name, ""), now.get(name, "").strip(), was_seen=True)
        for name in dict.fromkeys([*typed.seen, *now])
        if _called(name) not in told and typed.seen.get(name, "") != now.get(name, "").strip()
    )


# --- whether the form is still there ---------------------------------------------------------------------------


def is_still_there(page: SagPage, typed: Typed) -> bool:
    """Whether the page still has the form that was sent (with its chosen move), so that it can be sent again."""
    kind, _, key = typed.form.partition("-")
    if kind == "kommentar":
        return True
    if kind in ("tekst", "papir", "bilag", "relateret"):
        return page.can_revise and not page.is_over
    if kind == "fremstilling":
        return key in page.texts and page.texts[key].may_write
    if kind == "forud":
        return any(panel.station.key == key for panel in page.ahead)
    if kind == "rettelse":
        return any(str(panel.step.seq) == key for panel in page.corrections)
    if kind == "liv":
        return any(move.possible and move.move.name == typed["move"] for move in page.life_moves)
    panel = next((panel for panel in page.panels if str(panel.stand.step.seq) == key), None)
    return panel is not None and _is_open(page, panel, kind, typed["move"])


def _is_open(page: SagPage, panel: StepPanel, kind: str, move: str) -> bool:
    if kind == "led":
        return any(one.possible and one.move.name == move for one in panel.moves)
    may = panel.can_revise and not page.is_over
    return may and (kind == "videre" or panel.stand.step.outcome is None)
