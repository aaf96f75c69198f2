"""The texts of stations in the database: found by their words, and neither lost by a schema that goes back."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId
from kdflow.domain.station_texts import OwnText, StationTexts
from kdflow.domain.wanted import Wanted
from kdflow.store import finding, schema
from kdflow.store.database import Database
from tests.store.stand import OWNER, Walker, load, proved


def found(db: Database, text: str) -> list[SagId]:
    """What the list finds."""
    with db.read() as tx:
        return [row.sag for row in finding.page(tx, Wanted(text=text), None, limit=10)]


def written(db: Database) -> Walker:
    """A house with a sag that has a shared text, and one of its own for its second station."""
    walker = Walker(db)
    sag = walker.open("line@1", title="En sag")
    walker.revise(sag, None, Revision(case_text="Om fodgængere."), None)
    walker.revise(sag, None, Revision(own_text=OwnText("n", "Om budgetter i regionen.")), None)
    return walker


def test_the_text_of_a_station_is_kept_and_found_by_its_words(db: Database) -> None:
    walker = written(db)
    (sag,) = found(db, "budget")
    assert load(db, sag).texts == {"n": StationTexts(case_text="Om budgetter i regionen.")}
    assert found(db, "fodgænger") == [sag]
    walker.revise(sag, None, Revision(own_text=OwnText("n", "")), None)
    assert load(db, sag).texts == {}
    assert found(db, "budget") == []
    proved(db)


def test_a_sag_from_before_has_no_texts_of_stations_and_none_is_lost_on_the_way_back(db: Database) -> None:
    written(db)
    (sag,) = found(db, "budget")
    schema.downgrade(db, "0016")
    with db.read() as tx:
        (text,) = tx.run("select case_text from sag where id = ?", (sag,)).fetchone()
    assert text == "Om fodgængere.\n\nOm budgetter i regionen."
    schema.upgrade(db)
    kept = load(db, sag)
    assert (kept.texts, kept.owner, kept.case_text_at("n")) == ({}, PersonId(OWNER), text)
    proved(db)
