"""What a person sees whose server goes away under an open page, and comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from qa.page import build_page
from tests.stopped_chat import StoppedChat
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, Tab, browser, open_tab, spy

__all__ = ["browser", "spy"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(params=[""])
def server(spy: Spy, request: pytest.FixtureRequest) -> Iterator[StoppedChat]:
    server = StoppedChat(lambda: build_page(spy), login=request.param)
    server.start()
    yield server
    server.stop()


def lose(server: StoppedChat, tab: Tab) -> None:
    """Stops the server, and asks."""
    server.stop()
    tab.ask("???")


def test_a_lost_connection_is_said_in_the_language_of_the_page(server: StoppedChat, browser: Browser) -> None:
    tab = open_tab(browser, server.address, locale="th-TH")
    lose(server, tab)
    toast = tab.page.get_by_test_id("toast-body")
    expect(toast).to_contain_text("ขาดการเชื่อมต่อ")
    expect(toast).to_contain_text("หน้านี้จะเปิดใหม่เองเมื่อติดต่อได้")
    expect(toast).not_to_contain_text("onnection")
    tab.page.get_by_role("button", name="English").press("Enter")
    expect(toast).to_contain_text("This page will reload once it is back.")
    expect(toast).not_to_contain_text("ขาด")
    tab.close()


@pytest.mark.parametrize("typed", ["", "typed meanwhile"])
def test_what_was_typed_or_not_answered_is_there_when_the_server_is_back(
    server: StoppedChat, browser: Browser, typed: str
) -> None:
    tab = open_tab(browser, server.address)
    lose(server, tab)
    expect(tab.page.get_by_test_id("toast-body")).to_be_visible()
    if typed:
        tab.box.fill(typed)
    with tab.page.expect_event("load", timeout=60_000):
        server.start()
    expect(tab.box).to_have_value(typed or "???")
    # What has been answered does not come back.
    tab.box.fill(ENGLISH_EXAMPLE)
    tab.send()
    expect(tab.page.locator(".tl-actions")).to_have_count(1)
    tab.wait_for_replies(1)
    tab.reload()
    expect(tab.box).to_have_value("")
    tab.close()


@pytest.mark.parametrize("server", ["anna:secret-9"], indirect=True)
@pytest.mark.parametrize("opens", ["a source", "the list"])
def test_what_a_server_started_anew_refuses_is_said_and_leads_to_the_login(
    server: StoppedChat, browser: Browser, opens: str
) -> None:
    tab = Tab(browser.new_context(locale="en-US").new_page())
    page = tab.page
    page.goto(server.address)
    page.get_by_label("username").fill("anna")
    page.get_by_label("password").fill("secret-9")
    page.get_by_role("button", name="Login").click()
    tab.wait_until_ready()
    tab.ask(ENGLISH_EXAMPLE)
    tab.wait_for_replies(1)
    server.stop()
    server.start()
    if opens == "a source":
        page.locator(".tl-title .tl-open").first.click()
        expect(page.locator("#tl-panel .tl-body")).to_have_text("The release could not be opened. Please try again.")
    else:
        page.get_by_role("link", name="All releases", exact=True).click()
        said = page.locator(".tl-shelf-list")
        expect(said).to_have_text("The releases could not be listed. Please try again.", use_inner_text=True)
    expect(page.get_by_label("password")).to_be_visible(timeout=60_000)
    page.context.close()
