"""What leaves the house, written out: a mail to a person, the calendar with it, the body of a webhook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from kdflow import ical, rendering
from kdflow.channels import Message
from kdflow.domain.authority import Person
from kdflow.domain.letters import Part
from kdflow.domain.timetable import Meeting, MeetingStatus
from kdflow.domain.told import Told

LASTS = timedelta(hours=2)
"""How long a meeting is taken to last in people's calendars."""


def mail(
    person: Person,
    parts: Sequence[Part],
    *,
    message_id: str,
    thread: str | None,
    at: datetime,
    now: datetime,
    since: datetime | None,
    site: str,
    unsubscribe: str | None,
    calendar: bytes | None,
) -> Message:
    """A mail to one person with all these parts, each with its link. A digest gathers what came `since`."""
    digest = since is not None
    text = rendering.letter(parts, name=person.name, is_digest=digest, site=site, since=since, now=now)
    return Message(
        to=person.email,
        to_name=person.name,
        subject=text.subject,
        text=text.text,
        html=text.html,
        message_id=message_id,
        thread=thread,
        at=at,
        calendar=calendar,
        unsubscribe=unsubscribe,
    )


def calendar(meetings: Iterable[tuple[Meeting, str]], now: datetime) -> bytes | None:
    """Meetings, each with what its body is called, as a file that calendar programs take in; None: there is none.

    A meeting has a name and a version of its own there, so that a later mail replaces what an earlier one said.
    """
    words = rendering.words()["feeds"]
    entries = [
        _entry(meeting, starts, str(words["meeting_body"]).format(body=body), now)
        for meeting, body in meetings
        if (starts := meeting.starts_at or meeting.on.exact)
    ]
    return ical.feed(str(words["name"]).format(name="møder"), entries, now=now) if entries else None


def _entry(meeting: Meeting, starts: date | datetime, summary: str, now: datetime) -> ical.FeedEntry:
    return ical.FeedEntry(
        uid=f"{meeting.id}-mail@kdflow",
        starts=starts,
        ends=starts + LASTS if isinstance(starts, datetime) else starts,
        summary=summary,
        last_changed=meeting.moved_at or now,
        sequence=meeting.version,
        place=meeting.place,
        cancelled=meeting.status is MeetingStatus.CANCELLED,
    )


def payload(told: Sequence[Told], made_at: datetime, site: str) -> dict[str, object]:
    """What a webhook says: who is told what; of a closed sag no title."""
    return {
        "type": "notices.told",
        "timestamp": made_at.isoformat(),
        "data": {"person": told[0].notice.person, "notices": [_told(one, site + one.path) for one in told]},
    }


def _told(one: Told, link: str) -> dict[str, object]:
    return {
        "kind": one.notice.kind,
        "sag": one.number or None,
        "title": one.title or None,
        "subject": rendering.message(one.notice.kind, "subject", **one.values, link=link),
        "url": link,
    }
