"""Ranks candidate passages by late interaction, and their releases by their best passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.release import Language, Release
from index.store import Store, StoredPassage
from index.token_vectors import unpack_tokens
from index.words import index_words
from qa.find import Candidate
from qa.shift import ShiftedQuestion

__all__ = ["RankedPassage", "RankedRelease", "rank_passages", "rank_releases"]

# Weights of what a passage is ranked by, beside late interaction with weight 1; and what is allowed
# for a passage in another language than the question's, whose similarities are lower throughout.
# Chosen on dev.jsonl over thaigov-3k: see "Ranking" in benchmarks/README.md.
_COSINE = 0.5
_BM25 = 0.0005
_OTHER_LANGUAGE = 0.05

# Share of words in common from which two passages of different releases say the same.
_SAME_TEXT = 0.9


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A candidate with its score; `similarity` is late interaction alone, the mean over question tokens
    of the highest cosine to a passage token."""

    stored: StoredPassage
    score: float
    similarity: float


@dataclass(frozen=True, slots=True)
class RankedRelease:
    """A release with the score of its best passage, and the addresses of releases that say the same."""

    id: str
    release: Release
    score: float
    best: RankedPassage
    also: tuple[str, ...] = ()


def rank_passages(
    candidates: Sequence[Candidate],
    asked_in: Language,
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
) -> list[RankedPassage]:
    """The candidates that still exist, best first.

    The score adds late interaction (Khattab and Zaharia 2020, "ColBERT"), the cosine of the whole
    passage, and BM25 where question and passage share a language.
    """
    import numpy as np

    stored = store.passages(candidate.passage_id for candidate in candidates)
    ranked = []
    for candidate in candidates:
        passage = stored.get(candidate.passage_id)
        if passage is None:
            continue  # removed since the vectors were searched
        question = questions[candidate.language]
        similarity = float(unpack_tokens(passage.tokens).similarity(question.tokens).max(axis=1).mean())
        cosine = float(np.frombuffer(passage.vector, np.float16).astype(np.float32) @ question.vector)
        score = similarity + _COSINE * cosine + _BM25 * candidate.bm25
        if candidate.language != asked_in:
            score += _OTHER_LANGUAGE
        ranked.append(RankedPassage(passage, score, similarity))
    return sorted(ranked, key=lambda passage: (-passage.score, passage.stored.id))


def rank_releases(passages: Sequence[RankedPassage], limit: int) -> list[RankedRelease]:
    """The releases of ranked passages, best first, `limit` at most; near-duplicates fall into one."""
    found: dict[str, RankedRelease] = {}
    words: dict[str, frozenset[str]] = {}
    for passage in passages:
        release = passage.stored.release
        name = passage.stored.passage.release_id
        if name in found:
            continue
        mine = frozenset(index_words(passage.stored.passage.text))
        twin = next((id for id, theirs in words.items() if _overlap(mine, theirs) >= _SAME_TEXT), None)
        if twin is not None and found[twin].release.kind == release.kind:
            first = found[twin]
            if release.url and release.url not in first.also:
                found[twin] = RankedRelease(
                    first.id, first.release, first.score, first.best, (*first.also, release.url)
                )
            continue
        if len(found) == limit:
            break
        found[name] = RankedRelease(name, release, passage.score, passage)
        words[name] = mine
    return list(found.values())


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard similarity of two sets of words."""
    return len(first & second) / max(len(first | second), 1)
