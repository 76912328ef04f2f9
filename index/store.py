"""Releases, passages and words in one SQLite file: the source of truth that Chroma is derived from.

Every change to a release is one transaction, and the vectors that Chroma has yet to hear of stand in
the `outbox` of the same transaction. A process killed at any moment leaves either the old state or
the new one, and what Chroma lacks is found in the outbox at the next start.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import IndexDamaged, StorageFull
from index.release import LANGUAGES, Kind, Language, Passage, Release, canonical_url
from index.schema import TABLES
from index.words import index_words

__all__ = ["OutboxEntry", "Store", "StoredPassage", "StoredRelease", "quoted"]

# Releases whose links are asked for at a time: SQLite takes no more than some thousands of values.
_MOST_NAMED = 500
# A question with more different words than this is a pasted text: its first ones stand for it.
_MOST_WORDS = 64


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
class OutboxEntry:
    """A passage that Chroma has to hear of: with its vector, or with none where it is gone."""

    passage_id: int
    language: Language
    release_id: str
    date: int
    vector: bytes | None


class Store:
    """The SQLite file. Safe to use from many threads; readers never wait for the writer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.local()

    # connections and transactions

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._threads.connection = connection
        return connection

    def create(self) -> None:
        """Makes the tables where they are not there yet."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(TABLES)
        except sqlite3.Error as error:
            raise _named(error, self.path) from error

    def close(self) -> None:
        """Closes this thread's connection."""
        connection = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            self._threads.connection = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing. Raises `StorageFull` and `IndexDamaged` where SQLite cannot go on."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise _named(error, self.path) from error

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _named(error, self.path) from error

    def read(self, sql: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a question in SQL, which changes nothing."""
        return self._rows(sql, tuple(values))

    # what is known about the index itself

    def meta(self, key: str) -> str | None:
        """A value kept with the index, such as its fingerprint."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Keeps a value with the index."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def next_generation(self) -> None:
        """Notes that there is something new to see, for readers in other processes."""
        with self.transaction():
            self.set_meta("generation", str(int(self.meta("generation") or 0) + 1))

    def count_releases(self) -> dict[Language, int]:
        """How many releases there are in each language."""
        return self._count("SELECT language, count(*) FROM releases GROUP BY language")

    def count_passages(self) -> dict[Language, int]:
        """How many passages there are in each language."""
        return self._count("SELECT language, count(*) FROM passages GROUP BY language")

    def count_words(self) -> dict[Language, int]:
        """How many passages the lexical index holds in each language."""
        return {
            language: int(str(self._rows(f"SELECT count(*) FROM words_{language}")[0][0])) for language in LANGUAGES
        }

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

    # writing; inside `transaction`

    def write(
        self,
        release: Release,
        passages: Sequence[Passage],
        vectors: Sequence[tuple[bytes, bytes]],
        fingerprint: str,
    ) -> None:
        """Puts a release in the place of what stood under its id, with its passages, words and outbox."""
        self._drop_passages(release.id)
        run = self._connection.execute
        added_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        run(
            "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET url = excluded.url, title = excluded.title, text = excluded.text,"
            " date = excluded.date, category = excluded.category, language = excluded.language,"
            " publisher = excluded.publisher, kind = excluded.kind, source = excluded.source,"
            " content_hash = excluded.content_hash, fingerprint = excluded.fingerprint,"
            " added_at = excluded.added_at",
            (
                release.id, release.url, release.title, release.text,
                release.date.isoformat() if release.date else None, release.category, release.language,
                release.publisher, release.kind, release.source, release.content_hash, fingerprint, added_at,
            ),
        )  # fmt: skip
        for url in (release.url, *release.other_urls):
            self.add_link(url, release.id)
        title_words = index_words(release.title)
        for passage, (vector, tokens) in zip(passages, vectors, strict=True):
            cursor = run(
                'INSERT INTO passages (release_id, ordinal, start, "end", language, vector, tokens)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (release.id, passage.ordinal, passage.start, passage.end, release.language, vector, tokens),
            )
            words = " ".join(title_words + index_words(passage.text))
            run(
                f"INSERT INTO words_{release.language} (rowid, words) VALUES (?, ?)",
                (cursor.lastrowid, words),
            )
            run("INSERT INTO outbox VALUES (?, ?)", (cursor.lastrowid, release.language))

    def remove(self, release_id: str) -> None:
        """Takes a release out of every table; its passages go to the outbox to be taken out of Chroma."""
        self._drop_passages(release_id)
        self._connection.execute("DELETE FROM releases WHERE id = ?", (release_id,))

    def _drop_passages(self, release_id: str) -> None:
        run = self._connection.execute
        for passage_id, language in self._rows("SELECT id, language FROM passages WHERE release_id = ?", (release_id,)):
            run(f"DELETE FROM words_{language} WHERE rowid = ?", (passage_id,))
            run("INSERT OR REPLACE INTO outbox VALUES (?, ?)", (passage_id, language))
        run("DELETE FROM passages WHERE release_id = ?", (release_id,))

    def add_link(self, url: str, release_id: str) -> None:
        """One more address that leads to a release."""
        if url:
            self._connection.execute(
                "INSERT OR IGNORE INTO links VALUES (?, ?, ?)", (canonical_url(url), release_id, url)
            )

    def remember_file(self, path: str, sha256: str, release_ids: Iterable[str]) -> None:
        """Notes which releases a file gave, so that an unchanged file need not be read again."""
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
        for release_id in release_ids:
            self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, release_id, sha256))

    def queue_all(self) -> None:
        """Puts every passage into the outbox, to fill a new Chroma."""
        self._connection.execute("DELETE FROM outbox")
        self._connection.execute("INSERT INTO outbox SELECT id, language FROM passages")

    def reindex_words(self) -> None:
        """Fills the lexical index anew from the texts."""
        for language in LANGUAGES:
            self._connection.execute(f"DELETE FROM words_{language}")
        for passage_id, title, text, language in self._connection.execute(
            'SELECT p.id, r.title, substr(r.text, p.start + 1, p."end" - p.start), r.language'
            " FROM passages p JOIN releases r ON r.id = p.release_id"
        ):
            words = " ".join(index_words(title) + index_words(text))
            self._connection.execute(f"INSERT INTO words_{language} (rowid, words) VALUES (?, ?)", (passage_id, words))

    # the outbox

    def outbox(self, limit: int) -> list[OutboxEntry]:
        """Up to `limit` passages that Chroma has yet to hear of, oldest first."""
        rows = self._rows(
            "SELECT o.passage_id, o.language, p.release_id, r.date, p.vector FROM outbox o"
            " LEFT JOIN passages p ON p.id = o.passage_id LEFT JOIN releases r ON r.id = p.release_id"
            " ORDER BY o.passage_id LIMIT ?",
            (limit,),
        )
        return [
            OutboxEntry(
                int(str(passage_id)),
                "en" if language == "en" else "th",
                str(release_id or ""),
                int(str(date or "0").replace("-", "")),
                vector if isinstance(vector, bytes) else None,
            )
            for passage_id, language, release_id, date, vector in rows
        ]

    def count_outbox(self) -> int:
        """How many passages Chroma has yet to hear of."""
        return int(str(self._rows("SELECT count(*) FROM outbox")[0][0]))

    def clear_outbox(self, entries: Iterable[OutboxEntry]) -> None:
        """Forgets entries that Chroma has heard of."""
        with self.transaction():
            self._connection.executemany(
                "DELETE FROM outbox WHERE passage_id = ?", [(entry.passage_id,) for entry in entries]
            )

    # reading

    def releases(self, where: str = "1", values: Sequence[object] = ()) -> Iterator[StoredRelease]:
        """The releases for which an SQL condition holds, newest first, undated ones last."""
        rows = self._rows(
            "SELECT id, url, title, text, date, category, language, publisher, kind, source, added_at"
            f" FROM releases WHERE {where} ORDER BY date IS NULL, date DESC, id",
            values,
        )
        for start in range(0, len(rows), _MOST_NAMED):
            some = rows[start : start + _MOST_NAMED]
            links = self._links([str(row[0]) for row in some])
            for row in some:
                yield StoredRelease(str(row[0]), _release(row, links.get(str(row[0]), [])), str(row[10]))

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None."""
        return next(self.releases("id = ?", (release_id,)), None)

    def is_intact(self, release_id: str, release: Release) -> bool:
        """Whether a release reads as it did when it was indexed, by the hash that was kept then."""
        known = self.known(release_id)
        return known is not None and known[0] == release.content_hash

    def resolve(self, name: str) -> list[str]:
        """The ids of the releases that an id or an address names: a brief shares its release's address."""
        rows = self._rows(
            "SELECT id FROM releases WHERE id = ? UNION SELECT release_id FROM links WHERE url = ?",
            (name, canonical_url(name)),
        )
        return sorted(str(row[0]) for row in rows)

    def content(self, content_hash: str) -> str | None:
        """The id of the release that reads the same, or None."""
        rows = self._rows("SELECT id FROM releases WHERE content_hash = ? ORDER BY id", (content_hash,))
        return str(rows[0][0]) if rows else None

    def known(self, release_id: str) -> tuple[str, str] | None:
        """The content hash and the fingerprint under which a release is indexed, or None."""
        rows = self._rows("SELECT content_hash, fingerprint FROM releases WHERE id = ?", (release_id,))
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

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

    def vectors_of(self, release_id: str) -> list[tuple[int, bytes]]:
        """The id and the vector of each passage of a release, in reading order."""
        rows = self._rows("SELECT id, vector FROM passages WHERE release_id = ? ORDER BY ordinal", (release_id,))
        return [(int(str(passage_id)), vector) for passage_id, vector in rows if isinstance(vector, bytes)]

    def vectors(self, ids: Sequence[int]) -> dict[int, bytes]:
        """The vectors of passages by id; those that are gone are left out."""
        rows = self._rows(f"SELECT id, vector FROM passages WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {int(str(passage_id)): vector for passage_id, vector in rows if isinstance(vector, bytes)}

    def spans_of(self, release_id: str) -> list[tuple[int, int]]:
        """The (start, end) of each passage of a release, in reading order."""
        rows = self._rows('SELECT start, "end" FROM passages WHERE release_id = ? ORDER BY ordinal', (release_id,))
        return [(int(str(start)), int(str(end))) for start, end in rows]

    def passage_ids(self, language: Language) -> set[int]:
        """The ids of all passages in a language."""
        return {int(str(row[0])) for row in self._rows("SELECT id FROM passages WHERE language = ?", (language,))}

    def search_words(
        self, words: Sequence[str], language: Language, limit: int, among: str = "", values: Sequence[object] = ()
    ) -> list[tuple[int, float]]:
        """The passages in a language that hold some of the words, by BM25, best first: (id, score > 0).

        `among` is SQL that gives the ids of the passages to look in, with its values; all where it is empty.
        """
        distinct = list(dict.fromkeys(words))[:_MOST_WORDS]
        if not distinct:
            return []
        query = " OR ".join(map(quoted, distinct))
        # The plus has SQLite look the ids up among the matches, and not match the words anew for each id.
        within = f"AND +rowid IN ({among})" if among else ""
        rows = self._rows(
            f"SELECT rowid, -rank FROM words_{language} WHERE words_{language} MATCH ? {within} ORDER BY rank LIMIT ?",
            (query, *values, limit),
        )
        return [(int(str(rowid)), float(str(score))) for rowid, score in rows]

    def integrity(self) -> str:
        """SQLite's own word on the file: "ok", or what is wrong with it."""
        return str(self._rows("PRAGMA quick_check(1)")[0][0])


def quoted(word: str) -> str:
    """A word as FTS5 takes it for itself, whatever characters it holds: in quotes, and a quote doubled."""
    return '"' + word.replace('"', '""') + '"'


def _release(row: tuple[object, ...], links: Sequence[str]) -> Release:
    """A row of `releases`, with the addresses that lead to it."""
    _, url, title, text, date, category, language, publisher, kind, source = map(_text, row[:10])
    stored_kind: Kind = "brief" if kind == "brief" else "release"
    stored_language: Language = "en" if language == "en" else "th"
    others = tuple(link for link in links if canonical_url(link) != canonical_url(url))
    return Release(
        title, text, url, dt.date.fromisoformat(date) if date else None, category, stored_language,
        publisher, stored_kind, source, others,
    )  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _named(error: sqlite3.Error, path: Path) -> Exception:
    """The error by what the caller does next."""
    if "full" in str(error):
        return StorageFull(f"The disk is full: {path}. Make room and run the same command again.")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return IndexDamaged(f"{path} is damaged ({error}). Run: python -m index verify")
    if "no such table" in str(error) or "malformed" in str(error) or "disk I/O" in str(error):
        return IndexDamaged(f"{path} cannot be read ({error}). Run: python -m index verify")
    return error
