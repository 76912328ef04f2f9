"""How much of an answer in the other language a quote carries with its key facts, given the right quote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.quality import Item, fold
from index.release import LANGUAGES, Language
from qa.facts import Fact, key_facts

__all__ = ["measure_facts"]


def measure_facts(questions: Path, misses: Path | None) -> None:
    """Prints for each pair of asker's and release's language what gold quotes say to the asker.

    quote: share of questions all of whose keys stand in the quote itself; with facts: the same with the
    rendered facts beside it; keys: share of single keys so carried; any fact: share of quotes with one.
    """
    lines = questions.read_text(encoding="utf-8").split("\n")
    items = [item for item in map(json.loads, filter(str.strip, lines)) if "evidence" in item]
    missed = []
    for language, other in ((language, other) for other in LANGUAGES for language in LANGUAGES if language != other):
        rows = [_carry(item, language, other) for item in items if item.get("lang") == other]
        if not rows:
            continue
        missed += [row for row in rows if row.lacking]
        kinds = Counter(fact.kind for row in rows for fact in row.facts)
        keys = [key for row in rows for key in row.in_both]
        print(
            f"{language}>{other} n {len(rows)}  quote {fmean(all(row.in_quote) for row in rows):.3f}  "
            f"with facts {fmean(all(row.in_both) for row in rows):.3f}  keys {fmean(keys):.3f}  "
            f"any fact {fmean(bool(row.facts) for row in rows):.3f}  "
            f"facts a quote {fmean(len(row.facts) for row in rows):.1f}  "
            + "  ".join(f"{kind} {number}" for kind, number in kinds.most_common())
        )
    if misses:
        misses.write_text("".join(f"{row.as_json()}\n" for row in missed), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Carried:
    """A question's keys, each with whether the gold quote has it, and whether quote and facts together have it."""

    id: str
    quote: str
    facts: Sequence[Fact]
    keys: Sequence[str]
    in_quote: Sequence[bool]
    in_both: Sequence[bool]

    @property
    def lacking(self) -> list[str]:
        return [key for key, carried in zip(self.keys, self.in_both, strict=True) if not carried]

    def as_json(self) -> str:
        facts = "; ".join(fact.rendered for fact in self.facts)
        row = {"id": self.id, "quote": self.quote, "facts": facts, "lacking": self.lacking}
        return json.dumps(row, ensure_ascii=False)


def _carry(item: Item, language: Language, other: Language) -> _Carried:
    facts = key_facts(item["evidence"], other, language)
    keys: list[str] = item[f"keys_{language}"]
    quote, rendered = fold(item["evidence"]), fold(" ; ".join(fact.rendered for fact in facts))
    in_quote = [fold(key) in quote for key in keys]
    in_both = [found or fold(key) in rendered for key, found in zip(keys, in_quote, strict=True)]
    return _Carried(item["id"], item["evidence"], facts, keys, in_quote, in_both)
