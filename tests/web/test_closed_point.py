"""What is treated behind closed doors without a sag is found by the body's own, whatever else one may know of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kdflow.actions.approve_minutes import approve_minutes, ask_for_approval, reopen_minutes
from kdflow.actions.build_agenda import Details, add_point, describe_point
from kdflow.actions.decide_items import Decision, decide_items
from kdflow.actions.follow_sag import follow_sag
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.publish_minutes import publish_minutes
from kdflow.actions.write_minutes import add_attendee, add_remark, give_task, write_point
from kdflow.domain.agenda import PointKey, sag_key
from kdflow.domain.minutes import Attendee, Part
from kdflow.domain.workflow import Outcome
from kdflow.queries.minutes_page import minutes_reading
from kdflow.store import people
from kdflow.store.minutes import load
from tests.web.behind import BEGUN
from tests.web.conftest import Built
from tests.web.doors import OPEN
from tests.web.house import JENS, KARIN, LARS, NOW
from tests.web.mails import deliver, mails_to, text_in
from tests.web.test_closed import ALSO, said
from tests.web.test_gate import table
from tests.web.walk import CANARY, ROLES, Place, key, twins

OWN = ("chair", "vice-chair", "secretary", "administrator")
"""Who may know what KD-Net treats behind closed doors."""

OTHERS = tuple(role for role in ROLES if role not in OWN)
"""Those who may not: among them the owner of the sager of the meeting, and one who follows them."""

AT, PUBLIC = f"/moeder/{BEGUN}", f"/offentligt/kd-net/{BEGUN}"

HERE = (
    f"{PUBLIC}/dagsorden",
    f"{PUBLIC}/referat",
    "/offentligt/kd-net",
    "/offentligt/kd-net.atom",
    "/soeg?q=gunnar",
)
"""What may be read of the meeting by everybody, and a word beside the canary."""

Pair = tuple[Place, Place]


@pytest.fixture(scope="module")
def pair(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A house where a meeting had a closed point that says the canary everywhere, and the same without it."""
    with twins(built, tmp_path_factory, _follow) as (place, without):
        _hold(place, with_it=True)
        _hold(without, with_it=False)
        yield place, without


def _follow(place: Place) -> None:
    """Let the body be a public one, and somebody elsewhere follow the sager of the meeting."""
    db = place.house.wiring.db
    with db.write() as tx:
        people.keep_bodies(tx, [replace(people.bodies(tx)["kd-net"], public=True)])
    for name in ("consent", "agenda"):
        sag = place.house.sag(name)
        follow_sag(db, sag.id, follows=True, key=key(), by=LARS, now=NOW)
        point, late = sag_key(sag.id, sag.steps[-1].seq), Details(why_late="Den haster.")
        describe_point(db, BEGUN, point, late, version=None, key=key(), by=KARIN, now=NOW)


def _hold(place: Place, *, with_it: bool) -> None:
    """Hold the meeting, send its agenda and its minutes, add to the one and correct the other once; with the
    closed point, once more each for what is said of it alone."""
    db = place.house.wiring.db
    publish_agenda(db, BEGUN, key=key(), by=KARIN, now=NOW)
    point = _add(place) if with_it else None
    if point:
        publish_agenda(db, BEGUN, reason="Et punkt mere.", key=key(), by=KARIN, now=NOW)
    add_point(db, BEGUN, Details(title="Et punkt til"), key=key(), by=KARIN, now=NOW)
    publish_agenda(db, BEGUN, reason="Et åbent punkt til.", key=key(), by=KARIN, now=NOW)
    if point:
        _write(place, point)
    step = place.house.sag("agenda").steps[0]
    item = Decision(
        sag=place.house.sag("agenda").id, step=step.seq, version=step.version, outcome=Outcome("drøftet")
    )
    decide_items(db, BEGUN, [item], key=key(), by=KARIN, now=NOW)
    _send(place)
    if point:
        _correct(place, point, "Mere.")
    _correct(place, "standing:eventuelt", "Tak for i dag.")
    deliver(place.house)


def _correct(place: Place, point: str, text: str) -> None:
    db = place.house.wiring.db
    reopen_minutes(db, BEGUN, "Noget mangler.", key=key(), by=KARIN, now=NOW)
    write_point(db, BEGUN, PointKey(point), text, version=_typed(place, point), by=KARIN, now=NOW)
    _send(place, reason=f"Ved »{text}«")


def _typed(place: Place, point: str) -> int | None:
    """The version of what was written under a point; None: nothing was."""
    with place.house.wiring.db.read() as tx:
        return load(tx, BEGUN).at(PointKey(point)).version or None


