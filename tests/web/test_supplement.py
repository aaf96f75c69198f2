"""A supplementary agenda: a late item with its reason, previewed as what it is, sent, and marked to the reader."""

from tests.web.forms import send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House
from tests.web.mails import deliver, mails_to, text_in
from tests.web.test_agenda import AGENDA, accepted, day, key, publish, sag_form, said, submitted
from tests.web.test_minutes import MINUTES
from tests.web.test_public_pages import HOME, opened


def late(house: House) -> None:
    """The agenda has been sent; then a late sag is put on it, with the reason why it cannot wait."""
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    walker = submitted(house, "Sen sag", "2020-03-04")
    karin = house.client(KARIN)
    given = {**sag_form(karin, walker, "/saet-paa"), "why_late": "Frist i ministeriet."}
    assert "Indmeldt efter fristen: Frist i ministeriet." in text_of(
        karin.post(f"{AGENDA}/saet-paa", data=given).text
    )
    assert f"punkt-{key(walker).replace(':', '-')}" in karin.get(AGENDA).text


def test_it_is_called_what_it_is_before_it_is_sent(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    assert "Udsend dagsordenen Mødet i KD-Net" in said(house.client(KARIN), f"{AGENDA}/udsend")
    late(house)
    text = said(house.client(KARIN), f"{AGENDA}/udsend")
    assert "Udsend tillægsdagsorden Mødet i KD-Net fredag den 13. marts 2020. Det bliver version 2." in text
    assert "Sen sag Tillæg" in text


def test_what_only_left_is_a_changed_agenda(house: House) -> None:
    walker = accepted(house, "Går ud")
    day(house, "2020-03-04")
    publish(house)
    karin = house.client(KARIN)
    karin.post(f"{AGENDA}/tag-af", data={**sag_form(karin, walker, "/tag-af"), "reason": "Mangler tal."})
    assert "Udsend ændret dagsorden" in said(karin, f"{AGENDA}/udsend")


def test_readers_see_what_is_new_and_why_it_could_not_wait(house: House) -> None:
    opened(house)
    late(house)
    publish(house)
    deliver(house)
    for who in (JENS, IDA, LARS):
        text = said(house.client(who), f"{AGENDA}/2")
        assert "6 Sen sag Tillæg" in text
        assert "Tillægsdagsorden 6. Sen sag" in text
        assert "Indmeldt efter fristen: Frist i ministeriet." in text
        assert "Åben sag Tillæg" not in text
    public = text_of(house.client().get(f"{HOME}/kd-net-2020-03-13/dagsorden").text)
    assert "6 Sen sag Tillæg" in public
    assert "Indmeldt efter fristen: Frist i ministeriet." in public
    mail = mails_to(house, JENS)[0]
    assert "Tillægsdagsorden til KD-Net 13. mar. 2020: 1 punkt" in f"{mail['subject']} {text_in(mail)}"
    assert "- 6. Sen sag" in text_in(mail)


def test_in_the_minutes_it_does_not_stand_in_the_closed_part(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title="Forhandling om en aftale", closed="1")
    publish(house)
    accepted(house, "Sen, åben sag")
    publish(house)
    day(house, "2020-03-13")
    html = karin.get(f"{MINUTES}/udsend").text
    closed, supplement = html.index("<h2>Lukket del</h2>"), html.index("<h2>Tillægsdagsorden</h2>")
    assert closed < html.index("Forhandling om en aftale") < supplement < html.index("Sen, åben sag")
