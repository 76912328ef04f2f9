"""Which directions of token vectors late interaction keeps: 128 learned ones of the default model's 384.

Of a token, what differs from its passage's vector is kept in far fewer dimensions than the model gives. Its largest
directions (principal components) are not the ones that tell passages apart: 128 of them lose .03 of the questions to
another release. So both sides learned which ones do (`qa.training.projection`), with what is kept already
coded in two bits, from questions and the passages that compete for them: nothing is lost then, at a third of
the bytes ("Token vectors" in benchmarks/README.md). ColBERT narrows its vectors by a learned layer too (Khattab and
Zaharia 2020); there the encoder learns with it, here it stays as it is. The weights that are shipped learned from what
competes in an index of the whole public corpus, which the command for training does not need and does without; and
then from there on, with what the encoder makes of passages since it learned about releases.

The vectors of any other model are rotated and kept whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["WEIGHTS", "Projection", "projection_for", "projection_name"]

WEIGHTS = Path(__file__).with_name("projection.safetensors")


@dataclass(frozen=True, slots=True)
class Projection:
    """What token vectors are multiplied by, on the passages' side and on the questions': (dimension, kept) each."""

    passages: Array
    questions: Array

    def ask(self, tokens: Array) -> Array:
        """A question's token vectors, (tokens, dimension), as packed passages are compared with them: the vectors
        themselves, for what the tokens of a passage share, and then what is kept of them, (tokens, dimension + kept).
        """
        import numpy as np

        return np.concatenate([tokens, tokens @ self.questions], axis=1)


@cache
def projection_name(model: str) -> str:
    """What the projection of a model is called in the index's fingerprint: another one makes other vectors."""
    if model != DEFAULT_MODEL:
        return "rotated"
    return "learned-" + hashlib.blake2b(WEIGHTS.read_bytes(), digest_size=4).hexdigest()


@cache
def projection_for(model: str, dimension: int) -> Projection:
    """The projection of a model's vectors: learned for the default model, for others a rotation."""
    import numpy as np

    if model != DEFAULT_MODEL:
        rotated = _rotation(dimension)
        return Projection(rotated, rotated)
    from safetensors.numpy import load_file

    kept = load_file(WEIGHTS)
    return Projection(kept["passages"].astype(np.float32), kept["questions"].astype(np.float32))


def _rotation(dimension: int) -> Array:
    """Random signs, then a Hadamard transform in the largest blocks that fit, (dimension, dimension).

    Inner products stay as they are, and every dimension is near to normal, as the quantiser wants it.
    """
    import numpy as np

    block = dimension & -dimension  # the largest power of two that divides it
    hadamard: NDArray[np.floating[Any]] = np.ones((1, 1))
    while len(hadamard) < block:  # Sylvester's construction
        hadamard = np.kron([[1, 1], [1, -1]], hadamard)
    bits = hashlib.shake_128(b"thalaeng").digest(dimension)
    signs = np.array([1.0 if byte & 1 else -1.0 for byte in bits])
    turned = np.kron(np.eye(dimension // block), hadamard / np.sqrt(block))
    return np.asarray(signs[:, None] * turned, np.float32)
