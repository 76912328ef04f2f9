"""Networks trained on the embedding model's own encoder, and how what they learned is kept and converted.

The word embeddings, nine tenths of the model's weights, are those of the embedding model and are
looked up outside the network; of the rest, what differs is what the project ships.

Imported where it is used: it needs torch.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from index.convert import compress, quiet_libraries

if TYPE_CHECKING:
    from transformers import BertModel

    from qa.trained import WordEmbeddings

__all__ = ["TrainedNetwork", "build_encoder", "convert_trained", "mean_of", "pack_weights", "unpack_weights"]

# Ends of the names under which is kept by how many steps each weight of a matrix differs from the embedding model's,
# two weights a byte, and how long a step is, for each group of weights that stand side by side in a row.
_STEPS, _LENGTHS = ".steps", ".lengths"
_GROUP = 64


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


Network = TypeVar("Network", bound=TrainedNetwork)


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
    """What differs from the embedding model in `folder`: of its matrices the difference, in four bits a weight.

    What training changes is small beside the weights, so that four bits of it are nearer than eight bits of the whole:
    see "Weights in half the bytes" in benchmarks/README.md. All else is kept in half precision.
    """
    base = TrainedNetwork(build_encoder(folder)).state_dict()
    packed: dict[str, Tensor] = {}
    for name, learned in network.state_dict().items():
        weights = learned.cpu()
        if name in base and torch.equal(weights, base[name]):
            continue
        if name in base and weights.dim() == 2:
            packed[name + _STEPS], packed[name + _LENGTHS] = _in_steps(weights - base[name])
        else:
            packed[name] = weights.to(torch.float16)
    return packed


def _in_steps(difference: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix of (rows, columns) as steps of (rows, columns / 2) and their lengths, (rows, groups)."""
    rows = len(difference)
    groups = difference.reshape(rows, -1, _GROUP)
    lengths = (groups.abs().amax(dim=2) / 7.5).clamp_min(1e-7).to(torch.float16)
    steps = (groups / lengths.float()[..., None]).round().clamp(-8, 7).flatten(1) + 8
    pairs = steps.to(torch.uint8).reshape(rows, -1, 2)
    return pairs[..., 0] * 16 + pairs[..., 1], lengths


def _difference(steps: Tensor, lengths: Tensor) -> Tensor:
    """The matrix that `_in_steps` was given, as near as it is kept."""
    both = torch.stack([steps // 16, steps % 16], dim=2).flatten(1).float() - 8
    return (both.reshape(len(steps), -1, _GROUP) * lengths.float()[..., None]).flatten(1)


def unpack_weights(packed: Mapping[str, Tensor], network: TrainedNetwork) -> None:
    """Puts packed weights into an untrained network, built on the same embedding model.

    Raises `ValueError` where a weight fits no place in it.
    """
    weights = dict(network.state_dict())
    for name, tensor in packed.items():
        if name.endswith(_LENGTHS):
            continue
        own = name.removesuffix(_STEPS)
        if own not in weights:
            raise ValueError(f"weights of another network: {own}")
        weights[own] = (
            weights[own] + _difference(tensor, packed[own + _LENGTHS]) if name.endswith(_STEPS) else tensor.float()
        )
    network.load_state_dict(weights)


def mean_of(packed: Sequence[Mapping[str, Tensor]], untrained: Callable[[], Network]) -> Network:
    """The network whose weights are the mean of those of some packed ones.

    Raises `ValueError` where one is of another network.
    """
    states = []
    for weights in packed:
        network = untrained()
        unpack_weights(weights, network)
        states.append(network.state_dict())
    mean = untrained()
    mean.load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    return mean


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
