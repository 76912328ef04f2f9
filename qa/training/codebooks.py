"""Learns the codebooks of token vectors, so that eight bytes a token rank passages as whole vectors do.

A projected token is coded as the sum of a codeword from each of eight codebooks, each of which codes what the ones
before it leave ("residual quantisation": Chen, Guan and Wang 2010, "Approximate nearest neighbor search by residual
vector quantization"):

1. Both sides of the projection are stretched, so that an error in a direction weighs as much as questions look that
   way (by the root of the second moment of their tokens).
2. The codebooks are the means of what is left at each stage, by k-means over a sample of tokens.
3. The codes stay as they are then, and what each codeword stands for when scores are computed learns, together with
   the questions' side, by the loss of `qa.training.projection` (Zhan et al. 2021, "Jointly Optimizing Query Encoder
   and Product Quantization to Improve Retrieval Performance").

Beside these, the directions in which Chroma is told of passages' own vectors: those that questions and passages have
most of their inner products in. The projection is one that `--projection` has learned; of one that was stretched
already nothing changes by stretching it again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from index.embed import Encoder
from qa.adapter import QueryAdapter
from qa.shift import LanguageShift
from qa.training.adapter import Pair
from qa.training.groups import Nearness
from qa.training.projection import PAIRS, Scorer, ask, learn, parted

__all__ = ["train_codebooks"]

# Eight bytes a token; directions that Chroma is told of a passage's vector, of 384. See "Token vectors" and "Vectors in
# Chroma" in benchmarks/README.md.
_STAGES, _CODEWORDS, _NEAR = 8, 256, 127
_PASSES = 2
# The learning rate against what the weights are on average: the questions' side is many times the codewords.
_RATE = 0.02
# Tokens that the codebooks are the means of, and how often these are taken.
_SAMPLE, _ROUNDS = 200_000, 20
# Share of the largest second moment below which a direction is not stretched further.
_LEAST = 1e-6

Array = NDArray[np.float32]


class _Coded(Scorer):
    """What codewords stand for, which learns, as the questions' side does."""

    def __init__(self, questions: Array, codewords: Tensor, codes: Sequence[Tensor]) -> None:
        super().__init__()
        self.questions = nn.Parameter(torch.from_numpy(questions.copy()))
        self.decoded = nn.Parameter(codewords.clone())
        self._codes = codes

    def kept(self, question: Tensor, rest: Tensor, places: Sequence[int]) -> Tensor:
        """As `Scorer.kept`."""
        codes = torch.cat([self._codes[place] for place in places]).long()
        tokens = torch.stack([book[stage] for book, stage in zip(self.decoded, codes.T, strict=True)]).sum(dim=0)
        return (question @ self.questions) @ tokens.T


def train_codebooks(
    matrices: tuple[Array, Array],
    pairs: Sequence[Pair],
    near: Nearness,
    encoder: Encoder,
    shift: LanguageShift,
    adapter: QueryAdapter,
    seed: int,
    report: Callable[[str], None],
) -> dict[str, Tensor]:
    """What `index.projection` reads, in half precision, by name.

    `matrices` are the projection's, for passages and for questions, (dimension, kept) each. `near` must have kept its
    tokens.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    pairs = chance.sample(list(pairs), min(PAIRS, len(pairs)))
    report(f"codebooks: encoding {len(pairs)} questions")
    asked = [ask(pair, near, encoder, shift, adapter) for pair in pairs]
    passages, questions = matrices
    seen = np.concatenate([tokens for one in asked for tokens in (one.tokens, one.adapted)]).astype(np.float32)
    stretch, back = _roots((seen @ questions).T @ (seen @ questions) / len(seen))
    passages, questions = passages @ stretch, questions @ back
    report("codebooks: taking means")
    codewords = _codebooks(_sample(near, passages, chance))
    report(f"codebooks: coding {len(near.pieces)} passages")
    codes = [_code(torch.from_numpy(parted(near, place)[1] @ passages), codewords) for place in range(len(near.pieces))]
    coded = _Coded(questions, codewords, codes)
    rates = {name: _RATE * float(weights.detach().std()) for name, weights in coded.named_parameters()}
    learn(coded, rates, pairs, asked, near, _PASSES, chance, lambda line: report(f"codebooks: {line}"))
    near_passages, near_questions = _directions(near.vectors, np.stack([one.searched for one in asked]))
    kept = {
        "passages": torch.from_numpy(passages),
        "questions": coded.questions.detach(),
        "codebooks": codewords,
        "decoded": coded.decoded.detach(),
        "near_passages": torch.from_numpy(near_passages),
        "near_questions": torch.from_numpy(near_questions),
    }
    return {name: weights.to(torch.float16).contiguous() for name, weights in kept.items()}


def _roots(moment: NDArray[np.floating[Any]]) -> tuple[Array, Array]:
    """The root of a second moment and its inverse, of a size that neither is far from 1 on average."""
    values, directions = np.linalg.eigh(moment.astype(np.float64))
    roots = np.sqrt(np.maximum(values, _LEAST * values[-1]))
    roots /= roots.mean()
    turned = directions * roots, directions / roots
    root, inverse = (np.asarray(part @ directions.T, np.float32) for part in turned)
    return root, inverse


def _sample(near: Nearness, passages: Array, chance: random.Random) -> Tensor:
    """The projected tokens of passages drawn at random: (tokens, kept)."""
    parts, count = [], 0
    for place in chance.sample(range(len(near.pieces)), len(near.pieces)):
        parts.append(parted(near, place)[1] @ passages)
        count += len(parts[-1])
        if count >= _SAMPLE:
            break
    return torch.from_numpy(np.concatenate(parts))


def _codebooks(tokens: Tensor) -> Tensor:
    """The codewords of all stages, (stages, codewords, kept)."""
    rest, books = tokens.clone(), []
    for _ in range(_STAGES):
        means = rest[torch.randperm(len(rest))[:_CODEWORDS]].clone()
        if len(means) < _CODEWORDS:
            means = torch.cat([means, means[torch.randint(len(means), (_CODEWORDS - len(means),))]])
        for _ in range(_ROUNDS):
            nearest = _nearest(rest, means)
            counts = torch.bincount(nearest, minlength=_CODEWORDS)
            sums = torch.zeros_like(means).index_add_(0, nearest, rest)
            means[counts > 0] = sums[counts > 0] / counts[counts > 0, None]
        rest -= means[_nearest(rest, means)]
        books.append(means)
    return torch.stack(books)


def _code(tokens: Tensor, codewords: Tensor) -> Tensor:
    """The codes of tokens, (tokens, stages)."""
    rest, codes = tokens.clone(), []
    for book in codewords:
        codes.append(_nearest(rest, book))
        rest -= book[codes[-1]]
    return torch.stack(codes, dim=1).to(torch.uint8)


def _nearest(tokens: Tensor, codewords: Tensor) -> Tensor:
    return torch.addmm(codewords.square().sum(dim=1), tokens, codewords.T, alpha=-2).argmin(dim=1)


def _directions(passages: Array, questions: Array) -> tuple[Array, Array]:
    """What passages and questions are multiplied by, (dimension, kept) each, so that the inner products of what comes
    out are off those of whole vectors by the least squares; passages are no more than turned, and cut."""
    root, inverse = _roots(questions.T @ questions / len(questions))
    stretched = passages @ root
    most = np.linalg.eigh((stretched.T @ stretched).astype(np.float64))[1][:, ::-1][:, :_NEAR]
    turned, rest = np.linalg.qr(root @ most)
    return np.asarray(turned, np.float32), np.asarray(inverse @ most @ rest.T, np.float32)
