"""The page is there before the models are: what it shows, what works, what waits, and what stands in the way."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import index.library
import qa.readiness
from index.embed import Encoder
from index.errors import BadSetting, IndexMismatch, ModelUnavailable, ThalaengError
from index.library import Library
from index.settings import Settings
from index.verify import verify
from qa.ask import Answerer
from qa.desk import Desk, TurnedAway
from qa.examples import ExampleQuestions
from qa.page import build_page
from qa.reader import Reader
from qa.readiness import Readiness
from qa.serve import serve_page
from qa.warm import WarmUp
from qa.words import Phrase
from tests.chroma_server import RunningServer
from tests.conftest import NewHome
from tests.test_gate import reach
from tests.test_library import write
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, browser, open_tab

__all__ = ["browser"]

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@dataclass
class Held:
    """The real preparation of an answerer, which begins when it is let go."""

    answerer: Answerer
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, tell: Callable[[Phrase], None]) -> None:
        self.let_go.wait(120)
        WarmUp(self.answerer)(tell)


@dataclass
class Served:
    """A chat that is served while it is made ready."""

    address: str
    readiness: Readiness


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Answerer, Readiness], Served]]:
    ends: list[Callable[[], None]] = []

    def serve(answerer: Answerer, readiness: Readiness) -> Served:
        desk = Desk(2, opening=readiness.tried)
        kept = tmp_path / "examples.json"
        examples = ExampleQuestions(answerer, kept, lambda: readiness.is_ready and desk.is_idle)
        page = build_page(answerer, examples=examples.now, desk=desk, readiness=readiness)
        address = serve_page(
            page,
            wait=False,
            health=lambda: readiness.health(answerer.count_releases),
            opened=lambda: readiness.begin(examples.find),
        )
        ends.extend((readiness.stop, lambda: page.close(verbose=False)))
        return Served(address, readiness)

    yield serve
    for end in ends:
        end()


@pytest.fixture
def held(answerer: Answerer) -> Iterator[Held]:
    held = Held(answerer)
    yield held
    held.let_go.set()


def health(address: str) -> tuple[int, Any]:
    status, body = reach(f"{address}health")
    return status, json.loads(body)


@in_chromium
def test_the_page_is_of_use_while_it_gets_ready_and_then_answers_what_was_asked(
    browser: Browser, held: Held, serve: Callable[[Answerer, Readiness], Served]
) -> None:
    served = serve(held.answerer, Readiness(held))
    assert health(served.address) == (503, {"status": "starting"})
    tab = open_tab(browser, served.address)
    page = tab.page
    state, count = page.locator("#tl-state"), held.answerer.count_releases()
    expect(page.locator("#tl-header")).to_contain_text(f"{count} releases indexed", use_inner_text=True)
    expect(state).to_have_text("Getting ready…", use_inner_text=True)
    page.get_by_role("button", name="ไทย").click()
    expect(state).to_have_text("กำลังเตรียมระบบ…", use_inner_text=True)
    page.get_by_role("button", name="English").click()

    page.get_by_role("link", name="All releases", exact=True).click()
    expect(page.locator(".tl-rows li")).to_have_count(count)
    page.get_by_role("button", name="Filters").first.click()
    page.get_by_label("Category").select_option("Energy")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".tl-rows li")).to_have_count(1)
    page.locator(".tl-rows a").click()
    expect(page.locator("#tl-panel .tl-body")).to_contain_text("Lumatide", use_inner_text=True)
    page.get_by_role("link", name="Back to questions").click()

    tab.ask(ENGLISH_EXAMPLE)
    expect(page.locator(".bot-row")).to_have_text(
        "Getting ready… Your question will be answered as soon as that is done.", use_inner_text=True
    )
    expect(page.locator("#tl-box textarea")).to_have_value("")
    assert health(served.address) == (503, {"status": "starting"})
    held.let_go.set()
    expect(page.locator(".bot-row .tl-answer")).to_contain_text("[1]", use_inner_text=True)
    expect(state).to_be_hidden()
    # Found in the background once there is nothing else to do, and there without a reload.
    expect(page.locator("#tl-start .tl-en button")).not_to_have_count(0)
    assert health(served.address) == (200, {"status": "ok", "releases": count})
    assert not tab.complaints and not tab.outside
    tab.close()


def test_what_programs_ask_waits_and_a_release_is_given_at_once(
    held: Held, serve: Callable[[Answerer, Readiness], Served]
) -> None:
    served = serve(held.answerer, Readiness(held))
    release = next(iter(held.answerer.library.store.releases()))
    filters = ["", "", "", "", None, False]

    def called(name: str, given: list[Any]) -> Any:
        sent = json.dumps({"data": given}).encode()
        status, body = reach(f"{served.address}gradio_api/run/{name}", sent, {"Content-Type": "application/json"})
        assert status == 200, body
        return json.loads(body)["data"][0]

    with ThreadPoolExecutor(2) as programs:
        asking = programs.submit(called, "ask", [ENGLISH_EXAMPLE, None, None, *filters, False])
        searching = programs.submit(called, "search", [ENGLISH_EXAMPLE, 3, *filters])
        assert called("release", [release.id])["text"] == release.release.text
        assert not asking.done() and not searching.done()
        held.let_go.set()
        answer, found = asking.result(timeout=60), searching.result(timeout=60)
    assert answer["citations"] == held.answerer.ask(ENGLISH_EXAMPLE).as_json()["citations"]
    assert found[0]["release_id"] == answer["citations"][0]["release_id"]


@in_chromium
def test_a_chroma_server_that_is_away_at_the_start_is_said_and_tried_again_until_it_is_there(
    browser: Browser,
    new_home: NewHome,
    encoder: Encoder,
    reader: Reader,
    serve: Callable[[Answerer, Readiness], Served],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(qa.readiness, "_SOON", 0.1)
    caplog.set_level(logging.INFO, "qa.readiness")
    chroma = RunningServer(tmp_path / "chroma")
    settings = new_home().model_copy(update={"chroma_url": chroma.url})
    write(tmp_path / "in", "a.md", "The bridge has 12 lanes.", "https://press.example.com/1")
    Library(settings, encoder=encoder).add([tmp_path / "in"])
    chroma.stop()
    answerer = Answerer(settings, encoder=encoder, reader=reader)
    served = serve(answerer, Readiness(WarmUp(answerer)))
    tab = open_tab(browser, served.address)
    state, question = tab.page.locator("#tl-state"), "How many lanes does the bridge have?"
    try:
        expect(state).to_contain_text("does not answer. Start it", use_inner_text=True)
        expect(state).to_contain_text("This will be retried automatically.", use_inner_text=True)
        expect(tab.page.locator("#tl-header")).to_contain_text("1 release indexed", use_inner_text=True)
        assert health(served.address) == (503, {"status": "failing", "error": "VectorsAway"})
        tab.ask(question)
        expect(tab.page.locator(".bot-row .tl-notice")).to_contain_text("does not answer. Start it")
        chroma.start()
        expect(state).to_be_hidden()
        assert health(served.address) == (200, {"status": "ok", "releases": 1})
        tab.ask(question)
        expect(tab.page.locator(".bot-row .tl-answer")).to_contain_text("12 lanes")
    finally:
        chroma.stop()
    told = [record.getMessage() for record in caplog.records if record.name == "qa.readiness"]
    assert [line.split(":")[0] for line in told[:-1]] == ["Not ready yet, and tried again"], "not with every try"
    assert told[-1].startswith("Ready after")
    assert not tab.complaints
    tab.close()


def to_fill(settings: Settings, folder: Path, count: int) -> Settings:
    """Settings whose corpus is a folder of so many releases, beside a file that is none."""
    for number in range(count):
        write(
            folder,
            f"{number}.md",
            f"The tide gauge at pier {number} was renewed.",
            f"https://press.example.com/{number}",
        )
    (folder / "empty.md").write_text("", encoding="utf-8")
    return settings.model_copy(update={"corpus": folder})


def test_the_first_releases_are_indexed_while_others_look(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answerer = Answerer(to_fill(new_home(), tmp_path / "in", 3), encoder=encoder, reader=reader)
    told: list[Phrase] = []

    def prepare(tell: Callable[[Phrase], None]) -> None:
        def hear(phrase: Phrase) -> None:
            told.append(phrase)
            tell(phrase)

        WarmUp(answerer)(hear)

    readiness = Readiness(prepare)
    readiness.begin()
    while not readiness.is_settled:
        if answerer.count_releases():
            assert answerer.catalogue().overview().releases
    assert told[0].en == "Getting ready… 0 of 4 files indexed."
    assert "จาก 4 ไฟล์" in told[0].th
    assert readiness.health(answerer.count_releases) == {"releases": 3}
    assert readiness.phrase is None
    assert "empty.md: is empty" in capsys.readouterr().err
    assert not [finding for finding in verify(answerer.library) if finding.mend]


def test_indexing_that_was_broken_off_goes_on_with_the_next_try(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    answerer = Answerer(to_fill(new_home(), tmp_path / "in", 3), encoder=encoder, reader=reader)
    warm_up = WarmUp(answerer)

    def break_off(phrase: Phrase) -> None:
        raise ThalaengError("The disk is full.")

    with pytest.raises(ThalaengError, match="The disk is full"):
        warm_up(break_off)
    # What somebody else adds meanwhile is no reason to leave the rest out.
    write(tmp_path / "other", "x.md", "The ferry sails at noon.", "https://press.example.com/x")
    answerer.library.add([tmp_path / "other"])
    warm_up(lambda phrase: None)
    assert answerer.count_releases() == 4


def test_the_first_indexing_goes_on_after_a_restart_that_came_in_its_middle(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.library, "_BATCH_PASSAGES", 1)
    settings = to_fill(new_home(), tmp_path / "in", 6)

    def started() -> tuple[Answerer, WarmUp]:
        answerer = Answerer(settings, encoder=encoder, reader=reader)
        return answerer, WarmUp(answerer)

    answerer, warm_up = started()

    def stop(phrase: Phrase) -> None:
        if answerer.count_releases():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        warm_up(stop)
    assert 0 < answerer.count_releases() < 6
    answerer, warm_up = started()
    warm_up(lambda phrase: None)
    assert answerer.count_releases() == 6
    # Once it has come to its end, what is added to the folder later is left to `python -m index add`.
    write(tmp_path / "in", "later.md", "The slipway was paved.", "https://press.example.com/later")
    answerer, warm_up = started()
    warm_up(lambda phrase: None)
    assert answerer.count_releases() == 6


def test_a_folder_that_was_named_and_is_not_there_is_known_before_anything_is_served(
    new_home: NewHome, library: Library, tmp_path: Path
) -> None:
    missing = {"corpus": tmp_path / "missing"}
    with pytest.raises(BadSetting, match=r"There is no folder .*missing \(--corpus"):
        WarmUp(Answerer(new_home().model_copy(update=missing)))
    # There are releases: nothing is to be taken from it.
    WarmUp(Answerer(library.settings.model_copy(update=missing)))


def test_the_folder_that_is_taken_by_default_need_not_be_there(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = new_home()
    monkeypatch.chdir(tmp_path)
    WarmUp(Answerer(settings))


def test_the_end_of_the_server_waits_for_nothing_and_leaves_nothing_half_done(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.readiness, "_PATIENCE", 60.0)
    answerer = Answerer(to_fill(new_home(), tmp_path / "in", 3), encoder=encoder, reader=reader)
    warm_up, begun, ended = WarmUp(answerer), threading.Event(), threading.Event()

    def prepare(tell: Callable[[Phrase], None]) -> None:
        def held(phrase: Phrase) -> None:
            begun.set()
            ended.wait(60)
            tell(phrase)

        warm_up(held)

    readiness = Readiness(prepare)

    readiness.begin()
    begun.wait(60)
    with ThreadPoolExecutor(2) as apart:
        waiting = apart.submit(lambda: asyncio.run(readiness.tried()))
        stopping = apart.submit(readiness.stop)
        with pytest.raises(TurnedAway, match="shutting down"):
            waiting.result(timeout=60)
        ended.set()
        stopping.result(timeout=60)
    assert not readiness.is_ready
    assert answerer.count_releases() == 0
    with answerer.library.writing():
        pass  # nobody holds the index any more


def test_a_model_that_cannot_be_loaded_is_said_and_ends_no_waiting(new_home: NewHome, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    settings = to_fill(new_home(), tmp_path / "in", 1).model_copy(update={"model": str(tmp_path / "model")})
    answerer = Answerer(settings)
    readiness = Readiness(WarmUp(answerer))
    desk = Desk(1, opening=readiness.tried)
    readiness.begin()
    # The browser of the tests before has the loop of this thread.
    with ThreadPoolExecutor(1) as apart, pytest.raises(ModelUnavailable, match="unset THALAENG_MODEL"):
        apart.submit(lambda: asyncio.run(desk.serve(None, answerer.load_models))).result(timeout=60)
    assert readiness.phrase is not None
    assert "unset THALAENG_MODEL" in readiness.phrase.en and str(tmp_path) not in readiness.phrase.en
    assert "เปิดแบบจำลองภาษาไม่ได้" in readiness.phrase.th
    assert readiness.health(answerer.count_releases) == {"status": "failing", "error": "ModelUnavailable"}
    readiness.stop()


def test_an_index_of_another_model_is_known_before_anything_is_served(library: Library) -> None:
    settings = library.settings.model_copy(update={"model": "another/model"})
    with pytest.raises(IndexMismatch, match="python -m index rebuild"):
        WarmUp(Answerer(settings))
