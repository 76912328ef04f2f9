"""Packed token vectors keep what late interaction needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from index.codes import Codebooks, in_common
from index.embed import Encoder
from index.errors import IndexDamaged
from index.packed_vector import pack_vector
from index.projection import Projection, projection_for
from index.settings import DEFAULT_MODEL
from index.token_vectors import late_interaction, late_interaction_within, pack_tokens

RNG = np.random.default_rng(7)
WHOLE = projection_for("another model", 384)


@dataclass(frozen=True)
class Passage:
    vector: bytes
    tokens: bytes


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def tokens(count: int, dimension: int = 384) -> np.ndarray:
    """Vectors that share most of their direction, as a passage's do."""
    return unit(RNG.normal(size=dimension) * 2 + RNG.normal(size=(count, dimension)))


def packed(vectors: np.ndarray, projection: Projection = WHOLE) -> Passage:
    mean = unit(vectors.mean(axis=0)) if len(vectors) else np.ones(vectors.shape[1], np.float32)
    return Passage(pack_vector(mean), pack_tokens(vectors, mean, projection))


def maxsim(question: np.ndarray, passage: np.ndarray) -> float:
    return float((question @ passage.T).max(axis=1).mean())


@pytest.mark.parametrize("dimension", [384, 768, 1024, 12])
def test_late_interaction_survives_packing(dimension: int) -> None:
    projection = projection_for("another model", dimension)
    passages, question = [tokens(count, dimension) for count in (50, 1, 120)], tokens(8, dimension)
    scores = late_interaction([packed(passage, projection) for passage in passages], projection.ask(question))
    exact = [maxsim(question, passage) for passage in passages]
    assert np.allclose(scores, exact, atol=0.03 if dimension >= 384 else 0.3)


def test_what_the_default_model_makes_of_texts_survives_in_eight_bytes_a_token(encoder: Encoder) -> None:
    texts = [
        "กรมเจ้าท่าเปิดเดินเรือไฟฟ้าสายใหม่ ระยะทาง 12 กิโลเมตร ค่าโดยสาร 15 บาท",
        "The ministry will plant 4,000 mangrove trees along the coast of Trang before the end of June.",
        "ราคาน้ำมันดีเซลลดลง 50 สตางค์ต่อลิตร มีผลพรุ่งนี้เวลา 05.00 น.",
    ]
    asked = [encoder.encode_question(text) for text in ("ค่าโดยสารเรือไฟฟ้าเท่าไร", "How many trees will be planted?")]
    stored = list(encoder.encode_passages(texts))
    projection = projection_for(DEFAULT_MODEL, 384)
    assert projection.passages.shape == projection.questions.shape == (384, 128)
    kept = [Passage(pack_vector(one.vector), pack_tokens(one.tokens, one.vector, projection)) for one in stored]
    for question in asked:
        exact = [maxsim(question.tokens, one.tokens) for one in stored]
        scores = late_interaction(kept, projection.ask(question.tokens))
        assert np.allclose(scores, exact, atol=0.06)
        assert np.argmax(scores) == np.argmax(exact)


def test_passages_are_scored_alike_alone_and_together() -> None:
    passages, question = [packed(tokens(count)) for count in (5, 40, 9)], WHOLE.ask(tokens(6))
    together = late_interaction(passages, question)
    assert np.allclose(together, [late_interaction([one], question)[0] for one in passages], atol=1e-5)


def test_rows_of_weights_give_the_scores_of_each() -> None:
    passages, question = [packed(tokens(count)) for count in (5, 40)], WHOLE.ask(tokens(4))
    rows = np.array([[0.25, 0.25, 0.25, 0.25], [0.7, 0.1, 0.1, 0.1]], np.float32)
    scores = late_interaction(passages, question, rows)
    assert scores.shape == (2, 2)
    assert np.allclose(scores[0], late_interaction(passages, question), atol=1e-6)
    assert np.allclose(scores[1], late_interaction(passages, question, rows[1]), atol=1e-6)


def test_a_stretch_of_a_passage_is_scored_by_its_own_tokens() -> None:
    passage, question, weights = tokens(60), tokens(6), np.full(6, 1 / 6, np.float32)
    places = np.arange(60)
    stretches = [places < 20, places >= 20, places >= 0, places < 0]
    seen = WHOLE.ask(question)
    first, second, whole, none = late_interaction_within(packed(passage), seen, weights, stretches)
    assert np.isclose(first, maxsim(question, passage[:20]), atol=0.03)
    assert np.isclose(second, maxsim(question, passage[20:]), atol=0.03)
    assert np.isclose(whole, late_interaction([packed(passage)], seen)[0], atol=1e-5)
    assert none == 0


