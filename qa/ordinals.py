"""The number that a question gives of a series: phase 6 of a scheme, the third dose.

A passage on phase 5 answers "Who may register for phase 6?" as far as a reader can tell. That its release never
speaks of a sixth phase is what tells.

Of 138 training questions on a phase or a dose from the second on whose release answers, that release names it for 136;
of 65 near-misses, whose release does not answer, for 39.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.dates import plain_digits
from index.release import Language
from qa.words import Phrase

__all__ = ["Ordinal", "numbered_in", "ordinals_in"]

_THAI_WORDS = {"แรก": 1, "หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "หก": 6}
_ENGLISH_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ENGLISH_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
# Neither "phase I" nor "phase V": these are letters as well.
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6}
_IN_WORDS = {**_THAI_WORDS, **_ENGLISH_WORDS, **_ENGLISH_ORDINALS, **_ROMAN}
# "ระยะ 5 ปี" is a time, "ระยะ 2 เมตร" a distance.
_FIGURE = r"\d{1,2}(?![\d.,]*\d| ?(?:ปี|เดือน|สัปดาห์|วัน|ชั่วโมง|ชม|นาที|เมตร|ม\.|กิโล|กม|ไร่|years?|months?|weeks?|days?))"
_MOST_OF_A_RUN = 20


@dataclass(frozen=True, slots=True)
class _Series:
    """What is numbered, as it is shown, and the patterns by which questions and texts number it.

    `counted` is how a text says how many there are, "2 เข็ม": the second is one of them.
    """

    shown: Phrase
    patterns: tuple[re.Pattern[str], ...]
    counted: re.Pattern[str] | None = None


def _series(shown: Phrase, thai: str, english: str, *, is_counted: bool = False) -> _Series:
    behind = rf"(?:{thai}) ?(?P<number>{_FIGURE}|{'|'.join(_THAI_WORDS)})"
    in_english = (
        rf"\b(?:{english})s?[ -](?:no\. ?|number )?(?P<number>{_FIGURE}|(?:{'|'.join([*_ENGLISH_WORDS, *_ROMAN])})\b)"
    )
    before = rf"\b(?P<number>{'|'.join(_ENGLISH_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)) (?:{english})\b"
    patterns = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (behind, in_english, before))
    count = re.compile(rf"(?P<number>\d|two|three|four|สอง|สาม|สี่) ?(?:{thai}|(?:{english})s)", re.IGNORECASE)
    return _Series(shown, patterns, count if is_counted else None)


_SERIES = (
    _series(Phrase("ระยะที่ {}", "phase {}"), r"เฟส(?: ?ที่)?|ระยะ(?: ?ที่)?", "phase"),
    _series(Phrase("เข็มที่ {}", "dose {}"), r"เข็ม(?: ?ที่)?", "dose|jab|shot", is_counted=True),
)
# The next number of a list, or the one that a run ends with: "ระยะที่ 1-3", "phases 1, 2 and 3".
_NEXT = re.compile(
    r"(?: ?(?P<to>-|–|ถึง|to) ?| ?(?:,|/|&|และ|กับ|หรือ|and|or) ?)(?:เฟส|ระยะ|เข็ม|phase|dose)? ?(?:ที่ ?)?"
    rf"(?P<number>{_FIGURE})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A member of a series, such as the sixth phase."""

    series: _Series
    number: int

    def names(self, language: Language) -> tuple[str, ...]:
        """How it is called in a language."""
        return (self.series.shown.of(language).format(self.number),)

    def is_named(self, text: str) -> bool:
        """Whether a text in either language speaks of it, in a list, a run or a count of them too."""
        text = plain_digits(text)
        if self.number in _numbers(self.series, text):
            return True
        counted = self.series.counted.finditer(text) if self.series.counted else ()
        return any(_number(match["number"]) >= self.number for match in counted)


def ordinals_in(text: str) -> tuple[Ordinal, ...]:
    """What a question names of a series, from the second on: the first is often not called so."""
    text = plain_digits(text)
    return tuple(
        Ordinal(series, number) for series in _SERIES for number in dict.fromkeys(_numbers(series, text)) if number > 1
    )


def numbered_in(text: str) -> Iterator[tuple[int, int]]:
    """Where a text, with Arabic digits, names members of a series, from the first on: "เฟส 2"."""
    return (match.span() for series in _SERIES for pattern in series.patterns for match in pattern.finditer(text))


def _numbers(series: _Series, text: str) -> Iterator[int]:
    for pattern in series.patterns:
        for match in pattern.finditer(text):
            last, place = _number(match["number"]), match.end()
            yield last
            while further := _NEXT.match(text, place):
                number, place = int(further["number"]), further.end()
                if further["to"]:
                    yield from range(last + 1, min(number, last + _MOST_OF_A_RUN))
                yield number
                last = number


def _number(said: str) -> int:
    in_words = _IN_WORDS.get(said.lower())
    return int(re.sub(r"\D", "", said)) if in_words is None else in_words
