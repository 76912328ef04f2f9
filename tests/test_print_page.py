"""An answer on paper: what is to be read is there, in the light, and nothing that is there to be pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.test_contrast import dim
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, Tab, address, book, browser, spy, tab
from tests.test_source_page import ask

__all__ = ["address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

_PRESSED = ("#tl-ask", ".tl-tools", ".tl-actions", "#tl-further", "#tl-panel", ".tl-context summary", ".tl-related")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_answer_is_printed_with_its_quotes_and_the_addresses_of_its_links(tab: Tab, spy: Spy, theme: str) -> None:
    page = tab.page
    page.evaluate(f"localStorage.setItem('thalaeng.theme', '{theme}')")
    tab.reload()
    ask(tab)
    page.locator(".tl-title .tl-open").first.click()
    page.locator("#tl-panel mark.tl-current").wait_for()
    first = spy.answers[-1].citations[0]
    page.emulate_media(media="print")
    expect(page.locator("body")).not_to_have_class("dark")
    for pressed in _PRESSED:
        for part in page.locator(pressed).all():
            expect(part).to_be_hidden()
    card = page.locator(".tl-card").first
    expect(page.locator(".tl-question")).to_have_text(ENGLISH_EXAMPLE)
    for part in (page.locator(".tl-question"), card.locator("mark").first, card.locator(".tl-date")):
        expect(part).to_be_visible()
    after = card.locator(".tl-link a").evaluate("link => getComputedStyle(link, '::after').content")
    assert first.url in after
    seen, faint = dim(tab)
    assert ENGLISH_EXAMPLE[:40] in seen
    assert faint == []
    at = page.locator("#tl-chat").bounding_box()
    assert at is not None and at["width"] > 700, "there is room for a panel beside it"
    page.emulate_media(media="screen")
    expect(page.locator("#tl-panel mark.tl-current")).to_be_visible()
    page.wait_for_function(f"document.body.classList.contains('dark') === {str(theme == 'dark').lower()}")
    page.wait_for_function("document.documentElement.classList.contains('tl-beside')")
