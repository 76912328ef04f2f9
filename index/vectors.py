"""Passage vectors in Chroma, one collection for each language; derived from the store, never edited by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from index.chroma import Chroma
from index.release import LANGUAGES, Language
from index.store import OutboxEntry
from index.token_vectors import unpack_vector

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

__all__ = ["Vectors"]

T = TypeVar("T")

# Chroma's documentation gives 50 to 250 records a call as the fastest.
_BATCH = 200
# Ids listed a call: few enough for a server to send within its time.
_LISTED = 10_000


class Vectors:
    """The passages of one index in Chroma.

    Every method raises `IndexDamaged`, with the command that mends it, where Chroma cannot be used, and
    `VectorsAway` where it is a server that does not answer.
    """

    def __init__(self, chroma: Chroma, prefix: Callable[[], str] = lambda: "") -> None:
        """`prefix` begins the names of the collections, where a Chroma holds those of other indexes too."""
        self._chroma = chroma
        self._prefix = prefix

    def create(self) -> None:
        """Makes the collections where they are not there yet."""
        for language in LANGUAGES:
            self._run(language, lambda collection: None, create=True)

    def apply(self, entries: Sequence[OutboxEntry]) -> None:
        """Brings passages in or takes them out; doing it twice is doing it once."""
        for language in LANGUAGES:
            mine = [entry for entry in entries if entry.language == language]
            kept = [entry for entry in mine if entry.vector is not None]
            for start in range(0, len(kept), _BATCH):
                self._run(language, partial(_upsert, kept[start : start + _BATCH]), create=True)
            gone = [str(entry.passage_id) for entry in mine if entry.vector is None]
            if gone:
                self._run(language, partial(_delete, gone), create=True)

    def nearest(self, vector: NDArray[np.float32], language: Language, limit: int) -> list[tuple[int, float]]:
        """The passages of a language nearest to a vector: (passage id, cosine), nearest first."""

        def ask(collection: Collection) -> list[tuple[int, float]]:
            # More may be asked for than there are. To count them first would take longer than the search.
            found: Any = collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
            return [
                (int(name), 1.0 - float(distance))
                for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)
            ]

        return self._run(language, ask)

    def count(self, language: Language) -> int:
        """How many passages Chroma holds in a language."""
        return self._run(language, lambda collection: int(collection.count()))

    def ids(self, language: Language) -> set[int]:
        """The ids of the passages Chroma holds in a language."""

        def ask(collection: Collection) -> set[int]:
            found: set[int] = set()
            for offset in range(0, collection.count(), _LISTED):
                found.update(map(int, collection.get(include=[], limit=_LISTED, offset=offset)["ids"]))
            return found

        return self._run(language, ask)

    def reopen(self) -> None:
        """Forgets what is in memory, to see what another process has written."""
        self._chroma.forget()

    def clear(self) -> None:
        """Throws all of them away, whatever state they are in; `apply` begins anew."""
        self._chroma.clear([self._name(language) for language in LANGUAGES])

    def _name(self, language: Language) -> str:
        return f"{self._prefix()}passages-{language}"

    def _run(self, language: Language, action: Callable[[Collection], T], create: bool = False) -> T:
        name = self._name(language)
        return self._chroma.run(lambda: action(self._chroma.collection(name, create)))


def _upsert(entries: Sequence[OutboxEntry], collection: Collection) -> None:
    import numpy as np

    collection.upsert(
        ids=[str(entry.passage_id) for entry in entries],
        embeddings=np.stack([unpack_vector(entry.vector or b"") for entry in entries]),
        metadatas=[{"release": entry.release_id, "date": entry.date} for entry in entries],
    )


def _delete(ids: Sequence[str], collection: Collection) -> None:
    present = collection.get(ids=list(ids), include=[])["ids"]
    if present:
        collection.delete(ids=present)
