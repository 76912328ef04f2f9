"""What an elliptical question names, put in the place of what the questions before it name of the same kind.

"แล้วปี 2566 ล่ะ" behind "ปี 2568 มีมาตรการ PM2.5 อะไรบ้าง" asks for the measures of 2566: looked for with both years, neither
is found. So it is with quarters, festivals, countries, places, ministries, people, schemes and phases.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from index.dates import ENGLISH_MONTH, THAI_MONTH, plain_digits
from index.release import Language
from index.words import word_boundaries
from qa.glossary import load_glossary, read_entries
from qa.ordinals import numbered_in
from qa.question import Question
from qa.stretch import Days
from qa.when import find_days
from qa.whole_words import ENDS_POLITELY
from qa.yearless import festival_in

__all__ = ["in_place"]

# A stretch of a question, from its first character to the one behind its last.
_Span = tuple[int, int]

# Names take the place of others of their group.
_GROUPS = (("country",), ("province", "place"), ("agency", "organisation"), ("person",), ("scheme",))
# What may stand between two names that one takes the place of: "อินเดียและไต้หวัน", "India and Taiwan".
_NEAR = 5
# Days that say their year, or count from today; others are of the year of those whose place they take.
_OF_A_YEAR = re.compile(
    r"\d{4}|(?<!\d)[4-9]\d$|นี้|แล้ว|ก่อน|วาน|ผ่านมา|\b(?:this|last|yesterday|today|past)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}$|(?<=\s)[4-9]\d$")
# Days of the month beside its name, or of the month that the question before names: "วันที่ 6-10", "on the 14th".
_DAYS_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?(?:\s?(?:[-–—]|ถึง|และ|\bto\b|\band\b)\s?(?:วันที่\s?)?\d{1,2}(?:st|nd|rd|th)?)?"
_DAYS_BY_MONTH = re.compile(
    rf"(?<![\d.,:/–—-])(?:(?P<before>{_DAYS_OF_MONTH})\s?(?:of\s)?(?:เดือน\s?)?(?:{THAI_MONTH}|(?:{ENGLISH_MONTH})(?![a-z]))"
    rf"|(?<![a-z])(?:{ENGLISH_MONTH})\s(?P<after>{_DAYS_OF_MONTH})(?!\d)"
    r"|(?:(?<=แล้ว)|(?<=แล้ว\s))(?P<run>\d{1,2}\s?[-–—]\s?\d{1,2})(?=\s*ล่ะ)"
    rf"|(?:(?<=วันที่)|(?<=วันที่\s)|(?<=\bthe\s))(?P<alone>{_DAYS_OF_MONTH})(?=\s*(?:ล่ะ|[?？]|$)))",
    re.IGNORECASE,
)
# A quarter or a half of a year, whose year stands beside it or is that of the question before.
_PART_OF_YEAR = re.compile(
    r"ไตรมาส(?:ที่)?\s?(?:[1-4]|แรก|หนึ่ง|สอง|สาม|สี่|สุดท้าย)|ครึ่งปี(?:แรก|หลัง)|\b(?:Q[1-4]|H[12])\b|(?<![\w.,/])(?:[1-4]Q|[12]H)(?![a-z])"
    r"|\b(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th) (?:quarter|half)\b",
    re.IGNORECASE,
)
# A ministry is called by what it is for, too: "รัฐมนตรีคลัง", "the commerce minister".
_MINISTRY: dict[Language, re.Pattern[str]] = {
    "th": re.compile("กระทรวง(?:การ)?$"), "en": re.compile("Ministry of $"),
}  # fmt: skip
_SHORTEST_MINISTRY = 4
# A country is named by its people, too.
_PEOPLE = re.compile(
    r"\b(?:American|Australian|British|Cambodian|Chinese|French|German|Indian|Indonesian|Italian|Japanese|Korean|Laotian"
    r"|Malaysian|Burmese|Russian|Singaporean|Taiwanese|Vietnamese)s?\b"
)
# Of what is left when all is placed, this says nothing more.
_SAYS_NOTHING: dict[Language, re.Pattern[str]] = {
    "th": re.compile(
        rf"^\s*(?:แล้ว|และ|ส่วน)|(?:ล่ะ)?{ENDS_POLITELY}|(?<!\S)(?:ใน|ของ|ที่|กับ|เมื่อ|วันที่|จังหวัด|กระทรวง(?:การ)?|รัฐมนตรี)(?!\S)"
    ),
    "en": re.compile(
        r"^\s*(?:and|so|then|but|what about|how about|also)\b"
        r"|\b(?:in|of|for|at|on|the|with|from|by|ministry|minister)\b|[^\w\s]",
        re.IGNORECASE,
    ),
}


def in_place(asked: Question, today: dt.date) -> Question:
    """An elliptical question as one in full, as far as what it names is of a kind that the questions before it name
    as well; any other question as it is."""
    if not asked.is_elliptical:
        return asked
    earlier, rest = [plain_digits(question) for question in asked.earlier], plain_digits(asked.text)
    changed = False
    named = find_days(" ".join([*earlier, rest]), today)
    for number, find in enumerate(_finders(asked.language, today, named)):
        if span := next(find(rest), None):
            name, before = rest[slice(*span)], rest[: span[0]]
            placed = [_replaced(question, find, name, of_its_year=number == 0) for question in earlier]
            if placed != earlier:
                earlier, changed = placed, True
                # What stands before it there as well, "รมว.", is said already.
                title = before.rpartition(" ")[2]
                before = (
                    before.removesuffix(title) if any(f"{title}{name}" in question for question in placed) else before
                )
                rest = f"{before} {rest[span[1] :]}"
    if not changed:
        return asked
    rest = _SAYS_NOTHING[asked.language].sub(" ", _SAYS_NOTHING[asked.language].sub(" ", rest))
    return asked.placed(earlier, " ".join(rest.split()))


def _finders(language: Language, today: dt.date, named: Sequence[Days]) -> Iterator[Callable[[str], Iterator[_Span]]]:
    yield lambda text: _days(text, today, named)
    yield lambda text: _days(text, today, named, festivals=True)
    yield lambda text: (match.span(match.lastgroup or 0) for match in _DAYS_BY_MONTH.finditer(text))
    yield lambda text: (match.span() for match in _PART_OF_YEAR.finditer(text))
    yield numbered_in
    yield lambda text: _near_together(_ministries(text, language))
    for kinds in _GROUPS:
        yield lambda text, kinds=kinds: _near_together(_names(text, language, kinds))  # type: ignore[misc]


def _replaced(question: str, find: Callable[[str], Iterator[_Span]], name: str, *, of_its_year: bool) -> str:
    span = next(find(question), None)
    if span is None:
        return question
    year = _YEAR.search(question[slice(*span)]) if of_its_year and not _OF_A_YEAR.search(name) else None
    return f"{question[: span[0]]}{name}{f' {year[0]}' if year else ''}{question[span[1] :]}"


def _days(text: str, today: dt.date, named: Sequence[Days], *, festivals: bool = False) -> Iterator[_Span]:
    """Where a text names days; where it names `festivals`, whose year is no part of their name."""
    for days in find_days(text, today, named):
        start = text.find(days.words)
        if start >= 0 and festivals == bool(festival_in(days.words)):
            yield start, start + len(days.words)


def _names(text: str, language: Language, kinds: tuple[str, ...]) -> Iterator[_Span]:
    ends = word_boundaries(text)
    spans = [(name.start, name.end) for name in load_glossary().find(text, language, ends) if name.kind in kinds]
    if "country" in kinds:
        spans += [match.span() for match in _PEOPLE.finditer(text)]
    return iter(sorted(spans))


def _ministries(text: str, language: Language) -> Iterator[_Span]:
    ends = word_boundaries(text)
    for match in _ministry(language).finditer(text):
        if match.end() in ends and (match.start() in ends or _MINISTRY[language].search(text[: match.start()])):
            yield match.span()


@cache
def _ministry(language: Language) -> re.Pattern[str]:
    names = {
        re.sub(f"^{_MINISTRY[language].pattern[:-1]}", "", spelling)
        for entry in read_entries()
        if entry.kind == "ministry"
        for spelling in entry.spellings(language)
    }
    longest_first = sorted((name for name in names if len(name) >= _SHORTEST_MINISTRY), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _near_together(spans: Iterator[_Span]) -> Iterator[_Span]:
    """The spans, those with next to nothing between them as one."""
    last: _Span | None = None
    for start, end in spans:
        if last and start - last[1] <= _NEAR:
            last = last[0], end
        else:
            if last:
                yield last
            last = start, end
    if last:
        yield last
