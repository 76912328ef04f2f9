"""Trains the query adapter: of the passages near a question, the one with its answer is to come first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from index.embed import Encoded, Encoder, passage_text
from index.release import LANGUAGES, Release, canonical_url
from index.split import Splitter
from qa.shift import LanguageShift
from qa.training.examples import TrainingQuestion

__all__ = ["Pairs", "gather_pairs", "train_adapter"]

_PASSES = 2
_BATCH = 16
_RATE = 1e-3
_WARM_UP = 20
# Wrong passages beside the right one: of its release, and of others, drawn from those nearest by their vectors.
_OF_RELEASE, _OF_OTHERS, _NEAREST = 8, 8, 25
# How strongly the map is held to leave tokens as they are.
_HOLD = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
    """A question as its passages' language sees it; the passage with its answer, and others of that release."""

    tokens: NDArray[np.float32]
    vector: NDArray[np.float32]
    right: int
    wrong: tuple[int, ...]
    release: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Questions, the encoded passages that they point into, and the release of each passage."""

    pairs: Sequence[Pair]
    passages: Sequence[Encoded]
    releases: Sequence[str]


def gather_pairs(
    questions: Sequence[TrainingQuestion],
    releases: Mapping[str, Release],
    splitter: Splitter,
    encoder: Encoder,
    shift: LanguageShift,
) -> Pairs:
    """Encodes the passages of the releases and the answered questions on them, in both languages."""
    pieces = [(address, piece) for address, release in sorted(releases.items()) for piece in splitter.split(release)]
    texts = [passage_text(releases[address].title, piece.text) for address, piece in pieces]
    places: dict[str, list[int]] = {}
    for place, (address, _) in enumerate(pieces):
        places.setdefault(address, []).append(place)

    def pairs() -> Iterator[Pair]:
        for question in questions:
            address = canonical_url(question.url)
            release = releases.get(address)
            if release is None or release.content_hash != question.content_hash or question.start is None:
                continue
            start, end = question.start, question.end or question.start
            answer, own = release.text[start:end], places[address]
            home = next((p for p in own if pieces[p][1].start <= start and end <= pieces[p][1].end), None)
            if home is None:
                continue  # the answer is cut in two
            wrong = tuple(place for place in own if answer not in pieces[place][1].text)
            for language in LANGUAGES:
                asked = encoder.encode_question(question.questions[language])
                tokens, vector = shift.unrotated(asked, language, release.language)
                yield Pair(tokens, vector, home, wrong, address)

    return Pairs(list(pairs()), list(encoder.encode_passages(texts)), [address for address, _ in pieces])


def train_adapter(data: Pairs, seed: int, report: Callable[[str], None]) -> dict[str, Tensor]:
    """The weights of a `qa.adapter.QueryAdapter`, in half precision, by cross-entropy among passages.

    The score that is trained is late interaction plus the cosine of the whole passage, as passages to
    read are chosen, each with a scale of its own.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    dimension = data.passages[0].vector.shape[0]
    turn, move = nn.Parameter(torch.eye(dimension)), nn.Parameter(torch.zeros(dimension))
    weigh = nn.Parameter(torch.zeros(dimension))
    sharpness, cosine = nn.Parameter(torch.tensor(40.0).log()), nn.Parameter(torch.tensor(0.5))
    quick = [weigh, sharpness, cosine]
    optimiser = torch.optim.Adam([{"params": [turn, move], "lr": _RATE}, {"params": quick, "lr": 10 * _RATE}])
    vectors = torch.from_numpy(np.stack([passage.vector for passage in data.passages]))
    others = [_others(pair, data, vectors) for pair in data.pairs]
    steps = _PASSES * -(-len(data.pairs) // _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: max(0.02, min((step + 1) / _WARM_UP, (steps - step) / steps))
    )
    losses: list[float] = []
    for _ in range(_PASSES):
        order = list(range(len(data.pairs)))
        chance.shuffle(order)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            loss = _HOLD * ((turn - torch.eye(dimension)) ** 2).sum()
            for place in batch:
                pair = data.pairs[place]
                wrong = [*_some(pair.wrong, _OF_RELEASE, chance), *_some(others[place], _OF_OTHERS, chance)]
                chosen = [pair.right, *wrong]
                tokens = torch.from_numpy(pair.tokens)
                turned = normalize(tokens @ turn + move, dim=-1)
                late = _late_interaction(turned, torch.softmax(tokens @ weigh, 0), chosen, data.passages)
                scores = (late + cosine * (vectors[chosen] @ torch.from_numpy(pair.vector))) * sharpness.exp()
                loss = loss + cross_entropy(scores[None], torch.tensor([0])) / len(batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if len(losses) % 50 == 0:
                report(f"adapter: {len(losses)} of {steps}, loss {np.mean(losses[-50:]):.3f}")
    return {name: weights.detach().half() for name, weights in (("turn", turn), ("move", move), ("weigh", weigh))}


def _others(pair: Pair, data: Pairs, vectors: Tensor) -> list[int]:
    """The passages of other releases nearest to a question by their vectors."""
    order = torch.argsort(vectors @ torch.from_numpy(pair.vector), descending=True).tolist()
    return [place for place in order[: 2 * _NEAREST] if data.releases[place] != pair.release][:_NEAREST]


def _some(places: Sequence[int], count: int, chance: random.Random) -> list[int]:
    return chance.sample(list(places), min(count, len(places)))


def _late_interaction(question: Tensor, weights: Tensor, places: Sequence[int], passages: Sequence[Encoded]) -> Tensor:
    """As `index.token_vectors.late_interaction`, of full vectors: (places,)."""
    tokens = [torch.from_numpy(passages[place].tokens) for place in places]
    padded = nn.utils.rnn.pad_sequence(tokens, batch_first=True)
    absent = torch.arange(padded.shape[1])[None] >= torch.tensor([len(part) for part in tokens])[:, None]
    similarity = torch.einsum("qd,pnd->pqn", question, padded).masked_fill(absent[:, None], -1.0)
    return similarity.amax(-1) @ weights
