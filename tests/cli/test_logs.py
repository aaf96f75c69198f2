"""What the served house logs: one line for one record, whatever people and other programs wrote into it."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from kdflow.cli.logs import TO_STDERR

FORGED = 'En sag\r\n{"level": "INFO", "said": "Jens godkendte"}\n\x85\u2028kdflow: forged'


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written while logging is set up as where the house is served."""
    loggers = [logging.getLogger(name) for name in TO_STDERR["loggers"]]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    out = io.StringIO()
    logging.config.dictConfig(
        {**TO_STDERR, "handlers": {"stderr": {**TO_STDERR["handlers"]["stderr"], "stream": out}}}
    )
    yield out
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


def test_a_title_an_address_or_an_error_of_somebody_else_makes_one_record(written: io.StringIO) -> None:
    log = logging.getLogger("kdflow.delivery")
    log.warning("a letter about %s to %s failed", FORGED, f"ida@kdflow.example{FORGED}")
    try:
        raise OSError(f"550 no such user{FORGED}")
    except OSError:
        log.exception("a beat failed: %s", FORGED)
    lines = written.getvalue().splitlines()
    assert len(lines) == 2
    first, second = (json.loads(line) for line in lines)
    assert (first["level"], first["log"]) == ("WARNING", "kdflow.delivery")
    assert FORGED in first["said"]
    assert FORGED in second["traceback"]


def test_the_head_of_the_history_is_among_what_is_written(written: io.StringIO) -> None:
    logging.getLogger("kdflow.audit").info("the head of the history is %s:%s", 7, "abc")
    logging.getLogger("kdflow.audit").debug("nobody reads this")
    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["said"] == "the head of the history is 7:abc"


def test_the_web_server_writes_the_same_way(written: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("Invalid request: %s", FORGED)
    logging.getLogger("uvicorn.error").info("Started")
    assert len(written.getvalue().splitlines()) == 1
