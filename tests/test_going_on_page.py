"""Going on with a conversation: what is asked meanwhile, what stays in the box, what is gone to and come back from."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Browser, expect

from tests.test_history import kept, open_history
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, Tab, address, book, browser, open_tab, spy, tab
from tests.test_source_page import ask

__all__ = ["address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def wait_until_asked(spy: Spy, count: int) -> None:
    while len(spy.asked) < count:
        threading.Event().wait(0.01)


def test_a_question_sent_while_an_answer_is_given_again_stays_in_the_box_until_it_can_be_asked(
    tab: Tab, spy: Spy
) -> None:
    spy.released.set()
    ask(tab, "slow")
    spy.released.clear()
    count = len(spy.asked)
    tab.page.get_by_role("link", name="Answer in Thai").click()
    wait_until_asked(spy, count + 1)
    tab.box.fill(ENGLISH_EXAMPLE)
    tab.send()
    tab.wait_until_drawn()
    spy.released.set()
    expect(tab.page.get_by_role("link", name="Answer in English")).to_be_visible()
    expect(tab.box).to_have_value(ENGLISH_EXAMPLE)
    tab.send()
    tab.wait_for_replies(2)
    expect(tab.page.locator(".tl-question")).to_have_text(["slow", ENGLISH_EXAMPLE])
    expect(tab.page.locator(".tl-answer")).to_have_count(2)
    # Nor is the answer that was given again lost.
    expect(tab.page.get_by_role("link", name="Answer in English")).to_have_count(1)


def test_no_answer_is_given_again_while_a_question_is_under_way(tab: Tab, spy: Spy) -> None:
    ask(tab)
    count = len(spy.asked)
    spy.released.clear()
    tab.box.fill("slow")
    tab.send()
    wait_until_asked(spy, count + 1)
    tab.page.get_by_role("link", name="Answer in Thai").click()
    expect(tab.page.get_by_role("status").filter(has_text="Please wait for the current answer")).to_be_visible()
    spy.released.set()
    expect(tab.page.locator(".tl-answer")).to_have_count(2)
    expect(tab.page.locator(".tl-question")).to_have_text([ENGLISH_EXAMPLE, "slow"])
    assert [question for question, _ in spy.asked[count:]] == ["slow"]
    tab.page.get_by_role("link", name="Answer in Thai").first.click()
    expect(tab.page.get_by_role("link", name="Answer in English")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_conversation_opened_over_the_releases_is_seen(browser: Browser, address: str, width: int) -> None:
    tab = open_tab(browser, address, width)
    ask(tab)
    tab.page.evaluate("location.hash = '#releases'")
    expect(tab.page.locator("#tl-chat")).to_be_hidden()
    open_history(tab)
    tab.page.locator(".tl-history button").first.click()
    expect(tab.page.locator("#tl-shelf-page")).to_be_hidden()
    expect(tab.page.locator(".tl-answer")).to_be_in_viewport()
    tab.close()
    assert not tab.complaints


def test_questions_that_go_on_from_one_conversation_do_not_stand_under_another(tab: Tab) -> None:
    ask(tab, "???")
    tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    ask(tab)
    expect(tab.page.locator("#tl-further button").first).to_be_visible(timeout=60_000)
    open_history(tab)
    tab.page.locator(".tl-history").get_by_role("button", name="???").first.click()
    expect(tab.page.locator(".tl-question")).to_have_text("???")
    expect(tab.page.locator("#tl-further button")).to_have_count(0)


def test_questions_to_go_on_with_leave_with_the_next_question_and_stay_where_none_is_typed(tab: Tab, spy: Spy) -> None:
    ask(tab)
    further = tab.page.locator("#tl-further button")
    expect(further.first).to_be_visible(timeout=60_000)
    before = further.all_inner_texts()
    kept_at = kept(tab)[0]["at"]
    tab.send()
    expect(tab.page.get_by_text("Please type a question first.")).to_be_visible()
    tab.wait_until_drawn()
    assert further.all_inner_texts() == before
    assert kept(tab)[0]["at"] == kept_at
    spy.released.clear()
    tab.box.fill("slow")
    tab.send()
    expect(tab.page.get_by_text("Searching…")).to_be_visible()
    expect(further).to_have_count(0)
    spy.released.set()
    tab.wait_for_replies(2)


def test_what_is_typed_is_back_in_the_box_after_a_suggested_question(tab: Tab) -> None:
    tab.box.fill("half a question")
    tab.page.get_by_role("button", name=ENGLISH_EXAMPLE).click()
    tab.wait_for_replies(1)
    expect(tab.box).to_have_value("half a question")
    further = tab.page.locator("#tl-further button")
    expect(further.first).to_be_visible(timeout=60_000)
    suggested = further.first.inner_text()
    further.first.click()
    tab.wait_for_replies(2)
    expect(tab.page.locator(".tl-question").last).to_have_text(suggested)
    expect(tab.box).to_have_value("half a question")


def test_what_is_typed_while_an_answer_is_given_again_is_not_taken_for_a_suggested_question(tab: Tab, spy: Spy) -> None:
    spy.released.set()
    ask(tab, "slow")
    ask(tab)
    further = tab.page.locator("#tl-further button")
    expect(further.first).to_be_visible(timeout=60_000)
    spy.released.clear()
    tab.page.get_by_role("link", name="Answer in Thai").first.click()
    tab.box.fill("half a question")
    further.first.click()
    tab.wait_until_drawn()
    spy.released.set()
    expect(tab.page.get_by_role("link", name="Answer in English")).to_be_visible()
    expect(tab.box).to_have_value("half a question")
    expect(tab.page.locator(".tl-question")).to_have_count(2)


def test_the_questions_to_go_on_with_are_in_the_language_in_which_the_last_answer_is_given_again(tab: Tab) -> None:
    ask(tab)
    further = tab.page.locator("#tl-further button")
    expect(further.first).to_have_text(re.compile("[A-Za-z]"), timeout=60_000)
    tab.page.get_by_role("link", name="Answer in Thai").click()
    expect(further.first).to_have_text(re.compile("^ข่าว|^สรุป"), timeout=60_000)
    expect(tab.page.get_by_role("link", name="Answer in English")).to_be_visible()


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_a_release_is_opened_in_a_tab_of_its_own_where_that_is_wanted(tab: Tab, key: str) -> None:
    page = tab.page
    ask(tab)
    quoted = page.locator(".tl-title .tl-open").first
    page.get_by_role("link", name="All releases", exact=True).click()
    listed = page.locator(".tl-rows .tl-open").first
    for link in (listed, quoted):
        title = link.inner_text().removeprefix("[1] ")
        with page.context.expect_page() as opened:
            link.click(modifiers=[key])  # type: ignore[list-item]
        expect(opened.value.locator("#tl-panel .tl-headline")).to_have_text(title)
        assert opened.value.locator("#tl-panel mark").count() == 0
        expect(page.locator("#tl-panel")).to_be_hidden()
        opened.value.close()
        page.evaluate("location.hash = ''")


@pytest.mark.parametrize("way", ["link", "back"])
def test_the_chat_is_where_it_was_after_a_look_at_the_releases(tab: Tab, way: str) -> None:
    page = tab.page
    # The chat goes to an answer at once.
    page.emulate_media(reduced_motion="reduce")
    for _ in range(3):
        ask(tab)
    page.evaluate("scrollTo({top: 333, behavior: 'instant'})")
    assert page.evaluate("scrollY") == 333
    page.get_by_role("link", name="All releases", exact=True).evaluate("link => link.click()")
    expect(page.locator(".tl-rows li")).to_have_count(14)
    page.evaluate("scrollTo({top: 77, behavior: 'instant'})")
    if way == "back":
        page.go_back()
    else:
        page.get_by_role("link", name="Back to questions").evaluate("link => link.click()")
    expect(page.locator("#tl-chat")).to_be_visible()
    page.wait_for_function("scrollY === 333")
