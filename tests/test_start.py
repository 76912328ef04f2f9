"""A first visit: what the page is, and what to do there, with examples and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from index.release import Language
from qa.start import start_html
from tests.test_cards import HOSTILE, Reader
from tests.test_page import CHROMIUM, THAI_EXAMPLE, Spy, Tab, address, book, browser, spy
from tests.test_source_page import ask, phone

__all__ = ["Spy", "address", "book", "browser", "phone", "spy"]


@pytest.mark.parametrize(("language", "words"), [("th", "พิมพ์คำถาม"), ("en", "Type a question")])
@pytest.mark.parametrize("examples", [{}, {"th": (), "en": ()}])
def test_without_examples_there_is_a_word_on_what_to_do(
    language: Language, words: str, examples: dict[Language, tuple[str, ...]]
) -> None:
    page = Reader(start_html(examples), language)
    assert words in page.text("tl-welcome")
    assert {link["href"] for link in page.having("a")} == {"#releases"}


def test_examples_of_one_language_leave_the_other_its_word() -> None:
    start = start_html({"en": (HOSTILE,)})
    english, thai = Reader(start, "en"), Reader(start, "th")
    assert english.text("button") == HOSTILE and "Try asking" in english.text("tl-welcome")
    assert "พิมพ์คำถาม" in thai.text("tl-welcome") and not thai.text("button")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_phone_says_what_this_is_until_the_first_question(phone: Tab) -> None:
    tagline = phone.page.locator("#tl-header .tl-tagline")
    expect(tagline).to_be_visible()
    expect(phone.page.get_by_role("button", name=THAI_EXAMPLE)).to_be_in_viewport(ratio=1)
    ask(phone, THAI_EXAMPLE)
    expect(tagline).to_be_hidden()
    phone.page.set_viewport_size({"width": 1280, "height": 800})
    expect(tagline).to_be_visible()
