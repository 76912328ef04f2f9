"""What the default embedding model learned about press releases: low-rank updates of its upper layers.

multilingual-e5-small puts English questions far from Thai passages, and tells releases on like events apart badly. So
its upper six layers learned from questions in both languages and the passages that compete for them in an index of the
whole public corpus (`qa.training.encoder`), and from Thai Wikipedia so as not to forget the rest. What they learned is
kept as two narrow matrices for each matrix of the model (Hu et al. 2021, "LoRA"), of which only the upper ones differ:
1.4 MB beside the model's 470. Measured in "The encoder on both sides" in benchmarks/README.md.

They are added to the model's own weights once, when it is converted for a machine; a model that is no default one stays
as it is.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["WEIGHTS", "fine_tuned_name", "pack_updates", "write_fine_tuned"]

WEIGHTS = Path(__file__).with_name("encoder.safetensors")

# Ends of names: the two matrices whose product is added to one of the model's, (rows, rank) and (rank, columns), in
# eight bits, and what the rows of each are multiplied by.
_LEFT, _RIGHT, _SCALES = ".left", ".right", ".scales"
_WEIGHTS_FILE = "model.safetensors"
# What a model's folder holds besides for other programs, or with the weights as they were.
_WEIGHTS_SUFFIXES = frozenset([".safetensors", ".bin", ".h5", ".msgpack", ".onnx"])
_OTHER_FORMATS = frozenset(["openvino", "onnx"])


@cache
def fine_tuned_name(model: str) -> str:
    """What is added to a model, in a word for names of files and for the index's fingerprint; "" where nothing is."""
    if model != DEFAULT_MODEL:
        return ""
    return hashlib.blake2b(WEIGHTS.read_bytes(), digest_size=4).hexdigest()


def write_fine_tuned(model: Path, out: Path, weights: Path = WEIGHTS) -> None:
    """Puts the model of a folder into an empty one with its updates added; its other files are copied.

    Raises `ValueError` where an update is for a matrix that the model has not got, and `OSError` where weights cannot
    be read or written.
    """
    from safetensors import SafetensorError

    try:
        _write_updated(model, out, weights)
    except SafetensorError as error:
        raise OSError(f"weights of {model}: {error}") from error
    for path in model.iterdir():
        if path.is_dir() and path.name not in _OTHER_FORMATS:
            shutil.copytree(path, out / path.name)
        elif path.is_file() and path.suffix not in _WEIGHTS_SUFFIXES:
            shutil.copyfile(path, out / path.name)


def _write_updated(model: Path, out: Path, weights: Path) -> None:
    import numpy as np
    from safetensors.numpy import load_file, save_file

    updates = load_file(weights)
    tensors: dict[str, Array] = load_file(model / _WEIGHTS_FILE)
    named = {name.removesuffix(_LEFT) for name in updates if name.endswith(_LEFT)}
    if unknown := sorted(named - set(tensors)):
        raise ValueError(f"updates of another model: {', '.join(unknown[:3])}")
    for name in named:
        left, right = (_unpacked(updates, name + side) for side in (_LEFT, _RIGHT))
        tensors[name] = np.asarray(tensors[name] + left @ right, np.float32)
    save_file(tensors, out / _WEIGHTS_FILE, {"format": "pt"})


def pack_updates(updates: Mapping[str, tuple[Array, Array]]) -> dict[str, NDArray[np.generic]]:
    """Updates in eight bits a weight, by the name of the matrix that they are for: (rows, rank) and (rank, columns).

    Each row has a scale of its own, so that the largest of its weights is 127 steps.
    """
    import numpy as np

    packed: dict[str, NDArray[np.generic]] = {}
    for name, sides in updates.items():
        for side, matrix in zip((_LEFT, _RIGHT), sides, strict=True):
            scales = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
            packed[name + side] = np.round(matrix / scales).astype(np.int8)
            packed[name + side + _SCALES] = scales
    return packed


def _unpacked(packed: Mapping[str, NDArray[np.generic]], name: str) -> Array:
    import numpy as np

    return np.asarray(packed[name].astype(np.float32) * packed[name + _SCALES].astype(np.float32), np.float32)
