"""The embedding model as it is run: in full or in eight bits, one text or many, from many threads."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import openvino
import pytest

from index.convert import open_by_library, pool_by_library, quiet_libraries, recipe_of
from index.embed import Encoder, default_model_folder
from index.network import Network, Recipe, compile_options, open_network, run_batches
from index.settings import Settings
from index.wheel_model import PROMPTS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = [
    "passage: กรมชลประทานแจ้งเตือนน้ำท่วมในพื้นที่ลุ่มต่ำ จังหวัดพระนครศรีอยุธยา วันที่ 9 กันยายน 2574",
    "passage: The cabinet approved 3.5 billion baht for rural roads on 27 February 2031.",
    "passage: ราคาข้าวหอมมะลิตันละ 15,200 บาท เพิ่มขึ้นร้อยละ 4.2",
    "query: Who may apply, and until when?",
    "query: ใครเป็นประธานการประชุม",
    "passage: x",
    "passage: " + "ข่าวประชาสัมพันธ์ของจังหวัด " * 20,
    "passage: " + "the same words again " * 30,
    "passage: ",
    "query: ๑๒๓ 123 １２３",
]


@pytest.fixture(scope="module", params=[False, True], ids=["in full", "in bytes"])
def network(request: pytest.FixtureRequest, model_home: Path) -> Network:
    folder = default_model_folder(Settings(home=model_home))
    return open_network(str(folder), PROMPTS, folder, lambda line: None, in_bytes=request.param)


def sequences(network: Network) -> list[list[int]]:
    return [encoding.ids for encoding in network.tokenizer().encode_batch(TEXTS)]


@pytest.fixture(scope="module")
def library(model_home: Path) -> SentenceTransformer:
    """The model as `sentence-transformers` has it on torch."""
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(default_model_folder(Settings(home=model_home))), backend="torch", device="cpu")


def test_vectors_are_those_of_sentence_transformers_on_torch(network: Network, library: SentenceTransformer) -> None:
    expected = library.encode(TEXTS)
    cosines = [vector @ other for (_, vector), other in zip(network.run(sequences(network)), expected, strict=True)]
    assert min(cosines) > 0.998


def test_texts_are_run_alike_alone_and_together(network: Network) -> None:
    ids = sequences(network)
    for one, (tokens, vector) in zip(ids, network.run(ids), strict=True):
        ((alone, vector_alone),) = network.run([one])
        assert tokens.shape == alone.shape == (len(one), 384)
        assert vector @ vector_alone > 0.9995


def test_many_threads_get_what_one_gets(network: Network) -> None:
    ids = sequences(network)
    expected = [vector for _, vector in network.run(ids)]
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda _: network.run(ids), range(8)):
            assert all(a @ b > 0.9999 for (_, a), b in zip(found, expected, strict=True))


def test_nothing_to_run_gives_nothing(network: Network) -> None:
    assert network.run([]) == []


def test_a_text_longer_than_the_model_reads_is_cut_off(encoder: Encoder) -> None:
    text = "ข่าวประชาสัมพันธ์ของจังหวัด " * 400
    encoded = next(encoder.encode_passages([text]))
    assert len(encoded.tokens) == len(encoded.spans) <= 512
    assert np.isclose(np.linalg.norm(encoded.vector), 1, atol=1e-5)


def test_threads_that_come_first_at_once_load_the_model_once(model_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder(Settings(home=model_home))
    loaded: list[str] = []
    load = Encoder._load

    def counted(self: Encoder) -> Network:
        loaded.append("once")
        return load(self)

    monkeypatch.setattr(Encoder, "_load", counted)
    with ThreadPoolExecutor(3) as threads:
        lengths = list(threads.map(lambda _: len(encoder.encode_question("Who?").vector), range(3)))
    assert (lengths, loaded) == ([384] * 3, ["once"])


@pytest.fixture(scope="module")
def kept_recipe(encoder: Encoder, model_home: Path) -> Path:
    """The folder of the default model, with the recipe that the first to load it has put there."""
    encoder.encode_question("Who?")
    return default_model_folder(Settings(home=model_home))


def test_with_a_recipe_a_model_runs_as_the_library_runs_it(kept_recipe: Path) -> None:
    by_library = open_by_library(kept_recipe, PROMPTS, in_bytes=False)
    by_recipe = open_network(str(kept_recipe), PROMPTS, kept_recipe, lambda line: None, in_bytes=False)
    assert by_recipe.tokenizer().to_str() == by_library.tokenizer().to_str()
    assert dict(by_recipe.prompts).items() <= dict(by_library.prompts).items()
    assert by_recipe.longest == by_library.longest
    ids = sequences(by_library)
    for (tokens, vector), (same_tokens, same_vector) in zip(by_recipe.run(ids), by_library.run(ids), strict=True):
        assert np.allclose(tokens, same_tokens, atol=1e-3)
        assert np.allclose(vector, same_vector, atol=1e-4)


def test_with_a_recipe_neither_torch_nor_the_library_is_loaded(kept_recipe: Path, model_home: Path) -> None:
    program = f"""if True:
        import sys
        from pathlib import Path
        from index.embed import Encoder
        from index.settings import Settings
        assert len(Encoder(Settings(home=Path({str(model_home)!r}))).encode_question("Who?").vector) == 384
        print(sorted({{"torch", "transformers", "sentence_transformers", "optimum"}} & set(sys.modules)))
    """
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]", said.stderr


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"longest": 512}'])
def test_a_recipe_that_cannot_be_read_is_none(spoiled: str, tmp_path: Path) -> None:
    assert Recipe.of(tmp_path) is None
    (tmp_path / "openvino").mkdir()
    (tmp_path / "openvino" / "recipe.json").write_text(spoiled)
    assert Recipe.of(tmp_path) is None


@pytest.mark.parametrize(
    ("pooling", "is_unit"), [("mean", True), ("mean", False), ("cls", True), ("max", True), (("mean", "cls"), True)]
)
def test_a_recipe_pools_as_the_library_does_or_there_is_none(
    pooling: str | tuple[str, ...], is_unit: bool, library: SentenceTransformer
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling

    modules = [library[0], Pooling(384, pooling), *([Normalize()] if is_unit else [])]
    model = SentenceTransformer(modules=modules, prompts=dict(PROMPTS))
    recipe = recipe_of(model)
    if pooling not in ("mean", "cls"):
        assert recipe is None
        return
    assert recipe is not None
    tokens = np.random.default_rng(5).normal(size=(7, 384)).astype(np.float32)
    assert np.allclose(recipe.pool(tokens), pool_by_library(model, tokens), atol=1e-6)
    assert (recipe.longest, recipe.padding) == (model.max_seq_length, 1)
    model[1].include_prompt = False
    assert recipe_of(model) is None


def test_what_comes_back_is_in_the_order_of_the_batches_however_many_there_are() -> None:
    from openvino import opset13

    numbers = opset13.parameter([-1], np.float32)
    doubled = opset13.multiply(numbers, np.float32(2))
    compiled = openvino.Core().compile_model(openvino.Model([doubled], [numbers]), "CPU", compile_options(False))
    batches = [[np.full(length, length, np.float32)] for length in (9, 3, 1, 7, 7, 2, 8)]
    assert [found.tolist() for found in run_batches(compiled, batches)] == [(2 * one).tolist() for (one,) in batches]
    assert run_batches(compiled, []) == []


def test_numpy_leaves_the_cores_to_the_network(encoder: Encoder) -> None:
    from threadpoolctl import threadpool_info

    encoder.encode_question("ค่าโดยสารเท่าไร")
    # Other libraries bring one of their own, which multiplies nothing here.
    threads = {pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"]}
    assert threads == {1}
