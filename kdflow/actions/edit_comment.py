"""Change a comment of one's own, while it is fresh; the history says that it was changed."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, once, receipt, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.comments import check_change, text_from
from kdflow.domain.sag import Event, SagId
from kdflow.store import comments, history, sager
from kdflow.store.database import Database, Tx


def edit_comment(
    db: Database, sag: SagId, comment: int, text: str, *, key: str, by: PersonId, now: datetime
) -> Receipt:
    """Put another text in place of a comment's; nobody is told a second time.

    Raises:
        NotFound: there is no such comment, or `by` may not know of the sag.
        NotAllowed: somebody else wrote it. Frozen: it is too old, or deleted. Unreadable: as for a new one.
    """

    def act(tx: Tx) -> Receipt:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        found = comments.load(tx, sag, comment)
        check_change(found, by, now)
        said = text_from(text)
        if said != found.text:
            comments.change(tx, comment, said, now)
            event = Event(machine="record", move="edit-comment", old="", new="", data={"comment": comment})
            history.append(tx, (event,), sag=sag, route=here.sag.route, acting=Acting(person=by), at=now)
        return receipt(here.sag, None)

    values = {"sag": sag, "comment": comment, "text": text}
    return once(Receipt, db, "edit_comment", values, act, key=key, by=by, now=now)
