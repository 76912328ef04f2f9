"""A text in the form that facts are looked for in, with the way back to where each character stood."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from index.dates import plain_digits

__all__ = ["PlainText", "plain_text"]

# Two characters that are written for one: sara am in two parts, sara ae as two sara e.
_PAIRS = {"\u0e4d\u0e32": "\u0e33", "\u0e40\u0e40": "\u0e41"}
_PIECE = re.compile("|".join([*_PAIRS, r"\s+", "."]), re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlainText:
    """`text` with Arabic digits and single spaces; its character `i` stood at `offsets[i]` of the original.

    A run of white space with a line end in it is one line end. `offsets` has one entry more than the
    text: the length of the original.
    """

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which is not empty, stood in the original."""
        return self.offsets[start], self.offsets[end - 1] + self._width(end - 1)

    def plain(self, offset: int) -> int:
        """The place in `text` of an offset of the original."""
        return bisect_left(self.offsets, offset)

    def _width(self, at: int) -> int:
        """How many characters of the original the character at a place is: one, or two for a pair."""
        width = self.offsets[at + 1] - self.offsets[at]
        return width if self.text[at] in _PAIRS.values() and width == 2 else 1


def plain_text(text: str) -> PlainText:
    """The text with Arabic digits, without invisible characters, its white space in single characters."""
    pieces, offsets = [], []
    for match in _PIECE.finditer(text):
        piece = _PAIRS.get(match[0], match[0])
        if piece.isspace():
            piece = "\n" if re.search(r"[\n\f\r\u2028\u2029]", piece) else " "
        if piece := plain_digits(piece):
            pieces.append(piece)
            offsets.append(match.start())
    return PlainText("".join(pieces), (*offsets, len(text)))
