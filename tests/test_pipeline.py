"""Batches are encoded in the background and stored in the order in which they were read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import index.library
from index.embed import Encoder
from index.library import Library
from index.pipeline import Packed, Pipeline, Waiting
from index.progress import Clock, Progress, silent
from index.release import Release
from index.settings import Settings
from index.verify import verify


def batch(name: str) -> Waiting:
    waiting = Waiting()
    waiting.put(Release(title=name, text=name), name, [])
    return waiting


def stored_by(encode: Callable[[Waiting, Callable[[float], None]], Packed], batches: int) -> list[str]:
    stored: list[str] = []

    def store(waiting: Waiting, packed: Packed) -> None:
        stored.extend(f"{release.title} {packed[0][0].decode()}" for release in waiting.releases.values())

    with Pipeline(encode, store, Clock(silent, batches)) as pipeline:
        for number in range(batches):
            pipeline.hand_over(batch(f"{number}"))
    return stored


def test_batches_are_stored_in_the_order_in_which_they_came() -> None:
    def encode(waiting: Waiting, tell: Callable[[float], None]) -> Packed:
        tell(1.0)
        return [(next(iter(waiting.contents)).encode(), b"")]

    assert stored_by(encode, 5) == ["0 0", "1 1", "2 2", "3 3", "4 4"]


def test_nothing_is_stored_after_a_batch_that_could_not_be_encoded() -> None:
    stored: list[str] = []

    def encode(waiting: Waiting, tell: Callable[[float], None]) -> Packed:
        if "2" in waiting.contents:
            raise MemoryError("no room")
        return []

    with (
        pytest.raises(MemoryError, match="no room"),
        Pipeline(encode, lambda waiting, packed: stored.extend(waiting.contents), Clock(silent, 9)) as pipeline,
    ):
        for number in range(9):
            pipeline.hand_over(batch(f"{number}"))
    assert stored == ["0", "1"]


def test_a_run_that_is_interrupted_stores_nothing_more() -> None:
    stored: list[str] = []
    with (
        pytest.raises(KeyboardInterrupt),
        Pipeline(
            lambda waiting, tell: [], lambda waiting, packed: stored.extend(waiting.contents), Clock(silent, 9)
        ) as pipeline,
    ):
        pipeline.hand_over(batch("0"))
        raise KeyboardInterrupt
    assert stored == []


@pytest.fixture
def library(new_home: Callable[..., Settings], encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Encodes and stores each release by itself, so that what belongs together is in two batches."""
    monkeypatch.setattr(index.library, "_BATCH_PASSAGES", 1)
    return Library(new_home(), encoder=encoder)


def write(folder: Path, *releases: tuple[str, str]) -> Path:
    for number, (url, text) in enumerate(releases):
        (folder / f"{number}.md").write_text(f"---\ntitle: Notice\nurl: {url}\n---\n{text}\n", encoding="utf-8")
    return folder


def test_a_text_under_two_addresses_is_one_release_even_where_the_first_is_still_being_encoded(
    library: Library, tmp_path: Path
) -> None:
    folder = write(
        tmp_path,
        ("https://press.example.com/1", "The heron bridge opened."),
        ("https://press.example.com/2", "The heron bridge opened."),
        ("https://press.example.com/3", "The egret bridge closed."),
        ("https://press.example.com/4", "The heron bridge opened."),
    )
    report = library.add([folder])
    assert (report.added, report.duplicates) == (2, 2)
    heron = next(one.release for one in library.store.releases() if "heron" in one.release.text)
    assert set(heron.other_urls) == {"https://press.example.com/2", "https://press.example.com/4"}
    assert not [finding for finding in verify(library) if finding.mend]


def test_the_last_text_of_an_address_stands(library: Library, tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        ("https://press.example.com/1", "The bridge opens in heron season."),
        ("https://press.example.com/1", "The bridge opens in egret season."),
        ("https://press.example.com/1", "The bridge opens in egret season."),
    )
    report = library.add([folder])
    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    (stored,) = library.store.releases()
    assert "egret" in stored.release.text
    assert library.vectors.count("en") == 1
    assert not [finding for finding in verify(library) if finding.mend]


def test_progress_never_runs_backwards_and_ends_at_the_end(library: Library, tmp_path: Path) -> None:
    folder = write(tmp_path, *((f"https://press.example.com/{number}", f"Notice {number}.") for number in range(6)))
    told: list[Progress] = []
    library.add([folder], told.append)
    done = [progress.done for progress in told]
    assert done == sorted(done)
    assert done[-1] == told[-1].total == 6
    assert told[-1].passages == 6
