"""A written answer in a real browser: it streams above its quotes, says who wrote it, and shows what was struck."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from index.settings import Settings
from qa.ask import Answerer
from qa.desk import Desk
from qa.endpoint_model import EndpointModel
from qa.page import build_page
from qa.serve import serve_page
from qa.write import Writer
from tests.scripted_endpoint import Handler, ScriptedEndpoint, says, status
from tests.test_page import CHROMIUM, Tab, browser, tab

__all__ = ["browser", "tab"]

pytest.importorskip("openai", reason="the extra 'llm' is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

QUESTION = "How much is the fare of the Si Khram electric boat after the trial period?"
FARE = "After the trial period the fare will be 22 baht for the whole line. [1]"
HOSTILE = "Students <img src=x onerror=alert(1)> **pay** 99 baht <script>alert(1)</script> [1]."
PADDING = "Passengers are welcome. " * 4


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint.running() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def address(answerer: Answerer, endpoint: ScriptedEndpoint) -> Iterator[str]:
    settings = Settings(llm_url=endpoint.url, llm_model="Tiny <b>Model</b>")
    page = build_page(answerer, desk=Desk(2), writer=Writer(EndpointModel(settings), answerer.prover))
    yield serve_page(page, wait=False)
    page.close(verbose=False)


def test_an_answer_is_written_above_its_quotes_sentence_by_sentence(tab: Tab, endpoint: ScriptedEndpoint) -> None:
    go_on = threading.Event()

    def in_two_parts(handler: Handler) -> None:
        handler.begin()
        handler.say(f"{FARE} {PADDING}")
        go_on.wait(60)
        handler.say(f"{HOSTILE} Senior citizens and students pay 11 baht [1].")
        handler.write("data: [DONE]\n\n")

    endpoint.behaviour = in_two_parts
    tab.ask(QUESTION)
    page = tab.page
    text = page.locator(".tl-answer .tl-text")
    expect(text).to_have_text(FARE, timeout=30_000)
    # The quotes are there while it is written, and what is not proven is not.
    expect(page.locator(".tl-writing")).to_be_visible()
    expect(page.locator(".tl-card").first).to_contain_text("22 บาทตลอดสาย")
    go_on.set()
    expect(page.locator(".tl-writing")).to_have_count(0, timeout=30_000)
    struck = text.locator("s")
    expect(struck).to_have_text("Students <img src=x onerror=alert(1)> pay 99 baht <script>alert(1)</script>. [1]")
    expect(text.locator(".tl-why-struck")).to_contain_text("is not in its source: 1, 99")
    expect(text).to_contain_text("Senior citizens and students pay 11 baht. [1]")
    expect(text).not_to_contain_text("welcome")
    expect(page.locator(".tl-byline")).to_have_text(
        "Written by Tiny <b>Model</b> from the quotes below; each sentence was checked against them.",
        use_inner_text=True,
    )
    assert page.locator(".tl-answer img, .tl-answer script, .tl-byline b").count() == 0
    # A mark opens the source at the quote.
    text.locator(".tl-open").first.click()
    expect(page.locator("#tl-panel mark.tl-current")).to_contain_text("22 บาทตลอดสาย")


def test_an_answer_is_given_in_the_other_language_in_its_place(tab: Tab, endpoint: ScriptedEndpoint) -> None:
    def in_its_language(handler: Handler) -> None:
        thai = "Answer in Thai" in handler.asked["messages"][1]["content"]
        says("หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย [1]" if thai else FARE)(handler)

    endpoint.behaviour = in_its_language
    tab.ask(QUESTION)
    page = tab.page
    expect(page.locator(".tl-byline")).to_be_visible(timeout=30_000)
    expect(page.locator(".tl-writing")).to_have_count(0, timeout=30_000)
    page.locator(".tl-act", has_text="Answer in Thai").click()
    expect(page.locator(".tl-answer .tl-text")).to_have_text(
        "หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย [1]", timeout=30_000
    )
    expect(page.locator(".tl-writing")).to_have_count(0, timeout=30_000)
    expect(page.locator(".bot-row")).to_have_count(1)
    expect(page.locator(".tl-question")).to_have_text(QUESTION)
    # Another press is taken once this answer is kept in the place of the first.
    page.wait_for_function("localStorage.getItem('thalaeng.conversations')?.includes('หลังพ้นช่วงทดลอง')")
    page.locator(".tl-act", has_text="Answer in English").click()
    expect(page.locator(".tl-answer .tl-text")).to_have_text(FARE, timeout=30_000)


def test_where_the_endpoint_fails_the_quotes_stand_with_one_line(tab: Tab, endpoint: ScriptedEndpoint) -> None:
    endpoint.behaviour = status(500)
    tab.ask(QUESTION)
    page = tab.page
    expect(page.locator(".tl-note")).to_have_text(
        "The model's server failed, so the quotes are shown instead.", timeout=30_000, use_inner_text=True
    )
    expect(page.locator(".tl-answer .tl-quote").first).to_contain_text("22 บาทตลอดสาย")
    expect(page.locator(".tl-byline")).to_have_count(0)
