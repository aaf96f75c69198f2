"""What there is to look at: every page, and in which chapter of the demo it is shown to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kdflow.web.app import PAGES
from kdflow.web.pages import afmeld
from tests.browser import story
from tests.browser.story import Deed, Step

NO_PAGES = frozenset(
    {
        *("/robots.txt", "/healthz", "/sager.xlsx", "/sager.csv", "/ruter/{ref}.svg", "/sager/{number}/rute.svg"),
        *("/offentligt/{body}.ics", "/offentligt/{body}.atom", "/abonnement/{secret}.ics"),
        *("/offentligt/{body}/{meeting}/bilag/{digest}", "/papirer/{number}/{digest}"),
        *("/moeder/{meeting}/dagsorden/nyeste", "/moeder/{meeting}/referat/nyeste"),
        *("/sag-{number}", "/Sag-{number}", "/SAG-{number}", "/was", "/sprog/{language}"),
        *("/log-ind/hos/{provider}", "/log-ind/hos/{provider}/retur", "/bekraeft/hos/{provider}"),
    }
)
"""Files, and addresses that lead elsewhere."""

NOBODY = ""
OWNER, CHAIR, SECRETARY = "sagsejer-sundhed", "formand-kd-net", "sekretaer-kd-net"
COUNCIL, ADMINISTRATOR = "sekretaer-kkr", "administrator"
MEETING, COUNCILS = "/moeder/kd-net-2020-01-24", "/moeder/kkr-midt-2020-02-05"
PEOPLE, BODIES = "/administration/personer", "/administration/organer"
PUBLISHED = "/offentligt/kkr-midt/kkr-midt-2020-02-05/dagsorden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What only a form leads to: the page it is on, and what is filled in and pressed there."""

    name: str
    who: str
    path: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What is looked at at one time of the demo's, by who looks, and what is done before."""

    before: tuple[Deed, ...] = ()
    shown: Mapping[str, tuple[str, ...]]
    pressed: tuple[Pressed, ...] = field(default=())


