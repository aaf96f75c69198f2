"""When mails come: chosen on a page, ended by one click, and said in words."""

import pytest

from kdflow.domain.pace import Pace
from kdflow.queries.preferences import preference_of
from kdflow.store import unsubscribing
from tests.web.forms import forms, send, text_of
from tests.web.house import IDA, JENS, House

PAGE = "/beskeder/valg"


def chosen(house: House) -> tuple[Pace, int, int, int]:
    found = preference_of(house.wiring.db, IDA)
    return found.pace, found.weekday, found.day_begins, found.day_ends


def test_a_choice_is_kept_and_said(house: House) -> None:
    ida = house.client(IDA)
    answer = send(ida, PAGE, PAGE, pace="weekly", weekday="2", day_begins="480", day_ends="960")
    assert answer.url.path == PAGE
    said = text_of(answer.text)
    assert "Dit valg er gemt Du får én samlet mail hver onsdag kl. 7.30, når der er noget nyt." in said
    assert "før kl. 8, efter kl. 16" in said
    assert chosen(house) == (Pace.WEEKLY, 2, 480, 960)
    page = ida.get(PAGE).text
    fields = next(one for address, one in forms(page) if address == PAGE)
    assert [fields[name] for name in ("pace", "weekday", "day_begins", "day_ends")] == [
        "weekly",
        "2",
        "480",
        "960",
    ]


def test_sending_the_same_twice_is_the_same(house: House) -> None:
    ida = house.client(IDA)
    for _ in range(2):
        send(ida, PAGE, PAGE, pace="daily")
    assert chosen(house) == (Pace.DAILY, 0, 420, 1080)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"pace": "never"}, "Vælg, hvornår du vil have mail."),
        ({"pace": "daily", "day_begins": "960", "day_ends": "480"}, "Vælg et tidspunkt, der er senere"),
        ({"pace": "daily", "day_begins": "x"}, "Vælg et tidspunkt, der er senere"),
        ({"pace": "daily", "day_ends": "9999"}, "Vælg et tidspunkt, der er senere"),
    ],
)
def test_what_cannot_be_is_not_saved(house: House, values: dict[str, str], said: str) -> None:
    before = chosen(house)
    answer = send(house.client(IDA), PAGE, PAGE, **values)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert chosen(house) == before


def test_it_is_reached_from_the_notices(house: House) -> None:
    assert f'href="{PAGE}"' in house.client(IDA).get("/beskeder").text
    assert "/beskeder" in house.client(IDA).get("/").text


# --- one click ---------------------------------------------------------------------------------------------------


def address(house: House) -> str:
    with house.wiring.db.write() as tx:
        return unsubscribing.path(tx, IDA)


def test_a_mail_program_ends_the_mails_without_a_session(house: House) -> None:
    path, program = address(house), house.client(follow_redirects=False)
    answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Mails er slået fra" in answer.text
    assert chosen(house)[0] is Pace.OFF
    assert preference_of(house.wiring.db, JENS).pace is Pace.AT_ONCE
    assert program.post(path).status_code == 200


def test_opening_it_ends_nothing(house: House) -> None:
    path, client = address(house), house.client()
    before = house.dump()
    for _ in range(2):
        assert "Slå mails fra" in client.get(path).text
        assert client.head(path).status_code == 200
    assert house.dump() == before
    assert "Mails er slået fra" in send(client, path, path).text
    assert chosen(house)[0] is Pace.OFF


@pytest.mark.parametrize("token", ["x.y", "aWRh.", "aWRh." + "x" * 43, "æ.ø", "aWRh"])
def test_an_address_that_we_never_gave_out(house: House, token: str) -> None:
    address(house)
    client = house.client()
    assert client.get(f"/beskeder/afmeld/{token}").status_code == 404
    assert client.post(f"/beskeder/afmeld/{token}").status_code == 404
    assert chosen(house)[0] is Pace.AT_ONCE
