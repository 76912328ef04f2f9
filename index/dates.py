"""Dates as Thai and English releases write them, read and written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from index.release import Language

__all__ = [
    "BUDDHIST_AHEAD",
    "COUNTED",
    "ENGLISH_MONTH",
    "ENGLISH_MONTHS",
    "ERA",
    "THAI_DIGITS",
    "THAI_MONTH",
    "THAI_MONTHS",
    "common_year",
    "counts_what_follows",
    "date_in",
    "english_date",
    "find_date",
    "find_dates",
    "month_number",
    "only_date",
    "own_date",
    "parse_date",
    "plain_digits",
    "thai_date",
]

THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_THAI_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
# As they are said: the full name without its ending, which says how many days the month has.
_THAI_SAID = tuple(re.sub("(?:คม|พันธ์|ยน)$", "", name) for name in THAI_MONTHS)
# As they are misspelt: 100 of the dates in the public corpus, and whoever asks misspells them too.
_THAI_MISSPELT = {
    "กุมภาพันธุ์": 2, "กุมภาพันธ์ุ": 2, "เมษยน": 4, "พฤาภาคม": 5, "พฤษภคม": 5, "กรกฏาคม": 7, "กรฎาคม": 7, "กรกฎคม": 7,
    "กันายน": 9, "พฤสจิกายน": 11, "พฤษจิกายน": 11, "พฤจิกายน": 11,
}  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# A year from here on is counted in the Buddhist era, which is ahead of the common one by 543.
_BUDDHIST_FROM = 2400
BUDDHIST_AHEAD = 543
# Two figures after a Thai month are a year of the 2500s, unless they are so small or so great that a number of
# something else is more likely ("27 ก.พ. 10 จังหวัด", "25 ธ.ค. 99"); 2540 (1997) is before releases went on line.
_SHORT_YEARS = range(40, 90)
# What two figures before it count, for certain: other words begin as these do, and in "ก.พ. 68 รายงาน" 68 is a year.
COUNTED = (
    r"(?:%|บาท|ล้าน(?!นา|ช้าง)|แสน(?!สิริ)|หมื่น|พัน(?![ตเโธจ])|แห่ง(?!ชาติ)|ครั้ง(?!ที่|แรก|นี้|ล่าสุด)|ตัน|ไร่(?!ขิง)"
    r"|(?:ราย|คน|จังหวัด|โครงการ|ประเทศ|กรณี)(?![\u0e01-\u0e4e]))"
)
# The years of the common era in which a release can be dated.
_YEARS = range(1800, 2200)

THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
_ARABIC = str.maketrans(THAI_DIGITS, "0123456789")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


def _month_numbers() -> dict[str, int]:
    """Every spelling of a month, lower case and without dots and spaces, with its number."""
    numbers = {}
    for number, names in enumerate(zip(THAI_MONTHS, _THAI_SHORT, _THAI_SAID, ENGLISH_MONTHS, strict=True), start=1):
        thai, short, said, english = names
        for name in (thai, short.replace(".", ""), said, english.lower(), english[:3].lower()):
            numbers[name] = number
    return numbers | _THAI_MISSPELT | {"sept": 9}


_MONTHS = _month_numbers()

THAI_MONTH = "|".join(
    [
        *THAI_MONTHS,
        *_THAI_MISSPELT,
        *(r"\.?\s?".join(short.rstrip(".").split(".")) + r"\.?" for short in _THAI_SHORT),
        # The beginning of a longer word otherwise: "ตุลาการ" are judges.
        f"(?:{'|'.join(_THAI_SAID)})(?=ปี|[^\u0e01-\u0e4e]|$)",
    ]
)
ENGLISH_MONTH = "|".join(name[:3] + rf"(?:{name[3:]}|\.)?" for name in ENGLISH_MONTHS)
# Of ASCII letters alone: without regard to case "ſ" and "ı" would be letters of "August" and "April" too.
ENGLISH_MONTH = "(?a:" + ENGLISH_MONTH.replace("Sep(?:tember", r"Sep(?:tember|t\.?") + ")"

ERA = r"(?:(?:พุทธศักราช|คริสต์ศักราช|[พค]\.?\s?ศ\.?)\s{0,2})?"

_ENGLISH_ERA = r"(?:(?:B\.?\s?E|A\.?\s?D)\.?\s{0,2})?"

# Every repetition is bounded, so that looking through a text takes time linear in its length.
_DATE = re.compile(
    rf"""
      (?<!\d)(?P<y1>\d{{4}})(?P<s1>[-/.])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?!\d)
    | (?<![\d/.-])(?P<d2>\d{{1,2}})\s?(?P<s2>[-/.])\s?(?P<m2>\d{{1,2}})\s?(?P=s2)\s?(?P<y2>\d{{4}})(?!\d)
    | (?<![\d.])(?P<d3>\d{{1,2}})\s{{0,3}}(?:เดือน)?\s?(?P<m3>{THAI_MONTH})
        \s{{0,3}}(?:ปี\s?)?{ERA}['’‘]?(?P<y3>\d{{4}}(?!\d)|\d{{2}}(?!\d|[.:,]\d|\s?%|[ ]?{COUNTED}))
    | (?<![\d.])(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s{{0,3}}(?:of\s)?[-\s]?(?P<m4>{ENGLISH_MONTH})(?![a-z])
        [,\s-]{{0,3}}{_ENGLISH_ERA}(?P<y4>\d{{4}})(?!\d)
    | (?<![a-z])(?P<m5>{ENGLISH_MONTH})\s{{1,3}}(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?
        (?:\s?[-–—]\s?\d{{1,2}}(?:st|nd|rd|th)?)?[,\s]{{1,4}}{_ENGLISH_ERA}(?P<y5>\d{{4}})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A date that is all there is in a field, as spreadsheets write them besides: 27-Feb-25, 27-ก.พ.-68, 27/2/68, 2/27/2025.
_SHORT_DATE = re.compile(
    rf"(?P<d>\d{{1,2}})(?P<s>[-/. ])(?P<m>\d{{1,2}}|{THAI_MONTH}|{ENGLISH_MONTH})(?P=s)(?P<y>\d{{4}}|\d\d)(?:[ ,T].*)?",
    re.IGNORECASE,
)
# A time in UTC, as computers note it; clocks in Thailand are ahead of it, and show tomorrow from 17:00 on.
_UTC = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:Z|UTC|\+00:?00)", re.IGNORECASE)
_THAILAND = dt.timezone(dt.timedelta(hours=7))
# Before the day on which a release was written; and characters of it behind that, with its weekday and the time.
_TODAY = re.compile(r"(?:วันนี้|\btoday)\s{0,2}\(", re.IGNORECASE)
_LONGEST_DAY = 45
_WEEKDAY = re.compile(
    r"(?:(?:เมื่อ)?(?:วัน)?(?:อาทิตย์|จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ?|ศุกร์|เสาร์)?\s{0,2}(?:วัน)?ที่\s{0,2}"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day|\.)?[,\s]{1,3})?",
    re.IGNORECASE,
)
# What a figure behind an English month counts: by a word of size for certain; by a noun only where a month and no day
# goes with the word before it, for "on March 3 officials" and "March 8 marks" name days.
_SIZE = re.compile(r" (?:hundred|thousand|million|billion|trillion|dozen|percent|per cent|percentage|baht)\b")
_PLURAL = re.compile(
    r" (?:people|men|women|children"
    r"|(?!(?:was|is|has|does|as|its|his|this|thus|across|towards|plus|versus)\b)[a-z]{2,30}s)\b"
)
_OF_A_MONTH = re.compile(r"\b(?:in|from|since|during|throughout|early|late|mid|last|this) $", re.IGNORECASE)


