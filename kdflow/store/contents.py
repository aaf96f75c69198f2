"""The contents of papers, kept once per SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from kdflow.domain.errors import NotFound
from kdflow.store.database import Tx, marks


def add(tx: Tx, content: bytes) -> str:
    """Keep a content; its hex SHA-256 is returned."""
    digest = hashlib.sha256(content).hexdigest()
    tx.run(
        "insert into content (digest, content) values (?, ?) on conflict (digest) do nothing", (digest, content)
    )
    return digest


def load(tx: Tx, digest: str) -> bytes:
    """A content by its digest; NotFound when there is none."""
    row = tx.run("select content from content where digest = ?", (digest,)).fetchone()
    if row is None:
        raise NotFound("content", digest)
    return bytes(row[0])


def load_many(tx: Tx, digests: Collection[str]) -> dict[str, bytes]:
    """Contents by their digests, as far as there are any."""
    if not digests:
        return {}
    wanted = tuple(digests)
    rows = tx.run(f"select digest, content from content where digest in ({marks(wanted)})", wanted).fetchall()
    return {row[0]: bytes(row[1]) for row in rows}
