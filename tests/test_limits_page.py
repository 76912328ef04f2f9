"""What a person sees who does too much in a minute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from qa.desk import Desk
from qa.feedback import FeedbackBook
from qa.page import build_page
from qa.serve import serve_page
from tests.test_page import CHROMIUM, Spy, Tab, book, browser, spy, tab
from tests.test_source_page import ask

__all__ = ["book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def address(spy: Spy, book: FeedbackBook) -> Iterator[str]:
    """A chat that takes one question a minute."""
    page = build_page(spy, desk=Desk(2, a_minute=1), feedback=book)
    yield serve_page(page, wait=False)
    page.close(verbose=False)


def test_opinions_have_a_limit_too(tab: Tab, book: FeedbackBook) -> None:
    page = tab.page
    ask(tab)
    said = page.locator(".tl-whisper")
    for name, rating in (("Good answer", "up"), ("Bad answer", "down")):
        page.get_by_role("link", name=name).click()
        expect(page.locator(f".tl-act-rate-{rating}.tl-chosen")).to_have_count(1)
        expect(said).to_have_text("Thank you for your opinion")
        assert [opinion.rating for opinion in book.all()] == [rating]
    page.get_by_role("link", name="Good answer").click()
    expect(said).to_contain_text("No more than 2 opinions a minute can be given. Please try again in")
    page.get_by_role("button", name="ไทย").click()
    page.get_by_role("link", name="ตอบดี").click()
    expect(said).to_contain_text("ให้ความเห็นได้ไม่เกิน 2 ครั้งต่อนาที")
    assert [opinion.rating for opinion in book.all()] == ["down"]
    # What was not kept does not look as if it were.
    expect(page.locator(".tl-act-rate-down.tl-chosen")).to_have_count(1)
