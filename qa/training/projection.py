"""Trains the projection of token vectors: narrow and in two bits, they are to rank passages as they do whole.

Nothing but two matrices learns; the encoder and the query adapter stay as they are. They begin as the largest
directions of what differs between tokens (principal components), and learn from questions with the passages
that compete for them: the scores by whole vectors are to be met, in how they rank (Kullback and Leibler) and in what
they are, so that all that was calibrated on them holds; and a little, the right passage is to come first.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from index.codes import LEVELS, THRESHOLDS
from index.embed import Encoder
from qa.adapter import QueryAdapter
from qa.shift import LanguageShift
from qa.training.adapter import Pair
from qa.training.groups import Nearness

__all__ = ["PAIRS", "Asked", "Scorer", "ask", "learn", "parted", "train_projection"]

# Dimensions that are kept: with 96 the right release comes before what 62,732 have nearest for .63 of the held-out
# questions, with 128 or all 384 for .64 ("Token vectors" in benchmarks/README.md).
_KEPT = 128
PAIRS = 9_000
_PASSES, _BATCH = 3, 16
_RATE = 1e-3
_WARM_UP = 30
# Wrong passages beside the right one: of its release, and of the nearest of others.
_OF_RELEASE, _OF_OTHERS, _NEAREST = 5, 10, 20
# How sharply passages compete; what an error in a score counts, and the right passage not coming first.
_SHARPNESS, _EXACT, _RIGHT = 60.0, 1000.0, 0.5
# Passages whose tokens the largest directions are taken from.
_SAMPLE = 2_500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the passages of its release's language see it, unprojected: its token vectors and the adapted
    ones, (tokens, dimension) each, how much each adapted one counts, (tokens,), its vector, (dimension,), and the one
    that passages are looked for with."""

    tokens: NDArray[np.float16]
    adapted: NDArray[np.float16]
    weights: NDArray[np.float32]
    vector: NDArray[np.float32]
    searched: NDArray[np.float32]


