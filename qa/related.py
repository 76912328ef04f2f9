"""What is near an answer: other releases found for the question, and questions to go on with."""

from __future__ import annotations

import html
import re

from index.errors import ThalaengError
from index.release import Language
from index.store import StoredRelease
from qa.answer import Answer
from qa.asker import Asker
from qa.cards import date_text, escape
from qa.start import ready_html
from qa.suggestions import answered, draft_follow_ups
from qa.words import Phrase, both

__all__ = ["follow_ups_html", "related_html"]

_MOST_RELATED = 4
# Under a refusal.
_MOST_NEAREST = 3
_MOST_FOLLOW_UPS = 3
# Drafts that are asked: each takes as long as a question.
_MOST_DRAFTS = 6
# A release whose score falls behind the best by more than this is about something else.
_BEHIND = 0.08

_RELATED = Phrase("ข่าวที่เกี่ยวข้อง", "Related releases")
_NEAREST = Phrase("ข่าวที่ใกล้เคียงที่สุด แต่ไม่ได้ตอบคำถามนี้", "Closest releases, but none answers this")
_GO_ON = Phrase("ถามต่อ", "Ask a follow-up")

_CITED = re.compile(r"#quote-\d+-([0-9a-f]{16})-")
_ANSWERED_IN = re.compile(r'<div class="tl-(?:text|sources)" lang="(th|en)">')
_NEAR = re.compile(r"#release-([0-9a-f]{16})\b")


def related_html(asker: Asker, answer: Answer) -> str:
    """The releases nearest to the question that the answer does not quote, each a link that opens it; or nothing.

    Under a refusal they are few, and it is said that they do not answer.
    """
    if not answer.retrieved:
        return ""
    cited = set() if answer.abstained else {citation.release_id for citation in answer.citations}
    least = max(found.score for found in answer.retrieved) - _BEHIND
    near = [found.release_id for found in answer.retrieved if found.release_id not in cited and found.score >= least]
    label, most = (_NEAREST, _MOST_NEAREST) if answer.abstained else (_RELATED, _MOST_RELATED)
    items = [_item(stored) for stored in _stored(asker, near[:most])]
    if not items:
        return ""
    return f'<div class="tl-related"><p class="tl-label">{label}</p><ul>{"".join(items)}</ul></div>'


def follow_ups_html(asker: Asker, question: str, reply: str) -> str:
    """Questions to go on with from a reply as the chat shows it, in its language, tried beforehand; or nothing."""
    links = html.unescape(reply)
    cited = _stored(asker, list(dict.fromkeys(_CITED.findall(links))))
    if not cited:
        return ""
    # A question may have been typed in other letters, or be answered in the other language.
    answered_in = _ANSWERED_IN.search(reply)
    language: Language = "th" if answered_in and answered_in[1] == "th" else "en"
    drafts = draft_follow_ups(cited, _stored(asker, _NEAR.findall(links)), question, language)
    tried = (draft for _, draft in zip(range(_MOST_DRAFTS), drafts, strict=False))
    questions = answered(asker, tried, _MOST_FOLLOW_UPS)
    return f'<section><p class="tl-welcome">{_GO_ON}</p>{ready_html(questions)}</section>' if questions else ""


def _stored(asker: Asker, release_ids: list[str]) -> list[StoredRelease]:
    """The releases of these ids that are there."""
    try:
        return [stored for release_id in release_ids[:_MOST_RELATED] if (stored := asker.release(release_id))]
    except ThalaengError:
        # The answer stands without its neighbours.
        return []


def _item(stored: StoredRelease) -> str:
    release = stored.release
    date = both(date_text(release.date, "th"), date_text(release.date, "en"))
    return (
        f'<li><a class="tl-open" href="{escape(f"#release-{stored.id}")}">'
        f'<span lang="{release.language}">{escape(release.title)}</span></a> <span class="tl-date">{date}</span></li>'
    )
