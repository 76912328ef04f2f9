"""Token vectors packed into two bits a dimension, for late interaction and for choosing what to quote.

The tokens of a passage share most of their direction, so their mean is kept once and only what
differs from it is coded. What differs is rotated (random signs, then a Hadamard transform in blocks),
after which every dimension is near to normal, and each is coded by one of four levels: the ones that
lose least of a normal variable (Lloyd and Max, 1960). A rotation leaves inner products as they are,
so it is the question that is rotated when scores are computed, once, and never the passages.

Measured on thaigov-3k with dev.jsonl: release@1 th>th .950 with full vectors and .950 packed, en>th .625
and .637, at 100 bytes a token instead of 768. One bit a dimension loses en>en (.75 to .58).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["PACKING", "late_interaction", "late_interaction_within", "pack_tokens", "rotate", "unpack_vector"]

# Part of the index's fingerprint.
PACKING = "2bit-1"

# Levels and thresholds of the best four-level quantiser of a standard normal variable.
_LEVELS = (-1.5104, -0.4528, 0.4528, 1.5104)
_THRESHOLDS = (-0.9816, 0.0, 0.9816)


def pack_tokens(tokens: Array) -> bytes:
    """Packs token vectors of length 1, shape (tokens, dimension); dimension a multiple of 4."""
    import numpy as np

    count, dimension = tokens.shape
    if dimension % 4:
        raise ValueError(f"vectors of {dimension} dimensions cannot be packed: not a multiple of 4")
    rotated = rotate(tokens)
    mean = rotated.mean(axis=0) if count else np.zeros(dimension, np.float32)
    mean = mean.astype(np.float16).astype(np.float32)
    rest = rotated - mean
    scale = np.maximum(rest.std(axis=1, keepdims=True), 1e-6)
    relative = rest / scale
    # `np.digitize` takes forty times as long, a tenth of all of indexing.
    codes = np.zeros(rest.shape, np.uint8)
    for threshold in _THRESHOLDS:
        codes += relative >= threshold
    # A coded token is not quite of length 1; its length goes into its two factors.
    length = np.linalg.norm(np.take(np.asarray(_LEVELS, np.float32), codes) * scale + mean, axis=1, keepdims=True)
    length = np.maximum(length, 1e-6)
    quads = codes.reshape(count, dimension // 4, 4)
    packed = quads[..., 0] | quads[..., 1] << 2 | quads[..., 2] << 4 | quads[..., 3] << 6
    header = np.array([count, dimension], np.uint32).tobytes()
    factors = np.concatenate([scale / length, 1 / length], axis=1).astype(np.float16)
    return bytes(header + mean.astype(np.float16).tobytes() + factors.tobytes() + packed.tobytes())


def late_interaction(packed: Sequence[bytes], question: Array, weights: Array | None = None) -> Array:
    """ColBERT's MaxSim of a question and each of some packed passages, shape (passages,).

    The mean over question tokens of the highest cosine to a token of the passage; 0 for a passage
    without tokens. `question` holds rotated token vectors, shape (question tokens, dimension);
    `weights`, which add up to 1, say how much each token counts, all the same where not given. With
    several rows of weights, shape (rows, question tokens), the scores are of shape (rows, passages). All
    passages are multiplied at once: many small products cost more than one large one. Raises
    `ValueError` where the data of a passage is cut off.
    """
    import numpy as np

    means, factors, codes = zip(*map(_read, packed), strict=True) if packed else ((), (), ())
    counts = np.array([len(part) for part in factors], np.intp)
    counted = np.full(len(question), 1 / len(question), np.float32) if weights is None else weights
    scores = np.zeros((*counted.shape[:-1], len(packed)), np.float32)
    if not counts.sum():
        return scores
    levels = _quads()[np.concatenate(codes)].reshape(-1, question.shape[1])
    scales, of_mean = np.concatenate(factors).T
    of_passage = np.repeat(np.arange(len(packed)), counts)
    similarity = (question @ levels.T) * scales + (question @ np.stack(means).T)[:, of_passage] * of_mean
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    scores[..., filled] = counted @ np.maximum.reduceat(similarity, starts, axis=1)
    return scores


def late_interaction_within(
    packed: bytes, question: Array, weights: Array, stretches: Sequence[NDArray[np.bool_]]
) -> Array:
    """As `late_interaction`, of a question and of stretches of one passage, shape (stretches,).

    Each stretch says which of the passage's tokens are in it, shape (tokens,); one without tokens has 0.
    Raises `ValueError` where the data is cut off.
    """
    import numpy as np

    mean, factors, codes = _read(packed)
    levels = _quads()[codes].reshape(-1, question.shape[1])
    similarity = (question @ levels.T) * factors[:, 0] + (question @ mean)[:, None] * factors[:, 1]
    return np.array(
        [weights @ similarity[:, inside].max(axis=1) if inside.any() else 0.0 for inside in stretches], np.float32
    )


def unpack_vector(data: bytes) -> Array:
    """A passage's vector, kept in half precision: (dimension,)."""
    import numpy as np

    return np.frombuffer(data, np.float16).astype(np.float32)


def _read(data: bytes) -> tuple[Array, Array, NDArray[np.uint8]]:
    """The mean, (dimension,); scale and weight of each token, (tokens, 2); and the codes, four to a byte."""
    import numpy as np

    count, dimension = (int(size) for size in np.frombuffer(data, np.uint32, 2))
    position = 8
    mean = np.frombuffer(data, np.float16, dimension, position).astype(np.float32)
    position += 2 * dimension
    factors = np.frombuffer(data, np.float16, 2 * count, position).reshape(count, 2).astype(np.float32)
    position += 4 * count
    return mean, factors, np.frombuffer(data, np.uint8, count * dimension // 4, position)


def rotate(vectors: Array) -> Array:
    """The vectors in the space they are packed in; inner products stay as they are."""
    import numpy as np

    dimension = vectors.shape[-1]
    signs, hadamard = _rotation(dimension)
    blocks = (vectors * signs).reshape(*vectors.shape[:-1], dimension // len(hadamard), len(hadamard))
    return np.asarray((blocks @ hadamard).reshape(vectors.shape), np.float32)


@cache
def _rotation(dimension: int) -> tuple[Array, Array]:
    """The signs, shape (dimension,), and the Hadamard matrix of the largest block that fits."""
    import numpy as np

    block = dimension & -dimension  # the largest power of two that divides it
    hadamard: NDArray[np.floating[Any]] = np.ones((1, 1))
    while len(hadamard) < block:  # Sylvester's construction
        hadamard = np.kron([[1, 1], [1, -1]], hadamard)
    bits = hashlib.shake_128(b"thalaeng").digest(dimension)
    signs = np.array([1.0 if byte & 1 else -1.0 for byte in bits], np.float32)
    return signs, (hadamard / np.sqrt(block)).astype(np.float32)


@cache
def _quads() -> Array:
    """The four levels that each byte stands for: (256, 4)."""
    import numpy as np

    byte = np.arange(256)
    return np.take(np.asarray(_LEVELS, np.float32), np.stack([byte >> shift & 3 for shift in (0, 2, 4, 6)], axis=1))
