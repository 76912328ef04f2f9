"""What went wrong, said to a person in both languages; a command and an endpoint say it in English."""

from __future__ import annotations

from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexEmpty,
    IndexMismatch,
    ModelUnavailable,
    NotWritable,
    StorageFull,
    ThalaengError,
    VectorsAway,
)
from qa.cards import notice_html
from qa.folders import without_folders
from qa.words import Phrase

__all__ = ["EMPTY_PAGE", "fault_html", "fault_phrase"]

# Where releases can be added on the page, nobody there is sent to a command.
EMPTY_PAGE = Phrase(
    "ยังไม่มีข่าว ผู้ที่มีรหัสผ่านเพิ่มข่าวได้โดยเปิด “ข่าวทั้งหมด” แล้วกด “เพิ่มข่าว”",
    "There are no releases yet. If you have the password, open “All releases” and choose “Add releases”.",
)

_THAI: tuple[tuple[type[ThalaengError], str], ...] = (
    (IndexEmpty, "ยังไม่มีข่าวให้ค้น ผู้ดูแลระบบเพิ่มข่าวได้ด้วยคำสั่ง python -m index add FOLDER"),
    (IndexBusy, "ขณะนี้มีผู้อื่นกำลังเพิ่มข่าว โปรดรอให้เสร็จแล้วลองอีกครั้ง"),
    (IndexMismatch, "ดัชนีสร้างด้วยแบบจำลองภาษาหรือการตั้งค่าอื่น ผู้ดูแลระบบแก้ได้ด้วยคำสั่ง python -m index rebuild"),
    (IndexDamaged, "ดัชนีเสียหาย ผู้ดูแลระบบตรวจได้ด้วยคำสั่ง python -m index verify"),
    (VectorsAway, "ติดต่อเซิร์ฟเวอร์ดัชนีไม่ได้ ไม่มีข่าวใดสูญหาย โปรดลองอีกครั้งภายหลังหรือแจ้งผู้ดูแลระบบ"),
    (ModelUnavailable, "เปิดแบบจำลองภาษาไม่ได้ โปรดแจ้งผู้ดูแลระบบ"),
    (NotWritable, "เขียนลงโฟลเดอร์ของดัชนีไม่ได้ โปรดแจ้งผู้ดูแลระบบ"),
    (StorageFull, "พื้นที่จัดเก็บเต็มหรือเขียนไม่ได้ โปรดแจ้งผู้ดูแลระบบ"),
)
_OTHER = "เกิดข้อผิดพลาด โปรดลองอีกครั้งหรือแจ้งผู้ดูแลระบบ"
# What another process does is told by the command with its folder; on the page it is whoever else adds.
_BUSY = "Someone else is adding releases right now. Please try again when they have finished."


def fault_phrase(error: ThalaengError, *, may_add: bool = False) -> Phrase:
    """The error in both languages, without the machine's folders; its own phrase where it has one.

    With `may_add` releases can be added on the page, which an empty index leads to.
    """
    if may_add and isinstance(error, IndexEmpty):
        return EMPTY_PAGE
    phrase = getattr(error, "phrase", None)
    if isinstance(phrase, Phrase):
        return phrase
    thai = next((thai for kind, thai in _THAI if isinstance(error, kind)), _OTHER)
    return Phrase(thai, _BUSY if isinstance(error, IndexBusy) else without_folders(str(error)))


def fault_html(error: ThalaengError, *, may_add: bool = False) -> str:
    """The error as a message of the page; `may_add` as in `fault_phrase`."""
    phrase = fault_phrase(error, may_add=may_add)
    return notice_html(phrase.th, phrase.en)
