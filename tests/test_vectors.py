"""What Chroma finds among a few vectors or none, in a folder of the home and in a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.chroma import Chroma, ChromaFolder, ChromaServer
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
    packed = [row.astype(np.float16).tobytes() for row in np.eye(8)]
    vectors.apply([OutboxEntry(number, "th", "release", 0, vector) for number, vector in enumerate(packed[:3], 1)])
    assert [found for found, _ in vectors.nearest(question, "th", 20)][:1] == [1]
    assert {found for found, _ in vectors.nearest(question, "th", 20)} == {1, 2, 3}
    assert vectors.nearest(question, "en", 20) == []
    # One that is gone is not found, and leaves no gap.
    vectors.apply([OutboxEntry(1, "th", "release", 0, None)])
    assert {found for found, _ in vectors.nearest(question, "th", 20)} == {2, 3}
    vectors.apply([OutboxEntry(number, "th", "release", 0, None) for number in (2, 3)])
    assert vectors.nearest(question, "th", 20) == []
