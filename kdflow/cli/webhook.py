"""`kdflow webhook`: addresses that are told of everything that people are told."""

from __future__ import annotations

import dataclasses

import typer

from kdflow.cli.house import JSON, house, print_json

app = typer.Typer(
    help="Addresses that are told of everything, in the Standard Webhooks format.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def add(
    context: typer.Context,
    url: str = typer.Argument(..., help="https://HOST/PATH; internal hosts must be in webhook_hosts."),
) -> None:
    """Tell an address of everything from now on; its secret is printed once."""
    from kdflow.actions.keep_endpoint import add_endpoint

    home = house(context)
    made = add_endpoint(home.db, url, now=home.now())
    typer.echo(f"kdflow: webhook {made.id} to {made.url}; it is signed with {made.secret}")


@app.command("list")
def list_(context: typer.Context, as_json: bool = JSON) -> None:
    """The addresses, with their numbers."""
    from kdflow.queries.endpoints import endpoint_rows

    rows = endpoint_rows(house(context).db)
    if as_json:
        print_json({"data": [dataclasses.asdict(row) for row in rows]})
        return
    for row in rows:
        typer.echo(f"{row.id}  {row.url}{'' if row.is_live else '  (ended)'}")


@app.command()
def end(context: typer.Context, number: int = typer.Argument(..., help="As `kdflow webhook list` says.")) -> None:
    """Tell an address nothing more."""
    from kdflow.actions.keep_endpoint import end_endpoint

    home = house(context)
    end_endpoint(home.db, number, now=home.now())
    typer.echo(f"kdflow: webhook {number} is told nothing more")
