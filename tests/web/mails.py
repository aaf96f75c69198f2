"""The mails of the house: sent into its box, and read back by a real parser."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage

from kdflow.actions.deliver_notices import deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.domain.authority import PersonId
from kdflow.store import mailbox
from tests.web.house import House


def deliver(house: House) -> None:
    """Let everything be sent that is due."""
    now = house.wiring.now()
    gather_notices(house.wiring.db, now=now)
    deliver_notices(house.wiring.db, house.wiring.ways, clock=house.wiring.now)


def mails_to(house: House, who: PersonId) -> list[EmailMessage]:
    """The mails to somebody, newest first."""
    with house.wiring.db.read() as tx:
        found = mailbox.newest(tx, f"{who}@kdflow.example")
    return [message_from_string(one.source, EmailMessage, policy=policy.default) for one in found]


def text_in(mail: EmailMessage, kind: str = "plain") -> str:
    """The text of a mail."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, path: str) -> str:
    """The address in a mail that begins with this path, as a path of the site."""
    found = re.search(re.escape(path) + r"[A-Za-z0-9_.?=%/-]+", text_in(mail))
    assert found, text_in(mail)
    return found[0]


def answer_link(house: House, who: PersonId) -> str:
    """The newest link that points somebody to the step that wants their answer."""
    deliver(house)
    mail = next(one for one in mails_to(house, who) if "/svar/" in text_in(one))
    return link_in(mail, "/svar/")


def in_earnest(house: House, **settings: object) -> House:
    """The same house as a real installation: no roles to choose; its clock stands still."""
    chosen = house.wiring.settings.model_copy(update={"demo": False, **settings})
    house.wiring = replace(house.wiring, settings=chosen)
    return house


def later(house: House, by: timedelta) -> None:
    """Let it be later."""
    then = house.wiring.now() + by
    house.wiring = replace(house.wiring, now=lambda: then)
    if "app" in vars(house):
        house.app.state.wiring = house.wiring
