"""What stands on the page before the first question: questions to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.release import LANGUAGES, Language
from qa.cards import escape
from qa.words import Phrase

__all__ = ["ready_html", "start_html"]

_TRY = Phrase("ลองถาม", "Try asking")
# Where there are no examples, as in an empty index.
_BEGIN = Phrase(
    'พิมพ์คำถามในช่องด้านล่าง หรือดู<a href="#releases">ข่าวทั้งหมด</a>',
    'Type a question below, or look through <a href="#releases">all releases</a>.',
)


def start_html(examples: Mapping[Language, Sequence[str]]) -> str:
    """The examples of each language, of which the reader sees those of the page's; what to do where there are none."""
    return f"<section>{''.join(_begin(language, examples.get(language, ())) for language in LANGUAGES)}</section>"


def _begin(language: Language, questions: Sequence[str]) -> str:
    words = f"{_TRY.of(language)}</p>{ready_html(questions)}" if questions else f"{_BEGIN.of(language)}</p>"
    return f'<div class="tl-{language}" lang="{language}"><p class="tl-welcome">{words}</div>'


def ready_html(questions: Sequence[str]) -> str:
    """Questions that a press asks."""
    buttons = (f'<button type="button" data-act="ask">{escape(question)}</button>' for question in questions)
    return f'<div class="tl-ready">{"".join(buttons)}</div>'
