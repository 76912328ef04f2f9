"""Trains the query adapter: of the passages near a question, the one with its answer is to come first.

Only the questions' side learns, against passage vectors as the index holds them. What competes with
the right passage are others of its release, those nearest of other releases, and the right ones of
other questions; of the last two, what matters is finding the release.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize
from torch.nn.utils.rnn import pad_sequence

from index.network import open_tokenizer
from index.release import LANGUAGES, Language, canonical_url
from qa.adapter_network import AdapterNetwork
from qa.reader_input import own_tokens
from qa.trained import WordEmbeddings, word_embeddings
from qa.training.examples import TrainingQuestion
from qa.training.groups import Nearness

__all__ = ["Pair", "gather_pairs", "train_adapter"]

_PASSES = 2
_BATCH = 16
_RATE, _QUICK_RATE = 5e-5, 1e-2
_WARM_UP = 0.06
_LONGEST_GRADIENT = 1.0
# Layers from the bottom that stay as they are: what is trained is a third of the weights, and seven megabytes.
_FROZEN = 8
# Wrong passages beside the right one: of its release, and of the nearest of others.
_OF_RELEASE, _OF_OTHERS, _NEAREST = 6, 6, 30
# What the right passages of the other questions of a batch count, beside 1 for those chosen.
_IN_BATCH = 0.5
# How sharply passages compete at first; learned from there.
_SHARPNESS = 40.0
_PADDING = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the place of the passage with its answer among those of a `Nearness`.

    `wrong`: places of passages of that release without the answer; `others`: of other releases, nearest first.
    """

    question: str
    language: Language
    release: str
    right: int
    wrong: tuple[int, ...]
    others: tuple[int, ...]


def gather_pairs(questions: Sequence[TrainingQuestion], near: Nearness) -> Iterator[Pair]:
    """The answered questions in both languages, with the passages that are to compete."""
    for question in questions:
        url = canonical_url(question.url)
        release = near.releases.get(url)
        if release is None or release.content_hash != question.content_hash:
            continue
        home = near.home(url, question.start, question.end)
        if home is None:
            continue  # no answer, or one that is cut in two
        answer = release.text[question.start : question.end]
        wrong = tuple(place for place in near.own[url] if answer not in near.pieces[place][1].text)
        for language in LANGUAGES:
            asked = question.questions[language]
            cosines = near.cosines(asked, language, release.language)
            nearest = (-cosines).argsort()[: 2 * _NEAREST].tolist()
            others = [place for place in nearest if near.pieces[place][0] != url]
            others = [place for place in others if answer not in near.pieces[place][1].text][:_NEAREST]
            yield Pair(asked, language, url, home, wrong, tuple(others))


