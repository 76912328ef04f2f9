"""A network trained on the embedding model's encoder, loaded when it is first used: the reader, the query adapter."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.convert import ONE_AT_A_TIME, move_into_place
from index.embed import default_model_folder
from index.errors import ModelUnavailable
from index.network import compile_network, has_fast_bytes, open_tokenizer
from index.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openvino import CompiledModel
    from tokenizers import Tokenizer

    from qa.trained_network import TrainedNetwork

__all__ = ["Parts", "Trained", "WordEmbeddings", "word_embeddings"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The word embeddings, the tokenizer before them, and the network after them, ready to run."""

    words: WordEmbeddings
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
                folder = default_model_folder(self._settings, self._report)
                network = compile_trained(self._weights, self._network, folder, self._report)
                self._parts = Parts(word_embeddings(folder), open_tokenizer(folder), network)
            return self._parts


def compile_trained(
    weights: Path, network: Callable[[Path], TrainedNetwork], folder: Path, report: Callable[[str], None]
) -> CompiledModel:
    """A network with its `weights`, ready to run on OpenVINO, on the embedding model in `folder`.

    It is converted once for this machine, which is what torch is needed for, and kept beside that folder, under the
    name of its weights and of how they are kept: in eight bits where that is faster. One whose files are cut off or
    gone is made anew.
    """
    in_bytes = has_fast_bytes()
    digest = hashlib.blake2b(weights.read_bytes(), digest_size=6).hexdigest()
    place = folder.parent / f"{weights.stem}-{digest}{'-int8' if in_bytes else ''}"
    file = f"{weights.stem}.xml"
    if (place / file).is_file():
        try:
            return _compile((place / file).resolve(), in_bytes)
        except RuntimeError:
            shutil.rmtree(place)
    report(f"Preparing the {weights.stem} (once, about ten seconds)…")
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{weights.stem}-") as part:
        from qa.trained_network import convert_trained

        convert_trained(weights, network(folder), word_embeddings(folder), Path(part) / file, in_bytes)
        move_into_place(Path(part), place)
    return _compile((place / file).resolve(), in_bytes)


@cache
def _compile(file: Path, in_bytes: bool) -> CompiledModel:
    """One for each file in a process: it can be run from many threads, and takes some fifty megabytes."""
    return compile_network(file, in_bytes)


class WordEmbeddings:
    """The word embeddings in a model's file, of which rows are read as they are asked for; safe to use from threads.

    A file that is mapped into memory brings 64 kB with each row that is touched, most of it other rows.
    """

    def __init__(self, path: Path) -> None:
        """Raises `ValueError` where `path` holds no word embeddings in single precision."""
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._reading = threading.Lock()
        length = int.from_bytes(self._file.read(8), "little")
        header = json.loads(self._file.read(length))
        name = next((name for name in header if name.endswith("word_embeddings.weight")), "")
        if not name or header[name]["dtype"] != "F32":
            raise ValueError(f"{path} holds no word embeddings in F32")
        self._first = 8 + length + header[name]["data_offsets"][0]
        _, self.dimension = header[name]["shape"]

    def __getitem__(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows of some words, of the shape of `ids` and the dimension behind it.

        Raises `ModelUnavailable` where the file has been cut off.
        """
        import numpy as np

        wanted, places = np.unique(ids, return_inverse=True)
        rows = np.empty((len(wanted), self.dimension), np.float32)
        with self._reading:
            for row, word in zip(rows, wanted.tolist(), strict=True):
                self._file.seek(self._first + word * row.nbytes)
                if self._file.readinto(row.data) != row.nbytes:
                    raise ModelUnavailable(f"{self._path} is cut off. Delete its folder; it will be made again.")
        return rows[places.reshape(ids.shape)]


def word_embeddings(folder: Path) -> WordEmbeddings:
    """The word embeddings of the model in `folder`."""
    path = folder / "model.safetensors"
    return _opened(path.resolve(), path.stat().st_mtime_ns)


@cache
def _opened(path: Path, written: int) -> WordEmbeddings:
    """Once for a file as it was `written`: who asks holds it open."""
    return WordEmbeddings(path)
