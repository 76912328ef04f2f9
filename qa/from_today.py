"""Days that words count from today: "เมื่อวาน", "last week", "ปลายปีที่แล้ว", "วันศุกร์ที่ผ่านมา", "last March"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from index.dates import ENGLISH_MONTHS, THAI_MONTH, month_number
from qa.stretch import FISCAL_YEAR_BEGINS, PART, Days, of_months, part_of

__all__ = ["from_today", "months_gone"]

# The first and the last day for a given today.
_Span = Callable[[dt.date], tuple[dt.date, dt.date]]


def from_today(text: str, today: dt.date) -> Iterator[Days]:
    """The days that a text counts from today, each kind of them once."""
    for pattern, span in _RELATIVE:
        if match := pattern.search(text):
            yield Days(*span(today), match[0])
    for pattern, span in _OF_WHICH_PARTS:
        if match := pattern.search(text):
            yield part_of(*span(today), match)


def months_gone(text: str, today: dt.date) -> Iterator[Days]:
    """The months, and the days of months, that a text names as the last ones of their name: those of no other year."""
    for match in _MONTH_GONE.finditer(text):
        month = month_number(match["thai"] or match["english"])
        if match["day"] is None:
            yield part_of(*of_months(today.year - (month >= today.month), month, 1), match)
        elif day := _last_such_day(int(match["day"]), month, today):
            yield Days(day, day, match[0].strip())


def _last_such_day(day: int, month: int, today: dt.date) -> dt.date | None:
    """The last day of that number and month up to today; None for one that is not in this year or the last."""
    for year in (today.year, today.year - 1):
        try:
            date = dt.date(year, month, day)
        except ValueError:
            continue
        if date <= today:
            return date
    return None


def _days_ago(first: int, last: int) -> _Span:
    return lambda today: (today - dt.timedelta(first), today - dt.timedelta(last))


def _week(back: int) -> _Span:
    """A calendar week, Monday to Sunday."""

    def span(today: dt.date) -> tuple[dt.date, dt.date]:
        monday = today - dt.timedelta(today.weekday() + 7 * back)
        return monday, monday + dt.timedelta(6)

    return span


def _weekend(today: dt.date) -> tuple[dt.date, dt.date]:
    """The Saturday and the Sunday of the week before."""
    sunday = today - dt.timedelta(today.weekday() + 1)
    return sunday - dt.timedelta(1), sunday


def _weekday(number: int) -> _Span:
    """The last day of that name before today; Monday is 0."""
    return lambda today: (today - dt.timedelta((today.weekday() - number - 1) % 7 + 1),) * 2


def _month(back: int) -> _Span:
    return lambda today: of_months(today.year, today.month - back, 1)


def _quarter(back: int) -> _Span:
    return lambda today: of_months(today.year, (today.month - 1) // 3 * 3 + 1 - 3 * back, 3)


def _fiscal_year(back: int) -> _Span:
    return lambda today: of_months(today.year + (today.month >= FISCAL_YEAR_BEGINS + 12) - back, FISCAL_YEAR_BEGINS, 12)


def _year(back: int) -> _Span:
    return lambda today: (dt.date(today.year - back, 1, 1), dt.date(today.year - back, 12, 31))


# "Ten years ago" and "in the past three months" are not last year and last month, and what was "the year before that"
# only the talk so far can tell.
_COUNTS = ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "ร้อย", "กี่", "หลาย"]
_UNCOUNTED = r"(?<![0-9๐-๙])(?<![0-9๐-๙] )" + "".join(f"(?<!{count})" for count in _COUNTS)
_LAST = r"(?:ที่แล้ว|ก่อน(?!หน้า)|ที่ผ่านมา)"

_WEEKDAYS = (
    ("จันทร์", "mon"), ("อังคาร", "tues"), ("พุธ", "wednes"), ("พฤหัส(?:บดี|ฯ)?", "thurs"), ("ศุกร์", "fri"), ("เสาร์", "satur"),
    ("(?<=วัน)อาทิตย์", "sun"),
)  # fmt: skip
# Weeks are called as Sunday is.
_WEEK = "(?:(?<!สุด)สัปดาห์|(?<!วัน)(?<!เสาร์)(?<!เสาร์-)อาทิตย์)"
_PART_BEFORE = rf"(?:(?P<part>{PART})[\s-]{{0,2}}(?:of\s)?(?:the\s)?)?"


def _patterns(spans: tuple[tuple[str, _Span], ...], before: str = "") -> tuple[tuple[re.Pattern[str], _Span], ...]:
    return tuple((re.compile(f"{before}(?:{pattern})", re.IGNORECASE), span) for pattern, span in spans)


_RELATIVE = _patterns(
    (
        (r"เมื่อวานซืน|\bthe day before yesterday\b", _days_ago(2, 2)),
        (r"เมื่อวาน(?!ซืน)(?:นี้)?|(?<!before )\byesterday\b", _days_ago(1, 1)),
        (r"วันนี้|\btoday\b", _days_ago(0, 0)),
        (rf"{_UNCOUNTED}{_WEEK}{_LAST}|\blast week\b", _week(1)),
        (rf"{_WEEK}นี้|\bthis week\b", _week(0)),
        (rf"(?:สุดสัปดาห์|เสาร์-?อาทิตย์){_LAST}|\blast weekend\b", _weekend),
        *(
            (
                rf"(?:วัน)?{thai}(?:ที่แล้ว|ที่ผ่านมา)|(?<!the )\b(?:last|this past) {english}day\b(?! (?:of|in)\b)",
                _weekday(number),
            )
            for number, (thai, english) in enumerate(_WEEKDAYS)
        ),
        (rf"{_UNCOUNTED}ไตรมาส{_LAST}|\blast quarter\b", _quarter(1)),
        (r"ไตรมาสนี้|\bthis quarter\b", _quarter(0)),
        (rf"{_UNCOUNTED}ปีงบ(?:ประมาณ)?{_LAST}|\blast fiscal year\b", _fiscal_year(1)),
        (r"ปีงบ(?:ประมาณ)?นี้|\bthis fiscal year\b", _fiscal_year(0)),
    )
)
_OF_WHICH_PARTS = _patterns(
    (
        (rf"{_UNCOUNTED}เดือน{_LAST}|\blast month\b", _month(1)),
        (r"เดือนนี้|\bthis month\b", _month(0)),
        (rf"{_UNCOUNTED}ปี{_LAST}|\blast year\b", _year(1)),
        (r"ปีนี้|\bthis year\b", _year(0)),
    ),
    _PART_BEFORE,
)
_MONTH_GONE = re.compile(
    rf"{_PART_BEFORE}(?:(?<![\d.,/-])(?P<day>\d{{1,2}})\s?)?(?:เดือน)?\s?(?P<thai>{THAI_MONTH})\s?(?:ที่แล้ว|ที่ผ่านมา)"
    rf"|(?<!the )\blast (?P<english>(?a:{'|'.join(ENGLISH_MONTHS)}))\b",
    re.IGNORECASE,
)
