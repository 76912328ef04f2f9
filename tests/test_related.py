"""What is near an answer: releases that it does not quote, and questions that go on from it."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from index.language import detect_language
from index.release import LANGUAGES, Language
from index.selection import Selection
from qa.answer import Answer
from qa.answer_actions import unfiltered_html
from qa.ask import Answerer
from qa.cards import answer_html
from qa.filters import NO_FILTERS, Filters
from qa.related import follow_ups_html, related_html
from qa.stretch import Days
from tests.test_page import (
    CHROMIUM,
    ENGLISH_EXAMPLE,
    THAI_EXAMPLE,
    Spy,
    Tab,
    address,
    book,
    browser,
    hostile_answer,
    spy,
    tab,
)
from tests.test_source_page import ask, phone

__all__ = ["address", "book", "browser", "phone", "spy", "tab"]


def set_filters(page: Page, filters: str) -> None:
    page.evaluate(f"thalaeng.setFilters({filters})")


def test_related_releases_are_found_ones_that_are_not_quoted(answerer: Answerer) -> None:
    answer = answerer.ask(ENGLISH_EXAMPLE)
    everything = replace(answer, retrieved=tuple(replace(found, score=1.0) for found in answer.retrieved))
    shown = re.findall(r"#release-([0-9a-f]{16})", html.unescape(related_html(answerer, everything)))
    cited = {citation.release_id for citation in answer.citations}
    assert shown == [found.release_id for found in answer.retrieved if found.release_id not in cited][:4]


def test_what_is_far_off_is_not_related(answerer: Answerer) -> None:
    answer = answerer.ask(ENGLISH_EXAMPLE)
    best, *others = answer.retrieved
    far = replace(answer, retrieved=(best, *(replace(found, score=best.score - 0.5) for found in others)))
    assert related_html(answerer, far) == ""


def test_under_a_refusal_the_nearest_releases_are_said_not_to_answer(answerer: Answerer) -> None:
    answer = answerer.ask("What is the boiling point of tungsten?")
    assert answer.abstained and not answer.citations
    near = replace(answer, retrieved=tuple(replace(found, score=1.0) for found in answer.retrieved))
    shown = related_html(answerer, near)
    opened = re.findall(r"#release-([0-9a-f]{16})", html.unescape(shown))
    assert opened == [found.release_id for found in answer.retrieved][:3]
    assert "Closest releases, but none answers this" in shown
    assert "แต่ไม่ได้ตอบคำถามนี้" in shown
    assert "Related releases" not in shown
    assert "Related releases" in related_html(answerer, replace(near, abstained=False))
    assert follow_ups_html(answerer, answer.question, answer_html(answer) + shown) == ""


def test_a_message_that_asks_nothing_has_no_release_near_it(answerer: Answerer) -> None:
    answer = answerer.ask("???")
    assert answer.abstained
    assert related_html(answerer, answer) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", [ENGLISH_EXAMPLE, THAI_EXAMPLE])
def test_questions_to_go_on_with_are_in_the_language_of_the_answer(
    answerer: Answerer, question: str, language: Language
) -> None:
    reply = answer_html(answerer.ask(question, language=language))
    offered = re.findall(r"<button[^>]*>(.*?)</button>", follow_ups_html(answerer, question, reply))
    assert {detect_language(html.unescape(one)) for one in offered} == {language}


@pytest.mark.parametrize(
    ("filters", "abstained", "is_offered"),
    [
        (Filters(Selection(category="Energy")), True, True),
        (Filters(Selection(first=dt.date(2024, 1, 1))), True, True),
        (Filters(Selection(language="en"), newest_first=True), True, True),
        (Filters(Selection(category="Energy")), False, False),
        (Filters(newest_first=True), True, False),
        (NO_FILTERS, True, False),
    ],
)
def test_a_refusal_among_filters_can_be_asked_without_them(filters: Filters, abstained: bool, is_offered: bool) -> None:
    days = (Days(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "2567"),)
    offered = unfiltered_html(Answer("?", "en", "", abstained, days=days, filters=filters))
    assert (">Ask without filters<" in offered, ">ถามโดยไม่ใช้ตัวกรอง<" in offered) == (is_offered, is_offered)


def test_a_hostile_headline_is_only_text(spy: Spy) -> None:
    answer = replace(hostile_answer(), citations=(), retrieved=spy.answerer.ask(ENGLISH_EXAMPLE).retrieved[:1])
    hostile = replace(answer, retrieved=(replace(answer.retrieved[0], release_id="0" * 16),))
    assert not re.search(r"<(?!/?(?:div|p|ul|li|a|span)\b)", related_html(spy, hostile))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_questions_to_go_on_with_are_asked_with_a_press(tab: Tab, spy: Spy) -> None:
    ask(tab)
    further = tab.page.locator("#tl-further button")
    expect(further.first).to_be_visible(timeout=60_000)
    question = further.first.text_content()
    further.first.click()
    expect(tab.page.locator(".tl-question")).to_have_count(2)
    expect(tab.page.locator(".bot-row").nth(1).locator(".tl-card").first).to_be_visible(timeout=60_000)
    assert (question, [ENGLISH_EXAMPLE]) in spy.asked


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_related_release_opens_beside_the_chat(tab: Tab) -> None:
    ask(tab, "Which releases mention rice farmers?")
    related = tab.page.locator(".tl-related .tl-open").first
    title = related.text_content()
    related.click()
    expect(tab.page.locator("#tl-panel .tl-headline")).to_have_text(str(title))
    assert tab.page.locator("#tl-panel mark").count() == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_refusal_among_filters_is_asked_again_without_them_in_its_place(tab: Tab, spy: Spy) -> None:
    page = tab.page
    set_filters(page, "{category: 'Energy', newest_first: true}")
    ask(tab, THAI_EXAMPLE)
    refused = spy.answers[-1]
    assert refused.abstained and refused.filters.selection.category == "Energy"
    before = len(spy.asked)
    page.get_by_role("link", name="Ask without filters").press("Enter")
    expect(page.locator(".tl-card").first).to_be_visible(timeout=60_000)
    assert spy.asked[before:] == [(THAI_EXAMPLE, [])]
    assert spy.answers[-1].filters == Filters(newest_first=True)
    assert spy.answers[-1].language == refused.language
    expect(page.locator(".tl-question")).to_have_count(1)
    expect(page.get_by_role("link", name="Ask without filters")).to_have_count(0)
    expect(page.locator(".tl-chips button")).to_have_count(1)
    expect(page.locator(".tl-chips button")).to_contain_text("Newest first", use_inner_text=True)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_filters_chosen_since_a_refusal_are_not_taken_away(tab: Tab, spy: Spy) -> None:
    page = tab.page
    set_filters(page, "{category: 'Energy'}")
    ask(tab, THAI_EXAMPLE)
    set_filters(page, "{release_language: 'en'}")
    page.get_by_role("link", name="Ask without filters").click()
    expect(page.locator(".tl-card").first).to_be_visible(timeout=60_000)
    assert spy.answers[-1].filters == NO_FILTERS
    expect(page.locator(".tl-chips button")).to_contain_text("English", use_inner_text=True)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_on_a_phone_a_release_near_a_refusal_opens_in_thai(phone: Tab, spy: Spy) -> None:
    page = phone.page
    set_filters(page, "{category: 'Energy'}")
    ask(phone, THAI_EXAMPLE)
    assert spy.answers[-1].abstained
    expect(page.get_by_role("link", name="ถามโดยไม่ใช้ตัวกรอง")).to_be_visible()
    near = page.locator(".tl-related")
    expect(near).to_contain_text("แต่ไม่ได้ตอบคำถามนี้", use_inner_text=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    link = near.locator(".tl-open").first
    title = link.text_content()
    link.click()
    expect(page.locator("#tl-panel .tl-headline")).to_have_text(str(title))
    assert page.locator("#tl-panel mark").count() == 0
