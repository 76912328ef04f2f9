"""What a person sees whose answer breaks off: the server is killed or stopped under it, or it fails."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import qa.page
from tests.stalling_chat import FIRST, HALFWAY, SEARCHING, SECOND, ChatProcess, stalling_page
from tests.stopped_chat import StoppedChat
from tests.test_page import CHROMIUM, Tab, browser, open_tab

__all__ = ["browser"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

LOST = {"th-TH": "ขาดการเชื่อมต่อก่อนได้คำตอบ", "en-US": "The connection was lost before the answer arrived."}
AWAY = {"th-TH": "หน้านี้จะเปิดใหม่เองเมื่อติดต่อได้", "en-US": "This page will reload once it is back."}
AGAIN = {
    "th-TH": "ได้รับคำตอบจากเซิร์ฟเวอร์ไม่ครบ โปรดลองอีกครั้ง",
    "en-US": "The server's reply was cut off. Please try again.",
}
# Milliseconds of some looks whether the server is back, on a busy machine.
_BACK = 60_000


@pytest.fixture
def killed() -> Iterator[ChatProcess]:
    """A chat that stalls, to be killed."""
    chat = ChatProcess()
    chat.start(stalls=True)
    yield chat
    chat.kill()


class Stopped(StoppedChat):
    """A chat that stalls until it `goes_on`, to be stopped as a service manager does it."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        super().__init__(lambda: stalling_page(self.goes_on))


@pytest.fixture
def stopped() -> Iterator[Stopped]:
    chat = Stopped()
    chat.start()
    yield chat
    chat.goes_on.set()
    chat.stop()


def begin(tab: Tab, question: str) -> None:
    """Asks, and waits for what there is of the answer."""
    tab.box.fill(question)
    tab.send()
    expect(tab.page.locator(".bot-row").last.locator(".tl-writing, .tl-to-come")).to_be_visible()
    if question == HALFWAY:
        expect(tab.page.locator(".bot-row").last).to_contain_text(FIRST)
    expect(tab.box).to_have_value("")


def see_it_broken_off(tab: Tab, question: str, locale: str) -> None:
    """It is said in the place of the answer, in the page's language; the question can be asked again."""
    row = tab.page.locator(".bot-row").last
    expect(row.locator(".tl-notice")).to_contain_text(LOST[locale], use_inner_text=True)
    expect(row.locator(".tl-answer, .tl-actions, .tl-to-come")).to_have_count(0)
    expect(row).not_to_contain_text(LOST["en-US" if locale == "th-TH" else "th-TH"], use_inner_text=True)
    expect(tab.box).to_have_value(question)
    assert tab.page.locator("[data-testid=status-tracker] .error:visible").count() == 0, "Gradio's own word"
    assert tab.page.evaluate(_KEPT, question) == 0


def ask_again(tab: Tab, question: str) -> None:
    """Sends what is in the box, which is answered and kept."""
    tab.wait_until_ready()
    expect(tab.box).to_have_value(question)
    tab.send()
    row = tab.page.locator(".bot-row").last
    expect(row).to_contain_text(SECOND)
    expect(row.locator(".tl-writing")).to_have_count(0)
    expect(tab.page.locator(".tl-question", has_text=question)).to_have_count(1)
    expect(tab.box).to_have_value("")
    tab.page.wait_for_function(f"(question) => ({_KEPT})(question) === 1", arg=question)


# How often a question is kept among earlier conversations.
_KEPT = """(question) => JSON.parse(localStorage.getItem('thalaeng.conversations') ?? '[]')
  .flatMap((one) => one.messages.filter(({role}) => role === 'user'))
  .filter(({text}) => new DOMParser().parseFromString(text, 'text/html').body.textContent === question).length"""


