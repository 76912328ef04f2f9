"""Trains the reader: on choosing among passages of press releases, and on reading in general so as not to forget it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from index.network import open_tokenizer
from qa.reader_input import pair_each
from qa.reader_network import ReaderNetwork
from qa.trained import WordEmbeddings, word_embeddings
from qa.trained_network import unpack_weights
from qa.training.examples import Example

__all__ = ["shares", "train"]

# How much faster the head learns, where it is new and where it goes on.
_NEW_HEAD_FASTER, _HEAD_FASTER = 10.0, 3.0
_BETAS = (0.9, 0.98)
_WARM_UP = 0.05
_WEIGHT_DECAY = 0.01
_LONGEST_GRADIENT = 1.0
# Batches whose groups are sorted by length together, so that little is padded.
_SORTED_BATCHES = 16
# What a passage without answer counts, beside 1 for one with an answer: there are more of them.
_NOWHERE = 0.4
# Numbers drawn in advance to drop values by; drawing them anew for each layer takes a tenth of the time.
_DRAWN = 1 << 24
# Steps after which an interrupted run has something to go on from.
_KEPT = 300
# The score of what cannot be an answer.
_IMPOSSIBLE = -1e4


def train(
    model_folder: Path,
    groups: Sequence[Sequence[Example]],
    held_out: Sequence[Sequence[Example]],
    seed: int,
    report: Callable[[str], None],
    keep: Callable[[ReaderNetwork], None] = lambda network: None,
    *,
    start: Path | None = None,
    rate: float = 1.5e-4,
    frozen: int = 0,
    batch: int = 48,
) -> ReaderNetwork:
    """The reader trained once on each of `groups`, examples that share a question; on a GPU where there is one.

    `report` hears of loss and time left; `keep` gets the network now and then. `start` names weights to go on from.
    `rate` is the highest learning rate: warmed up to, then falling to nothing. `frozen` layers from the bottom stay
    as they are. `batch`: sequences in a step, the passages of a question together.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    tokenizer = open_tokenizer(model_folder)
    words = word_embeddings(model_folder)
    network = ReaderNetwork(model_folder, for_training=True)
    if start:
        unpack_weights(load_file(start), network)
    if torch.cuda.is_available():
        network.to("cuda")
    else:
        _drop_by_drawn_numbers(network)
    network.encoder.embeddings.requires_grad_(False)
    for number, layer in enumerate(network.encoder.encoder.layer):
        layer.requires_grad_(number >= frozen)
    head_faster = _HEAD_FASTER if start else _NEW_HEAD_FASTER
    optimiser = torch.optim.AdamW(_parameters(network, rate, head_faster), betas=_BETAS)
    batches = list(_batches(groups, batch, chance))
    steps = len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, steps))
    started, losses = time.monotonic(), []
    network.train()
    for step, together in enumerate(batches, 1):
        loss = _loss(network, tokenizer, words, together)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 25 == 0 or step == steps:
            left = (time.monotonic() - started) / step * (steps - step)
            report(f"reader: {step} of {steps}, loss {np.mean(losses[-50:]):.3f}, {left / 60:.1f} min left")
        if step % _KEPT == 0 and step < steps:
            keep(network)
    exact, chosen = shares(network, tokenizer, words, held_out)
    report(f"exact on held out {exact:.3f}, of the right passage among the group's {chosen:.3f}")
    return network.cpu()


def _pace(step: int, steps: int) -> float:
    """The share of the highest learning rate at a step: up in a line, then down in one."""
    warm = max(1, int(_WARM_UP * steps))
    return (step + 1) / warm if step < warm else max(0.02, (steps - step) / max(1, steps - warm))


def _parameters(network: ReaderNetwork, rate: float, head_faster: float) -> list[dict[str, object]]:
    """What is learned, for the optimiser: matrices are kept small, the rest and the head are not."""
    encoder = [weights for weights in network.encoder.parameters() if weights.requires_grad]
    return [
        {"params": [weights for weights in encoder if weights.dim() > 1], "lr": rate, "weight_decay": _WEIGHT_DECAY},
        {"params": [weights for weights in encoder if weights.dim() < 2], "lr": rate, "weight_decay": 0.0},
        {"params": list(network.head.parameters()), "lr": rate * head_faster, "weight_decay": 0.0},
    ]


class _DrawnDropout(nn.Module):
    """Drops values by numbers drawn once, from a place of chance on."""

    def __init__(self, kept: Tensor) -> None:
        super().__init__()
        self._kept = kept

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        count = values.numel()
        first = int(torch.randint(0, len(self._kept) - count, ()))
        return values * self._kept[first : first + count].view(values.shape)


def _drop_by_drawn_numbers(network: ReaderNetwork) -> None:
    share = network.encoder.config.hidden_dropout_prob
    kept = ((torch.rand(_DRAWN) >= share) / (1 - share)).to(torch.bfloat16)
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Dropout) and child.p:
                setattr(module, name, _DrawnDropout(kept))


