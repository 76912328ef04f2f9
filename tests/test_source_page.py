"""Beside the chat, and around an answer: the source, the languages, the light, what can be taken along."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, Route, expect

from qa.feedback import FeedbackBook
from tests.test_page import (
    CHROMIUM,
    ENGLISH_EXAMPLE,
    HOSTILE,
    LONG_ID,
    THAI_EXAMPLE,
    Spy,
    Tab,
    address,
    book,
    browser,
    long_release,
    open_tab,
    spy,
    tab,
)

__all__ = ["address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Tab]:
    """A narrow screen whose browser speaks Thai."""
    tab = open_tab(browser, address, width=360, locale="th-TH")
    yield tab
    tab.close()
    assert not tab.outside
    assert not tab.complaints
    assert not tab.dialogs


def ask(tab: Tab, question: str = ENGLISH_EXAMPLE) -> None:
    replies = tab.page.locator(".bot-row").count()
    tab.box.fill(question)
    tab.send()
    expect(tab.page.locator(".tl-actions")).to_have_count(replies + 1, timeout=30_000)
    tab.wait_for_replies(replies + 1)


def copied(tab: Tab, name: str, place: int = 0) -> str:
    """What is on the clipboard after a press on a link under an answer, the first where no other is named."""
    tab.page.evaluate("navigator.clipboard.writeText('')")
    tab.page.locator(".tl-actions").nth(place).get_by_role("link", name=name, exact=True).click()
    expect(tab.page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    return str(tab.page.wait_for_function("navigator.clipboard.readText()").json_value())


def test_a_citation_opens_the_release_at_the_quote(tab: Tab, spy: Spy) -> None:
    ask(tab)
    first = spy.answers[-1].citations[0]
    stored = spy.release(first.release_id)
    assert stored is not None
    tab.page.locator(".tl-title .tl-open").first.click()
    panel = tab.page.get_by_role("dialog", name="Source")
    marked = panel.locator("mark.tl-current")
    expect(marked).to_be_in_viewport()
    assert marked.text_content() == first.quote
    assert panel.locator(".tl-release").text_content() == stored.release.text
    expect(panel.locator(".tl-headline")).to_have_text(stored.release.title)
    expect(panel.locator(".tl-place")).to_have_text(f"Quote 1 of {len(spy.answers[-1].citations)}")
    assert panel.locator("a").first.get_attribute("href") == first.url
    chat, source = tab.page.locator("#tl-chat").bounding_box(), panel.bounding_box()
    assert chat is not None and source is not None
    assert chat["x"] + chat["width"] <= source["x"], "the source covers the chat"


def test_the_source_is_reached_and_left_by_keyboard(tab: Tab) -> None:
    ask(tab)
    title = tab.page.locator(".tl-title .tl-open").first
    title.focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="Close")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#tl-panel")).to_be_hidden()
    expect(title).to_be_focused()


def test_next_and_previous_go_through_the_quotes(tab: Tab, spy: Spy) -> None:
    ask(tab, "Which releases mention trams, museums or rice?")
    citations = spy.answers[-1].citations
    assert len(citations) > 1
    tab.page.locator(".tl-title .tl-open").first.click()
    marked = tab.page.locator("#tl-panel mark.tl-current")
    for citation in citations[1:]:
        tab.page.get_by_role("button", name="Next quote").click()
        expect(marked).to_have_text(citation.quote)
        expect(marked).to_be_in_viewport()
    expect(tab.page.get_by_role("button", name="Next quote")).to_be_disabled()
    for citation in reversed(citations[:-1]):
        tab.page.get_by_role("button", name="Previous quote").click()
        expect(marked).to_have_text(citation.quote)
    expect(tab.page.get_by_role("button", name="Previous quote")).to_be_disabled()


def test_a_quote_that_has_moved_since_the_answer_is_found_and_one_that_is_gone_is_said(
    tab: Tab, spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(tab)
    first = spy.answers[-1].citations[0]
    stored = spy.release(first.release_id)
    assert stored is not None
    text = stored.release.text
    marks, notice = tab.page.locator("#tl-panel mark"), tab.page.locator("#tl-panel .tl-notice")
    for now, marked in ((f"A correction. {text}", [first.quote]), (text.replace(first.quote, "It is not so."), [])):
        changed = replace(stored, release=replace(stored.release, text=now))
        monkeypatch.setattr(spy, "release", lambda release_id, changed=changed: changed)
        tab.page.locator(".tl-title .tl-open").first.click()
        expect(tab.page.locator("#tl-panel .tl-release")).to_have_text(now)
        expect(tab.page.locator("#tl-panel mark.tl-current")).to_have_text(marked)
        expect(notice.filter(has_text="has changed since")).to_have_count(1 - len(marked))
        tab.page.keyboard.press("Escape")
        expect(marks).to_have_count(0)


def test_a_hostile_release_is_only_text_beside_the_chat(tab: Tab) -> None:
    ask(tab, "hostile")
    tab.page.locator(".tl-title .tl-open").first.click()
    panel = tab.page.locator("#tl-panel")
    expect(panel.locator("mark.tl-current")).to_have_text(HOSTILE.replace("\n\n", " "))
    tab.wait_until_drawn()
    assert panel.locator(".tl-body :is(a, img, script, iframe, strong)").count() == 0
    assert "\x1b" not in (panel.text_content() or "")


def test_on_a_phone_the_source_is_a_sheet_over_the_chat(phone: Tab) -> None:
    ask(phone, THAI_EXAMPLE)
    link = phone.page.locator(".tl-title .tl-open").first
    link.click()
    panel = phone.page.locator("#tl-panel")
    expect(panel.locator("mark.tl-current")).to_be_in_viewport()
    assert panel.get_attribute("aria-modal") == "true"
    assert phone.page.evaluate("document.querySelector('#tl-chat').inert")
    box = panel.bounding_box()
    assert box is not None and (box["x"], box["width"]) == (0, 360)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.page.get_by_role("button", name="ปิด").click()
    expect(panel).to_be_hidden()
    assert not phone.page.evaluate("document.querySelector('#tl-chat').inert")
    expect(link).to_be_focused()


def test_on_a_phone_back_closes_the_sheet_and_leaves_the_chat_where_it_is(phone: Tab) -> None:
    ask(phone, THAI_EXAMPLE)
    page = phone.page
    panel, link = page.locator("#tl-panel"), page.locator(".tl-title .tl-open").first
    entries = page.evaluate("history.length")
    for _ in range(2):
        link.click()
        expect(panel.locator("mark.tl-current")).to_be_in_viewport()
        page.go_back()
        expect(panel).to_be_hidden()
        expect(link).to_be_focused()
        expect(page.locator(".tl-answer")).to_have_count(1)
    # Nor does a sheet that is closed otherwise leave an entry behind, where Back would do nothing.
    for _ in range(2):
        link.click()
        page.get_by_role("button", name="ปิด").click()
        expect(panel).to_be_hidden()
        page.wait_for_function("history.state?.sheet !== true")
    link.click()
    expect(panel.locator("mark.tl-current")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.wait_for_function("history.state?.sheet !== true")
    assert page.evaluate("history.length") == entries + 1
    page.get_by_role("button", name="ประวัติการสนทนา").click()
    expect(panel).to_be_visible()
    page.go_back()
    expect(panel).to_be_hidden()


def test_on_a_phone_back_from_a_release_goes_to_the_list_of_releases(phone: Tab) -> None:
    page = phone.page
    page.get_by_role("link", name="ข่าวทั้งหมด").click()
    page.locator(".tl-shelf-list a[href^='#release-']").first.click()
    expect(page.locator("#tl-panel .tl-release")).to_be_visible()
    page.go_back()
    expect(page.locator("#tl-panel")).to_be_hidden()
    expect(page.locator("#tl-shelf-page")).to_be_visible()
    page.go_back()
    expect(page.locator("#tl-shelf-page")).to_be_hidden()


def test_beside_the_chat_the_source_is_no_entry_of_the_history(tab: Tab) -> None:
    ask(tab)
    entries = tab.page.evaluate("history.length")
    tab.page.locator(".tl-title .tl-open").first.click()
    expect(tab.page.locator("#tl-panel mark.tl-current")).to_be_in_viewport()
    assert tab.page.evaluate("history.length") == entries
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#tl-panel")).to_be_hidden()
    expect(tab.page.locator(".tl-answer")).to_have_count(1)


def open_long(tab: Tab) -> None:
    """The source of a release whose headline is cut short, read to its end."""
    tab.page.evaluate(f"window.thalaeng.openRelease(document.body, '{LONG_ID}')")
    tab.page.locator("#tl-panel .tl-release").wait_for()
    tab.page.locator("#tl-panel .tl-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")


def test_the_language_is_switched_without_leaving_the_place_in_the_source(tab: Tab) -> None:
    ask(tab)
    tab.page.locator(".tl-title .tl-open").first.click()
    tab.page.locator("#tl-panel mark.tl-current").wait_for()
    body = tab.page.locator("#tl-panel .tl-body")
    # Lower than the window is high, wherever the quote stands.
    body.evaluate("body => { body.append(Object.assign(document.createElement('div'), {style: 'height: 5000px'})); }")
    body.evaluate("body => body.scrollTo(0, 1234)")
    tab.page.get_by_role("button", name="ไทย").click()
    expect(tab.page.locator("#tl-panel .tl-place")).to_contain_text("ข้อความที่ 1 จาก")
    tab.wait_until_drawn()
    assert body.evaluate("body => body.scrollTop") == 1234


def test_a_release_opened_without_a_quote_has_nothing_to_step_through(tab: Tab) -> None:
    open_long(tab)
    expect(tab.page.locator("#tl-panel [data-act=next]")).to_be_hidden()
    expect(tab.page.locator("#tl-panel [data-act=previous]")).to_be_hidden()


def test_the_official_link_stays_in_sight_to_the_end_of_the_source(tab: Tab) -> None:
    open_long(tab)
    link = tab.page.locator("#tl-panel").get_by_role("link", name="Open the official release")
    expect(link).to_be_in_viewport(ratio=1)
    link.click(trial=True)


def test_on_a_small_phone_the_text_has_most_of_the_sheet_and_a_long_headline_can_be_read(phone: Tab) -> None:
    page = phone.page
    page.set_viewport_size({"width": 360, "height": 640})
    open_long(phone)
    link = page.locator("#tl-panel").get_by_role("link", name="เปิดข่าวฉบับทางการ")
    expect(link).to_be_in_viewport(ratio=1)
    link.click(trial=True)
    headline, head, body = (page.locator(f"#tl-panel {part}") for part in (".tl-headline", ".tl-head", ".tl-body"))
    sheet, seen, low = page.locator("#tl-panel").bounding_box(), body.bounding_box(), head.bounding_box()
    assert sheet is not None and seen is not None and low is not None
    assert seen["y"] + seen["height"] - (low["y"] + low["height"]) > 0.6 * sheet["height"]
    cut = "part => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1"
    assert headline.evaluate(cut)
    unfold = page.get_by_role("button", name="พาดหัวทั้งหมด")
    unfold.press("Enter")
    expect(unfold).to_have_attribute("aria-expanded", "true")
    assert not headline.evaluate(cut)
    assert not head.locator(".tl-about").evaluate(cut)
    assert headline.text_content() == long_release().title
    link.scroll_into_view_if_needed()
    link.click(trial=True)
    headline.click(position={"x": 5, "y": 5})
    expect(unfold).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_enlarged_to_400_percent_there_is_room_to_read(phone: Tab) -> None:
    page = phone.page
    page.set_viewport_size({"width": 320, "height": 256})
    ask(phone)
    at_foot = "document.elementFromPoint(160, 250).closest('.tl-answer, #tl-ask').className"
    page.wait_for_function(f"{at_foot} === 'tl-answer'")
    page.locator(".tl-title .tl-open").first.click()
    expect(page.locator("#tl-panel mark.tl-current")).to_be_in_viewport()
    mark = page.locator("#tl-panel mark.tl-current").bounding_box()
    assert mark is not None
    read = "([x, y]) => document.elementFromPoint(x, y).tagName"
    assert page.evaluate(read, [mark["x"] + 8, mark["y"] + 8]) == "MARK"
    page.locator("#tl-panel .tl-body").evaluate("body => body.scrollTo(0, 400)")
    assert (
        page.evaluate("document.elementFromPoint(160, 140).closest('.tl-release, .tl-head').className") == "tl-release"
    )


def test_a_headline_that_is_seen_whole_is_not_unfolded(tab: Tab) -> None:
    ask(tab)
    tab.page.locator(".tl-title .tl-open").first.click()
    expect(tab.page.locator("#tl-panel mark.tl-current")).to_be_in_viewport()
    expect(tab.page.locator("#tl-panel .tl-unfold")).to_be_hidden()


def test_the_page_speaks_the_browsers_language_until_told_otherwise(phone: Tab) -> None:
    page = phone.page
    expect(page.locator("html")).to_have_attribute("lang", "th")
    expect(page.get_by_placeholder("พิมพ์คำถาม")).to_be_visible()
    # There for those who do not see the page.
    expect(page.locator("#tl-box label")).to_have_text("คำถาม")
    expect(page.get_by_text("Try asking")).to_be_hidden()
    ask(phone, THAI_EXAMPLE)
    date = page.locator(".tl-date").first
    thai = date.inner_text()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_placeholder("Type a question")).to_be_visible()
    expect(page.locator("#tl-box label")).to_have_text("Question")
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()
    expect(page.get_by_text("Read in context").first).to_be_visible()
    assert int(thai.split()[-1]) - int(date.inner_text().split()[-1]) == 543
    phone.reload()
    expect(page.get_by_placeholder("Type a question")).to_be_visible()
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Try asking")).to_be_visible()
    assert "ลองถาม" not in page.evaluate("document.body.innerText")


def test_dark_is_chosen_and_remembered(tab: Tab) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(background)
    tab.page.get_by_role("button", name="Switch between light and dark").press("Enter")
    dark = tab.page.evaluate(background)
    assert dark != light
    tab.reload()
    tab.page.wait_for_function(f"{background} === '{dark}'")


def test_an_answer_is_copied_as_text_markdown_and_reference(tab: Tab, spy: Spy) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(tab)
    first = spy.answers[-1].citations[0]
    assert copied(tab, "Copy").startswith(spy.answers[-1].text)
    assert f"](<{first.url}>)" in copied(tab, "Markdown")
    assert f"Available at: {first.url} (Accessed: " in copied(tab, "Reference").splitlines()[0]
    assert unquote(copied(tab, "Link")).endswith(f"?q={ENGLISH_EXAMPLE.replace(' ', '+')}")


def test_a_link_to_a_question_asks_it_once(browser: Browser, address: str, spy: Spy) -> None:
    before = len(spy.asked)
    tab = open_tab(browser, f"{address}?q={quote(THAI_EXAMPLE)}")
    expect(tab.page.locator(".tl-card").first).to_be_visible(timeout=30_000)
    assert tab.page.locator(".tl-question").text_content() == THAI_EXAMPLE
    assert spy.asked[before:] == [(THAI_EXAMPLE, [])]
    tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    assert "?q=" not in tab.page.url
    tab.close()
    assert not tab.complaints


def test_thumbs_and_a_reason_are_kept(tab: Tab, spy: Spy, book: FeedbackBook) -> None:
    ask(tab)
    before = len(book.all())
    tab.page.get_by_role("button", name="Bad answer").press("Enter")
    reason = tab.page.get_by_role("textbox", name="Why? (optional)")
    expect(reason).to_be_focused()
    reason.fill("=not what I asked")
    reason.press("Enter")
    expect(reason).to_have_count(0)
    kept = book.all()
    assert len(kept) == before + 1
    assert (kept[-1].rating, kept[-1].reason, kept[-1].question) == ("down", "=not what I asked", ENGLISH_EXAMPLE)
    assert (kept[-1].history, kept[-1].filters) == ("[]", "{}")
    assert json.loads(kept[-1].citations)[0]["quote"] == spy.answers[-1].citations[0].quote


def test_thumbs_are_buttons_that_say_whether_they_are_pressed(tab: Tab, book: FeedbackBook) -> None:
    ask(tab)
    good, bad = (tab.page.get_by_role("button", name=name) for name in ("Good answer", "Bad answer"))
    for thumb in (good, bad):
        expect(thumb).to_have_attribute("aria-pressed", "false")
    good.press("Space")
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(bad).to_have_attribute("aria-pressed", "false")
    assert book.all()[-1].rating == "up"


def test_the_conversation_has_a_name_in_the_language_of_the_page(tab: Tab) -> None:
    ask(tab)
    expect(tab.page.get_by_role("log", name="Conversation", exact=True)).to_be_visible()
    tab.page.get_by_role("button", name="ไทย").click()
    expect(tab.page.get_by_role("log", name="การสนทนา", exact=True)).to_be_visible()


def test_who_presses_twice_is_asked_why_once_and_is_not_called_back_from_the_box(tab: Tab) -> None:
    ask(tab)
    held: list[Route] = []
    tab.page.route("**/component_server/", lambda route: held.append(route))
    thumb = tab.page.get_by_role("button", name="Bad answer")
    reason = tab.page.get_by_role("textbox", name="Why? (optional)")
    for _ in range(2):
        with tab.page.expect_request("**/component_server/"):
            thumb.press("Enter")
    tab.box.focus()
    held[0].continue_()
    expect(tab.page.locator(".tl-whisper")).to_have_text("Thank you for your feedback")
    expect(reason).to_have_count(0)
    held[1].continue_()
    expect(reason).to_be_visible()
    expect(tab.box).to_be_focused()


def test_the_health_address_says_how_many_releases_there_are(address: str, spy: Spy) -> None:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}health") as reply:
        assert json.load(reply) == {"status": "ok", "releases": spy.count_releases()}
