"""What stands on the page before the first question: questions to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.release import Language
from qa.cards import escape
from qa.words import Phrase

__all__ = ["ready_html", "start_html"]

_TRY = Phrase("ลองถาม", "Try asking")


def start_html(examples: Mapping[Language, Sequence[str]]) -> str:
    """The examples of each language, of which the reader sees those of the page's."""
    lists = "".join(
        f'<div class="tl-{language}" lang="{language}"><p class="tl-welcome">{_TRY.of(language)}</p>'
        f"{ready_html(questions)}</div>"
        for language, questions in examples.items()
        if questions
    )
    return f"<section>{lists}</section>"


def ready_html(questions: Sequence[str]) -> str:
    """Questions that a press asks."""
    buttons = (f'<button type="button" data-act="ask">{escape(question)}</button>' for question in questions)
    return f'<div class="tl-ready">{"".join(buttons)}</div>'
