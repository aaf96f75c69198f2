"""`kdflow sag close | open-again`: who can see a sag."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import AS, JSON, KEY, house, new_key, person_of
from kdflow.cli.sag import SAG, VERSION, done, page_of

if TYPE_CHECKING:
    from kdflow.actions.consequences import Receipt

WHY = typer.Option(..., "--reason", help="Why.")


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.command()(close)
    app.command("open-again")(open_again)


def close(
    context: typer.Context,
    sag: str = SAG,
    reason: str = WHY,
    version: int = VERSION,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Close a sag to all but those it concerns: at once, on the public pages too."""
    from kdflow.actions.close_sag import close_sag

    _carry_out(close_sag, context, sag, reason, version, by, key, as_json=as_json)


def open_again(
    context: typer.Context,
    sag: str = SAG,
    reason: str = WHY,
    version: int = VERSION,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Open a closed sag to everybody who is signed in."""
    from kdflow.actions import close_sag

    _carry_out(close_sag.open_again, context, sag, reason, version, by, key, as_json=as_json)


def _carry_out(
    action: Callable[..., Receipt],
    context: typer.Context,
    sag: str,
    reason: str,
    version: int,
    by: str,
    key: str,
    *,
    as_json: bool,
) -> None:
    page, home = page_of(context, sag), house(context)
    receipt = action(
        home.db,
        page.sag.id,
        reason=reason,
        version=version or page.sag.version,
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)
