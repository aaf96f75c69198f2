"""The journeys walk in the same houses as the tests of the actions."""

from tests.actions.conftest import (  # noqa: F401
    house,
    postgres_house,
    postgres_template,
    sqlite_house,
    sqlite_template,
)
