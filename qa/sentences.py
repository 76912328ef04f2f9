"""Cuts a text that a model writes, as it comes, into sentences with the numbers of what they cite.

A sentence ends at a line end, at an English stop before something that begins a sentence, and behind the
marks of a Thai clause, for Thai has no full stop: `… 3 ล้านราย [1] …`. Marks behind a stop belong to the
sentence before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Draft", "SentenceCutter", "cut_sentences"]

# Marks as models write them: [1], [1, 2], [1][2], 【1】. Four figures are a year in brackets.
_MARK = r"[\[【][ ]?\d{1,3}(?:[ ]?,[ ]?\d{1,3}){0,9}[ ]?[\]】]"
_MARKS = re.compile(_MARK)
_RUN = rf"(?:\s*{_MARK})"
_THAI = r"[\u0e01-\u0e4e]"
_END = re.compile(
    rf"""
      (?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)(?<!\bGen)(?<!\bNo)[.!?…]["”’)*]*{_RUN}*[.]?\s+(?=["“‘(*]*[A-Z0-9\u0e01-\u0e2e\u0e40-\u0e44])
    | (?:{_THAI}|\d|["”)%.])(?:{_RUN}+)[.]?\s+(?=[\u0e01-\u0e2e\u0e40-\u0e44])
    | {_RUN}*[ \t]*[\r\n\f]\s*
    """,
    re.VERBOSE,
)
# The widest mark is taken in whole only where so many characters can be seen behind an end.
_AHEAD = 64
# What makes a line a list item or a heading, and emphasis: nothing of what is said.
_LEAD = re.compile(r"^(?:[-*•–#>]+\s+|\d{1,2}[.)]\s+)+")
_ONLY_NUMBER = re.compile(r"\s*\d{1,2}\.\s*")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as it was written: its text without marks, and the numbers it cites, in order, each once."""

    text: str
    marks: tuple[int, ...]


class SentenceCutter:
    """Takes a text in pieces and gives each sentence once it is whole; how it is cut into pieces changes nothing."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, piece: str) -> list[Draft]:
        """The sentences that end with this piece."""
        self._waiting += piece
        return self._take(final=False)

    def finish(self) -> list[Draft]:
        """What is left, as sentences; for a text that came to its end."""
        return self._take(final=True)

    def _take(self, final: bool) -> list[Draft]:
        raw, start = [], 0
        for match in _END.finditer(self._waiting):
            if _ONLY_NUMBER.fullmatch(self._waiting, start, match.end()):
                continue  # the number of a list item
            if not final and len(self._waiting) - match.end() < _AHEAD:
                break
            raw.append(self._waiting[start : match.end()])
            start = match.end()
        self._waiting = self._waiting[start:]
        if final:
            raw.append(self._waiting)
            self._waiting = ""
        return [draft for text in raw if (draft := _draft(text)).text or draft.marks]


def cut_sentences(text: str) -> list[Draft]:
    """The sentences of a whole text."""
    cutter = SentenceCutter()
    return [*cutter.feed(text), *cutter.finish()]


def _draft(raw: str) -> Draft:
    marks = [int(number) for mark in _MARKS.findall(raw) for number in re.findall(r"\d+", mark)]
    text = _SPACES.sub(" ", _MARKS.sub("\0", raw)).strip()
    # A mark stands behind a space that goes with it; between words the next space is left.
    text = re.sub(r" ?\0", "", text).strip()
    text = _LEAD.sub("", text.replace("**", "").replace("__", "")).strip()
    return Draft(text, tuple(dict.fromkeys(marks)))
