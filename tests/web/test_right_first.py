"""Who may not learns nothing else: the right is asked before the version that somebody saw."""

import pytest

from tests.web.forms import forms
from tests.web.house import IDA, LARS, House

STALE = {
    "led/2": {"move": "approve"},
    "led/2/videre": {"part-1": "Noget andet."},
    "led/2/rettelse": {"outcome": "godkendt", "reason": "Fejl.", "content": "0" * 64},
    "liv": {"move": "rest", "rest.reason": "Venter."},
    "tekst": {"title": "Ny titel"},
    "fremstilling/kdnet": {"case_text": "Noget særligt."},
    "adgang": {"to": "lukket", "reason": "Navne."},
    "ejer": {"to": "lars"},
}


@pytest.mark.parametrize("where", STALE)
def test_a_stranger_with_an_old_version_is_told_that_it_is_not_for_them(house: House, where: str) -> None:
    lars = house.client(LARS, follow_redirects=False)
    token = next(one["token"] for _, one in forms(lars.get("/tilgaengelighed").text) if "token" in one)
    data = {"version": "0", "token": token, "key": "stranger-key", **STALE[where]}
    assert lars.post(f"/sager/{house.numbers['consent']}/{where}", data=data).status_code == 403


def test_who_may_is_still_told_that_it_has_changed(house: House) -> None:
    ida = house.client(IDA, follow_redirects=False)
    token = next(one["token"] for _, one in forms(ida.get("/tilgaengelighed").text) if "token" in one)
    data = {"version": "0", "token": token, "key": "her-own-key", **STALE["tekst"]}
    assert ida.post(f"/sager/{house.numbers['consent']}/tekst", data=data).status_code == 409
