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
    from openvino import CompiledModel, Model
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = [
    "Network",
    "compile_options",
    "compress",
    "has_fast_bytes",
    "move_into_place",
    "open_network",
    "openvino_options",
    "quiet_libraries",
    "run_batches",
]

# Sequences a batch: larger ones only add padding (see "Speed" in benchmarks/README.md).
_BATCH = 8

# Activations are quantised in groups of so many, as they come. Over 337 passages, times as fast as bfloat16 and
# the least cosine to fp32: groups of 32 1.09, .9997; 64 1.28, .9996; 128 1.31, .9994; 384 1.37, .9985.
_GROUP = 128
_FULL, _BYTES = "openvino_model", "openvino_model_int8"


class Network:
    """A model that is ready to run. Safe to use from many threads."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        transformer: Any = model[0]
        transformer.auto_model.compile()
        self._compiled: CompiledModel = transformer.auto_model.request
        self._inputs = {name for port in self._compiled.inputs for name in port.get_names()}
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
        order = sorted(range(len(sequences)), key=lambda place: -len(sequences[place]))
        # The longest first, so that no core waits for the other at the end.
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        inputs = [self._batch([sequences[place] for place in batch]) for batch in batches]
        found: dict[int, tuple[Array, Array]] = {}
        for batch, tokens in zip(batches, run_batches(self._compiled, inputs), strict=True):
            for row, place in enumerate(batch):
                found[place] = self._pool(tokens[row, : len(sequences[place])], prompt_length)
        return [found[place] for place in range(len(sequences))]

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


def run_batches(compiled: CompiledModel, batches: Sequence[Any]) -> list[Array]:
    """What a network gives for each batch of inputs, in order; as many at a time as suits the processor."""
    from openvino import AsyncInferQueue

    found: dict[int, Array] = {}

    def done(request: Any, place: int) -> None:
        found[place] = request.get_output_tensor(0).data.copy()

    requests = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
    queue = AsyncInferQueue(compiled, max(1, min(requests, len(batches))))
    queue.set_callback(done)
    for place, batch in enumerate(batches):
        queue.start_async(batch, place)
    queue.wait_all()
    return [found[place] for place in range(len(batches))]


def has_fast_bytes() -> bool:
    """Whether this processor multiplies bytes faster than floats; OpenVINO tells of bfloat16, which comes with it.

    Without it (AVX2 alone) eight bits are no faster than fp32, and fp32 is what is run.
    """
    from openvino import Core

    return "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def compile_options(in_bytes: bool) -> dict[str, str]:
    """What OpenVINO is told: many batches at a time rather than one soon, and the groups where weights are in bytes."""
    options = {"PERFORMANCE_HINT": "THROUGHPUT"}
    return {**options, "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(_GROUP)} if in_bytes else options


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
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    in_bytes = has_fast_bytes() if in_bytes is None else in_bytes
    file = _BYTES if in_bytes else _FULL
    if not (converted / "openvino" / f"{file}.xml").is_file():
        report("Converting the embedding model for this machine (once, about 20 seconds)…")
        _convert(name, prompts, converted, file)
    return Network(
        SentenceTransformer(
            str(converted), backend="openvino", model_kwargs=openvino_options(in_bytes), prompts=prompts
        )
    )


def openvino_options(in_bytes: bool) -> dict[str, Any]:
    """How `sentence-transformers` is told which of the converted models to run, and how."""
    return {"file_name": f"{_BYTES if in_bytes else _FULL}.xml", "ov_config": compile_options(in_bytes)}


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
    """Puts the weights of the model in a folder into eight bits; takes away what it was made from."""
    import openvino

    openvino.save_model(compress(openvino.Core().read_model(folder / f"{_FULL}.xml")), folder / f"{_BYTES}.xml")
    for suffix in (".xml", ".bin"):
        (folder / f"{_FULL}{suffix}").unlink()


def compress(model: Model) -> Model:
    """The model with its weights in eight bits, a scale for each row."""
    import nncf

    logging.getLogger("nncf").setLevel(logging.ERROR)  # its import sets it anew
    with contextlib.redirect_stdout(io.StringIO()):  # its progress bar
        return nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)


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
