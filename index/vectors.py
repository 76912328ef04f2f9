"""Passage vectors in Chroma, one collection for each language; derived from the store, never edited by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import IndexDamaged, StorageFull
from index.release import LANGUAGES, Language
from index.store import OutboxEntry
from index.token_vectors import unpack_vector

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

__all__ = ["Vectors"]

# Chroma's documentation gives 50 to 250 records a call as the fastest.
_BATCH = 200

# A wider search than Chroma's default of 100: at 20,000 passages nothing of the first 50 is missed.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 24}


class Vectors:
    """The Chroma folder of a home. Errors of Chroma come as `IndexDamaged` with the command that mends them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: ClientAPI | None = None
        self._collections: dict[Language, Collection] = {}

    def apply(self, entries: Sequence[OutboxEntry]) -> None:
        """Brings passages in or takes them out; doing it twice is doing it once."""
        import numpy as np

        for language in LANGUAGES:
            mine = [entry for entry in entries if entry.language == language]
            kept = [entry for entry in mine if entry.vector is not None]
            gone = [str(entry.passage_id) for entry in mine if entry.vector is None]
            with _named_errors(self.folder):
                collection = self._collection(language)
                for start in range(0, len(kept), _BATCH):
                    batch = kept[start : start + _BATCH]
                    collection.upsert(
                        ids=[str(entry.passage_id) for entry in batch],
                        embeddings=np.stack([unpack_vector(entry.vector or b"") for entry in batch]),
                        metadatas=[{"release": entry.release_id, "date": entry.date} for entry in batch],
                    )
                if gone:
                    present = collection.get(ids=gone, include=[])["ids"]
                    if present:
                        collection.delete(ids=present)

    def nearest(self, vector: NDArray[np.float32], language: Language, limit: int) -> list[tuple[int, float]]:
        """The passages of a language nearest to a vector: (passage id, cosine), nearest first."""
        with _named_errors(self.folder):
            collection = self._collection(language)
            count = collection.count()
            if count == 0:
                return []
            found: Any = collection.query(query_embeddings=[vector], n_results=min(limit, count), include=["distances"])
        return [
            (int(name), 1.0 - float(distance))
            for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def count(self, language: Language) -> int:
        """How many passages Chroma holds in a language."""
        with _named_errors(self.folder):
            return int(self._collection(language).count())

    def ids(self, language: Language) -> set[int]:
        """The ids of the passages Chroma holds in a language."""
        with _named_errors(self.folder):
            return {int(name) for name in self._collection(language).get(include=[])["ids"]}

    def reopen(self) -> None:
        """Forgets what is in memory, to see what another process has written."""
        from chromadb.api.shared_system_client import SharedSystemClient

        if self._client is not None:
            SharedSystemClient.clear_system_cache()
        self._client = None
        self._collections = {}

    def clear(self) -> None:
        """Throws the folder away, whatever state it is in; `apply` begins a new one."""
        self.reopen()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _collection(self, language: Language) -> Collection:
        if language not in self._collections:
            # Embeddings come from the encoder; with no function named, Chroma would fetch one of its own.
            self._collections[language] = self._open().get_or_create_collection(
                f"passages-{language}", embedding_function=None, configuration={"hnsw": _HNSW}
            )
        return self._collections[language]

    def _open(self) -> ClientAPI:
        if self._client is None:
            os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
            import chromadb
            from chromadb.config import Settings

            self.folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                path=str(self.folder), settings=Settings(anonymized_telemetry=False)
            )
        return self._client


class _named_errors:
    """Turns what Chroma raises into an error that says what to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if "disk is full" in str(error) or "No space left" in str(error):
            raise StorageFull(f"The disk is full: {self.folder}. Make room and run the same command again.") from error
        raise IndexDamaged(
            f"The vectors in {self.folder} cannot be used ({str(error).splitlines()[0] if str(error) else error!r}). "
            "Run: python -m index rebuild"
        ) from error
