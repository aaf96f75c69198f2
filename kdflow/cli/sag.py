"""`kdflow sag ...`: open, show, list, write, advance and read the history of sager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kdflow.cli.house import AS, JSON, KEY, house, new_key, person_of, print_json
from kdflow.domain.errors import NotFound, Unreadable

if TYPE_CHECKING:
    from kdflow.actions.consequences import Receipt
    from kdflow.domain.revision import Revision
    from kdflow.domain.sag import StepSeq
    from kdflow.domain.workflow import Outcome
    from kdflow.queries.sag_page import SagPage

app = typer.Typer(
    help="Sager: open, show, list, write, advance, amend, migrate, close, history.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SAG = typer.Argument(..., help="The number of a sag, such as SAG-2020-0012.")
VERSION = typer.Option(0, "--version", help="Only if this is still the version (0: the one that is there now).")


def pairs(values: list[str], what: str) -> dict[str, str]:
    """Options of the form KEY=VALUE."""
    wrong = [value for value in values if "=" not in value]
    if wrong:
        raise Unreadable(f"{wrong[0]!r} is not {what}")
    return {key.strip(): value.strip() for key, value in (text.split("=", 1) for text in values)}


def done(receipt: Receipt, as_json: bool) -> None:
    """Say what was done."""
    if as_json:
        shown = ("number", "version", "step", "step_version", "state", "repeated")
        print_json({name: getattr(receipt, name) for name in shown})
        return
    at = f" trin {receipt.step}" if receipt.step else ""
    again = " (var gjort før)" if receipt.repeated else ""
    typer.echo(f"{receipt.number}{at}: {receipt.state}, version {receipt.step_version or receipt.version}{again}")


@app.command("open")
def open_(
    context: typer.Context,
    title: str = typer.Argument(..., help="What the sag is about."),
    route: str = typer.Option("standard@1", "--route", help="Workflow, as name@version."),
    owner: str = typer.Option("", "--owner", help="Case owner (default: the person who acts)."),
    fill: list[str] = typer.Option([], "--fill", help="ROLE=BODY for a role on the route."),
    text: str = typer.Option("", "--text", help="The case text."),
    area: str = typer.Option("", "--area", help="What it is about, such as Sundhed."),
    wished: str = typer.Option("", "--wished", help="Decided by this day, if it can be (YYYY-MM-DD, or Danish)."),
    closed: bool = typer.Option(False, "--closed", help="Only for those it concerns."),
    draft: bool = typer.Option(False, "--draft", help="Do not start it yet."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show the plan."),
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Open a sag and set it going."""
    from kdflow.actions.open_sag import open_sag
    from kdflow.cli.plan import exact_day, print_plan
    from kdflow.domain.authority import PersonId
    from kdflow.queries.new_plan import new_plan

    home = house(context)
    owned_by, fills = PersonId(owner or by), pairs(fill, "ROLE=BODY")
    day = exact_day(wished, "--wished")
    if dry_run:
        found = new_plan(home.db, route, fills, title=title, owner=owned_by, by=day, now=home.now())
        print_plan(found.page, as_json)
        return
    receipt = open_sag(
        home.db,
        title,
        route,
        owner=owned_by,
        fills=fills,
        case_text=text,
        area=area,
        wished=day,
        closed=closed,
        draft=draft,
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)


@app.command("list")
def list_(
    context: typer.Context,
    text: str = typer.Option("", "--text", help="Only where these words are found, in any of their forms."),
    after: str = typer.Option("", "--after", help="Only later numbers (the next page)."),
    over: bool = typer.Option(False, "--all", help="Also sager that are over."),
    as_json: bool = JSON,
) -> None:
    """Where each sag stands, its next meeting, and who has it."""
    from kdflow.cli.printing import print_board
    from kdflow.queries.board import board
    from kdflow.queries.sag_documents import of_board

    home = house(context)
    found = board(home.db, None, home.now(), text=text, after=after, over=over)
    if as_json:
        print_json(of_board(found))
    else:
        print_board(found, "Sager")


def page_of(context: typer.Context, number: str) -> SagPage:
    """A sag as the operator sees it."""
    from kdflow.queries.sag_page import sag_page

    home = house(context)
    return sag_page(home.db, number, None, home.now())


@app.command()
def show(context: typer.Context, sag: str = SAG, as_json: bool = JSON) -> None:
    """One sag: its route, what it waits for, and what can be done, and why not."""
    from kdflow.cli.printing import print_sag
    from kdflow.queries.sag_documents import of_sag

    page = page_of(context, sag)
    if as_json:
        print_json(of_sag(page))
    else:
        print_sag(page)


@app.command()
def history(context: typer.Context, sag: str = SAG, as_json: bool = JSON) -> None:
    """What happened to a sag, oldest first."""
    from kdflow.cli.printing import print_history
    from kdflow.queries.history_documents import of_history

    page = page_of(context, sag)
    if as_json:
        print_json(of_history(page))
    else:
        print_history(page)


