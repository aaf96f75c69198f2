"""Values -> text: pages and messages from `templates/`, with Danish dates and words. The door to jinja2."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from kdflow.domain import date_words, letters
from kdflow.domain.dates import COPENHAGEN, FuzzyDate, local_day
from kdflow.domain.deadlines import Deadline, DeadlineKind
from kdflow.domain.departures import DAY, day_of, instant_of
from kdflow.domain.leeway import Missed
from kdflow.domain.pace import URGENT
from kdflow.domain.planner import Leg
from kdflow.domain.situation import listed
from kdflow.domain.timetable import Body, Timetable
from kdflow.domain.told import Told

_PACKAGE = resources.files("kdflow")
_LOCALE = "da"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The short Danish words that several templates share (`templates/words.toml`)."""
    return tomllib.loads((_PACKAGE / "templates" / "words.toml").read_text("utf-8"))


def page(name: str, **values: object) -> str:
    """One page as HTML: `templates/pages/<name>.html` with these values."""
    return _environment().get_template(f"pages/{name}.html").render(values)


MessagePart = Literal["subject", "body", "html"]
_MESSAGE_FILES = {"subject": "subject.txt", "body": "body.txt", "html": "body.html"}


def message(kind: str, part: MessagePart, **values: Any) -> str:
    """A notice of one kind, from `templates/messages/<kind>/`: subject, text, or the text as HTML.

    Where it is read on a known day (`today`), it says how far off a deadline is then.
    """
    is_closed = bool(values.get("number")) and not values.get("title")
    given = {"today": None, "is_closed": is_closed, **values}
    if part == "html":
        given["said"] = message(kind, "body", **values)
    text = _environment().get_template(f"messages/{kind}/{_MESSAGE_FILES[part]}").render(given)
    return " ".join(text.split()) if part == "subject" else _closed_up(text)


class LetterText(NamedTuple):
    """One mail, as far as it is words."""

    subject: str
    text: str
    html: str


LONGEST_SUBJECT = 120
"""How long a subject may become by saying what else there is in a letter."""


def letter(
    parts: Sequence[letters.Part],
    *,
    name: str,
    is_digest: bool,
    site: str,
    since: datetime | None = None,
    now: datetime | None = None,
) -> LetterText:
    """One mail to `name` with all these notices (oldest first), the most important first; `templates/letters/`.

    A digest says `since` when it gathers; `now` is when it is sent, and how far off deadlines are then.
    """
    today = local_day(now) if now else None
    values: dict[str, Any] = {
        "notices": [_in_letter(told, link, today) for told, link in letters.in_order(parts)],
        "name": name,
        "is_digest": is_digest,
        "is_asked_for": all(told.notice.kind in URGENT for told, _ in parts),
        "choices": f"{site.rstrip('/')}/beskeder/valg",
        "since": local_day(since) if since else None,
        "today": today,
        "longest": LONGEST_SUBJECT,
    }
    for line in ("heading", "subject", "why"):
        values[line] = " ".join(_filled(f"letters/{line}.txt", values).split())
    text, html = (_closed_up(_filled(f"letters/body.{kind}", values)) for kind in ("txt", "html"))
    return LetterText(values["subject"], text, html)


def _in_letter(told: Told, link: str, today: date | None) -> dict[str, object]:
    kind, values = told.notice.kind, {**told.values, "link": link, "today": today}
    subject, said = message(kind, "subject", **values), message(kind, "body", **values)
    return {**values, "kind": kind, "subject": subject, "said": said}


def _filled(template: str, values: Mapping[str, object]) -> str:
    return _environment().get_template(template).render(values)


