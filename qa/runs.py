"""Runs of days that a text names by the first and the last, or by how many they are up to today.

"1-15 มีนาคม 2568", "from 3 March to 9 April 2024", "7 วันที่ผ่านมา", "the last three months".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from index.dates import ENGLISH_MONTH
from qa.stretch import Days

__all__ = ["Placed", "counted_back", "open_ended", "to_runs"]

# Days with where the words for them begin and end in a text.
Placed = tuple[Days, int, int]

_TO = r"[-–—]|(?:ไป)?(?:จน)?ถึง|\b(?:to|until|till|through)\b"
_AND = r"และ|กับ|\band\b"
_BETWEEN = re.compile(r"(?:ระหว่าง|\bbetween)\s?(?:วันที่|เดือน|ปี|the)?\s?$", re.IGNORECASE)
_JOINS = re.compile(rf"\s?(?:(?P<to>{_TO})|{_AND})\s?(?:วันที่|เดือน|ปี|the)?\s?", re.IGNORECASE)
# A day of the month before the last one: "1-" of "1-15 มีนาคม 2568".
_DAY_BEFORE = re.compile(
    rf"(?<![\w.,/:–—-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:(?P<to>{_TO})|{_AND}|,)\s?(?:วันที่\s?)?$", re.IGNORECASE
)
# And behind the first: "March 3 to 9"; with a dash the year may be read with it, "March 3-9, 2024".
_DAY_AFTER = re.compile(
    rf"\s?(?:(?P<to>{_TO})|{_AND})\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w%]|[.,:/-]\d|\s?{ENGLISH_MONTH})",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(r"\d\s?[-–—]\s?(\d{1,2})(?:st|nd|rd|th)?[,\s]+\d{4}$")
# Characters before a day in which others of the same month are looked for.
_REACH = 20
# Days of a year, from which on a run is when a plan holds.
_YEAR = 365
_SINCE = re.compile(r"(?:(?:นับ)?ตั้งแต่|\bsince)\s?(?:วันที่|เดือน|the)?\s?$", re.IGNORECASE)
_AFTER = re.compile(r"(?:หลัง(?:จาก)?|\bafter)\s?(?:วันที่|เดือน|the)?\s?$", re.IGNORECASE)
_BEFORE = re.compile(r"(?:ก่อน|\bbefore)\s?(?:วันที่|เดือน|the)?\s?$", re.IGNORECASE)

# How many days, weeks, months or years up to today.
_NUMBERS = {
    "หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9, "สิบ": 10, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_NUMBER = rf"(?a:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_IN_DAYS = {"วัน": 1, "สัปดาห์": 7, "อาทิตย์": 7, "day": 1, "week": 7}
_IN_MONTHS = {"เดือน": 1, "ปี": 12, "month": 1, "year": 12}
_COUNTED_BACK = re.compile(
    rf"(?<![\d.,])(?P<thai>{_NUMBER})\s?(?P<thai_unit>วัน|สัปดาห์|อาทิตย์|เดือน|ปี)\s?(?:ที่ผ่านมา|ล่าสุด|หลังสุด)"
    rf"|\b(?:the\s)?(?:last|past|previous)\s(?P<english>{_NUMBER})\s(?P<english_unit>(?a:day|week|month|year))s?\b",
    re.IGNORECASE,
)


def counted_back(text: str, today: dt.date) -> Iterator[Placed]:
    """The days up to today that a text counts: "7 วันที่ผ่านมา", "the last three months"."""
    for match in _COUNTED_BACK.finditer(text):
        said, unit = match["thai"] or match["english"], (match["thai_unit"] or match["english_unit"]).lower()
        count = int(said) if said.isdecimal() else _NUMBERS[said.lower()]
        if unit in _IN_DAYS:
            first = today - dt.timedelta(count * _IN_DAYS[unit])
        else:
            month = today.year * 12 + today.month - 1 - count * _IN_MONTHS[unit]
            # The last day that every month has.
            first = dt.date(month // 12, month % 12 + 1, min(today.day, 28))
        yield Days(first, today, match[0]), match.start(), match.end()


def to_runs(text: str, dated: Sequence[Placed], yearless: Sequence[Placed], *, with_years: bool) -> list[Placed]:
    """The days that a text names, two of them as one stretch where it names all from the one to the other.

    The first of two may be of the year before, where it is `yearless`. Years make a run only `with_years`.
    """
    without_year = [_of_month(text, placed) for placed in yearless]
    runs: list[Placed] = []
    for placed in sorted([*(_of_month(text, placed) for placed in dated), *without_year], key=lambda one: one[1]):
        may_join = runs and (with_years or max(runs[-1][0].length, placed[0].length) < _YEAR)
        run = _joined(text, runs[-1], placed, is_yearless=runs[-1] in without_year) if may_join else None
        runs = [*runs[:-1], run] if run else [*runs, placed]
    return runs


def open_ended(text: str, placed: Placed, earliest: dt.date, today: dt.date) -> Placed:
    """All days since, after or before those that a text names, where it says so; they themselves elsewhere."""
    days, start, end = placed
    for pattern, first, last in (
        (_SINCE, days.first, today),
        (_AFTER, days.last + dt.timedelta(1), today),
        (_BEFORE, earliest, days.first - dt.timedelta(1)),
    ):
        if (said := pattern.search(text, max(0, start - _REACH), start)) and first <= last:
            return Days(first, last, text[said.start() : end]), said.start(), end
    return placed


def _of_month(text: str, placed: Placed) -> Placed:
    """A day with those of its month that are named together with it."""
    days, start, end = placed
    first, last = days.first, days.last
    if first != last:
        return placed
    if behind := _DAY_BEHIND.search(days.words):
        last = _same_month(last, int(behind[1])) or last
        return (Days(first, last, days.words), start, end) if last > first else placed
    if not text[start].isdigit():
        return _with_day_behind(text, placed)
    while before := _DAY_BEFORE.search(text, max(0, start - _REACH), start):
        earlier = _same_month(first, int(before["day"]))
        if earlier is None or earlier >= first:
            break
        is_next = earlier + dt.timedelta(1) == first
        if not (before["to"] or is_next or _BETWEEN.search(text, max(0, before.start() - _REACH), before.start())):
            break
        first, start = earlier, before.start()
    return Days(first, last, text[start:end].strip()), start, end


def _with_day_behind(text: str, placed: Placed) -> Placed:
    """A day behind the name of its month with the last one of those that begin with it: "March 3 to 9"."""
    days, start, end = placed
    behind = _DAY_AFTER.match(text, end)
    last = _same_month(days.first, int(behind["day"])) if behind else None
    if behind is None or last is None or last <= days.first:
        return placed
    is_next = days.first + dt.timedelta(1) == last
    if not (behind["to"] or is_next or _BETWEEN.search(text, max(0, start - _REACH), start)):
        return placed
    return Days(days.first, last, text[start : behind.end()]), start, behind.end()


def _same_month(date: dt.date, day: int) -> dt.date | None:
    try:
        return date.replace(day=day)
    except ValueError:
        return None


def _joined(text: str, one: Placed, other: Placed, *, is_yearless: bool) -> Placed | None:
    """The run from one stretch of days to another behind it; None where they make none."""
    (days, start, end), (last, begins, ends) = one, other
    joins = _JOINS.fullmatch(text, end, begins)
    if not joins or not (joins["to"] or _BETWEEN.search(text, max(0, start - _REACH), start)):
        return None
    first = days.first
    if is_yearless and first > last.first:
        first = _year_before(first)
    return (Days(first, last.last, text[start:ends]), start, ends) if first < last.first else None


def _year_before(date: dt.date) -> dt.date:
    # The 29th of February is in no year before another one of its own.
    return date.replace(year=date.year - 1, day=min(date.day, 28) if date.month == 2 else date.day)
