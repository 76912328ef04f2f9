"""The controls in the page's header, and the words that `page.js` says."""

from __future__ import annotations

from qa.cards import escape
from qa.words import BOX_LABEL, BOX_PLACEHOLDER, Phrase, both, many

__all__ = ["SCRIPT_WORDS", "TOOLS", "count_html", "state_html"]

_LANGUAGE = Phrase("ภาษา", "Language")
_HISTORY = Phrase("ประวัติการสนทนา", "Earlier conversations")
_NONE = Phrase("ยังไม่มีข่าวให้ค้น", "There are no releases to search yet")
_THEME = Phrase("สลับโหมดสว่างและมืด", "Switch between light and dark")

TOOLS = (
    f'<div class="tl-switch" role="group"><span class="tl-said">{_LANGUAGE}</span>'
    '<button type="button" data-act="language" data-language="th" lang="th">ไทย</button>'
    '<button type="button" data-act="language" data-language="en" lang="en">English</button></div>'
    '<button type="button" class="tl-button" data-act="history"><span class="tl-sign tl-sign-history"></span>'
    f'<span class="tl-said">{_HISTORY}</span></button>'
    '<button type="button" class="tl-button" data-act="theme"><span aria-hidden="true">◐</span>'
    f'<span class="tl-said">{_THEME}</span></button>'
)


def count_html(count: int) -> str:
    """How many releases are searched, for the header."""
    if not count:
        return str(_NONE)
    return both(f"ค้นจากข่าว {count:,} ฉบับ", many(count, "1 release indexed", "{} releases indexed"))


def state_html(state: Phrase | None) -> str:
    """The line under the header while questions cannot be answered yet, from plain text; nothing once they can."""
    return f'<p role="status">{both(escape(state.th), escape(state.en))}</p>' if state else ""


SCRIPT_WORDS: dict[str, Phrase] = {
    "label": BOX_LABEL,
    "placeholder": BOX_PLACEHOLDER,
    "send": Phrase("ส่งคำถาม", "Send"),
    "conversation": Phrase("การสนทนา", "Conversation"),
    "lost": Phrase("ขาดการเชื่อมต่อ", "Connection lost"),
    "lostWaiting": Phrase(
        "ติดต่อเซิร์ฟเวอร์ไม่ได้ หน้านี้จะเปิดใหม่เองเมื่อติดต่อได้",
        "The server cannot be reached. This page will reload once it is back.",
    ),
    "lostNow": Phrase("ได้รับคำตอบจากเซิร์ฟเวอร์ไม่ครบ โปรดลองอีกครั้ง", "The server's reply was cut off. Please try again."),
    "title": Phrase("แถลง · ถามตอบจากข่าวแถลง", "Thalaeng · answers from press releases"),
    "source": Phrase("แหล่งที่มา", "Source"),
    "history": _HISTORY,
    "historyEmpty": Phrase("ยังไม่มีการสนทนาที่เก็บไว้", "No conversations yet."),
    "historyForbidden": Phrase("เบราว์เซอร์นี้ไม่อนุญาตให้เก็บประวัติ", "This browser does not allow conversations to be saved."),
    "historyWhere": Phrase("เก็บไว้ในเบราว์เซอร์นี้เท่านั้น", "Saved only in this browser."),
    "forget": Phrase("ลบ", "Delete"),
    "forgetAll": Phrase("ลบทั้งหมด", "Delete all"),
    "forgetSure": Phrase("กดอีกครั้งเพื่อลบทั้งหมด", "Press again to delete all"),
    "opening": Phrase("กำลังเปิดข่าว…", "Opening…"),
    "unreachable": Phrase("เปิดข่าวไม่ได้ โปรดลองอีกครั้ง", "The release could not be opened. Please try again."),
    "place": Phrase("ข้อความที่ {n} จาก {all}", "Quote {n} of {all}"),
    "busy": Phrase("โปรดรอคำตอบที่กำลังหาอยู่ก่อน", "Please wait for the current answer."),
    "copied": Phrase("คัดลอกแล้ว", "Copied"),
    "uncopied": Phrase("คัดลอกไม่ได้", "Could not copy"),
    "thanks": Phrase("ขอบคุณสำหรับความเห็น", "Thank you for your feedback"),
    "unkept": Phrase("บันทึกความเห็นไม่ได้", "Your feedback could not be saved"),
    "why": Phrase("เพราะอะไร (ไม่บังคับ)", "Why? (optional)"),
    "tell": Phrase("ส่ง", "Send"),
}
