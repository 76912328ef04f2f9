"""Cuts a release's text into passages that the model can read whole, with offsets that hold.

The cutting is `langchain-text-splitters`': first at paragraphs, then at lines, at spaces (which end
phrases and sentences in Thai), at words, and only in a run with none of these between Thai character
clusters. Separators stay with the piece before them and nothing is stripped, so the pieces put
together are the text again and every offset is a sum of lengths, never the result of a search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from index.errors import IndexDamaged
from index.release import Passage, Release
from index.words import cut_words

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

__all__ = ["PASSAGE_TOKENS", "SPLITTER", "Splitter"]

# Tokens of a passage without its headline. Chosen on dev.jsonl: see "Passage size" in benchmarks/README.md.
PASSAGE_TOKENS = 180

# Part of the index's fingerprint: passages cut by another version do not mix with these.
SPLITTER = f"recursive-thai-2/{PASSAGE_TOKENS}"

# Marks a place between two words. Texts hold none of their own: `tidy` takes them out.
_WORD_MARK = "\u200b"

# A run without white space that is longer than this gets its words marked: shorter ones are never cut.
_LONG_RUN = re.compile(r"[^\s\u200b]{120,}")

# Characters for each token that may be there: a stretch so long that has twice as many tokens has too many.
_MOST_A_TOKEN = 20
# Pieces whose tokens are remembered: each is asked for three times, and those of a few characters, where a run is cut
# inside, again and again.
_REMEMBERED = 10_000
# Characters of the longest one.
_LONGEST_REMEMBERED = 1_000

# Thai vowels and tone marks that sit on, under or after a consonant, and combining marks in general.
_FOLLOWS = r"\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0300-\u036f\ufe00-\ufe0f\u200d"
# Thai vowels written before the consonant they belong to.
_LEADS = r"\u0e40-\u0e44\u200d"

SEPARATORS = (
    r"\n\n",
    r"\n",
    r" ",
    _WORD_MARK,
    rf"(?<![{_LEADS}])(?=[^{_FOLLOWS}])",
)


class Splitter:
    """Cuts releases into passages of at most `tokens` tokens, counted by `count_tokens`."""

    def __init__(self, count_tokens: Callable[[str], int], tokens: int = PASSAGE_TOKENS) -> None:
        self.tokens = tokens
        self._count = count_tokens
        self._count_once = lru_cache(_REMEMBERED)(count_tokens)
        self._recursive: RecursiveCharacterTextSplitter | None = None

    def split(self, release: Release) -> list[Passage]:
        """The passages of a release in reading order; `release.text[start:end] == text` for each.

        Raises `IndexDamaged` where an offset does not hold: a quote must never come from elsewhere.
        """
        passages = []
        release_id = release.id  # made from the whole text, where there is no address
        for ordinal, (start, end) in enumerate(self.spans(release.text)):
            text = release.text[start:end]
            passages.append(Passage(release_id, ordinal, start, end, text))
        end_of_last = 0
        for passage in passages:
            between = release.text[end_of_last : passage.start]
            if between.strip() or release.text[passage.start : passage.end] != passage.text:
                raise IndexDamaged(f"the passages of {release.url or release.title!r} do not cover its text")
            end_of_last = passage.end
        if release.text[end_of_last:].strip():
            raise IndexDamaged(f"the passages of {release.url or release.title!r} do not cover its text")
        return passages

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The (start, end) of each passage, without the white space around it."""
        position = 0
        for piece in self._splitter().split_text(_mark_words(text)):
            length = len(piece) - piece.count(_WORD_MARK)
            piece = text[position : position + length]
            start = position + len(piece) - len(piece.lstrip())
            end = position + len(piece.rstrip())
            position += length
            if start < end:
                yield start, end

    def _splitter(self) -> RecursiveCharacterTextSplitter:
        if self._recursive is None:
            from langchain_text_splitters import RecursiveCharacterTextSplitter

            self._recursive = RecursiveCharacterTextSplitter(
                separators=list(SEPARATORS),
                is_separator_regex=True,
                keep_separator="end",
                strip_whitespace=False,
                chunk_size=self.tokens,
                chunk_overlap=0,
                length_function=self._length,
            )
        return self._recursive

    def _length(self, piece: str) -> int:
        """The tokens of a piece; where these are far too many for a passage, only that they are.

        A long text is looked at once for each kind of separator: to count it whole each time takes time and memory.
        """
        piece = piece.replace(_WORD_MARK, "")
        if len(piece) <= _LONGEST_REMEMBERED:
            return self._count_once(piece)
        beginning = piece[: _MOST_A_TOKEN * self.tokens]
        if len(beginning) < len(piece) and (count := self._count(beginning)) > 2 * self.tokens:
            return count
        return self._count(piece)


def _mark_words(text: str) -> str:
    """The text with its words marked wherever a run is so long that it may have to be cut inside."""
    return _LONG_RUN.sub(lambda run: _WORD_MARK.join(cut_words(run[0])), text.replace(_WORD_MARK, " "))
