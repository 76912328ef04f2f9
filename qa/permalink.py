"""What a link to a question carries: the question, and the filters it was asked with."""

from __future__ import annotations

from urllib.parse import urlencode

from index.release import Language
from qa.answer import Answer
from qa.cards import date_text

__all__ = ["permalink_query", "scope_text"]

_WORDS: dict[Language, dict[str, str]] = {
    "th": {
        "scope": "ค้นเฉพาะ", "from": "ตั้งแต่ {}", "until": "ถึง {}", "category": "หมวด {}", "publisher": "ผู้เผยแพร่ {}",
        "th": "ข่าวภาษาไทย", "en": "ข่าวภาษาอังกฤษ", "newest": "ใหม่สุดก่อน",
    },
    "en": {
        "scope": "Looked for in", "from": "from {}", "until": "until {}", "category": "category {}",
        "publisher": "publisher {}", "th": "Thai releases", "en": "English releases", "newest": "newest first",
    },
}  # fmt: skip


def permalink_query(answer: Answer) -> str:
    """The query of a link to the page that asks the question again with its filters, `?q=…`."""
    filters = {name: "true" if value is True else str(value) for name, value in answer.filters.as_json().items()}
    return f"?{urlencode({'q': answer.question, **filters}, errors='replace')}"


def scope_text(answer: Answer, language: Language) -> str:
    """The filters of an answer as one line of text; empty where there were none."""
    words, chosen = _WORDS[language], answer.filters.selection
    parts = []
    if chosen.first:
        parts.append(words["from"].format(date_text(chosen.first, language)))
    if chosen.last:
        parts.append(words["until"].format(date_text(chosen.last, language)))
    parts += [
        words[name].format(" ".join(value.split()))
        for name, value in (("category", chosen.category), ("publisher", chosen.publisher))
        if value
    ]
    if chosen.language:
        parts.append(words[chosen.language])
    if answer.filters.newest_first:
        parts.append(words["newest"])
    return f"{words['scope']}: {', '.join(parts)}" if parts else ""
