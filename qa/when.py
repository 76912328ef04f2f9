"""When a question is about: the days that its words for dates cover.

Read are days, months, years, and parts of them ("mid-October 2020", "ปลายเดือน ก.ค. 2568", "Q3/2567", "ครึ่งแรกปีงบ 68"),
in both eras and both scripts of digits, and what counts from today ("เดือนที่แล้ว", "last week"). No library
does: dateparser takes a Buddhist year for a common one (its issue 1063), and PyThaiNLP reads dates
of a given form but finds none in a text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from index.dates import COUNTED, ENGLISH_MONTH, ERA, THAI_MONTH, common_year, find_dates, month_number, plain_digits
from qa.runs import Placed, counted_back, open_ended, to_runs
from qa.stretch import PART, Days, of_months, part_of
from qa.yearless import find_yearless_days

__all__ = ["find_days", "wants_latest"]

_YEARS = range(1950, 2100)
# The Thai fiscal year begins in October of the year before, which is this month of its own.
_FISCAL_YEAR_BEGINS = -2
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
# Which quarter or half of a year; any other word is for the last one.
_WHICH = {
    "แรก": 1, "หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4,
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
}  # fmt: skip
_ORDINAL = "(?a:first|1st|second|2nd|third|3rd|fourth|4th|last|final)"
_PART_OF_YEAR = re.compile(
    rf"""
    (?:ไตรมาส(?:ที่)?\s?(?P<thai_quarter>[1-4]|แรก|หนึ่ง|สอง|สาม|สี่|สุดท้าย)
      |ครึ่ง(?:ปี)?(?P<thai_half>แรก|หลัง)
      |(?<![a-z])(?P<english_quarter>{_ORDINAL})[\s-]quarter
      |(?<![a-z])(?P<english_half>{_ORDINAL})[\s-]half
      |(?<![a-z0-9])(?:Q(?P<q>[1-4])|H(?P<h>[12]))(?![a-z0-9]))
    (?:\s?/\s?|\s{{0,2}}(?:of\s(?:the\s)?|ของ)?\s?(?:ประจำ)?(?:ปี)?)(?P<fiscal>งบ(?:ประมาณ)?|fiscal\s(?:year\s)?|FY\s?)?\s?
    (?:{ERA}(?P<year>{_YEAR}(?!\d)|[4-9]\d(?![\d%.,:]))
      |(?:(?<=ปี)|(?<=งบ)|(?<=งบประมาณ))(?:นี้|(?P<last>ที่แล้ว|ก่อน(?!หน้า)))
      |this\syear|(?P<english_last>last\syear))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FISCAL = re.compile(
    rf"(?:ปีงบประมาณ|ปีงบ|fiscal\s(?:year\s)?|FY\s?)\s?{ERA}(?P<year>{_YEAR}|[4-9]\d)(?!\d)", re.IGNORECASE
)
_RUN_OF_YEARS = re.compile(
    rf"""
    {_AS_A_YEAR}(?P<year>{_YEAR})
    (?:\s?[-–—]\s?|\s?ถึง\s?|\s(?:to|through|until)\s)(?:ปี\s?|{ERA})(?P<last>{_YEAR}|(?!0|1[0-2])\d\d)(?!\d|[.,:/–—-]\d|\s?%)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# No year of a run of years ("แผนปี 2566-2570", "2021–23"), which is when a plan holds and not when it is reported.
_YEAR_ALONE = re.compile(
    rf"""
    (?:(?P<part>{PART})[\s-]{{0,2}}(?:ปี|of\s)?\s?)?
    (?:{_NO_COUNT}(?:ปี|พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)\s{{0,2}}(?P<short>[4-9]\d)(?:/(?P<short_end>\d\d))?(?![\d%.,])
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

# What counts from today: the words, and the first and the last day for a given today.
_Span = Callable[[dt.date], tuple[dt.date, dt.date]]
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
        partial(_parts_of_years, today=today),
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
            text = text[:start] + "\f" * (end - start) + text[end:]
    found.extend(_placed(text, _from_today(text, today)))
    if of_releases:
        found.extend(counted_back(text, today))
    yearless = _placed(text, find_yearless_days(text, [days for days, _, _ in found] or before))
    runs = to_runs(whole, found, list(yearless), with_years=of_releases)
    if of_releases:
        earliest = dt.date(_YEARS.start, 1, 1)
        # A festival is neither long before nor long after its days, and a run has an end of its own.
        runs = [open_ended(whole, one, earliest, today) if one in found else one for one in runs]
    return sorted((days for days, _, _ in runs), key=lambda days: days.length)


def wants_latest(text: str, days: Sequence[Days] = ()) -> bool:
    """Whether a question asks for the newest there is, or for what holds now and not on the `days` that it names."""
    return bool(_LATEST.search(text)) or (not days and bool(_NOW.search(text)))


def _placed(text: str, found: Iterable[Days]) -> Iterator[Placed]:
    """Days with the first place at which a text has the words for them."""
    for days in found:
        start = text.find(days.words)
        yield days, start, start + len(days.words)


def _single_days(text: str) -> Iterator[Placed]:
    for day, start, end in find_dates(text):
        yield Days(day, day, text[start:end].strip()), start, end


def _months(text: str) -> Iterator[Placed]:
    for match in _MONTH_OF_YEAR.finditer(text):
        year = common_year(int(match["thai_year"] or match["english_year"]))
        if year in _YEARS:
            month = month_number(match["thai"] or match["english"])
            earlier = match["thai_from"] or match["english_from"]
            months = (month - month_number(earlier)) % 12 if earlier else 0
            first, last = of_months(year, month - months, months + 1)
            yield part_of(first, last, match), match.start(), match.end()


def _parts_of_years(text: str, today: dt.date) -> Iterator[Placed]:
    """Quarters and halves, of years and of fiscal years."""
    for match in _PART_OF_YEAR.finditer(text):
        begins = _FISCAL_YEAR_BEGINS if match["fiscal"] else 1
        if match["year"]:
            year = common_year(int(match["year"]))
        else:
            begun = bool(match["fiscal"]) and today.month >= _FISCAL_YEAR_BEGINS + 12
            year = today.year + begun - bool(match["last"] or match["english_last"])
        quarter = match["thai_quarter"] or match["english_quarter"] or match["q"]
        which = quarter or match["thai_half"] or match["english_half"] or match["h"]
        parts = 4 if quarter else 2
        number = int(which) if which.isdigit() else _WHICH.get(which.lower(), parts)
        if year in _YEARS and number <= parts:
            months = 12 // parts
            first, last = of_months(year, begins + (number - 1) * months, months)
            yield Days(first, last, match[0].strip()), match.start(), match.end()


def _fiscal_years(text: str) -> Iterator[Placed]:
    for match in _FISCAL.finditer(text):
        year = common_year(int(match["year"]))
        if year in _YEARS:
            yield Days(*of_months(year, _FISCAL_YEAR_BEGINS, 12), match[0].strip()), match.start(), match.end()


def _numbers_of_years(text: str) -> Iterator[Placed]:
    for match in _NUMBER_OF_YEAR.finditer(text):
        year = common_year(int(match["year"]))
        if year in _YEARS:
            yield Days(dt.date(year, 1, 1), dt.date(year, 12, 31), match[0].strip()), match.start(), match.end()


def _runs_of_years(text: str) -> Iterator[Placed]:
    for match in _RUN_OF_YEARS.finditer(text):
        written, last = int(match["year"]), int(match["last"])
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


def _from_today(text: str, today: dt.date) -> Iterator[Days]:
    for pattern, span in _RELATIVE:
        if match := pattern.search(text):
            first, last = span(today)
            yield Days(first, last, match[0])


def _days_ago(first: int, last: int) -> _Span:
    return lambda today: (today - dt.timedelta(first), today - dt.timedelta(last))


def _week(back: int) -> _Span:
    """A calendar week, Monday to Sunday."""

    def span(today: dt.date) -> tuple[dt.date, dt.date]:
        monday = today - dt.timedelta(today.weekday() + 7 * back)
        return monday, monday + dt.timedelta(6)

    return span


def _month(back: int) -> _Span:
    return lambda today: of_months(today.year, today.month - back, 1)


def _quarter(back: int) -> _Span:
    return lambda today: of_months(today.year, (today.month - 1) // 3 * 3 + 1 - 3 * back, 3)


def _fiscal_year(back: int) -> _Span:
    return lambda today: of_months(
        today.year + (today.month >= _FISCAL_YEAR_BEGINS + 12) - back, _FISCAL_YEAR_BEGINS, 12
    )


def _year(back: int) -> _Span:
    return lambda today: (dt.date(today.year - back, 1, 1), dt.date(today.year - back, 12, 31))


# "Ten years ago" and "in the past three months" are not last year and last month, and what was "the year before that"
# only the talk so far can tell.
_COUNTS = ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "ร้อย", "กี่", "หลาย"]
_UNCOUNTED = r"(?<![0-9๐-๙])(?<![0-9๐-๙] )" + "".join(f"(?<!{count})" for count in _COUNTS)
_LAST = r"(?:ที่แล้ว|ก่อน(?!หน้า)|ที่ผ่านมา)"

_RELATIVE: tuple[tuple[re.Pattern[str], _Span], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), span)
    for pattern, span in (
        (r"เมื่อวานซืน|\bthe day before yesterday\b", _days_ago(2, 2)),
        (r"เมื่อวาน(?!ซืน)(?:นี้)?|(?<!before )\byesterday\b", _days_ago(1, 1)),
        (r"วันนี้|\btoday\b", _days_ago(0, 0)),
        (rf"{_UNCOUNTED}(?:สัปดาห์|อาทิตย์){_LAST}|\blast week\b", _week(1)),
        (r"(?:สัปดาห์|อาทิตย์)นี้|\bthis week\b", _week(0)),
        (rf"{_UNCOUNTED}เดือน{_LAST}|\blast month\b", _month(1)),
        (rf"{_UNCOUNTED}ไตรมาส{_LAST}|\blast quarter\b", _quarter(1)),
        (r"ไตรมาสนี้|\bthis quarter\b", _quarter(0)),
        (r"เดือนนี้|\bthis month\b", _month(0)),
        (rf"{_UNCOUNTED}ปี{_LAST}|\blast year\b", _year(1)),
        (r"ปีนี้|\bthis year\b", _year(0)),
        (rf"{_UNCOUNTED}ปีงบ(?:ประมาณ)?{_LAST}|\blast fiscal year\b", _fiscal_year(1)),
        (r"ปีงบ(?:ประมาณ)?นี้|\bthis fiscal year\b", _fiscal_year(0)),
    )
)
