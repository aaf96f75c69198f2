"""A station reads its own case text, else the one that all share; consents, agendas and routes follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kdflow.domain.amendment import Amendment
from kdflow.domain.errors import Frozen, NotFound
from kdflow.domain.opening import copied_texts
from kdflow.domain.revision import Revision, revise
from kdflow.domain.rights import text_editor
from kdflow.domain.sag import content_digest
from kdflow.domain.searching import pieces
from kdflow.domain.station_texts import OwnText, StationTexts, on_route
from tests import make
from tests.domain.test_amendment import LINE, moved, on
from tests.make import IDA, JENS, KARIN, LARS, VIBE, Course


def write(course: Course, text: str, station: str = "kkr", **more: Any) -> Course:
    """Write the case text of one station."""
    revision = Revision(own_text=OwnText(station, text), **more)
    return course.take(revise(course.situation(None, reason="Omarbejdet."), revision), "ida")


def line() -> Course:
    """A sag with a shared text, at the first of three bodies."""
    course = make.sag("kdnet! > kkr > kontakt")
    course.sag = replace(course.sag, case_text="Fælles.")
    return course


def read(course: Course) -> list[str]:
    """What each station reads."""
    return [course.sag.case_text_at(station) for station in ("kdnet", "kkr", "kontakt")]


def test_a_station_reads_its_own_text_else_the_one_that_all_share() -> None:
    course = write(line(), "KKRs.")
    assert read(course) == ["Fælles.", "KKRs.", "Fælles."]
    course.take(revise(course.situation(None), Revision(case_text="Ny.")), "ida")
    assert read(course) == ["Ny.", "KKRs.", "Ny."]
    assert [piece.text for piece in pieces(course.sag) if piece.where == "case"] == ["Ny.", "KKRs."]


@pytest.mark.parametrize("text", ["", "  ", "Fælles.", "\nFælles. "])
def test_an_empty_text_and_the_shared_one_are_no_own_text(text: str) -> None:
    course = write(write(line(), "KKRs."), text)
    assert course.sag.texts == {}
    (event,) = course.events
    assert (event.move, event.new, event.station, event.reason) == ("revise", "own_text", "kkr", "Omarbejdet.")
    assert event.data == {"own_text": "KKRs."}
    write(course, text)
    assert course.events == ()


def test_the_history_says_whose_text_was_written() -> None:
    (event,) = write(line(), "KKRs.").events
    assert (event.new, event.station, event.step, event.data) == ("own_text", "kkr", None, {})


def test_a_consent_lapses_only_where_the_text_that_is_read_changes() -> None:
    course = line().decided("kdnet").do("kdnet", "approve", "jens")
    write(course, "KKRs.")
    assert len(course.step("kdnet").standing_approvals) == 1
    before = content_digest(course.sag, course.step("kdnet"))
    write(course, "KD-Nets.", "kdnet")
    assert course.step("kdnet").standing_approvals == ()
    assert content_digest(course.sag, course.step("kdnet")) != before
    course.do("kdnet", "approve", "jens")
    course.take(revise(course.situation(None), Revision(case_text="Ny.")), "ida")
    assert len(course.step("kdnet").standing_approvals) == 1
    write(course, "", "kdnet")
    assert course.step("kdnet").standing_approvals == ()


def test_what_a_station_has_treated_stands_fast() -> None:
    course = line().decided("kdnet").do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    with pytest.raises(Frozen) as refused:
        write(course, "For sent.", "kdnet")
    assert refused.value.what == "own_text"
    with pytest.raises(NotFound):
        write(course, "Hvem?", "kosu")
    write(course, "KKRs.")
    course.do(None, "withdraw", "ida", reason="Nej.")
    with pytest.raises(Frozen) as over:
        write(course, "For sent.", "kontakt")
    assert over.value.what == "sag"


def test_a_station_that_the_sag_comes_back_to_can_be_written_to_again() -> None:
    course = make.sag("kdnet~ > kkr > kontakt").through("kdnet")
    write(course, "KD-Nets.", "kontakt")
    course.decided("kkr", "tilbagesendt", reason="Mere.", back_to="kdnet")
    course.do("kkr", "return", back_to="kdnet", reason="Mere.")
    write(course, "KD-Nets igen.", "kdnet")
    write(course, "KKRs.")
    assert read(course) == ["KD-Nets igen.", "KKRs.", "KD-Nets."]


def test_who_may_write_the_text_of_a_station() -> None:
    bodies = [make.body("kd-net", secretariat="a"), make.body("kkr-midt", secretariat="b")]
    held = "karin secretary a, vibe secretary b, jens chair kd-net"
    course = make.sag("kdnet~ > kkr", bodies=bodies, held=held)

    def writers(station: str) -> set[str]:
        there = course.situation(None)
        return {who for who in (IDA, JENS, KARIN, LARS, VIBE) if text_editor(there, station, who)}

    assert writers("kdnet") == {IDA, KARIN}
    assert writers("kkr") == {IDA, KARIN, VIBE}  # the sag is not there yet: who has it may prepare it, too
    course.through("kdnet")
    assert writers("kkr") == {IDA, VIBE}


def test_texts_follow_a_station_that_is_renamed() -> None:
    texts = {
        "a": StationTexts(case_text="As."),
        "b": StationTexts(case_text="Bs."),
        "c": StationTexts(parts=("1",)),
    }
    carried, left = on_route(texts, {"a": "x"}, ["x", "kkr"])
    assert carried == {"x": StationTexts(case_text="As.")}
    assert left == (OwnText("b", "Bs."),)


def test_a_station_that_leaves_the_route_leaves_its_text_in_the_history() -> None:
    course = write(write(make.on_route(LINE), "Bs.", "b"), "Cs.", "c")
    moved(course, on(LINE, Amendment(remove=("c",))))
    assert course.sag.texts == {"b": StationTexts(case_text="Bs.")}
    assert [(e.move, e.new, e.station, e.data) for e in course.events[1:]] == [
        ("revise", "own_text", "c", {"own_text": "Cs."})
    ]


def test_a_copy_has_the_texts_of_the_stations_of_its_route_and_what_was_asked_there_last() -> None:
    course = line().write("kdnet", "Første.")
    write(write(course, "KKRs."), "Væk.", "kontakt")
    route = ["kdnet", "kkr"]
    both = copied_texts(course.sag, route, with_text=True, with_parts=True)
    assert both == {"kdnet": StationTexts(parts=("Første.",)), "kkr": StationTexts(case_text="KKRs.")}
    assert copied_texts(course.sag, route, with_text=False, with_parts=False) == {}
    copy = replace(course.sag, steps=(), texts=both)
    assert copied_texts(copy, route, with_text=True, with_parts=True) == both
