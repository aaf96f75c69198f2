"""The composition root: settings in, a wired house out; nothing else builds databases or reads files at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from kdflow import catalog, clock
from kdflow.actions.deliver_notices import Ways
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.set_clock import CLOCK
from kdflow.catalog import Catalog
from kdflow.channels import Channel
from kdflow.channels.antivirus import refuse_virus
from kdflow.channels.email import Letterhead, Smtp
from kdflow.channels.mailbox import Mailbox
from kdflow.channels.oidc import Provider, providers
from kdflow.channels.webhook import post
from kdflow.queries.people import installation_clock
from kdflow.queries.recipients import Recipient
from kdflow.queries.rehearsed import rehearsed
from kdflow.settings import Settings
from kdflow.store import indexing, mailbox, schema
from kdflow.store.database import Database

DEMO_SENDER = "kdflow <kdflow@kdflow.example>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything a door needs: the settings, the database, the time as this installation tells it, and the ways
    out of the house. `ticks` counts the seconds of a clock that nobody can set; a demo's stands still. At the
    `providers` people can sign in; `scan` refuses a file with a virus in it."""

    settings: Settings
    db: Database
    now: Callable[[], datetime]
    ways: Ways
    ticks: Callable[[], float] = clock.uptime
    providers: Mapping[str, Provider] = field(default_factory=dict)
    scan: Callable[[bytes], None] = lambda _content: None


def wire(settings: Settings) -> Wiring:
    """Open the database. In a demo the time is the demo's own clock."""
    db = Database(
        settings.db,
        synchronous=settings.synchronous,
        connections=settings.db_connections,
        wait=settings.db_wait_seconds,
    )

    def demo_now() -> datetime:
        return installation_clock(db, CLOCK) or clock.now()

    ways = _ways(settings, db)
    if settings.demo:
        return Wiring(settings=settings, db=db, now=demo_now, ways=ways, ticks=lambda: 0.0)
    found = Wiring(settings=settings, db=db, now=clock.now, ways=ways, providers=providers(settings))
    return replace(found, scan=partial(refuse_virus, clamd=settings.clamd)) if settings.clamd else found


def _ways(settings: Settings, db: Database) -> Ways:
    """Mail by the server that the settings name; in a demo into its box, and never anywhere else."""

    def keep(address: str, name: str, source: str, at: datetime) -> None:
        with db.write() as tx:
            mailbox.add(tx, address, name, source, at)

    mail: Channel | None = Smtp.of(settings)
    sender = settings.mail_from
    if settings.demo:
        sender = sender or DEMO_SENDER
        mail = Mailbox(Letterhead(sender), keep)
    webhooks = partial(post, internal_hosts=settings.webhook_hosts)
    return Ways(mail=mail, post=webhooks, site=settings.site, sender=sender)


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


def index_again(wiring: Wiring) -> int:
    """Make the index that is searched in again, from the sager; how many there are."""
    return indexing.rebuild(wiring.db)


def prepare(wiring: Wiring, report: Callable[[str], None] | None = None) -> Catalog:
    """Bring the database to the newest schema and to what the files say; safe to repeat. What the files say
    otherwise than what is kept by hand is left as it is, and reported line by line."""
    schema.upgrade(wiring.db)
    loaded = load_catalog(wiring.settings)
    left = install_catalog(wiring.db, loaded, now=wiring.now())
    if report is not None:
        for line in left:
            report(line)
    return loaded


def told_by_files(wiring: Wiring) -> tuple[Recipient, ...]:
    """Who would be told what if the database were brought up to what the files say now; nothing of it is kept."""
    loaded, now = load_catalog(wiring.settings), wiring.now()
    found = rehearsed(wiring.db, [lambda db: install_catalog(db, loaded, now=now)], by=None, now=now)
    if error := found.tried[0].error:
        raise error
    return found.recipients
