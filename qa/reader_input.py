"""What trained networks read: a question, or a question and a passage as one sequence, and where the tokens stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.embed import passage_text
from index.network import rounded_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

__all__ = ["Sequences", "own_tokens", "padded", "pair_each", "pair_up"]

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


def own_tokens(tokenizer: Tokenizer, question: str) -> tuple[list[int], NDArray[np.intp]]:
    """The token ids of a question with its prompt, and which of them are the question's own: no prompt, not special."""
    import numpy as np

    reading = tokenizer.encode(_QUERY + question)
    kept = _kept(reading)
    special = np.asarray(reading.special_tokens_mask, bool)[kept]
    ends = np.asarray(reading.offsets, np.int32)[kept, 1]
    return np.asarray(reading.ids)[kept].tolist(), np.flatnonzero(~special & (ends > len(_QUERY)))


def padded(ids: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids as a batch of one sequence, padded, and its mask; both of shape (1, tokens)."""
    import numpy as np

    row = np.full((1, rounded_length(len(ids))), _PADDING, np.int64)
    row[0, : len(ids)] = ids
    return row, (np.arange(row.shape[1])[None] < len(ids)).astype(np.int64)


def pair_up(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> Sequences:
    """The sequences of one question and each of some passages, given as (headline, text)."""
    return pair_each(tokenizer, [(question, title, text) for title, text in passages])


def pair_each(tokenizer: Tokenizer, rows: Sequence[tuple[str, str, str]]) -> Sequences:
    """The sequences of rows of (question, headline, text), prompted as the embedding model was trained."""
    import numpy as np

    texts = [_PASSAGE + passage_text(title, text) for _, title, text in rows]
    readings = tokenizer.encode_batch([(_QUERY + row[0], text) for row, text in zip(rows, texts, strict=True)])
    kept = [_kept(reading) for reading in readings]
    longest = min(rounded_length(max(map(len, kept))), _LONGEST)
    ids = np.full((len(rows), longest), _PADDING, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    spans = np.full((len(rows), longest, 2), -1, np.int32)
    for row, (reading, own, text, (_, _, passage)) in enumerate(zip(readings, kept, texts, rows, strict=True)):
        length = len(own)
        ids[row, :length] = np.asarray(reading.ids)[own]
        mask[row, :length] = 1
        behind = len(text) - len(passage)
        places = np.asarray(reading.offsets, np.int32)[own] - behind
        of_passage = np.array([sequence == 1 for sequence in reading.sequence_ids])[own] & (places[:, 1] > 0)
        spans[row, :length][of_passage] = np.maximum(places[of_passage], 0)
    return Sequences(ids, mask, spans)


def _kept(reading: Encoding) -> NDArray[np.intp]:
    """Which tokens of a text, or of a pair of texts, are kept where there are too many: of the pair, the longer loses.

    As the tokenizer itself would cut it off if it were told to (`longest_first`). It is not told to, for it is the
    one that counts the tokens of passages too: a quarter of a million words take time and memory to load.
    """
    import numpy as np

    count = len(reading.ids)
    if count <= _LONGEST:
        return np.arange(count)
    of = np.array([-1 if sequence is None else sequence for sequence in reading.sequence_ids])
    first, second = np.flatnonzero(of == 0), np.flatnonzero(of == 1)
    room = _LONGEST - int((of < 0).sum())
    shorter = min(len(first), len(second), room // 2)
    if len(first) <= len(second):
        first, second = first[:shorter], second[: room - shorter]
    else:
        first, second = first[: room - shorter], second[:shorter]
    return np.sort(np.concatenate([np.flatnonzero(of < 0), first, second]))
