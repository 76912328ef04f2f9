"""What trained networks read: a question, or a question and a passage as one sequence, and where the tokens stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import passage_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["Sequences", "open_tokenizer", "own_tokens", "pair_each", "pair_up"]

# As the embedding model was trained.
_QUERY, _PASSAGE = "query: ", "passage: "

# Tokens of a sequence; a passage has at most 180, its headline and a question seldom more than 60 each.
_LONGEST = 384
_PADDING = 1


@dataclass(frozen=True, slots=True)
class Sequences:
    """Sequences padded to one length.

    `ids` and `mask`: (sequences, tokens). `spans`: (sequences, tokens, 2), where in its passage each
    token stands, as character offsets; (-1, -1) for tokens of the question, of the headline and of
    nothing.
    """

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    spans: NDArray[np.int32]


def open_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of the model in `folder`; of a pair that is too long, the longer one is cut.

    One for all who ask: a quarter of a million words take time and memory. It is not to be changed.
    """
    return _open((folder / "tokenizer.json").resolve())


@cache
def _open(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(_LONGEST, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def own_tokens(tokenizer: Tokenizer, question: str) -> tuple[list[int], NDArray[np.intp]]:
    """The token ids of a question with its prompt, and which of them are the question's own: no prompt, not special."""
    import numpy as np

    reading = tokenizer.encode(_QUERY + question)
    special = np.asarray(reading.special_tokens_mask, bool)
    ends = np.asarray(reading.offsets, np.int32)[:, 1]
    return list(reading.ids), np.flatnonzero(~special & (ends > len(_QUERY)))


def pair_up(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> Sequences:
    """The sequences of one question and each of some passages, given as (headline, text)."""
    return pair_each(tokenizer, [(question, title, text) for title, text in passages])


def pair_each(tokenizer: Tokenizer, rows: Sequence[tuple[str, str, str]]) -> Sequences:
    """The sequences of rows of (question, headline, text), prompted as the embedding model was trained."""
    import numpy as np

    texts = [_PASSAGE + passage_text(title, text) for _, title, text in rows]
    readings = tokenizer.encode_batch([(_QUERY + row[0], text) for row, text in zip(rows, texts, strict=True)])
    longest = max(len(reading.ids) for reading in readings)
    ids = np.full((len(rows), longest), _PADDING, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    spans = np.full((len(rows), longest, 2), -1, np.int32)
    for row, (reading, text, (_, _, passage)) in enumerate(zip(readings, texts, rows, strict=True)):
        length = len(reading.ids)
        ids[row, :length] = reading.ids
        mask[row, :length] = 1
        behind = len(text) - len(passage)
        places = np.asarray(reading.offsets, np.int32) - behind
        of_passage = np.array([sequence == 1 for sequence in reading.sequence_ids]) & (places[:, 1] > 0)
        spans[row, :length][of_passage] = np.maximum(places[of_passage], 0)
    return Sequences(ids, mask, spans)
