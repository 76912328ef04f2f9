"""What people think of answers: thumbs up or down and a reason, kept in a small SQLite file of the home."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Feedback", "FeedbackBook", "as_csv", "read_feedback"]

_LONGEST = 20_000
_LONGEST_REASON = 2_000
# Bytes of the file: the oldest opinions make room, for a page open to all must not fill the disk.
_MOST_BYTES = 256 * 1024 * 1024
# Opinions that make room at a time.
_MADE_ROOM = 200
_COLUMNS = ("given_at", "rating", "reason", "question", "answer", "citations")
_TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    key TEXT PRIMARY KEY, given_at TEXT NOT NULL, rating TEXT NOT NULL, reason TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One opinion: `rating` is "up" or "down"; `citations` are the quotes as JSON; `key` names the answer shown."""

    key: str
    rating: str
    reason: str
    question: str
    answer: str
    citations: str
    given_at: str = ""


class FeedbackBook:
    """The file of opinions, for many threads and processes; a later word on an answer replaces the first."""

    def __init__(self, path: Path, most_bytes: int = _MOST_BYTES) -> None:
        self.path = path
        self._most_bytes = most_bytes

    def keep(self, feedback: Feedback) -> None:
        """Stores an opinion; raises `sqlite3.Error` where the file cannot be written."""
        given_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    feedback.key, given_at, feedback.rating, feedback.reason,
                    feedback.question, feedback.answer, feedback.citations,
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
        """All opinions, oldest first."""
        if not self.path.is_file():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "SELECT key, rating, reason, question, answer, citations, given_at FROM feedback"
                " ORDER BY given_at, rowid"
            ).fetchall()
        return [Feedback(*map(str, row)) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            connection.execute(_TABLE)
            yield connection


def read_feedback(sent: Any) -> Feedback | None:
    """An opinion as the browser sends it; None for anything else."""
    if not isinstance(sent, dict) or sent.get("rating") not in ("up", "down"):
        return None
    texts = {name: sent.get(name, "") for name in ("key", "reason", "question", "answer")}
    citations = sent.get("citations", [])
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(citations, list) or not texts["key"]:
        return None
    written = json.dumps(citations, ensure_ascii=False)
    if len(texts["key"]) > 64 or max(len(texts["question"]), len(texts["answer"]), len(written)) > _LONGEST:
        return None
    clean = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return Feedback(
        clean["key"], sent["rating"], clean["reason"][:_LONGEST_REASON], clean["question"], clean["answer"],
        written.encode("utf-8", "replace").decode(),
    )  # fmt: skip


def as_csv(opinions: list[Feedback]) -> str:
    """Opinions as CSV for a spreadsheet: a cell that would be read as a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for opinion in opinions:
        writer.writerow(_cell(str(getattr(opinion, name))) for name in _COLUMNS)
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@", "|", "%") or text[:1] in ("\t", "\r", "\n") else text
