"""Decides whether the releases answer at all."""

from __future__ import annotations

from collections.abc import Sequence

from index.release import Language
from qa.rank import RankedRelease

__all__ = ["answers"]

# The least late-interaction similarity at which a release is taken to answer, by whether question and
# release share a language. Calibrated on dev.jsonl: see "Refusing" in benchmarks/README.md.
_LEAST_SIMILARITY = {True: 0.0, False: 0.0}


def answers(releases: Sequence[RankedRelease], asked_in: Language) -> bool:
    """Whether the best release is near enough to the question to be quoted."""
    if not releases:
        return False
    best = releases[0]
    return best.best.similarity >= _LEAST_SIMILARITY[best.release.language == asked_in]
