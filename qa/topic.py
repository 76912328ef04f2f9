"""Questions that ask for releases rather than for a fact, and what these are to be about.

"สรุปข่าวของกระทรวงสาธารณสุขเดือนมีนาคม 2567", "Which releases mention the ferry?": they are looked for by
their topic, for nearest to the words that ask are releases that are headed so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.release import Language
from qa.stretch import Days, without_days
from qa.whole_words import HOW_MANY, POLITE, WHETHER
from qa.yearless import festival_in

__all__ = ["asks_for_list", "topic_of"]

# "ข่าวแจก" are releases, "ข่าวแจกเงิน" is news of what is handed out.
_NEWS_TH = r"(?:ข่าว(?:ประชาสัมพันธ์|แจก(?=[\s\f]|$|ที่|เรื่อง|เกี่ยว|ของ|จาก|ใด|ไหน|อะไร)|สาร)?|แถลงการณ์|ประกาศข่าว)"
_NEWS_EN = r"(?:(?:press |news )?releases|news(?: items| stories)?|announcements|briefs)"
_SAYS_TH = r"(?:กล่าวถึง|พูดถึง|เอ่ยถึง|เกี่ยวกับ|เรื่อง|ด้าน)"
_SAYS_EN = (
    r"(?:mention(?:s|ed|ing)?|(?:talks?|talking|is|are|was|were) (?:about|on)|says? (?:something )?about|about|on"
    r"|regarding|concerning|related to|dealing with|of|from|by|for)"
)
_WHICH_TH = r"(?:ใด|ไหน|อะไร)"
_WHETHER_TH = rf"(?:{WHETHER}|มั้ย|หรือไม่|หรือเปล่า)"
# What asks for a fact, of news or of anything else.
_FACT_TH = rf"(?:{HOW_MANY}|ใคร|เท่า(?!เทียม)|ทำไม|เมื่อ(?:ไร|ไหร่|ใด)|ไหน|อย่างไร|ยังไง|{WHETHER}|อะไร|ใด)"

_ASKS = re.compile(
    "|".join(
        [
            rf"(?:สรุป|รวบรวม|(?<!หน้า)รวม|รายการ|ขอ(?:ดู|อ่าน)?|หา|ลิสต์|อยากได้|อยากอ่าน|อยากดู|อยากเห็น)"
            rf"{_NEWS_TH}",
            rf"^\s*(?:ช่วย|กรุณา)?(?:แสดง|ค้น){_NEWS_TH}",
            rf"^\s*(?:ขอ)?\s?\d{{1,2}}\s?{_NEWS_TH}(?!.*{_FACT_TH})",
            rf"{_NEWS_TH}{_WHICH_TH}(?:บ้าง|ที่)?.{{0,10}}?{_SAYS_TH}",
            rf"{_NEWS_TH}{_WHICH_TH}บ้าง",
            rf"มี{_NEWS_TH}.{{0,80}}(?:บ้าง|อะไร|{_WHETHER_TH})",
            rf"{_NEWS_TH}.{{0,80}}มีอะไรบ้าง",
            # Rumours and fake news are what is asked about.
            rf"^\s*{_NEWS_TH}(?!ลือ|ปลอม|เท็จ|กรอง)(?!.*{_FACT_TH})",
            rf"^\s*(?:(?:the |all )?(?:latest |recent )?){_NEWS_EN}"
            rf" (?:{_SAYS_EN}|in|during|since|between|before|after)\b",
            rf"^\s*(?:the )?(?:latest|newest|most recent) (?:\d{{1,2}} )?{_NEWS_EN}\W*$",
            rf"\b(?:(?:is|are) there|want|need|looking for|like to (?:see|read)) (?:some )?{_NEWS_EN}\b",
            rf"{_WHICH_TH}บ้างที่(?:กล่าว|พูด|เอ่ย)ถึง",
            rf"\b(?:which|what|list|show|find|all|any|give|summari[sz]e|summary of)\b.{{0,40}}?\b{_NEWS_EN}\b"
            r"(?! (?:agency|agencies|conference|outlets?|site|channel|did|does|do|said|(?:was|is)(?! there))\b)",
        ]
    ),
    re.IGNORECASE,
)
# What of such a question only asks. Words for days are taken out before, and leave a form feed in their place.
_ASKING: dict[Language, re.Pattern[str]] = {
    "th": re.compile(
        "|".join(
            [
                r"(?:ช่วย|กรุณา|อยาก(?:ได้|รู้|ทราบ|อ่าน|ดู|เห็น)?|ขอ|สรุป|รวบรวม|รวม|รายการ|ลิสต์|แสดง|ค้น|หา|ดู|มี)*"
                rf"(?:\s?(?<!\d)\d{{1,2}}\s?)?{_NEWS_TH}(?:ทั้งหมด|ล่าสุด)?{_WHICH_TH}?(?:บ้าง)?(?:ที่)?\s?(?:ออก)?(?:{_SAYS_TH}|จาก|ของ)?",
                rf"(?:มี)?{_WHICH_TH}บ้าง(?:ที่(?:กล่าว|พูด|เอ่ย)ถึง)?|บ้าง(?=\s|$)",
                rf"(?:(?:บ้าง)?{_WHETHER_TH}|ใหม่\s?ๆ|ทั้งหมด|ให้หน่อย|หน่อย|ล่ะ|{POLITE}){POLITE}*(?=[\s?？]|$)",
                r"(?:^|(?<=\s))(?:แล้ว|และ|ส่วน|ใน(?:ช่วง)?|ช่วง|ระหว่าง|ของ|ประจำ|เดือน|ถึง)(?=\s|$)",
                r"(?:เมื่อ|ตั้งแต่|ใน(?:ช่วง|รอบ)?|ช่วง|ระหว่าง|ของ|ประจำ|วันที่|เดือน|ถึง)+(?=\s?\f)",
                r"(?:(?<=\f)|(?<=\s))(?:ที่)?(?:เกี่ยวกับ|เรื่อง)|(?<=\f)\s?เป็นต้น(?:มา|ไป)|(?<=\S)ล่าสุด\s*$",
            ]
        )
    ),
    "en": re.compile(
        "|".join(
            [
                r"\b(?:which|what(?:['’]s)?(?: in the(?= news))?|list|show|find|all|any|some|give|get"
                r"|summari[sz]e|summary of|please|(?:can|could) you|are there|is there|do you have|do"
                r"|i(?:['’]m| am) looking for|i (?:want|need|would like to (?:see|read))"
                rf"|me|us|an?|the|of)\b(?=.{{0,40}}\b{_NEWS_EN}\b)",
                rf"\b(?:(?:latest|newest|recent) )?(?:\d{{1,2}} )?{_NEWS_EN}\b"
                r"(?: (?:that|which|there are|are there|is there))?"
                rf"(?: (?:were|have been) (?:made|issued|published))?(?: {_SAYS_EN}\b)?",
                rf"(?<=\f)(?:\s*{_SAYS_EN}\b|['’]s\b)|\bcame out(?=\s*(?:\f|$))|\bplease(?=\W*$)",
                rf"^\s*(?:and|so|then|but|what about|how about|also)\b(?:\s+{_SAYS_EN}\b)?",
                r"\b(?:in|during|of|from|since|on|between|and|to|until|last|this)\b(?=\s*(?:\f|$))",
            ]
        ),
        re.IGNORECASE,
    ),
}
_WORD = re.compile(r"[^\W_]")


def asks_for_list(text: str) -> bool:
    """Whether a question asks for releases."""
    return bool(_ASKS.search(text))


def topic_of(text: str, language: Language, days: Sequence[Days]) -> str:
    """What the releases that a question asks for are to be about: without the words that ask, and those for days.

    A festival is both. Empty where it names nothing else.
    """
    for stretch in days:
        text = without_days(text, [stretch], festival_in(stretch.words) or "\f")
    left = _ASKING[language].sub(" ", _ASKING[language].sub(" ", text)).replace("\f", " ")
    left = " ".join(left.split()).strip(" ?？.,!")
    return left if _WORD.search(left) else ""
