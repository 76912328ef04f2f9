"""The query adapter as a network: the embedding model's encoder for questions, trained on what answers them.

Late interaction with the passages' vectors is what it is trained for: at first as the index holds them (as in Zhan et
al. 2021, "Optimizing Dense Retrieval Model Training with Hard Negatives", where training the query side alone serves an
index that is there), and then with those of an embedding model that learns beside it.

Imported where it is used: it needs torch.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from qa.trained_network import TrainedNetwork, build_encoder

__all__ = ["AdapterNetwork"]


class AdapterNetwork(TrainedNetwork):
    """From the word embeddings of questions to the last states of their tokens, (questions, tokens, dimension).

    `weigh`, (dimension,), says of a state of length 1 how much its token counts: the softmax of `states @ weigh`.
    """

    def __init__(self, folder: Path, *, for_training: bool = False) -> None:
        """An untrained one, which leaves questions as they are, on the embedding model in `folder`."""
        encoder = build_encoder(folder, for_training=for_training)
        super().__init__(encoder)
        self.weigh = nn.Parameter(torch.zeros(encoder.config.hidden_size))

    def forward(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        return self.hidden(embeddings, mask)