@pytest.mark.parametrize(("question", "locale"), [(SEARCHING, "th-TH"), (HALFWAY, "th-TH"), (HALFWAY, "en-US")])
def test_an_answer_whose_server_is_killed(killed: ChatProcess, browser: Browser, question: str, locale: str) -> None:
    tab = open_tab(browser, killed.address, locale=locale)
    begin(tab, question)
    killed.kill()
    expect(tab.page.get_by_test_id("toast-body")).to_contain_text(AWAY[locale])
    see_it_broken_off(tab, question, locale)
    with tab.page.expect_event("load", timeout=_BACK):
        killed.start(stalls=False)
    ask_again(tab, question)
    tab.close()


@pytest.mark.parametrize(("question", "locale"), [(SEARCHING, "en-US"), (HALFWAY, "th-TH")])
def test_an_answer_whose_server_is_stopped(stopped: Stopped, browser: Browser, question: str, locale: str) -> None:
    tab = open_tab(browser, stopped.address, locale=locale)
    begin(tab, question)
    stopped.stop()
    see_it_broken_off(tab, question, locale)
    stopped.goes_on.set()
    with tab.page.expect_event("load", timeout=_BACK):
        stopped.start()
    ask_again(tab, question)
    tab.close()


@pytest.mark.parametrize("locale", ["th-TH", "en-US"])
def test_an_answer_that_fails(stopped: Stopped, browser: Browser, locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    converse = qa.page._converse

    async def failing(*given: Any) -> AsyncIterator[Any]:
        async for messages in converse(*given):
            yield messages
            if "tl-answer" in messages[-1]["content"]:
                raise RuntimeError("the secret of /home/somebody")

    tab = open_tab(browser, stopped.address, locale=locale)
    with monkeypatch.context() as patched:
        patched.setattr(qa.page, "_converse", failing)
        tab.box.fill(HALFWAY)
        tab.send()
        see_it_broken_off(tab, HALFWAY, locale)
    assert "secret" not in tab.page.content()
    stopped.goes_on.set()
    ask_again(tab, HALFWAY)
    # The server is the same: nothing of the conversation was lost.
    expect(tab.page.locator(".bot-row")).to_have_count(1)
    tab.close()


@pytest.mark.parametrize("locale", ["th-TH", "en-US"])
def test_a_question_that_a_proxy_cannot_pass_on(stopped: Stopped, browser: Browser, locale: str) -> None:
    stopped.goes_on.set()
    tab = open_tab(browser, stopped.address, locale=locale)
    page = tab.page
    tab.box.fill("What is there?")
    ask_again(tab, "What is there?")
    page.route("**/queue/join*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), times=1)
    tab.box.fill(HALFWAY)
    tab.send()
    expect(page.get_by_test_id("toast-text")).to_have_text(AGAIN[locale])
    # Nothing came of it, and so the answer before it is still the last one.
    expect(page.locator(".tl-question")).to_have_text(["What is there?"])
    ask_again(tab, HALFWAY)
    expect(page.locator(".tl-question")).to_have_text(["What is there?", HALFWAY])
    tab.close()


@pytest.mark.parametrize("ends", ["killed", "stopped"])
def test_an_answer_given_again_that_breaks_off_leaves_the_one_there_was(
    request: pytest.FixtureRequest, browser: Browser, ends: str
) -> None:
    chat: Any = request.getfixturevalue(ends)
    tab = open_tab(browser, chat.address)
    page = tab.page
    tab.box.fill("What is there?")
    ask_again(tab, "What is there?")
    before = page.locator(".tl-answer").inner_html()
    page.get_by_role("link", name="Answer in Thai").click()
    expect(page.locator(".tl-writing")).to_be_visible()
    expect(page.locator(".tl-answer")).not_to_contain_text(SECOND)
    chat.kill() if ends == "killed" else chat.stop()
    expect(page.locator(".tl-writing")).to_have_count(0)
    expect(page.locator(".tl-answer")).to_contain_text(SECOND)
    assert page.locator(".tl-answer").inner_html() == before
    word = page.get_by_test_id("toast-body") if ends == "killed" else page.locator(".tl-whisper")
    expect(word).to_contain_text("The server")
    expect(tab.box).to_have_value("")
    tab.close()
