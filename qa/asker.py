"""What the page and the endpoints ask: `qa.ask.Answerer`, or anything that answers in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.release import Language
from index.store import StoredRelease
from qa.answer import Answer
from qa.rank import RankedRelease

__all__ = ["Asker"]


class Asker(Protocol):
    """Answers questions and gives releases; each method raises `ThalaengError` where the index cannot be used."""

    def ask(self, question: str, history: Sequence[str] = (), language: Language | None = None) -> Answer:
        """The answer to a question that follows others."""

    def search(self, question: str, limit: int = 10) -> list[RankedRelease]:
        """The releases nearest to a question, best first."""

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None."""

    def count_releases(self) -> int:
        """How many releases answers come from."""
