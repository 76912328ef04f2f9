"""Trains the embedding model for press releases: its upper layers, and the query adapter that goes with them.

Questions and passages go through one model, whose upper layers learn low-rank updates (Hu et al. 2021, "LoRA");
beside it the query adapter learns on. What is learned is what releases are ranked by, days included: of the passages
near a question, those of the release that answers it are to come first; and of these the one with the answer, by what
passages are chosen by. Some questions of each batch are on another kind of text, so that the model does not forget it.
The weights that are shipped learned from what an index of the whole public corpus has near each question, the adapter
among them from what it was before; here it is what the releases of the questions have, and the adapter goes on from
the shipped one. Cosine and days count as they did then, half and once; what they count in ranking now was chosen on
what came of it (`qa.rank`).
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear, normalize
from torch.nn.utils.rnn import pad_sequence

from index.embed import passage_text
from index.network import open_tokenizer, rounded_length
from index.release import LANGUAGES, Language
from qa.adapter import WEIGHTS as ADAPTER
from qa.adapter_network import AdapterNetwork
from qa.rank import worth_of_days
from qa.reader_input import own_tokens
from qa.trained import WordEmbeddings, word_embeddings
from qa.trained_network import TrainedNetwork, build_encoder, unpack_weights
from qa.training.adapter import Pair
from qa.training.examples import Example
from qa.training.groups import Nearness
from qa.when import find_days

__all__ = ["Competitor", "Contest", "contests_on_releases", "general_contests", "train_encoder"]

# Layers from the bottom that stay as they are, and the rank of the updates of those above.
_FROZEN, _RANK = 6, 32
# Questions of a batch on releases, and on other texts.
_BATCH, _GENERAL = 6, 2
# Wrong passages beside the right one: of its release, and of the nearest of others.
_OF_RELEASE, _OF_OTHERS, _NEAREST = 2, 3, 20
_RATE, _ADAPTER_RATE, _QUICK_RATE = 4e-4, 3e-5, 2e-3
_ADAPTER_FROZEN = 8
_WARM_UP = 50
_LONGEST_GRADIENT = 1.0
# How sharply passages compete at first; learned from there.
_SHARPNESS = 40.0
# What cosine alone counts, which finds passages, beside what ranks them.
_FINDING = 0.5
_PASSAGE = "passage: "
_LONGEST, _PADDING = 384, 1
# Passages that go through the model together.
_TOGETHER = 16
# Steps after which the means of each language's questions, by which a question is moved, are taken anew.
_MEANS_KEPT = 50
# The day that days in training questions count from: they name theirs whole.
_TODAY = dt.date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Competitor:
    """A passage as the model reads it, the text it is from, and what its date is worth for the question."""

    text: str
    source: str
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Contest:
    """A question, the passage that answers it, `wrong` ones of the same release, and those near of `others`."""

    question: str
    language: Language
    passages_in: Language
    right: Competitor
    wrong: tuple[Competitor, ...] = ()
    others: tuple[Competitor, ...] = ()


def contests_on_releases(pairs: Iterable[Pair], near: Nearness) -> Iterator[Contest]:
    """Each pair with the passages that compete for it."""
    for pair in pairs:
        days = find_days(pair.question, _TODAY)

        def competitor(place: int, days: Sequence[object] = days) -> Competitor:
            url, piece = near.pieces[place]
            release = near.releases[url]
            worth = worth_of_days(release.date, days) if release.date else 0.0  # type: ignore[arg-type]
            return Competitor(passage_text(release.title, piece.text), url, worth)

        yield Contest(
            pair.question,
            pair.language,
            near.releases[pair.release].language,
            competitor(pair.right),
            tuple(competitor(place) for place in pair.wrong),
            tuple(competitor(place) for place in pair.others[:_NEAREST]),
        )


def general_contests(examples: Iterable[Example], language: Language) -> Iterator[Contest]:
    """Questions on other texts: only what else is in a batch competes."""
    for example in examples:
        right = Competitor(passage_text(example.title, example.passage), f"{example.title}\n{example.passage}")
        yield Contest(example.question, language, language, right)


def train_encoder(
    contests: Sequence[Contest],
    general: Sequence[Contest],
    steps: int,
    folder: Path,
    seed: int,
    report: Callable[[str], None],
) -> tuple[dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]], AdapterNetwork]:
    """The updates by the name of the matrix in the model's file that each is for, and the adapter.

    `folder` holds the embedding model as it is without updates. Raises `ValueError` where there is no contest.
    """
    if not contests:
        raise ValueError("no question is on a release of the corpus")
    torch.manual_seed(seed)
    chance = random.Random(seed)
    learner = _Learner(folder)
    optimiser = torch.optim.AdamW(learner.groups(), weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / _WARM_UP, max(0.02, (steps - step) / steps))
    )
    of_releases, of_others = _endless(contests, chance), _endless(general, chance)
    started, losses = time.monotonic(), []
    for step in range(1, steps + 1):
        if step % _MEANS_KEPT == 1:
            learner.take_means()
        batch = [next(of_releases) for _ in range(_BATCH)]
        batch += [next(of_others) for _ in range(_GENERAL if general else 0)]
        loss = learner.loss(batch, chance)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for group in optimiser.param_groups:
            torch.nn.utils.clip_grad_norm_(group["params"], _LONGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 25 == 0 or step == steps:
            left = (time.monotonic() - started) / step * (steps - step)
            report(f"encoder: {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")
    return learner.updates(), learner.adapter


def _endless(contests: Sequence[Contest], chance: random.Random) -> Iterator[Contest]:
    while contests:
        yield from chance.sample(contests, len(contests))


class _LowRank(nn.Module):
    """A layer with a low-rank update beside it, which is nothing at first."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.right = nn.Parameter(torch.randn(_RANK, layer.in_features) * layer.in_features**-0.5)
        self.left = nn.Parameter(torch.zeros(layer.out_features, _RANK))

    def forward(self, states: Tensor) -> Tensor:
        below: Tensor = self.layer(states)
        return below + linear(linear(states, self.right), self.left)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """Texts: token vectors of length 1, (texts, tokens, dimension), which are a text's own, and vectors."""

    tokens: Tensor
    own: Tensor
    vectors: Tensor


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as `qa.shift.ShiftedQuestion` has it."""

    vector: Tensor
    tokens: Tensor
    adapted: Tensor
    weights: Tensor
    adapted_vector: Tensor
    turned: Tensor
    searched: Tensor


class _Learner:
    def __init__(self, folder: Path) -> None:
        self._tokenizer: Tokenizer = open_tokenizer(folder)
        self._words: WordEmbeddings = word_embeddings(folder)
        self._network = TrainedNetwork(build_encoder(folder, for_training=True))
        self._network.requires_grad_(False)
        self._updates: dict[str, _LowRank] = {}
        for number, layer in enumerate(self._network.encoder.encoder.layer):
            for name, part in list(layer.named_modules()) if number >= _FROZEN else []:
                if isinstance(part, nn.Linear):
                    update = _LowRank(part)
                    parent, _, own = name.rpartition(".")
                    setattr(layer.get_submodule(parent), own, update)
                    self._updates[f"encoder.layer.{number}.{name}.weight"] = update
        self.adapter = AdapterNetwork(folder, for_training=True)
        unpack_weights(load_file(ADAPTER), self.adapter)
        self.adapter.requires_grad_(False)
        for layer in self.adapter.encoder.encoder.layer[_ADAPTER_FROZEN:]:
            layer.requires_grad_(True)
        self.adapter.weigh.requires_grad_(True)
        for module in (*self._network.modules(), *self.adapter.modules()):
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self._sharpness = nn.Parameter(torch.full((4,), _SHARPNESS).log())
        table = files("qa").joinpath("parallel_questions.tsv").read_text(encoding="utf-8")
        self._parallel = list(csv.DictReader(table.splitlines(), delimiter="\t"))
        self._means: dict[Language, tuple[Tensor, Tensor]] = {}

    def groups(self) -> list[dict[str, object]]:
        """What is learned, for the optimiser."""
        updates = [weights for update in self._updates.values() for weights in (update.left, update.right)]
        slow = [weights for weights in self.adapter.encoder.parameters() if weights.requires_grad]
        return [
            {"params": updates, "lr": _RATE},
            {"params": slow, "lr": _ADAPTER_RATE},
            {"params": [self.adapter.weigh, self._sharpness], "lr": _QUICK_RATE},
        ]

    def updates(self) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """What was learned, by the name of the matrix in the model's file: (rows, rank) and (rank, columns)."""
        return {
            name: (update.left.detach().numpy().copy(), update.right.detach().numpy().copy())
            for name, update in self._updates.items()
        }

    @torch.no_grad()
    def take_means(self) -> None:
        """The mean vectors of ordinary questions in each language, of tokens and of whole questions."""
        for language in LANGUAGES:
            encoded = self._run(self._network, [self._question(row[language]) for row in self._parallel])
            self._means[language] = encoded.tokens[encoded.own].mean(0), encoded.vectors.mean(0)

    def loss(self, batch: Sequence[Contest], chance: random.Random) -> Tensor:
        """The mean over the questions of four cross-entropies: the release by all that ranks it, and by cosine alone;
        the passage by what chooses it, and by the adapter's cosine alone."""
        drawn = [
            [one.right, *_some(one.wrong, _OF_RELEASE, chance), *_some(one.others, _OF_OTHERS, chance)] for one in batch
        ]
        texts = sorted({competitor.text for some in drawn for competitor in some})
        place = {text: number for number, text in enumerate(texts)}
        source = {competitor.text: competitor.source for some in drawn for competitor in some}
        passages, absent, vectors = self._passages(texts)
        losses = []
        for one, some, asked in zip(batch, drawn, self._ask(batch), strict=True):
            there = {competitor.text for competitor in some}
            rest = [text for text in texts if text not in there and source[text] != one.right.source]
            rows = torch.tensor([*(place[competitor.text] for competitor in some), *(place[text] for text in rest)])
            own = sum(competitor.source == one.right.source for competitor in some)
            worth = torch.tensor([*(competitor.worth for competitor in some), *[0.0] * len(rest)])
            near, adapted = _late_interaction(asked, passages[rows], absent[rows])
            ranked = 0.5 * (near + adapted + vectors[rows] @ asked.searched) + worth
            chosen = adapted + 0.5 * vectors[rows] @ asked.turned
            sharp = self._sharpness.exp()
            losses += [
                _among_first(sharp[0] * ranked, own),
                _among_first(sharp[1] * chosen, 1),
                _FINDING * _among_first(sharp[2] * vectors[rows] @ asked.vector, own),
                _FINDING * _among_first(sharp[3] * vectors[rows] @ asked.adapted_vector, 1),
            ]
        return torch.stack(losses).sum() / len(batch)

    def _ask(self, batch: Sequence[Contest]) -> Iterator[_Asked]:
        read = [self._question(one.question) for one in batch]
        plain, turned = self._run(self._network, read), self._run(self.adapter, read)
        weights = (turned.tokens @ self.adapter.weigh).masked_fill(~turned.own, -1e4).softmax(-1)
        for row, one in enumerate(batch):
            own = plain.own[row]
            tokens, vector = plain.tokens[row][own], plain.vectors[row]
            if one.language != one.passages_in:
                from_tokens, from_vector = self._means[one.language]
                to_tokens, to_vector = self._means[one.passages_in]
                tokens = normalize(tokens - from_tokens + to_tokens, dim=-1)
                vector = normalize(vector - from_vector + to_vector, dim=-1)
            adapted_vector = turned.vectors[row]
            both = normalize(vector + adapted_vector, dim=-1)
            searched = vector if one.language == one.passages_in else both
            yield _Asked(vector, tokens, turned.tokens[row][own], weights[row][own], adapted_vector, both, searched)

    def _question(self, text: str) -> tuple[list[int], NDArray[np.intp]]:
        return own_tokens(self._tokenizer, text)

    def _passages(self, texts: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Token vectors, (passages, tokens, dimension), which of them are padding, and vectors."""
        read = [self._passage(text) for text in texts]
        order = sorted(range(len(read)), key=lambda number: -len(read[number][0]))
        tokens: dict[int, Tensor] = {}
        vectors: dict[int, Tensor] = {}
        for first in range(0, len(order), _TOGETHER):
            some = order[first : first + _TOGETHER]
            encoded = self._run(self._network, [read[number] for number in some])
            for row, number in enumerate(some):
                tokens[number], vectors[number] = encoded.tokens[row][encoded.own[row]], encoded.vectors[row]
        lengths = torch.tensor([len(tokens[number]) for number in range(len(read))])
        padded = pad_sequence([tokens[number] for number in range(len(read))], batch_first=True)
        absent = torch.arange(padded.shape[1])[None] >= lengths[:, None]
        return padded, absent, torch.stack([vectors[number] for number in range(len(read))])

    def _passage(self, text: str) -> tuple[list[int], NDArray[np.intp]]:
        reading = self._tokenizer.encode(_PASSAGE + text)
        ids = reading.ids if len(reading.ids) <= _LONGEST else [*reading.ids[: _LONGEST - 1], reading.ids[-1]]
        special = np.asarray(reading.special_tokens_mask, bool)[: len(ids)]
        ends = np.asarray(reading.offsets, np.int32)[: len(ids), 1]
        return ids, np.flatnonzero(~special & (ends > len(_PASSAGE)))

    def _run(self, network: TrainedNetwork, read: Sequence[tuple[list[int], NDArray[np.intp]]]) -> _Encoded:
        longest = rounded_length(max(len(ids) for ids, _ in read))
        ids = np.full((len(read), longest), _PADDING, np.int64)
        mask, own = np.zeros((len(read), longest), np.int64), np.zeros((len(read), longest), bool)
        for row, (those, places) in enumerate(read):
            ids[row, : len(those)], mask[row, : len(those)], own[row, places] = those, 1, True
        present = torch.from_numpy(mask)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = network.hidden(torch.from_numpy(self._words[ids]), present).float()
        mean = (states * present[..., None]).sum(1) / present.sum(1, keepdim=True)
        return _Encoded(normalize(states, dim=-1), torch.from_numpy(own), normalize(mean, dim=-1))


def _late_interaction(asked: _Asked, passages: Tensor, absent: Tensor) -> tuple[Tensor, Tensor]:
    """By the question's words as they are, each counting the same, and by the adapted ones: (passages,) each."""
    both = torch.cat([asked.tokens, asked.adapted])
    best = torch.einsum("qd,pnd->pqn", both, passages).masked_fill(absent[:, None], -1.0).amax(-1)
    count = len(asked.tokens)
    return best[:, :count].mean(dim=1), best[:, count:] @ asked.weights


def _among_first(scores: Tensor, count: int) -> Tensor:
    """Cross-entropy of one of the first `count` of some scores being the highest."""
    if count == 1:
        return cross_entropy(scores[None], torch.tensor([0]))
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[:count], 0)


def _some(competitors: Sequence[Competitor], count: int, chance: random.Random) -> list[Competitor]:
    return chance.sample(list(competitors), min(count, len(competitors)))
