"""Two versions of a text: what a person wrote on a page that was out of date, and what stands there now."""

from typing import NamedTuple

from kdflow.queries.sag_page import SagPage
from kdflow.web.forms import Typed


class Difference(NamedTuple):
    """One field that the two versions disagree on; `name` is a key of `words.fields`, `number` that of a part."""

    name: str
    number: str
    mine: str
    now: str


def differences(page: SagPage, typed: Typed) -> tuple[Difference, ...]:
    """What was typed in the form, field by field, beside what stands there now; fields that agree are left out.

    What belongs to a move (a reason, a note) has nothing to be compared with: there `now` is empty.
    """
    standing = _standing(page, typed.form)
    names = dict.fromkeys([*standing, *typed.texts])
    found = [
        Difference(*_called(name), typed[name], standing.get(name, "").strip())
        for name in names
        if typed[name] != standing.get(name, "").strip()
    ]
    return tuple(found)


def _called(name: str) -> tuple[str, str]:
    word, _, number = name.rpartition(".")[2].partition("-")
    return word, number


def _standing(page: SagPage, form: str) -> dict[str, str]:
    """What the fields of a form say now."""
    if form == "tekst":
        return {"title": page.sag.title, "case_text": page.sag.case_text}
    kind, _, seq = form.partition("-")
    step = next((step for step in page.sag.steps if str(step.seq) == seq), None)
    if step is None or kind not in ("indstilling", "videre"):
        return {}
    texts = [part.text for part in step.parts] if kind == "indstilling" else list(step.forwards)
    return {f"part-{number}": text for number, text in enumerate(texts, 1)}
