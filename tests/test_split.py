"""Passages cover their release, fit the model, and never cut a Thai character cluster."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from index.release import Release
from index.split import Splitter

pieces = st.sampled_from(
    [
        "รัฐบาล",
        "ที่",
        "น้ำ",
        "เชียงใหม่",
        "ก็",
        "เศรษฐกิจ",
        "word",
        "Ministry",
        "2568",
        "๑๒",
        " ",
        " ",
        "\n",
        "\n\n",
        "(",
        "์",
        "😀",
    ]
)
texts = st.lists(pieces, max_size=120).map("".join)


def count_characters(text: str) -> int:
    return -(-len(text) // 4)


def spans(text: str, tokens: int = 12) -> list[tuple[int, int]]:
    return list(Splitter(count_characters, tokens).spans(text))


@settings(max_examples=150, deadline=None)
@given(texts)
def test_passages_put_together_are_the_text_but_for_white_space(text: str) -> None:
    passages = Splitter(count_characters, 12).split(Release(title="t", text=text))
    assert "".join(passage.text for passage in passages).split() == text.split() or (
        "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())
    )
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip()


@settings(max_examples=150, deadline=None)
@given(texts)
def test_passages_are_small_enough(text: str) -> None:
    for start, end in spans(text):
        # A single cluster may be larger than anything; nothing here comes near.
        assert count_characters(text[start:end]) <= 12


def test_no_passage_begins_with_a_mark_or_ends_with_a_leading_vowel() -> None:
    text = "ที่นี่เชียงใหม่น้ำท่วมเศรษฐกิจก็ดีแล้ว" * 40
    found = spans(text)
    assert len(found) > 10
    for start, end in found:
        assert unicodedata.category(text[start]) != "Mn"
        assert text[start] not in "ะาำๅ"
        assert text[end - 1] not in "เแโใไ"


def test_a_run_without_spaces_is_cut_at_words() -> None:
    text = "ประชาชนได้รับความเดือดร้อนจากน้ำท่วม" * 12
    starts = {start for start, _ in spans(text)}
    from index.words import cut_words

    boundaries, position = set(), 0
    for word in cut_words(text):
        boundaries.add(position)
        position += len(word)
    assert starts <= boundaries


def test_paragraphs_come_before_lines_and_lines_before_spaces() -> None:
    text = "หนึ่ง สอง สาม\n\nสี่ ห้า หก เจ็ด\nแปด เก้า สิบ เอ็ด"
    assert [text[a:b] for a, b in spans(text, 5)] == ["หนึ่ง สอง สาม", "สี่ ห้า หก เจ็ด", "แปด เก้า สิบ เอ็ด"]


def test_a_pathological_run_is_cut_too() -> None:
    text = "a" * 5000 + "ก็" * 3000
    found = spans(text, 50)
    assert sum(end - start for start, end in found) == len(text)


def test_white_space_alone_gives_no_passage() -> None:
    assert spans(" \n\n \n") == []


def test_a_long_text_is_cut_without_being_counted_as_a_whole() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return count_characters(text)

    text = "ประชาชนได้รับความเดือดร้อนจากน้ำท่วม" * 500 + " word" * 2000
    release = Release(title="t", text=text)
    assert Splitter(count, 12).split(release) == Splitter(count_characters, 12).split(release)
    assert max(map(len, counted)) < 500
