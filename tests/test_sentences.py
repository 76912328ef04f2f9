"""A streamed text is cut into sentences with the numbers of what they cite."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sentences import Draft, SentenceCutter, cut_sentences

CASES = [
    ("", []),
    ("The fare is 22 baht. [1]", [("The fare is 22 baht.", (1,))]),
    ("The fare is 22 baht [1]. It rises in May [2].", [("The fare is 22 baht.", (1,)), ("It rises in May.", (2,))]),
    ("The fare is 22 baht. [1] It rises in May. [2]", [("The fare is 22 baht.", (1,)), ("It rises in May.", (2,))]),
    ("It cost 3.5 million [1][2], or [1, 3] more.", [("It cost 3.5 million, or more.", (1, 2, 3))]),
    ("Mr. Okonjo of the U.S. office spoke [1].", [("Mr. Okonjo of the U.S. office spoke.", (1,))]),
    ("In the year [2025] it began [1].", [("In the year [2025] it began.", (1,))]),
    ("ค่าโดยสาร 22 บาท [1] นักเรียนจ่าย 11 บาท [1]", [("ค่าโดยสาร 22 บาท", (1,)), ("นักเรียนจ่าย 11 บาท", (1,))]),
    ("ค่าโดยสาร 22 บาท [๑]\nนักเรียนจ่าย 11 บาท【2】", [("ค่าโดยสาร 22 บาท", (1,)), ("นักเรียนจ่าย 11 บาท", (2,))]),
    (
        "1. The fare is **22 baht** [1]\n2. Students pay 11 baht [1]\n",
        [("The fare is 22 baht", (1,)), ("Students pay 11 baht", (1,))],
    ),
    ("- one thing [1]\n\n- another [2]", [("one thing", (1,)), ("another", (2,))]),
    ("“We open.” [1] The rest follows.", [("“We open.”", (1,)), ("The rest follows.", ())]),
    ("No mark here", [("No mark here", ())]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES, ids=range(len(CASES)))
def test_sentences_with_their_marks(text: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert cut_sentences(text) == [Draft(*sentence) for sentence in sentences]


TEXTS = st.lists(
    st.sampled_from(
        ["The fare", " is 22", " baht", ".", " ", "\n", "[1]", "[2, 3]", "[", "]", "【4】", "ค่าโดยสาร", "บาท", "3.5",
         "1. ", "- ", "“", "”", "?", "Mr.", "A", "[2025]", "…", "\r\n", "**"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(TEXTS, st.lists(st.integers(1, 9), max_size=60))
def test_how_a_text_comes_in_pieces_changes_nothing(text: str, sizes: list[int]) -> None:
    cutter, drafts, position = SentenceCutter(), [], 0
    for size in [*sizes, len(text)]:
        drafts += cutter.feed(text[position : position + size])
        position += size
    assert [*drafts, *cutter.finish()] == cut_sentences(text)


@given(TEXTS)
def test_no_word_and_no_mark_is_lost_or_added(text: str) -> None:
    drafts = cut_sentences(text)
    letters = re.compile(r"[A-Za-z\u0e01-\u0e4e]")
    assert [letter for draft in drafts for letter in letters.findall(draft.text)] == letters.findall(text)
    written = {
        int(number) for mark in re.findall(r"[\[【](\d{1,3}(?:, \d)?)[\]】]", text) for number in mark.split(",")
    }
    assert {mark for draft in drafts for mark in draft.marks} == written


def test_a_sentence_is_given_before_the_text_is_at_its_end() -> None:
    cutter = SentenceCutter()
    given_early = cutter.feed("The fare is 22 baht [1]. ") + cutter.feed("Students and the old pay half of that, " * 3)
    assert given_early == [Draft("The fare is 22 baht.", (1,))]
