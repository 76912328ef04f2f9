"""What is near an answer: releases that it does not quote, and questions that go on from it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from qa.ask import Answerer
from qa.cards import answer_html
from qa.related import follow_ups_html, related_html
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, Tab, address, book, browser, hostile_answer, spy, tab
from tests.test_source_page import ask

__all__ = ["address", "book", "browser", "spy", "tab"]


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


def test_a_refusal_has_nothing_near_it(answerer: Answerer) -> None:
    answer = answerer.ask("What is the boiling point of tungsten?")
    assert answer.abstained
    assert related_html(answerer, answer) == ""
    assert follow_ups_html(answerer, answer.question, answer_html(answer)) == ""


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
    ask(tab, "Which releases mention trams, museums or rice?")
    related = tab.page.locator(".tl-related .tl-open").first
    title = related.text_content()
    related.click()
    expect(tab.page.locator("#tl-panel .tl-headline")).to_have_text(str(title))
    assert tab.page.locator("#tl-panel mark").count() == 0
