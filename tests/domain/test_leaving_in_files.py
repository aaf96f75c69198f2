"""Who has left leaves their chair to another in the files, too."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from kdflow.domain.configuration import PeopleFile
from kdflow.domain.consistency import people_flaws
from tests import make

CHAIRED = "2020-02-01"


def people_of(last: str | None) -> PeopleFile:
    """A chair who leaves after a day, and the next one."""
    gone = {"valid": {"to": last}} if last else {}
    first = {"id": "p", "name": "P", "email": "p@a", "offices": [{"office": "chair", "body": "kd-net"}], **gone}
    begins = {"office": "chair", "body": "kd-net", "valid": {"from": CHAIRED}}
    return PeopleFile.model_validate(
        {"people": [first, {"id": "q", "name": "Q", "email": "q@a", "offices": [begins]}]}
    )


@pytest.mark.parametrize(("last", "flaws"), [(None, 1), ("2020-02-01", 1), ("2020-01-31", 0)])
def test_two_chairs_at_a_time_are_counted_while_they_are_here(last: str | None, flaws: int) -> None:
    bodies = {"kd-net": make.body("kd-net")}
    assert len(list(people_flaws(people_of(last).people, bodies))) == flaws


def test_the_last_day_of_a_person_is_read() -> None:
    assert people_of("2020-01-31").people[0].person.valid_to == date(2020, 1, 31)
    assert people_of(None).people[0].person.valid_to is None


def test_somebody_is_here_from_when_they_stand_in_the_file() -> None:
    with pytest.raises(ValidationError):
        PeopleFile.model_validate(
            {"people": [{"id": "p", "name": "P", "email": "p@a", "valid": {"from": "2020-01-01"}}]}
        )
