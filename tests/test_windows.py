"""What may be quoted: whole clauses and sentences, never too long."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from index.release import Language
from qa.windows import windows

ENGLISH = (
    'The U.S. envoy Mr. Smith met Gen. Dee at 3.30 p.m. today. They agreed on three items. "Good," he said.\n'
    "A second paragraph follows."
)


def quotes(text: str, language: Language, longest: int = 300) -> list[str]:
    return [text[window.start : window.end] for window in windows(text, language, longest)]


def test_english_quotes_begin_and_end_at_sentences() -> None:
    found = quotes(ENGLISH, "en", 90)
    assert found[0].startswith("The U.S. envoy Mr. Smith met Gen. Dee")
    assert "They agreed on three items." in {quote[: len("They agreed on three items.")] for quote in found}
    assert all(quote[0].isupper() or quote[0] == '"' for quote in found)


def test_thai_quotes_begin_and_end_at_spaces() -> None:
    text = "วันนี้ นายกรัฐมนตรีกล่าวว่า มีผู้ใช้ ๕๐ ล้านคน\nต่อมา มีการลงนาม"
    for window in windows(text, "th", 30):
        assert window.start == 0 or text[window.start - 1].isspace()
        assert window.end == len(text) or text[window.end].isspace()


def test_every_word_can_be_quoted() -> None:
    text = "ก " * 500 + "ข" * 900 + " ค"
    covered: set[int] = set()
    for window in windows(text, "th", 100):
        covered.update(range(window.start, window.end))
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="กขา่ abcD.,\n()?", max_size=400), st.sampled_from(["th", "en"]))
def test_no_quote_is_too_long_or_padded(text: str, language: Language) -> None:
    for quote in quotes(text, language, 60):
        assert 0 < len(quote) <= 60
        assert quote == quote.strip()


def test_stretches_with_whole_clauses_are_told_from_others() -> None:
    text = "ผู้ใช้ในไทย 50 ล้านคน เพิ่มขึ้นมาก ผู้ขาย 3 ล้านราย"
    whole = {text[window.start : window.end] for window in windows(text, "th", 34) if window.wholeness == 2}
    assert "ผู้ใช้ในไทย 50 ล้านคน เพิ่มขึ้นมาก" in whole
    assert not [quote for quote in whole if quote.startswith(("50", "ล้าน", "3"))]
