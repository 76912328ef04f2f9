"""What the page and the endpoints ask: `qa.ask.Answerer`, or anything that answers in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.catalogue import Catalogue
from index.release import Language
from index.store import StoredRelease
from qa.answer import Answer
from qa.filters import NO_FILTERS, Filters
from qa.rank import RankedRelease

__all__ = ["Asker"]


class Asker(Protocol):
    """Answers questions and gives releases; each method raises `ThalaengError` where the index cannot be used."""

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        language: Language | None = None,
        filters: Filters = NO_FILTERS,
    ) -> Answer:
        """The answer to a question that follows others, from the releases that the filters leave."""

    def search(self, question: str, limit: int = 10, filters: Filters = NO_FILTERS) -> list[RankedRelease]:
        """The releases nearest to a question, best first, of those that the filters leave."""

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None."""

    def count_releases(self) -> int:
        """How many releases answers come from."""

    def catalogue(self) -> Catalogue:
        """The releases to look through."""
