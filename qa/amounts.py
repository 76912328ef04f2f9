"""Numbers with their units in a text of one language, as the other language says them.

"1.2 หมื่นล้านบาท" is 12 billion baht. Values are computed exactly, as decimals. A number whose unit is
not known for certain is passed over, and so is one that counts nothing: "ที่ 6 จังหวัด…" is the sixth of
something, not six provinces.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from index.release import Language
from qa.rendered import Rendered

__all__ = ["ENGLISH_SCALES", "THAI_SCALES", "find_amounts", "unit_classes"]

_UNITS = Path(__file__).parent / "units.tsv"
_THAI_LETTER = re.compile(r"[\u0e01-\u0e4e]")

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!,?\d)|\d+)(?:\.\d+)?(?![\d]|[.,:/]\d)"
THAI_SCALES = {
    "ล้านล้าน": 10**12, "แสนล้าน": 10**11, "หมื่นล้าน": 10**10, "พันล้าน": 10**9, "ร้อยล้าน": 10**8,
    "สิบล้าน": 10**7, "ล้าน": 10**6, "แสน": 10**5, "หมื่น": 10**4, "พัน": 10**3,
}  # fmt: skip
ENGLISH_SCALES = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3}
_THAI_ABOUT = {
    "ไม่น้อยกว่า": "at least", "ไม่ต่ำกว่า": "at least", "อย่างน้อย": "at least", "ไม่เกิน": "not more than",
    "ไม่เกินกว่า": "not more than", "ไม่มากกว่า": "not more than", "ไม่สูงกว่า": "not more than",
    "ไม่นานกว่า": "not more than", "ไม่ถึง": "less than", "เกิน": "more than", "มากกว่า": "more than", "สูงกว่า": "more than",
    "เกินกว่า": "more than", "นานกว่า": "more than", "กว่า": "more than", "น้อยกว่า": "less than", "ต่ำกว่า": "less than",
    "เกือบ": "nearly", "ประมาณ": "about", "ราว": "about", "เพียง": "only",
}  # fmt: skip
_ENGLISH_ABOUT = {
    "at least": "อย่างน้อย", "not less than": "ไม่น้อยกว่า", "no less than": "ไม่น้อยกว่า", "not fewer than": "ไม่น้อยกว่า",
    "no fewer than": "ไม่น้อยกว่า", "not more than": "ไม่เกิน", "no more than": "ไม่เกิน", "not over": "ไม่เกิน",
    "not exceeding": "ไม่เกิน", "more than": "มากกว่า", "over": "มากกว่า", "less than": "น้อยกว่า",
    "fewer than": "น้อยกว่า", "nearly": "เกือบ", "almost": "เกือบ", "about": "ประมาณ", "around": "ประมาณ",
    "approximately": "ประมาณ",
}  # fmt: skip
_CURRENCIES = {
    "US$": "ดอลลาร์สหรัฐ", "USD": "ดอลลาร์สหรัฐ", "$": "ดอลลาร์", "THB": "บาท", "฿": "บาท", "€": "ยูโร", "EUR": "ยูโร",
}  # fmt: skip
# Letters behind the figures of money: "$1.5bn".
_LETTERS = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12}
# Those that are no unit themselves: "15 bn baht", but "5m" may be metres.
_NO_UNITS = ("mn", "bn", "tn")

# What is said of a number is denied, in a way that is not known here: "ไม่ใช่เพียง 5 คน", "not about 5".
_THAI_DENIED = re.compile(r"(?:ไม่|มิ|ห้าม|อย่า)(?:ให้|ได้|ใช่|ควร|มี|น่า|ต้อง|จำเป็นต้อง)? ?$")
_ENGLISH_DENIED = re.compile(r"(?:\b(?:not|no|never|without|cannot)|n['’]t) $", re.IGNORECASE)
# A minus: one that stands apart from what is before it, or the word.
_MINUS = re.compile(
    r"(?:(?<![\d ])|(?<!\d) )[-–−]$|(?:ติดลบ|(?<![\u0e01-\u0e4e])ลบ) ?(?:ร้อยละ ?)?$|\b(?:minus|negative) $",
    re.IGNORECASE,
)
# A share of three, two figures to choose from: no number of its own.
_ONE_OF_TWO = re.compile(
    r"\d ?(?:ใน|หรือ) ?$|\d (?:in|or) $|\bbetween (?:[^.;]|\.\d){1,30} and (?:about |over |nearly )?$", re.IGNORECASE
)

# What stands before a number that is a name or the place in a row, not how many of something there are.
_THAI_ORDINAL = re.compile(
    r"(?:ที่|เขต|สาย|หมู่|ข้อ|มาตรา|ชั้น|ห้อง|เลข|เฟส|ระยะ|ภาค|รุ่น|เบอร์|โทร\.?|ปี|ศ\.|ซอย|พระราม|กลุ่ม|หน่วย|ตอน|อันดับ|ลำดับ"
    r"|ม\.|ป\.|ชุด|ฉบับ|รัชกาล|วัน|โควิด|ไตรมาส|ประเภท|แบบ|มัธยม|ประถม|แยก|สาขา|ครั้ง|ศูนย์|โรงงาน|โรง|ตึก|อาคาร|เพศ|เดือน"
    r"|[A-Za-z]) ?-?$"
)
# Even of money and measures there is no amount behind these.
_THAI_NEVER = re.compile(r"(?:ปี|ศ\.|มาตรา|หมายเลข|เลขที่|โทร\.?|[A-Za-z]-?|\d ?[-–]|\d ) ?$")
# Compares with something in a way that is not known here.
_COMPARED = re.compile(r"(?:เร็ว|ช้า|ดี|แย่|ยาว|สั้น|ใหญ่|เล็ก|แพง|ถูก|หนัก|เบา|ใกล้|ไกล|แก่|อ่อน|ลึก|กว้าง|เยอะ)กว่า ?(?:ร้อยละ ?)?$")
_AREA = re.compile(r"(?<!เขต)(?:พื้นที่|เนื้อที่) ?$")
_LENGTH_OF = re.compile(r"(?:ระยะ|เดือน) ?$")
_TIMES = frozenset(["วินาที", "นาที", "ชั่วโมง", "ชม.", "วัน", "สัปดาห์", "เดือน", "ปี"])
_PLACES = frozenset(["จังหวัด", "อำเภอ", "ตำบล"])
# Nouns that begin names as well: "2 โรงพยาบาลราชวิถี" counts nothing.
_NAME_BEGINNINGS = frozenset(
    ["จังหวัด", "อำเภอ", "ตำบล", "กระทรวง", "โรงพยาบาล", "โรงเรียน", "มหาวิทยาลัย", "บริษัท", "สหกรณ์", "ประเทศ", "ชุมชน",
     "โครงการ", "หน่วยงาน", "มาตรการ", "สถานี", "ห้อง", "รางวัล", "หมู่บ้าน", "ทีม", "หลักสูตร", "โรงงาน", "ครอบครัว"]
)  # fmt: skip
_GOES_ON = re.compile(r"(?:ภาค|ชายแดน|ทั่ว|ได้แก่|ใน|และ|ของ|นำร่อง|จาก|ประกอบ|คือ|เป็น|ซึ่ง|โดย|ให้|เพื่อ|มี|จะ|รวม|แล้ว|ต่อ)")
# Behind a unit these make it another word or another meaning.
_NOT_BEHIND = re.compile(r" ?(?:ละ(?!เอียด)|ที่ ?\d|งบประมาณ|กว่า|เศษ|เศรษฐกิจ|ภาษี|การผลิต|ครึ่ง)")
_ENGLISH_ORDINAL = re.compile(
    r"(?:\b(?:[Ss]ection|[Aa]rticle|[Rr]egion|[Zz]one|[Pp]hase|[Nn]o\.|[Nn]umber|[Rr]oute|[Hh]ighway|[Dd]ay|[Cc]lass|[Ll]evel"
    r"|[Rr]ama|[Gg]roup|[Tt]ype|[Cc]hapter|[Tt]able|[Ss]tage|[Tt]op|[Aa]ge|[Vv]ersion|[Ll]ine|[Uu]nder|COVID)|[.,:/-])"
    r" ?-?$"
)

# A part before its whole: "87 of the 97 seats".
_OF = r" (?:out )?of (?:the |its |all |a total of )*$"
# A number in several parts, "2 แสน 5 หมื่น": none of them is the number.
_IN_PARTS = re.compile(rf" ?{_NUMBER} ?(?:แสน|หมื่น|พัน)(?!ล้าน)")
_PART_BEFORE = re.compile(r"\d ?(?:ล้าน|แสน|หมื่น) ?$")
# In Thai the same word says what something rose or fell from, and only the whole has the unit.
_THAI_PART = re.compile(r"\d ?จาก ?(?:จำนวน|ทั้งหมด|ทั้งสิ้น| )*$")

# Characters before a number in which it is looked for what makes it no amount.
_BEFORE = 40
# Values from here on are said with a word for their size.
_FROM_SCALE = 10**6
# Figures behind the point of a number that is said with such a word.
_MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class _Unit:
    """A row of `units.tsv`: spellings of a unit, and whether it counts things or measures them.

    `back` is false where the English unit has several Thai ones.
    """

    thai: str
    singular: str
    plural: str
    counts: bool
    back: bool


@cache
def _rows() -> list[dict[str, str]]:
    with _UNITS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def _units(language: Language) -> dict[str, _Unit]:
    """The units by each of their spellings in a language."""
    units: dict[str, _Unit] = {}
    for row in _rows():
        thai, english, plural = (row[column].split("|") for column in ("thai", "english", "plural"))
        unit = _Unit(thai[0], english[0], plural[0], row["counts"] != "measure", row["counts"] != "thai")
        for spelling in thai if language == "th" else [*english, *plural]:
            if language == "th" or unit.back:
                units.setdefault(spelling, unit)
    return units


@cache
def unit_classes(language: Language) -> tuple[tuple[str, str], ...]:
    """Each spelling of a unit in a language with the class it is compared by, the longest first.

    What measures has a class each, named in Thai, and so have lengths of time; dollars of all countries are one.
    What is counted is of the class "count": the other language has several words for it.
    """
    classes = {}
    for spelling, unit in _units(language).items():
        kind = unit.thai if not unit.counts or unit.thai in _TIMES else "count"
        classes[spelling] = "ดอลลาร์" if kind.startswith("ดอลลาร์") else kind
    if language == "en":
        # These have several Thai words, and are counted all the same.
        for row in _rows():
            for spelling in (*row["english"].split("|"), *row["plural"].split("|")):
                classes.setdefault(spelling, "count")
    return tuple(sorted(classes.items(), key=lambda pair: -len(pair[0])))


@cache
def _thai_pattern() -> re.Pattern[str]:
    scale, unit, about = _either(THAI_SCALES), _either(_units("th")), _either(_THAI_ABOUT)
    return re.compile(
        rf"(?:(?P<about>{about}) ?)?(?P<percent>ร้อยละ ?)?(?<![\d.,/:A-Za-z])(?P<low>{_NUMBER})"
        rf"(?:(?: ?(?P<lowscale>{scale}))?(?: ?[-–—] ?| ?ถึง ?)(?P<high>{_NUMBER}))?"
        rf"(?P<sign> ?(?:%|เปอร์เซ็นต์|เปอร์เซนต์))?(?: ?(?P<scale>{scale}))?(?: ?(?P<unit>{unit}))?"
    )


@cache
def _english_pattern() -> re.Pattern[str]:
    scale, unit, about = _either(ENGLISH_SCALES), _either(_units("en")), _either(_ENGLISH_ABOUT)
    currency = _either(_CURRENCIES)
    return re.compile(
        rf"(?:\b(?P<about>(?ai:{about})) )?(?<![A-Za-z])(?:(?P<currency>{currency}) ?)?"
        rf"(?<![\dA-Za-z.,/:])(?P<low>{_NUMBER})"
        rf"(?:(?: ?[-–—] ?| to )(?P<high>{_NUMBER}))?(?P<sign> ?%| ?\bper ?cent\b)?"
        rf"(?P<letters>(?ai:{_either(_LETTERS)}| (?:{_either(_NO_UNITS)}))(?![A-Za-z\d]))?"
        rf"(?: (?P<scale>{scale})\b)?(?: (?P<unit>{unit})(?![A-Za-z]))?"
    )


@cache
def _english_part() -> re.Pattern[str]:
    about = _either(_ENGLISH_ABOUT)
    return re.compile(rf"(?:\b(?P<about>(?ai:{about})) )?(?<![\dA-Za-z.,/:$€฿–-])(?P<part>{_NUMBER}){_OF}")


def find_amounts(text: str, language: Language, boundaries: Collection[int] = frozenset()) -> Iterator[Rendered]:
    """The numbers with a unit, a word for their size or a percent sign, in the other language.

    `text` is as `qa.plain` makes it; `boundaries` are the places between its words, at one of which
    a Thai unit ends.
    """
    pattern = _thai_pattern() if language == "th" else _english_pattern()
    for match in pattern.finditer(text):
        said = _in_english(match, text, boundaries) if language == "th" else _in_thai(match, text)
        if said:
            yield said


def _in_english(match: re.Match[str], text: str, boundaries: Collection[int]) -> Rendered | None:
    start, end = match.start(), match.end()
    about, before = match["about"], text[max(0, match.start("low") - _BEFORE) : match.start("low")]
    if about and start not in boundaries and _THAI_LETTER.match(text[start - 1 : start]):
        about, start = None, match.start("percent") if match["percent"] else match.start("low")
    if any(pattern.search(before) for pattern in (_COMPARED, _THAI_PART, _MINUS, _ONE_OF_TWO, _PART_BEFORE)):
        return None
    if match["scale"] and not match["unit"] and _IN_PARTS.match(text, end):
        return None
    if about and _THAI_DENIED.search(text[max(0, match.start() - _BEFORE) : match.start()]):
        return None
    low, high = _value(match["low"]), _value(match["high"]) if match["high"] else None
    if match["percent"] or match["sign"]:
        if (match["percent"] and match["sign"]) or match["lowscale"] or not _rises(low, high):
            return None
        end = match.end("sign") if match["sign"] else match.end("high" if match["high"] else "low")
        if (match["percent"] and match["scale"]) or (match["sign"] and _THAI_NEVER.search(before)):
            return None
        return Rendered(start, end, f"{_about(_THAI_ABOUT, about)}{_range(match)}%", "amount")
    unit = _units("th")[match["unit"]] if match["unit"] else None
    scale = THAI_SCALES[match["scale"]] if match["scale"] else 1
    if unit is None and scale == 1:
        return None
    if not _ends_well(match, text, boundaries) or not _counts(match, before, unit, scale > 1):
        return None
    if match["lowscale"]:
        if not match["scale"] or high is None:
            return None
        low, high = low * THAI_SCALES[match["lowscale"]], high * scale
        if not _rises(low, high):
            return None
        number = f"{_english_number(low)} to {_english_number(high)}"
    elif not _rises(low, high):
        return None
    elif scale == 1:
        number = _range(match)
    elif high is not None:
        number = f"{_english_number(low * scale)} to {_english_number(high * scale)}"
    else:
        number = _english_number(low * scale, max(_MOST_DECIMALS, _decimals(low)))
    name = "" if unit is None else f" {unit.singular if high is None and low * scale == 1 else unit.plural}"
    return Rendered(start, end, f"{_about(_THAI_ABOUT, about)}{number}{name}", "amount")


def _in_thai(match: re.Match[str], text: str) -> Rendered | None:
    start, end, before = match.start(), match.end(), text[max(0, match.start("low") - _BEFORE) : match.start("low")]
    low, high = _value(match["low"]), _value(match["high"]) if match["high"] else None
    if not _rises(low, high) or (not match["currency"] and _ENGLISH_ORDINAL.search(before)):
        return None
    if _MINUS.search(before) or _ONE_OF_TWO.search(before):
        return None
    if match["about"] and _ENGLISH_DENIED.search(text[max(0, start - _BEFORE) : start]):
        return None
    about = f"{_ENGLISH_ABOUT[match['about'].lower()]} " if match["about"] else ""
    if match["sign"]:
        if match["scale"] or match["currency"] or match["letters"]:
            return None
        return Rendered(start, match.end("sign"), f"{about.rstrip()}ร้อยละ {_range(match)}", "amount")
    unit = _units("en")[match["unit"]].thai if match["unit"] else ""
    currency = _CURRENCIES[match["currency"]] if match["currency"] else ""
    letters = (match["letters"] or "").strip().lower()
    if letters and (match["scale"] or not (currency or (unit and letters in _NO_UNITS))):
        return None
    scale = ENGLISH_SCALES[match["scale"]] if match["scale"] else _LETTERS.get(letters, 1)
    if currency and scale == 1 and text[end : end + 1].isalpha():
        return None
    if part := _part_in_thai(text, start, low * scale):
        start, about = part.start, f"{part.rendered} จาก {about}"
    if (not unit and not currency and scale == 1) or (unit and currency and unit != currency):
        return None
    if text[end : end + 1] == "-" or (match["scale"] and not unit and not currency and text[end : end + 2] == " ("):
        return None
    if scale == 1:
        return Rendered(start, end, f"{about}{_range(match)} {unit or currency}", "amount")
    number = " ถึง ".join(_thai_number(value * scale) for value in (low, high) if value is not None)
    # A unit is written on to the word for the size, and apart from figures.
    gap = "" if number.endswith("น") else " "
    return Rendered(start, end, f"{about}{number}{gap}{unit or currency}".rstrip(), "amount")


def _part_in_thai(text: str, end: int, whole: Decimal) -> Rendered | None:
    """The figures that are said to be a part of the number that begins at `end`: "87 of the " before 97."""
    reach = max(0, end - _BEFORE)
    match = _english_part().search(text[reach:end])
    if match is None or _ENGLISH_ORDINAL.search(text[: reach + match.start("part")][-_BEFORE:]):
        return None
    if _value(match["part"]) >= whole:
        return None
    about = f"{_ENGLISH_ABOUT[match['about'].lower()]} " if match["about"] else ""
    return Rendered(reach + match.start(), end, f"{about}{match['part']}", "amount")


def _ends_well(match: re.Match[str], text: str, boundaries: Collection[int]) -> bool:
    """Whether the Thai unit, or the word for the size where there is none, is a word and not a part of one."""
    end = match.end()
    if _NOT_BEHIND.match(text, end):
        return False
    after = text[end : end + 1]
    if not _THAI_LETTER.match(after):
        return True
    if match["unit"] in _NAME_BEGINNINGS:
        return end in boundaries and bool(_GOES_ON.match(text, end))
    if re.match(r"[\u0e30-\u0e3a\u0e45-\u0e4e]", after):
        return False
    return end in boundaries


def _counts(match: re.Match[str], before: str, unit: _Unit | None, scaled: bool) -> bool:
    """Whether a Thai number says how many there are."""
    if _THAI_NEVER.search(before):
        return False
    if match["about"] or scaled or unit is None or not unit.counts:
        return True
    if match["unit"] in _TIMES and _LENGTH_OF.search(before):
        return True
    if match["unit"] in _PLACES and _AREA.search(before):
        return True
    return not _THAI_ORDINAL.search(before)


def _value(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _rises(low: Decimal, high: Decimal | None) -> bool:
    return high is None or low < high


def _range(match: re.Match[str]) -> str:
    """The figures as they are written."""
    return f"{match['low']}–{match['high']}" if match["high"] else str(match["low"])


def _about(words: dict[str, str], about: str | None) -> str:
    return f"{words[about]} " if about else ""


def _english_number(value: Decimal, most_decimals: int = _MOST_DECIMALS) -> str:
    """A value with the largest English word for its size that leaves it short, else in figures."""
    for name, size in ENGLISH_SCALES.items():
        if value >= size >= _FROM_SCALE and _decimals(value / size) <= most_decimals:
            return f"{_figures(value / size)} {name}"
    return _figures(value)


def _thai_number(value: Decimal, most_decimals: int = _MOST_DECIMALS) -> str:
    """A value as Thai releases write it: in millions where it is one or more."""
    for name, size in (("ล้านล้าน", 10**12), ("ล้าน", 10**6)):
        if value >= size and _decimals(value / size) <= most_decimals:
            return f"{_figures(value / size)} {name}"
    return _figures(value)


def _figures(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _either(words: Collection[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
