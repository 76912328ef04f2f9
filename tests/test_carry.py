"""Names and numbers of a question are looked for in releases of the other language."""

from __future__ import annotations

import pytest

from index.release import Language
from index.words import index_words
from qa.carry import carry_words


@pytest.mark.parametrize(
    ("text", "language", "carried"),
    [
        ("What did the Ministry of Public Health say about dengue?", "en", "กระทรวงสาธารณสุข"),
        ("How many people does Songkhla expect?", "en", "สงขลา"),
        ("Who sells through TikTok Shop?", "en", "TikTok"),
        ("What is the EEC worth?", "en", "EEC"),
        ("Which releases mention black chin tilapia?", "en", "ปลาหมอคางดำ"),
        ("What is the budget of 3.5 billion baht for?", "en", "3,500 ล้านบาท"),
        ("Which phase has 5,900 places?", "en", "5900"),
        ("TikTok มีผู้ใช้กี่คน", "th", "TikTok"),
        ("กระทรวงสาธารณสุขแถลงอะไร", "th", "Ministry of Public Health"),
        ("สงขลามีผู้ประกอบการ 3.5 พันล้านรายหรือไม่", "th", "Songkhla"),
    ],
)
def test_what_stands_for_the_same_in_the_other_language_is_carried(text: str, language: Language, carried: str) -> None:
    other: Language = "th" if language == "en" else "en"
    words = carry_words(text, language, other)
    assert set(index_words(carried)) <= set(words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who won, and why?", "en"),
        ("What happened on 9 March 2025?", "en"),
        ("I wonder when the bridge will open", "en"),
        ("ใครชนะ", "th"),
        ("เกิดอะไรขึ้นเมื่อวันที่ 9 มีนาคม 2568", "th"),
        ("", "en"),
        ("?!", "th"),
    ],
)
def test_what_is_of_one_language_only_and_days_are_not(text: str, language: Language) -> None:
    assert carry_words(text, language, "th" if language == "en" else "en") == []