def _add(place: Place) -> PointKey:
    """A point that was an open one first, with the canary in all that is said of it."""
    db, details = place.house.wiring.db, Details(title=f"Om en {CANARY}", text=f"En {CANARY}.", presenter=CANARY)
    point = add_point(db, BEGUN, details, key=key(), by=KARIN, now=NOW).point
    describe_point(db, BEGUN, point, replace(details, closed=True), version=None, key=key(), by=KARIN, now=NOW)
    return PointKey(point)


def _write(place: Place, point: PointKey) -> None:
    """What was decided there, who came to it, who is to do what, and what the secretariat is told."""
    db = place.house.wiring.db
    text = f"Lars Fra Anden Kommune havde hørt om en {CANARY}. Besluttet: en {CANARY}."
    write_point(db, BEGUN, point, text, note=f"Kun en {CANARY}.", version=None, by=KARIN, now=NOW)
    guest = Attendee(name=f"Gunnar {CANARY}", part=Part.GUEST, point=point)
    add_attendee(db, BEGUN, guest, version=None, key=key(), by=KARIN, now=NOW)
    give_task(db, BEGUN, point, JENS, f"Ring til en {CANARY}.", None, key=key(), by=KARIN, now=NOW)
    add_remark(db, BEGUN, point, "kd-net", f"Husk en {CANARY}.", key=key(), by=JENS, now=NOW)


def _send(place: Place, reason: str | None = None) -> None:
    db = place.house.wiring.db
    ask_for_approval(db, BEGUN, key=key(), by=KARIN, now=NOW)
    seen = minutes_reading(db, BEGUN, JENS, NOW).digest
    approve_minutes(db, BEGUN, seen=seen, key=key(), by=JENS, now=NOW)
    publish_minutes(db, BEGUN, reason=reason, key=key(), by=KARIN, now=NOW)


def addresses(place: Place) -> list[str]:
    """Every address that is read, and those of a meeting or a body about this one too."""
    paths = [path for method, path in table(OPEN) if method == "GET" and not path.startswith("/static")]
    here = [place.address(path, meeting=BEGUN, body="kd-net", version="1") for path in paths]
    more = [
        place.address(path, meeting=BEGUN, version=str(number))
        for path in paths
        if "{version}" in path
        for number in (2, 3, 4)
    ]
    return [*dict.fromkeys((*(place.address(path) for path in paths), *here, *more, *ALSO, *HERE))]


@pytest.mark.parametrize("role", OTHERS)
def test_others_see_what_they_would_without_it(pair: Pair, role: str) -> None:
    """Pages, search, lists, feeds, exports, the API: the same agendas, minutes, numbers, counts and news."""
    with_it, without = (place.client(role) for place in pair)
    for address in addresses(pair[0]):
        found = said(with_it.get(address))
        assert CANARY not in found or CANARY in address, address  # what was searched for is said again
        if not address.startswith("/post"):  # a demo's box, with the mails of all
            assert found == said(without.get(address)), address


@pytest.mark.parametrize("role", OWN)
def test_the_bodys_own_find_it(pair: Pair, role: str) -> None:
    """The canary sings, or the tests above would prove nothing."""
    client = pair[0].client(role)
    for address in (AT, f"{AT}/dagsorden/2", f"{AT}/dagsorden/3", f"{AT}/referat/1", f"{AT}/referat/3"):
        assert CANARY in said(client.get(address)), address
    assert "Gunnar" in said(client.get(f"{AT}/referat/3"))


def test_each_reader_has_numbers_of_their_own(pair: Pair) -> None:
    """Two versions changed something for others, three for the body's own: of the agenda, and of the minutes."""
    for what in ("dagsorden", "referat"):
        led = {role: pair[0].client(role).get(f"{AT}/{what}/nyeste") for role in ("chair", "owner")}
        ends = {role: answer.headers["location"] for role, answer in led.items()}
        assert ends == {"chair": f"{AT}/{what}/3", "owner": f"{AT}/{what}/2"}
        versions = said(pair[0].client("owner").get(f"{AT}/{what}/1"))
        assert "Se version 2" in versions
        assert "Version 3" not in versions


def test_who_is_to_do_it_reads_what(pair: Pair) -> None:
    assert f"Ring til en {CANARY}." in said(pair[0].client("chair").get("/opgaver"))


def test_no_mail_says_it_and_those_who_follow_the_sager_are_told_no_more_than_of_them(pair: Pair) -> None:
    heard = [{role: _mails(place, role) for role, who in ROLES.items() if who} for place in pair]
    for role, mails in heard[0].items():
        assert not [one for one in mails if CANARY in one], role
        assert role in OWN or mails == heard[1][role], role
    assert any("drøftet" in one for one in heard[0]["member elsewhere"])


def _mails(place: Place, role: str) -> list[str]:
    who = ROLES[role]
    assert who
    return [f"{one['Subject']} {text_in(one)} {text_in(one, 'html')}" for one in mails_to(place.house, who)]
