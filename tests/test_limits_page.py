"""What a person sees who does too much in a minute."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from qa.desk import Desk
from qa.feedback import FeedbackBook
from qa.page import build_page
from qa.serve import serve_page
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, Tab, book, browser, open_tab, spy, tab
from tests.test_source_page import ask

__all__ = ["book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def address(spy: Spy, book: FeedbackBook) -> Iterator[str]:
    """A chat that takes one question a minute."""
    page = build_page(spy, desk=Desk(2, a_minute=1), feedback=book)
    yield serve_page(page, wait=False)
    page.close(verbose=False)


def test_looking_has_a_limit_of_its_own_and_so_have_questions_to_go_on_with(
    browser: Browser, spy: Spy, book: FeedbackBook
) -> None:
    chat = build_page(spy, desk=Desk(2, a_minute=1, looks_a_minute=2), suggester=spy, feedback=book)
    tab = open_tab(browser, serve_page(chat, wait=False))
    page = tab.page
    ask(tab)
    expect(page.locator("#tl-further button").first).to_be_visible(timeout=60_000)
    tab.page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".tl-question")).to_have_count(0)
    before = len(spy.asked)
    tab.ask("And where?")
    expect(page.locator(".bot-row .tl-notice")).to_contain_text(
        "You can ask up to 1 question a minute", use_inner_text=True
    )
    assert len(spy.asked) == before
    page.get_by_role("link", name="All releases", exact=True).click()
    rows = page.locator(".tl-rows li")
    expect(rows).to_have_count(14)
    rows.first.locator("a").click()
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator(".tl-headline")).to_be_visible()
    page.keyboard.press("Escape")
    rows.last.locator("a").click()
    says = "You can open releases and lists up to 2 times a minute."
    expect(panel.locator(".tl-notice")).to_contain_text(says, use_inner_text=True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").first.click()
    expect(page.locator("#tl-choices")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Sort by").select_option("oldest")
    expect(page.locator(".tl-shelf-list .tl-notice")).to_contain_text(says, use_inner_text=True)
    tab.close()
    assert not tab.complaints
    chat.close(verbose=False)


def test_opinions_have_a_limit_too(tab: Tab, book: FeedbackBook) -> None:
    page = tab.page
    ask(tab)
    said = page.locator(".tl-whisper")
    for name, rating in (("Good answer", "up"), ("Bad answer", "down")):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name, pressed=True)).to_have_count(1)
        expect(page.locator("[class*=tl-act-rate][aria-pressed=true]")).to_have_count(1)
        expect(said).to_have_text("Thank you for your feedback")
        assert [opinion.rating for opinion in book.all()] == [rating]
    page.get_by_role("button", name="Good answer").click()
    expect(said).to_contain_text("You can send feedback up to 2 times a minute. Please try again in")
    page.get_by_role("button", name="ไทย").click()
    page.get_by_role("button", name="ตอบดี").click()
    expect(said).to_contain_text("ส่งความเห็นได้ไม่เกิน 2 ครั้งต่อนาที")
    assert [opinion.rating for opinion in book.all()] == ["down"]
    # What was not kept does not look as if it were.
    expect(page.get_by_role("button", name="ตอบไม่ดี", pressed=True)).to_have_count(1)
    expect(page.get_by_role("button", name="ตอบดี", pressed=False)).to_have_count(1)


@pytest.fixture
def full(spy: Spy) -> Iterator[str]:
    """A chat where a second question at the same time is one too many."""
    page = build_page(spy, desk=Desk(1, waiting=0))
    yield serve_page(page, wait=False)
    spy.released.set()
    page.close(verbose=False)


def occupy(spy: Spy, browser: Browser, address: str) -> Tab:
    """Somebody whose question takes the only place until `spy.released` is set."""
    spy.released.clear()
    before = len(spy.asked)
    tab = open_tab(browser, address)
    tab.ask("slow")
    tab.page.wait_for_function("document.querySelector('.bot-row')")
    while len(spy.asked) == before:
        threading.Event().wait(0.01)
    return tab


def leave_place(spy: Spy, somebody: Tab) -> None:
    spy.released.set()
    somebody.wait_for_replies(1)


BUSY = "Many people are asking right now."
KEPT = "JSON.parse(localStorage.getItem('thalaeng.conversations') ?? '[]')"


def test_a_question_that_is_one_too_many_is_given_back_and_is_no_part_of_the_conversation(
    spy: Spy, browser: Browser, full: str
) -> None:
    tab = open_tab(browser, full)
    somebody = occupy(spy, browser, full)
    tab.ask("And where is it?")
    tab.wait_for_replies(1)
    expect(tab.page.locator(".tl-notice").last).to_contain_text(BUSY)
    expect(tab.box).to_have_value("And where is it?")
    assert tab.page.evaluate(KEPT) == []
    leave_place(spy, somebody)
    # Asked again it takes the place of the one that was refused.
    tab.send()
    expect(tab.page.locator(".tl-actions")).to_have_count(1)
    tab.wait_for_replies(1)
    expect(tab.box).to_have_value("")
    expect(tab.page.locator(".tl-question")).to_have_count(1)
    assert spy.asked[-1] == ("And where is it?", [])
    somebody.close()
    tab.close()


def test_another_question_follows_those_that_were_answered(spy: Spy, browser: Browser, full: str) -> None:
    tab = open_tab(browser, full)
    ask(tab)
    somebody = occupy(spy, browser, full)
    tab.ask("And where?")
    tab.wait_for_replies(2)
    expect(tab.box).to_have_value("And where?")
    # Nor does an answer give way to the word that there is none in the other language now.
    tab.page.locator(".tl-act", has_text="Answer in Thai").click()
    expect(tab.page.get_by_test_id("toast-body")).to_contain_text(BUSY, use_inner_text=True)
    expect(tab.page.locator(".tl-answer")).to_have_count(1)
    leave_place(spy, somebody)
    tab.box.fill("And who builds it?")
    tab.send()
    tab.wait_for_replies(3)
    assert spy.asked[-1] == ("And who builds it?", [ENGLISH_EXAMPLE])
    tab.page.wait_for_function(f"{KEPT}[0]?.messages.length === 4")
    assert "And where?" not in tab.page.evaluate(f"JSON.stringify({KEPT})")
    somebody.close()
    tab.close()


def test_what_was_typed_meanwhile_stays(spy: Spy, browser: Browser, full: str) -> None:
    tab = open_tab(browser, full)
    somebody = occupy(spy, browser, full)
    # The reply waits until the next question is being typed.
    tab.page.evaluate(
        """() => new MutationObserver((_, observer) => {
            const box = document.querySelector('#tl-box textarea');
            if (!document.querySelector('.tl-question') || box.value) return;
            observer.disconnect();
            box.value = 'typed meanwhile';
            box.dispatchEvent(new Event('input', {bubbles: true}));
        }).observe(document.body, {childList: true, subtree: true})"""
    )
    tab.ask("And where is it?")
    expect(tab.page.locator(".tl-notice").last).to_contain_text(BUSY)
    tab.wait_for_replies(1)
    expect(tab.box).to_have_value("typed meanwhile")
    leave_place(spy, somebody)
    somebody.close()
    tab.close()