def find_date(text: str) -> dt.date | None:
    """The first date in `text`, or None; see `find_dates`."""
    return next((date for date, _, _ in find_dates(text)), None)


def own_date(text: str) -> dt.date | None:
    """The day on which a text says that it was written, "วันนี้ (3 มีนาคม 2568)", else its first date; or None.

    Of 2,986 releases whose day is known 15 more have the right one so, and one less.
    """
    for today in _TODAY.finditer(text):
        said = text[today.end() : today.end() + _LONGEST_DAY].partition(")")[0]
        if found := next(find_dates(said), None):
            return found[0]
    return find_date(text)


def find_dates(text: str) -> Iterator[tuple[dt.date, int, int]]:
    """The dates in `text` with where each stands in `plain_digits(text)`: (date, start, end).

    Read are Thai and English months, full and shortened, and figures (day first, or year first as
    in ISO 8601), in Thai or Arabic digits. A year from 2400 on is Buddhist; two figures after a
    Thai month are a Buddhist year too. Of "February 27-28, 2025" it is the first day. Dates that no
    calendar has and years of two figures anywhere else are passed over.
    """
    for match in _DATE.finditer(plain_digits(text)):
        if date := _date_of(match):
            yield date, match.start(), match.end()


def only_date(line: str) -> dt.date | None:
    """The date of a line that holds nothing else but perhaps the day of the week; None for any other."""
    line = plain_digits(line).strip()
    weekday = _WEEKDAY.match(line)
    match = _DATE.fullmatch(line, weekday.end() if weekday else 0)
    return _date_of(match) if match else None


