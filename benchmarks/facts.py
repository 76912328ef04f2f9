"""How much of an answer in the other language a quote carries with its key facts, given the right quote."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality import Item, fold
from index.release import LANGUAGES, Language
from qa.facts import key_facts

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
        rows = [list(_carried(item, language, other)) for item in items if item.get("lang") == other]
        if not rows:
            continue
        kinds: Counter[str] = Counter()
        counts = []
        for item in items:
            if item.get("lang") == other:
                facts = key_facts(item["evidence"], other, language)
                counts.append(len(facts))
                kinds.update(fact.kind for fact in facts)
                lacking = [key for key, _, carried in _carried(item, language, other) if not carried]
                if lacking:
                    rendered = "; ".join(fact.rendered for fact in facts)
                    missed.append({"id": item["id"], "quote": item["evidence"], "facts": rendered, "lacking": lacking})
        alone = statistics.fmean(all(alone for _, alone, _ in row) for row in rows)
        both = statistics.fmean(all(carried for *_, carried in row) for row in rows)
        keys = statistics.fmean(carried for row in rows for *_, carried in row)
        some = statistics.fmean(count > 0 for count in counts)
        print(
            f"{language}>{other} n {len(rows)}  quote {alone:.3f}  with facts {both:.3f}  keys {keys:.3f}  "
            f"any fact {some:.3f}  facts a quote {statistics.fmean(counts):.1f}  "
            + "  ".join(f"{kind} {number}" for kind, number in kinds.most_common())
        )
    if misses:
        misses.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in missed), encoding="utf-8")


def _carried(item: Item, language: Language, other: Language) -> Iterator[tuple[str, bool, bool]]:
    """Each key of the asker's language, whether the quote has it, and whether quote and facts have it."""
    quote = fold(item["evidence"])
    facts = fold(" ; ".join(fact.rendered for fact in key_facts(item["evidence"], other, language)))
    for key in item[f"keys_{language}"]:
        yield key, fold(key) in quote, fold(key) in quote or fold(key) in facts
