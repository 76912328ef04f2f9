"""The tables of the SQLite file that `index.store` reads and writes."""

from __future__ import annotations

__all__ = ["DERIVED", "PAGE", "SCHEMA", "TABLES"]

# Part of the index's fingerprint.
SCHEMA = "3"

# unicode61 takes only letters and digits for word characters, and Thai vowel and tone marks are of
# category Mn: without `categories` it would cut Thai words at each of them. The words are already
# cut and stemmed, so what it has to do is to keep them whole, with their points, colons and slashes.
# Words are kept without the texts they are of (`content=''`), which would take a fifth of the disk; to take a passage
# out, SQLite has to be told its words again, which are cut anew for that.
_WORDS = "content='', tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc' tokenchars './:'\""

# A release's text is compressed (`index.packed_text`), or plain in an index from before.
# Passages are counted at every start: without an index on their language, all over the file (8 s in one of 5 GB).
# Columns of a primary key come first: SQLite before 3.41 takes the others for NULL in `quick_check`.
TABLES = f"""
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS releases (
        id TEXT PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, date TEXT,
        category TEXT NOT NULL, language TEXT NOT NULL, publisher TEXT NOT NULL, kind TEXT NOT NULL,
        source TEXT NOT NULL, content_hash TEXT NOT NULL, fingerprint TEXT NOT NULL, added_at TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS releases_by_content ON releases (content_hash);
    CREATE INDEX IF NOT EXISTS releases_by_date ON releases (language, date);
    CREATE INDEX IF NOT EXISTS releases_dated ON releases (id, date);
    CREATE INDEX IF NOT EXISTS releases_catalogue ON releases (date, id, category, publisher, language, added_at);
    CREATE TABLE IF NOT EXISTS links (
        url TEXT NOT NULL, release_id TEXT NOT NULL REFERENCES releases ON DELETE CASCADE,
        address TEXT NOT NULL, PRIMARY KEY (url, release_id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS links_by_release ON links (release_id);
    CREATE TABLE IF NOT EXISTS files (
        path TEXT NOT NULL, release_id TEXT NOT NULL REFERENCES releases ON DELETE CASCADE,
        sha256 TEXT NOT NULL, PRIMARY KEY (path, release_id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS files_by_release ON files (release_id);
    CREATE TABLE IF NOT EXISTS passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        release_id TEXT NOT NULL REFERENCES releases ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT NOT NULL,
        vector BLOB NOT NULL, tokens BLOB NOT NULL, UNIQUE (release_id, ordinal)
    );
    CREATE INDEX IF NOT EXISTS passages_by_language ON passages (language);
    CREATE TABLE IF NOT EXISTS outbox (passage_id INTEGER PRIMARY KEY, language TEXT NOT NULL);
    CREATE VIRTUAL TABLE IF NOT EXISTS words_th USING fts5(words, {_WORDS});
    CREATE VIRTUAL TABLE IF NOT EXISTS words_en USING fts5(words, {_WORDS});
"""

# Bytes of a page. A passage takes some 1,900: in pages of 4,096 much would be empty.
PAGE = 16_384

# What is made of the releases' texts, for an index whose tables are of another schema: it is made anew.
DERIVED = ("outbox", "words_th", "words_en", "passages")
