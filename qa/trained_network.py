"""Networks trained on the embedding model's own encoder, and how what they learned is kept and converted.

The word embeddings, nine tenths of the model's weights, are those of the embedding model and are
looked up outside the network; of the rest, what differs is what the project ships.

Imported where it is used: it needs torch.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from index.convert import compress, quiet_libraries

if TYPE_CHECKING:
    from transformers import BertModel

    from qa.trained import WordEmbeddings

__all__ = ["TrainedNetwork", "build_encoder", "convert_trained", "pack_weights", "unpack_weights"]

# Ends of the names under which a matrix is kept in eight bits, and the scale of each of its rows.
_CODES, _SCALES = ".codes", ".scales"


class TrainedNetwork(nn.Module):
    """The embedding model's encoder, for networks that put something on top of it.

    Their `forward(embeddings, mask)` takes word embeddings of shape (sequences, tokens, dimension) and
    the attention mask (sequences, tokens).
    """

    encoder: BertModel

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def hidden(self, embeddings: Tensor, mask: Tensor) -> Tensor:
        """The last states of the tokens, (sequences, tokens, dimension)."""
        # The mask as it is added to attention scores; made here, it can be traced for any shape.
        bias = (1.0 - mask[:, None, None, :].to(embeddings.dtype)) * -1e4
        states: Tensor = self.encoder(inputs_embeds=embeddings, attention_mask=bias).last_hidden_state
        return states


def build_encoder(folder: Path, *, for_training: bool = False) -> BertModel:
    """The encoder of the embedding model in `folder`, without its word embeddings.

    Attention is computed in plain steps: that is the form that OpenVINO converts, and in bfloat16 on two cores it is
    faster than the fused one (9.7 against 7.8 sequences a second). Training goes without dropout in it.
    """
    quiet_libraries()
    from transformers import AutoModel

    options = {"attention_probs_dropout_prob": 0.0} if for_training else {}
    encoder: BertModel = AutoModel.from_pretrained(
        folder, add_pooling_layer=False, attn_implementation="eager", **options
    )
    encoder.embeddings.word_embeddings = nn.Identity()  # looked up outside
    return encoder


def pack_weights(network: TrainedNetwork, folder: Path) -> dict[str, Tensor]:
    """What differs from the embedding model in `folder`: matrices in eight bits a weight, the rest in half precision.

    Each row of a matrix has a scale of its own, so that the largest of its weights is 127 steps.
    """
    base = TrainedNetwork(build_encoder(folder)).state_dict()
    packed: dict[str, Tensor] = {}
    for name, weights in network.state_dict().items():
        if name in base and torch.equal(weights, base[name]):
            continue
        if weights.dim() == 2:
            scales = (weights.abs().amax(dim=1, keepdim=True) / 127).clamp_min(1e-9)
            packed[name + _CODES] = (weights / scales).round().to(torch.int8)
            packed[name + _SCALES] = scales.to(torch.float32)
        else:
            packed[name] = weights.to(torch.float16)
    return packed


def unpack_weights(packed: Mapping[str, Tensor], network: TrainedNetwork) -> None:
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


def convert_trained(weights: Path, network: TrainedNetwork, words: WordEmbeddings, out: Path, in_bytes: bool) -> None:
    """Writes a network with its `weights` for OpenVINO, with those in eight bits where `in_bytes` says so."""
    import openvino
    from safetensors.torch import load_file

    unpack_weights(load_file(weights), network)
    example = (torch.from_numpy(words[np.arange(24).reshape(2, 12)]), torch.ones(2, 12, dtype=torch.int64))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
        model = openvino.convert_model(network.eval(), example_input=example)
    openvino.save_model(compress(model) if in_bytes else model, out)
