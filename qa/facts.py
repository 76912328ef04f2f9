"""What a quote says that can be said in the asker's language for certain: dates, amounts, times, names.

No model is asked. What is not certain is left out, and no number is changed in value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.release import Language
from index.words import word_boundaries
from qa.amounts import find_amounts
from qa.days import find_days_said
from qa.glossary import TERMS, load_glossary
from qa.plain import PlainText, plain_text
from qa.quarters import find_quarters_said
from qa.rendered import Rendered

__all__ = ["Fact", "FactKind", "key_facts", "nearest_facts"]

FactKind = Literal["date", "time", "amount", "name", "term"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of a quote, `quoted` = `quote[start:end]`, and what it is in the asker's language."""

    kind: FactKind
    quoted: str
    start: int
    end: int
    rendered: str

    def as_json(self) -> dict[str, str | int]:
        """The documented fields of a fact."""
        return {
            "kind": self.kind,
            "quoted": self.quoted,
            "start": self.start,
            "end": self.end,
            "rendered": self.rendered,
        }


def key_facts(quote: str, quote_language: Language, language: Language) -> tuple[Fact, ...]:
    """The facts of a quote in the asker's language, in order of appearance; none where both are the same."""
    if quote_language == language:
        return ()
    plain = plain_text(quote)
    boundaries = word_boundaries(plain.text) if quote_language == "th" else frozenset[int]()
    names = list(load_glossary().find(plain.text, quote_language, boundaries))
    taken: list[Fact] = []
    for found in (
        find_quarters_said(plain.text, quote_language),
        find_days_said(plain.text, quote_language),
        (Rendered(name.start, name.end, name.rendered, "name") for name in names if name.kind not in TERMS),
        find_amounts(plain.text, quote_language, boundaries),
        (Rendered(name.start, name.end, name.rendered, "term") for name in names if name.kind in TERMS),
    ):
        taken.extend(_free(found, plain, quote, taken))
    return tuple(sorted(taken, key=lambda fact: fact.start))


def nearest_facts(facts: Iterable[Fact], answer_start: int, answer_end: int, most: int) -> tuple[Fact, ...]:
    """Up to `most` facts, each said once: those inside the answer as they appear, then the nearest.

    Outside the answer, terms come after everything else.
    """

    def order(fact: Fact) -> tuple[bool, int]:
        away = max(0, answer_start - fact.end + 1, fact.start - answer_end + 1) if answer_start < answer_end else 0
        return away > 0 and fact.kind == "term", away

    said = {fact.rendered.lower(): fact for fact in sorted(reversed(tuple(facts)), key=order, reverse=True)}
    return tuple(sorted(said.values(), key=lambda fact: (order(fact), fact.start)))[:most]


def _free(found: Iterable[Rendered], plain: PlainText, quote: str, taken: Sequence[Fact]) -> list[Fact]:
    """What was found as facts of the quote, without what overlaps a fact that is there already."""
    facts = []
    for one in found:
        start, end = plain.original(one.start, one.end)
        if not any(start < other.end and other.start < end for other in taken):
            facts.append(Fact(one.kind, quote[start:end], start, end, one.rendered))
    return facts
