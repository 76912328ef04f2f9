"""The word embeddings, of which rows are read as they are asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index.embed import default_model_folder
from index.errors import ModelUnavailable
from index.settings import Settings
from qa.trained import WordEmbeddings, word_embeddings

NAME = "embeddings.word_embeddings.weight"
ROWS = np.arange(40 * 8, dtype=np.float32).reshape(40, 8)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A model's file with another matrix before the one that is looked for."""
    save_file({"a.other": np.zeros((3, 5), np.float32), NAME: ROWS}, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("shape", [(1, 7), (3, 4), (2, 0), (1, 60)])
def test_rows_come_in_the_shape_of_the_ids(file: Path, shape: tuple[int, int]) -> None:
    ids = np.random.default_rng(5).integers(0, len(ROWS), shape)
    found = WordEmbeddings(file)[ids]
    assert found.dtype == np.float32
    assert np.array_equal(found, ROWS[ids])


def test_many_threads_read_their_own_rows(file: Path) -> None:
    words, chance = WordEmbeddings(file), np.random.default_rng(6)
    asked = [chance.integers(0, len(ROWS), (1, 30)) for _ in range(200)]
    with ThreadPoolExecutor(8) as threads:
        for ids, found in zip(asked, threads.map(words.__getitem__, asked), strict=True):
            assert np.array_equal(found, ROWS[ids])


def test_a_file_that_was_cut_off_is_named(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ModelUnavailable, match="cut off"):
        WordEmbeddings(file)[np.array([[len(ROWS) - 1]])]


def test_a_file_without_them_is_no_model(tmp_path: Path) -> None:
    for name, rows in (("other.weight", ROWS), (NAME, ROWS.astype(np.float16))):
        save_file({name: rows}, tmp_path / "model.safetensors")
        with pytest.raises(ValueError, match="no word embeddings in F32"):
            WordEmbeddings(tmp_path / "model.safetensors")


def test_a_file_that_is_gone_meanwhile_is_read_on(file: Path) -> None:
    words = word_embeddings(file.parent)
    file.unlink()
    assert np.array_equal(words[np.array([[1, 2]])], ROWS[[[1, 2]]])


def test_the_model_has_them(model_home: Path) -> None:
    words = word_embeddings(default_model_folder(Settings(home=model_home)))
    assert words[np.array([[5, 250_001]])].shape == (1, 2, 384)
    assert words is word_embeddings(default_model_folder(Settings(home=model_home)))
