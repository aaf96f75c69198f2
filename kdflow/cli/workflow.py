"""`kdflow workflow ...`: the routes that are shipped, and their pictures."""

from __future__ import annotations

from enum import StrEnum

import typer

from kdflow.cli.house import JSON, config_file, given, print_json

app = typer.Typer(help="Workflows: list them, draw them.", no_args_is_help=True, rich_markup_mode=None)


class Picture(StrEnum):
    """How to draw a route."""

    SVG = "svg"
    MERMAID = "mermaid"
    TEXT = "text"


@app.command("list")
def list_(context: typer.Context, as_json: bool = JSON) -> None:
    """Every workflow version in the files."""
    from kdflow import bootstrap, settings

    catalog = bootstrap.load_catalog(settings.load(config_file(), **given(context)))
    if as_json:
        print_json([{"ref": ref, "title": w.title} for ref, w in sorted(catalog.workflows.items())])
        return
    for ref, workflow in sorted(catalog.workflows.items()):
        typer.echo(f"{ref:<28} {workflow.title}")


@app.command()
def show(
    context: typer.Context,
    name: str = typer.Argument(..., help="Name, or name@version."),
    picture: Picture = typer.Option(Picture.TEXT, "--format", help="svg, mermaid or text."),
) -> None:
    """Draw a workflow from its definition."""
    from kdflow import bootstrap, drawing, settings

    catalog = bootstrap.load_catalog(settings.load(config_file(), **given(context)))
    workflow = catalog.definitions(name).workflow if "@" in name else catalog.latest(name)
    draw = {Picture.SVG: drawing.svg, Picture.MERMAID: drawing.mermaid, Picture.TEXT: drawing.text}[picture]
    typer.echo(draw(workflow, catalog.bodies))
