"""Numbers, dates and times of a text as values that can be compared, whichever language says them.

"1.2 หมื่นล้านบาท" and "12 billion baht" are one value, and so are "27 ก.พ. 68" and "27 February 2025",
"สาม" and "three". Read are dates and times by `qa.days`, then numbers in figures with the word for their
size, then numbers in words, "second" to "tenth" and "a dozen" among them. Not read: fractions in words, Roman numerals,
and sums in several parts ("1 แสน 2 หมื่น"), of which each part is a number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from index.dates import BUDDHIST_AHEAD, ENGLISH_MONTH, ENGLISH_MONTHS, THAI_MONTH
from index.release import Language
from index.words import cut_words
from qa.amounts import ENGLISH_SCALES, THAI_SCALES, unit_classes
from qa.days import WEEKDAYS, find_days_said
from qa.plain import plain_text

__all__ = ["DaySaid", "Number", "Values", "lacking", "values_of"]

_BILLIONS = {"bn": 10**9, "mn": 10**6}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?"
_CLOCK = re.compile(
    r"(?<![\d.:])(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
    r"|(?:(?<=\bat )|(?<=เวลา )|(?<=เวลา))(?P<hour2>[01]?\d|2[0-3])\.(?P<minute2>[0-5]\d))(?![\d:])"
)
# "2 and 3 August": each a day of that month.
_TWO_DAYS = re.compile(
    rf"\b(?P<first>\d{{1,2}})(?P<and> and | และ ?)(?P<last>\d{{1,2}}) (?P<month>{ENGLISH_MONTH}|{THAI_MONTH})"
)
# Two years in a row: "2024/25", "2567-68".
_YEARS_IN_A_ROW = re.compile(
    r"(?<![\d.,/–-])(?P<first>(?P<century>19|20|25)\d\d)[/–-](?P<last>\d\d)(?![\d%]|[.,/–-]\d)"
)
# Months that are no words of another kind; `qa.days` wants a preposition before each.
_MONTH = re.compile(rf"\b({'|'.join(name for name in ENGLISH_MONTHS if name not in ('March', 'May'))})\b")
_PERCENT_BEFORE = re.compile(r"ร้อยละ ?[-–−]?$")
_PERCENT = re.compile(r" ?(?:%|เปอร์เซ็นต์|เปอร์เซนต์|per ?cent\b|percentage points?\b)", re.IGNORECASE)
_CURRENCY_BEFORE = {"US$": "ดอลลาร์", "USD": "ดอลลาร์", "$": "ดอลลาร์", "THB": "บาท", "฿": "บาท", "€": "ยูโร", "EUR": "ยูโร"}
_CURRENCY = re.compile(rf"({'|'.join(map(re.escape, _CURRENCY_BEFORE))}) ?$")
# A sign that makes a share negative: apart from what is before it, and joined to the figures.
_MINUS = re.compile(r"(?:[^\s\d] |ร้อยละ)[-–−]$")
# What is said to fall may be said of a negative number without its sign.
_FALLS = re.compile(
    r"ลด|หด|ติดลบ|ต่ำลง|น้อยลง|ถอยหลัง|ขาดทุน|ขาดดุล|\b(?:f[ae]ll|fallen|decline|decrease|contract|shr[aiu]nk|drop|los[st]"
    r"|lower|down|minus|negative|deficit)",
    re.IGNORECASE,
)
_YEARS = range(1800, 2200)
# How many of a smaller unit a unit is.
_SMALLER = {
    "ตัน": (1000, "กิโลกรัม"), "เมตริกตัน": (1000, "กิโลกรัม"), "กิโลกรัม": (1000, "กรัม"), "กิโลเมตร": (1000, "เมตร"),
    "เมกะวัตต์": (1000, "กิโลวัตต์"),
}  # fmt: skip

_SMALL_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH_ONES = {word: value for value, word in enumerate(_SMALL_WORDS.split())} | {
    word: 10 * value for value, word in enumerate(_TENS_WORDS.split(), 2)
}
_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth"
_ENGLISH_ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split(), 2)}
_ENGLISH_ORDINAL = re.compile(rf"\b(?a:{'|'.join(_ENGLISH_ORDINALS)})\b", re.IGNORECASE)
_ENGLISH_SIZES = {"dozen": 12, "hundred": 100, **ENGLISH_SCALES}
# Half of the size behind it is no number that is read.
_HALF_OF = re.compile(r"\bhalf an? $", re.IGNORECASE)
# Of ASCII letters alone: without regard to case "ı" would be one of "six" too.
_ENGLISH_WORD = f"(?a:{'|'.join([*_ENGLISH_ONES, *_ENGLISH_SIZES])})"
_ENGLISH_WORDS = re.compile(rf"\b(?:{_ENGLISH_WORD})(?:(?:[ -]|,? and )(?:{_ENGLISH_WORD}))*\b", re.IGNORECASE)
# "one" is mostly no number: one of the largest, this one.
_NO_NUMBERS = frozenset(["one", "หนึ่ง", "hundred", "thousand", "million", "billion", "trillion"])
_THAI_ONES = {
    "ศูนย์": 0, "หนึ่ง": 1, "เอ็ด": 1, "สอง": 2, "ยี่": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9,
}  # fmt: skip
_THAI_SIZES = {"สิบ": 10, "ร้อย": 100, "พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6}
_THAI_NUMBER_WORD = re.compile("|".join([*_THAI_ONES, *_THAI_SIZES]))
_THAI_NUMBER = re.compile(f"(?:{_THAI_NUMBER_WORD.pattern})+")
# By itself it is a province, and not a hundred and one.
_ROI_ET = "ร้อยเอ็ด"
# Words with a number in them that count nothing.
_THAI_SINGLE = frozenset(["ศูนย์", "หก", "ยี่", "เอ็ด", "หนึ่ง", "พัน", "ร้อย", "แสน", "สิบ", "หมื่น", "ล้าน"])
# Of these, those that count what stands behind them: to spill, and a rank in the army, count nothing.
_COUNTING = {"หก": 6, "สิบ": 10}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the class of its unit: a currency or a measure by its Thai name, "%", "count", "" if unknown.

    `plain` is false of what cannot be a year: with separators, decimals, a size or a unit.
    """

    value: Decimal
    unit: str
    plain: bool


