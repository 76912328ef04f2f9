"""The embedding model on OpenVINO: a network that is run over batches of token ids, two batches at a time.

One after the other, a core waits at the end of each step (see "The speed of indexing" in benchmarks/README.md). What
the model is made from is converted once for this machine (`index.convert`), and a recipe is kept beside it that says
how it is run. With the recipe nothing but OpenVINO and the tokenizer is loaded: `sentence-transformers` and torch,
which took most of a start, are needed for converting only, and by models whose vectors take more than a mean.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openvino import CompiledModel
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = [
    "Network",
    "Recipe",
    "compile_network",
    "compile_options",
    "hand_over_first_array",
    "has_fast_bytes",
    "model_file",
    "open_network",
    "open_tokenizer",
    "rounded_length",
    "run_batches",
]

# Sequences a batch: larger ones only add padding (see "The speed of indexing" in benchmarks/README.md).
_BATCH = 8

# Activations are quantised in groups of so many, as they come. Over 337 passages, times as fast as bfloat16 and
# the least cosine to fp32: groups of 32 1.09, .9997; 64 1.28, .9996; 128 1.31, .9994; 384 1.37, .9985. Since the
# model has learned about releases its vectors lie further apart: 128 .9976.
_GROUP = 128

# Tokens of a sequence are padded to a multiple of so many: OpenVINO keeps what it makes ready for each length that it
# meets (see "The time of a question" in benchmarks/README.md), and makes less ready where there are fewer.
_LENGTHS = 8
_RECIPE, _TOKENIZER = "recipe.json", "tokenizer.json"

_FIRST_ARRAY = threading.Lock()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is run: what goes before a text, tokens at most, the padding's id, and how vectors are made of
    token vectors: their mean or the first one, of length 1 where `is_unit`."""

    prompts: Mapping[str, str | None]
    longest: int
    padding: int
    pooling: Literal["mean", "cls"]
    is_unit: bool

    def pool(self, tokens: Array, prompt_length: int = 0) -> Array:
        """The vector of a sequence, (dimension,), from those of all its tokens, the prompt's included."""
        import numpy as np

        vector = tokens.mean(axis=0) if self.pooling == "mean" else tokens[0]
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12) if self.is_unit else vector, np.float32)

    def keep(self, tokenizer: Tokenizer, converted: Path) -> None:
        """Puts it beside the model that it is for, with the tokenizer as it is used; at once, the recipe last.

        Where nothing can be written there, it is made out anew at each start.
        """
        place = converted / "openvino"
        with suppress(OSError), tempfile.TemporaryDirectory(dir=place, prefix=".recipe-") as folder:
            for name, text in ((_TOKENIZER, tokenizer.to_str()), (_RECIPE, json.dumps(asdict(self)))):
                part = Path(folder) / name
                part.write_text(text, encoding="utf-8")
                os.replace(part, place / name)

    @classmethod
    def of(cls, converted: Path) -> Recipe | None:
        """The one beside a converted model; None where there is none that can be read."""
        try:
            kept = json.loads((converted / "openvino" / _RECIPE).read_text(encoding="utf-8"))
            recipe = cls(**kept)
        except (OSError, ValueError, TypeError):
            return None
        return recipe if recipe.pooling in ("mean", "cls") and recipe.longest > 0 else None


