"""Every kind that a body can have in the configuration has a word for those who read it."""

from typing import get_args

from kdflow import rendering
from kdflow.domain.configuration import BodyEntry


def test_every_kind_of_body_has_its_word() -> None:
    kinds = get_args(BodyEntry.model_fields["kind"].annotation)
    assert set(rendering.words()["body_kinds"]) == set(kinds)
    assert rendering.words()["body_kinds"]["politisk"] == "Politisk organ"
