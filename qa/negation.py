"""Whether a text says no, in Thai or English, as far as words for it show."""

from __future__ import annotations

import re

from index.dates import plain_digits
from index.release import Language

__all__ = ["says_no"]

# With a word for no in them, and no denial: bounds of numbers, "not only", "whether", what is free of charge.
_HARMLESS = {
    "th": re.compile(
        r"ไม่(?:เกิน|น้อยกว่า|ต่ำกว่า|มากกว่า|เพียง|เฉพาะ|ใช่แค่|ว่า|กี่|นาน|ช้า|แพ้|(?:ต้อง)?(?:เสีย|มี|คิด|เก็บ)ค่า|ต้อง(?:เสีย|จ่าย)|หยุดยั้ง)|ใช่หรือไม่|หรือไม่|อดไม่ได้"
    ),
    "en": re.compile(
        r"\bno(?:t)? (?:later|more|fewer|less|lower|earlier) than\b|\bno\.? ?\d+|\bnot (?:only|just|merely)\b"
        r"|\b(?:not|n't) exceed\w*|\b(?:no|without) (?:charge|cost|fees?)\b|\bwhether or not\b|\bno doubt\b",
        re.IGNORECASE,
    ),
}
_NO = {
    "th": re.compile(r"ไม่|มิ(?:ได้|ให้|อาจ|ใช่|ควร)|ห้าม|ปราศจาก|ปฏิเสธ|ไร้|ยังไม่"),
    "en": re.compile(
        r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|den(?:y|ies|ied|ying)|refus\w+"
        r"|reject\w*|bans?|banned|prohibit\w*|forb[ia]d\w*)\b|n['’]t\b",
        re.IGNORECASE,
    ),
}


def says_no(text: str, language: Language) -> bool:
    """Whether a text denies, refuses or forbids something. What is denied is not told."""
    plain = " ".join(plain_digits(text).split())
    return bool(_NO[language].search(_HARMLESS[language].sub(" ", plain)))
