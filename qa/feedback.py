"""What people think of answers: thumbs up or down and a reason, kept in a small SQLite file of the home."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.csv_text import csv_text
from index.errors import IndexBusy, NotWritable, StorageFull, ThalaengError
from index.lookup import named_error
from qa.question import MOST_EARLIER

__all__ = ["Feedback", "FeedbackBook", "as_csv", "read_feedback"]

_LONGEST = 20_000
_LONGEST_REASON = 2_000
# Bytes of the file: the oldest opinions make room, for a page open to all must not fill the disk.
_MOST_BYTES = 256 * 1024 * 1024
# Opinions that make room at a time.
_MADE_ROOM = 200
_COLUMNS = ("given_at", "rating", "reason", "question", "answer", "citations", "history", "filters")
# What a file of an earlier version lacks, and what its opinions have there.
_ADDED = {"history": "[]", "filters": "{}"}
_TABLE = f"""CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, given_at TEXT NOT NULL, rating TEXT NOT NULL, reason TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL,
    {", ".join(f"{name} TEXT NOT NULL DEFAULT '{default}'" for name, default in _ADDED.items())}
)"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One opinion: `rating` is "up" or "down"; `key` names the answer shown.

    As JSON: `citations` are the quotes, `history` the questions asked before, oldest first, `filters` those set.
    """

    key: str
    rating: str
    reason: str
    question: str
    answer: str
    citations: str
    given_at: str = ""
    history: str = "[]"
    filters: str = "{}"


class FeedbackBook:
    """The file of opinions, for many threads and processes; a later word on an answer replaces the first."""

    def __init__(self, path: Path, most_bytes: int = _MOST_BYTES) -> None:
        self.path = path
        self._most_bytes = most_bytes

    def keep(self, feedback: Feedback) -> None:
        """Stores an opinion; raises `ThalaengError` where the file cannot be written."""
        given_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with self._open() as connection:
            self._add_columns(connection)
            connection.execute(
                f"INSERT OR REPLACE INTO feedback (key, {', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    feedback.key, given_at, feedback.rating, feedback.reason, feedback.question, feedback.answer,
                    feedback.citations, feedback.history, feedback.filters,
                ),
            )  # fmt: skip
            if self._taken(connection) > self._most_bytes:
                connection.execute(
                    "DELETE FROM feedback WHERE key <> ? AND rowid IN"
                    " (SELECT rowid FROM feedback ORDER BY rowid LIMIT ?)",
                    (feedback.key, _MADE_ROOM),
                )

    @staticmethod
    def _taken(connection: sqlite3.Connection) -> int:
        """The bytes of the file that hold something; what was freed is written to again."""
        pages, free, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def all(self) -> list[Feedback]:
        """All opinions, oldest first; raises `ThalaengError` where the file cannot be read."""
        if not self.path.is_file():
            return []
        with self._open() as connection:
            # A file that is only read stays as it is.
            lacking = self._lacking(connection)
            columns = [f"'{lacking[name]}'" if name in lacking else name for name in _COLUMNS]
            rows = connection.execute(
                f"SELECT key, {', '.join(columns)} FROM feedback ORDER BY given_at, rowid"
            ).fetchall()
        return [Feedback(**dict(zip(("key", *_COLUMNS), map(str, row), strict=True))) for row in rows]

    def _add_columns(self, connection: sqlite3.Connection) -> None:
        """Gives a file of an earlier version the columns that it lacks."""
        if not self._lacking(connection):
            return
        # Another process may be at the same: who comes second finds them there.
        connection.execute("BEGIN IMMEDIATE")
        for name, default in self._lacking(connection).items():
            connection.execute(f"ALTER TABLE feedback ADD COLUMN {name} TEXT NOT NULL DEFAULT '{default}'")

    @staticmethod
    def _lacking(connection: sqlite3.Connection) -> dict[str, str]:
        known = {row[1] for row in connection.execute("PRAGMA table_info(feedback)")}
        return {name: default for name, default in _ADDED.items() if name not in known}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
                connection.execute(_TABLE)
                yield connection
        except sqlite3.Error as error:
            named = named_error(error, self.path)
            if isinstance(named, IndexBusy | NotWritable | StorageFull):
                raise named from error
            raise ThalaengError(
                f"{self.path} is damaged ({error}). Move it away; the next feedback starts a new one."
            ) from error


def read_feedback(sent: Any) -> Feedback | None:
    """An opinion as the browser sends it; None for anything else."""
    if not isinstance(sent, dict) or sent.get("rating") not in ("up", "down"):
        return None
    texts = {name: sent.get(name, "") for name in ("key", "reason", "question", "answer")}
    citations, history, filters = sent.get("citations", []), sent.get("history", []), sent.get("filters", {})
    if not all(isinstance(text, str) for text in texts.values()) or not texts["key"]:
        return None
    if not isinstance(citations, list) or not isinstance(history, list) or not isinstance(filters, dict):
        return None
    written = [_json(citations), _latest(history), _json(filters)]
    if len(texts["key"]) > 64 or max(map(len, (texts["question"], texts["answer"], *written))) > _LONGEST:
        return None
    clean = {name: _encodable(text) for name, text in texts.items()}
    quotes, before, chosen = map(_encodable, written)
    return Feedback(
        clean["key"], sent["rating"], clean["reason"][:_LONGEST_REASON], clean["question"], clean["answer"], quotes,
        history=before, filters=chosen,
    )  # fmt: skip


def _latest(history: list[Any]) -> str:
    """The questions of a history as JSON, as many of the latest as there is room for."""
    latest = [text for text in history if isinstance(text, str)][-MOST_EARLIER:]
    while len(written := _json(latest)) > _LONGEST:
        latest = latest[1:]
    return written


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def as_csv(opinions: list[Feedback]) -> str:
    """Opinions as CSV for a spreadsheet."""
    return csv_text([_COLUMNS, *([str(getattr(opinion, name)) for name in _COLUMNS] for opinion in opinions)])
