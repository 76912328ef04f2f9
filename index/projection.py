"""What is kept of the vectors of passages beside their own: of token vectors for late interaction, and of passages' own
vectors for Chroma.

**Tokens.** Of a token, what differs from its passage's vector is kept in far fewer dimensions than the model gives, 128
of 384, and these are coded (`index.codes`). The largest directions (principal components) are not the ones that tell
passages apart: 128 of them lose .03 of the questions to another release. So both sides learned which ones do
(`qa.training.projection`), from questions and the passages that compete for them; ColBERT narrows its vectors by a
learned layer too (Khattab and Zaharia 2020), there the encoder learns with it, here it stays as it is. Then codebooks
learned, from what this gives (`qa.training.codebooks`). The matrices that are shipped learned from what competes in an
index of the whole public corpus, which the command for training does not need and does without.

**Chroma** is told of 127 directions of a passage's vector, in which questions and passages have most of their inner
products, and of how much is left out. It is asked for more passages than are wanted, and those are put in order by
their whole vectors (`index.selection`).

The token vectors of any other model are rotated and kept whole, and so are its passages' vectors.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.codes import Code, Codebooks, TwoBits
from index.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = [
    "WEIGHTS",
    "Directions",
    "Projection",
    "directions_for",
    "learned_matrices",
    "projection_for",
    "projection_name",
]

WEIGHTS = Path(__file__).with_name("projection.safetensors")


@dataclass(frozen=True, slots=True)
class Projection:
    """What token vectors are multiplied by, on the passages' side and on the questions', (dimension, kept) each, and
    how what comes out is coded."""

    passages: Array
    questions: Array
    code: Code

    def ask(self, tokens: Array) -> Array:
        """A question's token vectors, (tokens, dimension), as packed passages are compared with them: the vectors
        themselves, for what the tokens of a passage share, and then what their codes are compared with, (tokens,
        dimension + width).
        """
        import numpy as np

        return np.concatenate([tokens, self.code.ask(tokens @ self.questions)], axis=1)


@dataclass(frozen=True, slots=True)
class Directions:
    """The directions of passages' and questions' vectors that Chroma is told of, (dimension, kept) each: the inner
    product of what is left of a question's and a passage's is about as it was.

    One dimension more says what is left out of a passage, so that all are of length 1 and cosines can be searched by
    (Bachrach et al. 2014, "Speeding up the Xbox recommender system using a Euclidean transformation for inner-product
    spaces"); a question has 0 there.
    """

    passages: Array
    questions: Array

    def store(self, vectors: Array) -> Array:
        """What Chroma is told of passages' vectors of length 1, (passages, dimension): (passages, kept + 1)."""
        import numpy as np

        kept = vectors @ self.passages
        left = 1 - (kept * kept).sum(axis=1, keepdims=True)
        return np.concatenate([kept, np.sqrt(np.maximum(left, 0))], axis=1)

    def ask(self, vector: Array) -> Array:
        """What Chroma is asked with for a question's vector, (dimension,): (kept + 1,)."""
        import numpy as np

        return np.append(vector @ self.questions, np.float32(0))


@cache
def projection_name(model: str) -> str:
    """What the projection of a model is called in the index's fingerprint: another one makes other vectors."""
    if model != DEFAULT_MODEL:
        return "rotated"
    return "learned-" + hashlib.blake2b(WEIGHTS.read_bytes(), digest_size=4).hexdigest()


@cache
def projection_for(model: str, dimension: int) -> Projection:
    """The projection of a model's token vectors: learned for the default model, for others a rotation."""
    if model != DEFAULT_MODEL:
        rotated = _rotation(dimension)
        return Projection(rotated, rotated, TwoBits())
    kept = _learned()
    return Projection(kept["passages"], kept["questions"], Codebooks(kept["codebooks"], kept["decoded"]))


def directions_for(model: str) -> Directions | None:
    """The directions in which Chroma looks for a model's vectors; none for a model other than the default one, whose
    vectors it has whole."""
    if model != DEFAULT_MODEL:
        return None
    kept = _learned()
    return Directions(kept["near_passages"], kept["near_questions"])


def learned_matrices(weights: Path = WEIGHTS) -> tuple[Array, Array]:
    """The matrices in a file of weights, for passages' tokens and for questions': (dimension, kept) each.

    Raises `ValueError` where the file holds none.
    """
    kept = _read(weights)
    if not {"passages", "questions"} <= kept.keys():
        raise ValueError(f"{weights} does not hold a projection's weights")
    return kept["passages"], kept["questions"]


@cache
def _learned() -> dict[str, Array]:
    return _read(WEIGHTS)


def _read(weights: Path) -> dict[str, Array]:
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: values.astype(np.float32) for name, values in load_file(weights).items()}
    except SafetensorError as error:
        raise ValueError(f"{weights} does not hold weights: {error}") from error


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
