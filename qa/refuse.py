"""Decides whether the releases answer at all."""

from __future__ import annotations

from collections.abc import Sequence

from index.release import Language
from index.settings import DEFAULT_MODEL
from qa.rank import RankedRelease

__all__ = ["answers"]

# The least late-interaction similarity at which a release is taken to answer, by the languages of
# question and release. Calibrated on dev.jsonl so that about 4 % of the questions that are answered
# there fall below: see "Refusing" in benchmarks/README.md. Similarities of another model lie
# elsewhere, so with another model nothing is refused but what finds nothing.
_LEAST_SIMILARITY: dict[tuple[Language, Language], float] = {
    ("th", "th"): 0.83,
    ("th", "en"): 0.80,
    ("en", "en"): 0.805,
    ("en", "th"): 0.755,
}


def answers(releases: Sequence[RankedRelease], asked_in: Language, model: str = DEFAULT_MODEL) -> bool:
    """Whether the best release is near enough to the question to be quoted."""
    if not releases:
        return False
    best = releases[0]
    least = _LEAST_SIMILARITY[asked_in, best.release.language] if model == DEFAULT_MODEL else 0.0
    return best.best.similarity >= least
