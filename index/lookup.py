"""Releases, passages and words as they are read from the SQLite file, for asking, listing and checking."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import IndexBusy, IndexDamaged, IndexMismatch, NotWritable, StorageFull
from index.normal import writable
from index.packed_text import unpack_text
from index.release import LANGUAGES, Kind, Language, Passage, Release, canonical_url
from index.word_search import VOCABULARY, Frequencies, search_words
from index.words import index_words, words_version

__all__ = ["Lookup", "PassageVectors", "StoredPassage", "StoredRelease", "named_error"]

# Releases whose links are asked for at a time: SQLite takes no more than some thousands of values.
_MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """A release as it stands in the index: its id, all addresses that lead to it, and when it was added."""

    id: str
    release: Release
    added_at: str


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its release and what late interaction needs; `tokens` is packed (`token_vectors`)."""

    id: int
    passage: Passage
    release: Release
    vector: bytes
    tokens: bytes


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """What a passage is ranked by, without its words: its release's date, and its vectors as in `StoredPassage`."""

    id: int
    release_id: str
    date: dt.date | None
    vector: bytes
    tokens: bytes


class Lookup:
    """The SQLite file, to read. Safe to use from many threads; readers never wait for the writer."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        """`immutable` says that nobody writes to the file, ever: SQLite then makes no file beside it."""
        self.path = path
        self._address = path.absolute().as_uri() + ("?mode=ro&immutable=1" if immutable else "")
        self._threads = threading.local()
        self._has_tables = False
        self._frequencies = Frequencies(self._rows)

    @property
    def has_tables(self) -> bool:
        """Whether there is an index in the file: a writer makes the file first, and then all of its tables at once.

        Raises `IndexDamaged` where the file cannot be read.
        """
        if not self.path.is_file():
            return False
        self._has_tables = self._has_tables or bool(self._rows("SELECT 1 FROM sqlite_master LIMIT 1"))
        return self._has_tables

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._address, timeout=30, isolation_level=None, uri=True)
            connection.execute("PRAGMA foreign_keys = ON")
            # What is committed is on the disk: with NORMAL a power cut takes back what a run has said was added.
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(VOCABULARY)
            self._threads.connection = connection
        return connection

    def close(self) -> None:
        """Closes this thread's connection."""
        connection = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            self._threads.connection = None

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise named_error(error, self.path) from error

    def read(self, sql: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a question in SQL, which changes nothing."""
        return self._rows(sql, tuple(values))

    # what is known about the index itself

    @property
    def is_of_this_version(self) -> bool:
        """Whether the tables are those that are read and written now."""
        return "words" not in {str(row[1]) for row in self._rows("PRAGMA table_info (passages)")}

    @property
    def has_words(self) -> bool:
        """Whether the words to search for are those of the passages, cut as they are cut now."""
        return self.meta("words") == words_version()

    def meta(self, key: str) -> str | None:
        """A value kept with the index, such as its fingerprint."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def has_releases(self) -> bool:
        """Whether there is a release."""
        return bool(self._rows("SELECT 1 FROM releases LIMIT 1"))

    def count_releases(self) -> dict[Language, int]:
        """How many releases there are in each language."""
        return self._count("SELECT language, count(*) FROM releases GROUP BY language")

    def count_passages(self) -> dict[Language, int]:
        """How many passages there are in each language."""
        return self._count("SELECT language, count(*) FROM passages GROUP BY language")

    def _count(self, sql: str) -> dict[Language, int]:
        found = {str(language): int(str(count)) for language, count in self._rows(sql)}
        return {language: found.get(language, 0) for language in LANGUAGES}

    def date_range(self) -> tuple[str, str] | None:
        """The earliest and the latest date of a release, ISO; None where no release bears a date."""
        first, last = self._rows("SELECT min(date), max(date) FROM releases")[0]
        return (str(first), str(last)) if first and last else None

    def has(self, column: Literal["category", "publisher"], value: str) -> bool:
        """Whether a release is of that category or publisher."""
        return bool(self._rows(f"SELECT 1 FROM releases WHERE {column} = ? LIMIT 1", (value,)))

    # releases, passages, words

    def releases(
        self, where: str = "1", values: Sequence[object] = (), *, with_links: bool = True, with_texts: bool = True
    ) -> Iterator[StoredRelease]:
        """The releases for which an SQL condition holds, newest first, undated ones last.

        Without links a release has its own address and none of the others that lead to it; without texts it is empty,
        and cannot be told by its content.
        """
        text = "text" if with_texts else "''"
        rows = self._rows(
            f"SELECT id, url, title, {text}, date, category, language, publisher, kind, source, added_at"
            f" FROM releases WHERE {where} ORDER BY date IS NULL, date DESC, id",
            values,
        )
        for start in range(0, len(rows), _MOST_NAMED):
            some = rows[start : start + _MOST_NAMED]
            links = self._links([str(row[0]) for row in some]) if with_links else {}
            for row in some:
                yield StoredRelease(str(row[0]), _release(row, links.get(str(row[0]), [])), str(row[10]))

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None."""
        return next(self.releases("id = ?", (writable(release_id),)), None)

    def is_intact(self, release_id: str, release: Release) -> bool:
        """Whether a release reads as it did when it was indexed, by the hash that was kept then."""
        known = self.known(release_id)
        return known is not None and known[0] == release.content_hash

    def resolve(self, name: str) -> list[str]:
        """The ids of the releases that an id or an address names: a brief shares its release's address."""
        name = writable(name)
        rows = self._rows(
            "SELECT id FROM releases WHERE id = ? UNION SELECT release_id FROM links WHERE url = ?",
            (name, canonical_url(name)),
        )
        return sorted(str(row[0]) for row in rows)

    def with_content(self, content_hash: str) -> list[str]:
        """The ids of the releases that read so: one, but while texts move from one to another."""
        rows = self._rows("SELECT id FROM releases WHERE content_hash = ? ORDER BY id", (content_hash,))
        return [str(row[0]) for row in rows]

    def known(self, release_id: str) -> tuple[str, str] | None:
        """The content hash and the fingerprint under which a release is indexed, or None."""
        rows = self._rows("SELECT content_hash, fingerprint FROM releases WHERE id = ?", (release_id,))
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def differing(self, release: Release) -> frozenset[str]:
        """Which of language, date, category, publisher and address are others in the index; none if it is unknown."""
        rows = self._rows("SELECT language, date, category, publisher, url FROM releases WHERE id = ?", (release.id,))
        names = ("language", "date", "category", "publisher", "url")
        date = release.date.isoformat() if release.date else None
        now = (release.language, date, release.category, release.publisher, release.url)
        return frozenset(
            name for row in rows for name, stored, value in zip(names, row, now, strict=True) if stored != value
        )

    def links_of(self, release_id: str) -> list[str]:
        """The canonical addresses that lead to a release."""
        return [str(row[0]) for row in self._rows("SELECT url FROM links WHERE release_id = ?", (release_id,))]

    def file(self, path: str) -> tuple[str, list[str]]:
        """The sha256 of a file when it was last read and the releases it gave; ("", []) if never."""
        rows = self._rows("SELECT sha256, release_id FROM files WHERE path = ?", (path,))
        return (str(rows[0][0]), [str(row[1]) for row in rows]) if rows else ("", [])

    def files_of(self, release_id: str) -> list[str]:
        """The files that give a release."""
        return [str(row[0]) for row in self._rows("SELECT path FROM files WHERE release_id = ?", (release_id,))]

    def _links(self, release_ids: Sequence[str]) -> dict[str, list[str]]:
        """The addresses that lead to some releases, as they were written."""
        marks = ",".join("?" * len(release_ids))
        links: dict[str, list[str]] = {}
        for release_id, address in self._rows(
            f"SELECT release_id, address FROM links WHERE release_id IN ({marks}) ORDER BY address", release_ids
        ):
            links.setdefault(str(release_id), []).append(str(address))
        return links

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """Passages by id, with their releases; those that are gone are left out."""
        ids = list(ids)
        marks = ",".join("?" * len(ids))
        rows = self._rows(
            f'SELECT id, ordinal, start, "end", vector, tokens, release_id FROM passages WHERE id IN ({marks})',
            ids,
        )
        names = sorted({str(row[6]) for row in rows})
        releases = {stored.id: stored for stored in self.releases(f"id IN ({','.join('?' * len(names))})", names)}
        found = {}
        for passage_id, ordinal, start, end, vector, tokens, release_id in rows:
            stored = releases.get(str(release_id))
            if stored is None or not (isinstance(vector, bytes) and isinstance(tokens, bytes)):
                continue  # removed between the two questions to the database
            first, last = int(str(start)), int(str(end))
            passage = Passage(stored.id, int(str(ordinal)), first, last, stored.release.text[first:last])
            found[int(str(passage_id))] = StoredPassage(int(str(passage_id)), passage, stored.release, vector, tokens)
        return found

    def passage_vectors(self, ids: Iterable[int]) -> dict[int, PassageVectors]:
        """What passages are ranked by, by id; those that are gone are left out.

        Of hundreds of candidates a few are shown: reading the texts of all would take longer than ranking them. So
        SQLite is to take the index with the dates: from the one that it prefers it reads past the text to the date.
        """
        ids = list(ids)
        rows = self._rows(
            "SELECT passages.id, release_id, date, vector, tokens"
            " FROM passages JOIN releases INDEXED BY releases_dated ON releases.id = release_id"
            f" WHERE passages.id IN ({','.join('?' * len(ids))})",
            ids,
        )
        return {
            int(str(passage_id)): PassageVectors(int(str(passage_id)), str(release_id), _date(date), vector, tokens)
            for passage_id, release_id, date, vector, tokens in rows
            if isinstance(vector, bytes) and isinstance(tokens, bytes)
        }

    def vectors_of(self, release_id: str) -> list[tuple[int, bytes]]:
        """The id and the vector of each passage of a release, in reading order."""
        rows = self._rows("SELECT id, vector FROM passages WHERE release_id = ? ORDER BY ordinal", (release_id,))
        return [(int(str(passage_id)), vector) for passage_id, vector in rows if isinstance(vector, bytes)]

    def vectors(self, ids: Sequence[int]) -> dict[int, bytes]:
        """The vectors of passages by id; those that are gone are left out."""
        rows = self._rows(f"SELECT id, vector FROM passages WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {int(str(passage_id)): vector for passage_id, vector in rows if isinstance(vector, bytes)}

    def releases_of(self, ids: Sequence[int]) -> dict[int, str]:
        """The ids of the releases of passages by theirs; those that are gone are left out."""
        rows = self._rows(f"SELECT id, release_id FROM passages WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {int(str(passage_id)): str(release_id) for passage_id, release_id in rows}

    def newest_vector(self, language: Language) -> list[tuple[int, bytes]]:
        """The id and the vector of the passage of a language that was stored last; none where there is none."""
        rows = self._rows("SELECT id, vector FROM passages WHERE language = ? ORDER BY id DESC LIMIT 1", (language,))
        return [(int(str(passage_id)), vector) for passage_id, vector in rows if isinstance(vector, bytes)]

    def spans_of(self, release_id: str) -> list[tuple[int, int]]:
        """The (start, end) of each passage of a release, in reading order."""
        rows = self._rows('SELECT start, "end" FROM passages WHERE release_id = ? ORDER BY ordinal', (release_id,))
        return [(int(str(start)), int(str(end))) for start, end in rows]

    def words_of(self, release_id: str) -> list[tuple[int, Language, str]] | None:
        """The id, the language and the words of each passage of a release, cut anew.

        None where they may be others than those that were indexed, for the text is not the one that was.
        """
        rows = self._rows(
            'SELECT p.id, p.language, p.start, p."end" FROM passages p WHERE p.release_id = ?', (release_id,)
        )
        if not rows:
            return []
        stored = next(self.releases("id = ?", (release_id,), with_links=False), None)
        if stored is None or not self.is_intact(release_id, stored.release):
            return None
        title, text = index_words(stored.release.title), stored.release.text
        return [
            (
                int(str(passage_id)),
                "en" if language == "en" else "th",
                " ".join(title + index_words(text[int(str(start)) : int(str(end))])),
            )
            for passage_id, language, start, end in rows
        ]

    def passage_ids(self, language: Language) -> set[int]:
        """The ids of all passages in a language."""
        return {int(str(row[0])) for row in self._rows("SELECT id FROM passages WHERE language = ?", (language,))}

    def word_ids(self, language: Language) -> set[int]:
        """The ids of the passages that the lexical index holds in a language."""
        return {int(str(row[0])) for row in self._rows(f"SELECT rowid FROM words_{language}")}

    def search_words(
        self, words: Sequence[str], language: Language, limit: int, where: str = "", values: Sequence[object] = ()
    ) -> list[tuple[int, float]]:
        """The passages in a language that hold some of the words, as `index.word_search` finds them."""
        return search_words(words, language, limit, self._rows, self._frequencies, where, values)

    def unknown_words(self, words: Sequence[str]) -> list[str]:
        """Those of some words, in the form of `index.words.index_words`, that stand in no passage of any language."""
        counts = [self._frequencies.of(words, language) for language in LANGUAGES]
        return [word for word in words if not any(of_language[word] for of_language in counts)]

    def integrity(self) -> str:
        """SQLite's own word on the file: "ok", or what is wrong with it."""
        try:
            return str(self._rows("PRAGMA quick_check(1)")[0][0])
        except IndexDamaged as error:
            return str(error.__cause__)


def _release(row: tuple[object, ...], links: Sequence[str]) -> Release:
    """A row of `releases`, with the addresses that lead to it."""
    url, title = _text(row[1]), _text(row[2])
    date, category, language, publisher, kind, source = map(_text, row[4:10])
    stored_kind: Kind = "brief" if kind == "brief" else "release"
    stored_language: Language = "en" if language == "en" else "th"
    others = tuple(link for link in links if canonical_url(link) != canonical_url(url))
    return Release(
        title, unpack_text(row[3]), url, _date(date), category, stored_language,
        publisher, stored_kind, source, others,
    )  # fmt: skip


def _date(value: object) -> dt.date | None:
    return dt.date.fromisoformat(str(value)) if value else None


def _text(value: object) -> str:
    return "" if value is None else str(value)


def named_error(error: sqlite3.Error, path: Path) -> Exception:
    """The error by what the caller does next."""
    if "full" in str(error):
        return StorageFull(f"The disk is full: {path}. Make room and run the same command again.")
    if "readonly" in str(error) or "unable to open" in str(error):
        return NotWritable(f"Cannot write to {path} ({error}). Choose another folder with --home or THALAENG_HOME.")
    if "locked" in str(error):
        return IndexBusy(f"Another process is writing to {path}. Wait until it is done, then try again.")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return IndexDamaged(f"{path} is damaged ({error}). Run: python -m index verify")
    if "no such column" in str(error):
        return IndexMismatch(
            f"{path} was made by an earlier version. Rebuild it from its texts: python -m index rebuild"
        )
    if "no such table" in str(error) or "malformed" in str(error) or "disk I/O" in str(error):
        return IndexDamaged(f"{path} cannot be read ({error}). Run: python -m index verify")
    return error