def _closed_up(text: str) -> str:
    """The same without more than one empty line in a row."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def text(name: str, **values: object) -> str:
    """A text for the command line: `templates/texts/<name>.txt`, without the lines that hold nothing."""
    return _closed_up(_filled(f"texts/{name}.txt", values))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kdflow", "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    dates = (
        day,
        short_day,
        weekday,
        instant,
        fuzzy,
        held,
        bounds,
        in_days,
        clock,
        civil_day,
        civil_short,
        civil_time,
    )
    near = (near_day, near_date, near_time)
    plans = (counted, missed_words, leg_words, deadline_words, deadline_sum, provisional, time_left)
    others = (size, actors, file_kind, sentence, soft, as_list)
    filters: tuple[Callable[..., str | bool], ...] = (*dates, *near, *plans, *others, is_past)
    environment.filters.update({one.__name__: one for one in filters})
    environment.globals.update(static=static, words=words())
    return environment


@lru_cache(maxsize=64)
def static(path: str) -> str:
    """The address of a static file with a hash of its content; "" when there is no such file."""
    file = _PACKAGE.joinpath("static", *path.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


# --- dates ---------------------------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(COPENHAGEN) if isinstance(value, datetime) else value


def day(value: date) -> str:
    """As on an agenda: "fredag den 24. januar 2020"."""
    return format_date(_local(value), "EEEE 'den' d. MMMM y", locale=_LOCALE)


def weekday(value: date) -> str:
    """In a line that has little room: "fre. 24. jan. 2020"."""
    return format_date(_local(value), "EEE d. MMM y", locale=_LOCALE)


def short_day(value: date) -> str:
    """On the metro line: "24. jan. 2020"."""
    return format_date(_local(value), "d. MMM y", locale=_LOCALE)


def instant(value: datetime) -> str:
    """In Copenhagen: "fredag den 24. januar 2020 kl. 10.00"."""
    return format_datetime(value, "EEEE 'den' d. MMMM y 'kl.' HH.mm", tzinfo=COPENHAGEN, locale=_LOCALE)


Style = Literal["day", "weekday", "short_day"]


def fuzzy(value: FuzzyDate | str | None, style: Style = "day") -> str:
    """A date as far as it is known: a day in words, anything else as it was written ("september 2021")."""
    on = _known(value)
    return _days(on.exact, style) if on.exact else date_words.said(on)


def held(value: FuzzyDate | str | None, style: Style = "day") -> str:
    """The same as it stands after "mødet": "fredag den 24. januar 2020", "i september 2021"."""
    on = _known(value)
    return _days(on.exact, style) if on.exact else date_words.when(on)


def bounds(value: FuzzyDate) -> str:
    """The bounds of a date that is no day: "tidligst 1. sep. 2021, senest 30. sep. 2021"; else nothing."""
    if value.exact or value.earliest is None or value.latest is None:
        return ""
    said = str(words()["dates"]["bounds"])
    return said.format(first=short_day(value.earliest), last=short_day(value.latest))


def provisional(value: FuzzyDate | str | None) -> str:
    """What is said after a deadline of a meeting on this date: nothing where the day of the meeting is known."""
    return "" if value is None or _known(value).exact else f" ({words()['deadlines']['provisional']})"


def _known(value: FuzzyDate | str | None) -> FuzzyDate:
    return value if isinstance(value, FuzzyDate) else date_words.read_words(value or "")


def _days(on: date, style: Style) -> str:
    return {"day": day, "weekday": weekday, "short_day": short_day}[style](on)


def in_days(days: int) -> str:
    """How far off a day is: "i dag", "om 3 dage", "for 2 dage siden"."""
    table = words()["in_days"]
    if str(days) in table:
        return str(table[str(days)])
    return str(table["past" if days < 0 else "coming"]).format(days=abs(days))


def is_past(told: Mapping[str, Any], today: date | None) -> bool:
    """Whether the deadline of a reminder has passed for who reads it `today` (None: when it was written)."""
    return bool(told["is_over"]) or (today is not None and day_of(told["due"]) < today)


def time_left(told: Mapping[str, Any], today: date | None) -> str:
    """How far off the deadline of a reminder is for who reads it `today`: "i morgen", "om 3 hverdage", "2 hverdage
    over fristen"; "" where that is not known. Working days are those that were counted when it was written."""
    if today is None:
        return ""
    table, off = words()["time_left"], (day_of(told["due"]) - today).days
    is_fresh = "now" in told and day_of(told["now"]) == today
    if is_past(told, today):
        is_counted = is_fresh and told["days"] < 0
        return str(table["past"]).format(count=counted(-told["days"], "workdays")) if is_counted else table["over"]
    if is_fresh and off > 1 and told["days"] > 0:
        return str(table["coming"]).format(count=counted(told["days"], "workdays"))
    return in_days(off)


# --- deadlines -------------------------------------------------------------------------------------------------


def deadline_words(value: Deadline) -> str:
    """A deadline with its sum: "Indmelding senest onsdag den 13. maj 2026 kl. 12: 10 hverdage før mødet fredag den
    29. maj; Kristi himmelfartsdag og 2. pinsedag springes over"."""
    name = str(words()["deadlines"]["names"][value.kind])
    marked = provisional(value.meeting)
    return f"{name} senest {day(value.on)} {clock(value.rule.at)}{marked}: {deadline_sum(value)}"


def deadline_sum(value: Deadline) -> str:
    """How a deadline was reckoned: "10 hverdage før mødet fredag den 29. maj; ... springes over"."""
    table = words()["deadlines"]
    rule = value.rule
    anchor = _anchor(value)
    if rule.days == 0:
        text = str(table["same_day"][value.kind]).format(anchor=anchor)
    else:
        unit = table["units"][rule.unit]["one" if rule.days == 1 else "many"]
        text = str(table["from"][value.kind]).format(count=f"{rule.days} {unit}", anchor=anchor)
    if value.skipped:
        names = as_list([name for _, name in value.skipped])
        text += "; " + str(table["skipped"]).format(names=names)
    if value.rolled_from is not None:
        off = _day_of_year(value.rolled_from, value.on.year)
        text += "; " + str(table["rolled"][rule.roll]).format(day=off)
    return text