def _batches(
    groups: Sequence[Sequence[Example]], size: int, chance: random.Random
) -> Iterator[Sequence[Sequence[Example]]]:
    """All groups in an order of chance, in batches of about one length."""
    order = list(groups)
    chance.shuffle(order)
    batches: list[list[Sequence[Example]]] = []
    together: list[Sequence[Example]] = []
    for group in order:
        together.append(group)
        if sum(map(len, together)) >= size * _SORTED_BATCHES or group is order[-1]:
            batches.extend(_of_one_length(together, size))
            together = []
    chance.shuffle(batches)
    yield from batches


def _of_one_length(groups: Sequence[Sequence[Example]], size: int) -> Iterator[list[Sequence[Example]]]:
    batch: list[Sequence[Example]] = []
    for group in sorted(groups, key=lambda group: max(len(one.passage) + len(one.title) for one in group)):
        if batch and sum(map(len, batch)) + len(group) > size:
            yield batch
            batch = []
        batch.append(group)
    if batch:
        yield batch


def _loss(
    network: ReaderNetwork, tokenizer: Tokenizer, words: WordEmbeddings, groups: Sequence[Sequence[Example]]
) -> Tensor:
    """Where the answer starts and ends: cross-entropy within each passage, and among all of a question's passages.

    Within a passage "no answer" competes; among passages only answers do.
    """
    batch = [example for group in groups for example in group]
    scores, spans = _scores(network, tokenizer, words, batch)
    starts, ends = (places.to(scores.device) for places in _targets(spans, batch))
    counts = torch.where(starts + ends > 0, 1.0, _NOWHERE)
    losses = [counts @ _crossed(scores, starts, ends) / counts.sum()]
    answers = scores.clone()
    answers[:, 0] = _IMPOSSIBLE
    first = 0
    for group in groups:
        rows = answers[first : first + len(group)]
        if group[0].end:
            flat = rows.reshape(1, -1, 2)  # the right passage is the first one
            losses.append(_crossed(flat, starts[first : first + 1], ends[first : first + 1]).sum() / len(groups))
        first += len(group)
    return torch.stack(losses).sum()


def _crossed(scores: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Cross-entropy of first and last token of each row, (rows,)."""
    first = cross_entropy(scores[..., 0], starts, reduction="none")
    return (first + cross_entropy(scores[..., 1], ends, reduction="none")) / 2


def _scores(
    network: ReaderNetwork, tokenizer: Tokenizer, words: WordEmbeddings, batch: Sequence[Example]
) -> tuple[Tensor, np.ndarray]:
    """Scores of (examples, tokens, 2), the ones that cannot be an answer far below, and the tokens' spans."""
    read = pair_each(tokenizer, [(example.question, example.title, example.passage) for example in batch])
    device = next(network.parameters()).device
    with torch.autocast(device.type, dtype=torch.bfloat16):
        scores = network(torch.from_numpy(words[read.ids]).to(device), torch.from_numpy(read.mask).to(device)).float()
    possible = read.spans[..., 0] >= 0
    possible[:, 0] = True  # no answer
    return scores.masked_fill(~torch.from_numpy(possible)[..., None].to(device), _IMPOSSIBLE), read.spans


def _targets(spans: np.ndarray, batch: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """The first and the last token of each answer, 0 where there is none."""
    starts, ends = [], []
    for places, example in zip(spans, batch, strict=True):
        inside = np.flatnonzero((places[:, 1] > example.start) & (places[:, 0] < example.end) & (places[:, 0] >= 0))
        starts.append(inside[0] if example.end and len(inside) else 0)
        ends.append(inside[-1] if example.end and len(inside) else 0)
    return torch.tensor(starts), torch.tensor(ends)


@torch.no_grad()
def shares(
    network: ReaderNetwork, tokenizer: Tokenizer, words: WordEmbeddings, groups: Sequence[Sequence[Example]]
) -> tuple[float, float]:
    """How well the reader does on groups: shares of 1.

    Of the passages, those whose likeliest first and last token are the right ones; of the groups with
    an answer, those whose right passage has the highest odds of all against "no answer".
    """
    network.eval()
    right = passages = chosen = asked = 0
    for group in groups:
        scores, spans = _scores(network, tokenizer, words, group)
        starts, ends = (places.to(scores.device) for places in _targets(spans, group))
        right += int(((scores[..., 0].argmax(1) == starts) & (scores[..., 1].argmax(1) == ends)).sum())
        passages += len(group)
        if group[0].end:
            odds = scores[:, 1:].amax(1).sum(1) - scores[:, 0].sum(1)
            chosen += int(odds.argmax() == 0)
            asked += 1
    return right / max(1, passages), chosen / max(1, asked)
