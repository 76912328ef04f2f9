"""The reader as a network: the embedding model's own encoder, and on top where an answer starts and ends.

Question and passage go in as one sequence, so that every token of the passage is read with the
question in view, which similarity of two separate vectors cannot do (Devlin et al. 2019, "BERT",
section 4.3: the first token stands for "no answer here"). The word embeddings, nine tenths of the
model's weights, are those of the embedding model and are looked up outside the network.

Imported where it is used: it needs torch.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from index.network import compress, quiet_libraries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from transformers import BertModel

__all__ = ["ReaderNetwork", "build_network", "convert", "pack_weights", "unpack_weights", "word_embeddings"]

# Ends of the names under which a matrix is kept in eight bits, and the scale of each of its rows.
_CODES, _SCALES = ".codes", ".scales"


class ReaderNetwork(nn.Module):
    """From the word embeddings of sequences to two scores a token: an answer starts here, ends here.

    `forward(embeddings, mask)`: embeddings of shape (sequences, tokens, dimension) and the attention
    mask (sequences, tokens) give scores of shape (sequences, tokens, 2).
    """

    encoder: BertModel

    def __init__(self, encoder: BertModel, dimension: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(dimension, 2)

    def forward(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        # The mask as it is added to attention scores; made here, it can be traced for any shape.
        bias = (1.0 - mask[:, None, None, :].to(embeddings.dtype)) * -1e4
        hidden = self.encoder(inputs_embeds=embeddings, attention_mask=bias).last_hidden_state
        scores: Tensor = self.head(hidden)
        return scores


def build_network(folder: Path, *, for_training: bool = False) -> ReaderNetwork:
    """An untrained reader on the weights of the embedding model in `folder`.

    For training, attention is computed in one fused step, which can be done without dropout only; the
    plain form is the one that OpenVINO converts.
    """
    quiet_libraries()
    from transformers import AutoModel

    options = {"attn_implementation": "sdpa", "attention_probs_dropout_prob": 0.0} if for_training else {}
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, **{"attn_implementation": "eager", **options})
    encoder.embeddings.word_embeddings = nn.Identity()  # looked up outside
    return ReaderNetwork(encoder, encoder.config.hidden_size)


def pack_weights(network: ReaderNetwork, folder: Path) -> dict[str, Tensor]:
    """What differs from the embedding model in `folder`: matrices in eight bits a weight, the rest in half precision.

    Each row of a matrix has a scale of its own, so that the largest of its weights is 127 steps.
    """
    base = build_network(folder).state_dict()
    packed: dict[str, Tensor] = {}
    for name, weights in network.state_dict().items():
        if name.startswith("encoder") and torch.equal(weights, base[name]):
            continue
        if weights.dim() == 2:
            scales = (weights.abs().amax(dim=1, keepdim=True) / 127).clamp_min(1e-9)
            packed[name + _CODES] = (weights / scales).round().to(torch.int8)
            packed[name + _SCALES] = scales.to(torch.float32)
        else:
            packed[name] = weights.to(torch.float16)
    return packed


def unpack_weights(packed: Mapping[str, Tensor], network: ReaderNetwork) -> None:
    """Puts packed weights into a network built on the same embedding model.

    Raises `ValueError` where a weight fits no place in it.
    """
    weights = {}
    for name, tensor in packed.items():
        if name.endswith(_CODES):
            name = name.removesuffix(_CODES)
            tensor = tensor.to(torch.float32) * packed[name + _SCALES]
        elif name.endswith(_SCALES):
            continue
        weights[name] = tensor.to(torch.float32)
    unknown = network.load_state_dict(weights, strict=False).unexpected_keys
    if unknown:
        raise ValueError(f"weights of another network: {', '.join(unknown[:3])}")


def convert(folder: Path, weights: Path, out: Path, *, in_bytes: bool = False) -> None:
    """Writes the reader as an OpenVINO model to `out`: its weights on those of the model in `folder`.

    `in_bytes` keeps the weights in eight bits there too.
    """
    import openvino
    from safetensors.torch import load_file

    network = build_network(folder)
    unpack_weights(load_file(weights), network)
    words = word_embeddings(folder)
    example = (torch.tensor(words[:24]).reshape(2, 12, -1), torch.ones(2, 12, dtype=torch.int64))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
        model = openvino.convert_model(network.eval(), example_input=example)
    openvino.save_model(compress(model) if in_bytes else model, out)


def word_embeddings(folder: Path) -> NDArray[np.float32]:
    """The word embeddings of the model in `folder`, (vocabulary, dimension), mapped from its file."""
    import json

    import numpy as np

    path = folder / "model.safetensors"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    name = next(name for name in header if name.endswith("word_embeddings.weight"))
    tensor = header[name]
    if tensor["dtype"] != "F32":
        raise ValueError(f"the word embeddings in {path} are {tensor['dtype']}, not F32")
    first, _ = tensor["data_offsets"]
    return np.memmap(path, np.float32, "r", 8 + length + first, tuple(tensor["shape"]))
