"""The embedding model on OpenVINO: converted once for this machine, then run over batches of token ids.

`sentence-transformers` reads the model, exports it, and turns token vectors into one vector of the whole
text, whatever way of pooling the model wants. The pass itself is run here, two batches at a time: one
after the other, a core waits at the end of each step (see "Speed" in benchmarks/README.md).
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openvino import CompiledModel
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = ["Network", "has_fast_bytes", "move_into_place", "open_network", "quiet_libraries"]

# Sequences a batch: larger ones only add padding (see "Speed" in benchmarks/README.md).
_BATCH = 8

# Activations are quantised in groups of so many, as they come. Over 337 passages, times as fast as bfloat16 and
# the least cosine to fp32: groups of 32 1.09, .9997; 64 1.28, .9996; 128 1.31, .9994; 384 1.37, .9985.
_GROUP = 128
# What OpenVINO is told: many batches at a time rather than one soon, and the groups, where weights are in bytes.
_CONFIG = {"PERFORMANCE_HINT": "THROUGHPUT"}
_CONFIG_OF_BYTES = {**_CONFIG, "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(_GROUP)}

_FULL, _BYTES = "openvino_model", "openvino_model_int8"


class Network:
    """A model that is ready to run. Safe to use from many threads."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        transformer: Any = model[0]
        transformer.auto_model.compile()
        self._compiled: CompiledModel = transformer.auto_model.request
        self._inputs = {name for port in self._compiled.inputs for name in port.get_names()}
        self._requests = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self.prompts: dict[str, str | None] = dict(model.prompts)
        self.longest: int = model.max_seq_length or 512
        self._padding: int = model.tokenizer.pad_token_id or 0

    def tokenizer(self) -> Tokenizer:
        """A tokenizer of one's own, which neither pads nor cuts off."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def run(self, sequences: Sequence[Sequence[int]], prompt_length: int = 0) -> list[tuple[Array, Array]]:
        """For each sequence of token ids its token vectors, (tokens, dimension), and its vector, (dimension,).

        `prompt_length` is how many of the first tokens are the prompt's, which some models leave out of pooling.
        """
        from openvino import AsyncInferQueue

        order = sorted(range(len(sequences)), key=lambda place: len(sequences[place]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        found: list[tuple[Array, Array] | None] = [None] * len(sequences)
        failed: list[BaseException] = []

        def done(request: Any, batch: list[int]) -> None:
            # What is raised in a callback would end the process: it is raised again below.
            try:
                tokens = request.get_output_tensor(0).data
                for row, place in enumerate(batch):
                    found[place] = self._pool(tokens[row, : len(sequences[place])].copy(), prompt_length)
            except BaseException as error:
                failed.append(error)

        queue = AsyncInferQueue(self._compiled, min(self._requests, max(1, len(batches))))
        queue.set_callback(done)
        for batch in reversed(batches):  # the longest first, so that no core waits for the other at the end
            queue.start_async(self._batch([sequences[place] for place in batch]), batch)
        queue.wait_all()
        if failed:
            raise failed[0]
        return [one for one in found if one is not None]

    def _batch(self, sequences: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
        """The model's inputs, each of shape (sequences, longest sequence)."""
        import numpy as np

        longest = max(map(len, sequences))
        ids = np.full((len(sequences), longest), self._padding, np.int64)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(sequences):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return {name: values for name, values in inputs.items() if name in self._inputs}

    def _pool(self, tokens: Array, prompt_length: int) -> tuple[Array, Array]:
        """The vector of a sequence from those of its tokens, by the modules that come after the transformer."""
        import numpy as np
        import torch

        features: dict[str, Any] = {
            "token_embeddings": torch.from_numpy(tokens)[None],
            "attention_mask": torch.ones((1, len(tokens)), dtype=torch.int64),
            "prompt_length": prompt_length,
        }
        with torch.inference_mode():
            for module in list(self._model)[1:]:
                features = module(features)
        return tokens, np.asarray(features["sentence_embedding"][0], np.float32)


def has_fast_bytes() -> bool:
    """Whether this processor multiplies bytes faster than floats; OpenVINO tells of bfloat16, which comes with it.

    Without it (AVX2 alone) eight bits are no faster than fp32, and fp32 is what is run.
    """
    from openvino import Core

    return "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def open_network(
    name: str,
    prompts: dict[str, str] | None,
    converted: Path,
    report: Callable[[str], None],
    *,
    in_bytes: bool | None = None,
) -> Network:
    """The model on OpenVINO, converted once and kept at `converted`.

    `in_bytes` keeps weights in eight bits and quantises activations as they come; where it is not given,
    that is done where it is faster.
    """
    from sentence_transformers import SentenceTransformer

    in_bytes = has_fast_bytes() if in_bytes is None else in_bytes
    file = _BYTES if in_bytes else _FULL
    if not (converted / "openvino" / f"{file}.xml").is_file():
        report("Converting the embedding model for this machine (once, about 20 seconds)…")
        _convert(name, prompts, converted, file)
    options = {"file_name": f"{file}.xml", "ov_config": dict(_CONFIG_OF_BYTES if in_bytes else _CONFIG)}
    return Network(SentenceTransformer(str(converted), backend="openvino", model_kwargs=options, prompts=prompts))


def _convert(name: str, prompts: dict[str, str] | None, converted: Path, file: str) -> None:
    """Exports a model and puts it into place, the file that says that it is complete at last."""
    from sentence_transformers import SentenceTransformer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
        model = SentenceTransformer(name, backend="openvino", model_kwargs={"export": True}, prompts=prompts)
    converted.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=converted.parent, prefix=".converting-") as folder:
        part = Path(folder)
        model.save_pretrained(str(part))
        if file == _BYTES:
            _compress(part / "openvino")
        if not converted.is_dir():
            move_into_place(part, converted)
        if converted.is_dir() and part.is_dir():
            place = converted / "openvino"
            place.mkdir(exist_ok=True)
            for suffix in (".bin", ".xml"):
                os.replace(part / "openvino" / f"{file}{suffix}", place / f"{file}{suffix}")


def _compress(folder: Path) -> None:
    """Puts the weights of the model in a folder into eight bits, a scale for each row."""
    import nncf
    import openvino

    logging.getLogger("nncf").setLevel(logging.ERROR)  # its import sets it anew
    model = openvino.Core().read_model(folder / f"{_FULL}.xml")
    with contextlib.redirect_stdout(io.StringIO()):  # its progress bar
        model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)
    openvino.save_model(model, folder / f"{_BYTES}.xml")
    del model  # lets go of the file
    for suffix in (".xml", ".bin"):
        (folder / f"{_FULL}{suffix}").unlink()


def quiet_libraries() -> None:
    """Keeps libraries from printing, phoning home, and looking for image support that is not used.

    A torchvision that does not fit the installed torch breaks the import of transformers, and
    nothing here looks at images.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    sys.modules.setdefault("torchvision", None)  # type: ignore[arg-type]
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    for name in ("sentence_transformers", "optimum", "nncf", "openvino"):
        logging.getLogger(name).setLevel(logging.ERROR)


def move_into_place(part: Path, place: Path) -> None:
    """Moves a finished folder into place, unless another process was faster."""
    try:
        os.replace(part, place)
    except OSError:
        if not place.is_dir():
            raise
