"""Token vectors packed into two bits a dimension, for late interaction and for choosing what to quote.

The tokens of a passage share most of their direction, which is that of the passage's own vector (its cosine to their
mean is .9998): how far along it they reach is kept once, and of each token only what differs from it. That is
projected onto the directions that matter (`index.projection`), and each of these is coded by one of four levels: the
ones that lose least of a normal variable (Lloyd and Max, 1960). It is the question that is projected when scores are
computed, once, and never the passages.

34 bytes a token for the default model, where its vectors in half precision take 768. Measured in "Token vectors" of
benchmarks/README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.projection import Projection

    Array = NDArray[np.float32]

__all__ = [
    "LEVELS",
    "PACKING",
    "THRESHOLDS",
    "Packed",
    "late_interaction",
    "late_interaction_within",
    "pack_tokens",
    "unpack_vector",
]

# Part of the index's fingerprint.
PACKING = "2bit-2"

# Thresholds of the best four-level quantiser of a standard normal variable, and its levels; those are raised by what
# quantising takes from an inner product with what is quantised (the variance of the levels, .8825).
THRESHOLDS = (-0.9816, 0.0, 0.9816)
LEVELS = tuple(level / 0.8825 for level in (-1.5104, -0.4528, 0.4528, 1.5104))

# Of packed tokens: how many there are, in how many dimensions, and how far they reach along the passage's vector.
_HEADER = 4 + 2 + 2


class Packed(Protocol):
    """A passage as it is stored: its vector in half precision, and its packed tokens."""

    @property
    def vector(self) -> bytes: ...

    @property
    def tokens(self) -> bytes: ...


def pack_tokens(tokens: Array, vector: Array, projection: Projection) -> bytes:
    """Packs the token vectors of a passage, (tokens, dimension), beside its own vector, (dimension,); all of length 1.

    Raises `ValueError` where what is kept of them is no multiple of 4 dimensions.
    """
    import numpy as np

    count, kept = len(tokens), projection.passages.shape[1]
    if kept % 4:
        raise ValueError(f"vectors of {kept} dimensions cannot be packed: not a multiple of 4")
    reach = np.float16((tokens @ vector).mean() if count else 0.0)
    rest = (tokens - np.float32(reach) * vector) @ projection.passages
    scale = np.maximum(rest.std(axis=1, keepdims=True), 1e-6)
    relative = rest / scale
    # `np.digitize` takes forty times as long, a tenth of all of indexing.
    codes = np.zeros(rest.shape, np.uint8)
    for threshold in THRESHOLDS:
        codes += relative >= threshold
    quads = codes.reshape(count, kept // 4, 4)
    packed = quads[..., 0] | quads[..., 1] << 2 | quads[..., 2] << 4 | quads[..., 3] << 6
    header = np.array([count], np.uint32).tobytes() + np.array([kept], np.uint16).tobytes() + reach.tobytes()
    return bytes(header + scale.astype(np.float16).tobytes() + packed.tobytes())


def late_interaction(passages: Sequence[Packed], question: Array, weights: Array | None = None) -> Array:
    """ColBERT's MaxSim of a question and each of some packed passages, shape (passages,).

    The mean over question tokens of the highest cosine to a token of the passage; 0 for a passage without tokens.
    `question` is as `Projection.ask` gives it, (question tokens, dimension + kept); `weights`, which add up to 1, say
    how much each token counts, all the same where not given. With several rows of weights, shape (rows, question
    tokens), the scores are of shape (rows, passages). All passages are multiplied at once: many small products cost
    more than one large one. Raises `ValueError` where the data of a passage is cut off.
    """
    import numpy as np

    shared, scales, codes = zip(*map(_read, passages), strict=True) if passages else ((), (), ())
    counts = np.array([len(part) for part in scales], np.intp)
    counted = np.full(len(question), 1 / len(question), np.float32) if weights is None else weights
    scores = np.zeros((*counted.shape[:-1], len(passages)), np.float32)
    if not counts.sum():
        return scores
    of_passage = np.repeat(np.arange(len(passages)), counts)
    similarity = _rest(question, np.concatenate(codes), np.concatenate(scales))
    similarity += (question[:, : len(shared[0])] @ np.stack(shared).T)[:, of_passage]
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    scores[..., filled] = counted @ np.maximum.reduceat(similarity, starts, axis=1)
    return scores


def late_interaction_within(
    passage: Packed, question: Array, weights: Array, stretches: Sequence[NDArray[np.bool_]]
) -> Array:
    """As `late_interaction`, of a question and of stretches of one passage, shape (stretches,).

    Each stretch says which of the passage's tokens are in it, shape (tokens,); one without tokens has 0.
    Raises `ValueError` where the data is cut off.
    """
    import numpy as np

    shared, scales, codes = _read(passage)
    similarity = _rest(question, codes, scales) + (question[:, : len(shared)] @ shared)[:, None]
    return np.array(
        [weights @ similarity[:, inside].max(axis=1) if inside.any() else 0.0 for inside in stretches], np.float32
    )


def unpack_vector(data: bytes) -> Array:
    """A passage's vector, kept in half precision: (dimension,)."""
    import numpy as np

    return np.frombuffer(data, np.float16).astype(np.float32)


def _rest(question: Array, codes: NDArray[np.uint8], scales: Array) -> Array:
    """What question tokens have in common with what tokens of passages have for themselves: (question, tokens)."""
    levels = _quads()[codes].reshape(len(scales), 4 * codes.shape[1])
    similarity: Array = question[:, -levels.shape[1] :] @ levels.T
    similarity *= scales
    return similarity


def _read(passage: Packed) -> tuple[Array, Array, NDArray[np.uint8]]:
    """What the tokens of a passage share, (dimension,); the scale of each, (tokens,); its codes, (tokens, bytes)."""
    import numpy as np

    data = passage.tokens
    count = int(np.frombuffer(data, np.uint32, 1)[0])
    kept = int(np.frombuffer(data, np.uint16, 1, 4)[0])
    reach = np.float32(np.frombuffer(data, np.float16, 1, 6)[0])
    scales = np.frombuffer(data, np.float16, count, _HEADER).astype(np.float32)
    codes = np.frombuffer(data, np.uint8, count * kept // 4, _HEADER + 2 * count)
    return unpack_vector(passage.vector) * reach, scales, codes.reshape(count, kept // 4)


@cache
def _quads() -> Array:
    """The four levels that each byte stands for: (256, 4)."""
    import numpy as np

    byte = np.arange(256)
    return np.take(np.asarray(LEVELS, np.float32), np.stack([byte >> shift & 3 for shift in (0, 2, 4, 6)], axis=1))
