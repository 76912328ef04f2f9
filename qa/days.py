"""Days, months, years, weekdays and times of a text, as the other language says them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.dates import (
    BUDDHIST_AHEAD,
    ENGLISH_MONTH,
    ENGLISH_MONTHS,
    THAI_MONTH,
    THAI_MONTHS,
    common_year,
    counts_what_follows,
    english_date,
    find_dates,
    month_number,
    thai_date,
)
from index.release import Language
from qa.rendered import Rendered

__all__ = ["WEEKDAYS", "find_days_said"]

WEEKDAYS = {
    "จันทร์": "Monday", "อังคาร": "Tuesday", "พุธ": "Wednesday", "พฤหัสบดี": "Thursday", "พฤหัสฯ": "Thursday",
    "ศุกร์": "Friday", "เสาร์": "Saturday", "อาทิตย์": "Sunday",
}  # fmt: skip
_THAI_WEEKDAYS = {english: f"วัน{thai}" for thai, english in reversed(WEEKDAYS.items())}
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_WEEKDAY = "|".join(WEEKDAYS)
_ENGLISH_WEEKDAY = "|".join(_THAI_WEEKDAYS)
_FULL_THAI = "|".join(THAI_MONTHS)
_FULL_ENGLISH = "|".join(ENGLISH_MONTHS)
_DASH = r" ?[-–—] ?"
# From a first day or month to a last one.
_THAI_TO = rf"(?:{_DASH}| ?ถึง ?)"
_ENGLISH_TO = rf"(?:{_DASH}| to )"
# Days before the last one: "5 and 6 August". In Thai, where no space need tell what a figure belongs to, only behind
# the word for a day; in English, behind the name of a month, only where nothing follows that the figure may count.
_THAI_DAYS_BEFORE = r"(?:(?:(?<=วันที่)|(?<=วันที่ ))(?P<before>(?:\d{1,2}, ?)*\d{1,2} ?(?:และ|กับ) ?))?"
_ENGLISH_DAYS_BEFORE = r"(?P<before>(?:\d{1,2}(?:st|nd|rd|th)?, )*\d{1,2}(?:st|nd|rd|th)? (?:and|&) )?"
_ENGLISH_DAYS_AFTER = r"(?P<after>(?:, \d{1,2})* (?:and|&) \d{1,2}(?=[,.;)]|$| (?:19|20)\d\d\b))?"
_ERA = r"(?:(?:ปี ?)?(?:พ\.? ?ศ\.?|ค\.? ?ศ\.?|พุทธศักราช|คริสต์ศักราช) ?|ปี ?)?"
_YEAR = r"(?:19|20|24|25)\d\d(?!\d|[.,]\d)"
# Two figures are a year only where nothing after them can be counted by them.
_COUNTED = r"(?! ?(?:%|คน|ราย|บาท|ล้าน|แสน|หมื่น|พัน|แห่ง|ครั้ง|วัน|เดือน|ปี(?!งบ)|ประเทศ|จังหวัด|โครงการ|ตัน|ไร่|กรณี))"
_SHORT_YEAR = rf"[4-9]\d(?![\d.,:/%-]){_COUNTED}"

_THAI_WEEKDAY_BEFORE = re.compile(rf"วัน({_WEEKDAY})(?: ?ที่)? ?$")
_ENGLISH_WEEKDAY_BEFORE = re.compile(rf"\b({_ENGLISH_WEEKDAY}),? $")
_THAI_DAYS = re.compile(
    rf"(?<![\d.,/-]){_THAI_DAYS_BEFORE}(?<![\d.,/-])(?P<first>\d{{1,2}})(?:{_THAI_TO}(?:วันที่ ?)?(?P<last>\d{{1,2}}))?"
    rf" ?(?:เดือน)?(?P<month>{THAI_MONTH})"
    rf"(?![\u0e30-\u0e4e])(?: ?{_ERA}(?P<year>{_YEAR}|{_SHORT_YEAR}))?"
)
_ENGLISH_DAYS = re.compile(
    rf"(?<![\d.,/-]){_ENGLISH_DAYS_BEFORE}(?P<first>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:{_ENGLISH_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)? (?:of )?"
    rf"(?P<month>{ENGLISH_MONTH})(?![a-z])(?:,? (?P<year>{_YEAR}))?"
)
_ENGLISH_MONTH_DAYS = re.compile(
    rf"\b(?P<month>{ENGLISH_MONTH}) (?P<first>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:{_ENGLISH_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?"
    rf"(?![\d:%]|[.,]\d){_ENGLISH_DAYS_AFTER}(?:,? (?P<year>{_YEAR}))?"
)
_THAI_MONTH_OF_YEAR = re.compile(
    rf"(?:เดือน ?)?(?:(?P<from>{THAI_MONTH}){_THAI_TO}(?:เดือน ?)?)?"
    rf"(?P<month>{THAI_MONTH})(?![\u0e30-\u0e4e]) ?{_ERA}(?P<year>{_YEAR}|{_SHORT_YEAR})"
)
_THAI_MONTH_ALONE = re.compile(rf"(?:เดือน ?)?(?P<month>{_FULL_THAI})(?![\u0e30-\u0e4e])")
_ENGLISH_MONTH_OF_YEAR = re.compile(
    rf"\b(?:(?P<from>{ENGLISH_MONTH}){_ENGLISH_TO})?(?P<month>{ENGLISH_MONTH})(?![a-z])(?:,| of)? (?P<year>{_YEAR})"
)
# Of the names of months, May and March are words of other kinds.
_ENGLISH_MONTH_ALONE = re.compile(
    rf"\b(?:in|of|by|since|until|during|from|to|early|late|mid) ?-?(?P<month>{_FULL_ENGLISH})\b"
)
_THAI_YEARS = re.compile(
    rf"(?P<fiscal>ปีงบประมาณ ?|ปีงบ ?)?(?P<era>(?:ปี ?)?พ\.? ?ศ\.? ?|ปี ?)?(?P<year>25\d\d)(?:{_DASH}(?P<last>25\d\d))?"
    rf"(?!\d|[.,:/]\d){_COUNTED}|(?<!\d)(?<!\d )(?P<word>ปีงบประมาณ ?|ปี ?)(?P<short>[56]\d)(?![\d.,:/%-]){_COUNTED}"
)
_ENGLISH_YEARS = re.compile(
    rf"\b(?:(?P<fiscal>[Ff]iscal [Yy]ear |FY ?)|(?:in|since|by|until|from|of|during|for|year|early|late|mid)[ -])"
    rf"(?P<year>(?:19|20)\d\d)(?:{_DASH}(?P<last>20\d\d))?(?![\d%]|[.,:/-]\d| ?(?:baht|people|million|billion|cases))"
)
_THAI_WEEKDAY = re.compile(rf"วัน({_WEEKDAY})(?:{_THAI_TO}(?:วัน)?({_WEEKDAY}))?(?![\u0e30-\u0e3a\u0e47-\u0e4e])")
_ENGLISH_WEEKDAY_ALONE = re.compile(rf"\b({_ENGLISH_WEEKDAY})s?\b")
_THAI_TIME = re.compile(
    rf"(?<![\d.,])(?P<hour>\d{{1,2}})[.:](?P<minute>\d\d)"
    rf"(?:(?: ?น\.)?(?:{_DASH}| ?ถึง ?)(?P<hour2>\d{{1,2}})[.:](?P<minute2>\d\d))? ?(?:น\.|นาฬิกา)"
)
_ENGLISH_TIME = re.compile(
    r"(?<![\d.,:-])(?:(?P<hour4>\d\d)(?P<minute4>\d\d) ?hrs?\b|(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?"
    r" ?(?:(?P<half>[ap])\.?m\b\.?|(?:hrs?\b\.?|hours?\b)))",
    re.IGNORECASE,
)
# Hours of one figure are on the clock where a time is what is to be said; "1.30 hours" is a length of time otherwise.
_CLOCK_BEFORE = re.compile(r"(?:^|[\n(–—-]|\b(?:at|from|to|until|till|before|after|between|and)) ?$", re.IGNORECASE)

_Finder = Callable[[str], Iterator[Rendered]]


def find_days_said(text: str, language: Language) -> Iterator[Rendered]:
    """The dates and times of a plain text, in the other language.

    Thai years are of the Buddhist era, English ones of the common era. What no calendar and no clock
    has is passed over. `text` is as `qa.plain` makes it.
    """
    for finder in _THAI_FINDERS if language == "th" else _ENGLISH_FINDERS:
        for found in list(finder(text)):
            yield found
            # What is read is not read again as something larger: a day is no month of its own.
            text = text[: found.start] + "\f" * (found.end - found.start) + text[found.end :]


def _thai_dates(text: str) -> Iterator[Rendered]:
    """Dates in figures: with names of months they are read with their ranges and weekdays."""
    for date, start, end in find_dates(text):
        if not re.search(THAI_MONTH, text[start:end]):
            yield Rendered(start, end, english_date(date), "date")


def _english_dates(text: str) -> Iterator[Rendered]:
    for date, start, end in find_dates(text):
        if not re.search(ENGLISH_MONTH, text[start:end], re.IGNORECASE):
            yield Rendered(start, end, thai_date(date), "date")


def _thai_days(text: str) -> Iterator[Rendered]:
    for match in _THAI_DAYS.finditer(text):
        if days := _days(match, "and"):
            weekday = _THAI_WEEKDAY_BEFORE.search(text, max(0, match.start() - 24), match.start())
            said = f"{days} {ENGLISH_MONTHS[month_number(match['month']) - 1]}"
            if match["year"]:
                said += f" {common_year(int(match['year']))}"
            if weekday:
                said = f"{WEEKDAYS[weekday[1]]}, {said}"
            yield Rendered(weekday.start() if weekday else match.start(), match.end(), said, "date")


def _english_days(text: str) -> Iterator[Rendered]:
    for pattern in (_ENGLISH_MONTH_DAYS, _ENGLISH_DAYS):
        for match in list(pattern.finditer(text)):
            counts = pattern is _ENGLISH_MONTH_DAYS and counts_what_follows(text, match.start(), match.end())
            if not counts and (days := _days(match, "และ")):
                weekday = _ENGLISH_WEEKDAY_BEFORE.search(text, max(0, match.start() - 14), match.start())
                said = f"{days} {THAI_MONTHS[month_number(match['month']) - 1]}"
                if match["year"]:
                    said += f" {_buddhist(match['year'])}"
                if weekday:
                    said = f"{_THAI_WEEKDAYS[weekday[1]]}ที่ {said}"
                start = weekday.start() if weekday else match.start()
                yield Rendered(start, match.end(), said, "date")
                text = text[:start] + "\f" * (match.end() - start) + text[match.end() :]


def _days(match: re.Match[str], also: str) -> str:
    """A day of the month, some or a run of them; nothing where the month has no such days, or not in this order."""
    found = match.groupdict()
    before, after = (list(map(int, re.findall(r"\d+", found.get(side) or ""))) for side in ("before", "after"))
    runs = [int(day) for day in (found["first"], found["last"]) if day]
    days = [*before, *runs, *after]
    if days != sorted({*days}) or not 1 <= days[0] <= days[-1] <= _DAYS_OF_MONTH[month_number(match["month"]) - 1]:
        return ""
    said = [*map(str, before), "–".join(map(str, runs)), *map(str, after)]
    return f"{', '.join(said[:-1])} {also} {said[-1]}" if len(said) > 1 else said[0]


def _thai_months(text: str) -> Iterator[Rendered]:
    for match in _THAI_MONTH_OF_YEAR.finditer(text):
        months = _months(match, ENGLISH_MONTHS)
        yield Rendered(match.start(), match.end(), f"{months} {common_year(int(match['year']))}", "date")


def _thai_months_alone(text: str) -> Iterator[Rendered]:
    for match in _THAI_MONTH_ALONE.finditer(text):
        yield Rendered(match.start(), match.end(), ENGLISH_MONTHS[month_number(match["month"]) - 1], "date")


def _english_months(text: str) -> Iterator[Rendered]:
    for match in _ENGLISH_MONTH_OF_YEAR.finditer(text):
        months = _months(match, THAI_MONTHS)
        yield Rendered(match.start(), match.end(), f"{months} {_buddhist(match['year'])}", "date")


def _months(match: re.Match[str], names: Sequence[str]) -> str:
    """A month, or a run of them."""
    return "–".join(names[month_number(match[name]) - 1] for name in ("from", "month") if match[name])


def _english_months_alone(text: str) -> Iterator[Rendered]:
    for match in _ENGLISH_MONTH_ALONE.finditer(text):
        month = THAI_MONTHS[month_number(match["month"]) - 1]
        yield Rendered(match.start("month"), match.end("month"), month, "date")


def _thai_years(text: str) -> Iterator[Rendered]:
    """Years of the Buddhist era: four figures, or two where a word says that they are a year."""
    for match in _THAI_YEARS.finditer(text):
        if match["short"]:
            year, fiscal = common_year(int(match["short"])), match["word"].startswith("ปีงบ")
        else:
            if not (match["era"] or match["fiscal"] or match["last"]):
                continue  # may be an amount
            year, fiscal = common_year(int(match["year"])), bool(match["fiscal"])
        said = f"{year}–{common_year(int(match['last']))}" if match["last"] else str(year)
        yield Rendered(match.start(), match.end(), f"fiscal year {said}" if fiscal else said, "date")


def _english_years(text: str) -> Iterator[Rendered]:
    for match in _ENGLISH_YEARS.finditer(text):
        said = f"{_buddhist(match['year'])}–{_buddhist(match['last'])}" if match["last"] else _buddhist(match["year"])
        start = match.start("fiscal") if match["fiscal"] else match.start("year")
        yield Rendered(start, match.end(), f"ปีงบประมาณ {said}" if match["fiscal"] else f"พ.ศ. {said}", "date")


def _buddhist(year: str) -> str:
    return str(common_year(int(year)) + BUDDHIST_AHEAD)


def _thai_weekdays(text: str) -> Iterator[Rendered]:
    for match in _THAI_WEEKDAY.finditer(text):
        days = "–".join(WEEKDAYS[day] for day in match.groups() if day)
        yield Rendered(match.start(), match.end(), days, "date")


def _english_weekdays(text: str) -> Iterator[Rendered]:
    for match in _ENGLISH_WEEKDAY_ALONE.finditer(text):
        yield Rendered(match.start(), match.end(), _THAI_WEEKDAYS[match[1]], "date")


def _thai_times(text: str) -> Iterator[Rendered]:
    for match in _THAI_TIME.finditer(text):
        times = [(int(match["hour"]), int(match["minute"]))]
        if match["hour2"]:
            times.append((int(match["hour2"]), int(match["minute2"])))
        if all(_on_clock(*time) for time in times):
            said = "–".join(f"{hour:02}:{minute:02}" for hour, minute in times)
            yield Rendered(match.start(), match.end(), said, "time")


def _english_times(text: str) -> Iterator[Rendered]:
    for match in _ENGLISH_TIME.finditer(text):
        hour, minute = int(match["hour4"] or match["hour"]), int(match["minute4"] or match["minute"] or 0)
        if match["half"]:
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
        elif match["hour4"]:
            if " " in match[0] and not _tells_clock(text, match):
                continue  # "2000 hrs" may be a length of time
        elif not match["minute"] or (hour < 10 and not _tells_clock(text, match)):
            continue  # "3 hours" is one
        if _on_clock(hour, minute):
            yield Rendered(match.start(), match.end(), f"{hour:02}.{minute:02} น.", "time")


def _tells_clock(text: str, match: re.Match[str]) -> bool:
    start = match.start()
    return match[0].startswith("0") or bool(_CLOCK_BEFORE.search(text, max(0, start - 9), start))


def _on_clock(hour: int, minute: int) -> bool:
    return (hour < 24 and minute < 60) or (hour == 24 and minute == 0)


_THAI_FINDERS: tuple[_Finder, ...] = (
    _thai_dates, _thai_days, _thai_months, _thai_months_alone, _thai_times, _thai_years, _thai_weekdays,
)  # fmt: skip
_ENGLISH_FINDERS: tuple[_Finder, ...] = (
    _english_dates, _english_days, _english_months, _english_months_alone, _english_times, _english_years,
    _english_weekdays,
)  # fmt: skip
