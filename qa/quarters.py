"""Quarters and halves of years in a text, as the other language says them: "ไตรมาส 2/2568", "first half of 2025"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.dates import BUDDHIST_AHEAD, common_year
from index.release import Language
from qa.rendered import Rendered

__all__ = ["find_quarters_said"]

_ORDINALS = ("first", "second", "third", "fourth")
_NUMBERS = {
    **{str(number): number for number in (1, 2, 3, 4)}, "แรก": 1, "หนึ่ง": 1, "สอง": 2, "สาม": 3, "สี่": 4,
    **{ordinal: number for number, ordinal in enumerate(_ORDINALS, 1)}, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip

# Two figures are a year only behind a word for one, or a stroke.
_THAI_YEAR = (
    r"(?: ?/ ?| ?(?:ของ|ใน)? ?(?:ประจำ)?(?:ปี)?(?P<fiscal>งบประมาณ|งบ)? ?(?:พ\.? ?ศ\.? ?)?)"
    r"(?P<year>25\d\d(?!\d|[.,]\d)|(?:(?<=[ปบ]ี)|(?<=ปี )|(?<=งบ)|(?<=งบ )|(?<=ประมาณ)|(?<=ประมาณ )|(?<=/))"
    r"[56]\d(?![\d%]|[.,:/]\d))"
)
_ENGLISH_YEAR = (
    r"(?: ?/ ?|,? (?:of )?(?:the )?(?P<fiscal>[Ff]iscal (?:[Yy]ear )?|FY ?)?)(?P<year>(?:19|20)\d\d)(?![\d%]|[.,:/-]\d)"
)
# Of several at once none is said: "ไตรมาส 1-3".
_THAI = re.compile(
    r"(?:ไตรมาส ?(?:ที่ ?)?(?P<quarter>[1-4](?!\d|[.,]\d| ?(?:[-–—,]|ถึง|และ) ?\d)|แรก|หนึ่ง|สอง|สาม|สี่|สุดท้าย)"
    rf"|ครึ่ง(?P<of_year>ปี ?)?(?P<half>แรก|หลัง))(?:{_THAI_YEAR})?"
)
_ENGLISH = re.compile(
    r"(?:\b(?P<ordinal>(?ai:first|1st|second|2nd|third|3rd|fourth|4th|last|final))[ -](?P<unit>(?ai:quarter|half))\b"
    rf"|(?<![-–—])\bQ(?P<quarter>[1-4])(?!\w| ?[-–—] ?Q?\d)|\bH(?P<half>[12])\b(?= ?/? ?20))(?:{_ENGLISH_YEAR})?"
)


def find_quarters_said(text: str, language: Language) -> Iterator[Rendered]:
    """The quarters and halves of years of a plain text, in the other language; no halves of anything else."""
    for match in (_THAI if language == "th" else _ENGLISH).finditer(text):
        if said := _in_english(match) if language == "th" else _in_thai(match):
            yield Rendered(match.start(), match.end(), said, "date")


def _in_english(match: re.Match[str]) -> str:
    if match["half"]:
        if not (match["of_year"] or match["year"]):
            return ""
        said = f"{'first' if match['half'] == 'แรก' else 'second'} half"
        return said + (_english_year(match) or " of the year")
    number = _NUMBERS.get(match["quarter"])
    return f"{_ORDINALS[number - 1] if number else 'last'} quarter{_english_year(match)}"


def _english_year(match: re.Match[str]) -> str:
    if not match["year"]:
        return ""
    return f" of {'fiscal year ' if match['fiscal'] else ''}{common_year(int(match['year']))}"


def _in_thai(match: re.Match[str]) -> str:
    year = str(int(match["year"]) + BUDDHIST_AHEAD) if match["year"] else ""
    of_year = f"ปี{'งบประมาณ ' if match['fiscal'] else ' '}{year}" if year else ""
    number = _NUMBERS.get((match["ordinal"] or match["quarter"] or match["half"]).lower())
    if match["half"] or (match["unit"] or "").lower() == "half":
        # The last half is the second one.
        return f"ครึ่ง{'แรก' if number == 1 else 'หลัง'}ของ{of_year}" if year and number in (1, 2, None) else ""
    if number is None:
        # "The last quarter" is the one before this elsewhere.
        return f"ไตรมาสสุดท้าย {of_year}" if year else ""
    return f"ไตรมาสที่ {number} {of_year}".rstrip()
