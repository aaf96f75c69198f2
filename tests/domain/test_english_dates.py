"""Dates in English are read as the same dates in Danish."""

from datetime import date

import pytest

from kdflow.domain.dates import Precision, read_date
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Unreadable


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("29 May 2020", "29 maj 2020"),
        ("29th May 2020", "29 maj 2020"),
        ("Friday 13 March 2020", "fredag 13 marts 2020"),
        ("Fri 13 Mar 2020", "fre 13 Mar 2020"),
        ("1 October 2020", "1 oktober 2020"),
        ("September 2021", "September 2021"),
        ("June 2021", "juni 2021"),
        ("autumn 2021", "efterår 2021"),
        ("late January 2020", "ultimo januar 2020"),
        ("mid-May 2020", "medio maj 2020"),
        ("by 15 October 2020", "senest 15 oktober 2020"),
    ],
)
def test_english_is_read_as_danish(english: str, danish: str) -> None:
    found, wanted = read_either(english), read_date(danish)
    assert (found.earliest, found.latest, found.precision) == (wanted.earliest, wanted.latest, wanted.precision)
    assert found.precision not in (Precision.UNKNOWN, Precision.RELATIVE)


@pytest.mark.parametrize("text", ["29. maj 2020", "2020-05-29", "29.5.2020", "fredag den 29. maj 2020"])
def test_danish_is_read_as_before(text: str) -> None:
    assert read_either(text) == read_date(text)
    assert read_either(text).exact == date(2020, 5, 29)


def test_words_that_are_no_date_stay_as_they_are() -> None:
    assert read_either("next summer").text == "next summer"


@pytest.mark.parametrize("text", ["31 June 2020", "Monday 13 March 2020", "29 May 20"])
def test_what_is_no_date_in_english_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        read_either(text)
