"""Finds the whole clauses around an answer: what is quoted of it, 300 characters at most.

Thai has no full stop; a space ends a phrase or a sentence, so spaces and line ends are where a Thai
quote may begin and end. An English quote begins and ends at sentences, and inside one only where the
sentence alone is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from index.release import Language

__all__ = ["LONGEST_QUOTE", "clause_around", "cut_clauses", "with_announced", "with_reason"]

# Characters. The most that a person takes in as one quote; the release is one click away.
LONGEST_QUOTE = 300
# A quote shorter than the first seldom says whom it is about, and none need be longer than the second.
# Chosen on dev.jsonl, where the median of first quotes is then below 200.
SHORTEST_QUOTE = 150
COMFORTABLE_QUOTE = 250
# Characters around an answer in which its clauses are looked for.
_REACH = 600

# Ends of English sentences: a stop, then white space and something that begins a sentence. Titles
# and initials ("Mr. ", "U.S. ") end none.
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)(?<!\bGen)(?<!\bNo)[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\s*[\n\f]\s*"
)
# Where a sentence is cut that is too long; not inside a date, "July 31, 2021", or a run, "2023 – 2025", nor before a
# short form, "(HOO)".
_COMMA = re.compile(r"(?:[;:]|[–—](?!(?<=\d\s.)\s+\d)|,(?!\s+(?:19|20|25)\d\d\b))\s+|\s+(?=\((?![A-Z][A-Za-z-]*\)))")
# Words and signs that a Thai clause of its own does not begin with.
_GOES_ON = re.compile(
    r"[A-Za-z\d๐-๙)\]”’%ๆฯ,.:;/-]|(?:ณ |จึง|เบอร์|หมายเลข"
    r"|และ|หรือ|ที่|ซึ่ง|อัน|โดย|เพื่อ|ของ|ใน|จาก|กับ|แก่|แด่|ต่อ|ตาม|ด้วย|ถึง|จนถึง|ได้แก่|เช่น|อาทิ"
    r"|เป็น|คิดเป็น|แบ่งเป็น|คือ|รวม|ล้าน|พัน|หมื่น|แสน|บาท|สรอ|คน|ราย|แห่ง|ครั้ง|วัน|เดือน|ปี|น\.|พ\.ศ|ค\.ศ|ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค"
    r"|มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม)"
)
# What the end of a Thai piece looks like when the next one belongs to it.
_UNFINISHED = re.compile(
    r"(?:[A-Za-z\d๐-๙.,(“‘:/-]|นาย|นาง|นางสาว|พล\S{0,6}|ดร|ประมาณ|กว่า|ร้อยละ|จำนวน|วันที่|ข้อ|ที่|(?<=\s)ณ|และ|หรือ|\(ร่าง\))$"
)
# A line that was broken between a number and what it counts: 6 of 2,986 releases have one.
_COUNTED = re.compile(
    r"(?:(?:แสน|หมื่น|พัน)*ล้าน|(?:แสน|หมื่น|พัน)|คน|ราย|แห่ง|ครั้ง|เดือน|ปี(?!\s?\d)|ไร่|ตัน)(?:บาท|คน)?(?![\u0e01-\u0e4e])|บาท"
)
# A piece that begins with a person begins to say something else: a quote is not filled up with it.
_PERSON = re.compile(r"(?:นาย(?!ก)|นาง(?!า)|น\.ส\.|พล\.|พล(?:เอก|โท|ตรี|ตำรวจ)|ดร\.)")
# Unless all before it is the day on which somebody said it.
_DATELINE = re.compile(r"(?:เมื่อ)?วัน(?:นี้|ที่)[^\n]{0,45}")
# What ends so is a person's title and first name: the family name stands behind the space.
_FIRST_NAME = re.compile(
    r"(?:^|(?<=[\s(“])|(?<=โดย)|(?<=มี)|(?<=และ)|(?<=ให้)|(?<=กับ)|(?<=ของ)|(?<=คือ)"
    r"|(?<=พบ)|(?<=หารือ)|(?<=จาก)|(?<=ถึง)|(?<=ต่อ)|(?<=แทน)|(?<=ตั้ง)|(?<=เชิญ))"
    r"(?:นาย(?!ก)|นางสาว|นาง(?!สาว|า)|น\.ส\.|ดร\.|นพ\.|พญ\.|พล\.?[ก-ฮ]\.?(?:[ก-ฮ]\.)?|พลเอก|พลโท|พลตรี|พันเอก)"
    r" ?[\u0e01-\u0e4e]{2,}$"
)
# A bracket explains what stands before it; "(1)" and "(ก)" begin an item of a list.
_LONGEST_BRACKET = 120
_BRACKET = re.compile(r"\((?!\d[\d.]*\)|[ก-ฮ]\))")
# So many letters that two pieces begin with make them items of one list; fewer where the first one is short.
_ALIKE, _ALIKE_IF_SHORT, _SHORT = 5, 3, 25
# The number of an item, which a reader stops before.
_ITEM = re.compile(r"\d{1,2}[.)](?=\s|[\u0e01-\u0e4e])")
# The beginning of a clause and no more of it: what it leans on, or when it holds.
_DANGLING = re.compile(
    r"(?:ดังนั้น|ทั้งนี้|นอกจากนี้|อีกทั้ง|ขณะเดียวกัน|อย่างไรก็(?:ตาม|ดี)|ในการนี้|โดย|ซึ่ง|แต่|และ)"
    r"|(?:ซึ่ง|โดย|แต่|และ)(?:ใน|เมื่อ)?(?:วัน|เดือน|ปี|ขณะ|ช่วง|ปัจจุบัน|ส่วน|ด้าน|หาก|ถ้า|กรณี)[\u0e01-\u0e4e]{0,20}"
)
# The end of what only announces what is found, said or named behind it.
_ANNOUNCES = re.compile(
    r"(?:(?<!ก)ว่า|ได้แก่|เช่น|อาทิ|คือ|ดังนี้|(?:พร้อม|ประกอบ)ด้วย|(?:โดย|ซึ่ง|และ)มี|(?<!สิ่ง)(?<!ข้าว)(?<!เจ้า)ของ|จาก|เพื่อ|ระหว่าง"
    r"|สำหรับ|(?<!จำ)เป็น|มอบหมายให้|(?<![\u0e01-\u0e4e])บริษัท)$"
)
# The province, district or subdistrict of a list of them: "จ.เชียงใหม่ จ.น่าน".
_PLACE = re.compile(r"[จอต]\.")
_THAI_PAUSE = re.compile(r"\s+")
# What a clause begins with that gives the reason of the one before it, or speaks against it; and what says that the
# reason stands before.
_BECAUSE: dict[Language, re.Pattern[str]] = {
    "th": re.compile(r"เพราะ|เนื่องจาก|เนื่องด้วย|สืบเนื่อง|จึง|แต่|ทำให้|ส่งผล|เพื่อ|ดังนั้น"),
    "en": re.compile(
        r"(?:This|It|That) (?:is|was) (?:because|due to)|Because |Due to |Therefore|Thus|Hence|As a result"
    ),
}
_THUS: dict[Language, re.Pattern[str]] = {
    "th": re.compile(r"จึง|ดังนั้น|ทำให้|ส่งผลให้"),
    "en": re.compile(r"Therefore|Thus|Hence|As a result|For (?:this|that) reason|(?:This|That) is why"),
}
_GIVEN = re.compile(r"เพราะ|เนื่องจาก|เนื่องด้วย|สืบเนื่อง|\b(?:because|due to|since|owing to)\b", re.IGNORECASE)


def clause_around(text: str, start: int, end: int, language: Language) -> tuple[int, int]:
    """The whole clauses around `text[start:end]`, as (start, end): what is quoted of an answer.

    Reaches out to where a reader stops on either side, and on to a neighbouring clause of the same
    line where the quote would be too short to be understood by itself. Never longer than
    `LONGEST_QUOTE`, and never across something of the original that is not shown (see `tidy`).
    """
    pieces = _pieces_near(text, start, end, language)
    first = next((n for n, piece in enumerate(pieces) if piece[1] > start), None)
    if first is None:
        return start, min(end, start + LONGEST_QUOTE)
    last = max(n for n, piece in enumerate(pieces) if piece[0] < end or n == first)
    if pieces[last][1] - pieces[first][0] > LONGEST_QUOTE >= end - start:
        # A short answer across the cut of a long run: the answer alone; across the end of a line, what of it is on one.
        part = _longest_line(text, start, end)
        return _trim(text, start, end) if part == (start, end) else clause_around(text, *part, language)
    while pieces[last][1] - pieces[first][0] > LONGEST_QUOTE and last > first:
        last -= 1  # the answer itself is longer than a quote may be: its beginning stands for it
    # Whether a reader stops before each piece, and after the last one; and whether it begins a line.
    pauses = [True, *(_is_pause(text, *a, b[0], language) for a, b in pairwise(pieces)), True]
    lines = [True, *("\n" in text[a[1] : b[0]] for a, b in pairwise(pieces)), True]

    def fits(low: int, high: int, longest: int) -> bool:
        if low < 0 or high >= len(pieces):
            return False
        quote = text[pieces[low][0] : pieces[high][1]]
        return len(quote) <= longest and "\f" not in quote

    def goes_on(low: int, piece: int) -> bool:
        if lines[piece] or language == "en" or not _PERSON.match(text, pieces[piece][0]):
            return not lines[piece]
        return bool(_DATELINE.fullmatch(text, pieces[low][0], pieces[piece - 1][1]))

    def to_pauses(low: int, high: int) -> tuple[int, int]:
        while not pauses[low] and fits(low - 1, high, LONGEST_QUOTE):
            low -= 1
        while not pauses[high + 1] and fits(low, high + 1, LONGEST_QUOTE):
            high += 1
        return low, high

    first, last = to_pauses(first, last)
    # The beginning of the line says whom it is about, where it is not far.
    line = max(n for n in range(first + 1) if lines[n])
    if fits(line, last, COMFORTABLE_QUOTE):
        first = line
    while pieces[last][1] - pieces[first][0] < SHORTEST_QUOTE:
        if not lines[first] and fits(first - 1, last, COMFORTABLE_QUOTE):
            first -= 1
        elif goes_on(first, last + 1) and fits(first, last + 1, COMFORTABLE_QUOTE):
            last += 1
        else:
            break
    first, last = to_pauses(first, last)
    while last > first and pieces[last][0] >= end and not lines[last + 1] and _DANGLING.fullmatch(text, *pieces[last]):
        last -= 1
    return pieces[first][0], pieces[last][1]


def with_reason(text: str, start: int, end: int, language: Language) -> tuple[int, int]:
    """A quote, `text[start:end]`, reaching on to the clauses beside it that say why, as (start, end).

    Of the same line, and `LONGEST_QUOTE` together at most.
    """
    pieces = _pieces_near(text, start, end, language)
    stops = _stops_behind(text, pieces, end, language)
    # Where one may begin before the quote.
    begins = [b[0] for a, b in pairwise(pieces) if b[0] < start and _is_pause(text, *a, b[0], language)]
    begins += [first for first, _ in pieces[:1] if first < start]
    for stop in stops:
        clause = text[end:stop].lstrip(" ")
        if not _BECAUSE[language].match(clause) or _DANGLING.fullmatch(clause):
            break
        if stop - start > LONGEST_QUOTE or "\n" in text[end:stop] or "\f" in text[end:stop]:
            break
        end = stop
    thus = _THUS[language].search(text, start, end)
    if thus and not _GIVEN.search(text, start, thus.start()):
        reached = [
            begin for begin in begins if end - begin <= LONGEST_QUOTE and not re.search("[\n\f]", text[begin:start])
        ]
        start = min([start, *reached])
    return start, end


def with_announced(text: str, start: int, end: int, language: Language) -> int:
    """Where a quote, `text[start:end]`, ends with what its last words announce: "พบว่า" is quoted with what was found.

    On the same line, and `LONGEST_QUOTE` together at most; `end` where it announces nothing, or there is no room.
    """
    stops = _stops_behind(text, _pieces_near(text, start, end, language), end, language) if language == "th" else []
    for stop in stops:
        if (
            not _ANNOUNCES.search(text, start, end)
            or stop - start > LONGEST_QUOTE
            or re.search("[\n\f]", text[end:stop])
        ):
            break
        end = stop
    return end


def cut_clauses(text: str, language: Language) -> list[tuple[int, int]]:
    """Where a text says one thing after the other, as (start, end): a reader stops between them and nowhere inside."""
    clauses: list[tuple[int, int]] = []
    for piece in _pieces(text, language, LONGEST_QUOTE):
        if clauses and not _is_pause(text, *clauses[-1], piece[0], language):
            clauses[-1] = clauses[-1][0], piece[1]
        else:
            clauses.append(piece)
    return clauses


def _stops_behind(text: str, pieces: list[tuple[int, int]], end: int, language: Language) -> list[int]:
    """Where a reader stops behind a quote that ends at `end`, one after the other."""
    stops = [a[1] for a, b in pairwise(pieces) if a[0] >= end and _is_pause(text, *a, b[0], language)]
    return stops + [last for _, last in pieces[-1:] if last > end]


def _longest_line(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of `text[start:end]` on the line that has most of it; all of it where it is on one."""
    lines = [(match.start(), match.end()) for match in re.compile(r"[^\n\f]+").finditer(text, start, end)]
    return max(lines, key=lambda line: line[1] - line[0], default=(start, end))


