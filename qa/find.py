"""Finds the passages that may answer a question: by meaning in every language, by words in the question's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.release import Language
from index.store import Store
from index.vectors import Vectors
from index.words import index_words
from qa.shift import ShiftedQuestion

__all__ = ["Candidate", "find_passages"]

# Passages taken from each list. Deeper lists cost time in the ranking and move no figure on dev.jsonl.
_BY_MEANING = 30
_BY_WORDS = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: its BM25 score, 0 where it was found by meaning alone."""

    passage_id: int
    language: Language
    bm25: float


def find_passages(
    text: str,
    asked_in: Language,
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    vectors: Vectors,
) -> list[Candidate]:
    """The candidates of both lists, each once.

    `questions` holds the question as the passages of each language see it. Each language is searched
    by itself, so that one never crowds out the other. The words of a question are looked for only in
    passages of its language: across languages they are noise that drowns the rest. Neither list
    filters the other.
    """
    by_words = dict(store.search_words(index_words(text), asked_in, _BY_WORDS))
    found = {passage_id: Candidate(passage_id, asked_in, score) for passage_id, score in by_words.items()}
    for language, question in questions.items():
        for passage_id, _ in vectors.nearest(question.vector, language, _BY_MEANING):
            found.setdefault(passage_id, Candidate(passage_id, language, 0.0))
    return list(found.values())
