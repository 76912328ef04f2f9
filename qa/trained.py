"""A network trained on the embedding model's encoder, loaded when it is first used: the reader, the query adapter."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import default_model_folder
from index.settings import Settings
from qa.reader_input import open_tokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openvino import CompiledModel
    from tokenizers import Tokenizer

    from qa.trained_network import TrainedNetwork

__all__ = ["Parts", "Trained"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Word embeddings, (vocabulary, dimension); the tokenizer before them; the network after them, ready to run."""

    words: NDArray[np.float32]
    tokenizer: Tokenizer
    network: CompiledModel


class Trained:
    """The parts of a trained network. Nothing is loaded before the first use; safe to use from many threads."""

    def __init__(
        self,
        settings: Settings,
        report: Callable[[str], None],
        weights: Path,
        network: Callable[[Path], TrainedNetwork],
    ) -> None:
        """`weights` as the project ships them; `network` builds an untrained one on the model in a folder."""
        self._settings = settings
        self._report = report
        self._weights = weights
        self._network = network
        self._loading = threading.Lock()
        self._parts: Parts | None = None

    def load(self) -> Parts:
        """The parts, made ready once.

        Raises `ModelUnavailable` where the default embedding model, which it is made from, is not to be had.
        """
        with self._loading:
            if self._parts is None:
                from qa.trained_network import compile_trained, word_embeddings

                folder = default_model_folder(self._settings, self._report)
                network = compile_trained(self._weights, self._network, folder, self._report)
                self._parts = Parts(word_embeddings(folder), open_tokenizer(folder), network)
            return self._parts
