"""What the house says to whoever runs it: one line of JSON on standard error for each record, whatever it says."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any


class OneLine(logging.Formatter):
    """A record as one line: a line break in what people or other programs wrote begins no record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in ASCII, with its traceback."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname, "log": record.name, "said": record.getMessage()}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said)


TO_STDERR: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": OneLine}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "kdflow": {"handlers": ["stderr"], "level": "INFO"},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
"""How logging is set up where the house is served."""
