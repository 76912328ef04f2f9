"""Names of several words, looked for in a row."""

from __future__ import annotations

import pytest

from index.release import Language
from qa.carry import carry_words
from qa.phrases import phrases_in


@pytest.mark.parametrize(
    ("question", "language", "phrases"),
    [
        ("แพลตฟอร์มไทยชนะใช้ทำอะไร", "th", ["ไทย ชนะ"]),
        ("โครงการ “น้ำใสใจดี” เริ่มเมื่อไร", "th", ["น้ำ ใส ใจดี"]),
        ("Who may apply for the Destination Thailand Visa?", "en", ["destin thailand visa"]),
        ("What does 'clean water' cost?", "en", ["clean water"]),
        # One word is found as it is, and how a question begins is no name.
        ("ภูเก็ตมีกี่เกาะ", "th", []),
        ("Who lives in Phuket?", "en", []),
        ("What Is it", "en", []),
    ],
)
def test_names_and_what_is_quoted_are_phrases(question: str, language: Language, phrases: list[str]) -> None:
    assert phrases_in(question, language) == phrases


def test_a_name_in_latin_letters_is_carried_into_thai_releases() -> None:
    assert "destin thailand visa" in carry_words("How long is the Destination Thailand Visa valid?", "en", "th")
