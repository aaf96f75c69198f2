"""What came with a form, read into values: typed text, moves with their fields, and what is missing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData, UploadFile

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Unreadable
from kdflow.domain.personal_numbers import Allowed
from kdflow.domain.sag import MAX_TEXT
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Asks, Outcome

SEEN = "seen."
"""What the names of the fields begin with in which a form carries what its page showed."""

OF_STATION = "fremstilling-"
"""What the id of the form begins with that holds the case text of one station."""

WRITTEN = re.compile(
    r"^(?!seen\.)([a-z0-9:-]+\.)?"
    r"(reason|note|title|case_text|text|task-text|remark-text|area|wished|other|decided_on|part-\d+"
    r"|why_late|numbers_reason)$"
)
"""Fields that hold a person's own words."""

CHOSEN = re.compile(r"^(?!seen\.)([a-z-]+\.)?(outcome(-\d+)?|proposes|meeting|back_to|downstream)$")
"""Fields that hold a person's choice among values."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing a form did not say: a key of `words.missing`, and the field to go to."""

    key: str
    field: str


class Incomplete(Exception):
    """A form that cannot be acted on yet; every gap is listed, not only the first."""

    def __init__(self, *gaps: Gap) -> None:
        self.gaps = gaps
        super().__init__(", ".join(gap.key for gap in gaps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What cannot be used in the address of a page, as the parts of a form show it."""

    gaps: tuple[tuple[str, str], ...]
    kind: str = "incomplete"
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The ids of the fields that are marked."""
        return frozenset(target for _, target in (*self.gaps, *self.lines))


def faults(form: str, gaps: Iterable[Gap]) -> Faults | None:
    """The gaps in what an address says, by the fields of its form; None where there are none."""
    found = tuple((gap.key, f"{form}-{gap.field}") for gap in gaps)
    return Faults(gaps=found) if found else None


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a form, to be read, and to be shown again when it could not be acted on. The button that was
    pressed reads the fields whose names begin with `within`."""

    values: Mapping[str, str] = field(default_factory=dict)
    within: str = ""

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    @property
    def form(self) -> str:
        """Which form of the page was sent."""
        return self["form"]

    @property
    def station_written(self) -> str:
        """The station whose case text the form holds; "" where it is another form."""
        return self.form.removeprefix(OF_STATION) if self.form.startswith(OF_STATION) else ""

    def again(self, form: str, name: str, default: object = "") -> str:
        """What to show in a field of `form`: what was typed, else what the page says."""
        shown = str(default or "")
        return self.values.get(name, shown) if self.form == form else shown

    def has(self, form: str, name: str, value: str) -> bool:
        """Whether a radio button or checkbox of `form` was chosen."""
        return self.form == form and self.values.get(name) == value

    def without_outcomes(self) -> "Typed":
        """The same form with the outcomes, and that they are right, to be chosen anew."""
        gone = re.compile(r"^([a-z-]+\.)?(outcome(-\d+)?|confirmed)$")
        return Typed({name: "" if gone.search(name) else text for name, text in self.values.items()})

    def beneath(self, prefix: str) -> "Typed":
        """The same form, in which the fields whose names begin so are known by what follows."""
        own = {name.removeprefix(prefix): text for name, text in self.values.items() if name.startswith(prefix)}
        return Typed({**self.values, **own})

    @property
    def texts(self) -> Mapping[str, str]:
        """What a person wrote, by field: of the chosen move, or of the whole form where there are no moves."""
        return self._own(WRITTEN)

    @property
    def choices(self) -> Mapping[str, str]:
        """What a person chose, likewise."""
        return self._own(CHOSEN)

    def _own(self, kind: re.Pattern[str]) -> Mapping[str, str]:
        own = f"{self['move']}." if self["move"] else ""
        names = [name for name in self.values if name.startswith(own) and kind.search(name)]
        return {name: self[name] for name in names if self[name]}

    @property
    def seen(self) -> Mapping[str, str]:
        """What the page of the form showed, where the form carries it."""
        names = [name for name in self.values if name.startswith(SEEN)]
        return {name.removeprefix(SEEN): self[name] for name in names}

    def refuse_too_long(self) -> None:
        """Raise Incomplete with every field whose text is too long to be kept; nothing is ever cut off."""
        names = [name for name, text in self.values.items() if len(text) > MAX_TEXT and not name.startswith(SEEN)]
        if names:
            raise Incomplete(*(Gap("too-long", name) for name in names))

    @property
    def key(self) -> str:
        """The idempotency key of the form."""
        if not 8 <= len(self["key"]) <= 200:
            raise Incomplete(Gap("form", ""))
        return self["key"]

    @property
    def version(self) -> int:
        """The version that the person saw."""
        if not re.fullmatch(r"\d{1,9}", self["version"]):
            raise Incomplete(Gap("form", ""))
        return int(self["version"])

    def demand(self, *names: str) -> None:
        """Raise Incomplete with every one of these fields that is empty."""
        if gaps := [Gap(name, name) for name in names if not self[name]]:
            raise Incomplete(*gaps)


def typed(form: FormData) -> Typed:
    """The text fields of a form, with line ends as we keep them."""
    return Typed(
        {name: value.replace("\r\n", "\n") for name, value in form.multi_items() if isinstance(value, str)}
    )


def uploaded(form: FormData, name: str) -> tuple[str, bytes]:
    """The name and content of a file; Incomplete when none was chosen."""
    file = form.get(name)
    if not isinstance(file, UploadFile) or not file.filename:
        raise Incomplete(Gap("file", name))
    return file.filename, file.file.read()


def outcome_of(text: str) -> Outcome | None:
    """An outcome by its word; None for anything else."""
    return Outcome(text) if text in set(Outcome) else None


def asks_of(text: str) -> Asks | None:
    """What is asked, by its word; None for anything else."""
    return Asks(text) if text in set(Asks) else None


def outcomes_of(text: Typed, prefix: str) -> dict[int, Outcome]:
    """The outcomes chosen for the parts of an indstilling, by number."""
    found = {}
    for name in text.values:
        number = name.removeprefix(f"{prefix}outcome-")
        if number.isdecimal() and (outcome := outcome_of(text[f"{prefix}outcome-{number}"])):
            found[int(number)] = outcome
    return found


def move_of(text: Typed) -> tuple[str, Inputs]:
    """The chosen move with the fields that belong to it; those of the other moves are left alone."""
    move = text["move"]
    if not move:
        raise Incomplete(Gap("move", "move"))
    own = f"{move}."
    return move, Inputs(
        reason=text[own + "reason"] or None,
        note=text[own + "note"] or None,
        meeting=MeetingId(text[own + "meeting"]) if text[own + "meeting"] else None,
        back_to=text[own + "back_to"] or None,
        outcome=outcome_of(text[own + "outcome"]),
        outcomes=outcomes_of(text, own),
        confirmed=bool(text[own + "confirmed"]),
        content=text["content"] or None,
        decided_on=_date(text, own + "decided_on"),
    )


def _date(text: Typed, name: str) -> FuzzyDate | None:
    if not text[name]:
        return None
    try:
        return read_either(text[name])
    except Unreadable as error:
        raise Incomplete(Gap(date_gap(error, "decided_on"), name)) from error


def date_gap(error: Unreadable, otherwise: str) -> str:
    """What to say of a date that cannot be read: what is wrong with it, where that is known."""
    return error.code if error.code in ("short-year", "weekday") else otherwise


def exact_day(text: str) -> tuple[date | None, str]:
    """The day that a text names, and what to say where it names none."""
    try:
        return read_either(text).exact, "plan-day"
    except Unreadable as error:
        return None, date_gap(error, "plan-day")


def allowed_in(text: Typed) -> Allowed:
    """Whether personal numbers may be published, and why."""
    return Allowed(confirmed=bool(text["numbers"]), reason=text["numbers_reason"])


def parts_of(text: Typed) -> tuple[str, ...]:
    """The parts of an indstilling in the order of their fields, empty ones left out."""
    names = [name for name in text.values if re.fullmatch(r"part-\d{1,2}", name)]
    ordered = sorted(names, key=lambda name: int(name.removeprefix("part-")))
    return tuple(text[name] for name in ordered if text[name])
