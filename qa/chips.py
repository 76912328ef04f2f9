"""What an answer was looked for in: the days that the question names, the filters that were set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from index.release import LANGUAGES
from qa.answer import Answer
from qa.cards import date_text, escape
from qa.filters import Filters
from qa.keyboard import READ_AS
from qa.stretch import EARLIEST, Days
from qa.words import Phrase, both

__all__ = ["scope_html"]

_ABOUT = Phrase("เข้าใจว่าถามถึงวันที่", "Understood as asking about")
_ONLY = Phrase("กรองเฉพาะวันเหล่านี้", "Filter by these dates")
_FILTERED = Phrase("ค้นเฉพาะ", "Searched only")
_NEWEST = Phrase("ใหม่สุดก่อน", "Newest first")
_LANGUAGES = {"th": Phrase("ข่าวภาษาไทย", "Thai releases"), "en": Phrase("ข่าวภาษาอังกฤษ", "English releases")}
# A question may name many days; so many are shown.
_MOST = 3


def scope_html(answer: Answer) -> str:
    """The chips above an answer, as one line of HTML; nothing where none is needed.

    How the question was read where it was typed in other letters, the days that it names, the filters that were set.
    """
    lines = []
    if answer.read_as:
        lines.append(f'{READ_AS} <span class="tl-chip">{escape(answer.read_as)}</span>')
    if answer.days:
        lines.append(f"{_ABOUT} {''.join(_days(days) for days in _most_exact(answer.days)[:_MOST])}")
    if filtered := _filtered(answer.filters):
        lines.append(f"{_FILTERED} {''.join(filtered)}")
    if answer.filters.newest_first:  # which leaves nothing out
        lines.append(_chip(str(_NEWEST)))
    return f'<div class="tl-scope">{" ".join(lines)}</div>' if lines else ""


def _most_exact(named: Sequence[Days]) -> list[Days]:
    """The stretches without those that a shorter one ends in: of "5 December 2021" the year is no news."""
    return [
        days
        for days in named
        if not any(other.length < days.length and days.first <= other.last <= days.last for other in named)
    ]


def _days(days: Days) -> str:
    """A link that makes a filter of the days."""
    target = escape(f"#days-{days.first.isoformat()}-{days.last.isoformat()}")
    span = _span(None if days.first == EARLIEST else days.first, days.last)
    return f'<a class="tl-chip" href="{target}">{span}<span class="tl-said"> {_ONLY}</span></a>'


def _filtered(filters: Filters) -> list[str]:
    chosen = filters.selection
    parts = [escape(text) for text in (chosen.category, chosen.publisher) if text]
    if chosen.first or chosen.last:
        parts.insert(0, _span(chosen.first, chosen.last))
    if chosen.language:
        parts.append(str(_LANGUAGES[chosen.language]))
    return [_chip(part) for part in parts]


def _chip(part: str) -> str:
    return f'<span class="tl-chip">{part}</span>'


def _span(first: dt.date | None, last: dt.date | None) -> str:
    """A stretch of days in both languages, in the era of each."""
    says = {}
    for language in LANGUAGES:
        start, end = (date_text(day, language) if day else "" for day in (first, last))
        since, until = ("ตั้งแต่", "ถึง") if language == "th" else ("from", "until")
        both_ends = start if start == end else f"{start} – {end}"
        says[language] = both_ends if first and last else f"{since} {start}" if first else f"{until} {end}"
    return both(says["th"], says["en"])
