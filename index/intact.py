"""What is not whole in an index: for `verify` to tell of, and for a start and a rebuild to mend."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import IndexDamaged
from index.lookup import Lookup
from index.packed_vector import unpack_vector
from index.release import LANGUAGES, Language
from index.token_vectors import HEADER_BYTES, is_whole
from index.vectors import Vectors

__all__ = ["changed_texts", "damaged_releases", "duplicates", "finds_itself", "has_lost_vectors"]


def damaged_releases(store: Lookup) -> list[str]:
    """The ids of releases whose passages are out of place or missing, or whose vectors are not whole."""
    return sorted({*_out_of_place(store), *_of_another_length(store), *_of_damaged_tokens(store)})


def changed_texts(store: Lookup) -> list[str]:
    """The ids of releases that do not read as they did when they were indexed."""
    return [stored.id for stored in store.releases() if not store.is_intact(stored.id, stored.release)]


def duplicates(store: Lookup) -> list[str]:
    """The ids of releases that read the same as one before them."""
    rows = store.read(
        "SELECT id FROM releases r WHERE EXISTS"
        " (SELECT 1 FROM releases s WHERE s.content_hash = r.content_hash AND s.id < r.id) ORDER BY id"
    )
    return [str(row[0]) for row in rows]


def has_lost_vectors(store: Lookup, vectors: Vectors) -> bool:
    """Whether the vectors are other than the store's in number, or cannot be searched; looks quickly, not at each."""
    try:
        stored = store.count_passages()
        return any(_has_lost(store, vectors, language, stored[language]) for language in LANGUAGES)
    except IndexDamaged:
        return True


def _has_lost(store: Lookup, vectors: Vectors, language: Language, stored: int) -> bool:
    if vectors.count(language) != stored:
        return True
    return not all(finds_itself(vectors, language, *newest) for newest in store.newest_vector(language))


def finds_itself(vectors: Vectors, language: Language, passage_id: int, packed: bytes) -> bool:
    """Whether a passage is found by its own vector; one that is not whole is not."""
    try:
        return vectors.holds(unpack_vector(packed), language, passage_id)
    except IndexDamaged:
        return False


def _out_of_place(store: Lookup) -> Iterator[str]:
    """Passages stand in the text one after the other and cover it but for white space."""
    for stored in store.releases():
        text, end, whole = stored.release.text, 0, True
        for start, stop in store.spans_of(stored.id):
            whole = whole and end <= start < stop <= len(text) and not text[end:start].strip()
            end = stop
        if not whole or text[end:].strip():
            yield stored.id


def _of_another_length(store: Lookup) -> Iterator[str]:
    """Vectors that are not as long as most."""
    for (release_id,) in store.read(
        "SELECT DISTINCT release_id FROM passages WHERE length(vector) !="
        " (SELECT length(vector) FROM passages GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)"
    ):
        yield str(release_id)


def _of_damaged_tokens(store: Lookup) -> Iterator[str]:
    """Token vectors that are not as long as they say."""
    rows = store.read(f"SELECT release_id, substr(tokens, 1, {HEADER_BYTES}), length(tokens) FROM passages")
    for release_id, beginning, length in rows:
        if not (isinstance(beginning, bytes) and isinstance(length, int) and is_whole(beginning, length)):
            yield str(release_id)
