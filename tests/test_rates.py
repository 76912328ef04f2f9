"""Amounts with what they are for: a day, a person, a rai."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import detect_language
from index.release import LANGUAGES
from qa.facts import key_facts
from qa.rates import with_rates


def said(text: str) -> list[str]:
    """The amounts of a text, in the other language."""
    language = detect_language(text)
    facts = key_facts(text, language, "en" if language == "th" else "th")
    return [fact.rendered for fact in with_rates(facts, text, language) if fact.kind == "amount"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("คนเรือได้ 400 บาทต่อวัน", ["400 baht per day"]),
        ("คนเรือได้วันละ ๔๐๐ บาท", ["400 baht per day"]),
        ("คนเรือได้ 400 บาท/คน/วัน", ["400 baht per person per day"]),
        ("คนเรือได้คนละ 400 บาทต่อวัน", ["400 baht per person per day"]),
        ("ช่วยเดือนละไม่เกิน 600 บาท", ["not more than 600 baht per month"]),
        ("ช่วย 600 บาทต่อครัวเรือนในปีนี้", ["600 baht per household"]),
        ("ดอกเบี้ยร้อยละ 3 ต่อปี", ["3% per year"]),
        ("เรือวิ่ง 120 กม./ชม.", ["120 kilometres per hour"]),
        ("ตรวจเรือปีละ 3 ครั้ง", ["3 times per year"]),
        ("ช่วยรายละ 5 ล้านบาท", ["5 million baht each"]),
        # Not said for certain what it is for.
        ("ช่วย 600 บาท ต่อวันที่ 3", ["600 baht"]),
        ("ช่วย 600 บาทต่อคนไทย", ["600 baht"]),
        ("งบ 600 บาทต่อปีงบประมาณ", ["600 baht"]),
        ("The crew gets 400 baht a day.", ["400 บาทต่อวัน"]),
        ("The crew gets 400 baht per person per day.", ["400 บาทต่อคนต่อวัน"]),
        ("Rice is 12 baht/kg.", ["12 บาทต่อกิโลกรัม"]),
        ("Interest of 3% per annum", ["ร้อยละ 3 ต่อปี"]),
        ("It was 400 baht a year ago.", ["400 บาท"]),
        ("The crew gets 400 baht per dayshift.", ["400 บาท"]),
    ],
)
def test_an_amount_is_said_with_what_it_is_for(text: str, wanted: list[str]) -> None:
    assert said(text) == wanted


def test_what_an_amount_is_for_is_not_said_twice() -> None:
    facts = key_facts("ช่วยครัวเรือนละ 600 บาท", "th", "en")
    assert [fact.rendered for fact in facts] == ["households", "600 baht"]
    (fact,) = with_rates(facts, "ช่วยครัวเรือนละ 600 บาท", "th")
    assert (fact.quoted, fact.rendered) == ("ครัวเรือนละ 600 บาท", "600 baht per household")


@given(
    st.lists(
        st.sampled_from(
            ["วันละ", "400", " ", "บาท", "ต่อ", "คน", "/", "ครัวเรือน", "baht", "per", "day", "a", "ไร่", "%", "๕"]
        ),
        max_size=40,
    ).map("".join)
)
def test_places_are_exact_in_any_text(text: str) -> None:
    for language in LANGUAGES:
        facts = with_rates(key_facts(text, language, "en" if language == "th" else "th"), text, language)
        assert all(text[fact.start : fact.end] == fact.quoted for fact in facts)
        assert all(one.end <= two.start for one, two in pairwise(facts))
