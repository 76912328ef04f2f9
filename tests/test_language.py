"""The language of releases and questions that mix Thai and Latin letters."""

from __future__ import annotations

import pytest

from index.language import detect_language

THAI = "กรมท่าเรือเปิดท่าเทียบเรือแห่งใหม่ที่บ้านนา "
ENGLISH = "The port authority has opened a new pier in the village. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (THAI, "th"),
        (ENGLISH, "en"),
        ("TikTok ลงทุนอะไร", "th"),
        ("Bangkok Metropolitan Administration คือใคร", "th"),
        ("WHO Thailand ชื่นชมไทย", "th"),
        ("What is โครงการท่าเรือใหม่ที่บ้านนา?", "en"),
        ("How much does คนละครึ่ง pay?", "en"),
        ("What's โครงการท่าเรือใหม่ที่บ้านนา?", "en"),
        ("Who’s the head of กรมท่าเรือบ้านนา?", "en"),
        ("Show me news about โครงการท่าเรือใหม่", "en"),
        ("Summarise the news of กรมท่าเรือบ้านนา", "en"),
        ("Show DC ที่ท่าเรือบ้านนา", "th"),
        ("How to ทิ้งขยะ ทำอย่างไร", "en"),
        ("โทร 02 123 4567", "th"),
        (ENGLISH * 20 + "(กรมท่าเรือ)", "en"),
        (THAI * 10 + ENGLISH * 10, "th"),
        ("ก", "th"),
        ("", "en"),
        ("12/02/2568", "en"),
        ("๑๒", "en"),
        ("Où est la gare", "en"),
    ],
)
def test_language_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_thai_full_of_latin_names_is_thai() -> None:
    assert detect_language((THAI + "Port Authority of Thailand (PAT) Development Plan ") * 20) == "th"
