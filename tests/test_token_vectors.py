"""Packed token vectors keep what late interaction needs."""

from __future__ import annotations

import numpy as np
import pytest

from index.token_vectors import late_interaction, late_interaction_within, pack_tokens, rotate

RNG = np.random.default_rng(7)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def tokens(count: int, dimension: int = 384) -> np.ndarray:
    """Vectors that share most of their direction, as a passage's do."""
    return unit(RNG.normal(size=dimension) * 2 + RNG.normal(size=(count, dimension)))


def maxsim(question: np.ndarray, passage: np.ndarray) -> float:
    return float((question @ passage.T).max(axis=1).mean())


@pytest.mark.parametrize("dimension", [384, 768, 1024, 12])
def test_late_interaction_survives_packing(dimension: int) -> None:
    passages, question = [tokens(count, dimension) for count in (50, 1, 120)], tokens(8, dimension)
    scores = late_interaction(list(map(pack_tokens, passages)), rotate(question))
    exact = [maxsim(question, passage) for passage in passages]
    assert np.allclose(scores, exact, atol=0.03 if dimension >= 384 else 0.3)


def test_passages_are_scored_alike_alone_and_together() -> None:
    packed, question = [pack_tokens(tokens(count)) for count in (5, 40, 9)], rotate(tokens(6))
    together = late_interaction(packed, question)
    assert np.allclose(together, [late_interaction([one], question)[0] for one in packed], atol=1e-5)


def test_rows_of_weights_give_the_scores_of_each() -> None:
    packed, question = [pack_tokens(tokens(count)) for count in (5, 40)], rotate(tokens(4))
    rows = np.array([[0.25, 0.25, 0.25, 0.25], [0.7, 0.1, 0.1, 0.1]], np.float32)
    scores = late_interaction(packed, question, rows)
    assert scores.shape == (2, 2)
    assert np.allclose(scores[0], late_interaction(packed, question), atol=1e-6)
    assert np.allclose(scores[1], late_interaction(packed, question, rows[1]), atol=1e-6)


def test_a_stretch_of_a_passage_is_scored_by_its_own_tokens() -> None:
    passage, question, weights = tokens(60), tokens(6), np.full(6, 1 / 6, np.float32)
    places = np.arange(60)
    stretches = [places < 20, places >= 20, places >= 0, places < 0]
    first, second, whole, none = late_interaction_within(pack_tokens(passage), rotate(question), weights, stretches)
    assert np.isclose(first, maxsim(question, passage[:20]), atol=0.03)
    assert np.isclose(second, maxsim(question, passage[20:]), atol=0.03)
    assert np.isclose(whole, late_interaction([pack_tokens(passage)], rotate(question))[0], atol=1e-5)
    assert none == 0


def test_a_token_takes_a_hundred_bytes() -> None:
    assert len(pack_tokens(tokens(200))) / 200 < 105


def test_rotation_keeps_inner_products() -> None:
    first, second = tokens(5), tokens(6)
    assert np.allclose(rotate(first) @ rotate(second).T, first @ second.T, atol=1e-5)


def test_no_tokens_and_no_passages_are_no_error() -> None:
    question, empty = rotate(tokens(3)), pack_tokens(np.zeros((0, 384), np.float32))
    assert late_interaction([], question).shape == (0,)
    assert late_interaction([], question, np.full((2, 3), 1 / 3, np.float32)).shape == (2, 0)
    assert late_interaction([empty], question).tolist() == [0.0]
    scores = late_interaction([empty, pack_tokens(tokens(4)), empty], question)
    assert scores[0] == scores[2] == 0.0 != scores[1]


def test_a_dimension_that_cannot_be_packed_is_an_error() -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        pack_tokens(np.ones((1, 6), np.float32))


def test_data_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(ValueError):
        late_interaction([pack_tokens(tokens(3))[:-10]], rotate(tokens(2)))
