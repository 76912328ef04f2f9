"""Thai words that stand inside others as well: patterns that find them where they are words of their own.

No space tells: "ไหม" asks, and is the silk of "ผ้าไหม"; "เขา" is a person, and the mountain of "ภูเขา". Nor do words
that are cut: "หม่อน|ไหม" and "เขา|ย้อย" are cut as questions and persons are. So what they stand beside there is listed.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["ENDS_POLITELY", "HE", "HOW_MANY", "POLITE", "WHAT", "WHETHER"]


def _alone(word: str, behind: Sequence[str], before: Sequence[str]) -> str:
    """The pattern of a word that stands neither behind nor before certain others."""
    return "".join(f"(?<!{other})" for other in behind) + word + "".join(f"(?!{other})" for other in before)


# Silk and what is of it, compensation ("ค่าสินไหม"), a district of Bangkok, and fire.
WHETHER = _alone(
    "ไหม",
    ["ผ้า", "หม่อน", "หม่อนเลี้ยง", "เส้น", "รัง", "ใย", "แพร", "สาย", "ค่าสิน"],
    ["้", "ไทย", "พรม", "ทอง", "ขัดฟัน", "ทดแทน"],
)
# What asks in "อะไร", "เท่าไร", "ทำไร", and not a profit, a field, a rider, or one who has no home.
WHAT = _alone(
    "ไร",
    ["กำ", "เรี่ย", "จัญ", "มู", "อุ", "จุ", "วิ", "วา", "เร", "ทุ"],
    ["[่้]", "เดอร์", "ซ์", "ด์", "ต์", "ท์", "น์", "ย์", "ฝุ่น", "แดง", "น้ำ"],
)
# What a question ends with politely, and neither "แจ้งวัฒนะ" nor "ศาลเจ้า".
POLITE = r"(?:\s?(?:(?<![ชฒตสจธ])นะ)?(?:ครับผม|(?<![เแ])(?:ครับ|ค่ะ|คะ|จ้า|จ้ะ|จ๊ะ|ฮะ)))"
# How a question ends behind its last word: politely or not, with a question mark or without one.
ENDS_POLITELY = rf"{POLITE}*\s*[?？]?\s*$"
HOW_MANY = _alone("กี่", ["เ"], [])
# A person, and neither a mountain nor a place that is named after one.
HE = _alone(
    "เขา",
    [
        "ภู", "ชาว", "ช่อง", "เทือก", "ทิว", "เชิง", "ตีน", "ยอด", "สัน", "หุบ", "เนิน", "ลาด", "ไหล่", "แนว", "นก", "วัด",
        "อำเภอ", r"อ\.", "ตำบล", r"ต\.", "อุทยานแห่งชาติ", "อุทยานฯ ",
    ],
    ["ใหญ่", "ค้อ", "ย้อย", "หลัก", "ดิน", "สก", "กระโดง", "คิชฌกูฏ", "ชนไก่", "หินซ้อน", "พระ", "พนม", "สมิง", "ชะเมา", "สอยดาว"],
)  # fmt: skip
