"""What the query adapter does to the tokens of a question."""

from __future__ import annotations

import numpy as np

from index.embed import Encoder
from qa.adapter import QueryAdapter, shipped_adapter


def test_tokens_stay_of_length_one_and_weights_add_up(encoder: Encoder) -> None:
    tokens = encoder.encode_question("ค่าโดยสารเรือข้ามฟากราคาเท่าไร").tokens
    adapted, weights = shipped_adapter().adapt(tokens)
    assert adapted.shape == tokens.shape
    assert np.allclose(np.linalg.norm(adapted, axis=1), 1, atol=1e-3)
    assert weights.shape == (len(tokens),)
    assert abs(weights.sum() - 1) < 1e-5
    assert weights.min() > 0


def test_an_adapter_that_learned_nothing_changes_nothing() -> None:
    tokens = np.eye(4, dtype=np.float32)[:3]
    adapted, weights = QueryAdapter(
        np.eye(4, dtype=np.float32), np.zeros(4, np.float32), np.zeros(4, np.float32)
    ).adapt(tokens)
    assert np.allclose(adapted, tokens)
    assert np.allclose(weights, 1 / 3)
