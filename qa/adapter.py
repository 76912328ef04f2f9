"""Turns a question towards the passage that answers it.

Similarity finds the passages that speak of what a question speaks of; of those of one release, nearly
all do, and those in another language do less. The query adapter is a second encoder for questions: the
embedding model's, whose upper layers learned from questions with their answers which words of a question say where
the answer stands, and what they are in the other language. It learned so by itself first (`qa.training.adapter`), and
then together with the embedding model (`qa.training.encoder`), whose passages it belongs to.

Measured in "Choosing passages" and "The encoder on both sides" in benchmarks/README.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.network import run_batches
from index.settings import Settings
from qa.reader_input import own_tokens, padded
from qa.trained import Trained

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.trained_network import TrainedNetwork

    Array = NDArray[np.float32]

__all__ = ["WEIGHTS", "AdaptedQuestion", "QueryAdapter"]

WEIGHTS = Path(__file__).with_name("adapter.safetensors")


@dataclass(frozen=True, slots=True)
class AdaptedQuestion:
    """A question as the passages that answer it see it, in whatever language they are.

    `vector`: (dimension,), of length 1. `tokens`: (tokens, dimension), each row of length 1, without prompt and
    special tokens. `weights`: (tokens,), how much each token counts; they add up to 1.
    """

    vector: Array
    tokens: Array
    weights: Array


class QueryAdapter:
    """The query adapter behind one verb. Nothing is loaded before the first use; safe to use from many threads.

    Raises `ModelUnavailable` where the default embedding model, which it is made from, is not to be had.
    """

    def __init__(
        self, settings: Settings, report: Callable[[str], None] = lambda line: None, weights: Path = WEIGHTS
    ) -> None:
        self._trained = Trained(settings, report, weights, _network)
        self._weights = weights

    def adapt(self, question: str) -> AdaptedQuestion:
        """The question, turned towards what answers it."""
        import numpy as np

        parts = self._trained.load()
        ids, own = own_tokens(parts.tokenizer, question)
        row, mask = padded(ids)
        (found,) = run_batches(parts.network, [[parts.words[row], mask]])
        states = found[0, : len(ids)]
        tokens = _unit(states[own])
        worth = tokens @ self._weigh
        weights = np.exp(worth - worth.max(initial=-np.inf))
        return AdaptedQuestion(_unit(states.mean(axis=0)), tokens, (weights / weights.sum()).astype(np.float32))

    @cached_property
    def _weigh(self) -> Array:
        """What weighs tokens: (dimension,)."""
        import numpy as np
        from safetensors.numpy import load_file

        weigh: Array = load_file(self._weights)["weigh"].astype(np.float32)
        return weigh


def _network(folder: Path) -> TrainedNetwork:
    from qa.adapter_network import AdapterNetwork

    return AdapterNetwork(folder)


def _unit(vectors: Array) -> Array:
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)
