"""When a question is about: the days that its words for dates cover.

Read are days, months, years, and parts of them ("mid-October 2020", "ปลายเดือน ก.ค. 2568", "Q3/2567", "ครึ่งแรกปีงบ 68"),
in both eras and both scripts of digits, and what counts from today (`qa.from_today`). No library
does: dateparser takes a Buddhist year for a common one (its issue 1063), and PyThaiNLP reads dates
of a given form but finds none in a text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from index.dates import (
    COUNTED,
    ENGLISH_MONTH,
    ERA,
    THAI_MONTH,
    common_year,
    find_dates,
    month_number,
    parse_date,
    plain_digits,
)
from qa.from_today import from_today, months_gone
from qa.runs import Placed, counted_back, open_ended, to_runs
from qa.stretch import EARLIEST, FISCAL_YEAR_BEGINS, PART, Days, of_months, part_of
from qa.yearless import find_yearless_days

__all__ = ["find_days", "wants_latest"]

_YEARS = range(EARLIEST.year, 2100)
# A year of either era; two figures only where something before them says that they are a year.
_YEAR = r"(?:19|20|24|25)\d\d"
# Two figures count behind the day of a month ("3 พ.ค. 50 ราย") and a length of time ("60 ปี 80 คน"), if what follows can
# be counted. Elsewhere they are a year: "ม.ค. 65 คน กทม.", "ครั้งที่ 2 ปี 64".
_NO_COUNT = rf"(?:(?<!\d)(?<!\d\s)|(?!(?:ปี|{THAI_MONTH})\s{{0,3}}\d\d[ ]?{COUNTED}))"

# Four figures are a year behind a word for one, "พ.ศ.2568"; elsewhere where they are no money ("2000 บาท") and count
# nothing, and are no part of a longer number or a run.
_AS_A_YEAR = (
    r"(?:(?:ปี|พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)\s{0,2}"
    rf"|(?<![\d.,/$฿€])(?<!\d[-–—])(?!\d{{4}}\s?(?:{COUNTED}|(?a:baht|people|persons|dollars|rai|million|billion)\b)))"
)

_MONTH_OF_YEAR = re.compile(
    rf"""
    (?:(?P<part>{PART})[\s-]{{0,2}}(?:the\s|of\s|เดือน)?\s?)?
    (?:(?:เดือน)?\s?(?:(?P<thai_from>{THAI_MONTH})\s?(?:[-–—]|ถึง)\s?(?:เดือน)?\s?)?
        {_NO_COUNT}(?P<thai>{THAI_MONTH})\s{{0,3}}(?:ปี\s?)?{ERA}(?P<thai_year>{_YEAR}(?!\d)|[4-9]\d(?![\d%.,:]))
      |(?<![a-z])(?:(?P<english_from>{ENGLISH_MONTH})\s?(?:[-–—]|(?<=\s)(?:to|through|until)(?=\s))\s?)?
        (?<![a-z])(?P<english>{ENGLISH_MONTH})(?![a-z])[\s,]{{0,3}}(?:of\s)?(?P<english_year>{_YEAR})(?!\d))
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A year of two figures behind two others in figures: "27/2/68".
_SHORT_DATE = re.compile(r"(?<![\d.,/-])\d{1,2}/\d{1,2}/[4-9]\d(?![\d/-]|[.,]\d)")
# Which quarter or half of a year; any other word is for the last one.
_WHICH = {
    "แรก": 1, "หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4,
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
}  # fmt: skip
_ORDINAL = "(?a:first|1st|second|2nd|third|3rd|fourth|4th|last|final)"
_PART = rf"""
    (?:ไตรมาส(?:ที่)?\s?(?:(?P<thai_from>[1-3])\s?(?:[-–—]|ถึง|และ|กับ)\s?(?:ไตรมาส(?:ที่)?\s?)?)?(?P<thai_quarter>[1-4]|แรก|หนึ่ง|สอง|สาม|สี่|สุดท้าย)
      |ครึ่ง(?:ปี)?(?P<thai_half>แรก|หลัง)
      |(?<![a-z])(?P<english_quarter>{_ORDINAL})[\s-]quarter
      |(?<![a-z])(?P<english_half>{_ORDINAL})[\s-]half
      |(?<![a-z0-9])(?:Q(?:(?P<q_from>[1-3])\s?(?:[-–—]|ถึง|to|and)\s?Q?)?(?P<q>[1-4])|H(?P<h>[12]))(?![a-z0-9])
      |(?<![a-z0-9.,/])(?:(?P<before_q>[1-4])Q|(?P<before_h>[12])H)(?![a-z]))"""
