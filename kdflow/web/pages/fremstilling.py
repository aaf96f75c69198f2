"""The case text of one station of a sag's route, beside the one that all its stations share."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.revision import Revision
from kdflow.domain.station_texts import OwnText
from kdflow.queries.sag_work import id_of
from kdflow.web.deps import FrameDep, NowDep, PersonDep, TypedDep, see_receipt

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]
Station = Annotated[str, Path(max_length=40)]


@router.post("/sager/{number}/fremstilling/{station}")
def write(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, station: Station
) -> Response:
    """Write the case text of a station, or (`shared`) let it read the one that all share again."""
    db = frame.wiring.db
    text = "" if typed["shared"] else typed["case_text"]
    receipt = revise_sag(
        db,
        id_of(db, number, person, now),
        None,
        Revision(own_text=OwnText(station, text)),
        reason=typed["reason"] or None,
        draft=typed.form,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "revise")
