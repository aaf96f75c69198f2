"""The numbers of an agenda and the order of its points: by table and by property."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.agenda import (
    Kept,
    Place,
    Point,
    PointKey,
    Subject,
    closed_up,
    compose,
    letters,
    sag_key,
    step_of,
)
from kdflow.domain.agenda_order import Order, as_it_is, moved, put_beside, put_under, siblings
from kdflow.domain.sag import SagId, StepSeq

FIRST = [Subject(key=PointKey("standing:dagsorden"), title="Godkendelse af dagsorden", place=Place.FIRST)]
LAST = [Subject(key=PointKey("standing:eventuelt"), title="Eventuelt", place=Place.LAST)]


def subject(name: str, *, closed: bool = False, is_late: bool = False) -> Subject:
    return Subject(key=PointKey(f"free:{name}"), title=name, closed=closed, is_late=is_late)


def agenda(*subjects: Subject, kept: tuple[Kept, ...] = ()) -> tuple[Point, ...]:
    return compose(kept, [*FIRST, *subjects, *LAST])


def numbers(points: tuple[Point, ...]) -> list[str]:
    return [f"{one.number} {one.title}" for one in points]


def ordered(order: Order, points: tuple[Point, ...]) -> tuple[Kept, ...]:
    """What is kept when the points have been put into an order."""
    rows = {one.key: one.kept for one in points}
    fresh = tuple(replace(rows[key], position=place, under=under) for place, (key, under) in enumerate(order))
    return (*(row for row in rows.values() if row.number), *fresh)


def published(points: tuple[Point, ...], supplement: int = 0) -> tuple[Kept, ...]:
    """What is kept when everything on an agenda has been published."""
    return tuple(
        one.kept
        if one.is_published
        else replace(one.kept, position=place, number=one.number, title=one.title, supplement=supplement)
        for place, one in enumerate(points)
    )


def test_sager_stand_between_the_standing_items_and_the_closed_part_comes_last() -> None:
    found = agenda(subject("a"), subject("hemmelig", closed=True), subject("b"))
    assert numbers(found) == ["1 Godkendelse af dagsorden", "2 a", "3 b", "4 Eventuelt", "L1 hemmelig"]


def test_a_new_point_comes_before_those_that_end_the_agenda() -> None:
    kept = ordered(as_it_is(agenda(subject("a"))), agenda(subject("a")))
    assert numbers(agenda(subject("a"), subject("b"), kept=kept))[1:] == ["2 a", "3 b", "4 Eventuelt"]


def test_parts_of_a_point_have_letters_and_move_with_it() -> None:
    found = agenda(subject("a"), subject("b"), subject("c"))
    order = put_under(found, "free:b")
    assert order
    found = agenda(subject("a"), subject("b"), subject("c"), kept=ordered(order, found))
    assert numbers(found)[1:4] == ["2 a", "2.a b", "3 c"]
    after = agenda(subject("a"), subject("b"), subject("c"), kept=ordered(moved(found, "free:a", 2), found))
    assert numbers(after)[1:4] == ["2 c", "3 a", "3.a b"]
    beside = put_beside(after, "free:b")
    assert beside
    free = agenda(subject("a"), subject("b"), subject("c"), kept=ordered(beside, after))
    assert numbers(free)[1:4] == ["2 c", "3 a", "4 b"]
    assert put_under(found, "free:a") is None  # a point with parts is no part itself
    assert put_under(found, "standing:dagsorden") is None
    assert put_beside(found, "free:a") is None


def test_a_part_stands_by_itself_when_its_point_is_not_there_or_in_the_other_part() -> None:
    kept = (Kept(key=PointKey("free:b"), position=1, under=PointKey("free:a")),)
    assert "2 b" in numbers(agenda(subject("b"), kept=kept))
    assert "L1 b" in numbers(agenda(subject("a"), subject("b", closed=True), kept=kept))


def test_what_leaves_a_published_agenda_keeps_its_number_and_what_comes_follows() -> None:
    first = agenda(subject("a"), subject("b"), subject("x", closed=True))
    kept = published(first)
    after = agenda(subject("b"), subject("x", closed=True), subject("c"), subject("y", closed=True), kept=kept)
    assert numbers(after) == [
        "1 Godkendelse af dagsorden",
        "2 a",
        "3 b",
        "4 Eventuelt",
        "L1 x",
        "5 c",
        "L2 y",
    ]
    assert [one.title for one in after if one.is_gone] == ["a"]
    assert [one.title for one in after if not one.is_published] == ["c", "y"]


def test_a_sag_that_was_closed_after_its_agenda_went_out_keeps_its_number() -> None:
    kept = published(agenda(subject("a"), subject("b")))
    after = agenda(subject("a", closed=True), subject("b"), kept=kept)
    assert numbers(after)[1:3] == ["2 a", "3 b"]
    assert next(one for one in after if one.title == "a").closed


def test_a_standing_item_that_is_left_out_takes_no_number() -> None:
    kept = (Kept(key=PointKey("standing:dagsorden"), position=0, hidden=True),)
    assert numbers(agenda(subject("a"), kept=kept))[0] == "1 a"


def test_what_came_late_wants_a_reason() -> None:
    late = subject("a", is_late=True)
    assert [one.lacks_reason for one in agenda(late)] == [False, True, False]
    kept = (Kept(key=late.key, position=1, why_late="Fristen i loven er i morgen."),)
    assert not any(one.lacks_reason for one in agenda(late, kept=kept))


def test_keys_say_what_they_are_about() -> None:
    assert step_of(sag_key(SagId(12), StepSeq(3))) == (12, 3)
    assert step_of("standing:eventuelt") is None
    assert step_of("sag:x:1") is None


def test_letters_go_on_after_z() -> None:
    assert [letters(place) for place in (0, 1, 25, 26, 27, 51, 52)] == ["a", "b", "z", "aa", "ab", "az", "ba"]


# --- by property -----------------------------------------------------------------------------------------------

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@st.composite
def agendas(draw: st.DrawFn) -> tuple[tuple[Subject, ...], tuple[Kept, ...]]:
    """An agenda after some points were moved about, and perhaps published in between, and others came and left."""
    kept: tuple[Kept, ...] = ()
    subjects: tuple[Subject, ...] = ()
    for round_ in range(draw(st.integers(1, 3))):
        closed = draw(st.sets(st.sampled_from("abcdefgh")))
        subjects = tuple(subject(name, closed=name in closed) for name in draw(NAMES))
        points = agenda(*subjects, kept=kept)
        for _ in range(draw(st.integers(0, 4))):
            one = draw(st.sampled_from(points)).key
            wish = draw(
                st.sampled_from((put_under, put_beside, lambda p, k: moved(p, k, draw(st.integers(0, 4)))))
            )
            kept = ordered(wish(points, one) or as_it_is(points), points)
            points = agenda(*subjects, kept=kept)
        if draw(st.booleans()):
            kept = published(points, round_)
    return subjects, kept


def dense(found: list[str]) -> bool:
    """Whether the numbers of a part, in order, leave nothing out."""
    top, part = 0, 0
    for number in found:
        head, _, tail = number.partition(".")
        if tail:
            if int(head) != top or tail != letters(part):
                return False
            part += 1
        else:
            if int(head) != top + 1:
                return False
            top, part = top + 1, 0
    return True


@given(agendas())
def test_numbers_are_one_each_and_leave_no_gap_in_either_part(
    found: tuple[tuple[Subject, ...], tuple[Kept, ...]],
) -> None:
    points = agenda(*found[0], kept=found[1])
    given_ = [one.number for one in points]
    assert len(set(given_)) == len(given_)
    assert dense([number for number in given_ if not number.startswith("L")])
    assert dense([number[1:] for number in given_ if number.startswith("L")])


@given(agendas(), NAMES)
def test_a_published_number_is_kept_whatever_comes_and_goes(
    found: tuple[tuple[Subject, ...], tuple[Kept, ...]], names: list[str]
) -> None:
    before = agenda(*found[0], kept=found[1])
    kept = published(before)
    after = {one.key: one.number for one in agenda(*map(subject, names), kept=kept)}
    assert all(after[one.key] == one.number for one in before)


@given(agendas(), st.data())
def test_moving_keeps_every_point_and_moving_back_undoes_it(
    found: tuple[tuple[Subject, ...], tuple[Kept, ...]], data: st.DataObject
) -> None:
    points = agenda(*found[0], kept=found[1])
    key = data.draw(st.sampled_from(points)).key
    among = siblings(points, key)
    order = moved(points, key, data.draw(st.integers(-1, 9)))
    assert sorted(order) == sorted(as_it_is(points))
    if among:
        after = agenda(*found[0], kept=ordered(order, points))
        assert moved(after, key, among.index(key)) == as_it_is(points)


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ("1 2 2.a 2.b 3 L1 L2", "1 2 2.a 2.b 3 L1 L2"),
        ("1 3 3.b L2", "1 2 2.a L1"),
        ("2.a 2.b 4 4.a", "1 2 3 3.a"),
        ("L2 L2.a 5 L4", "L1 L1.a 1 L2"),
        ("", ""),
    ],
)
def test_numbers_close_up_as_if_there_were_no_others(numbers: str, wanted: str) -> None:
    assert list(closed_up(numbers.split())) == wanted.split()
