"""Trains the projection of token vectors: narrow and in two bits, they are to rank passages as they do whole.

Nothing but two matrices learns; the encoder and the query adapter stay as they are. They begin as the largest
directions of what differs between tokens (principal components), and learn from questions with the passages
that compete for them: the scores by whole vectors are to be met, in how they rank (Kullback and Leibler) and in what
they are, so that all that was calibrated on them holds; and a little, the right passage is to come first.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from index.embed import Encoder
from index.token_vectors import LEVELS, THRESHOLDS
from qa.adapter import QueryAdapter
from qa.shift import LanguageShift
from qa.training.adapter import Pair
from qa.training.groups import Nearness

__all__ = ["train_projection"]

# Dimensions that are kept: with 96 the right release comes before what 62,732 have nearest for .63 of the held-out
# questions, with 128 or all 384 for .64 ("Token vectors" in benchmarks/README.md).
_KEPT = 128
_PAIRS, _PASSES, _BATCH = 9_000, 3, 16
_RATE = 1e-3
_WARM_UP = 30
# Wrong passages beside the right one: of its release, and of the nearest of others.
_OF_RELEASE, _OF_OTHERS, _NEAREST = 5, 10, 20
# How sharply passages compete; what an error in a score counts, and the right passage not coming first.
_SHARPNESS, _EXACT, _RIGHT = 60.0, 1000.0, 0.5
# Passages whose tokens the largest directions are taken from.
_SAMPLE = 2_500


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as the passages of its release's language see it, unprojected: its token vectors and the adapted
    ones, (tokens, dimension) each, how much each adapted one counts, (tokens,), and its vector, (dimension,)."""

    tokens: NDArray[np.float16]
    adapted: NDArray[np.float16]
    weights: NDArray[np.float32]
    vector: NDArray[np.float32]


class _Projection(nn.Module):
    """The two matrices, and late interaction by them."""

    def __init__(self, start: NDArray[np.float32]) -> None:
        super().__init__()
        self.passages = nn.Parameter(torch.from_numpy(start.copy()))
        self.questions = nn.Parameter(torch.from_numpy(start.copy()))
        self._levels, self._thresholds = torch.tensor(LEVELS), torch.tensor(THRESHOLDS)

    def scores(self, asked: _Asked, tokens: Sequence[Tensor], vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Late interaction with each passage, by the tokens as they are and the adapted ones, (2, passages): by what
        is kept of the vectors, and by whole ones."""
        question = torch.from_numpy(np.concatenate([asked.tokens, asked.adapted]).astype(np.float32))
        lengths = [len(part) for part in tokens]
        passage = torch.repeat_interleave(torch.arange(len(tokens)), torch.tensor(lengths))
        reach = torch.stack([(part @ vector).mean() for part, vector in zip(tokens, vectors, strict=True)])
        shared = vectors * reach[:, None]
        rest = torch.cat(list(tokens)) - shared[passage]
        in_common = (question @ shared.T)[:, passage]
        kept = (question @ self.questions) @ self._coded(rest @ self.passages).T + in_common
        with torch.no_grad():
            whole = question @ rest.T + in_common
        return self._late(kept, lengths, asked), self._late(whole, lengths, asked)

    def _late(self, similarity: Tensor, lengths: list[int], asked: _Asked) -> Tensor:
        best = torch.stack([part.amax(dim=1) for part in torch.split(similarity, lengths, dim=1)], dim=1)
        count = len(asked.tokens)
        return torch.stack([best[:count].mean(dim=0), torch.from_numpy(asked.weights) @ best[count:]])

    def _coded(self, rest: Tensor) -> Tensor:
        """As `pack_tokens` codes them; gradients go past the coding ("straight through")."""
        scale = rest.std(dim=1, keepdim=True, unbiased=False).clamp_min(1e-6)
        with torch.no_grad():
            coded = self._levels[torch.bucketize(rest / scale, self._thresholds, right=True)] * scale
        return rest + (coded - rest).detach()


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
    pairs = chance.sample(list(pairs), min(_PAIRS, len(pairs)))
    report(f"projection: encoding {len(pairs)} questions")
    asked = [_ask(pair, near, encoder, shift, adapter) for pair in pairs]
    projection = _Projection(_largest(near, chance))
    optimiser = torch.optim.Adam(projection.parameters(), lr=_RATE)
    order = [number for _ in range(_PASSES) for number in chance.sample(range(len(pairs)), len(pairs))]
    steps = len(order) // _BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / _WARM_UP, max(0.02, (steps - step) / max(1, steps)))
    )
    started, losses = time.monotonic(), []
    for step in range(1, steps + 1):
        batch = order[(step - 1) * _BATCH : step * _BATCH]
        loss = torch.stack([_loss(projection, pairs[n], asked[n], near, chance) for n in batch]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            left = (time.monotonic() - started) / step * (steps - step)
            report(f"projection: {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")
    return {name: weights.detach().to(torch.float16) for name, weights in projection.named_parameters()}


def _ask(pair: Pair, near: Nearness, encoder: Encoder, shift: LanguageShift, adapter: QueryAdapter) -> _Asked:
    question, passages_in = encoder.encode_question(pair.question), near.releases[pair.release].language
    tokens, vector = shift.moved(question, pair.language, passages_in)
    adapted = adapter.adapt(pair.question)
    return _Asked(tokens.astype(np.float16), adapted.tokens.astype(np.float16), adapted.weights, vector)


def _loss(projection: _Projection, pair: Pair, asked: _Asked, near: Nearness, chance: random.Random) -> Tensor:
    wrong = chance.sample(pair.wrong, min(_OF_RELEASE, len(pair.wrong)))
    others = chance.sample(pair.others[:_NEAREST], min(_OF_OTHERS, len(pair.others[:_NEAREST])))
    chosen = [pair.right, *wrong, *others]
    tokens = [torch.from_numpy(near.tokens(place)).float() for place in chosen]
    vectors = torch.from_numpy(near.vectors[chosen])
    kept, whole = projection.scores(asked, tokens, vectors)
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
        tokens = near.tokens(place).astype(np.float32)
        rest = tokens - (tokens @ near.vectors[place]).mean() * near.vectors[place]
        spread += rest.T @ rest
    largest = np.linalg.eigh(spread)[1][:, ::-1][:, :_KEPT]
    turn = np.linalg.qr(np.random.default_rng(chance.randrange(2**32)).normal(size=(_KEPT, _KEPT)))[0]
    return np.asarray(largest @ turn, np.float32)