def _pieces_near(text: str, start: int, end: int, language: Language) -> list[tuple[int, int]]:
    """The pieces around a stretch of the text; what the reach cuts in two is none of them."""
    base, limit = max(0, start - _REACH), min(len(text), end + _REACH)
    pieces = [(base + first, base + last) for first, last in _pieces(text[base:limit], language, LONGEST_QUOTE)]
    return pieces[1 if base else 0 : -1 if limit < len(text) else None]


def _is_pause(text: str, begin: int, end: int, start: int, language: Language) -> bool:
    """Whether a reader stops between the piece `text[begin:end]` and the next one, at `start`.

    English is cut at sentences already. In Thai the end of a line is a pause, unless it is between a number and what
    it counts, and so is a space before the number of an item. Other spaces are none beside a number or a word in
    Latin letters, after a title, a first name or an abbreviation, before a word or a bracket that goes on with what
    came before, and between the items of a list.
    """
    if language == "th" and text[end:start] == "\n" and text[end - 1].isdigit() and _COUNTED.match(text, start):
        return False
    if language == "en" or text[end:start] != " ":
        return True
    if _begin_alike(text, begin, end, start) or _is_bracketed(text, end, start):
        return False
    if text[end - 1].isdigit() and _PERSON.match(text, start):
        return True  # no number counts a person by name
    if _FIRST_NAME.search(text[max(begin, end - 40) : end]):
        return False
    if _ITEM.match(text, start) and not _UNFINISHED.search(text, max(0, end - 12), end):
        return True
    return not (_GOES_ON.match(text, start) or _UNFINISHED.search(text, max(0, end - 12), end))


