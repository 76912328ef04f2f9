"""Decides whether the releases answer at all."""

from __future__ import annotations

from collections.abc import Sequence

from index.release import Language
from index.settings import DEFAULT_MODEL
from qa.rank import RankedRelease
from qa.read import FoundAnswer

__all__ = ["is_answered", "is_near"]

# The late-interaction similarity that the best release of an answered question usually has (the median on
# dev.jsonl), by the languages of question and release, and how far below it a release is about something else.
_USUAL: dict[tuple[Language, Language], float] = {
    ("th", "th"): 0.87,
    ("th", "en"): 0.82,
    ("en", "en"): 0.87,
    ("en", "th"): 0.81,
}
_FAR = 0.12
# What similarity beyond the usual counts beside the reader's log-odds, and the least that both must come to.
# Calibrated on dev.jsonl so that about 5 % of the questions that are answered there fall below: see
# "Refusing" in benchmarks/README.md.
_SIMILARITY = 160.0
_LEAST: dict[Language, float] = {"th": -7.0, "en": -6.3}


def is_answered(
    answers: Sequence[FoundAnswer],
    releases: Sequence[RankedRelease],
    asked_in: Language,
    model: str = DEFAULT_MODEL,
) -> bool:
    """Whether the likeliest answer is likely enough to be quoted.

    Both the reader's word and the nearness of the best release are heard: a passage that is about
    something else may hold what looks like an answer.
    """
    if not answers or not releases:
        return False
    odds = max(answer.odds for answer in answers)
    return odds + _SIMILARITY * _beyond_usual(releases[0], asked_in, model) >= _LEAST[asked_in]


def is_near(releases: Sequence[RankedRelease], asked_in: Language, model: str = DEFAULT_MODEL) -> bool:
    """Whether the nearest release is about what is asked."""
    return bool(releases) and _beyond_usual(releases[0], asked_in, model) >= -_FAR


def _beyond_usual(ranked: RankedRelease, asked_in: Language, model: str) -> float:
    """How much nearer a release is than is usual; 0 for another model, whose similarities lie elsewhere."""
    if model != DEFAULT_MODEL:
        return 0.0
    return ranked.best.similarity - _USUAL[asked_in, ranked.release.language]
