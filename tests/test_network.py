"""The embedding model as it is run: in full or in eight bits, one text or many, from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embed import Encoder, default_model_folder
from index.network import Network, open_network
from index.settings import Settings
from index.wheel_model import PROMPTS

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


def test_vectors_are_those_of_sentence_transformers_on_torch(network: Network, model_home: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = default_model_folder(Settings(home=model_home))
    expected = SentenceTransformer(str(folder), backend="torch", device="cpu").encode(TEXTS)
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
