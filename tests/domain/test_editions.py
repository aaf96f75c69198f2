"""The versions of a publication as each of its readers knows them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kdflow.domain.editions import Edition, Record, changes
from kdflow.domain.publications import Publication, PublicationKind, digest_of, seen_by
from kdflow.domain.timetable import MeetingId
from tests import make
from tests.make import IDA, KARIN

FIRST = datetime(2020, 3, 4, 9, tzinfo=UTC)


def point(key: str, *, closed: bool = False, **values: Any) -> dict[str, Any]:
    return {"key": key, "kind": key.split(":")[0], "closed": closed, "gone": False, **values}


def made(*versions: tuple[dict[str, Any], ...], **values: Any) -> tuple[Publication, ...]:
    contents = [{"meeting": {"id": "m"}, "points": list(points), **values} for points in versions]
    return tuple(
        Publication(
            meeting=MeetingId("m"),
            kind=PublicationKind.AGENDA,
            version=number,
            content=content,
            digest=digest_of(content),
            made_at=FIRST + timedelta(hours=number),
            made_by=KARIN,
            reason=f"Fordi {number}",
        )
        for number, content in enumerate(contents, 1)
    )


def record(*versions: tuple[dict[str, Any], ...], closed: tuple[str, ...] = ()) -> Record:
    world = make.sag("kdnet").world
    return Record(made=made(*versions), body=world.bodies["kd-net"], world=world, known={}, closed=closed)


def numbered(found: tuple[Edition, ...]) -> list[tuple[int, int]]:
    return [(one.number, one.publication.version) for one in found]


A, B, SECRET = point("free:a", number="1"), point("free:b", number="2"), point("free:c", number="L1", closed=True)


def test_a_version_counts_for_those_for_whom_it_changed_something() -> None:
    found = record((A,), (A, SECRET), (A, B, SECRET))
    assert numbered(found.editions(KARIN)) == [(1, 1), (2, 2), (3, 3)]
    assert numbered(found.editions(IDA)) == [(1, 1), (2, 3)]
    assert numbered(found.editions(None)) == [(1, 1), (2, 2), (3, 3)]
    assert [one["key"] for one in found.editions(IDA)[-1].content["points"]] == ["free:a", "free:b"]


def test_it_is_news_to_those_for_whom_the_last_one_changed_something() -> None:
    found = record((A,), (A, B), (A, B, SECRET))
    assert found.news(IDA) is None
    assert (news := found.news(KARIN)) is not None
    assert news.number == 3
    assert news.before
    assert [one["key"] for one in news.before["points"]] == ["free:a", "free:b"]
    assert (first := record((SECRET,)).news(IDA)) is not None  # there is an agenda now, with nothing on it for her
    assert (first.content["points"], first.before) == ([], None)


def test_a_point_that_was_closed_before_is_new_to_those_who_did_not_know_of_it() -> None:
    news = record((A, SECRET), (A, {**SECRET, "closed": False})).news(IDA)
    assert news
    assert news.before
    assert [len(one["points"]) for one in (news.before, news.content)] == [1, 2]


def test_a_point_that_is_closed_now_is_in_none_of_them_for_others_and_closed_in_all_for_the_bodys_own() -> None:
    found = record((A, B), (A, {**B, "closed": True}), closed=("free:b",))
    assert numbered(found.editions(IDA)) == [(1, 1)]
    mine = found.editions(KARIN)
    assert numbered(mine) == [(1, 1), (2, 2)]
    assert [one["closed"] for one in mine[0].content["points"]] == [False, True]


def test_what_is_said_before_again_is_a_version_too() -> None:
    assert numbered(record((A,), (A, B), (A,)).editions(IDA)) == [(1, 1), (2, 2), (3, 3)]


def test_who_is_told_and_until_when_one_can_object_is_no_news() -> None:
    first, second = made((A,), told=["ida"], objection="a"), made((A,), told=["jens"], objection="b")
    assert len(list(changes((*first, *second), lambda content: content))) == 1


def test_a_version_with_nothing_to_show_has_no_number() -> None:
    three = made((A,), (SECRET,), (A, B))
    found = changes(three, lambda content: None if SECRET in content["points"] else content)
    assert numbered(tuple(found)) == [(1, 1), (2, 3)]


def test_supplements_are_numbered_among_those_that_are_seen() -> None:
    (one,) = made((A, {**SECRET, "supplement": 1}, {**B, "supplement": 2}))
    every, some = (seen_by(one.content, may) for may in (lambda _: True, lambda point: not point["closed"]))
    assert [point.get("supplement") for point in every["points"]] == [None, 1, 2]
    assert [point.get("supplement") for point in some["points"]] == [None, 1]


def test_why_a_version_was_made_is_told_to_those_who_miss_nothing_of_what_it_changed() -> None:
    found = record(
        (A, SECRET), (A, B, SECRET), (A, SECRET | {"title": "Mere"}), (A, B, SECRET | {"title": "Mere"})
    )
    assert [one.reason for one in found.editions(KARIN)] == ["Fordi 1", "Fordi 2", "Fordi 3", "Fordi 4"]
    assert [one.reason for one in found.editions(IDA)] == ["Fordi 1", "Fordi 2", None, "Fordi 4"]
    news = record((A,), (A, B, SECRET)).news(IDA)
    assert news
    assert news.reason is None
