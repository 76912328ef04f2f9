"""Bytes to text, and text to the form that quotes are sliced from."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.dates import only_date
from index.errors import DamagedFile
from index.normal import normalized

__all__ = ["decode", "fold", "one_line", "seam", "tidy"]

# Byte order marks; UTF-32 first, because its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes looked at where a guess about the whole file is made.
_SAMPLE = 100_000
# Half of the bytes of Thai or English UTF-16 are these: the high bytes of ASCII, Thai and punctuation.
_UTF16_HIGH = b"\x00\x0e\x20"
_UTF16_SHARE = 0.9
# Good characters beyond ASCII to one bad byte from which a file is UTF-8 with a flaw, not something else.
_GOOD_TO_BAD = 20
# Vowels to one consonant from which what reads as Thai is Thai; its releases have about half as many.
_VOWEL_SHARE = 0.3
# Share of bytes beyond ASCII below which other text is English, in Windows' code page 1252; a guess by
# statistics has too little to go by there.
_ENGLISH_SHARE = 0.1
_CUT_OFF = "is cut off in the middle of a character; copy or download it again"
# Share of control characters from which a file is not text.
_CONTROL_SHARE = 0.01

# Control characters that are no white space, and halves of surrogate pairs, which UTF-8 cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+")
_ZERO_WIDTH = re.compile("([^\u200b-\u200d\ufeff]?)[\u200b-\u200d\ufeff]+(?=(.?))", re.DOTALL)
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
_SPACES = re.compile(r"[^\S\n\f]+")

# Lines longer than this (in columns) come from no wrapper; shorter paragraphs are no prose.
_WIDEST_WRAP = 130
_NARROWEST_WRAP = 45
# Lines in a row that make a wrapped paragraph, and the share of them that must have been full.
_LEAST_LINES = 5
_FULL_SHARE = 0.6
# Share of the English lines among these that must begin in the middle of a sentence.
_SMALL_SHARE = 0.3
# Share of the Thai ones before which a phrase must not have ended: it is a third of them in prose, none in a list.
_INSIDE_SHARE = 0.1
# Columns by which a wrapped Thai line may fall short: its next word is not known, few are longer.
_THAI_SLACK = 14
# Share of the width by which other lines may, because letters of print differ in width.
_PRINT_SLACK = 0.1
# So many first letters that two lines have in common make them items of a list.
_ALIKE = 8
# What begins a new line on purpose: headings, list items, numbered points, tables, quoted lines.
_FRESH_LINE = re.compile(
    r"\s*(?:[-–—*•·●▪+#>|“\"=_.…]|\(?[\d๐-๙]{1,3}[.)]|\(?[A-Za-zก-ฮ][.)]\s"
    r"|[ก-์]{2,20}ที่ [\d๐-๙]{1,2} )"
)
_ENDS_THAI = re.compile("[ก-ฮะ-ฺเ-ๅ็-๎]")
_STARTS_THAI = re.compile("[ก-ฮเ-ไ]")
# Where Thai, which has neither small letters nor full stops, goes on over the end of a line: behind words that no
# item of a list ends with, before words that none begins with, and between a number and what it counts. What is
# the end of another word is not meant ("หน้าที่"), nor what begins a name ("ที่ว่าการอำเภอ").
_INSIDE_PHRASE = re.compile(
    "(?:และ|หรือ|ซึ่ง|โดย|เพื่อ|ของ|ได้แก่|คือ|เช่น|ว่า|จะ|ให้|จาก|แก่|ระหว่าง|ความ|ทั้ง|รวมถึง|ไม่|มี|สู่|เมื่อ|สามารถ|ผู้|นาย|นาง|นางสาว"
    "|ว่าการ|รอง|ประจำ|เรื่อง|ร้อยละ|จำนวน|เวลา|ภายใต้|พร้อม|ผ่าน|กว่า"
    "|(?<!จำ)เป็น|(?<!ภาย)ใน|(?<!กำ)กับ|(?<!ตัว)อย่าง|(?<!ติด)ตาม|(?<!หน้า|พื้น|สถาน)ที่)\n"
    "|\n(?:และ|หรือ|ซึ่ง|โดย|ของ|จึง|ว่า(?!ที่)|ก็|แล้ว|กับ|จะ|ขึ้น|อีก|ด้วย|ตลอดจน|รวมทั้ง|รวมถึง|แก่|คือ|ใน|จาก|เกี่ยว|ดังกล่าว|ระหว่าง"
    "|อย่าง|เมื่อ|แต่|ไว้|ไปยัง|ไปสู่|มายัง|อยู่|ภายใต้|ภายใน|เปิดเผย|กล่าว|ระบุ|ชี้แจง|ประจำ(?:สำนัก|ปี)"
    "|ที่(?!ว่า|ดิน|ทำการ|ปรึกษา|ตั้ง|พัก|อยู่|มา|ประชุม))"
    "|[0-9๐-๙]\n(?:ล้าน|แสน|หมื่น|พัน|บาท|คน|ราย|แห่ง|ครั้ง|ไร่|เขต|รอบ)|\nล้านบาท"
)
# What stands before the last item of a list.
_LAST_ITEM = re.compile("(?:และ|หรือ|รวมทั้ง|ตลอดจน)\n|\n(?:และ|หรือ|รวมทั้ง|ตลอดจน)")


def decode(data: bytes) -> str:
    """The text in `data`: by its byte order mark, else UTF-8, UTF-16, the Thai code page 874, or a guess.

    UTF-8 or Thai with a few bad bytes is read with U+FFFD in their place. Raises `DamagedFile` for data that
    is not text, or is cut off in the middle of a character.
    """
    text = _decode(data)
    sample = text[:_SAMPLE]
    if sample and sum(map(len, _CONTROL.findall(sample))) > max(2, _CONTROL_SHARE * len(sample)):
        raise DamagedFile("is not text, though its name says so; save it as UTF-8 text")
    return text


def tidy(text: str) -> str:
    """The text with clean white space, as it is indexed, shown and quoted.

    Line ends become \\n, spaces and tabs in a row one space, blank lines in a row one; hard-wrapped
    lines are joined; zero-width characters go; control characters leave a form feed, which no quote
    reaches across, because the original has something there that is not shown. A decomposed sara am
    is composed, which Unicode counts as the same text (NFKC). Nothing else changes, so that what
    stands in the result stands in the original, but for white space and such invisible characters.
    """
    text = _CONTROL.sub("\f", text.replace("\r\n", "\n").translate(_LINE_ENDS))
    text = _ZERO_WIDTH.sub(_without_zero_width, text)
    text = text.replace("\u0e4d\u0e32", "\u0e33")
    text = _SPACES.sub(" ", text)
    text = _unwrap(text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def one_line(text: str) -> str:
    """`tidy` text on one line, for headlines and names."""
    return " ".join(tidy(text).split())


def fold(text: str) -> str:
    """The text without white space and in one character form, to tell whether two lines read the same."""
    return re.sub(r"[\s\u200b-\u200d\ufeff]+", "", normalized("NFKC", text))


def seam(before: str, after: str) -> str:
    """What stands between two joined lines: Thai is written without spaces between words."""
    if before.endswith(" "):
        return ""
    if _ENDS_THAI.match(before[-1:]) and _STARTS_THAI.match(after):
        return ""
    return " "


def _decode(data: bytes) -> str:
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], marked)
    if encoding := _utf16(data):
        return data.decode(encoding, "replace")
    if b"\0" in data:
        raise DamagedFile("is not text, though its name says so; save it as UTF-8 text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_other(data, error)


def _decode_marked(data: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data)
    if decoder.getstate()[0].strip():  # what waits for the rest of its character
        raise DamagedFile(_CUT_OFF)
    return text


def _decode_other(data: bytes, error: UnicodeDecodeError) -> str:
    """Text that is not faultless UTF-8."""
    cut_off = error.end == len(data) and error.reason == "unexpected end of data"
    if cut_off and any(byte > 0x7F for byte in data[: error.start]):
        raise DamagedFile(_CUT_OFF)
    flawed = data.decode("utf-8", "replace")
    bad = flawed.count("\ufffd")
    if sum(character > "\x7f" for character in flawed) - bad >= _GOOD_TO_BAD * bad:
        return flawed
    if (thai := _thai_code_page(data)) is not None:
        return thai
    # Curly quotes, dashes and é of UTF-8 are "â€œ", "â€“" and "Ã©" in Windows' code page: nobody writes these.
    if bad <= sum("\xa0" <= character <= "\xff" or character > "\u07ff" for character in flawed) - bad:
        return flawed
    if sum(byte > 0x7F for byte in data[:_SAMPLE]) < _ENGLISH_SHARE * len(data[:_SAMPLE]):
        return data.decode("cp1252", "replace")
    from charset_normalizer import from_bytes

    guess = from_bytes(data[:_SAMPLE]).best()
    if guess is None:
        raise DamagedFile("is in an unknown encoding; save it as UTF-8 text")
    return data.decode(guess.encoding, "replace")


def _utf16(data: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, told by the bytes that only UTF-16 has so many of."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 2 or len(data) % 2 or not (b"\0" in sample or b"\x0e" in sample):
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if sum(high.count(byte) for byte in _UTF16_HIGH) >= _UTF16_SHARE * half:
            return encoding
    return None


def _thai_code_page(data: bytes) -> str | None:
    """The text if it is Thai in code page 874 (or TIS-620): mostly Thai, and every mark above a letter.

    A few bad bytes are passed over where it has the vowels of Thai: Chinese and Korean have bad ones, too.
    """
    text = data.decode("cp874", "replace")
    if bad := text.count("\ufffd"):
        consonants, vowels = (len(re.findall(letters, text)) for letters in ("[ก-ฮ]", "[ะ-ฺเ-ไ็]"))
        if consonants < _GOOD_TO_BAD * bad or vowels < _VOWEL_SHARE * consonants:
            return None
    sample = text[:_SAMPLE]
    letters = len(re.findall("[ก-ฮ]", sample))
    marks = len(re.findall("[ัิ-ฺ็-๎]", sample))
    well_set = len(re.findall("(?<=[ก-ฮัิ-ฺ็])[ัิ-ฺ็-๎]", sample))
    foreign = len(re.findall("[^\x00-\x7fก-๛\u2010-\u2026\xa0]", sample))
    runs = len(re.findall("[ก-๎]{3,}", sample))
    if letters and runs and well_set >= 0.95 * marks and foreign <= 0.05 * letters and letters > marks:
        return text
    return None


def _without_zero_width(match: re.Match[str]) -> str:
    """The characters around a zero-width one, without it unless they would melt into another character."""
    before, after = match[1], match[2]
    if not before or not after:
        return before
    apart = unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", after)
    # A Thai mark melts into nothing; it can only change places with a mark before it, which shows here.
    thai = "\u0e00" <= after <= "\u0e7f"
    if unicodedata.normalize("NFKC", before + after) != apart or (unicodedata.combining(after) and not thai):
        return match[0]
    return before


def _unwrap(text: str) -> str:
    """Joins the lines of paragraphs that some program broke at a fixed width."""
    if text.count("\n") < _LEAST_LINES - 1:
        return text
    stretches = list(_stretches(text.split("\n")))
    # What one paragraph is too short to tell, all of them do: a release has many of three lines.
    width = max((_width(lines) for lines in stretches if len(lines) > 1), default=0)
    # Short lines, as prices and addresses have, say nothing of where prose is broken.
    pairs = [pair for lines in stretches for pair in pairwise(lines) if _columns(pair[0]) > width / 2]
    everywhere = _is_wrapped(pairs, width)
    return "\n".join(
        line for lines in stretches for line in _joined(lines, width if everywhere else _width(lines), everywhere)
    )


def _stretches(lines: Sequence[str]) -> Iterator[list[str]]:
    """Neighbouring lines, none blank and none too wide to have been wrapped; and each of the others."""
    stretch: list[str] = []
    for line in lines:
        if line.strip() and _columns(line) <= _WIDEST_WRAP:
            stretch.append(line)
            continue
        if stretch:
            yield stretch
        yield [line]
        stretch = []
    if stretch:
        yield stretch


def _joined(lines: list[str], width: int, is_wrapped: bool) -> list[str]:
    """The lines of a stretch, with those joined that were one before they were wrapped at a width."""
    if not (is_wrapped or _is_wrapped(list(pairwise(lines)), width)):
        return lines
    pieces = [lines[0]]
    for line, after in pairwise(lines):
        pieces += [seam(line, after), after.lstrip()] if _is_full(line, after, width) else ["\n", after]
    return "".join(pieces).split("\n")


def _is_wrapped(pairs: Sequence[tuple[str, str]], width: int) -> bool:
    """Whether so many lines end only because they were full, with the line after them, that a program broke them."""
    if width < _NARROWEST_WRAP or len(pairs) < _LEAST_LINES - 1:
        return False
    goes_on = [pair for pair in pairs if _is_full(*pair, width)]
    return len(goes_on) >= _FULL_SHARE * len(pairs) and _is_prose(goes_on)


def _is_prose(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether lines that are full go on in the ones after them: a list may have items as wide as each other, too."""
    thai = [f"{line.rstrip()}\n{after.lstrip()}" for line, after in pairs if _STARTS_THAI.match(after.lstrip())]
    if 2 * len(thai) > len(pairs):
        inside = sum(bool(_INSIDE_PHRASE.search(seam)) for seam in thai) - bool(_LAST_ITEM.search(thai[-1]))
        return inside > 0 and inside >= _INSIDE_SHARE * len(thai)
    # Each item of an English list begins with a capital.
    first = [after.lstrip()[:1] for _, after in pairs]
    capitals, small = (sum(map(test, first)) for test in (str.isupper, str.islower))
    return small >= _SMALL_SHARE * (capitals + small)


def _width(lines: Sequence[str]) -> int:
    return max(map(_columns, lines))


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether the line ends only because what comes after had no room on it."""
    if _FRESH_LINE.match(after) or line.lstrip()[:1] in ("#", "|"):
        return False
    if only_date(after) or after.lstrip()[:_ALIKE] == line.lstrip()[:_ALIKE]:
        return False  # a date line; the headline once more, or the next item of a list
    line = line.strip()
    if _STARTS_THAI.match(after.lstrip()):
        return _columns(line) >= width - _THAI_SLACK
    return _columns(line) + 1 + _columns(after.split(maxsplit=1)[0]) > width * (1 - _PRINT_SLACK)


def _columns(line: str) -> int:
    """The width of a line in columns; Thai marks above and below take none."""
    return len(line) - len(re.findall("[ัิ-ฺ็-๎]", line))