AS_IT_STANDS = Chapter(
    before=((OWNER, story.open_closed),),
    shown={
        NOBODY: (
            *("/log-ind", "/svar", "/svar/et-gammelt-link"),
            *("/privatliv", "/tilgaengelighed", "/findes-ikke", "/offentligt", "/offentligt/kkr-midt"),
            "/beskeder/afmeld/et-gammelt-link",
        ),
        OWNER: (
            *("/", "/sager", "/sager?hos=kd-net", "/sager/ny", "/planer", "/soeg?q=aftalen", "/soeg"),
            *("/soeg?q=24.+januar", "{sag}", "{sag}/plan", "{sag}/ejer", "{sag}/kopi", "{closed}/laesninger"),
            "{closed}/modtagere",
            *("/beskeder", "/beskeder/valg", "/abonnementer", "/ruter", "/konto", "/konto/autentifikator"),
            *("/bekraeft", "/hjaelp", "/hjaelp/sagsejer", "/administration"),
        ),
        CHAIR: ("/", "{sag}", MEETING, "/organer", "/organer/kd-net", "/konto/fravaer", "/hjaelp/formand"),
        SECRETARY: (
            *("/", "/bord", "/organer/kd-net/bord", f"{MEETING}/dagsorden", f"{MEETING}/dagsorden/udsend"),
            *(MEETING, "/moeder", "/moeder/nyt", "/moeder/indlaes", "/aarshjul", "/forbindelser", "/flaskehalse"),
            *("/udsendelser", "/hjaelp/sekretariat", "{sag}"),
        ),
        ADMINISTRATOR: (
            *("/", "/administration", "/administration/historik", "/administration/organer/ny"),
            *("/administration/organer/kd-net", "/administration/lukkedage", "/administration/personer"),
            *("/administration/personer/formand-kd-net", "/hjaelp/administrator"),
        ),
    },
    pressed=(
        Pressed(name="sag-afvist", who=OWNER, path="/sager/ny", steps=story.SENT_EMPTY),
        Pressed(name="moede-afvist", who=SECRETARY, path="/moeder/nyt", steps=story.SENT_EMPTY),
        Pressed(name="moede-flyttes", who=SECRETARY, path=MEETING, steps=story.MOVED),
        Pressed(name="moede-aflyses", who=SECRETARY, path=MEETING, steps=story.CANCELLED),
        Pressed(name="kalender-indlaest", who=SECRETARY, path="/moeder/indlaes", steps=story.READ_IN),
        Pressed(name="post-slutter", who=ADMINISTRATOR, path=f"{PEOPLE}/formand-kd-net", steps=story.OUT),
        Pressed(name="lukkedag", who=ADMINISTRATOR, path="/administration/lukkedage", steps=story.CLOSED_DAY),
        Pressed(name="organ-ophoerer", who=ADMINISTRATOR, path=f"{BODIES}/kd-net", steps=story.ABOLISHED),
    ),
)
AGENDA_SENT = Chapter(
    before=((SECRETARY, story.send_agenda(MEETING)), (COUNCIL, story.send_agenda(COUNCILS))),
    shown={
        NOBODY: ("/offentligt/kkr-midt", PUBLISHED, f"{PUBLISHED}/1"),
        OWNER: ("/beskeder",),
        SECRETARY: (f"{MEETING}/dagsorden/1", f"{MEETING}/dagsorden", MEETING, "/post", "{mail}", "{mail}/html"),
    },
)
HELD = Chapter(
    before=((SECRETARY, story.wind_to("24. januar")), (SECRETARY, story.write_minutes(MEETING))),
    shown={
        SECRETARY: (f"{MEETING}/referat", f"{MEETING}/referat/beslut", "/organer/kd-net/bord", MEETING),
        CHAIR: (f"{MEETING}/referat/godkend", "/"),
    },
    pressed=(Pressed(name="beslut-flere", who=SECRETARY, path=f"{MEETING}/referat/beslut", steps=story.DECIDED),),
)
DECIDED = Chapter(
    before=(
        (SECRETARY, story.decide_all(MEETING)),
        (CHAIR, story.approve_minutes(MEETING)),
        (CHAIR, story.read_what_waits),
    ),
    shown={
        CHAIR: ("/godkendelser", "{waiting}"),
        SECRETARY: (f"{MEETING}/referat", f"{MEETING}/referat/udsend"),
        OWNER: ("/",),
    },
    pressed=(Pressed(name="samlet", who=CHAIR, path="/godkendelser", steps=story.CHOSEN),),
)
MINUTES_SENT = Chapter(
    before=((SECRETARY, story.send_minutes(MEETING)),),
    shown={
        SECRETARY: (f"{MEETING}/referat/1", MEETING),
        CHAIR: ("/godkendelser/samlet",),
        OWNER: ("/opgaver", "{sag}", "/beskeder"),
    },
)
CHAPTERS = (AS_IT_STANDS, AGENDA_SENT, HELD, DECIDED, MINUTES_SENT)

IN_EARNEST = (
    Chapter(
        shown={NOBODY: ("/log-ind", "/log-ind/kode", "{link}")},
        pressed=(
            Pressed(name="kode-bedt-om", who=NOBODY, path="/log-ind", steps=story.ASKED_FOR_CODE),
            Pressed(name="kode-forkert", who=NOBODY, path="/log-ind/kode", steps=story.WRONG_CODE),
        ),
    ),
)
"""What a demo has not: signing in by mail."""

PLACES = {
    "{link}": "/log-ind/et-link",
    "{sag}": "/sager/SAG-2020-0001",
    "{closed}": "/sager/SAG-2020-0001",
    "{waiting}": "/sager/SAG-2020-0001",
    "{mail}": "/post/1",
}
"""What stands in an address for what the demo is asked for, each with an address of its kind."""


def pages() -> tuple[str, ...]:
    """The address of every page, as its route is written."""
    found = dict.fromkeys(
        route.path for module in (*PAGES, afmeld) for route in module.router.routes if "GET" in route.methods
    )
    return tuple(path for path in found if path not in NO_PAGES)


def without_picture() -> frozenset[str]:
    """The pages that no picture is taken of."""
    return frozenset(pages()) - _pictured()


def _pictured() -> frozenset[str]:
    known = [(path, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))) for path in pages()]
    return frozenset(
        next((path for path, pattern in known if pattern.fullmatch(address)), "") for address in _addresses()
    )


def _addresses() -> Iterator[str]:
    for chapter in (*CHAPTERS, *IN_EARNEST):
        for path in (path for paths in chapter.shown.values() for path in paths):
            for place, address in PLACES.items():
                path = path.replace(place, address)
            yield path.split("?")[0]
