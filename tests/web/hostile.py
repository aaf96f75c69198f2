"""A house in which all that people can write is hostile, and a reader that finds what would act on a page."""

from dataclasses import replace
from html.parser import HTMLParser

from kdflow.actions.approve_minutes import approve_minutes, ask_for_approval
from kdflow.actions.build_agenda import Details, add_point, describe_point
from kdflow.actions.decide_items import Decision, decide_items
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.publish_minutes import publish_minutes
from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.actions.write_comment import write_comment
from kdflow.actions.write_minutes import add_attendee, add_remark, give_task, write_point
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import Person
from kdflow.domain.minutes import Attendee, Part
from kdflow.domain.revision import Revision
from kdflow.domain.station_texts import OwnText
from kdflow.domain.workflow import Outcome
from kdflow.queries.agenda_page import agenda_page
from kdflow.queries.minutes_page import minutes_reading
from kdflow.queries.sag_page import plain_sag
from kdflow.store import people
from tests.web.behind import BEGUN
from tests.web.house import IDA, JENS, KARIN, NOW, House, Walker
from tests.web.mails import deliver
from tests.web.walk import Place, furnish, key

INERT = "{{7*7}} {%if 1%}x{%endif%} ${7+7} %s %(x)s"
"""What a template would take for its own."""

ACTS = (
    *("<script>zzq(1)</script>", "<img src=x onerror=zzq(2)>", '"><svg/onload=zzq(3)>', "' onfocus='zzq(4)'"),
    *(
        '<a href="javascript:zzq(5)">x</a>',
        "[x](javascript:zzq(6))",
        "[x](data:text/html,zzq)",
        "<base href=//zzq>",
    ),
    *("![x](https://zzq.example/x.png)", "<iframe srcdoc='<script>zzq(7)</script>'></iframe>", "<math><mi>zzq"),
    *(
        "</title></textarea></script><form action=//zzq.example>",
        "<style>p{color:red;background:url(//zzq)}</style>",
    ),
    *(
        "<object data=//zzq>",
        "<meta http-equiv=refresh content=0;url=//zzq>",
        "&lt;script&gt;zzq(8)&lt;/script&gt;",
    ),
)
"""What a browser would do something with."""

FIELDS = (
    *("title", "parts", "case", "station", "comment", "paper", "own", "said", "presenter", "minutes"),
    *("remark", "task", "guest", "why", "person", "note"),
)


def text(name: str) -> str:
    """A text of one field, known by its mark."""
    return f"mark{name} {INERT} {' '.join(ACTS)}"


def short(name: str) -> str:
    """The same where there is room for little."""
    return f"mark{name} {INERT} {{0.__class__}} {ACTS[0]} {ACTS[2]} {ACTS[4]}"


def enter(house: House) -> Place:
    """Let everything be written that people can write about a sag, an agenda and minutes; all of it is sent."""
    place, db = furnish(house), house.wiring.db
    with db.write() as tx:
        mail = Person(id=IDA, name=short("person"), email="ida@kdflow.example")
        people.keep_people(tx, [mail], (), ())
        people.keep_bodies(tx, [replace(people.bodies(tx)["kd-net"], public=True)])
    walker = Walker(house.wiring, short("title"), "droeftelse-kd-net@1").write(
        "kdnet", text("parts"), short("note")
    )
    digest = _write(house, walker)
    walker.go("kdnet", "submit", IDA, meeting=BEGUN).go("kdnet", "accept", KARIN)
    _meet(house, walker)
    deliver(house)
    own = {"number": walker.number, "seq": "1", "station": "kdnet", "digest": digest}
    public: dict[str, str] = {
        "body": "kd-net",
        "meeting": BEGUN,
        "kind": "referat",
        "number": "1",
        "digest": digest,
    }
    sent: dict[str, dict[str, str]] = {
        "/moeder/{meeting}/referat/nyeste": {"meeting": BEGUN},
        "/moeder/{meeting}/referat/{version}": {"meeting": BEGUN},
        "/offentligt": public,
    }
    return Place(house=house, open={**place.open, **own}, behind={**place.behind, **sent})


