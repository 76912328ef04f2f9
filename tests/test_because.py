"""What is quoted of an answer to a question that asks why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.because import asks_why, to_reasons
from qa.clause import LONGEST_QUOTE, with_reason
from qa.quote import Quote
from qa.rank import RankedPassage, RankedRelease


@pytest.mark.parametrize(
    "question",
    [
        "ทำไมท่าเรือถึงปิด",
        "ท่าเรือปิดเพราะอะไร",
        "สาเหตุที่เรือล่มคืออะไร",
        "ด้วยเหตุใดจึงเลื่อนงาน",
        "Why did the pier close?",
        "What is the cause of the flood?",
        "What was the reason for the delay?",
        "What caused the fire?",
        "What did she blame for the delay?",
    ],
)
def test_a_question_for_a_reason_is_known(question: str) -> None:
    assert asks_why(question)


@pytest.mark.parametrize(
    "question",
    ["ท่าเรือปิดเมื่อไร", "ใครสั่งปิดท่าเรือ", "When did the pier close?", "Which cause does the fund support?", "whys"],
)
def test_other_questions_are_not(question: str) -> None:
    assert not asks_why(question)


@pytest.mark.parametrize(
    ("before", "quoted", "after", "rest", "language"),
    [
        ("", "ท่าเรือบ้านนาตั้งใจจะเปิดในเดือนนี้", " แต่ขณะนี้ยังรอผลตรวจเสาเข็ม", " นายท่าจะแจ้งวันเปิดอีกครั้ง", "th"),
        ("", "ที่ประชุมเลือกบ้านนาเป็นที่แรก", " เพราะมีเรือประมงมากที่สุดในจังหวัด", "\nนอกจากนี้มีอู่เรือ", "th"),
        ("ตึกเดิมเป็นอาคารเช่า ", "กรมท่าเรือจึงสร้างตึกใหม่", "", "\nตึกสูงสามชั้น", "th"),
        ("The pier is old. ", "Therefore it closes in May.", "", "\nA new one opens.", "en"),
        ("", "The pier closes in May.", " This is because its piles are rotten.", " It opens in June.", "en"),
    ],
)
def test_a_quote_reaches_to_the_clause_beside_it_that_says_why(
    before: str, quoted: str, after: str, rest: str, language: Language
) -> None:
    text = f"{before}{quoted}{after}{rest}"
    start = len(before)
    first, last = with_reason(text, start, start + len(quoted), language)
    assert text[first:last] == before + quoted + after


@pytest.mark.parametrize(
    ("quoted", "rest", "language"),
    [
        ("ท่าเรือปิดแล้ว", " นายท่าแจ้งวันเปิดอีกครั้ง", "th"),
        ("ท่าเรือปิดแล้ว", "\nแต่ท่าอื่นยังเปิด", "th"),
        ("ท่าเรือปิดแล้ว", f" เพราะ{'เสาเข็มทุกต้นผุ' * 20}", "th"),
        ("ท่าเรือปิดแล้ว", "\f เพราะเสาเข็มผุ", "th"),
        ("ท่าเรือปิดแล้ว", " ดังนั้น ประชาชนต้องไปท่าอื่น", "th"),
        ("The pier closed.", " The other one is open.", "en"),
        ("The pier closed.", "\nTherefore the other one is open.", "en"),
    ],
)
def test_it_does_not_reach_to_anything_else(quoted: str, rest: str, language: Language) -> None:
    assert with_reason(quoted + rest, 0, len(quoted), language) == (0, len(quoted))


def test_a_reason_that_is_given_needs_none_before_it() -> None:
    text = "ตึกเดิมอยู่ริมน้ำ เพราะอาคารเช่าคับแคบ กรมท่าเรือจึงสร้างตึกใหม่"
    start = text.index("เพราะ")
    assert with_reason(text, start, len(text), "th") == (start, len(text))


@given(
    st.lists(
        st.sampled_from(["จึง", "เพราะ", "แต่", "ท่าเรือปิด", " ", "\n", "\f", "5", "Therefore it closed. ", "a" * 90]),
        max_size=40,
    ),
    st.integers(0, 400),
    st.integers(1, LONGEST_QUOTE),
    st.sampled_from(["th", "en"]),
)
def test_any_quote_is_within_what_it_reaches_to(parts: list[str], start: int, length: int, language: Language) -> None:
    text = "".join(parts)
    start = min(start, len(text))
    end = min(len(text), start + length)
    first, last = with_reason(text, start, end, language)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert last - first <= LONGEST_QUOTE
    assert "\n" not in text[first:start] + text[end:last]


def quotes_of(text: str, *places: str) -> list[Quote]:
    """A quote of each of some places of a release, with the second word for the answer."""
    release = Release("", text, url="https://press.example.com/pier", language="th")
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    source = RankedRelease(release.id, release, 1.0, RankedPassage(stored, 1.0, 0.9))
    return [
        Quote(source, text.index(place), text.index(place) + len(place), 1.0, answer_start=0, answer_end=4)
        for place in places
    ]


REASONED = "ตึกเดิมคับแคบมาก กรมท่าเรือจึงสร้างตึกใหม่ เพื่อให้กว้างพอ\nตึกสูงสามชั้น"


def test_the_answer_in_a_quote_that_reaches_back_is_still_the_same() -> None:
    (quote,) = quotes_of(REASONED, "กรมท่าเรือจึงสร้างตึกใหม่")
    (wider,) = to_reasons([quote])
    assert wider.text == "ตึกเดิมคับแคบมาก กรมท่าเรือจึงสร้างตึกใหม่ เพื่อให้กว้างพอ"
    assert wider.text[wider.answer_start : wider.answer_end] == quote.text[:4]


def test_a_quote_that_another_one_then_holds_is_left_out() -> None:
    both = quotes_of(REASONED, "กรมท่าเรือจึงสร้างตึกใหม่", "ตึกเดิมคับแคบมาก", "ตึกสูงสามชั้น")
    assert [quote.text for quote in to_reasons(both)] == [REASONED.split("\n")[0], "ตึกสูงสามชั้น"]


def test_a_quote_does_not_reach_into_the_middle_of_another_one() -> None:
    both = quotes_of(REASONED, "กรมท่าเรือจึงสร้างตึกใหม่", "เพื่อให้กว้างพอ\nตึกสูงสามชั้น")
    assert [quote.text for quote in to_reasons(both)] == [quote.text for quote in both]


def test_a_quote_does_not_reach_over_one_before_it() -> None:
    both = quotes_of(REASONED, "ตึกเดิมคับแคบมาก", "กรมท่าเรือจึงสร้างตึกใหม่")
    assert [quote.text for quote in to_reasons(both)] == [quote.text for quote in both]
