"""A passage's vector in a byte a dimension."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.errors import IndexDamaged
from index.packed_vector import pack_vector, unpack_vector, unpack_vectors

VECTORS = arrays(np.float32, st.integers(1, 400), elements=st.floats(-1, 1, width=32))


@given(VECTORS)
def test_no_dimension_is_off_by_more_than_half_a_step(vector: np.ndarray) -> None:
    packed = pack_vector(vector)
    assert len(packed) == len(vector) + 4
    assert np.abs(unpack_vector(packed) - vector).max() <= max(np.abs(vector).max(), 1e-9) / 127 * 0.501


def test_cosines_stay_as_they_are() -> None:
    vectors = np.random.default_rng(3).normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = unpack_vectors([pack_vector(vector) for vector in vectors])
    assert kept.shape == (50, 384)
    assert np.abs(kept @ vectors.T - vectors @ vectors.T).max() < 0.003


@pytest.mark.parametrize("data", [[b""], [b"\0\0"], [b"\0" * 4], [b"\0" * 12, b"\0" * 13], [b"\0" * 12, b"\0" * 16]])
def test_what_is_not_whole_is_an_error(data: list[bytes]) -> None:
    with pytest.raises(IndexDamaged, match="not whole"):
        unpack_vectors(data)
