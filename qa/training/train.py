"""Trains the reader: two stages, first on reading in general, then on press releases."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import cross_entropy

from qa.reader_input import open_tokenizer, pair_each
from qa.reader_network import ReaderNetwork, build_network, word_embeddings
from qa.training.examples import Example

__all__ = ["Stage", "exact_share", "train"]

_BATCH = 12
_HEAD_FASTER = 10.0
_WARM_UP = 0.06
_WEIGHT_DECAY = 0.01
_LONGEST_GRADIENT = 1.0
# Batches whose examples are sorted by length together, so that little is padded.
_SORTED_BATCHES = 16


@dataclass(frozen=True, slots=True)
class Stage:
    """Passes over examples with a highest learning rate, which is warmed up to and falls to nothing.

    `frozen` layers from the bottom stay as they are: they know words, not questions, and cost time.
    """

    name: str
    examples: Sequence[Example]
    learning_rate: float
    passes: int = 1
    frozen: int = 3


def train(
    model_folder: Path,
    stages: Sequence[Stage],
    held_out: Sequence[Example],
    seed: int,
    report: Callable[[str], None],
    keep: Callable[[ReaderNetwork, str], None] = lambda network, name: None,
    start: Path | None = None,
) -> ReaderNetwork:
    """The trained reader. `report` hears of loss and time left; `keep` gets the network after each pass.

    `start` names weights that `keep` kept, to go on from.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    tokenizer = open_tokenizer(model_folder)
    words = word_embeddings(model_folder)
    network = build_network(model_folder, for_training=True)
    if start:
        network.load_state_dict(load_file(start))
    for stage in stages:
        _run(stage, network, tokenizer, words, chance, report, keep)
        report(f"{stage.name}: exact on held out {exact_share(network, tokenizer, words, held_out):.3f}")
    return network


def _run(
    stage: Stage,
    network: ReaderNetwork,
    tokenizer: Tokenizer,
    words: np.ndarray,
    chance: random.Random,
    report: Callable[[str], None],
    keep: Callable[[ReaderNetwork, str], None],
) -> None:
    network.encoder.embeddings.requires_grad_(False)
    for number, layer in enumerate(network.encoder.encoder.layer):
        layer.requires_grad_(number >= stage.frozen)
    optimiser = torch.optim.AdamW(_groups(network, stage.learning_rate), weight_decay=_WEIGHT_DECAY)
    steps = math.ceil(len(stage.examples) / _BATCH) * stage.passes
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, steps))
    started, step, losses = time.monotonic(), 0, []
    for number in range(stage.passes):
        network.train()
        for batch in _batches(stage.examples, chance):
            loss = _loss(network, tokenizer, words, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
            optimiser.step()
            schedule.step()
            step += 1
            losses.append(float(loss.detach()))
            if step % 25 == 0:
                left = (time.monotonic() - started) / step * (steps - step)
                report(f"{stage.name}: {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")
        keep(network, f"{stage.name}-{number + 1}")


def _pace(step: int, steps: int) -> float:
    """The share of the highest learning rate at a step: up in a line, then down in one."""
    warm = max(1, int(_WARM_UP * steps))
    return (step + 1) / warm if step < warm else max(0.02, (steps - step) / max(1, steps - warm))


def _groups(network: ReaderNetwork, rate: float) -> list[dict[str, object]]:
    encoder = [parameter for parameter in network.encoder.parameters() if parameter.requires_grad]
    return [
        {"params": encoder, "lr": rate},
        {"params": list(network.head.parameters()), "lr": rate * _HEAD_FASTER},
    ]


def _batches(examples: Sequence[Example], chance: random.Random) -> Iterator[Sequence[Example]]:
    """All examples in an order of chance, in batches of about one length."""
    order = list(examples)
    chance.shuffle(order)
    batches: list[Sequence[Example]] = []
    for start in range(0, len(order), _BATCH * _SORTED_BATCHES):
        together = order[start : start + _BATCH * _SORTED_BATCHES]
        together.sort(key=lambda example: len(example.passage) + len(example.title) + len(example.question))
        batches.extend(together[first : first + _BATCH] for first in range(0, len(together), _BATCH))
    chance.shuffle(batches)
    yield from batches


def _loss(network: ReaderNetwork, tokenizer: Tokenizer, words: np.ndarray, batch: Sequence[Example]) -> Tensor:
    """Cross-entropy of where the answer starts and ends, among the passage's tokens and "no answer"."""
    scores, spans = _scores(network, tokenizer, words, batch)
    starts, ends = _targets(spans, batch)
    return (cross_entropy(scores[..., 0], starts) + cross_entropy(scores[..., 1], ends)) / 2


def _scores(
    network: ReaderNetwork, tokenizer: Tokenizer, words: np.ndarray, batch: Sequence[Example]
) -> tuple[Tensor, np.ndarray]:
    """Scores of (examples, tokens, 2), the ones that cannot be an answer far below, and the tokens' spans."""
    read = pair_each(tokenizer, [(example.question, example.title, example.passage) for example in batch])
    scores = network(torch.from_numpy(words[read.ids]), torch.from_numpy(read.mask))
    possible = read.spans[..., 0] >= 0
    possible[:, 0] = True  # no answer
    return scores.masked_fill(~torch.from_numpy(possible)[..., None], -1e4), read.spans


def _targets(spans: np.ndarray, batch: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """The first and the last token of each answer, 0 where there is none."""
    starts, ends = [], []
    for places, example in zip(spans, batch, strict=True):
        inside = np.flatnonzero((places[:, 1] > example.start) & (places[:, 0] < example.end) & (places[:, 0] >= 0))
        starts.append(inside[0] if example.end and len(inside) else 0)
        ends.append(inside[-1] if example.end and len(inside) else 0)
    return torch.tensor(starts), torch.tensor(ends)


@torch.no_grad()
def exact_share(network: ReaderNetwork, tokenizer: Tokenizer, words: np.ndarray, examples: Sequence[Example]) -> float:
    """The share of examples whose likeliest first and last token are the right ones."""
    network.eval()
    right = 0
    for first in range(0, len(examples), _BATCH):
        batch = examples[first : first + _BATCH]
        scores, spans = _scores(network, tokenizer, words, batch)
        starts, ends = _targets(spans, batch)
        right += int(((scores[..., 0].argmax(1) == starts) & (scores[..., 1].argmax(1) == ends)).sum())
    return right / max(1, len(examples))