def train_adapter(
    pairs: Sequence[Pair], near: Nearness, folder: Path, seed: int, report: Callable[[str], None]
) -> AdapterNetwork:
    """The trained adapter, on the embedding model in `folder`, by cross-entropy among passages.

    Trained at once are late interaction of a question's weighed tokens and the cosine of its mean, as
    both find and choose passages. `near` must have kept its tokens.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = AdapterNetwork(folder, for_training=True).train()
    network.encoder.embeddings.requires_grad_(False)
    for number, layer in enumerate(network.encoder.encoder.layer):
        layer.requires_grad_(number >= _FROZEN)
    learner = _Learner(network, open_tokenizer(folder), word_embeddings(folder), near)
    slow = [weights for weights in network.encoder.parameters() if weights.requires_grad]
    quick = [network.weigh, learner.late_sharpness, learner.cosine_sharpness]
    optimiser = torch.optim.AdamW(
        [{"params": slow, "lr": _RATE}, {"params": quick, "lr": _QUICK_RATE}], weight_decay=0.0
    )
    batches = [batch for _ in range(_PASSES) for batch in _batches(pairs, chance)]
    steps, warm = len(batches), max(1, int(_WARM_UP * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))
    )
    started, losses = time.monotonic(), []
    for step, batch in enumerate(batches, 1):
        loss = learner.loss(batch, chance)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            left = (time.monotonic() - started) / step * (steps - step)
            report(f"adapter: {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")
    return network


def _batches(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Sequence[Pair]]:
    order = list(pairs)
    chance.shuffle(order)
    for first in range(0, len(order), _BATCH):
        yield order[first : first + _BATCH]


class _Learner:
    """The loss of a batch of questions."""

    def __init__(self, network: AdapterNetwork, tokenizer: Tokenizer, words: WordEmbeddings, near: Nearness) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._words = words
        self._near = near
        self._vectors = torch.from_numpy(near.vectors)
        self.late_sharpness = nn.Parameter(torch.tensor(_SHARPNESS).log())
        self.cosine_sharpness = nn.Parameter(torch.tensor(_SHARPNESS).log())

    def loss(self, batch: Sequence[Pair], chance: random.Random) -> Tensor:
        """The mean over questions of cross-entropy by late interaction and by cosine."""
        tokens, weights, vectors = self._encode([pair.question for pair in batch])
        rights = self._tokens([pair.right for pair in batch])
        losses = []
        for row, pair in enumerate(batch):
            wrong = [*_some(pair.wrong, _OF_RELEASE, chance), *_some(pair.others, _OF_OTHERS, chance)]
            chosen = [pair.right, *wrong]
            late = _late_interaction(tokens[row], weights[row], *self._tokens(chosen))
            losses.append(_first_of(late * self.late_sharpness.exp()))
            # Its own right passage first, then those of other releases.
            rest = [place for place, other in enumerate(batch) if other.release != pair.release]
            beside = [row, *rest]
            late = _late_interaction(tokens[row], weights[row], rights[0][beside], rights[1][beside])
            losses.append(_IN_BATCH * _first_of(late * self.late_sharpness.exp()))
            cosines = self._vectors[[*chosen, *(batch[place].right for place in rest)]] @ vectors[row]
            losses.append(_first_of(cosines * self.cosine_sharpness.exp()))
        return torch.stack(losses).sum() / len(batch)

    def _encode(self, questions: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """Token vectors, (questions, tokens, dimension); their weights, (questions, tokens); the vectors."""
        read = [own_tokens(self._tokenizer, question) for question in questions]
        longest = max(len(ids) for ids, _ in read)
        ids = np.full((len(read), longest), _PADDING, np.int64)
        mask = np.zeros((len(read), longest), np.int64)
        own = np.zeros((len(read), longest), bool)
        for row, (those, places) in enumerate(read):
            ids[row, : len(those)], mask[row, : len(those)], own[row, places] = those, 1, True
        present = torch.from_numpy(mask)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self._network(torch.from_numpy(self._words[ids]), present).float()
        tokens = normalize(states, dim=-1)
        weights = (tokens @ self._network.weigh).masked_fill(~torch.from_numpy(own), -1e4).softmax(-1)
        mean = (states * present[..., None]).sum(1) / present.sum(1, keepdim=True)
        return tokens, weights, normalize(mean, dim=-1)

    def _tokens(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The token vectors of passages, padded, (passages, tokens, dimension), and which are padding."""
        parts = [torch.from_numpy(self._near.tokens(place)).float() for place in places]
        padded = pad_sequence(parts, batch_first=True)
        lengths = torch.tensor([len(part) for part in parts])
        return padded, torch.arange(padded.shape[1])[None] >= lengths[:, None]


def _late_interaction(question: Tensor, weights: Tensor, passages: Tensor, absent: Tensor) -> Tensor:
    """As `index.token_vectors.late_interaction`, of full vectors: (passages,)."""
    similarity = torch.einsum("qd,pnd->pqn", question, passages).masked_fill(absent[:, None], -1.0)
    return similarity.amax(-1) @ weights


def _first_of(scores: Tensor) -> Tensor:
    """Cross-entropy of the first of some scores, (passages,), being the right one."""
    return cross_entropy(scores[None], torch.tensor([0]))


def _some(places: Sequence[int], count: int, chance: random.Random) -> list[int]:
    return chance.sample(list(places), min(count, len(places)))
