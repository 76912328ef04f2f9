"""The reader: where an answer stands in a passage, and that it stands in none."""

from __future__ import annotations

import hashlib
import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.embed import default_model_folder, passage_text
from index.network import open_tokenizer
from index.settings import Settings
from qa.reader import WEIGHTS, Reader, likely_spans
from qa.reader_input import own_tokens, pair_up

FERRY = (
    "Lagoon ferry begins in May",
    "The lagoon ferry starts on 4 May 2031. A ride costs 12 crowns, and children ride free until the end of June.",
)
MARKET = (
    "ตลาดน้ำคลองหงส์เปิดใหม่",
    "นางสาวพิมพ์ดาว ศรีบัวขาว เป็นประธานเปิดตลาดน้ำคลองหงส์ ใช้งบปรับปรุงท่าเรือ 37.5 ล้านบาท มีร้านค้า 64 ร้าน",
)
LIBRARY = ("Library reopens", "The town library reopens after a year of repairs. Its new hall seats eighty readers.")


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        ("How much is a ride on the lagoon ferry?", FERRY, "12 crowns"),
        ("เรือข้ามทะเลสาบเริ่มให้บริการวันไหน", FERRY, "4 May 2031"),
        ("ใครเป็นประธานเปิดตลาดน้ำคลองหงส์", MARKET, "พิมพ์ดาว ศรีบัวขาว"),
        ("How many shops are there at the Khlong Hong floating market?", MARKET, "64"),
    ],
)
def test_the_answer_is_found_in_either_language(
    reader: Reader, question: str, passage: tuple[str, str], answer: str
) -> None:
    ((best, *_),) = reader.read(question, [passage])
    assert answer in passage[1][max(0, best.start - 30) : best.end + 30]
    assert passage[1][best.start : best.end] in passage[1]


def test_a_passage_that_answers_has_better_odds_than_one_that_does_not(reader: Reader) -> None:
    with_answer, without = reader.read("How much is a ride on the lagoon ferry?", [FERRY, LIBRARY])
    assert with_answer[0].score > without[0].score


def test_what_speaks_for_any_part_of_an_answer_speaks_for_it() -> None:
    """Of two answers that are too far apart to be one, the one that several pairs of tokens name comes first."""
    import numpy as np

    scores = np.full((120, 2), -9.0, np.float32)
    scores[0] = 1.0
    scores[[2, 4], 0] = scores[[5, 6], 1] = 3.0
    scores[110] = 3.1
    places = np.array([(-1, -1), *((place, place + 1) for place in range(119))], np.int32)
    spans = likely_spans(scores, places)
    assert (spans[0].start, spans[0].end) in {(1, 5), (1, 6), (3, 5), (3, 6)}
    assert spans[0].score == pytest.approx(6 + np.log(4) - 2, abs=0.01)
    (alone,) = (span for span in spans if (span.start, span.end) == (109, 110))
    assert alone.score == pytest.approx(6.2 - 2, abs=0.01)


def test_nothing_is_found_where_a_passage_has_no_tokens() -> None:
    import numpy as np

    assert likely_spans(np.zeros((4, 2), np.float32), np.full((4, 2), -1, np.int32)) == []


def test_passages_are_read_alike_alone_and_together(reader: Reader) -> None:
    question = "How many readers does the hall seat?"
    (alone,) = reader.read(question, [LIBRARY])
    together = reader.read(question, [FERRY, LIBRARY, MARKET])[1]
    assert [(span.start, span.end) for span in alone] == [(span.start, span.end) for span in together]
    assert alone[0].score == pytest.approx(together[0].score, abs=0.05)


@pytest.mark.parametrize("text", ["", " ", "ก" * 5000, "\u200b", "💧", "a " * 3000])
def test_any_text_can_be_read(reader: Reader, text: str) -> None:
    for spans in reader.read(text or "?", [("", text), ("x", "y")]):
        assert len(spans) <= 3
        for span in spans:
            assert 0 <= span.start < span.end


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_only_tokens_of_the_passage_have_a_place(model_home: Path) -> None:
    tokenizer = open_tokenizer(default_model_folder(Settings(home=model_home)))
    title, text = MARKET
    sequences = pair_up(tokenizer, "ใครเป็นประธาน", [(title, text)])
    places = [(start, end) for start, end in sequences.spans[0].tolist() if start >= 0]
    assert places[0][0] == 0
    assert places[-1][1] == len(text)
    assert all(first <= second for (first, _), (second, _) in pairwise(places))
    assert sequences.mask.sum() > len(places)


@pytest.mark.parametrize(
    ("question_words", "passage_words"), [(3, 20), (3, 900), (900, 3), (500, 500), (191, 700), (700, 192), (900, 0)]
)
def test_of_a_pair_that_is_too_long_the_longer_one_loses_as_the_tokenizer_would_have_it(
    question_words: int, passage_words: int, model_home: Path
) -> None:
    folder = default_model_folder(Settings(home=model_home))
    cutting = Tokenizer.from_str(open_tokenizer(folder).to_str())
    cutting.enable_truncation(384, strategy="longest_first")
    question, passage = "ใคร who " * (question_words // 2), "ข่าว news " * (passage_words // 2)
    sequences = pair_up(open_tokenizer(folder), question, [("", passage)])
    expected = cutting.encode("query: " + question, "passage: " + passage_text("", passage))
    assert sequences.ids[0][sequences.mask[0] == 1].tolist() == expected.ids
    assert sequences.ids.shape[1] % 8 == 0
    assert len(expected.ids) <= 384
    ids, own = own_tokens(open_tokenizer(folder), question)
    alone = cutting.encode("query: " + question)
    assert ids == alone.ids
    assert own.tolist() == [n for n, (_, end) in enumerate(alone.offsets) if end > len("query: ")]


def test_a_conversion_that_is_cut_off_is_made_anew(reader: Reader, model_home: Path, tmp_path: Path) -> None:
    question = "How much is a ride on the lagoon ferry?"
    before = reader.read(question, [FERRY])
    shutil.copytree(model_home / "model", tmp_path / "model", copy_function=os.link)
    digest = hashlib.blake2b(WEIGHTS.read_bytes(), digest_size=6).hexdigest()
    folder = f"reader-{digest}{'-int8' if reader.is_fast else ''}"
    converted = tmp_path / "model" / folder / "reader.bin"
    content = converted.read_bytes()
    converted.unlink()  # a link to the one that the other tests use
    converted.write_bytes(content[: len(content) // 2])
    assert Reader(Settings(home=tmp_path)).read(question, [FERRY]) == before
    assert len(converted.read_bytes()) == len(content)