def _is_bracketed(text: str, end: int, start: int) -> bool:
    """Whether the space between two pieces is before a bracket that explains, or inside one."""
    reach = max(0, end - _LONGEST_BRACKET)
    inside = text.rfind("(", reach, end) > text.rfind(")", reach, end)
    return inside or bool(_BRACKET.match(text, start))


def _begin_alike(text: str, begin: int, end: int, start: int) -> bool:
    """Whether two pieces begin with the same letters, as the items of a list do."""
    alike = _ALIKE_IF_SHORT if end - begin <= _SHORT else _ALIKE
    if _PLACE.match(text, begin) and text[begin : begin + 2] == text[start : start + 2]:
        return True
    return end - begin > alike and text[begin : begin + alike] == text[start : start + alike]


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
    pieces = list(_with_brackets(text, _between(text, _COMMA, start, end)))
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


def _with_brackets(text: str, pieces: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The pieces of a sentence, those together between which a short bracket stands open."""
    start = last = -1
    for first, end in pieces:
        closes = text.find(")", last, last + _LONGEST_BRACKET)
        opens = text.rfind("(", max(start, last - _LONGEST_BRACKET), last)
        if last >= 0 and opens > text.rfind(")", start, last) and closes >= 0 and closes - opens <= _LONGEST_BRACKET:
            last = end
            continue
        if last >= 0:
            yield start, last
        start, last = first, end
    if last >= 0:
        yield start, last


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