@dataclass(frozen=True, slots=True)
class DaySaid:
    """What is said of a date; each of the common era, None where it is not said."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Values:
    """All values of a text; `clocks` are (hour, minute), `weekdays` English names; whether it speaks of a fall."""

    numbers: frozenset[Number]
    days: frozenset[DaySaid]
    clocks: frozenset[tuple[int, int]]
    weekdays: frozenset[str]
    falls: bool = False


def values_of(text: str, language: Language) -> Values:
    """The values that a text of a language says."""
    plain = _TWO_DAYS.sub(r"\g<first> \g<month>\g<and>\g<last> \g<month>", plain_text(text).text)
    days: set[DaySaid] = set()
    clocks: set[tuple[int, int]] = set()
    weekdays: set[str] = set()
    for found in list(find_days_said(plain, language)):
        english = found.rendered if language == "th" else _in_english(found.rendered)
        if found.kind == "time":
            clocks.update((int(hour), int(minute)) for hour, minute in re.findall(r"(\d\d):(\d\d)", english))
        else:
            weekdays.update(name for name in WEEKDAYS.values() if name in english)
            days.update(_days(english))
        # A line end instead of figures keeps what stands on either side apart.
        plain = plain[: found.start] + "\f" * (found.end - found.start) + plain[found.end :]
    for match in _MONTH.finditer(plain):
        days.add(DaySaid(None, ENGLISH_MONTHS.index(match[1]) + 1, None))
    for match in list(_CLOCK.finditer(plain)):
        clocks.add((int(match["hour"] or match["hour2"]), int(match["minute"] or match["minute2"])))
        plain = plain[: match.start()] + "\f" * len(match[0]) + plain[match.end() :]
    plain = _YEARS_IN_A_ROW.sub(_both_years, plain)
    numbers = {*_in_figures(plain, language), *_in_words(plain, language)}
    return Values(
        frozenset(numbers), frozenset(days), frozenset(clocks), frozenset(weekdays), bool(_FALLS.search(text))
    )


def _both_years(match: re.Match[str]) -> str:
    is_next = (int(match["first"]) + 1) % 100 == int(match["last"])
    return f"{match['first']}\f{match['century']}{match['last']}" if is_next else match[0]


def lacking(said: Values, source: Values) -> Iterator[str]:
    """What of the values said the source does not carry, each as figures; nothing where it carries all.

    A date is carried by one that says as much or more. A number is carried where value and, as far as both are
    known, the class of the unit are the same; one that may be a year also by that year. A share below zero is carried
    without its sign where it is said to fall.
    """
    years = {day.year for day in source.days if day.year} | {
        _common(int(number.value)) for number in source.numbers if number.plain and _may_be_year(number.value)
    }
    for number in said.numbers:
        if not _has_number(number, source, years, said.falls):
            yield f"{number.value:f}"
    for day in said.days:
        if not any(_says(other, day, years) for other in source.days) and not (day.month is None and day.year in years):
            yield "-".join(f"{part:02}" for part in (day.year, day.month, day.day) if part is not None)
    for hour, minute in said.clocks - source.clocks:
        yield f"{hour:02}:{minute:02}"
    yield from sorted(said.weekdays - source.weekdays)


def _has_number(number: Number, source: Values, years: set[int], falls: bool) -> bool:
    values = {number.value, -number.value} if falls and number.value > 0 else {number.value}
    same = [other.unit for other in source.numbers if other.value in values]
    if any(not unit or not number.unit or unit == number.unit for unit in same):
        return True
    if any(_is_same_in_smaller_unit(*pair) for other in source.numbers for pair in ((number, other), (other, number))):
        return True
    return number.plain and _may_be_year(number.value) and _common(int(number.value)) in years


def _is_same_in_smaller_unit(number: Number, other: Number) -> bool:
    """Whether another number is as much in the smaller unit: 5 tonnes and 5,000 kilograms."""
    size, unit = _SMALLER.get(number.unit, (1, ""))
    return bool(unit) and (number.value * size, unit) == (other.value, other.unit)


def _says(source: DaySaid, said: DaySaid, years: set[int]) -> bool:
    """Whether a date of the source has all that is said, its year perhaps elsewhere."""
    for mine, theirs in ((said.month, source.month), (said.day, source.day)):
        if mine is not None and mine != theirs:
            return False
    if said.year is None or said.year == source.year:
        return True
    return source.year is None and said.year in years


def _in_english(thai: str) -> str:
    """What `find_days_said` makes in Thai, said in English again."""
    return "; ".join(found.rendered for found in find_days_said(plain_text(thai).text, "th")) or thai


def _days(english: str) -> Iterator[DaySaid]:
    """The days of an English rendering: "Monday, 3–5 May 2025", "fiscal year 2025", "2024–2025", "May"."""
    months = [number for number, name in enumerate(ENGLISH_MONTHS, 1) if re.search(rf"\b{name}\b", english)]
    years: list[int | None] = [int(year) for year in re.findall(r"\b\d{4}\b", english)]
    if not months:
        yield from (DaySaid(year, None, None) for year in years)
        return
    days: list[int | None] = [int(day) for day in re.findall(r"\b\d{1,2}\b", english)]
    for day in days or [None]:
        yield DaySaid((years or [None])[0], months[0], day)
    if not days:
        yield from (DaySaid((years or [None])[0], month, None) for month in months[1:])


def _in_figures(text: str, language: Language) -> Iterator[Number]:
    scales: dict[str, int] = {**THAI_SCALES, **ENGLISH_SCALES, **_BILLIONS}
    for match in _figures().finditer(text):
        low, high, scale = match["low"], match["high"], match["scale"]
        before, end = text[max(0, match.start() - 12) : match.start()], match.end()
        if _PERCENT_BEFORE.search(before) or _PERCENT.match(text, end):
            unit = "%"
        elif currency := _CURRENCY.search(before):
            unit = _CURRENCY_BEFORE[currency[1]]
        else:
            unit = _unit_at(text, end, language)
        size = scales[scale.lower()] if scale else 1
        sign = -1 if unit == "%" and high is None and _MINUS.search(before) else 1
        for number in filter(None, (low, high)):
            value = Decimal(number.replace(",", "")) * size * sign
            yield Number(value.normalize(), unit, number.isdecimal() and size == 1 and not unit)


@cache
def _figures() -> re.Pattern[str]:
    thai, english = _longest_first(THAI_SCALES), _longest_first([*ENGLISH_SCALES, *_BILLIONS])
    return re.compile(
        rf"(?<![\d.,])(?P<low>{_NUMBER})(?:(?: ?[-–—] ?| ?ถึง ?| to )(?P<high>{_NUMBER})(?![\d]))?"
        rf"(?: ?(?:กว่า)?(?P<scale>{thai}|(?ai:{english})(?![A-Za-z])))?"
    )


def _unit_at(text: str, position: int, language: Language) -> str:
    """The class of the unit that stands at a place; "" where none that is known does."""
    while text[position : position + 1] == " ":
        position += 1
    for spelling, kind in unit_classes(language):
        if text.startswith(spelling, position):
            if language == "en" and text[position + len(spelling) : position + len(spelling) + 1].isalpha():
                continue
            return kind
    return ""


def _in_words(text: str, language: Language) -> Iterator[Number]:
    for value in _thai_words(text) if language == "th" else _english_words(text):
        yield Number(Decimal(value).normalize(), "", False)


def _english_words(text: str) -> Iterator[int]:
    for match in _ENGLISH_WORDS.finditer(text):
        words = re.findall(r"[a-z]+", match[0].lower())
        if len(words) == 1 and words[0] in _NO_NUMBERS:
            continue
        if text[max(0, match.start() - 1) : match.start()].isdigit() or re.search(r"\d ?$", text[: match.start()]):
            continue  # the size of a number in figures
        if _HALF_OF.search(text, max(0, match.start() - 8), match.start()):
            continue
        total = current = 0
        for word in words:
            if word in _ENGLISH_ONES:
                current += _ENGLISH_ONES[word]
            elif word in ("dozen", "hundred"):
                current = max(1, current) * _ENGLISH_SIZES[word]
            elif word in _ENGLISH_SIZES:
                total, current = total + max(1, current) * _ENGLISH_SIZES[word], 0
        yield total + current
    for match in _ENGLISH_ORDINAL.finditer(text):
        yield _ENGLISH_ORDINALS[match[0].lower()]


def _thai_words(text: str) -> Iterator[int]:
    """Runs of words that are numbers; newmm cuts "ยี่สิบสอง" as "ยี่|สิบสอง" and "สองร้อยห้าสิบ" as "สอง|ร้อยห้าสิบ"."""
    run: list[str] = []
    position = 0
    for whole in [*cut_words(text), ""]:
        # An ordinal may be one word: "ครั้ง|ที่สอง".
        word = whole.removeprefix("ที่")
        if _THAI_NUMBER.fullmatch(word) and (run or word != _ROI_ET):
            # What stands behind figures is the size of those.
            if not run and re.search(r"\d ?$", text[max(0, position - 2) : position]):
                run.append("\0")
            run.extend(_THAI_NUMBER_WORD.findall(word))
        elif run:
            if (value := _thai_value(run)) is not None:
                yield value
            elif len(run) == 1 and run[0] in _COUNTING and _unit_at(text, position, "th"):
                yield _COUNTING[run[0]]
            run = []
        position += len(whole)


def _thai_value(run: list[str]) -> int | None:
    if run[0] == "\0" or (len(run) == 1 and run[0] in _THAI_SINGLE):
        return None
    total = current = 0
    for word in run:
        if word in _THAI_ONES:
            if current:
                return None  # "สองสาม" is two or three
            current = _THAI_ONES[word]
        elif word == "ล้าน":
            total, current = max(1, total + current) * 10**6, 0
        else:
            total, current = total + max(1, current) * _THAI_SIZES[word], 0
    return total + current


def _may_be_year(value: Decimal) -> bool:
    return value == value.to_integral_value() and (value in _YEARS or value - BUDDHIST_AHEAD in _YEARS)


def _common(year: int) -> int:
    return year if year in _YEARS else year - BUDDHIST_AHEAD


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
