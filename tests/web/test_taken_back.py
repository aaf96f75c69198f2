"""A task or a remark is taken back on the page of the minutes: by a button, and what else was typed is kept."""

from kdflow.domain.authority import PersonId
from tests.web.forms import form, text_of
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.mails import deliver, mails_to, text_in
from tests.web.test_agenda import key, said
from tests.web.test_minutes import EVENTUELT, MINUTES, approved, held, named, point_form, typed

TAKE = "Tag bemærkningen tilbage (til DASSOS)"


def remarked(house: House, by: PersonId, point: str = EVENTUELT) -> None:
    """A remark to the group whose secretary is Karin."""
    client = house.client(by)
    wanted = typed(client, point, remark_body="DASSOS", remark_text="Husk tallene.")
    assert TAKE in text_of(client.post(f"{MINUTES}/bemaerkning", data=wanted).text)


def test_a_remark_is_taken_back_and_what_was_typed_is_kept(house: House) -> None:
    (walker,) = held(house, "En sag")
    remarked(house, JENS, key(walker))
    deliver(house)
    jens = house.client(JENS)
    mine = typed(jens, EVENTUELT, text="Intet under punktet.", task_text="Skriv et notat")
    answer = jens.post(f"{MINUTES}/bemaerkning-vaek", data={**mine, "remark": "1"})
    assert answer.status_code == 200
    text = text_of(answer.text)
    assert "Bemærkningen er taget tilbage." in text
    assert "Husk tallene." not in text
    assert "Tag bemærkningen" not in text
    left = form(answer.text, "/skriv")
    assert (left[f"{EVENTUELT}.text"], left[f"{EVENTUELT}.task-text"]) == (
        "Intet under punktet.",
        "Skriv et notat",
    )
    assert point_form(jens, EVENTUELT)[f"{EVENTUELT}.text"] == "Intet under punktet."
    deliver(house)
    (mail,) = mails_to(house, KARIN)[:1]
    assert mail["subject"].startswith("Bemærkning fra KD-Net til DASSOS gælder ikke længere: En sag")
    assert "Jens Formand har taget den tilbage. Du skal ikke gøre mere." in " ".join(text_in(mail).split())
    again = jens.post(f"{MINUTES}/bemaerkning-vaek", data={**point_form(jens, EVENTUELT), "remark": "1"})
    assert again.status_code == 404


def test_a_remark_is_taken_back_with_nothing_else_typed(house: House) -> None:
    held(house, "En sag")
    remarked(house, JENS)
    jens = house.client(JENS)
    data = {**point_form(jens, EVENTUELT), "remark": "1"}
    answer = jens.post(f"{MINUTES}/bemaerkning-vaek", data=data, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?gjort=bemaerkning-vaek#punkt-standing-eventuelt")
    for wrong in ("", "x", "-1"):
        assert jens.post(f"{MINUTES}/bemaerkning-vaek", data={**data, "remark": wrong}).status_code == 422


def test_who_was_given_a_task_reads_that_it_is_taken_back(house: House) -> None:
    held(house, "En sag")
    karin = house.client(KARIN)
    wanted = typed(karin, EVENTUELT, task_person="Ida Sagsejer", task_text="Skriv et notat")
    karin.post(f"{MINUTES}/opgave", data=wanted)
    deliver(house)
    gone = karin.post(f"{MINUTES}/opgave-vaek", data={**point_form(karin, EVENTUELT), "task": "1"})
    assert "Opgaven er slettet." in text_of(gone.text)
    read = said(house.client(IDA), "/beskeder")
    assert "En opgave gælder ikke længere: mødet i KD-Net" in read
    assert "Opgaven var: Skriv et notat" in read
    assert "Skriv et notat" not in said(house.client(IDA), "/opgaver")
    deliver(house)
    (mail,) = mails_to(house, IDA)[:1]
    assert mail["subject"] == "En opgave gælder ikke længere: mødet i KD-Net"


def test_no_button_takes_a_remark_back_when_the_minutes_stand_fast(house: House) -> None:
    held(house, "En sag")
    remarked(house, JENS)
    jens = house.client(JENS)
    data = {**point_form(jens, EVENTUELT), "remark": "1"}
    approved(house)
    text = said(jens, MINUTES)
    assert "Husk tallene." in text
    assert "Tag bemærkningen" not in text
    assert jens.post(f"{MINUTES}/bemaerkning-vaek", data=data).status_code == 403
    assert "Husk tallene." in said(jens, MINUTES)


def test_others_take_nothing_back(house: House) -> None:
    held(house, "En sag")
    remarked(house, JENS)
    ida = house.client(IDA)
    token = form(ida.get("/opgaver").text, "/log-ud")["token"]
    data = {**point_form(house.client(KARIN), EVENTUELT), **named(EVENTUELT, text="x"), "token": token}
    assert ida.post(f"{MINUTES}/bemaerkning-vaek", data={**data, "remark": "1"}).status_code == 403
    assert "Husk tallene." in said(house.client(JENS), MINUTES)
