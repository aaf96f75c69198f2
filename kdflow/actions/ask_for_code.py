"""Ask for a code to sign in with: it goes by mail to an address that is somebody's, and nobody learns whether."""

from __future__ import annotations

from datetime import datetime, timedelta

from kdflow.domain import delivery
from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.pace import SIGN_IN
from kdflow.store import codes, letters, outbox, remembered
from kdflow.store.codes import Lately
from kdflow.store.database import Database, Tx
from kdflow.store.mail_secrets import CODE_LASTS

PERIOD = timedelta(hours=1)
MOST_FOR_ONE = 5
"""Codes that go to one address within a period, asked for over one network, or by one browser of its owner."""

MOST_TO_ONE = 20
"""Codes that go to one address within a period, over whatever networks: nobody's mailbox is filled."""

MOST_OVER_ONE = 60
"""Codes that are asked for over one network within a period: a whole town hall may be behind one address.
Addresses that are nobody's are counted apart, so that whoever types those takes nothing from the others."""


def ask_for_code(
    db: Database,
    email: str,
    *,
    network: str,
    browser: str,
    now: datetime,
    onward: str = "/",
    mark: str = "",
) -> None:
    """Ask for a code, to be typed in the same browser; the link in the same mail leads on to `onward`. Known and
    unknown addresses are treated alike: the same is written but for the notice; after too many nothing is sent.
    A browser in which that person has signed in before (`mark`) has an allowance that nobody else can use up."""
    typed = email.strip() if email.isprintable() else ""
    with db.write() as tx:
        codes.forget(tx, now - PERIOD)
        codes.end_others(tx, browser, email=typed)  # even where nothing is sent: else that would tell who is known
        person = codes.person_at(tx, typed, now)
        is_own = remembered.is_of(tx, mark, person)
        origin = mark if is_own else network
        lately = codes.asked_since(tx, now - PERIOD, email=typed, network=origin, is_known=person is not None)
        if lately.both >= MOST_FOR_ONE or (not is_own and _too_many(lately)):
            return
        asked = codes.ask(
            tx, person, email=typed, network=origin, browser=browser, now=now, ends_at=now + CODE_LASTS
        )
        if person:
            _write(tx, person, {"asked": asked, "onward": onward}, now)


def _too_many(lately: Lately) -> bool:
    return lately.for_one >= MOST_TO_ONE or lately.over_one >= MOST_OVER_ONE


def _write(tx: Tx, person: PersonId, data: dict[str, object], now: datetime) -> None:
    """Put out its letter, alone and before all others: somebody sits and waits for it. No webhook hears of it, and
    the code itself is made when the mail is."""
    key = f"{SIGN_IN}/{data['asked']}"
    outbox.add(tx, [Notice(kind=SIGN_IN, person=person, sag=None, data=data, key=key)], now)
    number = outbox.number_of(tx, key)
    name = delivery.name_of(person, [number])
    outbox.put_into(tx, letters.add(tx, message_id=name, now=now, person=person, is_first=True), [number])