def parse_date(value: object) -> dt.date | None:
    """The date in a metadata field: a date, a date and time, or text in any form `find_date` reads, or a short one.

    None where there is none. A Buddhist year is converted in objects as well as in text, and of a time in UTC it is the
    day in Thailand. Short are dates such as
    27-Feb-25 and, with a Buddhist year, 27/2/68; and the month stands first where the figures can mean nothing else.
    """
    if isinstance(value, dt.datetime) and value.tzinfo and 1 < value.year < dt.MAXYEAR:
        value = value.astimezone(_THAILAND)
    if isinstance(value, dt.date):
        return _date(value.year, value.month, value.day)
    if isinstance(value, int | str):
        text = str(value).strip()
        if compact := re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T.*)?", text):
            return _date(int(compact[1]), int(compact[2]), int(compact[3]))
        return _day_in_thailand(text) or find_date(text) or _short_date(plain_digits(text))
    return None


def _day_in_thailand(text: str) -> dt.date | None:
    noted = _UTC.fullmatch(text)
    if not noted:
        return None
    day = _date(*map(int, noted.group(1, 2, 3)))
    return day and day + dt.timedelta(days=int(noted[4]) >= 17)


def _short_date(text: str) -> dt.date | None:
    match = _SHORT_DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = int(match["y"]), match["m"], int(match["d"])
    if len(match["y"]) == 2:
        if year in _SHORT_YEARS:
            year += 2500
        elif month.isascii() and not month.isdecimal():
            year += 2000
        else:
            return None
    number = int(month) if month.isdecimal() else month_number(month)
    return _date(year, day, number) if month.isdecimal() and number > 12 else _date(year, number, day)


def thai_date(date: dt.date) -> str:
    """The date as Thai prose has it, in the Buddhist era: 27 กุมภาพันธ์ 2568."""
    return f"{date.day} {THAI_MONTHS[date.month - 1]} {date.year + BUDDHIST_AHEAD}"


def english_date(date: dt.date) -> str:
    """The date as English prose has it: 27 February 2025."""
    return f"{date.day} {ENGLISH_MONTHS[date.month - 1]} {date.year}"


def date_in(date: dt.date, language: Language) -> str:
    """The date as prose of a language has it."""
    return thai_date(date) if language == "th" else english_date(date)


def month_number(name: str) -> int:
    """The number of a month by any of its names that `THAI_MONTH` and `ENGLISH_MONTH` match."""
    return _MONTHS[re.sub(r"[.\s]", "", name).lower()]


def counts_what_follows(text: str, start: int, end: int) -> bool:
    """Whether the figure behind a month, both `text[start:end]`, counts something: "In May 20 provinces were dry"."""
    if not text[end - 1].isdigit():
        return False  # "May 20th"
    before = text[max(0, start - 11) : start]
    return bool(_SIZE.match(text, end) or (_PLURAL.match(text, end) and _OF_A_MONTH.search(before)))


def common_year(year: int) -> int:
    """A year of the common era: one from 2400 on is Buddhist, two figures are a Buddhist year of the 2500s."""
    year = year + 2500 if year < 100 else year
    return year - BUDDHIST_AHEAD if year >= _BUDDHIST_FROM else year


def plain_digits(text: str) -> str:
    """The text with Arabic digits for Thai ones and without invisible characters."""
    return _INVISIBLE.sub("", text.translate(_ARABIC))


def _date_of(match: re.Match[str]) -> dt.date | None:
    form = next(form for form in "12345" if match[f"y{form}"])
    year, month, day = match[f"y{form}"], match[f"m{form}"], int(match[f"d{form}"])
    if len(year) == 2:
        if int(year) not in _SHORT_YEARS:
            return None
        year = f"25{year}"
    number = int(month) if month.isdecimal() else month_number(month)
    return _date(int(year), number, day)


def _date(year: int, month: int, day: int) -> dt.date | None:
    if year >= _BUDDHIST_FROM:
        year -= BUDDHIST_AHEAD
    if year not in _YEARS:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
