"""Reads passages with the question in view and says where the answer stands, or that it does not.

The reader is the embedding model with other weights in its upper layers, trained on questions over
press releases (`qa.training`); the weights come with the project, as what is to be added to the
embedding model's own. It runs on OpenVINO, like the embedding model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.network import has_fast_bytes, run_batches
from index.settings import Settings
from qa.reader_input import pair_up
from qa.trained import Trained

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.trained_network import TrainedNetwork

    Array = NDArray[np.float32]

__all__ = ["WEIGHTS", "Reader", "Span", "likely_spans"]

WEIGHTS = Path(__file__).with_name("reader.safetensors")

# Tokens of the longest answer: reasons and lists are long, and nothing longer is one answer.
_LONGEST_ANSWER = 80
# Likeliest first and last tokens that are paired.
_ENDS = 12
# Answers named in a passage.
_SPANS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A likely answer, `passage[start:end]`.

    `score`: the log-odds that the answer stands there, whatever part of it is named or whatever beside it, against "no
    answer in this passage".
    """

    start: int
    end: int
    score: float


class Reader:
    """The reader behind one verb. Nothing is loaded before the first use; safe to use from many threads.

    Raises `ModelUnavailable` where the default embedding model, which it is made from, is not to be had.
    """

    def __init__(
        self, settings: Settings, report: Callable[[str], None] = lambda line: None, weights: Path = WEIGHTS
    ) -> None:
        self._trained = Trained(settings, report, weights, _network)

    @cached_property
    def is_fast(self) -> bool:
        """Whether this processor reads a passage in about 40 ms, not in 100: see "Latency" in benchmarks/README.md."""
        return has_fast_bytes()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[list[Span]]:
        """The likeliest answers to a question in each passage, given as (headline, text), best first."""
        if not passages:
            return []
        parts = self._trained.load()
        # One passage a batch: together they would be padded, which takes longer.
        sequences = [pair_up(parts.tokenizer, question, [passage]) for passage in passages]
        scores = run_batches(parts.network, [[parts.words[one.ids], one.mask] for one in sequences])
        return [likely_spans(score[0], one.spans[0]) for score, one in zip(scores, sequences, strict=True)]


def _network(folder: Path) -> TrainedNetwork:
    from qa.reader_network import ReaderNetwork

    return ReaderNetwork(folder)


def likely_spans(scores: Array, places: NDArray[np.int32]) -> list[Span]:
    """The likeliest answers in a passage that do not overlap, best first, three at most.

    `scores`: (tokens, 2), of an answer starting and ending at a token; of none in the passage, at the first one.
    `places`: (tokens, 2), where in the passage each token stands, as character offsets; (-1, -1) for those outside it.
    """
    import numpy as np

    own = np.flatnonzero(places[:, 0] >= 0)
    if not len(own):
        return []
    starts, ends = scores[own, 0], scores[own, 1]
    no_answer = float(scores[0, 0] + scores[0, 1])
    first = np.argsort(-starts)[:_ENDS]
    last = np.argsort(-ends)[:_ENDS]
    pairs = [(float(starts[a] + ends[b]), int(a), int(b)) for a in first for b in last if a <= b < a + _LONGEST_ANSWER]
    found: list[tuple[int, int]] = []
    for _, a, b in sorted(pairs, reverse=True):
        if len(found) < _SPANS and all(b < other or a > end for other, end in found):
            found.append((a, b))
    # Of all first tokens with all last ones; those that are no answer are not likely at all.
    lengths = np.arange(len(own))[None] - np.arange(len(own))[:, None]
    likely = np.where((lengths >= 0) & (lengths < _LONGEST_ANSWER), starts[:, None] + ends[None], -np.inf)
    # "45 days", "days" and "no more than 45 days" are one answer, and what speaks for each speaks for it.
    spans = [
        Span(int(places[own[a], 0]), int(places[own[b], 1]), _log_sum(likely[: b + 1, a:]) - no_answer)
        for a, b in found
    ]
    return sorted(spans, key=lambda span: -span.score)


def _log_sum(scores: Array) -> float:
    """The logarithm of the sum of what scores are the logarithms of."""
    import numpy as np

    highest = float(scores.max())
    return highest + float(np.log(np.exp(scores - highest).sum()))
