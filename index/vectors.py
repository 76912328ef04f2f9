"""Passage vectors in Chroma, one collection for each language; derived from the store, never edited by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from index.chroma import Chroma
from index.packed_vector import unpack_vectors
from index.projection import Directions
from index.release import LANGUAGES, Language
from index.store import OutboxEntry

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

__all__ = ["Vectors"]

T = TypeVar("T")

# Chroma's documentation gives 50 to 250 records a call as the fastest.
_BATCH = 200
# Several passages may read the same: to find one by its vector so many are asked for, and one no further than this
# is as good.
_SAME, _NO_DISTANCE = 5, 1e-4
# Ids listed a call: few enough for a server to send within its time.
_LISTED = 10_000


class Vectors:
    """The passages of one index in Chroma.

    Every method raises `IndexDamaged`, with the command that mends it, where Chroma cannot be used, and
    `VectorsAway` where it is a server that does not answer.
    """

    def __init__(
        self, chroma: Chroma, directions: Directions | None = None, prefix: Callable[[], str] = lambda: ""
    ) -> None:
        """Chroma is told of vectors in some directions only, where those are given, else of whole ones.

        `prefix` begins the names of the collections, where a Chroma holds those of other indexes too.
        """
        self._chroma = chroma
        self._directions = directions
        self._prefix = prefix

    def within(self, chroma: Chroma) -> Vectors:
        """Vectors made as these are, in another Chroma."""
        return Vectors(chroma, self._directions)

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
                self._run(language, partial(self._upsert, kept[start : start + _BATCH]), create=True)
            gone = [str(entry.passage_id) for entry in mine if entry.vector is None]
            if gone:
                self._run(language, partial(_delete, gone), create=True)

    def nearest(self, vector: NDArray[np.float32], language: Language, limit: int) -> list[int]:
        """The ids of the passages of a language that are about the nearest to a vector, of length 1, nearest first.

        In which order they are, whole vectors tell (`index.selection`).
        """
        asked = vector if self._directions is None else self._directions.ask(vector)

        def ask(collection: Collection) -> list[int]:
            # More may be asked for than there are. To count them first would take longer than the search.
            found: Any = collection.query(query_embeddings=[asked], n_results=limit, include=[])
            return [int(name) for name in found["ids"][0]]

        return self._run(language, ask)

    def holds(self, vector: NDArray[np.float32], language: Language, passage_id: int) -> bool:
        """Whether a passage is found by its own vector, (dimension,), or others that have the same."""

        def ask(collection: Collection) -> bool:
            found: Any = collection.query(
                query_embeddings=[self._stored(vector[None])[0]], n_results=_SAME, include=["distances"]
            )
            near = zip(found["ids"][0], found["distances"][0], strict=True)
            return any(name == str(passage_id) or distance < _NO_DISTANCE for name, distance in near)

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

    def _upsert(self, entries: Sequence[OutboxEntry], collection: Collection) -> None:
        vectors = self._stored(unpack_vectors([entry.vector or b"" for entry in entries]))
        collection.upsert(ids=[str(entry.passage_id) for entry in entries], embeddings=vectors)

    def _stored(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """What Chroma is told of passages' vectors, (passages, dimension)."""
        return vectors if self._directions is None else self._directions.store(vectors)


def _delete(ids: Sequence[str], collection: Collection) -> None:
    present = collection.get(ids=list(ids), include=[])["ids"]
    if present:
        collection.delete(ids=present)
