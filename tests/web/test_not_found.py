"""A page that is not there says what fits who asks: a reader from outside, or somebody who works here."""

import re
from collections.abc import Iterator
from importlib import resources

import pytest

from kdflow.actions.close_sag import close_sag
from kdflow.web.forms import WRITTEN
from tests.web.forms import form, text_of
from tests.web.house import IDA, LARS, House


def test_a_reader_from_outside_is_led_to_what_is_published(house: House) -> None:
    for path in ("/offentligt/kd-net/findes-ikke/dagsorden", "/findes-ikke"):
        answer = house.client().get(path)
        assert answer.status_code == 404
        main = answer.text[answer.text.index("<main") : answer.text.index("</main")]
        assert "Der er ingen side på den adresse, som kan læses uden at logge ind." in main
        assert 'href="/offentligt"' in main
        assert "SAG-" not in main
        assert "logget ind som" not in main


def test_who_works_here_reads_what_a_number_looks_like(house: House) -> None:
    said = text_of(house.client(IDA).get("/sager/SAG-2020-9999").text)
    assert "Sagsnumre ser sådan ud" in said
    assert "uden at logge ind" not in said


WORDS = "En lang tekst med <b>tal</b>."

FIELDS = {
    "kommentarer": {"text": WORDS},
    "tekst": {"case_text": WORDS},
    "led/1": {"move": "submit", "submit.note": WORDS},
    "liv": {"move": "withdraw", "withdraw.reason": WORDS},
}


@pytest.mark.parametrize("what", FIELDS)
def test_what_is_typed_is_given_back_when_the_sag_is_closed_meanwhile(house: House, what: str) -> None:
    """And nothing says that there is a sag: one that never was answers the same."""
    lars, number = house.client(LARS), house.numbers["fresh"]
    token = form(lars.get("/opgaver").text, "/log-ud")["token"]
    sag = house.sag("fresh")
    close_sag(
        house.wiring.db,
        sag.id,
        reason="Om en person.",
        version=None,
        key="luk-sagen-1",
        by=IDA,
        now=house.wiring.now(),
    )
    sent = {**FIELDS[what], "token": token, "key": "lars-skriver-1", "version": "1", "form": what}
    found, never = (lars.post(f"/sager/{one}/{what}", data=sent) for one in (number, "SAG-2020-9999"))
    assert found.status_code == never.status_code == 404
    assert "En lang tekst med &lt;b&gt;tal&lt;/b&gt;.</blockquote>" in found.text
    assert token not in found.text.split("<main")[1].split("</main")[0]
    assert found.text.replace(number, "") == never.text.replace("SAG-2020-9999", "")


FACTS = frozenset(
    {"at", "day", "days", "email", "every", "first", "from", "key_of", "last", "minutes", "minutes_per_item"}
    | {
        "most_items",
        "most_minutes",
        "name",
        "on",
        "place",
        "presenter",
        "short",
        "times",
        "valid_from",
        "valid_to",
    }
    | {"person", "body", "task-due", "fra", "til", "senest", "ekstra_den", "q", "kode", "code", "bekraeft.kode"}
)
"""Fields for a name, a number, a day or a code: nobody's own words."""


def _fields() -> Iterator[tuple[str, str]]:
    """Every field in which one types, as its template names it, but for those that only ask what to show."""
    folder = resources.files("kdflow").joinpath("templates")
    for file in (*folder.joinpath("pages").iterdir(), *folder.joinpath("parts").iterdir()):
        if file.name not in ("fields.html", "sag_list.html"):
            yield from _typed_in(file.name, file.read_text("utf-8"))


def _typed_in(file: str, html: str) -> Iterator[tuple[str, str]]:
    said = r"fields\.(?:area|line)\(typed, trouble, [^,]+, ((?:\w+ ~ )?)(?:\"([^\"]*)\"|\w+)((?: ~ \w+)?),"
    for before, name, after in re.findall(said, html):
        stem = {"task": "task-", "remark": "remark-", "move": "treat."}.get(before[:-3], "")
        yield file, stem + name.removeprefix(".") + ("1" if after else "")
    for name in re.findall(
        r'<(?:textarea|input(?! type="(?:hidden|checkbox|radio|file)"))[^>]* name="([^"]*)"', html
    ):
        yield file, re.sub(r"{{.*?}}", "", name)


def test_every_field_for_ones_own_words_is_given_back() -> None:
    found = set(_fields())
    assert len(found) > 60
    for file, name in found:
        is_fact = re.sub(r"-1$", "", name) in FACTS
        assert is_fact != bool(WRITTEN.search(name)), f"say in forms.WRITTEN, or here, what {name} in {file} is"
