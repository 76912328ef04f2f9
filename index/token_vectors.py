"""Token vectors packed for late interaction and for choosing what to quote.

The tokens of a passage share most of their direction, which is that of the passage's own vector (its cosine to their
mean is .9998): how far along it they reach is kept once, and of each token only what differs from it. That is
projected onto the directions that matter (`index.projection`) and coded (`index.codes`). It is the question that is
projected when scores are computed, once, and never the passages.

8 bytes a token for the default model, where its vectors in half precision take 768. Measured in "Token vectors" of
benchmarks/README.md.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from index.codes import NUMBERS, in_common
from index.errors import IndexDamaged
from index.packed_vector import unpack_vector, unpack_vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.projection import Projection

    Array = NDArray[np.float32]

__all__ = [
    "HEADER_BYTES",
    "PACKING",
    "Packed",
    "is_whole",
    "late_interaction",
    "late_interaction_within",
    "pack_tokens",
]

# Part of the index's fingerprint.
PACKING = "codes-1"

# Of packed tokens: the number of the code, the bytes of each, how many there are, and how far they reach along the
# passage's vector.
_HEADER = struct.Struct("<BxHHe")
HEADER_BYTES = _HEADER.size


class Packed(Protocol):
    """A passage as it is stored: its packed vector (`index.packed_vector`), and its packed tokens."""

    @property
    def vector(self) -> bytes: ...

    @property
    def tokens(self) -> bytes: ...


def pack_tokens(tokens: Array, vector: Array, projection: Projection) -> bytes:
    """Packs the token vectors of a passage, (tokens, dimension), beside its own vector, (dimension,); all of length 1.

    Raises `ValueError` where what is kept of them cannot be coded.
    """
    import numpy as np

    reach = np.float16((tokens @ vector).mean() if len(tokens) else 0.0)
    codes = projection.code.encode((tokens - np.float32(reach) * vector) @ projection.passages)
    return _HEADER.pack(projection.code.number, codes.shape[1], len(tokens), float(reach)) + codes.tobytes()


def late_interaction(passages: Sequence[Packed], question: Array, weights: Array | None = None) -> Array:
    """ColBERT's MaxSim of a question and each of some packed passages of one index, shape (passages,).

    The mean over question tokens of the highest cosine to a token of the passage; 0 for a passage without tokens.
    `question` is as `Projection.ask` gives it, (question tokens, dimension + width); `weights`, which add up to 1, say
    how much each token counts, all the same where not given. With several rows of weights, shape (rows, question
    tokens), the scores are of shape (rows, passages). All passages are compared at once: many small products cost
    more than one large one. Raises `IndexDamaged` where the data of a passage is not whole.
    """
    import numpy as np

    numbers, reaches, codes = zip(*map(_read, passages), strict=True) if passages else ((), (), ())
    counts = np.array([len(part) for part in codes], np.intp)
    counted = np.full(len(question), 1 / len(question), np.float32) if weights is None else weights
    scores = np.zeros((*counted.shape[:-1], len(passages)), np.float32)
    if not counts.sum():
        return scores
    shared = unpack_vectors([passage.vector for passage in passages]) * np.array(reaches, np.float32)[:, None]
    similarity = _in_common(question, shared.shape[1], numbers[0], np.concatenate(codes))
    similarity += np.repeat(question[:, : shared.shape[1]] @ shared.T, counts, axis=1)
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    scores[..., filled] = counted @ np.maximum.reduceat(similarity, starts, axis=1)
    return scores


def late_interaction_within(
    passage: Packed, question: Array, weights: Array, stretches: Sequence[NDArray[np.bool_]]
) -> Array:
    """As `late_interaction`, of a question and of stretches of one passage, shape (stretches,).

    Each stretch says which of the passage's tokens are in it, shape (tokens,); one without tokens has 0.
    Raises `IndexDamaged` where the data is not whole.
    """
    import numpy as np

    number, reach, codes = _read(passage)
    shared = unpack_vector(passage.vector) * np.float32(reach)
    similarity = _in_common(question, len(shared), number, codes) + (question[:, : len(shared)] @ shared)[:, None]
    return np.array(
        [weights @ similarity[:, inside].max(axis=1) if inside.any() else 0.0 for inside in stretches], np.float32
    )


def is_whole(beginning: bytes, length: int) -> bool:
    """Whether packed tokens that begin so, with `HEADER_BYTES` bytes or more, can be of that length."""
    if len(beginning) < HEADER_BYTES:
        return False
    number, width, count, reach = _HEADER.unpack_from(beginning)
    return number in NUMBERS and math.isfinite(reach) and length == HEADER_BYTES + width * count


def _in_common(question: Array, dimension: int, number: int, codes: NDArray[np.uint8]) -> Array:
    """What question tokens have in common with what tokens of passages have for themselves: (question, tokens)."""
    return in_common(question[:, dimension:], number, codes)


def _read(passage: Packed) -> tuple[int, float, NDArray[np.uint8]]:
    """The number of the code of a passage's tokens, how far they reach, and their codes, (tokens, bytes)."""
    import numpy as np

    if not is_whole(passage.tokens, len(passage.tokens)):
        raise IndexDamaged("The token vectors of a passage are damaged. Run: python -m index verify")
    number, width, count, reach = _HEADER.unpack_from(passage.tokens)
    codes = np.frombuffer(passage.tokens, np.uint8, count * width, _HEADER.size)
    return number, reach, codes.reshape(count, width)
