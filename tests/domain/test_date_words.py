"""Dates in Danish words: as they were written, never as the first or last day that they could be."""

from __future__ import annotations

import pytest

from kdflow.domain.date_words import read_words, said, when
from kdflow.domain.dates import read_date

WORDS = {
    "2020-01-24": ("fredag den 24. januar 2020", "fredag den 24. januar 2020"),
    "24. jan. 2020": ("fredag den 24. januar 2020", "fredag den 24. januar 2020"),
    "2021-09": ("september 2021", "i september 2021"),
    "September 2021": ("september 2021", "i september 2021"),
    "forår 2021": ("foråret 2021", "i foråret 2021"),
    "vinteren 2021": ("vinteren 2021", "i vinteren 2021"),
    "2. halvår 2022": ("2. halvår 2022", "i 2. halvår 2022"),
    "2022": ("2022", "i 2022"),
    "ultimo oktober 2021": ("ultimo oktober 2021", "ultimo oktober 2021"),
    "2022-01/2022-06": ("januar til juni 2022", "i perioden januar til juni 2022"),
    "2021-12/2022-02": ("december 2021 til februar 2022", "i perioden december 2021 til februar 2022"),
    "2022-01-10/2022-01-20": (
        "den 10. januar til den 20. januar 2022",
        "i perioden den 10. januar til den 20. januar 2022",
    ),
    "2021/2022": ("2021 til 2022", "i perioden 2021 til 2022"),
    "senest 2020-10-15": ("senest den 15. oktober 2020", "senest den 15. oktober 2020"),
    "senest 2020-10": ("senest oktober 2020", "senest oktober 2020"),
    "Næste møde": ("Næste møde", "Næste møde"),
    "": ("", ""),
}


@pytest.mark.parametrize(("written", "words"), WORDS.items())
def test_a_date_is_told_as_far_as_it_is_known(written: str, words: tuple[str, str]) -> None:
    on = read_date(written)
    assert (said(on), when(on)) == words


def test_a_kept_text_that_is_no_date_is_told_as_it_is() -> None:
    assert said(read_words("2020-02-30")) == "2020-02-30"
    assert read_words("2021-09") == read_date("2021-09")
