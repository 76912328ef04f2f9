"""Cuts a release into stretches that can be quoted: whole sentences or clauses, 300 characters at most.

Thai has no full stop; a space ends a phrase or a sentence, so spaces and line ends are where a Thai
quote may begin and end. An English quote begins and ends at sentences, and inside one only where the
sentence alone is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.release import Language

__all__ = ["LONGEST_QUOTE", "Window", "windows"]

# Characters. The most that a person takes in as one quote; the release is one click away.
LONGEST_QUOTE = 300

# Ends of English sentences: a stop, then white space and something that begins a sentence. Titles
# and initials ("Mr. ", "U.S. ") end none.
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)(?<!\bGen)(?<!\bNo)[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\s*[\n\f]\s*"
)
_COMMA = re.compile(r"[,;:–—]\s+|\s+(?=\()")
# Words and signs that a Thai clause of its own does not begin with.
_GOES_ON = re.compile(
    r"[A-Za-z\d๐-๙)\]”’%ๆฯ,.:;/-]|(?:และ|หรือ|ที่|ซึ่ง|อัน|โดย|เพื่อ|ของ|ใน|จาก|กับ|แก่|แด่|ต่อ|ตาม|ด้วย|ถึง|จนถึง|ได้แก่|เช่น|อาทิ"
    r"|เป็น|คือ|รวม|ล้าน|พัน|หมื่น|แสน|บาท|คน|ราย|แห่ง|ครั้ง|วัน|เดือน|ปี|น\.|พ\.ศ|ค\.ศ|ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค"
    r"|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)"
)
# What the end of a Thai piece looks like when the next one belongs to it.
_UNFINISHED = re.compile(
    r"(?:[A-Za-z\d๐-๙.,(“‘:/-]|นาย|นาง|นางสาว|พล\S{0,6}|ดร|ประมาณ|กว่า|ร้อยละ|จำนวน|วันที่|ข้อ|ที่|และ|หรือ)$"
)
_THAI_PAUSE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text, as offsets. `wholeness` is how many of its ends are where a reader stops: 0 to 2."""

    start: int
    end: int
    wholeness: int = 0


def windows(text: str, language: Language, longest: int = LONGEST_QUOTE) -> Iterator[Window]:
    """Every stretch that begins at a piece and reaches as far as `longest` characters allow.

    From each beginning there are up to three stretches: the longest one, the one that stops at the last
    pause before that, and the one that stops at the last end of a line. Overlapping stretches are meant:
    the best is chosen.
    """
    pieces = list(_pieces(text, language, longest))
    # Whether a reader stops before each piece, and after the last one.
    pauses = [True, *(_is_pause(text, end, start, language) for (_, end), (start, _) in pairwise(pieces)), True]
    for first, (start, _) in enumerate(pieces):
        ends: dict[int, int] = {}
        end, line_end, pause_end = start, start, start
        for place in range(first, len(pieces)):
            piece_start, piece_end = pieces[place]
            if piece_end - start > longest or "\f" in text[end:piece_start]:
                break  # too long, or across something of the original that is not shown (see `tidy`)
            if "\n" in text[end:piece_start]:
                line_end = end
            end = piece_end
            ends[end] = pauses[place + 1]
            pause_end = end if pauses[place + 1] else pause_end
        for last in sorted({line_end, pause_end, end} - {start}):
            yield Window(start, last, pauses[first] + ends[last])


def _is_pause(text: str, end: int, start: int, language: Language) -> bool:
    """Whether a reader stops between a piece that ends at `end` and the next one, at `start`.

    English is cut at sentences already. In Thai the end of a line always is a pause. A space is none
    beside a number or a word in Latin letters, after a title or an abbreviation, and before a word
    that goes on with what came before.
    """
    if language == "en" or text[end:start] != " ":
        return True
    return not (_GOES_ON.match(text, start) or _UNFINISHED.search(text, max(0, end - 12), end))


def _pieces(text: str, language: Language, longest: int) -> Iterator[tuple[int, int]]:
    """The smallest stretches a quote is made of, none longer than `longest`."""
    pause = _SENTENCE_END if language == "en" else _THAI_PAUSE
    for start, end in _between(text, pause, 0, len(text)):
        if end - start <= longest:
            yield start, end
        else:
            yield from _cut_long(text, start, end, longest)


def _between(text: str, pause: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between pauses, without white space at either side; a stop stays with its sentence."""
    position = start
    for match in pause.finditer(text, start, end):
        stop = match.start() + len(match[0].rstrip())
        if text[position:stop].strip():
            yield _trim(text, position, stop)
        position = match.end()
    if text[position:end].strip():
        yield _trim(text, position, end)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _cut_long(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """A long stretch at its commas, then at spaces, then at words."""
    pieces = list(_between(text, _COMMA, start, end))
    if len(pieces) == 1:
        pieces = list(_between(text, _THAI_PAUSE, start, end))
    if len(pieces) == 1:
        yield from _cut_words(text, start, end, longest)
        return
    for first, last in pieces:
        if last - first <= longest:
            yield first, last
        else:
            yield from _cut_long(text, first, last, longest)


def _cut_words(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """A run without any pause, cut between words."""
    from index.words import cut_words

    first = position = start
    for word in cut_words(text[start:end]):
        if position + len(word) - first > longest and position > first:
            yield first, position
            first = position
        position += len(word)
        while position - first > longest:
            yield first, first + longest
            first += longest
    if position > first:
        yield first, position
