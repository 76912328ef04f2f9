"""A translation in a real browser: below its quote, as what it is, in both languages of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from qa.ask import Answerer
from qa.desk import Desk
from qa.page import build_page
from qa.serve import serve_page
from qa.translate import Translator
from tests.test_page import CHROMIUM, Tab, browser, tab
from tests.test_translate import QUESTION, WHOLE, Script

__all__ = ["browser", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def script() -> Script:
    return Script(WHOLE)


@pytest.fixture(scope="module")
def address(answerer: Answerer, script: Script) -> Iterator[str]:
    page = build_page(answerer, desk=Desk(2), writer=Translator(script, answerer.prover))
    yield serve_page(page, wait=False)
    page.close(verbose=False)


def test_a_translation_stands_below_its_quote_and_says_what_it_is(tab: Tab, script: Script) -> None:
    script.text = WHOLE
    tab.ask(QUESTION)
    page = tab.page
    card = page.locator(".tl-card").first
    expect(card.locator(".tl-translation")).to_contain_text(WHOLE, timeout=30_000)
    expect(card.locator(".tl-translation .tl-label")).to_have_text(
        "Machine translation, may be wrong", use_inner_text=True
    )
    expect(page.locator(".tl-byline")).to_contain_text("on this machine", use_inner_text=True)
    expect(page.locator(".tl-writing")).to_have_count(0)
    quote, translation = (card.locator(name).bounding_box() for name in (".tl-quote", ".tl-translation"))
    assert quote is not None
    assert translation is not None
    assert quote["y"] + quote["height"] <= translation["y"]


def test_a_translation_is_text_and_no_markup(tab: Tab, script: Script) -> None:
    script.text = WHOLE.replace("whole line", "<b>whole</b> **line**")
    tab.ask(QUESTION)
    translation = tab.page.locator(".tl-translation")
    expect(translation.first).to_contain_text("for the <b>whole</b> **line**, and", timeout=30_000)
    assert translation.locator("b, strong").count() == 0


def test_what_does_not_pass_is_not_shown_and_that_is_said(tab: Tab, script: Script) -> None:
    script.text = WHOLE.replace("22", "220")
    tab.ask(QUESTION)
    page = tab.page
    expect(page.locator(".tl-note")).to_have_text(
        "No translation passed its checks, so none is shown.", timeout=30_000, use_inner_text=True
    )
    expect(page.locator(".tl-card").first).to_contain_text("22 บาทตลอดสาย")
    assert page.locator(".tl-translation").count() == 0
