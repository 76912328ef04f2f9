"""Encodes a batch of releases in the background while the one before it is stored and the next one is read.

Encoding takes both cores most of the time, but not all of it: reading, cutting words, and writing SQLite
and Chroma fill what it leaves (see "The speed of indexing" in benchmarks/README.md). Batches are stored one after the
other, in the order in which they were read, so that what a stopped run has stored is a beginning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from index.embed import Encoder, passage_text
from index.packed_vector import pack_vector
from index.progress import Clock
from index.projection import projection_for
from index.release import Passage, Release, with_link
from index.token_vectors import pack_tokens

__all__ = ["FileRead", "Packed", "Pipeline", "Stopped", "Waiting", "encode_batch"]

# The vector and the packed token vectors of each passage of a batch.
Packed = list[tuple[bytes, bytes]]


class Stopped(Exception):
    """The run has ended early; what is encoded now is for nobody."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read, and the releases that it gave; `twins` are those of which it gave only another address.

    `stamp` is "" where it is to be read again the next time, whatever is in it then.
    """

    path: Path
    name: str
    stamp: str
    ids: list[str]
    twins: frozenset[str] = frozenset()


@dataclass(slots=True)
class Waiting:
    """Releases that are read but not stored, and the files to be noted once they are.

    `corrected` are releases whose text stays, and of which something else is to be written over. `earlier` is the
    batch before, as long as that is not stored either, and `later` the one behind, once it is handed over.
    """

    releases: dict[str, Release] = field(default_factory=dict)
    passages: dict[str, list[Passage]] = field(default_factory=dict)
    corrected: list[Release] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    earlier: Waiting | None = None
    later: Waiting | None = None

    @property
    def size(self) -> int:
        """Passages that wait in this batch."""
        return sum(map(len, self.passages.values()))

    def content(self, release_id: str) -> str | None:
        """The content hash of a release that waits, as it will be when all is stored."""
        return next((batch.hashes[release_id] for batch in self._newest_first() if release_id in batch.hashes), None)

    def twin(self, content: str) -> str | None:
        """The id of a release that waits with this content, or None."""
        for batch in self._newest_first():
            if content in batch.contents and self.content(batch.contents[content]) == content:
                return batch.contents[content]
        return None

    def put(self, release: Release, content: str, passages: list[Passage]) -> None:
        """Takes up a release; an earlier text of it in this batch gives way."""
        if release.id in self.releases:
            self.contents = {hash: id for hash, id in self.contents.items() if id != release.id}
        self.releases[release.id] = release
        self.passages[release.id] = passages
        self.contents[content] = release.id
        self.hashes[release.id] = content

    def give_back(self, release_id: str) -> list[Path]:
        """Takes out the files that wait and gave only another address of a release; where they are."""
        paths = []
        for batch in self._newest_first():
            paths += [file.path for file in batch.files if release_id in file.twins]
            batch.files = [file for file in batch.files if release_id not in file.twins]
        return paths

    def gives_otherwise(self, name: str, release_id: str) -> bool:
        """Whether a file that waits to be noted does not give a release any more."""
        for batch in self._newest_first():
            for file in batch.files:
                if file.name == name:
                    return release_id not in file.ids
        return False

    def gives_later(self, release_id: str) -> bool:
        """Whether a file of the batch behind gives a release."""
        return self.later is not None and any(release_id in file.ids for file in self.later.files)

    def add_link(self, url: str, release_id: str) -> bool:
        """Gives a release that waits another address; False where it does not wait."""
        for batch in self._newest_first():
            if release_id in batch.releases:
                batch.releases[release_id] = with_link(batch.releases[release_id], url)
                return True
        return False

    def _newest_first(self) -> list[Waiting]:
        return [self] if self.earlier is None else [self, self.earlier]


class Pipeline:
    """Takes batches by `hand_over`; the last one is stored when the `with` block ends without an error.

    What `encode` or `store` raises comes out of `hand_over` or of the block's end; nothing is stored after it.
    """

    def __init__(
        self,
        encode: Callable[[Waiting, Callable[[float], None]], Packed],
        store: Callable[[Waiting, Packed], None],
        clock: Clock,
    ) -> None:
        self._encode = encode
        self._store = store
        self._clock = clock
        self._stopped = threading.Event()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="encoding")
        self._at_hand: tuple[Waiting, Future[Packed]] | None = None

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._store_at_hand()
        finally:
            self._stopped.set()
            self._worker.shutdown(cancel_futures=True)

    def hand_over(self, waiting: Waiting) -> Waiting:
        """Has a batch encoded, stores the one before it meanwhile, and returns the next one, empty."""
        future = self._worker.submit(self._encode_at_hand, waiting, self._clock.taken)
        if self._at_hand is not None:
            self._at_hand[0].later = waiting
        self._store_at_hand()
        waiting.earlier = None
        self._at_hand = (waiting, future)
        return Waiting(earlier=waiting)

    def _encode_at_hand(self, waiting: Waiting, files: int) -> Packed:
        def tell(share: float) -> None:
            if self._stopped.is_set():
                raise Stopped
            self._clock.encoded(share, files)

        packed = self._encode(waiting, tell)
        self._clock.committed(files)
        return packed

    def _store_at_hand(self) -> None:
        if self._at_hand is not None:
            waiting, future = self._at_hand
            self._at_hand = None
            self._store(waiting, future.result())


def encode_batch(encoder: Encoder, waiting: Waiting, tell: Callable[[float], None]) -> Packed:
    """The vector and the packed token vectors of each passage that waits, in order; tells what share is done."""

    texts = [
        passage_text(waiting.releases[id].title, passage.text)
        for id, passages in waiting.passages.items()
        for passage in passages
    ]
    packed: Packed = []
    for encoded in encoder.encode_passages(texts):
        projection = projection_for(encoder.name, len(encoded.vector))
        tokens = pack_tokens(encoded.tokens, encoded.vector, projection)
        packed.append((pack_vector(encoded.vector), tokens))
        tell(len(packed) / len(texts))
    return packed
