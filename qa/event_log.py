"""The log of the chat's server: a line for each thing that happened, a line one JSON object, for whoever runs it.

What was asked or typed stays with who asked, and passwords with who tried them. A client's address stands only in the
lines that say whom something was refused.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from typing import Any, Literal

__all__ = ["Event", "JsonLines", "milliseconds", "note"]

Event = Literal["asked", "busy", "rate_limited", "searched", "release_opened", "login_failed", "added", "error"]


def note(log: logging.Logger, event: Event, **what: Any) -> None:
    """Has the log say that something happened, with what matters of it; what went wrong as a warning."""
    level = logging.WARNING if event == "error" else logging.INFO
    log.log(level, event, extra={"event": event, "what": what})


def milliseconds(started: float) -> float:
    """How long it has been since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - started) * 1000, 1)


class JsonLines(logging.Formatter):
    """A record as one line of JSON: `time` (UTC), `event`, and what belongs to it.

    A record that is no event of `note` is an `error` from a warning up, else a `note`; it says from where it comes.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        when = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        event = getattr(record, "event", None)
        said = {"time": when, "event": event, **getattr(record, "what", {})} if event else self._said(record, when)
        return json.dumps(said, default=str)

    def _said(self, record: logging.LogRecord, when: str) -> dict[str, Any]:
        event = "error" if record.levelno >= logging.WARNING else "note"
        said = {"time": when, "event": event, "from": record.name, "says": record.getMessage()}
        return {**said, "trace": self.formatException(record.exc_info)} if record.exc_info else said
