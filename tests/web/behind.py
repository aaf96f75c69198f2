"""What stands behind the addresses of a house: minutes that are sent, a task, mails, and what is for everybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import count

from kdflow.actions.approve_minutes import approve_minutes, ask_for_approval
from kdflow.actions.build_agenda import drop_point
from kdflow.actions.keep_bodies import change_body
from kdflow.actions.keep_closing_days import add_closing_day
from kdflow.actions.keep_feed import make_feed
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.publish_minutes import publish_minutes
from kdflow.actions.write_minutes import add_remark, give_task
from kdflow.domain.agenda import standing_key
from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import ClosingDay
from kdflow.domain.timetable import MeetingId
from kdflow.queries.minutes_page import minutes_reading
from kdflow.store import people, unsubscribing
from tests.web.house import DORTE, IDA, JENS, KARIN, NOW, House
from tests.web.mails import deliver, link_in, mails_to, text_in

HELD = MeetingId("dassos-2020-01-22")
"""A meeting of DASSOS, which is public: its minutes are sent."""

BEGUN = MeetingId("kd-net-2020-01-24")
"""A meeting of today: its minutes are being written."""

COMING = MeetingId("kd-net-2020-03-13")
"""A meeting whose agenda is being built, without a point that always stands there."""

_keys = count()

Values = dict[str, str]


def key() -> str:
    """A fresh idempotency key."""
    return f"behind-key-{next(_keys):06}"


def fill(house: House, by: PersonId, digest: str) -> Mapping[str, Values]:
    """Let there be something; what addresses are made of, by how their routes begin. `by` is an administrator,
    `digest` that of a paper of the sag that DASSOS treated."""
    db = house.wiring.db
    with db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx)["dassos"], public=True)])
    closing = ClosingDay(body="*", day="2020-10-16", name="Lukket")
    add_closing_day(db, closing, key=key(), by=by, now=NOW)
    later = date(2021, 6, 1)
    change_body(db, "kd-net", {"most_items": 40}, later, version=None, key=key(), by=by, now=NOW)
    task = _minutes(house)
    point = standing_key("eventuelt")
    give_task(db, BEGUN, point, IDA, "Ring til KL.", None, key=key(), by=KARIN, now=NOW)
    add_remark(db, BEGUN, point, "dassos", "Husk tallene.", key=key(), by=KARIN, now=NOW)
    drop_point(db, COMING, point, key=key(), by=KARIN, now=NOW)
    feed = make_feed(db, "person", "", command=key(), by=JENS, now=NOW)
    assert feed
    deliver(house)
    public = {"body": "dassos", "meeting": HELD, "kind": "referat", "number": "1", "digest": digest}
    return {
        "/abonnement/": {"secret": feed},
        "/beskeder/afmeld": {"token": _unsubscribing(house)},
        "/moeder/{meeting}/referat/nyeste": {"meeting": HELD},
        "/moeder/{meeting}/referat/{version}": {"meeting": HELD},
        "/moeder/{meeting}/referat": {"meeting": BEGUN},
        "/offentligt": public,
        "/opgaver": {"task": task},
        "/post": {"number": "1"},
        "/svar": {"secret": _answering(house)},
        "/udsendelser": {"letter": _letter(house)},
    }


def _minutes(house: House) -> str:
    """Let the agenda and the minutes of a meeting be sent, by which Ida has something to do: its number."""
    db, point = house.wiring.db, standing_key("eventuelt")
    publish_agenda(db, HELD, key=key(), by=KARIN, now=NOW)
    number = give_task(db, HELD, point, IDA, "Skriv et notat.", None, key=key(), by=KARIN, now=NOW).number
    ask_for_approval(db, HELD, key=key(), by=KARIN, now=NOW)
    seen = minutes_reading(db, HELD, DORTE, NOW).digest
    approve_minutes(db, HELD, seen=seen, key=key(), by=DORTE, now=NOW)
    publish_minutes(db, HELD, key=key(), by=KARIN, now=NOW)
    return str(number)


def _answering(house: House) -> str:
    mail = next(one for one in mails_to(house, JENS) if "/svar/" in text_in(one))
    return link_in(mail, "/svar/").rpartition("/")[2]


def _unsubscribing(house: House) -> str:
    """The token by which Ida's mail program ends what it can."""
    with house.wiring.db.write() as tx:
        return unsubscribing.path(tx, IDA).rpartition("/")[2]


def _letter(house: House) -> str:
    """The number of a letter to Jens."""
    with house.wiring.db.read() as tx:
        return str(tx.run("select max(id) from letter where person = ?", (JENS,)).fetchone()[0])
