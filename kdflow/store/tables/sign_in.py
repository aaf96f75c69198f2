"""Browsers that are signed in, and the ways to sign in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kdflow.store.tables.row import BIGINT, Row


class SessionRow(Row, table=True):
    """A signed-in browser. Only the hash of its secret is kept. When it was last used (to the minute), when its
    person last proved that it is them, how they signed in, and in coarse words by which browser and from where."""

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    form_token: str
    started_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    proved_at: datetime | None = None
    way: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    browser: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    network: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})


class LinkRow(Row, table=True):
    """A sign-in link that an operator made for one person, or that went by mail; used once. Only the hash of its
    secret is kept."""

    secret: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    ends_at: datetime
    by_operator: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class CodeRow(Row, table=True):
    """Somebody who asked for a code to sign in: which address they typed, over which network and in which browser,
    as hashes. The code itself is made when its mail is written; only its salted hash is kept. Where nobody has the
    address there is no person, and never a code."""

    __table_args__: Any = ({"sqlite_autoincrement": True},)  # a number that is gone is never another's

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    account: str = Field(index=True)
    network: str = Field(index=True)
    browser: str = Field(index=True)
    person: str | None = Field(default=None, foreign_key="person.id", index=True)
    salt: str | None = None
    digest: str | None = None
    tries: int = 0
    asked_at: datetime = Field(index=True)
    ends_at: datetime


class IdentityRow(Row, table=True):
    """Who somebody is at another provider of sign-in, by the subject that never changes there."""

    __table_args__: Any = (sa.UniqueConstraint("issuer", "person"),)

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    provider: str
    made_at: datetime
    seen_at: datetime


class HandshakeRow(Row, table=True):
    """A return from another provider that has been used, by the hash of its state: there is no second one."""

    state: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class AuthenticatorRow(Row, table=True):
    """A person's authenticator: its first code fitted at `confirmed_at`, and it counts from `counts_at` on, where
    somebody else (`released_by`) had to say so. No code of a time step up to `last_step` is good any more."""

    person: str = Field(primary_key=True, foreign_key="person.id")
    secret: str
    last_step: int = Field(default=0, sa_type=BIGINT)
    made_at: datetime
    confirmed_at: datetime | None = None
    counts_at: datetime | None = None
    released_by: str | None = None


class AttemptRow(Row, table=True):
    """Something that was tried and did not fit, by hashes of the account and the network: too many are refused."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIGINT)
    kind: str
    account: str = Field(index=True)
    network: str = Field(index=True)
    at: datetime = Field(index=True)


class ParkedRow(Row, table=True):
    """A form that waits until its person has proved that it is them; kept for a short while."""

    handle: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", index=True)
    path: str
    fields: str = Field(sa_type=sa.Text)
    ends_at: datetime
