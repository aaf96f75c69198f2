"""What everybody may read of what was published, as values."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.public import public_versions
from kdflow.domain.publications import Publication, PublicationKind, digest_of
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId

FIRST = datetime(2020, 3, 4, 9, tzinfo=UTC)


def point(key: str, number: str, **values: Any) -> dict[str, Any]:
    given = {"title": f"Punkt {key}", "closed": False, "gone": False, "sag": None, "minutes": 10, **values}
    return {"key": key, "kind": key.split(":")[0], "number": number, **given}


def made(version: int, *points: dict[str, Any], kind: str = "agenda", **values: Any) -> Publication:
    content = {"meeting": {"id": "m"}, "points": list(points), "told": ["ida"], **values}
    return Publication(
        meeting=MeetingId("m"),
        kind=PublicationKind(kind),
        version=version,
        content=content,
        digest=digest_of(content),
        made_at=FIRST + timedelta(hours=version),
        made_by=PersonId("karin"),
        reason="fordi",
    )


def numbers(*given: Publication, closed: tuple[int, ...] = ()) -> list[list[str]]:
    found = public_versions(given, {SagId(one) for one in closed})
    return [
        [f"{one['number']} {one['title'].split()[1]}" for one in version.content["points"]] for version in found
    ]


def test_only_what_is_named_gets_out() -> None:
    (version,) = public_versions([made(1, point("free:a", "1", tasks=[{"who": "Ida"}]), objection="x")], ())
    assert set(version.content) == {"meeting", "points"}
    assert set(version.content["points"][0]) == {"kind", "number", "title", "closed", "gone", "sag"}


def test_numbers_close_up_where_something_is_not_told() -> None:
    agenda = made(
        1,
        point("free:a", "1"),
        point("sag:7:1", "2"),
        point("sag:8:1", "2.a"),
        point("free:b", "3"),
        point("sag:9:1", "3.a"),
        point("free:c", "3.b"),
        point("free:d", "L1", closed=True),
    )
    every = ["1 free:a", "2 sag:7:1", "2.a sag:8:1", "3 free:b", "3.a sag:9:1", "3.b free:c"]
    assert numbers(agenda) == [every]
    assert numbers(agenda, closed=(9,)) == [[*every[:4], "3.a free:c"]]
    assert numbers(agenda, closed=(7,)) == [["1 free:a", "2 sag:8:1", "3 free:b", "3.a sag:9:1", "3.b free:c"]]


def test_what_any_publication_says_is_closed_is_in_none() -> None:
    before = made(1, point("free:a", "1"), point("free:b", "2"))
    minutes = made(1, point("free:a", "1"), point("free:b", "2", closed=True), kind="minutes")
    assert numbers(before, minutes) == [["1 free:a"], ["1 free:a"]]


def test_a_version_is_one_only_where_something_open_changed() -> None:
    first, second = point("free:a", "1"), point("free:b", "L1", closed=True)
    third = point("free:c", "2")
    found = public_versions([made(3, first, second, third), made(1, first), made(2, first, second)], ())
    assert [(one.number, one.made_at.hour) for one in found] == [(1, 10), (2, 12)]
    assert public_versions([made(1, second)], ()) == ()


def test_supplements_close_up_too() -> None:
    closed = point("free:b", "L1", closed=True, supplement=1)
    agenda = made(1, point("free:a", "1", supplement=0), closed, point("free:c", "2", supplement=2))
    (version,) = public_versions([agenda], ())
    assert [one["supplement"] for one in version.content["points"]] == [0, 1]
