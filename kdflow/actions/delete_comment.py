"""Delete a comment of one's own: its text is gone, and that it was there stays."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, once, receipt, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.comments import check_own
from kdflow.domain.sag import Event, SagId
from kdflow.store import comments, history, sager
from kdflow.store.database import Database, Tx


def delete_comment(db: Database, sag: SagId, comment: int, *, key: str, by: PersonId, now: datetime) -> Receipt:
    """Forget the text of a comment.

    Raises:
        NotFound: there is no such comment, or `by` may not know of the sag.
        NotAllowed: somebody else wrote it. Frozen: it is deleted already.
    """

    def act(tx: Tx) -> Receipt:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        check_own(comments.load(tx, sag, comment), by)
        comments.delete(tx, comment, now)
        event = Event(machine="record", move="delete-comment", old="", new="", data={"comment": comment})
        history.append(tx, (event,), sag=sag, route=here.sag.route, acting=Acting(person=by), at=now)
        return receipt(here.sag, None)

    return once(Receipt, db, "delete_comment", {"sag": sag, "comment": comment}, act, key=key, by=by, now=now)
