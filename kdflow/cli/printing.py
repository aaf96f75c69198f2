"""How sager look in a terminal: the board, one sag, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kdflow.domain.dates import COPENHAGEN, FuzzyDate
from kdflow.rendering import fuzzy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kdflow.queries.board import Board
    from kdflow.queries.metro import Stop
    from kdflow.queries.sag_page import SagPage
    from kdflow.queries.sag_rows import BoardRow
    from kdflow.queries.scene import Stand
    from kdflow.queries.step_panel import StepPanel

MARKS = {"done": "●", "current": "◉", "ahead": "◌", "coming": "○", "dropped": "×"}


def console() -> Console:
    """Standard output, as wide as the terminal (100 columns where there is none)."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=118)


def print_board(board: Board, title: str) -> None:
    """Where each sag stands, its next meeting, and who has it."""
    table = Table(title=title, title_justify="left", expand=True, pad_edge=False)
    for name, share in (("Sag", None), ("Titel", 5), ("Står hos", 3), ("Næste møde", None), ("Hvem har den", 3)):
        table.add_column(name, overflow="fold", no_wrap=share is None, ratio=share)
    for row in board.rows:
        table.add_row(*(escape(cell) for cell in _cells(row)))
    out = console()
    out.print(table)
    if board.more:
        out.print(f"Flere sager: kdflow sag list --after {board.more}")


def _cells(row: BoardRow) -> tuple[str, ...]:
    where = "\n".join(f"{stand.body.short}: {stand.state.lower()}" for stand in row.stands)
    return (
        row.number + (" (lukket)" if row.closed else ""),
        row.title,
        where or row.life_title,
        next_day(row.next_on, row.in_days),
        "\n".join(_holder(stand) for stand in row.stands),
    )


def _holder(stand: Stand) -> str:
    if stand.waits_for:
        return ", ".join(stand.holder_names) or "ingen"
    if stand.is_cancelled:
        return f"mødet i {stand.body.short} er aflyst"
    return f"venter på mødet i {stand.body.short}" if stand.meeting else "ingen"


def next_day(on: FuzzyDate | None, days: int | None) -> str:
    """A date and how far off it is, where it is one day."""
    if on is None or on.exact is None:
        return fuzzy(on)
    day = on.exact
    away = {0: "i dag", 1: "i morgen"}.get(days or 0, f"om {days} dage")
    return f"{day.day}.{day.month}.{day.year} ({away})"


def print_sag(page: SagPage) -> None:
    """One sag: its route, what it waits for, and what can be done."""
    out = console()
    sag = page.sag
    out.print(f"[bold]{escape(sag.number)}  {escape(sag.title)}[/bold]")
    out.print(f"{page.life} · {escape(page.owner)} · rute {escape(sag.route)} · version {sag.version}")
    for stop in page.stops:
        out.print(f"  {MARKS[stop.state]} {escape(_stop(stop))}")
    for flag in page.flags:
        data = " ".join(f"{key}={value}" for key, value in flag.data.items())
        out.print(f"[yellow]! {flag.kind} ({escape(flag.station)}) {escape(data)}[/yellow]")
    if own := [found.title or found.short for found in page.texts.values() if found.own]:
        out.print(f"Særlig sagsfremstilling: {escape(', '.join(own))}")
    for panel in page.panels:
        _print_panel(out, panel)


def _stop(stop: Stop) -> str:
    day = stop.on.exact.isoformat() if stop.on and stop.on.exact else fuzzy(stop.on)
    outcome = stop.step.outcome if stop.step and stop.step.outcome else ""
    condition = "under forudsætning" if stop.step and stop.step.conditional_on else ""
    words = (stop.body.short, stop.station.asks, day, stop.state_title, outcome, condition)
    return " · ".join(word for word in words if word)


def _print_panel(out: Console, panel: StepPanel) -> None:
    step = panel.stand.step
    out.print(f"\n[bold]Trin {step.seq}: {escape(panel.stand.body.short)}[/bold] ({panel.station.key})")
    out.print(f"  version {step.version} · indhold {panel.content}")
    for number, part in enumerate(step.parts, start=1):
        out.print(f"  {number}. {escape(part.text)}" + (f" → {part.outcome}" if part.outcome else ""))
    for sent in panel.sent:
        out.print(f"  {escape(sent.by)} har sendt en anden indstilling med end den, sagen er indmeldt med:")
        for text in sent.texts:
            out.print(f"     {escape(text)}")
    for move in panel.moves:
        out.print(f"  {move.move.name:<10} {escape(move.move.title)}  [{', '.join(move.move.by)}]", markup=False)
        for reason in move.reasons:
            out.print(f"             nej: {reason.text}", markup=False)


def _decision(data: Mapping[str, object]) -> str:
    """What a body decided, and when, after the state that the step came to by it."""
    if not data.get("outcome"):
        return ""
    on = fuzzy(str(data.get("decided_on") or ""))
    return f": {data['outcome']}" + (f" ({on})" if on else "")


def print_history(page: SagPage) -> None:
    """What happened to a sag, oldest first."""
    table = Table(title=f"{page.sag.number}: historik", title_justify="left", pad_edge=False)
    for name in ("Nr.", "Tid", "Hvem", "Hvad", "Fra", "Til", "Begrundelse"):
        table.add_column(name, overflow="fold")
    for entry in page.history:
        who = entry.actor + (f" for {entry.on_behalf_of}" if entry.on_behalf_of else "")
        event = entry.event
        what = f"{event.machine}: {event.move}" + (f" ({event.station})" if event.station else "")
        cells = (who, what, event.old, event.new + _decision(event.data), event.reason or "")
        table.add_row(
            str(entry.seq), f"{entry.at.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}", *(escape(cell) for cell in cells)
        )
    console().print(table)
