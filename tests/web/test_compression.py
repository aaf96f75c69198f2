"""Pages are small on the wire for those who work with them, and at full length for whoever might listen."""

from datetime import date

import pytest

from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.set_clock import set_clock
from kdflow.domain.dates import local_instant
from kdflow.domain.timetable import MeetingId
from tests.web.house import IDA, KARIN, House, Walker

OURS = {"sec-fetch-site": "same-origin"}
MOST = 150_000
MEETING = "kd-net-2020-03-13"
AFTERWARDS = local_instant(date(2020, 3, 13), 15)
ITEMS = 60


def _is_compressed(house: House, path: str, headers: dict[str, str]) -> bool:
    answer = house.client(KARIN).get(path, headers=headers)
    assert answer.status_code == 200
    return answer.headers.get("content-encoding") == "gzip"


@pytest.mark.parametrize("path", ["/", "/sager", "/organer/kd-net/bord", "/tilgaengelighed"])
def test_a_page_that_our_own_page_asks_for_is_compressed(house: House, path: str) -> None:
    assert _is_compressed(house, path, OURS)
    assert not _is_compressed(house, path, {**OURS, "accept-encoding": "identity"})


def test_a_page_that_somebody_typed_the_address_of_is_compressed(house: House) -> None:
    assert _is_compressed(house, "/sager", {"sec-fetch-site": "none"})


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_no_other_site_learns_from_the_length_of_a_page(house: House, site: str | None) -> None:
    assert not _is_compressed(house, "/sager?q=hemmelig", {"sec-fetch-site": site} if site else {})


def test_what_is_no_page_is_sent_as_it_is(house: House) -> None:
    digest = house.page("consent", IDA).sag.papers[0].digest
    paper = f"/papirer/{house.numbers['consent']}/{digest}"
    for path in (paper, "/sager.xlsx", "/sager.csv"):
        assert not _is_compressed(house, path, OURS), path


def test_a_whole_day_of_items_weighs_little(house: House) -> None:
    """The builder of an agenda and the minutes, each with many items, as they are sent."""
    for number in range(ITEMS):
        walker = Walker(house.wiring, f"Punkt {number}: et tungt punkt om {number * 7}", "droeftelse-kd-net@1")
        walker.write("kdnet", f"KD-Net drøfter punkt {number}.", f"KD-Net bevilger {number}.000 kr.")
        walker.go("kdnet", "submit", IDA, meeting=MEETING).go("kdnet", "accept", KARIN)
    db, now = house.wiring.db, house.wiring.now()
    publish_agenda(db, MeetingId(MEETING), key="udsend-mange", by=KARIN, now=now)
    for path, at in ((f"/moeder/{MEETING}/dagsorden", now), (f"/moeder/{MEETING}/referat", AFTERWARDS)):
        set_clock(db, at)
        answer = house.client(KARIN).get(path, headers=OURS)
        assert answer.status_code == 200
        assert answer.text.count("Punkt ") >= ITEMS
        assert len(answer.content) > MOST
        assert answer.num_bytes_downloaded < MOST, (path, answer.num_bytes_downloaded)
