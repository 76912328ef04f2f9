"""The reader as a network: the embedding model's own encoder, and on top where an answer starts and ends.

Question and passage go in as one sequence, so that every token of the passage is read with the
question in view, which similarity of two separate vectors cannot do (Devlin et al. 2019, "BERT",
section 4.3: the first token stands for "no answer here").

Imported where it is used: it needs torch.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from qa.trained_network import TrainedNetwork, build_encoder

__all__ = ["ReaderNetwork"]


class ReaderNetwork(TrainedNetwork):
    """From the word embeddings of sequences to two scores a token: an answer starts here, ends here.

    `forward` gives them as (sequences, tokens, 2).
    """

    def __init__(self, folder: Path, *, for_training: bool = False) -> None:
        """An untrained one on the weights of the embedding model in `folder`."""
        encoder = build_encoder(folder, for_training=for_training)
        super().__init__(encoder)
        self.head = nn.Linear(encoder.config.hidden_size, 2)

    def forward(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        scores: Tensor = self.head(self.hidden(embeddings, mask))
        return scores