def test_a_token_of_the_default_model_takes_eight_bytes() -> None:
    assert len(packed(tokens(200), projection_for(DEFAULT_MODEL, 384)).tokens) == 8 + 8 * 200


def test_each_codebook_codes_what_those_before_it_leave() -> None:
    books = RNG.normal(size=(3, 256, 16)).astype(np.float32) * np.array([4, 1, 0.25], np.float32)[:, None, None]
    code = Codebooks(books, books)
    meant = np.array([[0, 255, 7], [19, 3, 128]], np.uint8)
    vectors = np.stack([sum(book[byte] for book, byte in zip(books, row, strict=True)) for row in meant])
    coded = code.encode(vectors)
    decoded = np.stack([sum(book[byte] for book, byte in zip(books, row, strict=True)) for row in coded])
    assert np.linalg.norm(vectors - decoded, axis=1).max() < 1.5
    for stage in range(3):
        left = vectors - sum((books[n][coded[:, n]] for n in range(stage)), np.zeros_like(vectors))
        nearest = np.linalg.norm(left[:, None] - books[stage][None], axis=2).argmin(axis=1)
        assert coded[:, stage].tolist() == nearest.tolist()
    question = RNG.normal(size=(5, 16)).astype(np.float32)
    assert np.allclose(in_common(code.ask(question), code.number, coded), question @ decoded.T, atol=1e-4)


def test_what_codewords_stand_for_may_differ_from_what_they_are_chosen_by() -> None:
    books = RNG.normal(size=(2, 256, 8)).astype(np.float32)
    vectors, question = RNG.normal(size=(4, 8)).astype(np.float32), RNG.normal(size=(3, 8)).astype(np.float32)
    usual, doubled = Codebooks(books, books), Codebooks(books, 2 * books)
    assert np.array_equal(usual.encode(vectors), doubled.encode(vectors))
    scores, twice = (in_common(code.ask(question), code.number, code.encode(vectors)) for code in (usual, doubled))
    assert np.allclose(2 * scores, twice, atol=1e-5)


def test_a_rotation_keeps_inner_products() -> None:
    first, second = tokens(5), tokens(6)
    assert np.allclose((first @ WHOLE.passages) @ (second @ WHOLE.questions).T, first @ second.T, atol=1e-5)


def test_no_tokens_and_no_passages_are_no_error() -> None:
    question, empty = WHOLE.ask(tokens(3)), packed(np.zeros((0, 384), np.float32))
    assert late_interaction([], question).shape == (0,)
    assert late_interaction([], question, np.full((2, 3), 1 / 3, np.float32)).shape == (2, 0)
    assert late_interaction([empty], question).tolist() == [0.0]
    scores = late_interaction([empty, packed(tokens(4)), empty], question)
    assert scores[0] == scores[2] == 0.0 != scores[1]
    of_nothing = late_interaction_within(empty, question, np.full(3, 1 / 3, np.float32), [np.zeros(0, bool)])
    assert of_nothing.tolist() == [0.0]


def test_a_dimension_that_cannot_be_packed_is_an_error() -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        packed(np.ones((1, 6), np.float32), projection_for("another model", 6))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-10],
        lambda data: data[:3],
        lambda data: b"",
        lambda data: bytes([7]) + data[1:],
        lambda data: data[:2] + b"\xff\xff" + data[4:],
        lambda data: data[:6] + b"\x00\x7c" + data[8:],
    ],
    ids=["cut off", "no header", "nothing", "an unknown code", "another width", "reaches without end"],
)
def test_data_that_is_not_whole_is_an_error_that_says_what_to_do(damage: Callable[[bytes], bytes]) -> None:
    whole = packed(tokens(3))
    broken = Passage(whole.vector, damage(whole.tokens))
    with pytest.raises(IndexDamaged, match="index verify"):
        late_interaction([broken], WHOLE.ask(tokens(2)))
    with pytest.raises(IndexDamaged, match="index verify"):
        late_interaction_within(broken, WHOLE.ask(tokens(2)), np.full(2, 0.5, np.float32), [np.ones(3, bool)])
