"""Releases, passages and words in one SQLite file: the source of truth that Chroma is derived from.

Every change to a release is one transaction, and the vectors that Chroma has yet to hear of stand in
the `outbox` of the same transaction. A process killed at any moment leaves either the old state or
the new one, and what Chroma lacks is found in the outbox at the next start.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.lookup import Lookup, StoredPassage, StoredRelease, named_error
from index.packed_text import pack_text, unpack_text
from index.release import LANGUAGES, Language, Passage, Release, canonical_url
from index.schema import DERIVED, PAGE, TABLES
from index.words import index_words, words_version

__all__ = ["OutboxEntry", "Store", "StoredPassage", "StoredRelease"]


# Passages whose words are cut anew at a time.
_BATCH_WORDS = 1_000
# Texts that are compressed at a time.
_BATCH_TEXTS = 500
# Share of the file from which on what is free in it is given back.
_MUCH_FREE = 0.2


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A passage that Chroma has to hear of: with its packed vector, or with none where it is gone."""

    passage_id: int
    language: Language
    vector: bytes | None


class Store(Lookup):
    """The SQLite file, to read and to write. Safe to use from many threads; readers never wait for the writer."""

    def create(self) -> None:
        """Makes the tables where they are not there yet: all at once, for others may be looking."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.is_file() or not self.path.stat().st_size
        try:
            if is_new:
                self._connection.execute(f"PRAGMA page_size = {PAGE}")
            self._connection.execute("PRAGMA journal_mode = WAL")
            if self.has_tables:  # looking for new ones takes no lock, which a writer may hold
                self._connection.executescript(TABLES)
                return
            try:
                # Where nothing is indexed, no word is cut in another way.
                words = f"INSERT OR IGNORE INTO meta VALUES ('words', '{words_version()}');"
                self._connection.executescript(f"BEGIN IMMEDIATE;{TABLES}{words}COMMIT;")
            except sqlite3.Error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise named_error(error, self.path) from error

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
            raise named_error(error, self.path) from error

    def back_up(self, path: Path) -> None:
        """Copies what is committed at this moment to a new file. Raises `StorageFull`, `IndexDamaged`."""
        try:
            copy = sqlite3.connect(path)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()
        except sqlite3.Error as error:
            raise named_error(error, path) from error

    def settle(self) -> None:
        """Puts all into the one file and closes it: nothing beside it is needed to read it."""
        try:
            self._connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise named_error(error, self.path) from error
        self.close()

    def set_meta(self, key: str, value: str) -> None:
        """Keeps a value with the index."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def next_generation(self) -> None:
        """Notes that there is something new to see, for readers in other processes."""
        with self.transaction():
            self.set_meta("generation", str(int(self.meta("generation") or 0) + 1))

    # writing; inside `transaction`

    def write(
        self,
        release: Release,
        passages: Sequence[Passage],
        vectors: Sequence[tuple[bytes, bytes]],
        fingerprint: str,
        added_at: str = "",
    ) -> None:
        """Puts a release in the place of what stood under its id, with its passages, words and outbox.

        It is added now, unless it is said when it was or the same text is there already.
        """
        self._part_from_twins(release)
        self._drop_passages(release.id)
        run = self._connection.execute
        added_at = added_at or dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        run(
            "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET url = excluded.url, title = excluded.title, text = excluded.text,"
            " date = excluded.date, category = excluded.category, language = excluded.language,"
            " publisher = excluded.publisher, kind = excluded.kind, source = excluded.source,"
            " content_hash = excluded.content_hash, fingerprint = excluded.fingerprint,"
            " added_at = CASE WHEN content_hash = excluded.content_hash THEN added_at ELSE excluded.added_at END",
            (
                release.id, release.url, release.title, pack_text(release.text),
                release.date.isoformat() if release.date else None, release.category, release.language,
                release.publisher, release.kind, release.source, release.content_hash, fingerprint, added_at,
            ),
        )  # fmt: skip
        for url in (release.url, *release.other_urls):
            self.add_link(url, release.id)
        has_words = self.has_words
        title_words = index_words(release.title) if has_words else []
        for passage, (vector, tokens) in zip(passages, vectors, strict=True):
            cursor = run(
                'INSERT INTO passages (release_id, ordinal, start, "end", language, vector, tokens)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (release.id, passage.ordinal, passage.start, passage.end, release.language,
                 vector, tokens),
            )  # fmt: skip
            if has_words:
                words = " ".join(title_words + index_words(passage.text))
                run(f"INSERT INTO words_{release.language} (rowid, words) VALUES (?, ?)", (cursor.lastrowid, words))
            run("INSERT INTO outbox VALUES (?, ?)", (cursor.lastrowid, release.language))

    def correct(self, release: Release) -> None:
        """Writes over what stands beside the text of a release: its date, category, publisher and address."""
        date = release.date.isoformat() if release.date else None
        self._connection.execute(
            "UPDATE releases SET url = ?, date = ?, category = ?, publisher = ? WHERE id = ?",
            (release.url, date, release.category, release.publisher, release.id),
        )
        self.add_link(release.url, release.id)

    def _part_from_twins(self, release: Release) -> None:
        """Before a release is written: parts it from others that read the same until now.

        What led to its earlier text leads to it no more, and files that gave that text are to be read again.
        """
        known = self.known(release.id)
        if known is None or known[0] == release.content_hash:
            return
        run = self._connection.execute
        if run(
            "DELETE FROM links WHERE release_id = ? AND url != ?", (release.id, canonical_url(release.url))
        ).rowcount:
            run("DELETE FROM files WHERE release_id = ?", (release.id,))

    def remove(self, release_id: str) -> None:
        """Takes a release out of every table; its passages go to the outbox to be taken out of Chroma."""
        self._drop_passages(release_id)
        self._connection.execute("DELETE FROM releases WHERE id = ?", (release_id,))

    def _drop_passages(self, release_id: str) -> None:
        run = self._connection.execute
        words = self.words_of(release_id) if self.has_words else []
        if words is None:
            self.forget_words()
        for passage_id, language, cut in words or ():
            delete = f"INSERT INTO words_{language} (words_{language}, rowid, words) VALUES ('delete', ?, ?)"
            run(delete, (passage_id, cut))
        run("INSERT OR REPLACE INTO outbox SELECT id, language FROM passages WHERE release_id = ?", (release_id,))
        run("DELETE FROM passages WHERE release_id = ?", (release_id,))

    def forget_words(self) -> None:
        """Notes that the words to search for are not those of the passages: until `reindex_words` none are written."""
        self.set_meta("words", "")

    def add_link(self, url: str, release_id: str) -> None:
        """One more address that leads to a release, and no more to another of its kind that was its twin before."""
        if not url:
            return
        own = canonical_url(url)
        self._connection.execute("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", (own, release_id, url))
        others = self._rows(
            "SELECT r.id, r.url FROM links l JOIN releases r ON r.id = l.release_id WHERE l.url = ? AND r.id != ?"
            " AND r.kind = (SELECT kind FROM releases WHERE id = ?)",
            (own, release_id, release_id),
        )
        for other, others_own in others:
            if canonical_url(str(others_own)) != own:
                self._connection.execute("DELETE FROM links WHERE url = ? AND release_id = ?", (own, other))

    def remember_file(self, path: str, sha256: str, release_ids: Iterable[str]) -> None:
        """Notes which releases a file gave, so that an unchanged file need not be read again."""
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
        for release_id in release_ids:
            self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, release_id, sha256))

    def forget_passages(self, release_ids: Iterable[str]) -> None:
        """Marks releases whose passages are to be made anew, whatever state these are in."""
        for release_id in release_ids:
            self._connection.execute("UPDATE releases SET fingerprint = '' WHERE id = ?", (release_id,))

    def renew_tables(self) -> None:
        """Makes the tables of what is made of the releases anew, empty, where they are of another schema."""
        if self.is_of_this_version:
            return
        with self.transaction():
            for table in DERIVED:
                self._connection.execute(f"DROP TABLE IF EXISTS {table}")
            self._connection.execute("UPDATE releases SET fingerprint = ''")
        self.create()

    def pack_texts(self) -> None:
        """Compresses the texts that an index from before has plain."""
        plain = "SELECT rowid, text FROM releases WHERE rowid > ? AND typeof(text) = 'text' ORDER BY rowid LIMIT ?"
        last = 0
        while rows := self._rows(plain, (last, _BATCH_TEXTS)):
            packed = [(pack_text(str(text)), row) for row, text in rows]
            self._connection.executemany("UPDATE releases SET text = ? WHERE rowid = ?", packed)
            last = int(str(rows[-1][0]))

    def shrink(self) -> None:
        """Gives the disk back what is free in the file, where that is much. Raises `StorageFull`."""
        (free,), (all,) = (self._rows(f"PRAGMA {what}")[0] for what in ("freelist_count", "page_count"))
        if int(str(free)) > _MUCH_FREE * int(str(all)):
            try:
                self._connection.execute("VACUUM")
            except sqlite3.Error as error:
                raise named_error(error, self.path) from error

    def queue_all(self) -> None:
        """Puts every passage into the outbox, to fill a new Chroma."""
        self._connection.execute("DELETE FROM outbox")
        self._connection.execute("INSERT INTO outbox SELECT id, language FROM passages")

    def reindex_words(self) -> None:
        """Fills the lexical index anew from the texts."""
        for language in LANGUAGES:
            self._connection.execute(f"INSERT INTO words_{language} (words_{language}) VALUES ('delete-all')")
        last = 0
        while rows := self._rows(
            'SELECT p.id, r.language, r.title, r.text, p.start, p."end"'
            " FROM passages p JOIN releases r ON r.id = p.release_id WHERE p.id > ? ORDER BY p.id LIMIT ?",
            (last, _BATCH_WORDS),
        ):
            for passage_id, written_in, title, text, start, end in rows:
                passage = unpack_text(text)[int(str(start)) : int(str(end))]
                words = " ".join(index_words(str(title)) + index_words(passage))
                self._connection.execute(
                    f"INSERT INTO words_{written_in} (rowid, words) VALUES (?, ?)", (passage_id, words)
                )
            last = int(str(rows[-1][0]))
        self.set_meta("words", words_version())

    # the outbox

    def outbox(self, limit: int) -> list[OutboxEntry]:
        """Up to `limit` passages that Chroma has yet to hear of, oldest first."""
        rows = self._rows(
            "SELECT o.passage_id, o.language, p.vector FROM outbox o"
            " LEFT JOIN passages p ON p.id = o.passage_id ORDER BY o.passage_id LIMIT ?",
            (limit,),
        )
        return [
            OutboxEntry(
                int(str(passage_id)),
                "en" if language == "en" else "th",
                vector if isinstance(vector, bytes) else None,
            )
            for passage_id, language, vector in rows
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
