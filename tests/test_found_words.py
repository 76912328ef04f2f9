"""The words that were looked for are marked where they stand, and nothing of a text becomes HTML."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import find_words, index_words
from qa.found_words import find_in


def marked(text: str, words: str) -> list[str]:
    found = find_in(text, frozenset(index_words(words)))
    return [html.unescape(piece) for piece in re.findall("<mark>(.*?)</mark>", found.html())]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("รัฐบาลแถลงเรื่องน้ำท่วมภาคใต้", "น้ำท่วม", ["น้ำท่วม"]),
        ("The Ministries of a ministry", "ministry", ["Ministries", "ministry"]),
        ("งบ ๕,๙๐๐ ล้าน และ 5,900 บาท", "5900", ["๕,๙๐๐", "5,900"]),
        ("กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "เศรษฐกิจ", ["เศรษฐกิจ"]),
        ("กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", ["กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"]),
        ("การประชุม", "กา", []),
        ("a <b>flood</b> & a flood", "flood", ["flood", "flood"]),
        ("nothing", "", []),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, words: str, expected: list[str]) -> None:
    assert marked(text, words) == expected


def test_a_text_is_escaped_around_the_marks() -> None:
    shown = find_in("<img src=x> <mark>flood</mark> *x*", frozenset({"flood"})).html()
    assert re.findall("<[^>]+>", shown) == ["<mark>", "</mark>"]
    assert "*" not in shown


@given(st.text(alphabet="กขนมาิ์้ำท่วม abcAB<>&*12,.\n", max_size=200), st.text(alphabet="น้ำท่วม abc12", max_size=20))
def test_a_text_with_its_marks_is_the_text(text: str, words: str) -> None:
    wanted = frozenset(index_words(words))
    found = find_in(text, wanted)
    assert html.unescape(re.sub("</?mark>", "", found.html())) == " ".join(text.split())
    assert all(found.text[start:end] for _, start, end in find_words(found.text, wanted))


@pytest.mark.parametrize("before", range(100, 103))
def test_a_piece_parts_no_letter_from_its_marks(before: int) -> None:
    text = f"{'ก' * before}{'ที่' * 90}น้ำท่วม{'น้ำ' * 90}"
    piece = html.unescape(re.sub("</?mark>|…", "", find_in(text, {"น้ำท่วม"}).piece_html(200, {"น้ำท่วม"})))
    at = text.index(piece)
    assert at > before and at + len(piece) < len(text)
    assert (text[at], text[at + len(piece)]) == ("ท", "น")


def test_the_piece_is_where_most_of_the_wanted_words_stand_together() -> None:
    text = f"alpha {'x ' * 300}beta {'y ' * 300}gamma alpha beta {'z ' * 300}"
    found = find_in(text, frozenset({"alpha", "beta", "gamma"}))
    piece = found.piece_html(200, {"alpha", "beta"})
    assert "<mark>gamma</mark> <mark>alpha</mark> <mark>beta</mark>" in piece
    assert piece.startswith("…") and piece.endswith("…")
    assert len(re.sub("<[^>]+>", "", piece)) <= 202
    assert found.piece_html(200, {"alpha"}).startswith("<mark>alpha</mark>"), "of the equally good the first"
    assert find_in("short", frozenset()).piece_html(200, ()) == "short"
