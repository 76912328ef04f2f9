"""An answer and what it stands on, as they are shown, stored with their message, and written as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from index.release import Kind, Language
from qa.facts import Fact
from qa.filters import NO_FILTERS, Filters
from qa.stretch import Days
from qa.words import Phrase

__all__ = ["Answer", "AnsweredBy", "Citation", "Proof", "Retrieved", "Sentence", "Struck"]

AnsweredBy = Literal["quotes", "local", "llm"]
# Why a sentence does not stand: it cites nothing; or something that is not there; is not in the language asked for;
# says a number or a date, a name or an address, or quotes words that its source does not have; says no where its
# source does not, or the reverse; says a rise where that says a fall, or the like; or has little to do with it.
# A translation also where it leaves out a number or a name, or where the model is not sure of it.
Struck = Literal[
    "uncited", "no source", "language", "value", "name", "quotation", "negation", "opposite", "unrelated",
    "incomplete", "unsure",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: `quote` is `text[start:end]` of the release.

    `passage` is the stretch of the release around the quote, for reading it in context; the quote
    begins at `passage_offset` in it. The answer itself is `quote[answer_start:answer_end]`, where one is
    singled out. `facts` are what it says that is sure in the asker's language, where that is another one
    than the quote's. `score` is comparable within one answer only, higher is better.
    """

    n: int
    release_id: str
    url: str
    title: str
    date: dt.date | None
    category: str
    quote: str
    start: int
    end: int
    score: float
    language: Language = "th"
    kind: Kind = "release"
    publisher: str = ""
    other_urls: tuple[str, ...] = ()
    passage: str = ""
    passage_offset: int = 0
    answer_start: int = 0
    answer_end: int = 0
    facts: tuple[Fact, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The documented fields of a citation; the date is ISO or null."""
        return {
            "n": self.n,
            "release_id": self.release_id,
            "url": self.url,
            "title": self.title,
            "date": self.date.isoformat() if self.date else None,
            "category": self.category,
            "publisher": self.publisher,
            "language": self.language,
            "kind": self.kind,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "score": round(self.score, 4),
            "facts": [fact.as_json() for fact in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A release found for a question, whether it is quoted or not."""

    release_id: str
    url: str
    score: float

    def as_json(self) -> dict[str, Any]:
        """The documented fields of a retrieved release."""
        return {"release_id": self.release_id, "url": self.url, "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class Proof:
    """What of citation `n` a sentence stands on, and how it was found: `quote` is `text[start:end]` of the release."""

    n: int
    how: Literal["string", "late interaction"]
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        """The documented fields of a proof."""
        return {"n": self.n, "how": self.how, "start": self.start, "end": self.end, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a model wrote or translated, what it cites, and what was found there.

    `struck` is why it does not stand, None where it does; `lacking` is what its source lacks, such as "3500000".
    """

    text: str
    citations: tuple[int, ...]
    proofs: tuple[Proof, ...] = ()
    struck: Struck | None = None
    lacking: str = ""

    @property
    def marked(self) -> str:
        """The text with its marks."""
        return " ".join([self.text, *([f"[{']['.join(map(str, self.citations))}]"] if self.citations else [])])

    def as_json(self) -> dict[str, Any]:
        """The documented fields of a sentence."""
        return {
            "text": self.text,
            "citations": list(self.citations),
            "checked": [proof.as_json() for proof in self.proofs],
            "struck": self.struck,
            "lacking": self.lacking,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question. Where nothing answers it, `abstained` is true and nothing is cited.

    `text` is in the asker's `language`, with `[1]` marks that name citations by their `n`.
    Where `is_doubtful`, it is not sure that the quotes say what was asked.
    `read_as` is how the question was read where it was typed in other letters or without tone marks, else empty.
    `timings_ms` holds milliseconds by step. `days` are those that the question was understood to name,
    `filters` what it was asked of, `follows` the earlier questions that it was read with, oldest first.

    Where a model wrote it, `answered_by` is "llm", `writer` the model, and `text` its `sentences` that stand. Where one
    translated, it is "local", and `text` has the quotes first, each with the translation of it that stands.
    `note` says why the quotes stand though a model was asked, or what else went wrong with it.
    """

    question: str
    language: Language
    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    days: tuple[Days, ...] = ()
    filters: Filters = NO_FILTERS
    answered_by: AnsweredBy = "quotes"
    sentences: tuple[Sentence, ...] = ()
    note: Phrase | None = None
    writer: str = ""
    follows: tuple[str, ...] = ()
    read_as: str = ""
    is_doubtful: bool = False

    @property
    def translations(self) -> Mapping[int, str]:
        """By the number of a quote the translation of it that is shown."""
        if self.answered_by != "local":
            return {}
        return {sentence.citations[0]: sentence.text for sentence in self.sentences if sentence.struck is None}

    def as_json(self, id: str = "") -> dict[str, Any]:
        """The documented form of an answer: a line of `qa batch`."""
        return {
            "id": id,
            "question": self.question,
            "read_as": self.read_as,
            "language": self.language,
            "answer": self.text,
            "abstained": self.abstained,
            "doubtful": self.is_doubtful,
            "citations": [citation.as_json() for citation in self.citations],
            "retrieved": [release.as_json() for release in self.retrieved],
            "timings_ms": {step: round(ms, 1) for step, ms in self.timings_ms.items()},
            "answered_by": self.answered_by,
            "sentences": [sentence.as_json() for sentence in self.sentences],
            "note": self.note.of(self.language) if self.note else "",
            "writer": self.writer,
        }
