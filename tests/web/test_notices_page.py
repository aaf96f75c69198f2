"""The page of one's own notices: each link says where it leads, and no address is written out beside it."""

import re

import pytest

from kdflow.domain.notices import Notice
from kdflow.store import outbox
from tests.told import data_of
from tests.web.house import KARIN, House

MEETING = "kd-net-2020-01-24"

# kind: (more data, where its link leads, what the link is called)
LINKS: dict[str, tuple[dict[str, str | None], str, str]] = {
    "minutes-approved": (
        {"meeting_id": MEETING, "page": "referat/udsend"},
        f"/moeder/{MEETING}/referat/udsend",
        "referatet",
    ),
    "agenda-published": (
        {"meeting_id": MEETING, "page": "dagsorden/1"},
        f"/moeder/{MEETING}/dagsorden/1",
        "dagsordenen",
    ),
    "agenda": ({"meeting_id": MEETING, "page": ""}, f"/moeder/{MEETING}", "mødet"),
    "task": ({}, "/opgaver", "opgaverne"),
    "task-taken-back": ({"meeting_id": MEETING}, "/opgaver", "opgaverne"),
    "remark-taken-back": ({"meeting_id": MEETING}, f"/moeder/{MEETING}", "mødet"),
    "account": ({}, "/konto", "din konto"),
    "office": ({}, "/", "overblikket"),
    "calendar-running-out": ({"meeting_id": None}, "/moeder", "kalenderen"),
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_says_where_it_leads(house: House, kind: str) -> None:
    more, path, name = LINKS[kind]
    with house.wiring.db.write() as tx:
        outbox.add(
            tx, [Notice(kind=kind, person=KARIN, sag=None, data={**data_of(kind), **more})], house.wiring.now()
        )
    (first, *_) = house.client(KARIN).get("/beskeder").text.split("</article>")
    (link,) = re.findall(r'<a class="button-quiet"[^>]* href="([^"]*)">([^<]*)</a>', first)
    assert link == (path, f"Åbn {name}")
    body = first.split('<p class="prose"')[1].split("</p>")[0]
    assert not re.search(r": /\w*", body)  # the address, as a mail writes it out
    assert len(body) > 30


def test_a_notice_of_a_sag_leads_to_it(house: House) -> None:
    page = house.client(KARIN).get("/beskeder").text
    assert ">Åbn sagen</a>" in page
    assert not re.search(r": /sager/", page)
