"""Who may close a sag and open it again, what is a decision of it, and what of it had gone out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kdflow.domain.authority import Person, PersonId
from kdflow.domain.closing import CLOSE, OPEN_AGAIN, Copied, changed, copies, is_reason_told, told_of
from kdflow.domain.errors import Refused
from kdflow.domain.proof import wants_proof
from kdflow.domain.publications import Publication, PublicationKind, digest_of, with_closed
from kdflow.domain.rights import closer
from kdflow.domain.timetable import MeetingId
from tests import make
from tests.make import IDA, JENS, KARIN, LARS

HELD = "jens chair kd-net, karin secretary kd-net, dora secretary kkr-midt, anna administrator *"


@pytest.mark.parametrize(
    ("who", "may"), [("ida", True), ("karin", True), ("anna", True), ("jens", False), ("lars", False)]
)
def test_the_owner_an_administrator_and_a_secretary_where_it_stands_may(who: str, may: bool) -> None:
    here = make.sag("kdnet > kkr", held=HELD).situation()
    assert (closer(here, PersonId(who)) is not None) is may


def test_a_secretary_may_when_the_sag_has_come_to_their_body_and_still_when_it_has_gone_on() -> None:
    course = make.sag("kdnet~ > kkr", held=HELD)
    assert closer(course.situation(), PersonId("dora")) is None
    course.through("kdnet")
    assert closer(course.situation(), PersonId("dora")) is not None
    assert closer(course.situation(), KARIN) is not None


def test_a_draft_is_closed_by_its_owner_only() -> None:
    here = make.sag("kdnet", held=HELD, draft=True).situation()
    assert (closer(here, IDA) is not None, closer(here, KARIN)) == (True, None)


def test_it_is_closed_with_a_reason_and_once() -> None:
    sag = make.sag("kdnet").sag
    after, event = changed(sag, closed=True, reason=" Navne. ")
    assert (after.closed, event.move, event.reason) == (True, CLOSE, "Navne.")
    assert (event.old, event.new) == ("open", "closed")
    for wrong, closed, reason in ((sag, True, " "), (after, True, "x"), (sag, False, "x")):
        with pytest.raises(Refused):
            changed(wrong, closed=closed, reason=reason)


def test_to_open_it_wants_a_proof_and_to_close_it_none() -> None:
    course = make.sag("kdnet")
    closed, close = changed(course.sag, closed=True, reason="x")
    _, opened = changed(closed, closed=False, reason="x")
    assert opened.move == OPEN_AGAIN
    assert wants_proof(closed, [opened], course.definitions)
    assert not wants_proof(course.sag, [close], course.definitions)


def test_why_it_was_closed_is_read_by_all_only_while_it_is_closed() -> None:
    course = make.sag("kdnet")
    assert not is_reason_told(course.situation(), LARS)
    assert is_reason_told(course.situation(), IDA)
    assert is_reason_told(course.situation(), None)
    course.sag = replace(course.sag, closed=True)
    assert is_reason_told(course.situation(), JENS)


def publication(*keys: str, kind: PublicationKind = PublicationKind.AGENDA) -> Publication:
    points: list[dict[str, Any]] = [{"key": key, "closed": False} for key in keys]
    meeting = {"short": "KD-Net", "on": "2020-03-13"}
    content = {"meeting": meeting, "points": points, "told": ["ida", "jens"]}
    return Publication(
        meeting=MeetingId("kd-net-2020-03-13"),
        kind=kind,
        version=1,
        content=content,
        digest=digest_of(content),
        made_at=datetime(2020, 3, 4, tzinfo=UTC),
        made_by=KARIN,
    )


def test_copies_are_what_was_published_with_a_point_about_it() -> None:
    sag = make.sag("kdnet").sag
    mine, others = publication("free:a", f"sag:{sag.id}:1"), publication("sag:11:1", "standing:x")
    assert copies(sag.id, [mine, others]) == (Copied(made=(mine,)),)


def test_the_secretaries_are_told_what_went_out_and_the_others_that_it_is_closed() -> None:
    course = make.sag("kdnet", closed=True)
    sent = Copied(made=(publication("sag:1:1"),))
    told = list(told_of(course.situation(), [JENS], [sent], Person(id=LARS, name="Lars", email="")))
    assert [(one.person, one.kind, len(one.data["sent"])) for one in told] == [  # type: ignore[arg-type]
        (IDA, "sag-closed", 0),
        (KARIN, "sag-closed", 1),
        (JENS, "sag-closed", 0),
    ]
    assert "En sag" not in str([one.data for one in told])
    assert all(one.data["urgent"] for one in told)


def test_a_content_is_read_with_the_points_that_are_closed_since() -> None:
    content = publication("free:a", "free:b").content
    assert [one["closed"] for one in with_closed(content, {"free:b"})["points"]] == [False, True]
    assert [one["closed"] for one in content["points"]] == [False, False]