def _anchor(value: Deadline) -> str:
    """What a deadline is counted from: a day, or a bound of a date that is no day yet, named as such."""
    counted = _day_of_year(value.anchor, value.on.year)
    if value.meeting is None or value.kind is DeadlineKind.OBJECTION:
        return counted
    bound = words()["deadlines"]["bounds"]["first" if value.is_before else "last"]
    return str(bound).format(meeting=held(value.meeting), day=counted)


def _day_of_year(value: date, year: int) -> str:
    """A day, without its year where that has just been said."""
    return format_date(
        value, "EEEE 'den' d. MMMM" if value.year == year else "EEEE 'den' d. MMMM y", locale=_LOCALE
    )


def clock(value: time) -> str:
    """A time of day: "kl. 12", "kl. 12.30"."""
    return f"kl. {value.hour}" if value.minute == 0 else f"kl. {value.hour}.{value.minute:02d}"


def civil_day(minute: int) -> str:
    """The day of a civil minute, as on an agenda."""
    return day(day_of(minute))


def civil_short(minute: int) -> str:
    """The day of a civil minute, where there is little room."""
    return short_day(day_of(minute))


def civil_time(minute: int) -> str:
    """A civil minute with its time of day: "onsdag den 13. maj 2026 kl. 12"; the last of a day is just the day."""
    if minute % DAY == DAY - 1:
        return civil_day(minute)
    at = instant_of(minute)
    return f"{day(at)} {clock(at.timetz())}"


def near_day(value: date | int, beside: date | int) -> str:
    """A day or civil minute, without its year where the one beside it has the same: "fredag den 13. marts"."""
    return _day_of_year(_as_day(value), _as_day(beside).year)


def near_date(value: date | int, beside: date | int) -> str:
    """The same without the weekday: "13. marts"."""
    on = _as_day(value)
    return format_date(on, "d. MMMM" if on.year == _as_day(beside).year else "d. MMMM y", locale=_LOCALE)


def near_time(minute: int, beside: date | int) -> str:
    """The same for a civil minute with its time of day: "onsdag den 29. januar kl. 12"."""
    return f"{near_day(minute, beside)} {clock(instant_of(minute).timetz())}"


def _as_day(value: date | int) -> date:
    return day_of(value) if isinstance(value, int) else value


# --- plans ---------------------------------------------------------------------------------------------------


def counted(number: int, what: str) -> str:
    """A number with its word: "1 møde", "9 hverdage"."""
    one, many = words()["counted"][what]
    return f"{number} {one if number == 1 else many}"


def missed_words(leg: Leg, missed: Missed, body: str, names: Mapping[str, str], meetings: Timetable) -> str:
    """What missing a meeting costs.

    "Misser du KD-Net fredag den 13. marts, er sagen først i KKR onsdag den 17. juni: 77 dage senere."
    """
    table = words()["plan"]
    following = missed.plan.leg(missed.next_station) if missed.next_station else None
    on = leg_words(leg, meetings)
    said = {"body": body, "on": on, "next": names.get(missed.next_station or "", body)}
    again = missed.plan.leg(leg.station)
    if again is not None and not again.is_possible:
        return str(table["missed_last"]).format(**said)
    if following is None or not following.is_possible or missed.days_at_next is None:
        return str(table["missed_never"]).format(**said)
    if missed.days_at_next <= 0:
        return str(table["missed_free"]).format(**said)
    then = leg_words(following, meetings)
    return str(table["missed"]).format(**said, then=then, days=counted(missed.days_at_next, "days"))


def leg_words(leg: Leg, meetings: Timetable, beside: Leg | None = None) -> str:
    """When a step is treated: the date of its meeting as it was written, or the day it is done; a day without its
    year where the step `beside` it has the same."""
    meeting = meetings.find(leg.meeting)
    if meeting and not meeting.on.exact:
        return held(meeting.on)
    return near_day(leg.decides, beside.decides) if beside else civil_day(leg.decides)


# --- other words ---------------------------------------------------------------------------------------------


def size(count: int) -> str:
    """The size of a file: "46 kB", "1,2 MB"."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")


def file_kind(media_type: str) -> str:
    """What a paper is, in a word: "PDF"."""
    table = words()["file_kinds"]
    return str(table.get(media_type.split(";")[0], table["other"]))


def actors(who: Iterable[str], body: Body | str) -> str:
    """Who may make a move: "formanden for KD-Net eller sekretariatet"."""
    table = words()["actors"]
    short = body if isinstance(body, str) else body.short
    named = [str(table.get(str(one), one)).format(body=short) for one in who]
    return str(table["or"]).join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def as_list(items: Sequence[str]) -> str:
    """Words as a Danish list: "a, b og c"."""
    return listed(list(items))


def soft(text: str) -> str:
    """The same with soft hyphens in words that are too long for a narrow column."""
    table = words()["hyphens"]
    pattern = re.compile(rf"(?<=\w)(?=(?:{'|'.join(table['before'])}))")
    return " ".join(pattern.sub("\u00ad", w) if len(w) > table["longest"] else w for w in text.split(" "))


def sentence(text: str) -> str:
    """The same with a capital first letter."""
    return text[:1].upper() + text[1:]
