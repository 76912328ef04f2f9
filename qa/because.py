"""Quotes for a question that asks why: with the clause that gives the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.clause import with_reason
from qa.quote import Quote

__all__ = ["asks_why", "to_reasons"]

_WHY = re.compile(
    r"ทำไม|เพราะอะไร|เหตุใด|สาเหตุ|เหตุผล|เนื่องจากอะไร|ด้วยเหตุ"
    r"|\bwhy\b|\breasons?\b|\bcauses? of\b|\bcaused\b|\bblamed?\b|\bhow come\b",
    re.IGNORECASE,
)


def asks_why(question: str) -> bool:
    """Whether a question asks for a reason or a cause."""
    return bool(_WHY.search(question))


def to_reasons(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes reaching on to the clauses beside them that say why; one that another then holds is left out.

    What answers "why" is often in two clauses, of which the reader names one: "X, but now Y", "X. Therefore Y". See
    "Quoting reasons" in benchmarks/README.md.
    """
    reached: list[Quote] = []
    for number, quote in enumerate(quotes):
        if any(other.holds(quote) for other in reached):
            continue
        wider = _to_reason(quote)
        others = [*reached, *quotes[number + 1 :]]
        # One that stands before it is read before it, and one behind it may be held by it.
        overlaps = any(wider.overlaps(other) and (other in reached or not wider.holds(other)) for other in others)
        reached.append(quote if overlaps else wider)
    return reached


def _to_reason(quote: Quote) -> Quote:
    release = quote.source.release
    start, end = with_reason(release.text, quote.start, quote.end, release.language)
    moved = quote.start - start
    return replace(
        quote, start=start, end=end, answer_start=quote.answer_start + moved, answer_end=quote.answer_end + moved
    )