_QUARTERS = ("thai_quarter", "english_quarter", "q", "before_q")
_HALVES = ("thai_half", "english_half", "h", "before_h")
# Behind Latin letters two figures are a year of the common era, too: "1Q25", "Q1/25", "FY25".
_COMMON_SHORT = r"(?:(?<=[1-4]Q)|(?<=[12]H)|(?<=Q[1-4]/)|(?<=H[12]/)|(?<=FY))2\d"
_PART_OF_YEAR = re.compile(
    rf"""
    {_PART}
    (?:\s?/\s?|\s{{0,2}}(?:of\s(?:the\s)?|ของ)?\s?(?:ประจำ)?(?:ปี)?)(?P<fiscal>งบ(?:ประมาณ)?|fiscal\s(?:year\s)?|FY\s?)?\s?
    (?:{ERA}(?P<year>{_YEAR}(?!\d)|(?:[4-9]\d|{_COMMON_SHORT})(?![\d%.,:]))
      |(?:(?<=ปี)|(?<=งบ)|(?<=งบประมาณ))(?:นี้|(?P<last>ที่แล้ว|ก่อน(?!หน้า)))
      |this\syear|(?P<english_last>last\syear))
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "ปี 2567 ไตรมาส 3", "2024 Q1".
_PART_BEHIND_YEAR = re.compile(
    rf"""
    (?:(?:ปี|(?P<fiscal>ปีงบ(?:ประมาณ)?|fiscal\s(?:year\s)?|FY\s?))\s?)?{ERA}
    (?P<year>(?<![\d.,/–—-]){_YEAR}|(?:(?<=ปี)|(?<=ปี\s)|(?<=งบ)|(?<=งบ\s))[4-9]\d)(?:,?\s|(?=Q|H|ไตร|ครึ่ง))(?:ใน)?
    {_PART}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FISCAL = re.compile(
    rf"(?:ปีงบประมาณ|ปีงบ|fiscal\s(?:year\s)?|FY\s?)\s?{ERA}(?P<year>{_YEAR}|[4-9]\d|{_COMMON_SHORT})(?!\d)",
    re.IGNORECASE,
)
_RUN_OF_YEARS = re.compile(
    rf"""
    (?:{_AS_A_YEAR}(?P<year>{_YEAR})|ปี\s?(?P<short>[4-9]\d))
    (?:\s?[-–—]\s?|\s?ถึง\s?|\s(?:to|through|until)\s)(?:ปี\s?|{ERA})(?P<last>{_YEAR}|(?!0|1[0-2])\d\d)(?!\d|[.,:/–—-]\d|\s?%)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# No year of a run of years ("แผนปี 2566-2570", "2021–23"), which is when a plan holds and not when it is reported.
_YEAR_ALONE = re.compile(
    rf"""
    (?:(?P<part>{PART})[\s-]{{0,2}}(?:ปี|of\s)?\s?)?
    (?:{_NO_COUNT}(?:ปี|พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)\s{{0,2}}(?P<short>[4-9]\d)(?:/(?P<short_end>\d\d))?(?![\d%.,]|\s?[–—-]\s?\d)
      |{_AS_A_YEAR}(?P<year>{_YEAR})(?:[/-](?P<end>\d\d))?(?!\d|[.,:/–—-]\d|\s?%))
    """,
    re.VERBOSE | re.IGNORECASE,
)
# The Civil Service Commission, ก.พ., is written as February is.
_NO_FEBRUARY = re.compile(r"(?:สอบ|สำนักงาน|เลขาธิการ|กรรมการ|ภาค ?ก\.?|ทุน|หลักสูตร) ?(?:ของ ?)?ก\. ?พ\.")
# "ครั้งที่ 31/2567", "meeting 22/2024": the number of something in its year.
_NUMBER_OF_YEAR = re.compile(rf"(?<![\d.,/-])\d{{1,3}}\s?/\s?(?P<year>{_YEAR})(?!\d|[.,:/-]\d)")
_LATEST = re.compile(r"ล่าสุด|ใหม่สุด|ใหม่ที่สุด|\blatest\b|\bmost recent(?:ly)?\b|\bnewest\b", re.IGNORECASE)

# What holds now is in the newest releases, unless the question says when.
_NOW = re.compile(r"ตอนนี้|ขณะนี้|เดี๋ยวนี้|ปัจจุบัน|\bnow\b|\bcurrent(?:ly)?\b|\bat present\b", re.IGNORECASE)

_Finder = Callable[[str], Iterator[Placed]]


def find_days(text: str, today: dt.date, before: Sequence[Days] = (), *, of_releases: bool = False) -> list[Days]:
    """The stretches of days that a text names, the most exact first; none where it names none.

    A day or a month without its year is of the year that the text names otherwise, or of that of the days named
    `before` it. See `qa.yearless`. Of two days or months it is all from the one to the other, see `qa.runs`. A run of
    years ("2566-2570") is read only where the days are those `of_releases` that are asked for: elsewhere it is when a
    plan holds. So is what is since, after or before the days named, and so many months up to today.
    """
    text = whole = _NO_FEBRUARY.sub(lambda name: "\f" * len(name[0]), plain_digits(text))
    found: list[Placed] = []
    finders: list[_Finder] = [
        _single_days,
        partial(_parts_of_years, pattern=_PART_OF_YEAR, today=today),
        partial(_parts_of_years, pattern=_PART_BEHIND_YEAR, today=today),
        _months,
        _fiscal_years,
        _numbers_of_years,
        *([_runs_of_years] if of_releases else []),
        _years,
    ]
    for finder in finders:
        for days, start, end in finder(text):
            found.append((days, start, end))
            # What is read is not read again as something larger: a day is no month of its own.
            text = _without(text, start, end)
    for counted in (from_today, *([] if found else [months_gone])):
        for days, start, end in list(_placed(text, counted(text, today))):
            found.append((days, start, end))
            text = _without(text, start, end)
    if of_releases:
        found.extend(counted_back(text, today))
    yearless = _placed(text, find_yearless_days(text, [days for days, _, _ in found] or before))
    runs = to_runs(whole, found, list(yearless), with_years=of_releases)
    if of_releases:
        # A festival is neither long before nor long after its days, and a run has an end of its own.
        runs = [open_ended(whole, one, EARLIEST, today) if one in found else one for one in runs]
    return sorted((days for days, _, _ in runs), key=lambda days: days.length)


def wants_latest(text: str, days: Sequence[Days] = ()) -> bool:
    """Whether a question asks for the newest there is, or for what holds now and not on the `days` that it names."""
    return bool(_LATEST.search(text)) or (not days and bool(_NOW.search(text)))


def _without(text: str, start: int, end: int) -> str:
    """The text without the characters of a stretch, which it keeps the place of."""
    return text[:start] + "\f" * (end - start) + text[end:]


def _placed(text: str, found: Iterable[Days]) -> Iterator[Placed]:
    """Days with the first place at which a text has the words for them."""
    for days in found:
        start = text.find(days.words)
        yield days, start, start + len(days.words)


def _single_days(text: str) -> Iterator[Placed]:
    for day, start, end in find_dates(text):
        yield Days(day, day, text[start:end].strip()), start, end
    for match in _SHORT_DATE.finditer(text):
        if date := parse_date(match[0]):
            yield Days(date, date, match[0]), match.start(), match.end()


def _months(text: str) -> Iterator[Placed]:
    for match in _MONTH_OF_YEAR.finditer(text):
        year = common_year(int(match["thai_year"] or match["english_year"]))
        if year in _YEARS:
            month = month_number(match["thai"] or match["english"])
            earlier = match["thai_from"] or match["english_from"]
            months = (month - month_number(earlier)) % 12 if earlier else 0
            first, last = of_months(year, month - months, months + 1)
            yield part_of(first, last, match), match.start(), match.end()


def _parts_of_years(text: str, pattern: re.Pattern[str], today: dt.date) -> Iterator[Placed]:
    """Quarters and halves, of years and of fiscal years."""
    for match in pattern.finditer(text):
        said = {name: value for name, value in match.groupdict().items() if value}
        begins = FISCAL_YEAR_BEGINS if "fiscal" in said else 1
        if "year" in said:
            year = _common(said["year"])
        else:
            begun = "fiscal" in said and today.month >= FISCAL_YEAR_BEGINS + 12
            year = today.year + begun - bool({"last", "english_last"} & said.keys())
        parts = 4 if any(name in said for name in _QUARTERS) else 2
        which = next(said[name] for name in (*_QUARTERS, *_HALVES) if name in said)
        number = int(which) if which.isdigit() else _WHICH.get(which.lower(), parts)
        if year in _YEARS and number <= parts:
            months = 12 // parts
            since = min(number, int(said.get("thai_from") or said.get("q_from") or number))
            first, last = of_months(year, begins + (since - 1) * months, (number - since + 1) * months)
            yield Days(first, last, match[0].strip()), match.start(), match.end()


def _common(year: str) -> int:
    """A year as it is written; of two figures in the twenties, of the common era."""
    return int(year) + 2000 if len(year) == 2 and year[0] == "2" else common_year(int(year))


def _fiscal_years(text: str) -> Iterator[Placed]:
    for match in _FISCAL.finditer(text):
        year = _common(match["year"])
        if year in _YEARS:
            yield Days(*of_months(year, FISCAL_YEAR_BEGINS, 12), match[0].strip()), match.start(), match.end()


def _numbers_of_years(text: str) -> Iterator[Placed]:
    for match in _NUMBER_OF_YEAR.finditer(text):
        year = common_year(int(match["year"]))
        if year in _YEARS:
            yield Days(dt.date(year, 1, 1), dt.date(year, 12, 31), match[0].strip()), match.start(), match.end()


def _runs_of_years(text: str) -> Iterator[Placed]:
    for match in _RUN_OF_YEARS.finditer(text):
        written, last = int(match["year"] or match["short"]), int(match["last"])
        year, end = common_year(written), common_year(last if last > 99 else written // 100 * 100 + last)
        if year in _YEARS and end in _YEARS and year < end:
            yield Days(dt.date(year, 1, 1), dt.date(end, 12, 31), match[0].strip()), match.start(), match.end()


def _years(text: str) -> Iterator[Placed]:
    """Years, two years in a row ("2565/66", "ปี 65/66"), and months as ISO 8601 has them ("2025-02")."""
    for match in _YEAR_ALONE.finditer(text):
        written = int(match["year"] or match["short"])
        year, end = common_year(written), int(match["end"] or match["short_end"] or -1)
        if year not in _YEARS:
            continue
        if end in (-1, (written + 1) % 100):
            span = (dt.date(year, 1, 1), dt.date(year + (end >= 0), 12, 31))
        elif match["end"] and 1 <= end <= 12:
            span = of_months(year, end, 1)
        else:
            continue
        yield part_of(*span, match), match.start(), match.end()
