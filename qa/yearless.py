"""Days that are named without their year, where the question names it elsewhere.

"ปี 2568 ... แถลงเมื่อ 11 ก.ค.", "in his 13 April address on Songkran 2024": a question says its year once. Days of the
month, months and parts of them are read, and the holidays and festivals that Thai releases are written for. Of 6,460
questions of dev.jsonl and the training set 1 % name a day or a month so, and 3 % a holiday.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from index.dates import (
    ENGLISH_MONTH,
    ENGLISH_MONTHS,
    THAI_MONTH,
    THAI_MONTHS,
    common_year,
    counts_what_follows,
    month_number,
)
from qa.stretch import PART, Days, of_months, part_of

__all__ = ["festival_in", "find_yearless_days"]

_FULL_THAI = "|".join(THAI_MONTHS)
# May and March are words of other kinds, and months only with a capital letter.
_FULL_ENGLISH = "(?-i:March|May)|(?a:" + "|".join(name for name in ENGLISH_MONTHS if name not in {"March", "May"}) + ")"
# "20 may lose" names no day. With its year beside it, a month in small letters is read by `qa.when`.
_VERBS = {"may", "march"}
# A shortened month ends where no letter and no full stop follows, "ก.พ.ร." is an office; or the end of a question.
_ENDS = r"(?:(?![.\u0e01-\u0e4e])|(?=ล่ะ))"
# Before what is read already, its year or the other of two months: "ม.ค. ปีที่แล้ว", "พ.ค. กับ มิ.ย. 67".
_BESIDE_A_DATE = rf"(?<![.\u0e01-\u0e4e\d])(?<!\d\s)(?=(?:{THAI_MONTH})\s?(?:และ|กับ)?\s?\f)"

_DAY = re.compile(
    rf"""
    (?<![\d.,/])(?<!\D-)(?:
      (?P<day>\d{{1,2}})\s?(?:เดือน)?\s?(?P<month>{_FULL_THAI}|(?:{THAI_MONTH}){_ENDS})
      |(?P<day_before>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month_after>{ENGLISH_MONTH})(?![a-z])
    )
    |(?<![a-z])(?P<month_before>{ENGLISH_MONTH})\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?![a-z\d%]|[.,:/-]\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MONTH = re.compile(
    rf"""
    (?:(?P<part>{PART})[\s-]{{0,2}}(?:the\s|of\s|เดือน)?\s?)?
    (?:(?:เดือน)?(?P<full>{_FULL_THAI})
      |(?:(?<=เดือน)|(?<=ต้น)|(?<=กลาง)|(?<=ปลาย)|(?<=ช่วง)|(?<=ถึง)|(?<=ตั้งแต่)|{_BESIDE_A_DATE})\s?(?P<short>{THAI_MONTH}){_ENDS}
      |(?<![a-z])(?P<english>{_FULL_ENGLISH})(?![a-z]))
    """,
    re.VERBOSE | re.IGNORECASE,
)