class Scorer(nn.Module):
    """Late interaction by something that learns."""

    def scores(self, asked: Asked, near: Nearness, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Of the passages at some places, by the tokens as they are and the adapted ones, (2, passages): by what is
        kept of the vectors, and by whole ones."""
        question = torch.from_numpy(np.concatenate([asked.tokens, asked.adapted]).astype(np.float32))
        shared, rest = zip(*(parted(near, place) for place in places), strict=True)
        lengths = [len(part) for part in rest]
        passage = torch.repeat_interleave(torch.arange(len(places)), torch.tensor(lengths))
        whole = torch.from_numpy(np.concatenate(rest))
        in_common = (question @ torch.from_numpy(np.stack(shared)).T)[:, passage]
        kept = self.kept(question, whole, places) + in_common
        with torch.no_grad():
            exact = question @ whole.T + in_common
        return _late(kept, lengths, asked), _late(exact, lengths, asked)

    def kept(self, question: Tensor, rest: Tensor, places: Sequence[int]) -> Tensor:
        """What question tokens have in common with what is kept of the rests of passages' tokens: (question, rest)."""
        raise NotImplementedError


class _Projection(Scorer):
    """The two matrices, and late interaction by them in two bits."""

    def __init__(self, start: NDArray[np.float32]) -> None:
        super().__init__()
        self.passages = nn.Parameter(torch.from_numpy(start.copy()))
        self.questions = nn.Parameter(torch.from_numpy(start.copy()))
        self._levels, self._thresholds = torch.tensor(LEVELS), torch.tensor(THRESHOLDS)

    def kept(self, question: Tensor, rest: Tensor, places: Sequence[int]) -> Tensor:
        """As `Scorer.kept`."""
        return (question @ self.questions) @ self._coded(rest @ self.passages).T

    def _coded(self, rest: Tensor) -> Tensor:
        """As `index.codes.TwoBits` codes them; gradients go past the coding ("straight through")."""
        scale = rest.std(dim=1, keepdim=True, unbiased=False).clamp_min(1e-6)
        with torch.no_grad():
            coded = self._levels[torch.bucketize(rest / scale, self._thresholds, right=True)] * scale
        return rest + (coded - rest).detach()


def parted(near: Nearness, place: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the tokens of a passage share, (dimension,), and what each has besides, (tokens, dimension)."""
    tokens, vector = near.tokens(place).astype(np.float32), near.vectors[place]
    shared = (tokens @ vector).mean() * vector
    return shared, tokens - shared


def train_projection(
    pairs: Sequence[Pair],
    near: Nearness,
    encoder: Encoder,
    shift: LanguageShift,
    adapter: QueryAdapter,
    seed: int,
    report: Callable[[str], None],
) -> dict[str, Tensor]:
    """The projection's matrices in half precision, by name. `near` must have kept its tokens."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    pairs = chance.sample(list(pairs), min(PAIRS, len(pairs)))
    report(f"projection: encoding {len(pairs)} questions")
    asked = [ask(pair, near, encoder, shift, adapter) for pair in pairs]
    projection = _Projection(_largest(near, chance))
    learn(
        projection,
        {"passages": _RATE, "questions": _RATE},
        pairs,
        asked,
        near,
        _PASSES,
        chance,
        lambda line: report(f"projection: {line}"),
    )
    return {name: weights.detach().to(torch.float16) for name, weights in projection.named_parameters()}


def learn(
    scorer: Scorer,
    rates: Mapping[str, float],
    pairs: Sequence[Pair],
    asked: Sequence[Asked],
    near: Nearness,
    passes: int,
    chance: random.Random,
    report: Callable[[str], None],
) -> None:
    """Lets a scorer learn from so many passes over pairs; `rates` has the learning rate of each of its parameters."""
    optimiser = torch.optim.Adam(
        [{"params": [weights], "lr": rates[name]} for name, weights in scorer.named_parameters()]
    )
    order = [number for _ in range(passes) for number in chance.sample(range(len(pairs)), len(pairs))]
    steps = len(order) // _BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / _WARM_UP, max(0.02, (steps - step) / max(1, steps)))
    )
    started, losses = time.monotonic(), []
    for step in range(1, steps + 1):
        batch = order[(step - 1) * _BATCH : step * _BATCH]
        loss = torch.stack([_loss(scorer, pairs[n], asked[n], near, chance) for n in batch]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            left = (time.monotonic() - started) / step * (steps - step)
            report(f"{step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")


def ask(pair: Pair, near: Nearness, encoder: Encoder, shift: LanguageShift, adapter: QueryAdapter) -> Asked:
    """The question of a pair, encoded."""
    question, passages_in = encoder.encode_question(pair.question), near.releases[pair.release].language
    tokens, vector = shift.moved(question, pair.language, passages_in)
    adapted = adapter.adapt(pair.question)
    searched = shift.to(question, pair.language, passages_in, adapted).vector
    return Asked(tokens.astype(np.float16), adapted.tokens.astype(np.float16), adapted.weights, vector, searched)


def _late(similarity: Tensor, lengths: list[int], asked: Asked) -> Tensor:
    best = torch.stack([part.amax(dim=1) for part in torch.split(similarity, lengths, dim=1)], dim=1)
    count = len(asked.tokens)
    return torch.stack([best[:count].mean(dim=0), torch.from_numpy(asked.weights) @ best[count:]])


def _loss(scorer: Scorer, pair: Pair, asked: Asked, near: Nearness, chance: random.Random) -> Tensor:
    wrong = chance.sample(pair.wrong, min(_OF_RELEASE, len(pair.wrong)))
    others = chance.sample(pair.others[:_NEAREST], min(_OF_OTHERS, len(pair.others[:_NEAREST])))
    chosen = [pair.right, *wrong, *others]
    kept, whole = scorer.scores(asked, near, chosen)
    vectors = torch.from_numpy(near.vectors[chosen])
    aim = torch.log_softmax(_SHARPNESS * whole, dim=1)
    ranked = (aim.exp() * (aim - torch.log_softmax(_SHARPNESS * kept, dim=1))).sum()
    # As releases are ranked (`qa.rank`), days and words aside; and as passages of one are chosen (`qa.read`).
    score = _SHARPNESS * (0.5 * kept.sum(dim=0) + 0.5 * vectors @ torch.from_numpy(asked.vector))
    own = 1 + len(wrong)
    release = torch.logsumexp(score, dim=0) - torch.logsumexp(score[:own], dim=0)
    passage = cross_entropy(_SHARPNESS * kept[1:, :own], torch.tensor([0]))
    return ranked + 2 * _EXACT * mse_loss(kept, whole) + _RIGHT * (release + passage)


def _largest(near: Nearness, chance: random.Random) -> NDArray[np.float32]:
    """The largest directions of what differs between the tokens of a passage, (dimension, kept), in random turn: so
    that each of the coded dimensions has about as much of it."""
    dimension = near.vectors.shape[1]
    spread = np.zeros((dimension, dimension))
    for place in chance.sample(range(len(near.pieces)), min(_SAMPLE, len(near.pieces))):
        _, rest = parted(near, place)
        spread += rest.T @ rest
    largest = np.linalg.eigh(spread)[1][:, ::-1][:, :_KEPT]
    turn = np.linalg.qr(np.random.default_rng(chance.randrange(2**32)).normal(size=(_KEPT, _KEPT)))[0]
    return np.asarray(largest @ turn, np.float32)
