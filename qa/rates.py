"""What an amount is for, in the asker's language: "วันละ 400 บาท" is 400 baht per day, "400 baht a day" 400 บาทต่อวัน."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.release import Language
from qa.facts import Fact

__all__ = ["with_rates"]

# How what an amount is for is said in English, by its Thai names.
_EACH = {
    "per second": ("วินาที",), "per minute": ("นาที",), "per hour": ("ชั่วโมง", "ชม."), "per day": ("วัน",),
    "per week": ("สัปดาห์",), "per month": ("เดือน",), "per year": ("ปี",), "per person": ("คน",), "each": ("ราย",),
    "each time": ("ครั้ง",), "per household": ("ครัวเรือน",), "per family": ("ครอบครัว",), "per rai": ("ไร่",),
    "per kilogram": ("กิโลกรัม", "กก.", "กิโล"), "per tonne": ("ตัน",), "per litre": ("ลิตร",),
    "per kilometre": ("กิโลเมตร", "กม."), "per square metre": ("ตารางเมตร", "ตร.ม."),
    "per cubic metre": ("ลูกบาศก์เมตร", "ลบ.ม."), "per unit": ("หน่วย",), "per barrel": ("บาร์เรล",),
}  # fmt: skip
_IN_ENGLISH = {thai: english for english, names in _EACH.items() for thai in names}
_IN_THAI = {
    "second": "วินาที", "minute": "นาที", "hour": "ชั่วโมง", "day": "วัน", "week": "สัปดาห์", "month": "เดือน", "year": "ปี",
    "annum": "ปี", "person": "คน", "head": "คน", "capita": "คน", "household": "ครัวเรือน", "family": "ครอบครัว",
    "rai": "ไร่",
    "kilogram": "กิโลกรัม", "kilogramme": "กิโลกรัม", "kilo": "กิโลกรัม", "kg": "กิโลกรัม", "tonne": "ตัน", "ton": "ตัน",
    "litre": "ลิตร", "liter": "ลิตร", "kilometre": "กิโลเมตร", "kilometer": "กิโลเมตร", "square metre": "ตารางเมตร",
    "square meter": "ตารางเมตร", "cubic metre": "ลูกบาศก์เมตร", "cubic meter": "ลูกบาศก์เมตร", "unit": "หน่วย",
    "barrel": "บาร์เรล",
}  # fmt: skip

_THAI_EACH = "|".join(map(re.escape, sorted(_IN_ENGLISH, key=len, reverse=True)))
_ENGLISH_EACH = "|".join(sorted(_IN_THAI, key=len, reverse=True))
# A Thai word ends where no letter follows, or another word does that begins something else.
_THAI_ENDS = r"(?:(?![\u0e01-\u0e4e])|(?=ต่อ|ใน|และ|หรือ|ซึ่ง|โดย|จะ|ให้|เพื่อ|เพิ่ม|เป็น|จาก|สำหรับ|ตั้งแต่|รวม|มี|แต่|ได้|ไม่))"
_BEFORE: dict[Language, re.Pattern[str]] = {
    "th": re.compile(rf"(?P<each>{_THAI_EACH})ละ\s?$"),
    "en": re.compile(r"(?!)"),
}
_BEHIND: dict[Language, re.Pattern[str]] = {
    "th": re.compile(rf"\s?(?:ต่อ|/)\s?(?P<each>{_THAI_EACH}){_THAI_ENDS}"),
    # "400 baht a year ago" is no yearly amount.
    "en": re.compile(
        rf"(?: (?:per|an?|each|every) | ?/ ?)(?P<each>(?ai:{_ENGLISH_EACH}))\b(?! (?:ago|earlier|before|later)\b)"
    ),
}
# Characters before an amount in which it is looked for what it is for.
_REACH = 14


def with_rates(facts: Sequence[Fact], quote: str, quote_language: Language) -> tuple[Fact, ...]:
    """The facts of a quote, in order of appearance, its amounts with what they are for where it says so for certain."""
    wider = [_with_rate(fact, quote, quote_language) if fact.kind == "amount" else fact for fact in facts]
    kept: list[Fact] = []
    for fact, whole in zip(facts, wider, strict=True):
        others = [other for other in facts if other is not fact and other.start < whole.end and whole.start < other.end]
        kept.append(whole if all(other.kind == "term" for other in others) else fact)
    return tuple(fact for fact in kept if not any(_is_inside(fact, other) for other in kept))


def _with_rate(fact: Fact, quote: str, quote_language: Language) -> Fact:
    start, end, each = fact.start, fact.end, []
    if before := _BEFORE[quote_language].search(quote, max(0, start - _REACH), start):
        start = before.start()
        each.append(before["each"])
    while behind := _BEHIND[quote_language].match(quote, end):
        end = behind.end()
        each.append(behind["each"])
    if quote_language == "th":
        said = " ".join([fact.rendered, *(_IN_ENGLISH[name] for name in each)])
    else:
        # Figures stand apart from words.
        gap = " " if fact.rendered[-1].isdigit() and each else ""
        said = "ต่อ".join([fact.rendered + gap, *(_IN_THAI[name.lower()] for name in each)])
    return replace(fact, start=start, end=end, quoted=quote[start:end], rendered=said)


def _is_inside(fact: Fact, other: Fact) -> bool:
    """Whether a fact is a part of another one."""
    return fact is not other and other.start <= fact.start and fact.end <= other.end
