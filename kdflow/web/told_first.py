"""What is told to many is seen first: the pages that say who would read what, before something is saved."""

from collections.abc import Callable
from datetime import date
from functools import partial

from starlette.responses import HTMLResponse

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import TOLD, Conflict
from kdflow.queries.reforms import Preview
from kdflow.queries.rehearsed import rehearsed
from kdflow.web.deps import Frame
from kdflow.web.forms import Typed
from kdflow.web.notice_words import in_words


def told_otherwise(save: Callable[[], object]) -> Conflict | None:
    """Save something; the conflict where others are told of it now, or something else, than was seen.

    Raises:
        Whatever else `save` does.
    """
    try:
        save()
    except Conflict as error:
        if error.kind != TOLD:
            raise
        return error
    return None


def told_first(
    frame: Frame,
    person: PersonId,
    typed: Typed,
    command: Callable[..., object],
    template: str = "told_first",
    **values: object,
) -> HTMLResponse | None:
    """Give a command, if it was seen who is told what of it: None. Else the page that shows that, of a `template`
    with more `values`; nothing of it is kept."""
    db, seen = frame.wiring.db, typed["seen"]
    trouble = told_otherwise(partial(command, db, seen=seen)) if seen else None
    if seen and trouble is None:
        return None
    found = rehearsed(db, [command], by=person, now=frame.now)
    return frame.page(
        template,
        status=409 if trouble else 200,
        digest=found.digest,
        recipients=found.recipients,
        letter_of=partial(in_words, today=local_day(frame.now)),
        typed=typed,
        trouble=trouble,
        **values,
    )


def reform_html(
    frame: Frame,
    found: Preview,
    typed: Typed,
    back: str,
    start: date | None = None,
    trouble: Conflict | None = None,
) -> HTMLResponse:
    """The page before a body or a closing day is changed; once more where that is no longer what was seen, and
    with no way on where it cannot be."""
    return frame.page(
        "reform",
        status=409 if trouble else 422 if found.is_refused else 200,
        impact=found,
        typed=typed,
        back=back,
        start=start,
        is_later=start is not None and start > local_day(frame.now),
        letter_of=partial(in_words, today=local_day(frame.now)),
        trouble=trouble,
    )
