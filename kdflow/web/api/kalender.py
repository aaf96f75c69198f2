"""The calendars as JSON: which meeting of one body is the last before each meeting of another."""

from fastapi import APIRouter, Depends

from kdflow.queries.connections_page import ConnectionsDocument, connections_page, of_connections
from kdflow.web import security
from kdflow.web.deps import NowDep, PersonDep, WiringDep
from kdflow.web.pages.kalender import BodyKey, Year

router = APIRouter(dependencies=[Depends(security.refuse_other_sites)])


@router.get("/forbindelser.json")
def connections(
    _person: PersonDep, wiring: WiringDep, now: NowDep, fra: BodyKey = "", til: BodyKey = "", aar: Year = None
) -> ConnectionsDocument:
    """For each meeting of `til` in the year `aar`, the last meeting of `fra` from which a sag still makes it."""
    return of_connections(connections_page(wiring.db, fra or None, til or None, aar, now))
