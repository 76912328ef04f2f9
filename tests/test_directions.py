"""What Chroma is told of passages' vectors, and what it is asked with."""

from __future__ import annotations

import numpy as np

from index.embed import Encoder
from index.library import Library
from index.packed_vector import unpack_vectors
from index.projection import Directions, directions_for
from index.release import LANGUAGES
from index.selection import EVERY_RELEASE, SelectedPassages
from index.settings import DEFAULT_MODEL
from tests.conftest import asked_questions


def of_default_model() -> Directions:
    directions = directions_for(DEFAULT_MODEL)
    assert directions is not None
    return directions


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def test_what_is_left_out_makes_all_passages_as_long_as_before() -> None:
    vectors = unit(np.random.default_rng(5).normal(size=(20, 384)))
    stored = of_default_model().store(vectors)
    assert stored.shape == (20, 128)
    assert np.allclose(np.linalg.norm(stored, axis=1), 1, atol=1e-3)
    asked = of_default_model().ask(vectors[0])
    assert asked.shape == (128,)
    assert asked[-1] == 0


def test_inner_products_are_about_as_they_were(library: Library, encoder: Encoder) -> None:
    """Those of a question and of what it may be about; of two passages nothing is asked."""
    for language in LANGUAGES:
        stored = library.store.vectors(sorted(library.store.passage_ids(language)))
        passages = unpack_vectors(list(stored.values()))
        about, exact = [], []
        for asked in asked_questions():
            vector = encoder.encode_question(asked.question).vector
            about.append(of_default_model().store(passages) @ of_default_model().ask(vector))
            exact.append(passages @ vector)
        assert np.corrcoef(np.concatenate(about), np.concatenate(exact))[0, 1] > 0.85


def test_what_chroma_finds_is_put_in_order_by_whole_vectors(library: Library, encoder: Encoder) -> None:
    nearest = SelectedPassages(EVERY_RELEASE, library.store, library.vectors)
    for asked in asked_questions():
        vector = encoder.encode_question(asked.question).vector
        found = nearest.nearest(vector, "th", 10)
        stored = library.store.vectors(sorted(library.store.passage_ids("th")))
        cosines = dict(zip(stored, (unpack_vectors(list(stored.values())) @ vector).tolist(), strict=True))
        assert found == sorted(found, key=lambda passage_id: -cosines[passage_id])
        assert found[0] == max(cosines, key=lambda passage_id: cosines[passage_id])


def test_of_another_model_chroma_has_whole_vectors() -> None:
    assert directions_for("another model") is None
