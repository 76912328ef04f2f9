"""What can be done with an answer: copied, linked to, judged. Links, for the chat lets no button through.

`page.js` acts on them; what is copied stands ready beside them, out of sight.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence

from index.release import LANGUAGES
from qa.answer import Answer
from qa.cards import escape
from qa.permalink import permalink_query
from qa.question import MOST_EARLIER
from qa.reference import answer_markdown, answer_references, answer_text
from qa.words import Phrase

__all__ = ["actions_html", "unfiltered_html"]

_COPY_TEXT = Phrase("คัดลอก", "Copy")
_COPY_MARKDOWN = Phrase("Markdown", "Markdown")
_REFERENCE = Phrase("รายการอ้างอิง", "Reference")
_COPY_LINK = Phrase("ลิงก์", "Link")
_NO_LINK = Phrase("คำถามยาวเกินกว่าจะเป็นลิงก์", "Too long for a link")
_IN_THE_OTHER = {"th": Phrase("ตอบเป็นภาษาอังกฤษ", "Answer in English"), "en": Phrase("ตอบเป็นภาษาไทย", "Answer in Thai")}
_LEFT_OUT = Phrase("คำตอบอาจอยู่ในข่าวที่ตัวกรองไม่รวมไว้", "A release outside your filters may answer this.")
_UNFILTERED = Phrase("ถามโดยไม่ใช้ตัวกรอง", "Ask without filters")
_GOOD = Phrase("ตอบดี", "Good answer")
_BAD = Phrase("ตอบไม่ดี", "Bad answer")


def actions_html(answer: Answer, today: dt.date, earlier: Sequence[str] = ()) -> str:
    """The row of actions under an answer, and what they need, references with the day: one line of HTML.

    `earlier` are the questions asked before it, oldest first, which are kept with an opinion on it.
    """
    actions = [_action("copy-text", str(_COPY_TEXT)), _action("copy-markdown", str(_COPY_MARKDOWN))]
    data = [_data("copy-text", answer_text(answer, today)), _data("copy-markdown", answer_markdown(answer))]
    if answer.citations and not answer.abstained:
        actions.append(_action("copy-reference", str(_REFERENCE)))
        for language in LANGUAGES:
            data.append(_data(f"copy-reference-{language}", answer_references(answer, language, today)))
    link = permalink_query(answer)
    actions += [
        _action("copy-link", str(_COPY_LINK)) if link else f'<span class="tl-unlinked">{_NO_LINK}</span>',
        _action("rate-up", f'<span class="tl-sign"></span><span class="tl-said">{_GOOD}</span>'),
        _action("rate-down", f'<span class="tl-sign"></span><span class="tl-said">{_BAD}</span>'),
    ]
    other = "en" if answer.language == "th" else "th"
    actions.append(_action(f"answer-in-{other}", str(_IN_THE_OTHER[answer.language])))
    data.append(_data("filters", json.dumps(answer.filters.as_json(), ensure_ascii=False)))
    judged = {
        "key": uuid.uuid4().hex,
        "question": answer.question,
        "answer": answer.text,
        "citations": [
            {"release_id": cited.release_id, "start": cited.start, "end": cited.end, "quote": cited.quote}
            for cited in (() if answer.abstained else answer.citations)
        ],
        "history": list(earlier[-MOST_EARLIER:]),
        "filters": answer.filters.as_json(),
    }
    data.append(_data("link", link))
    # What was looked for in some releases only cannot be found again without the link: it goes with what is copied.
    if answer.filters.as_json():
        data.append(_data("scoped", "true"))
    data.append(_data("judged", json.dumps(judged, ensure_ascii=False)))
    return f'<div class="tl-actions">{"".join(actions)}{"".join(data)}</div>'


def unfiltered_html(answer: Answer) -> str:
    """Under a refusal, the way to ask the same without the filters; nothing where none was set that leaves any out."""
    if not (answer.abstained and answer.filters.leave_out):
        return ""
    return f'<p class="tl-unfiltered">{_LEFT_OUT} {_action("unfiltered", str(_UNFILTERED))}</p>'


def _action(name: str, words: str) -> str:
    return f'<a class="tl-act tl-act-{name}" href="#{name}">{words}</a>'


def _data(name: str, text: str) -> str:
    return f'<span class="tl-data tl-data-{name}">{escape(text)}</span>'
