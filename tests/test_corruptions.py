"""What spoils a right sentence spoils it in one point, and what counts as a good citation."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.corruptions import CORRUPTIONS
from benchmarks.proof import cited_well
from qa.answer import Sentence
from qa.ask import Answerer

ENGLISH = "The Ministry of Finance will pay 50 baht a day from 3 June 2024."
THAI = "กระทรวงการคลังจะจ่าย 50 บาทต่อวัน ตั้งแต่วันที่ 3 มิถุนายน 2567"


@pytest.mark.parametrize("text", [ENGLISH, THAI])
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_one_point_is_spoilt(name: str, text: str) -> None:
    spoilt = CORRUPTIONS[name](text, random.Random(1))
    assert spoilt
    assert spoilt != text
    untouched = {
        "number changed": ("3 June 2024", "3 มิถุนายน 2567"),
        "date shifted": ("50 baht", "50 บาท"),
        "name swapped": ("50 baht a day from 3 June 2024", "50 บาทต่อวัน ตั้งแต่วันที่ 3 มิถุนายน 2567"),
        "negated": ("pay 50 baht a day from 3 June 2024", "จ่าย 50 บาทต่อวัน ตั้งแต่วันที่ 3 มิถุนายน 2567"),
        "turned round": ("baht a month from 3 June 2024", "บาทต่อเดือน ตั้งแต่วันที่ 3 มิถุนายน 2567"),
    }[name]
    assert any(part in spoilt for part in untouched)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_is_not_there_cannot_be_spoilt(name: str) -> None:
    assert CORRUPTIONS[name]("Yes.", random.Random(1)) is None


def test_a_citation_is_of_use_where_it_carries_the_sentence_alone_or_is_needed(answerer: Answerer) -> None:
    plant, kettles = (
        replace(answerer.ask(question).citations[0], n=n)
        for n, question in enumerate(
            ("When does construction of the Lumatide battery plant begin?", "Why is Brightloom recalling kettles?"), 1
        )
    )

    def judged(text: str, *marks: int) -> tuple[bool, list[bool]]:
        return cited_well(answerer, Sentence(text, marks), [plant, kettles])

    begins = "Construction begins on 3 June 2024."
    assert judged(begins, 1) == (True, [True])
    assert judged(begins) == (False, [])
    assert judged(begins, 2) == (False, [False])