@app.command()
def advance(
    context: typer.Context,
    sag: str = SAG,
    move: str = typer.Argument(..., help="The move, as `kdflow sag show` names it."),
    station: str = typer.Option("", "--station", help="Station of the step (default: the only open one)."),
    life: bool = typer.Option(False, "--life", help="A move of the sag's own life (rest, resume, withdraw ...)."),
    meeting: str = typer.Option("", "--meeting", help="Meeting to submit or postpone to."),
    reason: str = typer.Option("", "--reason", help="Why."),
    note: str = typer.Option("", "--note", help="A note to the decision."),
    outcome: str = typer.Option("", "--outcome", help="Outcome of the step, or of the parts not named."),
    part: list[str] = typer.Option([], "--part", help="NUMBER=OUTCOME for one part of the indstilling."),
    back_to: str = typer.Option("", "--back-to", help="Station to return to."),
    decided_on: str = typer.Option("", "--decided-on", help="When it was decided, where no meeting says it."),
    content: str = typer.Option("", "--content", help="Digest of what you approve, from `kdflow sag show`."),
    confirm: bool = typer.Option(False, "--confirm", help="The outcome is right though it does not answer."),
    version: int = VERSION,
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Make a move of a step, or of the sag's own life."""
    from kdflow.actions.advance_sag import advance_sag
    from kdflow.domain.dates import read_date
    from kdflow.domain.sag import StepSeq
    from kdflow.domain.situation import Inputs
    from kdflow.domain.timetable import MeetingId
    from kdflow.queries.proof import step_done

    page = page_of(context, sag)
    home = house(context)
    inputs = Inputs(
        reason=reason or None,
        note=note or None,
        meeting=MeetingId(meeting) if meeting else None,
        back_to=back_to or None,
        outcome=_outcome(outcome) if outcome else None,
        outcomes=_parts(part),
        confirmed=confirm,
        content=content or None,
        decided_on=read_date(decided_on) if decided_on else None,
    )
    seq = step_done(home.db, key) if key and not life else None
    step = None if life else StepSeq(seq) if seq else _step(page, station)
    receipt = advance_sag(
        home.db,
        page.sag.id,
        step,
        move,
        inputs,
        version=version or _version_seen(page, step),
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)


def _version_seen(page: SagPage, step: StepSeq | None) -> int:
    """The version of what the command has just read: if it changes before the move is made, nothing is done."""
    return page.sag.version if step is None else page.sag.step(step).version


def _step(page: SagPage, station: str) -> StepSeq:
    """The step a move is about: the newest at the station, or the only open one."""
    if station:
        step = page.sag.at(station)
        if step is None:
            raise NotFound("step at station", station)
        return step.seq
    open_at = [panel.stand.step for panel in page.panels]
    if len(open_at) != 1:
        stations = ", ".join(step.station for step in open_at) or "none"
        raise Unreadable(f"say which step with --station (open: {stations})")
    return open_at[0].seq


def _outcome(text: str) -> Outcome:
    from kdflow.domain.workflow import Outcome

    try:
        return Outcome(text)
    except ValueError as error:
        raise Unreadable(f"{text!r} is no outcome; known are: {', '.join(Outcome)}") from error


def _parts(values: list[str]) -> dict[int, Outcome]:
    named = pairs(values, "NUMBER=OUTCOME")
    wrong = [key for key in named if not (key.isascii() and key.isdigit())]
    if wrong:
        raise Unreadable(f"{wrong[0]!r} is not the number of a part")
    return {int(key): _outcome(value) for key, value in named.items()}


@app.command()
def write(
    context: typer.Context,
    sag: str = SAG,
    part: list[str] = typer.Option([], "--part", help="One part of the indstilling; give one option for each."),
    forwards: bool = typer.Option(
        False, "--forwards", help="It is the indstilling that goes on to the next body."
    ),
    text: str | None = typer.Option(
        None, "--text", help="The case text: of all stations, or with --station of that one ('': none of its own)."
    ),
    station: str = typer.Option("", "--station", help="Station of the step (default: the only open one)."),
    reason: str = typer.Option("", "--reason", help="Why it is changed."),
    by: str = AS,
    key: str = KEY,
    as_json: bool = JSON,
) -> None:
    """Write the indstilling of a step (to its body, or the one that goes on from there), or the case text."""
    from kdflow.actions.revise_sag import revise_sag

    if (text is None) == (not part):
        raise Unreadable("say what to write: either --part or --text")
    page = page_of(context, sag)
    home = house(context)
    step = _step(page, station) if part else None
    receipt = revise_sag(
        home.db,
        page.sag.id,
        step,
        _revision(tuple(part), text, station, forwards=forwards),
        reason=reason or None,
        version=_version_seen(page, step),
        key=new_key(key),
        by=person_of(home, by),
        now=home.now(),
    )
    done(receipt, as_json)


def _revision(parts: tuple[str, ...], text: str | None, station: str, *, forwards: bool) -> Revision:
    from kdflow.domain.revision import Revision
    from kdflow.domain.station_texts import OwnText

    if text is None:
        return Revision(forwards=parts) if forwards else Revision(parts=parts)
    return Revision(own_text=OwnText(station, text)) if station else Revision(case_text=text)
