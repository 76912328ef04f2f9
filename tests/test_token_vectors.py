"""Packed token vectors keep what late interaction needs."""

from __future__ import annotations

import numpy as np
import pytest

from index.token_vectors import pack_tokens, rotate, unpack_tokens

RNG = np.random.default_rng(7)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def tokens(count: int, dimension: int = 384) -> np.ndarray:
    """Vectors that share most of their direction, as a passage's do."""
    return unit(RNG.normal(size=dimension) * 2 + RNG.normal(size=(count, dimension)))


@pytest.mark.parametrize("dimension", [384, 768, 1024, 12])
def test_similarities_survive_packing(dimension: int) -> None:
    passage, question = tokens(50, dimension), tokens(8, dimension)
    similarity = unpack_tokens(pack_tokens(passage)).similarity(rotate(question))
    assert similarity.shape == (8, 50)
    error = np.abs(similarity - question @ passage.T)
    assert error.mean() < (0.02 if dimension >= 384 else 0.2)


def test_packed_tokens_keep_their_length_and_take_a_hundred_bytes() -> None:
    packed = pack_tokens(tokens(200))
    assert np.allclose(np.linalg.norm(unpack_tokens(packed).vectors(), axis=1), 1, atol=0.01)
    assert len(packed) / 200 < 105


def test_rotation_keeps_inner_products() -> None:
    first, second = tokens(5), tokens(6)
    assert np.allclose(rotate(first) @ rotate(second).T, first @ second.T, atol=1e-5)


def test_no_tokens_are_no_error() -> None:
    assert unpack_tokens(pack_tokens(np.zeros((0, 384), np.float32))).vectors().shape == (0, 384)


def test_a_dimension_that_cannot_be_packed_is_an_error() -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        pack_tokens(np.ones((1, 6), np.float32))


def test_data_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(ValueError):
        unpack_tokens(pack_tokens(tokens(3))[:-10])
