"""Has a small model translate the clause that a quote answers with, and lets through what passes every check.

The model knows neither amounts nor names for certain ("3.5 พันล้าน" became 3.5 million), so those that can be said for
certain (`qa.facts`) stand in the asker's language before it begins, and have to stand there after it. What no check
sees is left to how sure the model is: a small one is seldom sure, and then nothing is shown. What passes is likely,
not certain, and stands below the quote as what it is.
"""

from __future__ import annotations

import csv
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from index.errors import ModelUnavailable
from index.language import detect_language
from index.release import Language
from qa.answer import Answer, Citation, Proof, Sentence, Struck
from qa.clause import cut_clauses
from qa.facts import Fact, key_facts
from qa.local_model import TextModel
from qa.opposites import FOR_EACH, at_odds, missing
from qa.prove import Prover
from qa.sentences import Draft
from qa.values import lacking, values_of
from qa.write import WritingEnded

__all__ = ["Clause", "Translator", "clause_of", "with_facts"]

_log = logging.getLogger(__name__)
_EXAMPLES = Path(__file__).parent / "translation_examples.tsv"
_NAMES: dict[Language, str] = {"th": "Thai", "en": "English"}
# Characters: a shorter clause is translated with the one before it, a longer one is left alone.
_SHORT, _LONG = 50, 200
# Tokens of a translation.
_LONGEST = 96
# How sure the model has to be. Set by reading 200 translations: see "How sure a translation must be" in
# benchmarks/README.md.
_SURE = 0.64
# How many times as long as its clause a translation may be, in characters: Thai writes no spaces between words.
_LENGTHS: dict[Language, tuple[float, float]] = {"en": (0.5, 2.5), "th": (0.4, 1.6)}
# Words that were not translated: Thai in English; English beside names, which begin with a capital, in Thai.
_LEFT_AS_IT_WAS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[\u0e01-\u0e2e]"),
    "th": re.compile(r"\b[a-z]{2,}(?:\W+[a-z]{2,})+\b"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """What of a citation is translated: `text` is `text[start:end]` of the release."""

    text: str
    start: int
    end: int


class Translator:
    """Translates quotes that are not in the asker's language. Safe to use from many threads."""

    level: Literal["local"] = "local"

    def __init__(
        self,
        model: TextModel,
        prover: Callable[[Sequence[Citation], Language], Prover],
        seconds: float = 30.0,
    ) -> None:
        """`prover` makes what proves against citations, such as `Answerer.prover`; `seconds` are for a whole answer."""
        self._model = model
        self._prover = prover
        self._seconds = seconds

    @property
    def name(self) -> str:
        """The model that translates."""
        return self._model.name

    def is_needed(self, answer: Answer) -> bool:
        """Whether something is quoted that can be translated."""
        return any(clause_of(citation, answer.language) for citation in answer.citations)

    def write(
        self, question: str, citations: Sequence[Citation], language: Language, earlier: Sequence[str] = ()
    ) -> Iterator[Sentence]:
        """For each quote in the other language its translation as soon as there is one, whether it stands or is struck.

        Ends with `WritingEnded` where the time is over ("slow") or the model fails ("local").
        """
        until = time.monotonic() + self._seconds
        for citation in citations:
            if clause := clause_of(citation, language):
                if time.monotonic() > until:
                    raise WritingEnded("slow")
                yield self._translated(citation, clause, language)

    def _translated(self, citation: Citation, clause: Clause, language: Language) -> Sentence:
        facts = key_facts(clause.text, citation.language, language)
        source = with_facts(clause.text, facts)
        try:
            written = self._model.complete(_prompt(source, citation.language, language), _LONGEST, citation.language)
        except ModelUnavailable as error:
            # The reader is told that it failed; whoever runs it, why.
            _log.warning("A quote could not be translated: %s", error)
            raise WritingEnded("local") from error
        struck, what, proofs = self._check(written.text, citation, clause, facts, language)
        if struck is None and written.sureness < _SURE:
            struck, proofs = "unsure", ()
        return Sentence(written.text, (citation.n,), proofs, struck, what)

    def _check(
        self, text: str, citation: Citation, clause: Clause, facts: Sequence[Fact], language: Language
    ) -> tuple[Struck | None, str, tuple[Proof, ...]]:
        """Why a translation does not stand and what is lacking, or what it stands on."""
        # Beside the clause nothing carries it: not the headline, not the rest of the quote.
        alone = replace(
            citation, title="", quote=clause.text, start=clause.start, end=clause.end, passage="", passage_offset=0
        )
        if detect_language(text) != language or not text or _LEFT_AS_IT_WAS[language].search(text):
            return "language", "", ()
        proven = self._prover([alone], language).prove(Draft(text, (citation.n,)))
        if proven.struck:
            return proven.struck, proven.lacking, ()
        left_out = [*lacking(values_of(clause.text, citation.language), values_of(text, language))]
        left_out += [fact.rendered for fact in facts if fact.kind != "term" and not _has(text, fact.rendered)]
        left_out += missing(clause.text, citation.language, text, language, FOR_EACH)
        if left_out:
            return "incomplete", ", ".join(dict.fromkeys(left_out)), ()
        shortest, longest = _LENGTHS[language]
        if not shortest <= len(text) / len(clause.text) <= longest:
            return "incomplete", "", ()
        if odd := at_odds(clause.text, citation.language, text, language):
            return "opposite", odd, ()
        return None, "", (Proof(citation.n, proven.proofs[0].how, clause.start, clause.end, clause.text),)


def clause_of(citation: Citation, language: Language) -> Clause | None:
    """The clause that a quote answers with, and the one before it where it is short.

    None where the quote is in `language`, singles out no answer, or the clause is long.
    """
    start, end = citation.answer_start, citation.answer_end
    if citation.language == language or start >= end:
        return None
    clauses = cut_clauses(citation.quote, citation.language)
    touched = [n for n, (first, last) in enumerate(clauses) if first < end and start < last]
    if not touched:
        return None
    low, high = clauses[touched[0]][0], clauses[touched[-1]][1]
    if high - low < _SHORT and touched[0] and high - clauses[touched[0] - 1][0] <= _LONG:
        low = clauses[touched[0] - 1][0]
    if high - low > _LONG:
        return None
    return Clause(citation.quote[low:high], citation.start + low, citation.start + high)


def with_facts(text: str, facts: Sequence[Fact]) -> str:
    """A clause in one line, with its facts in the other language in their places."""
    parts, at = [], 0
    for fact in facts:
        parts += [text[at : fact.start], f" {fact.rendered} "]
        at = fact.end
    return " ".join("".join([*parts, text[at:]]).split())


def _prompt(source: str, source_language: Language, language: Language) -> str:
    """What the model goes on with: examples, and the clause as the last of them."""
    return f"{_shown_first(source_language)}{_NAMES[source_language]}: {source}\n{_NAMES[language]}:"


def _has(text: str, rendered: str) -> bool:
    return rendered.lower() in text.lower()


@cache
def _shown_first(source_language: Language) -> str:
    """The examples of translating from a language, facts put in."""
    shown = []
    with _EXAMPLES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["from"] == source_language:
                begins, goes_on = _NAMES[source_language], _NAMES["en" if source_language == "th" else "th"]
                shown.append(f"{begins}: {row['source']}\n{goes_on}: {row['translation']}\n\n")
    return "".join(shown)
