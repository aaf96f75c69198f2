"""`kdflow sag close | open-again`: who can see a sag."""

from __future__ import annotations

import typer

from kdflow.cli.house import AS, JSON, KEY, house, new_key, person_of
from kdflow.cli.sag import SAG, VERSION, done, page_of

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

    page, home = page_of(context, sag), house(context)
    seen, who = version or page.sag.version, person_of(home, by)
    done(
        close_sag(home.db, page.sag.id, reason=reason, version=seen, key=new_key(key), by=who, now=home.now()),
        as_json,
    )


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
    from kdflow.actions import close_sag as access

    page, home = page_of(context, sag), house(context)
    seen, who = version or page.sag.version, person_of(home, by)
    done(
        access.open_again(
            home.db, page.sag.id, reason=reason, version=seen, key=new_key(key), by=who, now=home.now()
        ),
        as_json,
    )
