"""The releases as one looks through them: so many, of these days; found by words, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from index.release import LANGUAGES, Language
from index.selection import EVERY_RELEASE, Selection
from index.store import Store, StoredRelease
from index.word_search import quoted
from index.words import index_words

__all__ = ["Catalogue", "Order", "Overview", "Shelf", "names_like", "no_release_of"]

Order = Literal["newest", "oldest", "added"]

# An undated release stands behind the dated ones, whichever way they are sorted.
_ORDERS: dict[Order, str] = {
    "newest": "r.date DESC, r.id",
    "oldest": "r.date IS NULL, r.date, r.id",
    "added": "r.added_at DESC, r.id",
}
# More words than this name nothing more exactly.
_MOST_WORDS = 12
# Releases that are fetched at a time where all are wanted.
_BATCH = 500
# Categories or publishers named where one is unknown, and how many are compared with it, by how many characters.
_NAMED = 5
_MOST_COMPARED = 300
_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Overview:
    """How many releases there are, their earliest and latest dates and when one was last added (ISO; empty where
    there is none), and the categories and publishers with the number of releases of each, most first."""

    releases: int
    first: str
    last: str
    added_at: str
    categories: tuple[tuple[str, int], ...]
    publishers: tuple[tuple[str, int], ...]
    languages: tuple[tuple[Language, int], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the releases that were looked for: `releases` of `count`, which are dated from `first` to `last`.

    `words` are those that each of them holds, in the form of `index_words`.
    """

    releases: tuple[StoredRelease, ...]
    count: int
    first: str
    last: str
    words: tuple[str, ...] = ()


class Catalogue:
    """Looks through the releases of a store. One index of SQLite holds what is sorted and selected by."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def overview(self) -> Overview:
        """What there is altogether."""
        count, first, last, added = self._store.read(
            "SELECT count(*), min(date), max(date), max(added_at) FROM releases"
        )[0]
        languages = self._store.count_releases()
        return Overview(
            int(str(count)), str(first or ""), str(last or ""), str(added or ""),
            self.names("category"), self.names("publisher"),
            tuple((language, languages[language]) for language in LANGUAGES if languages[language]),
        )  # fmt: skip

    def look(
        self,
        selection: Selection = EVERY_RELEASE,
        words: str = "",
        order: Order = "newest",
        limit: int = 20,
        offset: int = 0,
    ) -> Shelf:
        """The releases of a selection that hold all of the words, in any of their passages or in their headline."""
        wanted = _wanted(words)
        condition, values = _condition(selection, words)
        count, first, last = self._store.read(
            f"SELECT count(*), min(r.date), max(r.date) FROM releases r WHERE {condition}", values
        )[0]
        ids = self._store.read(
            f"SELECT r.id FROM releases r WHERE {condition} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
            [*values, max(0, limit), max(0, offset)],
        )
        releases = self._releases([str(row[0]) for row in ids])
        return Shelf(releases, int(str(count)), str(first or ""), str(last or ""), wanted)

    def all(
        self, selection: Selection = EVERY_RELEASE, words: str = "", order: Order = "newest"
    ) -> Iterator[tuple[StoredRelease, ...]]:
        """All that `look` goes through, in its order, some at a time and without their texts.

        Which they are is read at once, so that they are those of one moment; one that is removed since is left out.
        """
        condition, values = _condition(selection, words)
        rows = self._store.read(f"SELECT r.id FROM releases r WHERE {condition} ORDER BY {_ORDERS[order]}", values)
        ids = [str(row[0]) for row in rows]
        return (self._releases(ids[start : start + _BATCH], with_texts=False) for start in range(0, len(ids), _BATCH))

    def _releases(self, ids: Sequence[str], *, with_texts: bool = True) -> tuple[StoredRelease, ...]:
        condition = f"id IN ({','.join('?' * len(ids))})"
        found = {stored.id: stored for stored in self._store.releases(condition, ids, with_texts=with_texts)}
        return tuple(found[release_id] for release_id in ids if release_id in found)

    def names(self, column: Literal["category", "publisher"]) -> tuple[tuple[str, int], ...]:
        """The categories or the publishers with the number of releases of each, most first."""
        rows = self._store.read(
            f"SELECT {column}, count(*) FROM releases WHERE {column} != '' GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return tuple((str(name), int(str(count))) for name, count in rows)


def _wanted(words: str) -> tuple[str, ...]:
    """What of the words is looked for."""
    return tuple(dict.fromkeys(index_words(words)))[:_MOST_WORDS]


def _condition(selection: Selection, words: str) -> tuple[str, list[object]]:
    """Which releases are of a selection and hold all of the words, as SQL on `releases`, named `r`, with its values."""
    wanted = _wanted(words)
    if words.strip() and not wanted:
        return "0", []
    condition, values = selection.condition()
    for word in wanted:
        matches = " UNION ALL ".join(
            f"SELECT rowid FROM words_{language} WHERE words_{language} MATCH ?" for language in LANGUAGES
        )
        # The plus has SQLite go through small indexes rather than fetch each passage and each release.
        condition += f" AND +r.id IN (SELECT release_id FROM passages WHERE +id IN ({matches}))"
        values += [quoted(word)] * len(LANGUAGES)
    return condition, values


def names_like(value: str, known: Sequence[tuple[str, int]]) -> str:
    """A few of the `known` categories or publishers, for whoever asks for one that is not there.

    Those that are written much like the value come first, then the others in their order; "…" stands for the rest.
    Empty where none is known.
    """
    names = [name for name, _ in known]
    # Comparing takes the longer, the longer they are; what a program sends may have any length.
    folded = {name[:_COMPARED].casefold(): name for name in names[:_MOST_COMPARED]}
    near = [folded[name] for name in get_close_matches(value[:_COMPARED].casefold(), folded, _NAMED)]
    named = list(dict.fromkeys([*near, *names]))[:_NAMED]
    return ", ".join([*named, "…"] if len(named) < len(names) else named)


def no_release_of(column: Literal["category", "publisher"], value: str, names: str) -> str:
    """What is said where no release is of a category or a publisher; `names` is of `names_like`."""
    there = f" Try one of: {names}{'' if names.endswith('…') else '.'}" if names else ""
    return f"No release has the {column} {value!r}.{there}"
