"""Where the words that were looked for stand in a headline or a text, marked; of a text, the piece that says most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from unicodedata import category

from index.words import find_words
from qa.cards import escape

__all__ = ["FoundWords", "find_in"]

# Characters of a text that are looked through, words that are marked in it, and what is shown before the first.
_LOOKED_THROUGH = 100_000
_MOST_MARKED = 300
_BEFORE = 50
# A Thai vowel that is half a mark over the letter before it.
_SARA_AM = "\u0e33"


@dataclass(frozen=True, slots=True)
class FoundWords:
    """A text on one line and the words found in it: each with where it begins and ends, in order."""

    text: str
    places: Sequence[tuple[str, int, int]]

    @property
    def words(self) -> frozenset[str]:
        """The words that are there."""
        return frozenset(word for word, _, _ in self.places)

    def html(self, start: int = 0, end: int | None = None) -> str:
        """The text, or a part of it, escaped, with the words marked."""
        end = len(self.text) if end is None else end
        parts, at = [], start
        for _, first, last in self.places:
            # A long word stands there by itself and by its parts.
            if at <= first and last <= end:
                parts.append(f"{escape(self.text[at:first])}<mark>{escape(self.text[first:last])}</mark>")
                at = last
        return "".join([*parts, escape(self.text[at:end])])

    def piece_html(self, length: int, wanted: Collection[str]) -> str:
        """So many characters from where most of the `wanted` words stand together; from the beginning if none does."""
        start = _past_marks(self.text, self._best_start(length, wanted))
        end = _past_marks(self.text, min(start + length, len(self.text)))
        return f"{'…' if start else ''}{self.html(start, end)}{'…' if end < len(self.text) else ''}"

    def _best_start(self, length: int, wanted: Collection[str]) -> int:
        places = [(word, first, last) for word, first, last in self.places if word in wanted]
        if not places:
            return 0
        reach = length - _BEFORE

        def together(start: int) -> int:
            return len({word for word, first, last in places if start <= first and last <= start + reach})

        # The first of the best; one near the beginning is shown from the beginning.
        best = max((first for _, first, _ in places), key=lambda first: (together(first), -first))
        if best <= _BEFORE:
            return 0
        begins = self.text.find(" ", best - _BEFORE, best)
        return begins + 1 if begins >= 0 else best - _BEFORE


def _past_marks(text: str, at: int) -> int:
    """The place, or the next one where no letter is parted from its marks: a mark by itself cannot be read."""
    while 0 < at < len(text) and (category(text[at]).startswith("M") or text[at] == _SARA_AM):
        at += 1
    return at


def find_in(text: str, words: Collection[str]) -> FoundWords:
    """Finds words, in the form of `index.words.index_words`, in a text."""
    line = " ".join(text[:_LOOKED_THROUGH].split())
    places = [place for place, _ in zip(find_words(line, words), range(_MOST_MARKED), strict=False)] if words else []
    return FoundWords(line, places)
