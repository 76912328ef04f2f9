"""Some of the releases: those of certain days, of a category, a publisher, a language; and the search in them alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.chroma import LOOKED_AT
from index.packed_vector import unpack_vectors
from index.release import Language
from index.store import Store
from index.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EVERY_RELEASE", "SelectedPassages", "Selection"]

# So many passages are compared one by one; of more, the index of vectors is asked first.
_FEW = 5_000
# How many of the nearest passages the index of vectors is asked for, until enough of them are selected: more than are
# wanted, for it has them in about the right order only.
_DEPTHS = (300, 1_000)
_SPARE = 2
# Passages compared at a time.
_BATCH = 5_000
# Whether a passage is of a selected release. The ids of those are looked up once, in the index that holds what they
# are selected by: release by release, SQLite would read past the whole text of each to see its category.
_IS_SELECTED = "+p.release_id IN (SELECT r.id FROM releases r WHERE {})"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which releases: each field narrows it, and one that is empty does not.

    `first` and `last` are days, both included; an undated release is on neither side of any day.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    category: str = ""
    publisher: str = ""
    language: Language | None = None

    @property
    def is_all(self) -> bool:
        """Whether it is every release."""
        return self == Selection()

    @property
    def is_of_language_only(self) -> bool:
        """Whether it is every release, or every one in a language."""
        return replace(self, language=None).is_all

    def during(self, first: dt.date, last: dt.date) -> Selection:
        """Those of it that bear a date of these days."""
        return replace(self, first=max(self.first or first, first), last=min(self.last or last, last))

    def condition(self) -> tuple[str, list[object]]:
        """It as an SQL condition on `releases`, named `r`, with its values."""
        parts: list[str] = []
        values: list[object] = []
        for part, value in (
            ("r.date >= ?", self.first and self.first.isoformat()),
            ("r.date <= ?", self.last and self.last.isoformat()),
            ("r.category = ?", self.category),
            ("r.publisher = ?", self.publisher),
            # The plus keeps SQLite to the index that holds all of these columns.
            ("+r.language = ?", self.language),
        ):
            if value:
                parts.append(part)
                values.append(value)
        return " AND ".join(parts) or "1", values


EVERY_RELEASE = Selection()


class SelectedPassages:
    """The passages of the selected releases, searched so that none is lost however narrow the selection."""

    def __init__(self, selection: Selection, store: Store, vectors: Vectors) -> None:
        self.selection = selection
        self._store = store
        self._vectors = vectors

    def nearest(
        self, vector: NDArray[np.float32], language: Language, limit: int, most: int | None = None
    ) -> list[int]:
        """The passages of a language nearest to a vector, nearest first.

        Empty where there are more than `most` passages to compare.
        """
        if self.selection.language not in (None, language):
            return []
        if most is None and self.selection.is_of_language_only:
            return self._nearest_of(self._vectors.nearest(vector, language, LOOKED_AT), vector)[:limit]
        count = self._count(language, most or _FEW)
        if most is not None and count > most:
            return []
        if most is None and count > _FEW:
            for depth in _DEPTHS:
                selected = self._selected(self._vectors.nearest(vector, language, depth))
                if len(selected) >= _SPARE * limit:
                    return self._nearest_of(sorted(selected), vector)[:limit]
        return self._compare(vector, language, limit)

    def by_words(self, words: Sequence[str], language: Language, limit: int) -> list[tuple[int, float]]:
        """The passages of a language that hold some of the words, by BM25, best first: (id, score > 0)."""
        if self.selection.language not in (None, language):
            return []
        if self.selection.is_of_language_only:
            return self._store.search_words(words, language, limit)
        condition, values = self.selection.condition()
        return self._store.search_words(
            words,
            language,
            limit,
            f"EXISTS (SELECT 1 FROM passages p WHERE p.id = {{id}} AND {_IS_SELECTED.format(condition)})",
            values,
        )

    def _count(self, language: Language, most: int) -> int:
        """How many passages there are, counted to one beyond `most`."""
        sql, values = self._of(language)
        return int(str(self._store.read(f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT ?)", [*values, most + 1])[0][0]))

    def _compare(self, vector: NDArray[np.float32], language: Language, limit: int) -> list[int]:
        """The nearest by comparing every passage, `_BATCH` at a time."""
        sql, values = self._of(language)
        # Sorted here: told to, SQLite would go through all passages in that order.
        ids = sorted(int(str(row[0])) for row in self._store.read(f"SELECT p.id {sql}", values))
        best: list[tuple[float, int]] = []
        for start in range(0, len(ids), _BATCH):
            best = sorted([*best, *self._distances(ids[start : start + _BATCH], vector)])[:limit]
        return [passage_id for _, passage_id in best]

    def _nearest_of(self, ids: Sequence[int], vector: NDArray[np.float32]) -> list[int]:
        """Passages in the order of their cosines to a vector, nearest first."""
        return [passage_id for _, passage_id in sorted(self._distances(ids, vector))]

    def _distances(self, ids: Sequence[int], vector: NDArray[np.float32]) -> Iterator[tuple[float, int]]:
        """The negative cosine and the id of each passage that is still there."""
        if stored := self._store.vectors(ids):
            similar = unpack_vectors(list(stored.values())) @ vector
            yield from ((-float(score), passage_id) for score, passage_id in zip(similar, stored, strict=True))

    def _selected(self, ids: Sequence[int]) -> set[int]:
        condition, values = self.selection.condition()
        marks = ",".join("?" * len(ids))
        rows = self._store.read(
            f"SELECT p.id FROM passages p WHERE p.id IN ({marks}) AND {_IS_SELECTED.format(condition)}",
            [*ids, *values],
        )
        return {int(str(row[0])) for row in rows}

    def _of(self, language: Language) -> tuple[str, Iterable[object]]:
        condition, values = replace(self.selection, language=language).condition()
        return f"FROM releases r JOIN passages p ON p.release_id = r.id WHERE {condition}", values
