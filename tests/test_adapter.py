"""What the query adapter makes of a question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.embed import Encoder, passage_text
from index.network import open_tokenizer
from index.settings import Settings
from qa.adapter import QueryAdapter
from qa.reader_input import own_tokens


@pytest.fixture(scope="module")
def adapter(model_home: Path) -> QueryAdapter:
    return QueryAdapter(Settings(home=model_home))


@pytest.mark.parametrize("question", ["ค่าโดยสารเรือข้ามฟากราคาเท่าไร", "How much is a ride?", "๓.๕ พันล้าน…", "?"])
def test_tokens_are_of_length_one_and_weights_add_up(adapter: QueryAdapter, encoder: Encoder, question: str) -> None:
    adapted = adapter.adapt(question)
    assert adapted.tokens.shape == encoder.encode_question(question).tokens.shape, "the same tokens as the encoder's"
    assert np.allclose(np.linalg.norm(adapted.tokens, axis=1), 1, atol=1e-3)
    assert abs(float(np.linalg.norm(adapted.vector)) - 1) < 1e-3
    assert adapted.weights.shape == (len(adapted.tokens),)
    assert abs(float(adapted.weights.sum()) - 1) < 1e-5


def test_of_one_release_the_passage_that_answers_is_nearest(adapter: QueryAdapter, encoder: Encoder) -> None:
    """Asked in English, of Thai passages that all speak of the ferry."""
    title = "เทศบาลเปิดเดินเรือข้ามฟากท่าน้ำบางหลวง"
    passages = [
        "เรือข้ามฟากบางหลวงลำใหม่ต่อด้วยไม้สักทั้งลำ ทาสีเขียวตามสีประจำเทศบาล",
        "ผู้โดยสารเสียค่าเรือข้ามฟากเที่ยวละ 7 บาท เด็กนักเรียนขึ้นฟรี",
        "นายกเทศมนตรีกล่าวขอบคุณชาวบ้านที่มาร่วมพิธีเปิดเดินเรือข้ามฟากอย่างคับคั่ง",
    ]
    encoded = list(encoder.encode_passages([passage_text(title, text) for text in passages]))
    adapted = adapter.adapt("What does it cost to cross by the Bang Luang ferry?")
    near = [float(adapted.weights @ (adapted.tokens @ passage.tokens.T).max(axis=1)) for passage in encoded]
    assert int(np.argmax(near)) == 1


def test_no_words_have_no_tokens(model_home: Path) -> None:
    ids, own = own_tokens(open_tokenizer(model_home / "model" / "e5-small"), "")
    assert len(ids) > 0
    assert len(own) == 0
