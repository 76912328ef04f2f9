"""What a killed process left half made in a home is removed, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from index.embed import Encoder
from index.leftovers import remove_leftovers
from index.settings import Settings
from index.snapshot import open_vectors


def folder(place: Path, name: str, minutes: float) -> Path:
    """A folder with a file in a folder, the last of which was written so many minutes ago."""
    made = place / name
    file = made / "vectors" / "part.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half")
    for path in (made, file.parent):
        os.utime(path, (0, 0))
    written = time.time() - 60 * minutes
    os.utime(file, (written, written))
    return made


@pytest.mark.parametrize(
    ("name", "minutes", "stays"),
    [
        (".e5-small-k3x_9abc", 61, False),
        (".converting-k3x_9abc", 61, False),
        (".e5-small-k3x_9abc", 5, True),
        ("e5-small-k3x_9abc", 61, True),
        (".cache", 61, True),
    ],
)
def test_what_nobody_writes_into_any_more_is_removed(tmp_path: Path, name: str, minutes: float, stays: bool) -> None:
    made = folder(tmp_path, name, minutes)
    remove_leftovers(tmp_path)
    assert made.exists() == stays


def test_files_links_and_what_is_not_there_are_left_alone(tmp_path: Path) -> None:
    elsewhere = folder(tmp_path, "elsewhere", 61)
    (tmp_path / ".link-k3x_9abc").symlink_to(elsewhere)
    (tmp_path / ".file-k3x_9abc").write_bytes(b"")
    os.utime(tmp_path / ".file-k3x_9abc", (0, 0))
    remove_leftovers(tmp_path)
    remove_leftovers(tmp_path / "nowhere")
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", ".link-k3x_9abc", ".file-k3x_9abc"}
    assert (elsewhere / "vectors" / "part.bin").exists()


def test_loading_a_model_removes_what_is_left_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.embed.default_model_folder", stop)
    left = folder(tmp_path / "model", ".e5-small-k3x_9abc", 61)
    with pytest.raises(KeyboardInterrupt):
        Encoder(Settings(home=tmp_path)).count_tokens("x")
    assert not left.exists()


def test_copying_the_vectors_of_a_snapshot_removes_what_is_left_of_a_copy(tmp_path: Path) -> None:
    left = folder(tmp_path / "snapshots", ".0a1b2c3d4e5f6071-k3x_9abc", 61)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "snapshot.json").write_text(
        '{"made_at": "", "fingerprint": "", "releases": 0, "passages": 0, "files": []}', encoding="utf-8"
    )
    (tmp_path / "out" / "vectors").mkdir()
    open_vectors(tmp_path / "out", tmp_path)
    assert not left.exists()
