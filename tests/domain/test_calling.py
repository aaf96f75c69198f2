"""Those who share a name are told apart where one of them is picked out."""

from __future__ import annotations

import pytest

from kdflow.domain.authority import PersonId
from kdflow.domain.calling import called
from kdflow.domain.comments import mentioned
from kdflow.domain.errors import Unreadable

NAMES = {
    PersonId("ida"): "Ida Sagsejer",
    PersonId("anna-a"): "Anna Bro",
    PersonId("anna-b"): "Anna Bro",
    PersonId("anna-c"): "Anna Brok",
}


def test_only_those_who_share_a_name_have_more_than_that() -> None:
    assert called(NAMES) == {
        "ida": "Ida Sagsejer",
        "anna-a": "Anna Bro (anna-a)",
        "anna-b": "Anna Bro (anna-b)",
        "anna-c": "Anna Brok",
    }


def test_a_mention_of_one_of_two_says_which() -> None:
    assert mentioned("Kan du svare, @Anna Bro (anna-b)?", NAMES) == ("anna-b",)
    assert mentioned("@anna brok: ja", NAMES) == ("anna-c",)


@pytest.mark.parametrize("text", ["@Anna Bro", "Hej @anna bro, er du der?"])
def test_a_mention_that_fits_two_tells_neither(text: str) -> None:
    with pytest.raises(Unreadable, match=r"write @Anna Bro \(anna-a\), @Anna Bro \(anna-b\)") as refused:
        mentioned(text, NAMES)
    assert refused.value.code == "mention-twins"


def test_a_name_that_nobody_has_is_unknown() -> None:
    with pytest.raises(Unreadable, match="'Viggo Vendelbo'") as refused:
        mentioned("@Viggo Vendelbo kan du se på det?", NAMES)
    assert refused.value.code == "mention-unknown"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("@Ida Sagseier kan du se på det?", "Ida Sagsejer"),
        ("Hej @anna brokk, er du der?", "Anna Brok"),
        ("@Formand for KD-Nett.", "Formand for KD-Net"),
    ],
)
def test_one_who_is_nearly_called_so_is_named(text: str, near: str) -> None:
    with pytest.raises(Unreadable) as refused:
        mentioned(text, NAMES | {PersonId("formand"): "Formand for KD-Net"})
    assert (refused.value.code, refused.value.name) == ("mention-near", near)
