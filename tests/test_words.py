"""The same words on both sides of the lexical index."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.words import cut_words, index_words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("วันนี้รัฐบาลแถลงข่าวเรื่องน้ำท่วม", "น้ำท่วม"),
        ("งบประมาณ ๕,๙๐๐ ล้านบาท", "5900"),
        ("งบประมาณ 5,900 ล้านบาท", "5900"),
        ("เพิ่มขึ้นร้อยละ ๓.๕", "3.5"),
        ("The Ministries are running schemes", "ministri"),
        ("TikTok Shop ของไทย", "tiktok"),
        ("the minister's office", "minist"),
        ("ปี 2567,2568", "2567"),
        ("ข้อ 1,2,3", "2"),
        ("1,234,567.50 บาท", "1234567.50"),
        ("น\u0e4d\u0e49\u0e32ท่วม", "น้ำท่วม"),
        ("น\u0e49\u0e4d\u0e32ท่วม", "น้ำท่วม"),
        ("ประจ\u0e4d\u0e32ปี", "ประจำปี"),
        ("\u0e40\u0e40ผนงาน", "แผนงาน"),
        ("กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "เศรษฐกิจ"),
        ("กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"),
    ],
)
def test_a_word_is_found_in_its_text(text: str, word: str) -> None:
    assert word in index_words(text)


@pytest.mark.parametrize("text", ["", " ", "!?…", "ๆ ฯ", "\u0e48\u0e49"])
def test_text_without_words_gives_none(text: str) -> None:
    assert index_words(text) == []


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="กขคงนมยรลวสาิีุูเแโ่้์ำ abc12", max_size=300))
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join(cut_words(text)) == text


def test_a_long_repeat_does_not_hang() -> None:
    assert "".join(cut_words("ก็" * 20_000)) == "ก็" * 20_000
