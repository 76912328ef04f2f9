"""What a link to a question carries: the question, what it follows, the filters and the language of its answer."""

from __future__ import annotations

from urllib.parse import urlencode

from index.language import detect_language
from index.release import Language
from qa.answer import Answer
from qa.cards import date_text

__all__ = ["LONGEST_QUERY", "permalink_query", "scope_text"]

# Characters: every server and proxy is to take an address of 8,000, of which the host and the path need some.
LONGEST_QUERY = 7_500

_WORDS: dict[Language, dict[str, str]] = {
    "th": {
        "scope": "ค้นเฉพาะ", "from": "ตั้งแต่ {}", "until": "ถึง {}", "category": "หมวด {}", "publisher": "ผู้เผยแพร่ {}",
        "th": "ข่าวภาษาไทย", "en": "ข่าวภาษาอังกฤษ", "newest": "เรียงใหม่สุดก่อน",
    },
    "en": {
        "scope": "Searched only", "from": "from {}", "until": "until {}", "category": "category {}",
        "publisher": "publisher {}", "th": "Thai releases", "en": "English releases", "newest": "Newest first",
    },
}  # fmt: skip


def permalink_query(answer: Answer) -> str:
    """The query of a link to the page that asks the question again as it was read, `?q=…`.

    `after` names an earlier question, as often as there are some; `language` is there where it is not the question's
    own. Empty where it would be longer than an address can be.
    """
    carried = [("q", answer.question), *(("after", earlier) for earlier in answer.follows)]
    if answer.language != detect_language(answer.read_as or answer.question):
        carried.append(("language", answer.language))
    carried += [(name, "true" if value is True else str(value)) for name, value in answer.filters.as_json().items()]
    query = f"?{urlencode(carried, errors='replace')}"
    return query if len(query) <= LONGEST_QUERY else ""


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
    scope = [f"{words['scope']}: {', '.join(parts)}"] if parts else []
    # An order leaves nothing out.
    return " · ".join([*scope, *([words["newest"]] if answer.filters.newest_first else [])])
