"""What the default model learned about press releases, and how it is kept and added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index.convert import quiet_libraries, remove_other_models
from index.embed import Encoder, default_model_folder
from index.fine_tuned import WEIGHTS, fine_tuned_name, pack_updates, write_fine_tuned
from index.library import Library
from index.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NAME = "encoder.layer.0.output.dense.weight"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder with a model of two matrices, and a file beside it."""
    folder = tmp_path / "model"
    (folder / "openvino").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    ones = np.ones((6, 4), np.float32)
    save_file({NAME: ones, "word_embeddings.weight": 2 * ones}, folder / "model.safetensors")
    return folder


def test_an_update_is_added_to_the_matrix_that_it_is_for(model: Path, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    left, right = chance.normal(size=(6, 2)).astype(np.float32), chance.normal(size=(2, 4)).astype(np.float32)
    save_file(pack_updates({NAME: (left, right)}), tmp_path / "updates.safetensors")
    out = tmp_path / "out"
    out.mkdir()
    write_fine_tuned(model, out, tmp_path / "updates.safetensors")
    tensors = load_file(out / "model.safetensors")
    assert tensors[NAME] == pytest.approx(1 + left @ right, abs=0.1)  # in eight bits
    assert np.abs(tensors[NAME] - 1).max() > 0.5
    assert (tensors["word_embeddings.weight"] == 2).all()
    assert (out / "config.json").read_text() == "{}"
    assert not (out / "openvino").exists(), "what was converted before is of other weights"


def test_an_update_of_another_model_is_told(model: Path, tmp_path: Path) -> None:
    ones = np.ones((6, 2), np.float32)
    save_file(pack_updates({"layers.9.weight": (ones, ones.T)}), tmp_path / "updates.safetensors")
    with pytest.raises(ValueError, match=r"another model: layers\.9\.weight"):
        write_fine_tuned(model, tmp_path, tmp_path / "updates.safetensors")


def test_the_shipped_updates_fit_the_default_model(model_home: Path, tmp_path: Path) -> None:
    folder = default_model_folder(Settings(home=model_home))
    write_fine_tuned(folder, tmp_path)
    before, after = load_file(folder / "model.safetensors"), load_file(tmp_path / "model.safetensors")
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert {name.split(".")[2] for name in changed} == {"6", "7", "8", "9", "10", "11"}
    assert WEIGHTS.stat().st_size < 2_000_000


@pytest.fixture(scope="module")
def learned(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    """The default model with its updates, as sentence-transformers runs it."""
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    folder = tmp_path_factory.mktemp("learned")
    write_fine_tuned(default_model_folder(Settings(home=model_home)), folder)
    return SentenceTransformer(str(folder), device="cpu")


@pytest.mark.parametrize(
    "text",
    [
        "รัฐบาลประกาศมาตรการช่วยเหลือเกษตรกรผู้ปลูกข้าว วงเงิน 3.5 พันล้านบาท",
        "The cabinet approved a budget of 3.5 billion baht on 27 February 2025.",
        "ใครยื่นขอได้บ้าง และถึงเมื่อไร",
    ],
)
def test_the_converted_model_is_the_one_that_has_learned(
    encoder: Encoder, learned: SentenceTransformer, text: str
) -> None:
    question, passage = learned.encode([f"query: {text}", f"passage: {text}"], normalize_embeddings=True)
    assert encoder.encode_question(text).vector @ question >= 0.99
    assert next(encoder.encode_passages([text])).vector @ passage >= 0.99


def test_models_with_other_updates_are_taken_away(tmp_path: Path) -> None:
    kept = {"openvino_model_new_int8.xml", "openvino_model_new.bin", "recipe.json"}
    for name in kept | {"openvino_model_int8.xml", "openvino_model_int8.bin", "openvino_model_old_int8.bin"}:
        (tmp_path / name).touch()
    remove_other_models(tmp_path, "new")
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_weights_that_cannot_be_read_are_told(model: Path, tmp_path: Path) -> None:
    whole = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match="weights of"):
        write_fine_tuned(model, tmp_path)


def test_an_index_says_what_its_model_has_learned(library: Library, encoder: Encoder) -> None:
    assert fine_tuned_name(DEFAULT_MODEL) in library.fingerprint
    assert (encoder.folder / "openvino").is_dir()
    assert any(fine_tuned_name(DEFAULT_MODEL) in path.name for path in (encoder.folder / "openvino").iterdir())
    assert fine_tuned_name("another/model") == ""
