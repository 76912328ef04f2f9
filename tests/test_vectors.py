"""What Chroma finds among a few vectors or none, in a folder of the home and in a server."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.chroma import Chroma, ChromaFolder, ChromaServer
from index.packed_vector import pack_vector
from index.store import OutboxEntry
from index.vectors import Vectors
from tests.chroma_server import RunningServer


@pytest.fixture(params=["folder", "server"])
def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vectors]:
    running = RunningServer(tmp_path) if request.param == "server" else None
    chroma: Chroma = ChromaServer(running.url) if running else ChromaFolder(tmp_path)
    vectors = Vectors(chroma)
    vectors.create()
    yield vectors
    if running:
        running.stop()


def test_more_may_be_asked_for_than_there_are(vectors: Vectors) -> None:
    question = np.eye(8, dtype=np.float32)[0]
    assert vectors.nearest(question, "th", 20) == []
    packed = [pack_vector(row) for row in np.eye(8, dtype=np.float32)]
    vectors.apply([OutboxEntry(number, "th", vector) for number, vector in enumerate(packed[:3], 1)])
    assert vectors.nearest(question, "th", 20)[:1] == [1]
    assert set(vectors.nearest(question, "th", 20)) == {1, 2, 3}
    assert vectors.nearest(question, "en", 20) == []
    # One that is gone is not found, and leaves no gap.
    vectors.apply([OutboxEntry(1, "th", None)])
    assert set(vectors.nearest(question, "th", 20)) == {2, 3}
    vectors.apply([OutboxEntry(number, "th", None) for number in (2, 3)])
    assert vectors.nearest(question, "th", 20) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what is open is told by Linux")
def test_what_is_forgotten_holds_no_files_and_no_threads(vectors: Vectors) -> None:
    def held() -> tuple[int, int]:
        vectors.nearest(np.eye(8, dtype=np.float32)[0], "th", 1)
        return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))

    vectors.apply([OutboxEntry(1, "th", pack_vector(np.eye(8, dtype=np.float32)[0]))])
    gc.disable()  # what only Python's search for rings would free is held
    try:
        files, threads = held()
        for _ in range(10):
            vectors.reopen()
            many_files, many_threads = held()
    finally:
        gc.enable()
    assert many_files <= files + 2
    assert many_threads <= threads + 2
