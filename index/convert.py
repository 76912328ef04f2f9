"""Converts the embedding model for OpenVINO, once for a machine, with what `sentence-transformers` knows of it.

The library reads the model, exports it, and knows how vectors are made of token vectors, whatever way the model
wants. Where that is one of the usual ways, it is written down as a recipe (`index.network.Recipe`), and the library
is not needed again.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.fine_tuned import write_fine_tuned
from index.network import Network, Recipe, compile_options, hand_over_first_array, model_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from openvino import Model
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

__all__ = [
    "ONE_AT_A_TIME",
    "compress",
    "convert",
    "move_into_place",
    "open_by_library",
    "openvino_options",
    "pool_by_library",
    "quiet_libraries",
    "recipe_of",
    "remove_other_models",
]

# Held by who imports torch and the libraries on it: two threads that do at once can meet half of a module.
ONE_AT_A_TIME = threading.RLock()


def open_by_library(
    converted: Path, prompts: Mapping[str, str | None] | None, in_bytes: bool, fine_tuned: str = ""
) -> Network:
    """The converted model as `sentence-transformers` runs it; its recipe is kept for the next time, if it has one."""
    with ONE_AT_A_TIME:
        quiet_libraries()
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            str(converted),
            backend="openvino",
            model_kwargs=openvino_options(in_bytes, fine_tuned),
            prompts=_given(prompts),
        )
        transformer: Any = model[0]
        transformer.auto_model.compile()
        hand_over_first_array()
        if recipe := recipe_of(model):
            recipe.keep(_tokenizer(model), converted)
        return Network(
            transformer.auto_model.request,
            lambda: _tokenizer(model),
            dict(model.prompts),
            model.max_seq_length or 512,
            model.tokenizer.pad_token_id or 0,
            recipe.pool if recipe else lambda tokens, prompt_length: pool_by_library(model, tokens, prompt_length),
        )


def _given(prompts: Mapping[str, str | None] | None) -> dict[str, str] | None:
    return None if prompts is None else {name: prompt or "" for name, prompt in prompts.items()}


def recipe_of(model: SentenceTransformer) -> Recipe | None:
    """How the model is run, where its vectors are a mean or the first of those of all tokens."""
    from sentence_transformers.models import Normalize, Pooling

    _, *modules = model
    match modules:
        case [Pooling() as pooling] | [Pooling() as pooling, Normalize()]:
            is_plain = pooling.include_prompt and pooling.pooling_mode in ("mean", "cls")
        case _:
            return None
    if not is_plain:
        return None
    return Recipe(
        prompts=dict(model.prompts),
        longest=model.max_seq_length or 512,
        padding=model.tokenizer.pad_token_id or 0,
        pooling=pooling.pooling_mode,
        is_unit=len(modules) == 2,
    )


def _tokenizer(model: SentenceTransformer) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def pool_by_library(model: SentenceTransformer, tokens: Array, prompt_length: int = 0) -> Array:
    """The vector of a sequence from those of its tokens, by the modules that come after the transformer."""
    import numpy as np
    import torch

    features: dict[str, Any] = {
        "token_embeddings": torch.from_numpy(tokens)[None],
        "attention_mask": torch.ones((1, len(tokens)), dtype=torch.int64),
        "prompt_length": prompt_length,
    }
    with torch.inference_mode():
        for module in list(model)[1:]:
            features = module(features)
    return np.asarray(features["sentence_embedding"][0], np.float32)


def openvino_options(in_bytes: bool, fine_tuned: str = "") -> dict[str, Any]:
    """How `sentence-transformers` is told which of the converted models to run, and how."""
    return {"file_name": f"{model_file(in_bytes, fine_tuned)}.xml", "ov_config": compile_options(in_bytes)}


def convert(
    name: str, prompts: Mapping[str, str | None] | None, converted: Path, in_bytes: bool, fine_tuned: str = ""
) -> None:
    """Exports a model and puts it into place, the file that says that it is complete at last.

    With `fine_tuned`, `name` is the default model's folder, and its updates are added to it first.
    """
    with ONE_AT_A_TIME:
        quiet_libraries()
        from sentence_transformers import SentenceTransformer

        converted.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=converted.parent, prefix=".converting-", ignore_cleanup_errors=True
        ) as folder:
            part, source = Path(folder) / "part", name
            if fine_tuned:
                source = str(Path(folder) / "source")
                Path(source).mkdir()
                write_fine_tuned(Path(name), Path(source))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
                model = SentenceTransformer(
                    source, backend="openvino", model_kwargs={"export": True}, prompts=_given(prompts)
                )
            model.save_pretrained(str(part))
            del model  # some systems do not remove the file that it may still have open
            if in_bytes:
                _compress(part / "openvino")
            files = [
                (f"{model_file(in_bytes)}{suffix}", f"{model_file(in_bytes, fine_tuned)}{suffix}")
                for suffix in (".bin", ".xml")
            ]
            for plain, file in files:
                os.replace(part / "openvino" / plain, part / "openvino" / file)
            if not converted.is_dir():
                move_into_place(part, converted)
            if converted.is_dir() and part.is_dir():
                place = converted / "openvino"
                place.mkdir(exist_ok=True)
                for _, file in files:
                    os.replace(part / "openvino" / file, place / file)
                if fine_tuned:
                    remove_other_models(place, fine_tuned)


def remove_other_models(place: Path, fine_tuned: str) -> None:
    """Takes away the converted models of a folder that have other updates or none: a hundred megabytes each."""
    for path in place.glob(f"{model_file(False)}*"):
        if path.stem not in (model_file(False, fine_tuned), model_file(True, fine_tuned)):
            with contextlib.suppress(OSError):  # open, where files that are cannot be removed
                path.unlink()


def _compress(folder: Path) -> None:
    """Puts the weights of the model in a folder into eight bits; takes away what it was made from."""
    import openvino

    full = folder / f"{model_file(False)}.xml"
    openvino.save_model(compress(openvino.Core().read_model(full)), folder / f"{model_file(True)}.xml")
    for suffix in (".xml", ".bin"):
        full.with_suffix(suffix).unlink()


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
