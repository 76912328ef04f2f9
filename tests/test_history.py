"""Conversations kept in the browser: there after a restart of the server, opened again, deleted, bounded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from qa.page import build_page
from qa.serve import serve_page
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, HOSTILE, Spy, Tab, address, book, browser, open_tab, spy, tab
from tests.test_source_page import ask

__all__ = ["address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

_KEPT = "localStorage.getItem('thalaeng.conversations')"


def kept(tab: Tab) -> list[dict[str, Any]]:
    found = tab.page.evaluate(_KEPT)
    return json.loads(found) if found else []


def open_history(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Earlier conversations").click()
    expect(tab.page.get_by_role("dialog", name="Earlier conversations")).to_be_visible()


@pytest.fixture
def restarted(spy: Spy, address: str) -> Iterator[list[Any]]:
    """Servers to close in the end."""
    pages: list[Any] = []
    yield pages
    for page in pages:
        page.close(verbose=False)


def test_a_conversation_is_there_after_a_restart_of_the_server(
    spy: Spy, browser: Browser, restarted: list[Any]
) -> None:
    page = build_page(spy)
    first = serve_page(page, wait=False)
    tab = open_tab(browser, first)
    ask(tab)
    quoted = tab.page.locator(".tl-card mark:visible").first.text_content()
    page.close(verbose=False)
    again = build_page(spy)
    restarted.append(again)
    serve_page(again, port=urlsplit(first).port or 0, wait=False)
    tab.reload()
    open_history(tab)
    tab.page.get_by_role("button", name=re.compile("^" + re.escape(ENGLISH_EXAMPLE))).press("Enter")
    expect(tab.page.locator(".tl-card mark:visible").first).to_have_text(str(quoted))
    tab.page.locator(".tl-title .tl-open").first.click()
    expect(tab.page.locator("#tl-panel mark.tl-current")).to_be_in_viewport()
    tab.page.keyboard.press("Escape")
    ask(tab, "And where?")
    assert spy.asked[-1] == ("And where?", [ENGLISH_EXAMPLE])
    tab.page.wait_for_function(f"JSON.parse({_KEPT})?.[0]?.messages.length === 4")
    assert len(kept(tab)) == 1
    tab.close()


def test_one_and_all_are_deleted(tab: Tab) -> None:
    for question in ("???", "!!!", ENGLISH_EXAMPLE):
        ask(tab, question)
        tab.page.get_by_role("button", name="New conversation").click()
        expect(tab.page.locator(".tl-question")).to_have_count(0)
    assert [one["title"] for one in kept(tab)] == [ENGLISH_EXAMPLE, "!!!", "???"]
    open_history(tab)
    tab.page.get_by_role("button", name="Delete: !!!").click()
    expect(tab.page.locator(".tl-history li")).to_have_count(2)
    assert [one["title"] for one in kept(tab)] == [ENGLISH_EXAMPLE, "???"]
    tab.page.get_by_role("button", name="Delete all").click()
    assert len(kept(tab)) == 2
    tab.page.get_by_role("button", name="Press again to delete all").click()
    expect(tab.page.get_by_text("No conversations yet.")).to_be_visible()
    assert tab.page.evaluate(_KEPT) is None


def test_a_browser_that_forbids_storage_works_all_the_same(browser: Browser, address: str) -> None:
    tab = open_tab(browser, address)
    tab.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    tab.reload()
    ask(tab)
    expect(tab.page.locator(".tl-card").first).to_be_visible()
    open_history(tab)
    expect(tab.page.get_by_text("This browser does not allow conversations to be saved.")).to_be_visible()
    tab.close()


def test_what_is_kept_is_bounded_and_the_oldest_goes(tab: Tab) -> None:
    long = [{"id": str(n), "title": str(n), "at": n, "messages": [{"role": "user", "text": "x" * 90_000}]}
            for n in range(100, 40, -1)]  # fmt: skip
    tab.page.evaluate("all => localStorage.setItem('thalaeng.conversations', JSON.stringify(all.slice(0, 40)))", long)
    ask(tab, "???")
    tab.page.wait_for_function(f"JSON.parse({_KEPT})?.[0]?.title === '???'")
    assert len(tab.page.evaluate(_KEPT)) <= 2_000_000
    assert [one["id"] for one in kept(tab)][1:3] == ["100", "99"]


@pytest.mark.parametrize("broken", ["{", "null", '[{"id": 1}, 3, null]', '[{"id": "a", "messages": 3}]'])
def test_broken_memory_is_as_none(tab: Tab, broken: str) -> None:
    tab.page.evaluate("text => localStorage.setItem('thalaeng.conversations', text)", broken)
    open_history(tab)
    expect(tab.page.get_by_text("No conversations yet.")).to_be_visible()


def test_hostile_text_is_only_text_when_it_comes_back(tab: Tab) -> None:
    ask(tab, HOSTILE.replace("\n\n", " "))
    ask(tab, "hostile")
    tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    open_history(tab)
    assert tab.page.locator("#tl-panel .tl-body :is(img, script, iframe)").count() == 0
    tab.page.locator(".tl-history button").first.click()
    expect(tab.page.locator(".bot-row")).to_have_count(2)
    tab.wait_until_drawn()
    assert tab.page.locator("#tl-chat :is(img, script, iframe, .katex)").count() == 0
    expect(tab.page.locator(".tl-question").first).to_have_text(HOSTILE.replace("\n\n", " "))


def titles(tab: Tab) -> list[tuple[str, int]]:
    """Each conversation that is kept, with how many messages it has."""
    return [(one["title"], len(one["messages"])) for one in kept(tab)]


def test_what_was_deleted_while_it_is_seen_stays_deleted_and_what_follows_is_kept(tab: Tab) -> None:
    ask(tab, "???")
    open_history(tab)
    tab.page.get_by_role("button", name="Delete: ???").click()
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("link", name="Answer in Thai").click()
    expect(tab.page.get_by_role("link", name="Answer in English")).to_be_visible()
    ask(tab, "!!!")
    assert titles(tab) == [("!!!", 2)]
    ask(tab, ENGLISH_EXAMPLE)
    assert titles(tab) == [("!!!", 4)]
    expect(tab.page.locator(".tl-question")).to_have_count(3)


def test_two_tabs_that_go_on_with_one_conversation_lose_nothing_of_each_other(tab: Tab, address: str) -> None:
    ask(tab, "???")
    page = tab.page.context.new_page()
    page.goto(address)
    other = Tab(page)
    other.wait_until_ready()
    open_history(other)
    page.locator(".tl-history button").first.click()
    expect(page.locator(".tl-question")).to_have_text("???")
    ask(other, "!!!")
    assert titles(tab) == [("???", 4)]
    ask(tab, ENGLISH_EXAMPLE)
    ask(tab, "And where?")
    assert titles(tab) == [("???", 6), ("???", 4)]
    ask(other, "And when?")
    assert titles(tab) == [("???", 6), ("???", 6)]
    assert "And when" in kept(tab)[0]["messages"][4]["text"]
    page.close()


def test_a_conversation_that_another_tab_has_deleted_goes_from_the_list(tab: Tab) -> None:
    ask(tab, "???")
    open_history(tab)
    tab.page.evaluate("localStorage.removeItem('thalaeng.conversations')")
    tab.page.locator(".tl-history button").first.click()
    expect(tab.page.get_by_text("No conversations yet.")).to_be_visible()