class Network:
    """A model that is ready to run. Safe to use from many threads."""

    def __init__(
        self,
        compiled: CompiledModel,
        tokenizer: Callable[[], Tokenizer],
        prompts: Mapping[str, str | None],
        longest: int,
        padding: int,
        pool: Callable[[Array, int], Array],
    ) -> None:
        """`tokenizer` opens one, which neither pads nor cuts off; `pool` makes a vector of the token vectors of a
        sequence, of which the first are the prompt's."""
        self._compiled = compiled
        self._inputs = {name for port in compiled.inputs for name in port.get_names()}
        self._padding = padding
        self._pool = pool
        self.tokenizer = tokenizer
        self.prompts = prompts
        self.longest = longest

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
                own = tokens[row, : len(sequences[place])]
                found[place] = own, self._pool(own, prompt_length)
        return [found[place] for place in range(len(sequences))]

    def _batch(self, sequences: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
        """The model's inputs, each of shape (sequences, longest sequence)."""
        import numpy as np

        longest = min(rounded_length(max(map(len, sequences))), self.longest)
        ids = np.full((len(sequences), longest), self._padding, np.int64)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(sequences):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return {name: values for name, values in inputs.items() if name in self._inputs}


def rounded_length(tokens: int) -> int:
    """The length that sequences of so many tokens are padded to."""
    return -(-tokens // _LENGTHS) * _LENGTHS


def run_batches(compiled: CompiledModel, batches: Sequence[Any]) -> list[Array]:
    """What a network gives for each batch of inputs, in order; as many at a time as suits the processor.

    Nothing of Python's runs in OpenVINO's threads: a model that is thrown away waits for them, and one that had still
    to end a callback would wait for the interpreter, which the other holds.
    """
    most = max(1, min(int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")), len(batches)))
    requests = [compiled.create_infer_request() for _ in range(most)]
    found: list[Array] = []

    def take() -> None:
        request = requests[len(found) % most]
        request.wait()
        found.append(request.get_output_tensor(0).data.copy())

    for place, batch in enumerate(batches):
        if place >= most:
            take()
        requests[place % most].start_async(batch)
    while len(found) < len(batches):
        take()
    return found


def has_fast_bytes() -> bool:
    """Whether this processor multiplies bytes faster than floats; OpenVINO tells of bfloat16, which comes with it.

    Without it (AVX2 alone) eight bits are no faster than fp32, and fp32 is what is run.
    """
    from openvino import Core

    return "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def compile_network(file: Path, in_bytes: bool) -> CompiledModel:
    """A converted model, ready to run from many threads; raises `RuntimeError` where the file cannot be read."""
    from openvino import Core

    hand_over_first_array()
    leave_cores_to_networks()
    return Core().compile_model(file, "CPU", compile_options(in_bytes))


def hand_over_first_array() -> None:
    """Has OpenVINO make its table of element types before threads need it.

    It makes the table at the first array that it hands over, and lets other threads run meanwhile: a second thread
    that hands over its first array then waits for the table while it holds what the first one needs, and both wait
    for ever: two starts did, with 2026.4.1, of some hundreds.
    """
    from openvino import Shape, Tensor, Type

    with _FIRST_ARRAY:
        _ = Tensor(Type.i64, Shape([1])).data


@cache
def leave_cores_to_networks() -> None:
    """Has numpy multiply in the thread that asks for it.

    Its other threads wait for the next product without sleeping, on the cores that a network would run on: a question
    took a quarter longer for it ("Searching many releases" in benchmarks/README.md), and two processes that packed
    token vectors eight times as long.
    """
    import numpy  # noqa: F401  what multiplies for it has to be there
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def compile_options(in_bytes: bool) -> dict[str, str]:
    """What OpenVINO is told: many batches at a time rather than one soon, and the groups where weights are in bytes."""
    options = {"PERFORMANCE_HINT": "THROUGHPUT"}
    return {**options, "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(_GROUP)} if in_bytes else options


def model_file(in_bytes: bool, fine_tuned: str = "") -> str:
    """The name of a converted model's file, without ending: weights in eight bits, or as they are; with updates of
    a name added to them (`index.fine_tuned`), or none."""
    return "_".join(["openvino_model", *filter(None, [fine_tuned, "int8" if in_bytes else ""])])


def open_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of the model in `folder`, which neither pads nor cuts off: the one that its recipe came with.

    One for all who ask: a quarter of a million words take time and memory to load. It is not to be changed. Raises
    `ValueError` where its file is damaged.
    """
    kept = folder / "openvino" / _TOKENIZER
    return _open_tokenizer((kept if kept.is_file() else folder / _TOKENIZER).resolve())


@cache
def _open_tokenizer(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # it raises no narrower one
        raise ValueError(f"{file} cannot be read: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def open_network(
    name: str,
    prompts: Mapping[str, str | None] | None,
    converted: Path,
    report: Callable[[str], None],
    *,
    in_bytes: bool | None = None,
    fine_tuned: str = "",
) -> Network:
    """The model on OpenVINO, converted once and kept at `converted`.

    `fine_tuned` names what is added to the default model. `in_bytes` keeps weights in eight bits and quantises
    activations as they come; where it is not given, that is done where it is faster.
    """
    in_bytes = has_fast_bytes() if in_bytes is None else in_bytes
    model = converted / "openvino" / f"{model_file(in_bytes, fine_tuned)}.xml"
    if not model.is_file():
        from index.convert import convert

        report("Converting the embedding model for this machine (once, about 20 seconds)…")
        convert(name, prompts, converted, in_bytes, fine_tuned)
    recipe = Recipe.of(converted)
    if recipe is None:
        from index.convert import open_by_library

        return open_by_library(converted, prompts, in_bytes, fine_tuned)
    return Network(
        compile_network(model, in_bytes),
        lambda: open_tokenizer(converted),
        recipe.prompts if prompts is None else prompts,
        recipe.longest,
        recipe.padding,
        recipe.pool,
    )
