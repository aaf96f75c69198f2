"""The composition root: settings in, a wired house out; nothing else builds databases or reads files at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kdflow import catalog, clock
from kdflow.actions.deliver_notices import Ways
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.set_clock import CLOCK
from kdflow.catalog import Catalog
from kdflow.channels import Channel
from kdflow.channels.email import Letterhead, Smtp
from kdflow.channels.mailbox import Mailbox
from kdflow.channels.webhook import post
from kdflow.queries.people import installation_clock
from kdflow.settings import Settings
from kdflow.store import mailbox, schema
from kdflow.store.database import Database

DEMO_SENDER = "kdflow <kdflow@kdflow.example>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything a door needs: the settings, the database, the time as this installation tells it, and the ways
    out of the house."""

    settings: Settings
    db: Database
    now: Callable[[], datetime]
    ways: Ways


def wire(settings: Settings) -> Wiring:
    """Open the database. In a demo the time is the demo's own clock."""
    db = Database(settings.db, synchronous=settings.synchronous)

    def demo_now() -> datetime:
        return installation_clock(db, CLOCK) or clock.now()

    return Wiring(settings=settings, db=db, now=demo_now if settings.demo else clock.now, ways=_ways(settings, db))


def _ways(settings: Settings, db: Database) -> Ways:
    """Mail by the server that the settings name; in a demo into its box, and never anywhere else."""

    def keep(address: str, name: str, source: str, at: datetime) -> None:
        with db.write() as tx:
            mailbox.add(tx, address, name, source, at)

    mail: Channel | None = Smtp.of(settings)
    if settings.demo:
        mail = Mailbox(Letterhead(settings.mail_from or DEMO_SENDER), keep)
    return Ways(mail=mail, post=partial(post, internal_hosts=settings.webhook_hosts), site=settings.site)


def open_house(settings: Settings) -> Wiring:
    """Open a database that is set up; where it holds a demo, the time is the demo's.

    Raises:
        NotSetUp: it is empty or of an older version. Unreachable: there is no database there.
    """
    home = wire(settings)
    schema.require_newest(home.db)
    if installation_clock(home.db, CLOCK) is None:
        return home
    return wire(settings.model_copy(update={"demo": True}))


def schema_version(wiring: Wiring) -> str:
    """The version the database's schema is at."""
    return schema.version(wiring.db) or "-"


def load_catalog(settings: Settings) -> Catalog:
    """The definitions and the configuration that the settings name; Flawed when they cannot be used."""
    return catalog.load(settings.files or (catalog.shipped_root(),))


def upgrade_schema(wiring: Wiring) -> None:
    """Bring the database to the newest schema, and nothing more."""
    schema.upgrade(wiring.db)


def prepare(wiring: Wiring) -> Catalog:
    """Bring the database to the newest schema and to what the files say; safe to repeat."""
    schema.upgrade(wiring.db)
    loaded = load_catalog(wiring.settings)
    install_catalog(wiring.db, loaded, now=wiring.now())
    return loaded
