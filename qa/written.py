"""A written answer as it is shown: its sentences, the struck ones with the reason, who wrote it, or why nobody did."""

from __future__ import annotations

from qa.answer import Answer, Sentence, Struck
from qa.prove import SHOWN_STRUCK
from qa.words import Phrase

__all__ = ["byline", "shown_sentences", "why_struck"]

_WHY: dict[Struck, Phrase] = {
    "uncited": Phrase("ไม่อ้างแหล่งที่มา", "cites no source"),
    "no source": Phrase("อ้างแหล่งที่มาที่ไม่มี", "cites a source that does not exist"),
    "language": Phrase("ไม่ใช่ภาษาที่ขอ", "is not in the requested language"),
    "value": Phrase("ตัวเลขหรือวันที่ไม่มีในแหล่งที่มา", "a number or date is not in its source"),
    "name": Phrase("ชื่อไม่มีในแหล่งที่มา", "a name is not in its source"),
    "quotation": Phrase("ข้อความในเครื่องหมายคำพูดไม่มีในแหล่งที่มา", "the quoted words are not in its source"),
    "negation": Phrase("ยืนยันหรือปฏิเสธไม่ตรงกับแหล่งที่มา", "denies what its source affirms, or the reverse"),
    "opposite": Phrase("กล่าวตรงข้ามกับแหล่งที่มา", "says the opposite of its source"),
    "incomplete": Phrase("ขาดบางส่วนของข้อความที่ยกมา", "leaves out part of the quote"),
    "unsure": Phrase("แบบจำลองภาษาไม่มั่นใจ", "the model is not sure"),
    "unrelated": Phrase("ไม่ตรงกับแหล่งที่มา", "does not match its source"),
}


def why_struck(sentence: Sentence) -> Phrase:
    """Why a struck sentence does not stand, with what its source lacks."""
    assert sentence.struck is not None
    why = _WHY[sentence.struck]
    lacking = f": {sentence.lacking}" if sentence.lacking else ""
    return Phrase(why.th + lacking, why.en + lacking)


def shown_sentences(answer: Answer) -> list[Sentence]:
    """The sentences of a written answer that are shown, struck ones among them; none where the quotes are the text."""
    if answer.answered_by != "llm":
        return []
    return [sentence for sentence in answer.sentences if sentence.struck is None or sentence.struck in SHOWN_STRUCK]


def byline(answer: Answer) -> Phrase:
    """Who wrote an answer, and from what; or who translated."""
    if answer.answered_by == "local":
        return Phrase(
            f"คำแปลใต้ข้อความที่ยกมาจัดทำโดย {answer.writer} ในเครื่องนี้ ตรวจเฉพาะตัวเลข วันที่ และชื่อ โปรดยึดข้อความที่ยกมาเป็นหลัก",
            f"Translated below the quotes by {answer.writer}, on this machine. Only numbers, dates and names are "
            "checked: rely on the quotes.",
        )
    return Phrase(
        f"{answer.writer} เขียนจากข้อความที่ยกมาด้านล่าง ทุกประโยคตรวจกับแหล่งที่มาแล้ว",
        f"Written by {answer.writer} from the quotes below; each sentence was checked against them.",
    )
