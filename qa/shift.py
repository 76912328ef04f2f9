"""Moves a question from the region of one language to that of another.

The model puts English questions nearer to English text than to the right text. Subtracting the mean
of ordinary questions in the asker's language and adding the mean of the same questions in the
passages' language undoes most of it: English questions on Thai releases go from .33 to .58 release@1
(dev.jsonl on thaigov-3k, searched in the release's language, by the model before it learned about
releases). The questions that the means are taken from are in `parallel_questions.tsv`.
"""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import Encoded, Encoder
from index.fine_tuned import fine_tuned_name
from index.projection import projection_for
from index.release import LANGUAGES, Language
from qa.adapter import AdaptedQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["LanguageShift", "ShiftedQuestion"]


@dataclass(frozen=True, slots=True)
class ShiftedQuestion:
    """A question as the passages of one language see it.

    `vector`: shape (dimension,). `tokens`: as stored tokens are compared with them (`Projection.ask`), shape (tokens,
    dimension + kept). `adapted` and `weights`: the tokens turned towards the passage with the answer, in the same
    shape, and how much each counts, shape (tokens,); the tokens as they are, each counting the same, for a model that
    there is no adapter for. `turned`: the vector turned halfway towards that passage, or as it is for such a
    model. Across languages `vector` is turned too: it finds more, where in one language it finds no more.
    """

    language: Language
    vector: Array
    tokens: Array
    adapted: Array
    weights: Array
    turned: Array


class LanguageShift:
    """The mean vectors of ordinary questions in each language, taken once for a model and kept in `folder`."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._folder = folder

    def to(
        self, question: Encoded, asked_in: Language, passages_in: Language, adapted: AdaptedQuestion | None = None
    ) -> ShiftedQuestion:
        """The question for passages of a language; as it is where it was asked in that language."""
        import numpy as np

        tokens, vector = self.moved(question, asked_in, passages_in)
        projection = projection_for(self._encoder.name, len(vector))
        plain = projection.ask(tokens)
        if adapted is None or not len(tokens):
            same = np.full(len(tokens), 1 / max(1, len(tokens)), np.float32)
            return ShiftedQuestion(passages_in, vector, plain, plain, same, vector)
        turned = _unit(vector + adapted.vector)
        searched = vector if asked_in == passages_in else turned
        seen = projection.ask(adapted.tokens)
        return ShiftedQuestion(passages_in, searched, plain, seen, adapted.weights, turned)

    def moved(self, question: Encoded, asked_in: Language, passages_in: Language) -> tuple[Array, Array]:
        """The moved token vectors, (tokens, dimension), and vector, (dimension,), as the model gives them."""
        if asked_in == passages_in:
            return question.tokens, question.vector
        means = self._means
        return (
            _unit(question.tokens - means[f"{asked_in}-tokens"] + means[f"{passages_in}-tokens"]),
            _unit(question.vector - means[f"{asked_in}-vector"] + means[f"{passages_in}-vector"]),
        )

    @cached_property
    def _means(self) -> dict[str, Array]:
        import numpy as np

        table = files("qa").joinpath("parallel_questions.tsv").read_text(encoding="utf-8")
        model = " ".join(filter(None, [self._encoder.name, fine_tuned_name(self._encoder.name)]))
        key = hashlib.blake2b(f"{model}\n{table}".encode(), digest_size=6).hexdigest()
        path = self._folder / f"question-means-{key}.npz"
        if path.is_file():
            with np.load(path) as kept:
                return {name: kept[name] for name in kept.files}
        rows = list(csv.DictReader(table.splitlines(), delimiter="\t"))
        means: dict[str, Array] = {}
        for language in LANGUAGES:
            encoded = self._encoder.encode_questions([row[language] for row in rows])
            means[f"{language}-vector"] = np.mean([question.vector for question in encoded], axis=0)
            means[f"{language}-tokens"] = np.concatenate([question.tokens for question in encoded]).mean(axis=0)
        _save(path, means)
        return means


def _unit(vectors: Array) -> Array:
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)


def _save(path: Path, arrays: dict[str, Array]) -> None:
    """Writes beside and moves into place, so that a reader never meets half a file."""
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    with os.fdopen(handle, "wb") as out:
        np.savez(out, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)