# The days, (month, day), on which a holiday or a festival can fall; those by the moon have a month of them.
_FESTIVALS: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = (
    (r"ปีใหม่(?!ไทย)|(?<!chinese )(?<!lunar )(?<!thai )new year(?!(?:['’]s)? eve)(?:['’]s)?\b", (12, 31), (1, 1)),
    (r"วันสิ้นปี|คืนสิ้นปี|new year(?:['’]s)? eve\b", (12, 31), (12, 31)),
    (r"วันเด็ก|children['’]s day\b", (1, 8), (1, 14)),
    (r"วันครู|teachers['’]? day\b", (1, 16), (1, 16)),
    (r"ตรุษจีน|(?:chinese|lunar) new year\b", (1, 21), (2, 20)),
    (r"วาเลนไทน์|valentine(?:['’]s)?(?: day)?\b", (2, 14), (2, 14)),
    (r"มาฆบูชา|makha bucha\b", (2, 3), (3, 12)),
    (r"วันสตรีสากล|(?:international )?women['’]s day\b", (3, 8), (3, 8)),
    (r"สงกรานต์|ปีใหม่ไทย|songkran\b|thai new year\b", (4, 13), (4, 15)),
    (r"วันแรงงาน|labou?r day\b", (5, 1), (5, 1)),
    (r"วิสาขบูชา|vis(?:akha|ak) bucha\b", (5, 1), (6, 3)),
    (r"อาสาฬหบูชา|เข้าพรรษา|asa(?:nha|lha) bucha\b|buddhist lent\b", (7, 1), (8, 2)),
    (r"วันแม่|mother['’]s day\b", (8, 12), (8, 12)),
    (r"ออกพรรษา|end of buddhist lent\b", (10, 1), (10, 30)),
    (r"ฮาโลวีน|halloween\b", (10, 31), (10, 31)),
    (r"ลอยกระทง|loi krathong\b|loy krathong\b", (10, 31), (11, 29)),
    (r"วันพ่อ|father['’]s day\b", (12, 5), (12, 5)),
    (r"วันรัฐธรรมนูญ|constitution day\b", (12, 10), (12, 10)),
    (r"คริสต์มาส|christmas(?: day| eve)?\b", (12, 25), (12, 25)),
)  # fmt: skip
# Releases announce a festival for so many days before it, and count what it brought for so many after. Of 146
# questions that name one and its year, the releases of 120 came out then.
_BEFORE, _AFTER = dt.timedelta(10), dt.timedelta(5)
_FESTIVAL = re.compile(
    "(?:"
    + "|".join(f"(?P<festival_{number}>{names})" for number, (names, _, _) in enumerate(_FESTIVALS))
    # Two figures behind it are its year: four are read before.
    + r")(?:\s?(?P<year>[4-9]\d)(?![\d%]|[.,:/-]\d))?",
    re.IGNORECASE,
)

# The days that words name in a given year; None where that year has no such day.
_InYear = Callable[[int], Days | None]


def find_yearless_days(text: str, named: Sequence[Days]) -> Iterator[Days]:
    """The days that a text names without their year, in the year of the days that it names otherwise.

    Nothing where those are of several years, unless they are one stretch over the turn of a year, into which the days
    fall in one year alone. `text` is without the words that name others.
    """
    years = sorted({year for days in named for year in range(days.first.year, days.last.year + 1)})
    for own_year, in_year in _yearless(text):
        dated = [days for year in ([own_year] if own_year else years) if (days := in_year(year))]
        inside = [days for days in dated if any(days.overlaps(other) for other in named)]
        if len(inside) == 1 or len(dated) == 1:
            yield (inside or dated)[0]


def festival_in(words: str) -> str:
    """The name of the festival that words for days are, without its year; "" for other words."""
    match = _FESTIVAL.fullmatch(words)
    return match[0].removesuffix(match["year"] or "").strip() if match else ""


def _yearless(text: str) -> Iterator[tuple[int | None, _InYear]]:
    for pattern, in_year in ((_DAY, _day), (_FESTIVAL, _festival), (_MONTH, _month)):
        for match in pattern.finditer(text):
            own_year = match.groupdict().get("year")
            yield common_year(int(own_year)) if own_year else None, partial(in_year, match)
        text = pattern.sub(lambda match: "\f" * len(match[0]), text)


def _day(match: re.Match[str], year: int) -> Days | None:
    day = match["day"] or match["day_before"] or match["day_after"]
    month = match["month"] or match["month_after"] or match["month_before"]
    if month in _VERBS or (match["month_before"] and counts_what_follows(match.string, match.start(), match.end())):
        return None
    try:
        date = dt.date(year, month_number(month), int(day))
    except ValueError:
        return None
    return Days(date, date, match[0].strip())


def _month(match: re.Match[str], year: int) -> Days:
    month = month_number(match["full"] or match["short"] or match["english"])
    return part_of(*of_months(year, month, 1), match)


def _festival(match: re.Match[str], year: int) -> Days:
    number = next(number for number in range(len(_FESTIVALS)) if match[f"festival_{number}"])
    _, first, last = _FESTIVALS[number]
    # The eve of New Year is of the year before.
    begins = dt.date(year - (first > last), *first)
    return Days(begins - _BEFORE, dt.date(year, *last) + _AFTER, match[0].strip())
