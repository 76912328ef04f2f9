"""Stretches of days, and the early, middle and late parts of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.dates import THAI_DIGITS

__all__ = ["EARLIEST", "FISCAL_YEAR_BEGINS", "PART", "Days", "of_months", "part_of", "without_days"]

# Where all days before others begin, for want of a first one.
EARLIEST = dt.date(1950, 1, 1)
# The Thai fiscal year begins in October of the year before, which is this month of its own.
FISCAL_YEAR_BEGINS = -2
# Parts of a month or a year, as shares of it.
_PARTS = {"early": (0.0, 0.4), "mid": (0.25, 0.75), "late": (0.6, 1.0), "first": (0.0, 0.5), "second": (0.5, 1.0)}
_PART_NAMES = {
    "early": "early", "start of": "early", "beginning of": "early", "ต้น": "early", "ช่วงต้น": "early",
    "mid": "mid", "middle of": "mid", "กลาง": "mid", "ช่วงกลาง": "mid",
    "late": "late", "end of": "late", "ปลาย": "late", "สิ้น": "late", "ช่วงปลาย": "late",
    "first half of": "first", "ครึ่งแรก": "first", "ครึ่งแรกของ": "first", "ครึ่งเดือนแรกของ": "first",
    "second half of": "second", "ครึ่งหลัง": "second", "ครึ่งหลังของ": "second", "ครึ่งเดือนหลังของ": "second",
}  # fmt: skip
# What ends in the name of a part and names none: the region ภาคกลาง, a school's มัธยมปลาย.
_WORDS_ENDING_SO = {
    "ต้น": ("เต้น", "เบื้องต้น", "ขั้นต้น", "ชั้นต้น", "ข้างต้น", "ยืนต้น", "ภาคต้น", "ประถมต้น", "มัธยมต้น", "ม.ต้น", "ศึกษาตอนต้น"),
    "กลาง": (
        "ภาคกลาง", "ตะวันออกกลาง", "ธนาคารกลาง", "บัญชีกลาง", "ปกครองกลาง", "ศาลากลาง", "ศูนย์กลาง", "ท่ามกลาง", "ปานกลาง",
        "ขนาดกลาง", "ระดับกลาง", "ชั้นกลาง", "ราคากลาง", "งบกลาง",
    ),
    "ปลาย": ("บั้นปลาย", "บานปลาย", "ภาคปลาย", "ประถมปลาย", "มัธยมปลาย", "ม.ปลาย", "ศึกษาตอนปลาย"),
    "สิ้น": ("ทั้งสิ้น", "สูญสิ้น"),
}  # fmt: skip
# Too many others end so to be listed ("รัฐบาลกลาง", "เป็นต้น"): of these two a space tells what they belong to, unless
# a word stands before them that only a time follows.
_APART = ("ต้น", "กลาง")
_BEFORE_A_TIME = ("เมื่อ", "ใน", "แต่", "ถึง", "ราว", "ช่วง")


def _part(name: str) -> str:
    """The pattern of a name of a part, where it is a word of its own."""
    if name.isascii():
        # Of ASCII letters alone: without regard to case "ſ" would be the first of "start" too.
        return f"(?a:(?<![a-z]){re.escape(name)})"
    whole = name + "".join(f"(?<!{re.escape(word)})" for word in _WORDS_ENDING_SO.get(name, ()))
    if name not in _APART:
        return whole
    begins = "".join(f"|(?<={word}{name})" for word in _BEFORE_A_TIME)
    return rf"{whole}(?:(?<![\u0e01-\u0e4e]{name}){begins}|(?!\s(?:ปี|เดือน)))"


PART = "(?:" + "|".join(map(_part, sorted(_PART_NAMES, key=len, reverse=True))) + ")"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both included, and the words of the question that name them.

    The `words` are with Arabic digits, whichever the question has: see `without_days`.
    """

    first: dt.date
    last: dt.date
    words: str

    @property
    def length(self) -> int:
        """How many days they are."""
        return (self.last - self.first).days + 1

    def distance(self, day: dt.date) -> int:
        """Days between a day and the nearest of these; 0 for one of them."""
        return max(0, (self.first - day).days, (day - self.last).days)

    def overlaps(self, other: Days) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


def of_months(year: int, month: int, count: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of some months in a row; month 0 is December of the year before, and so on."""
    first, after = divmod(year * 12 + month - 1, 12), divmod(year * 12 + month - 1 + count, 12)
    return dt.date(first[0], first[1] + 1, 1), dt.date(after[0], after[1] + 1, 1) - dt.timedelta(1)


def part_of(first: dt.date, last: dt.date, match: re.Match[str]) -> Days:
    """The early, middle or late part of a month or a year, or all of it."""
    words = match[0].strip()
    if match["part"] is None:
        return Days(first, last, words)
    low, high = _PARTS[_PART_NAMES[match["part"].lower()]]
    length = (last - first).days
    return Days(first + dt.timedelta(int(low * length)), first + dt.timedelta(round(high * length)), words)


def without_days(text: str, days: Sequence[Days], instead: str) -> str:
    """A text with something `instead` of the words that name days, in either script of digits."""
    for stretch in days:
        text = re.sub(re.sub(r"\d", _either_digit, re.escape(stretch.words)), lambda _: instead, text)
    return text


def _either_digit(digit: re.Match[str]) -> str:
    return f"[{digit[0]}{THAI_DIGITS[int(digit[0])]}]"
