"""How what is kept of a token vector is coded: by codebooks that have learned, or in two bits a dimension.

**Codebooks**, for the default model: a token is the sum of one codeword from each of eight codebooks, each of which
codes what the ones before it leave ("residual quantisation": Chen, Guan and Wang 2010). Eight bytes a token, where its
vector in half precision takes 768. What a codeword stands for when it is asked has been learned apart from what it is
chosen by (`qa.training.codebooks`).

**Two bits**, for any other model, for which nothing has been learned: each dimension has one of four levels, the ones
that lose least of a normal variable (Lloyd and Max, 1960), and each token its scale.

Either way a question is asked once: a table is made of what its tokens have in common with each codeword, or its tokens
are taken as they are, and no passage is decoded. Measured in "Token vectors" of benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["LEVELS", "NUMBERS", "THRESHOLDS", "Code", "Codebooks", "TwoBits", "in_common"]

# Thresholds of the best four-level quantiser of a standard normal variable, and its levels; those are raised by what
# quantising takes from an inner product with what is quantised (the variance of the levels, .8825).
THRESHOLDS = (-0.9816, 0.0, 0.9816)
LEVELS = tuple(level / 0.8825 for level in (-1.5104, -0.4528, 0.4528, 1.5104))


class Code(Protocol):
    """A way to code projected tokens."""

    @property
    def number(self) -> int:
        """What it is known by in a packed passage."""

    def encode(self, tokens: Array) -> NDArray[np.uint8]:
        """The codes of projected tokens, (tokens, bytes). Raises `ValueError` where they cannot be coded."""

    def ask(self, tokens: Array) -> Array:
        """A question's projected tokens as codes are compared with them, (tokens, width)."""


@dataclass(frozen=True, slots=True)
class TwoBits:
    """Two bits a dimension, and two bytes of scale a token."""

    number = 0

    def encode(self, tokens: Array) -> NDArray[np.uint8]:
        """As `Code.encode`: the scale in half precision, then four dimensions a byte."""
        import numpy as np

        count, kept = tokens.shape
        if kept % 4:
            raise ValueError(f"vectors of {kept} dimensions cannot be packed: not a multiple of 4")
        scale = np.maximum(tokens.std(axis=1, keepdims=True), 1e-6)
        relative = tokens / scale
        # `np.digitize` takes forty times as long.
        codes = np.zeros(tokens.shape, np.uint8)
        for threshold in THRESHOLDS:
            codes += relative >= threshold
        quads = codes.reshape(count, kept // 4, 4)
        packed = quads[..., 0] | quads[..., 1] << 2 | quads[..., 2] << 4 | quads[..., 3] << 6
        return np.concatenate([scale.astype(np.float16).view(np.uint8), packed], axis=1)

    def ask(self, tokens: Array) -> Array:
        """As `Code.ask`: the tokens themselves."""
        return tokens


@dataclass(frozen=True)
class Codebooks:
    """A byte for each codebook. `codewords` are chosen by, `decoded` is what they stand for when they are asked, of
    shape (codebooks, 256, kept) each."""

    codewords: Array
    decoded: Array

    number = 1

    def encode(self, tokens: Array) -> NDArray[np.uint8]:
        """As `Code.encode`: of each codebook the codeword nearest to what is left."""
        import numpy as np

        rest, codes = tokens.astype(np.float32), np.empty((len(tokens), len(self.codewords)), np.uint8)
        for stage, (book, half) in enumerate(zip(self.codewords, self._halves, strict=True)):
            codes[:, stage] = np.argmax(rest @ book.T - half, axis=1)
            rest -= book[codes[:, stage]]
        return codes

    def ask(self, tokens: Array) -> Array:
        """As `Code.ask`: what the tokens have in common with each codeword, (tokens, codebooks * 256)."""
        return tokens @ self.decoded.reshape(-1, tokens.shape[1]).T

    @cached_property
    def _halves(self) -> Array:
        """Half of each codeword's square: what is nearest has the largest product less this."""
        halves: Array = (self.codewords * self.codewords).sum(axis=2) / 2
        return halves


# What codes are known by in a packed passage.
NUMBERS = (TwoBits.number, Codebooks.number)


def in_common(asked: Array, number: int, codes: NDArray[np.uint8]) -> Array:
    """What question tokens, as `Code.ask` gives them, have in common with coded ones: (question, tokens).

    `number` is that of the code, `codes` are of shape (tokens, bytes).
    """
    import numpy as np

    if number == TwoBits.number:
        scales = codes[:, :2].copy().view(np.float16).astype(np.float32)
        levels = _quads()[codes[:, 2:]].reshape(len(codes), 4 * (codes.shape[1] - 2))
        return np.asarray(asked @ (levels * scales).T, np.float32)
    # A row of the turned table has what all question tokens have in common with a codeword: adding rows is fast.
    table = np.ascontiguousarray(asked.T)
    similarity = table[codes[:, 0]]
    for stage in range(1, codes.shape[1]):
        similarity += table[256 * stage :][codes[:, stage]]
    return similarity.T


@cache
def _quads() -> Array:
    """The four levels that each byte stands for: (256, 4)."""
    import numpy as np

    byte = np.arange(256)
    return np.take(np.asarray(LEVELS, np.float32), np.stack([byte >> shift & 3 for shift in (0, 2, 4, 6)], axis=1))
