"""People and their offices, for those who keep them."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.end_person import end_person
from kdflow.actions.hand_over_sag import hand_over_all
from kdflow.actions.keep_offices import add_person, change_person, end_office, give_office
from kdflow.actions.release_authenticator import release_authenticator
from kdflow.domain.authority import Appointment, Office, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotFound
from kdflow.domain.stranding import Stranded
from kdflow.queries.people_admin import people_admin, person_admin
from kdflow.queries.reforms import office_preview
from kdflow.web.administration_forms import HAPPENS, Reader, faults_of, status_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed

router = APIRouter(prefix="/administration/personer")

Who = Annotated[str, Path(max_length=60)]
Done = Annotated[str, Query(max_length=40)]


@router.get("")
def everybody(frame: FrameDep, person: PersonDep, q: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """Everybody; `q` is a part of a name or an address."""
    return _list_html(frame, person, Typed(), text=q)


def _list_html(
    frame: Frame, person: PersonId, typed: Typed, trouble: Faults | None = None, text: str = ""
) -> HTMLResponse:
    found = people_admin(frame.wiring.db, person, frame.now, text)
    status = status_of(trouble) if trouble else 200
    return frame.page("people_admin", status=status, page=found, text=text, typed=typed, trouble=trouble)


@router.post("/ny")
def make(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Add a person."""
    try:
        done = add_person(frame.wiring.db, typed["name"], typed["email"], key=typed.key, by=person, now=frame.now)
    except HAPPENS as error:
        return _list_html(frame, person, typed, faults_of(error, "person"))
    return RedirectResponse(f"/administration/personer/{done.person}?gjort=oprettet#kvittering", 303)


@router.get("/{who}")
def one(frame: FrameDep, person: PersonDep, who: Who, gjort: Done = "") -> HTMLResponse:
    """One person; `gjort` asks for a receipt."""
    return _person_html(frame, person, who, Typed(), done=gjort)


def _person_html(
    frame: Frame, person: PersonId, who: str, typed: Typed, trouble: Faults | None = None, done: str = ""
) -> HTMLResponse:
    found = person_admin(frame.wiring.db, who, person, frame.now)
    status = status_of(trouble) if trouble else 200
    return frame.page(
        "person_admin",
        status=status,
        page=found,
        typed=typed,
        trouble=trouble,
        done=done,
        today=local_day(frame.now),
        is_me=person == found.person.id,
    )


@router.post("/{who}/{what}")
def change(frame: FrameDep, person: PersonDep, typed: TypedDep, who: Who, what: str) -> Response:
    """Change a person, give or end an office, hand over what they own, let them leave or come back, or release
    their authenticator."""
    if what not in _VERBS:
        raise NotFound("form", what)
    if typed["trin"] == "ret":
        return _person_html(frame, person, who, typed)
    try:
        return _VERBS[what](frame, person, typed, PersonId(who))
    except Stranded as error:
        page = person_admin(frame.wiring.db, who, person, frame.now)
        back = f"/administration/personer/{who}"
        return frame.page(
            "stranded",
            status=422,
            seen=error.seen,
            hidden=error.hidden,
            world=page.world,
            back=back,
            about=page.person.name,
        )
    except HAPPENS as error:
        return _person_html(frame, person, who, typed, faults_of(error, typed.form))


def _rename(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    change_person(
        frame.wiring.db,
        who,
        name=typed["name"],
        email=typed["email"],
        reason=typed["reason"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return _done(who, "rettet")


def _give(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    read = Reader(typed)
    valid = read.period()
    if typed["office"] not in set(Office):
        read.gaps.append(Gap("office", "office"))
    is_everywhere = typed["office"] == Office.ADMINISTRATOR
    if not typed["body"] and not is_everywhere:
        read.gaps.append(Gap("office-body", "body"))
    read.done()
    body = "*" if is_everywhere else typed["body"]
    office = Appointment(person=who, office=Office(typed["office"]), body=body, valid=valid)
    give_office(frame.wiring.db, office, version=typed.version, key=typed.key, by=person, now=frame.now)
    return _done(who, "post")


def _end(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    """Two steps: what the end of an office would do, and then the end."""
    read = Reader(typed)
    last = read.day("last")
    if not typed["office"].isdecimal():
        read.gaps.append(Gap("form", ""))
    read.done()
    office, version, key = int(typed["office"]), typed.version, typed.key
    if typed["trin"] != "gem":
        found = office_preview(frame.wiring.db, office, last, person, frame.now)
        if found.held.office.person != who:
            raise NotFound("office", office)
        name = found.world.names.get(who, who)
        status = 422 if found.is_refused else 200
        return frame.page("office_end", status=status, found=found, last=last, typed=typed, who=who, about=name)
    end_office(
        frame.wiring.db,
        office,
        last,
        reason=typed["reason"] or None,
        version=version,
        key=key,
        by=person,
        now=frame.now,
    )
    return _done(who, "slut")


def _hand_over(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    if not typed["to"]:
        raise Incomplete(Gap("new-owner", "to"))
    hand_over_all(
        frame.wiring.db,
        who,
        PersonId(typed["to"]),
        reason=typed["reason"] or None,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return _done(who, "sager")


def _release(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    release_authenticator(frame.wiring.db, who, typed["added"], key=typed.key, by=person, now=frame.now)
    return _done(who, "frigivet")


def _stop(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    read = Reader(typed)
    first_without = read.day("from") or local_day(frame.now)
    read.done()
    _end_person(frame, person, typed, who, first_without - timedelta(days=1))
    return _done(who, "stop")


def _come_back(frame: Frame, person: PersonId, typed: Typed, who: PersonId) -> Response:
    _end_person(frame, person, typed, who, None)
    return _done(who, "tilbage")


def _end_person(frame: Frame, person: PersonId, typed: Typed, who: PersonId, last: date | None) -> None:
    end_person(
        frame.wiring.db,
        who,
        last,
        reason=typed["reason"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )


def _done(who: PersonId, what: str) -> RedirectResponse:
    return RedirectResponse(f"/administration/personer/{who}?gjort={what}#kvittering", 303)


_VERBS = {
    "ret": _rename,
    "post": _give,
    "slut": _end,
    "sager": _hand_over,
    "stop": _stop,
    "tilbage": _come_back,
    "frigiv": _release,
}
"""The forms on the page of a person, by their address."""
