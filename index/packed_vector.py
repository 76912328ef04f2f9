"""A passage's vector as it is kept in SQLite: a byte a dimension, and the size of a step.

Half of what half precision takes. The error of a cosine is .0003 at the mean, where the nearest and the thirtieth
passage differ by .1 ("Passage vectors" in benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import IndexDamaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["pack_vector", "unpack_vector", "unpack_vectors"]

_STEPS = 127
# Bytes of a step's size.
_SIZE = 4


def pack_vector(vector: Array) -> bytes:
    """A vector, (dimension,), in dimension + 4 bytes."""
    import numpy as np

    step = np.float32(max(float(np.abs(vector).max(initial=0.0)), 1e-9) / _STEPS)
    return bytes(step.tobytes() + np.rint(vector / step).astype(np.int8).tobytes())


def unpack_vector(data: bytes) -> Array:
    """A vector that was packed, (dimension,)."""
    vector: Array = unpack_vectors([data])[0]
    return vector


def unpack_vectors(data: Sequence[bytes]) -> Array:
    """Vectors that were packed, (vectors, dimension). Raises `IndexDamaged` where they are not all of one length, or
    none is there."""
    import numpy as np

    lengths = {len(one) for one in data}
    if len(lengths) != 1 or min(lengths) <= _SIZE:
        raise IndexDamaged("The vectors of some passages are not whole. Run: python -m index verify")
    rows = np.frombuffer(b"".join(data), np.uint8).reshape(len(data), -1)
    steps = np.ascontiguousarray(rows[:, :_SIZE]).view(np.float32)
    return rows[:, _SIZE:].view(np.int8) * steps