def _write(house: House, walker: Walker) -> str:
    """What is written about the sag; the digest of its paper."""
    db = house.wiring.db
    for revision in (Revision(case_text=text("case")), Revision(own_text=OwnText("kdnet", text("station")))):
        revise_sag(
            db, walker.id, None, revision, reason=short("why"), version=None, key=key(), by=IDA, now=walker.at
        )
    content = b"%PDF-1.4 " + b"x" * 100
    title, name = short("paper"), f"{short('file')[:90]}.pdf"
    add_paper(db, walker.id, title, name, content, version=None, key=key(), by=IDA, now=walker.at)
    write_comment(db, walker.id, text("comment"), key=key(), by=JENS, now=walker.at)
    return plain_sag(db, walker.id).papers[0].digest


def _meet(house: House, walker: Walker) -> None:
    """The meeting that treats it: agenda and minutes, both sent."""
    db, point = house.wiring.db, sag_key(walker.id, plain_sag(house.wiring.db, walker.id).steps[0].seq)
    told = Details(text=text("said"), presenter=short("presenter"), why_late=short("why"))
    late = [one.key for one in agenda_page(db, BEGUN, KARIN, NOW).agenda.points if one.lacks_reason]
    for one in {point, *late}:
        describe_point(db, BEGUN, one, told, version=None, key=key(), by=KARIN, now=NOW)
    add_point(db, BEGUN, Details(title=short("own")), key=key(), by=KARIN, now=NOW)
    publish_agenda(db, BEGUN, reason=short("why"), key=key(), by=KARIN, now=NOW)
    write_point(db, BEGUN, point, text("minutes"), note=short("note"), version=None, by=KARIN, now=NOW)
    guest = Attendee(name=short("guest"), part=Part.GUEST)
    add_attendee(db, BEGUN, guest, version=None, key=key(), by=KARIN, now=NOW)
    give_task(db, BEGUN, point, IDA, short("task"), None, key=key(), by=KARIN, now=NOW)
    add_remark(db, BEGUN, point, "dassos", text("remark"), key=key(), by=KARIN, now=NOW)
    step = plain_sag(db, walker.id).steps[0]
    done = Decision(sag=walker.id, step=step.seq, version=step.version, outcome=Outcome.DISCUSSED)
    decide_items(db, BEGUN, [done], key=key(), by=KARIN, now=NOW)
    ask_for_approval(db, BEGUN, key=key(), by=KARIN, now=NOW)
    seen = minutes_reading(db, BEGUN, JENS, NOW).digest
    approve_minutes(db, BEGUN, seen=seen, key=key(), by=JENS, now=NOW)
    publish_minutes(db, BEGUN, key=key(), by=KARIN, now=NOW)


ADDRESSES = {"href", "src", "action", "formaction", "srcset", "xlink:href", "data", "poster", "content", "srcdoc"}
NEVER = {"object", "embed", "applet", "math", "frame", "portal"}


class Reader(HTMLParser):
    """Collects what would act on a page (`found`) beside our own scripts; a mail has its own style and base."""

    def __init__(self, *, is_mail: bool = False) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_mail, self._raw = is_mail, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, or an attribute, that is none of ours."""
        values = {name: value or "" for name, value in attrs}
        self._raw = tag if tag in ("script", "style") else ""
        mine = {
            "script": values.get("src", "").startswith("/static/"),
            "style": self.is_mail,
            "base": self.is_mail,
            "iframe": values.get("src", "").startswith("/post/"),
            "img": values.get("src", "").startswith(("/static/", "/")),
            "meta": values.get("http-equiv", "") == "",
        }
        if tag in NEVER or not mine.get(tag, True):
            self.found.append(f"<{tag} {values}>")
        self.found += [f"<{tag} {name}>" for name in values if name.startswith("on") or name == "srcdoc"]
        for name in ADDRESSES & set(values):
            where = "".join(values[name].split()).lower()
            is_link = (tag, name) == ("a", "href") and where.startswith("https://")  # to follow, if one wants
            is_bad = (
                where.startswith(("javascript:", "vbscript:", "data:", "//")) or "zzq" in where.partition("?")[0]
            )
            if is_bad and not is_link:
                self.found.append(f"<{tag} {name}={values[name]}>")

    def handle_data(self, data: str) -> None:
        """What stands in a script or a style."""
        if self._raw and "zzq" in data:
            self.found.append(f"<{self._raw}>{data}")

    def handle_endtag(self, tag: str) -> None:
        """A script or a style ends."""
        self._raw = ""
