"""Filters and the page of the releases in a real browser, by mouse and keyboard, in both languages, on a phone."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from index.catalogue import Catalogue
from qa.filter_bar import stretches
from qa.filters import Filters
from tests.test_page import (
    CHROMIUM,
    ENGLISH_EXAMPLE,
    THAI_EXAMPLE,
    Spy,
    Tab,
    address,
    book,
    browser,
    open_tab,
    spy,
    tab,
)
from tests.test_source_page import ask, phone

__all__ = ["address", "book", "browser", "phone", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def open_choices(page: Page, name: str = "Filters") -> None:
    page.get_by_role("button", name=name).first.click()
    # What there is to choose from comes from the server.
    expect(page.locator("[data-first]")).to_have_count(6)


def test_a_filter_is_set_used_seen_and_removed(tab: Tab, spy: Spy) -> None:
    page = tab.page
    open_choices(page)
    page.get_by_label("Category").select_option("Energy")
    page.get_by_label("From").fill("2024-01-01")
    page.get_by_role("checkbox", name="Newest first").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filters")).to_be_focused()
    expect(page.locator("#tl-choices")).to_be_hidden()
    chips = page.locator(".tl-chips button")
    names = ("From 1 Jan 2024", "Energy", "Newest first")
    expect(chips).to_have_text([re.compile(f"^{name} ✕") for name in names], use_inner_text=True)
    ask(tab)
    filters = spy.answers[-1].filters
    assert filters.newest_first
    assert (filters.selection.category, filters.selection.first) == ("Energy", dt.date(2024, 1, 1))
    assert {citation.category for citation in spy.answers[-1].citations} == {"Energy"}
    expect(page.locator(".tl-scope")).to_contain_text("from 1 January 2024")
    for left in (2, 1, 0):
        chips.first.press("Enter")
        expect(chips).to_have_count(left)
    ask(tab)
    assert spy.answers[-1].filters == Filters()
    expect(page.locator(".tl-scope")).to_have_count(1)


def test_thousands_are_counted_as_everywhere_on_the_page(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Catalogue, "names", lambda catalogue, column: (("Energy", 1234),))
    open_choices(tab.page)
    expect(tab.page.get_by_label("Category").locator("option").last).to_have_text("Energy (1,234)")


def test_an_answer_gives_the_keyboard_to_the_box_and_takes_it_from_no_filter(tab: Tab) -> None:
    open_choices(tab.page)
    tab.page.get_by_label("Category").select_option("Energy")
    tab.page.get_by_role("button", name="Done").click()
    chip = tab.page.locator(".tl-chips button")
    chip.focus()
    tab.page.evaluate("window.thalaeng.focusBox()")
    expect(chip).to_be_focused()
    chip.blur()
    tab.page.evaluate("window.thalaeng.focusBox()")
    expect(tab.page.locator("#tl-box textarea")).to_be_focused()


def test_an_example_is_asked_with_the_filters_too(tab: Tab, spy: Spy) -> None:
    open_choices(tab.page)
    tab.page.get_by_label("Release language").select_option("en")
    tab.page.get_by_role("button", name="Done").click()
    tab.page.get_by_text(ENGLISH_EXAMPLE).click()
    expect(tab.page.locator(".tl-actions")).to_have_count(1, timeout=60_000)
    assert spy.answers[-1].filters.selection.language == "en"


def test_a_day_that_is_being_typed_stays_when_the_choices_come(tab: Tab) -> None:
    page = tab.page
    held: list[Route] = []
    page.route("**/component_server/", lambda route: held.append(route))
    with page.expect_request("**/component_server/"):
        page.get_by_role("button", name="Filters").first.click()
    page.get_by_label("From").press_sequentially("0102")
    held.pop().continue_()
    expect(page.locator("[data-first]")).to_have_count(6)
    page.keyboard.type("2024")
    expect(page.get_by_label("From")).to_have_value("2024-01-02")
    page.get_by_label("Until").press_sequentially("0102")
    expect(page.locator("#tl-choices input:invalid")).to_have_count(1)
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator("#tl-choices input:invalid")).to_have_count(0)
    expect(page.get_by_label("From")).to_have_value("")


def test_days_that_are_turned_round_are_said_and_not_used(tab: Tab) -> None:
    page = tab.page
    open_choices(page)
    page.get_by_label("From").fill("2024-03-01")
    page.get_by_label("Until").fill("2024-02-01")
    alert = page.get_by_role("alert").filter(has_text="The start date is after the end date.")
    expect(alert).to_be_visible()
    expect(page.locator(".tl-chips button")).to_have_count(1)
    expect(page.locator(".tl-chips button")).to_contain_text("From 1 Mar 2024", use_inner_text=True)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_label("From")).to_be_focused()
    expect(alert).to_be_visible()
    page.get_by_label("Until").fill("2024-04-01")
    expect(alert).to_have_count(0)
    expect(page.locator(".tl-chips button")).to_contain_text("1 Mar 2024 – 1 Apr 2024", use_inner_text=True)
    page.get_by_label("Until").fill("2024-02-01")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").first.click()
    expect(page.get_by_label("Until")).to_have_value("2024-04-01")
    expect(alert).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "language", "words"),
    [
        (1280, "th", ("ตัวกรอง", "ตั้งแต่วันที่", "ถึงวันที่", "เสร็จ", "2 ก.พ. 2567", "3 มี.ค. 2567")),
        (360, "th", ("ตัวกรอง", "ตั้งแต่วันที่", "ถึงวันที่", "เสร็จ", "2 ก.พ. 2567", "3 มี.ค. 2567")),
        (1280, "en", ("Filters", "From", "Until", "Done", "2 Feb 2024", "3 Mar 2024")),
        (360, "en", ("Filters", "From", "Until", "Done", "2 Feb 2024", "3 Mar 2024")),
    ],
)
def test_a_year_typed_in_the_buddhist_era_is_meant_in_it(
    browser: Browser, address: str, spy: Spy, width: int, language: str, words: tuple[str, ...]
) -> None:
    filters, first, last, done, first_day, last_day = words
    tab = open_tab(browser, address, width, {"th": "th-TH", "en": "en-US"}[language])
    page = tab.page
    open_choices(page, filters)
    page.evaluate("""() => {
      window.chosen = [];
      document.addEventListener('thalaeng:filters', () => window.chosen.push(thalaeng.filters().date_from));
    }""")
    # Day and month are the same figures, whichever of them the browser has first.
    page.get_by_label(first).press_sequentially("02022567")
    said = page.locator("#tl-date_from-said")
    expect(said).to_have_text(first_day, use_inner_text=True)
    expect(page.get_by_label(first)).to_have_value("2024-02-02")
    assert page.evaluate("window.chosen") == ["2024-02-02"], "the years 2, 25 and 256 that it passed"
    page.get_by_label(last).press_sequentially("03032567")
    expect(page.locator("#tl-date_until-said")).to_have_text(last_day, use_inner_text=True)
    expect(page.get_by_label(last)).to_have_value("2024-03-03")
    assert said.get_attribute("aria-live") == "polite"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name=done).click()
    expect(page.locator("#tl-choices")).to_be_hidden()
    expect(page.locator(".tl-chips button")).to_contain_text(f"{first_day} – {last_day}", use_inner_text=True)
    ask(tab)
    selection = spy.answers[-1].filters.selection
    assert (selection.first, selection.last) == (dt.date(2024, 2, 2), dt.date(2024, 3, 3))
    tab.close()
    assert not tab.complaints


@pytest.mark.parametrize(
    ("typed", "language", "says"),
    [
        ("020225", "en", "This date is incomplete"),
        ("0202", "en", "This date is incomplete"),
        ("02022300", "en", "This date is incomplete"),
        ("020225", "th", "วันที่ไม่ครบหรือไม่มีในปฏิทิน"),
        ("02029999", "th", "วันที่ไม่ครบหรือไม่มีในปฏิทิน"),
    ],
)
def test_a_day_that_is_none_is_said_when_it_is_left_and_not_used(
    browser: Browser, address: str, typed: str, language: str, says: str
) -> None:
    tab = open_tab(browser, address, locale={"th": "th-TH", "en": "en-US"}[language])
    page = tab.page
    first, done = {"th": ("ตั้งแต่วันที่", "เสร็จ"), "en": ("From", "Done")}[language]
    open_choices(page, {"th": "ตัวกรอง", "en": "Filters"}[language])
    page.get_by_label(first).press_sequentially(typed)
    alert = page.get_by_role("alert").filter(has_text=says)
    expect(alert).to_have_count(0)
    page.locator("#tl-box textarea").click()
    expect(alert).to_contain_text(says, use_inner_text=True)
    page.get_by_role("button", name=done).click()
    expect(page.get_by_label(first)).to_be_focused()
    assert page.get_by_label(first).get_attribute("aria-invalid") == "true"
    expect(page.locator(".tl-chips button")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#tl-choices")).to_be_hidden()
    expect(page.locator("#tl-choices input:invalid")).to_have_count(0)
    tab.close()
    assert not tab.complaints


def test_a_link_with_a_buddhist_year_shows_the_days_that_the_server_looks_in(browser: Browser, address: str) -> None:
    tab = open_tab(browser, f"{address}?q={quote(THAI_EXAMPLE)}&date_from=2567-02-02", locale="th-TH")
    expect(tab.page.locator(".tl-chips button")).to_contain_text("ตั้งแต่ 2 ก.พ. 2567", use_inner_text=True)
    expect(tab.page.locator(".tl-scope")).to_contain_text("ตั้งแต่ 2 กุมภาพันธ์ 2567", use_inner_text=True)
    tab.close()


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("date_from=2025-02-30", ["ตั้งแต่ 2025-02-30 ✕"]),
        ("date_until=2567-02-29", ["ถึง 29 ก.พ. 2567 ✕"]),
        ("newest_first=true", ["ใหม่สุดก่อน ✕"]),
        ("newest_first=false", []),
    ],
)
def test_a_link_shows_what_it_filters_by(browser: Browser, address: str, query: str, chips: list[str]) -> None:
    tab = open_tab(browser, f"{address}?q={quote(THAI_EXAMPLE)}&{query}", locale="th-TH")
    expect(tab.page.locator(".bot-row")).to_have_count(1)
    shown = tab.page.locator(".tl-chips button").all_inner_texts()
    assert [" ".join(chip.removesuffix("เอาออก").split()) for chip in shown] == chips
    tab.close()


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_stretch_of_days_is_chosen_with_one_press(
    browser: Browser, address: str, spy: Spy, language: str, place: int
) -> None:
    tab = open_tab(browser, address, locale={"th": "th-TH", "en": "en-US"}[language])
    page = tab.page
    open_choices(page, {"th": "ตัวกรอง", "en": "Filters"}[language])
    stretch = page.locator("[data-first]").nth(1 + place)
    first, last = (stretch.get_attribute(f"data-{end}") for end in ("first", "last"))
    words = stretch.inner_text()
    assert words == getattr(stretches(dt.date.today(), None)[1][place].name, language)
    stretch.click()
    expect(stretch).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-first][aria-pressed=true]")).to_have_count(1)
    inputs = page.locator("#tl-choices input[type=date]")
    expect(inputs.first).to_have_value(str(first))
    expect(inputs.last).to_have_value(str(last))
    expect(page.locator(".tl-chips button")).to_have_count(1)
    expect(page.locator(".tl-chips button")).to_contain_text(words, use_inner_text=True)
    ask(tab)
    selection = spy.answers[-1].filters.selection
    assert (str(selection.first), str(selection.last)) == (first, last)
    page.locator(".tl-choose").click()
    page.locator('[data-first=""]').click()
    expect(page.locator(".tl-chips button")).to_have_count(0)
    expect(inputs.first).to_have_value("")
    tab.close()
    assert not tab.complaints


def test_the_days_a_question_names_are_shown_and_become_a_filter(phone: Tab, spy: Spy) -> None:
    page = phone.page
    ask(phone, f"{THAI_EXAMPLE} ปี 2567")
    named = page.locator("a.tl-chip")
    expect(named).to_contain_text("1 มกราคม 2567 – 31 ธันวาคม 2567")
    named.click()
    expect(page.locator(".tl-chips button")).to_contain_text("1 ม.ค. 2567")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ask(phone, THAI_EXAMPLE)
    selection = spy.answers[-1].filters.selection
    assert (selection.first, selection.last) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_the_releases_are_looked_through_and_opened(tab: Tab, spy: Spy) -> None:
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    rows = page.locator(".tl-rows li")
    expect(rows).to_have_count(14)
    expect(page.locator("#tl-chat")).to_be_hidden()
    page.get_by_role("searchbox", name="Search words in releases").fill("Lumatide")
    expect(rows).to_have_count(1)
    expect(page.locator("#tl-shelf-page .tl-count")).to_contain_text("1 of 14", use_inner_text=True)
    expect(rows.locator("h3 mark")).to_have_text("Lumatide")
    link = rows.locator("a")
    link.press("Enter")
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator(".tl-headline")).to_have_text(link.inner_text())
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.get_by_role("searchbox").fill("")
    open_choices(page)
    page.get_by_label("Release language").select_option("th")
    expect(rows).to_have_count(8)
    page.get_by_role("button", name="Done").click()
    newest = rows.first.inner_text()
    page.get_by_label("Sort by").select_option("oldest")
    expect(rows.last).to_contain_text(newest.splitlines()[0])
    page.go_back()
    expect(page.locator("#tl-chat")).to_be_visible()
    expect(page.locator("#tl-ask .tl-chips button")).to_have_count(1)


def in_one_line(page: Page, row: str) -> bool:
    """Whether the middles of what is in a row are at one height."""
    middles = page.locator(row).evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect()).map(({top, bottom}) => (top + bottom) / 2)"
    )
    return bool(max(middles) - min(middles) < 1)


def test_what_stands_in_one_row_stands_in_one_line(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.shelf._PER_PAGE", 5)
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    expect(page.locator(".tl-turn button")).to_have_count(2)
    for row in (".tl-turn button", ".tl-shelf-search :is(input, select)"):
        assert in_one_line(page, row), row
    page.go_back()
    ask(tab)
    page.locator(".tl-title .tl-open").first.click()
    expect(page.locator("#tl-panel .tl-bar button:visible")).to_have_count(3)
    assert in_one_line(page, "#tl-panel .tl-bar button")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Earlier conversations").click()
    expect(page.locator(".tl-history li > button")).to_have_count(2)
    assert in_one_line(page, ".tl-history li > button")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Bad answer").click()
    expect(page.locator(".tl-why > *")).to_have_count(2)
    assert in_one_line(page, ".tl-why > *")


def test_how_many_releases_are_found_is_told_to_whoever_does_not_see_it(tab: Tab) -> None:
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    told = page.locator("#tl-shelf-page").get_by_role("status")
    expect(told).to_contain_text("14 releases", use_inner_text=True)
    # A live region is heard where it stood before the word came: it is the same element.
    told.evaluate("element => { window.told = element; }")
    for words, says in (("Lumatide", "of 14"), ("zzzz", "No releases match")):
        page.get_by_role("searchbox").fill(words)
        expect(told).to_contain_text(says, use_inner_text=True)
        assert told.evaluate("element => element === window.told")


def save(page: Page, name: str) -> list[dict[str, str]]:
    """The rows of the file that the button saves, pressed with the keyboard."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).press("Enter")
    assert download.value.suggested_filename == f"releases-{dt.date.today().isoformat()}.csv"
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_list_is_saved_as_it_is_seen(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    rows = page.locator(".tl-rows li")
    expect(rows).to_have_count(14)
    assert [row["title"] for row in save(page, "Save as CSV")] == rows.locator("h3").all_inner_texts()
    page.get_by_role("searchbox").fill("& 2024")
    open_choices(page)
    page.get_by_label("Release language").select_option("en")
    page.get_by_role("button", name="Done").click()
    page.get_by_label("Sort by").select_option("oldest")
    expect(page.locator(".tl-save")).to_have_attribute("href", re.compile("order=oldest"))
    shown = rows.locator("h3").all_inner_texts()
    assert 0 < len(shown) < 14
    assert [row["title"] for row in save(page, "Save as CSV")] == shown
    # All that is found, not the page of it alone.
    page.get_by_role("searchbox").fill("")
    monkeypatch.setattr("qa.shelf._PER_PAGE", 2)
    page.get_by_label("Sort by").select_option("newest")
    expect(rows).to_have_count(2)
    assert len(save(page, "Save as CSV")) == 6
    page.get_by_role("searchbox").fill("zzzz")
    expect(page.locator(".tl-save")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (429, '{"th": "โปรดรอ <b>", "en": "Please wait <b>"}', "Please wait <b>"),
        (502, "<h1>Bad gateway</h1>", "The list could not be saved. Please try again."),
        (500, "null", "The list could not be saved. Please try again."),
    ],
)
def test_a_list_that_cannot_be_saved_is_said_and_the_page_stays(tab: Tab, status: int, body: str, says: str) -> None:
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    expect(page.locator(".tl-rows li")).to_have_count(14)
    page.route("**/releases.csv?*", lambda route: route.fulfill(status=status, body=body))
    for _ in range(2):
        page.get_by_role("link", name="Save as CSV").click()
        expect(page.get_by_role("alert").filter(has_text=says)).to_be_visible()
    expect(page.locator(".tl-unsaved")).to_have_count(1)
    page.unroute("**/releases.csv?*")
    assert len(save(page, "Save as CSV")) == 14
    expect(page.locator(".tl-unsaved")).to_have_count(0)
    # The browser itself notes what was refused.
    assert all("Failed to load resource" in words for words in tab.complaints)
    tab.complaints.clear()


def test_on_a_phone_the_releases_and_the_filters_fit_in_thai(phone: Tab) -> None:
    page = phone.page
    page.get_by_role("link", name="ข่าวทั้งหมด").click()
    expect(page.locator(".tl-rows li")).to_have_count(14)
    expect(page.get_by_role("searchbox", name="ค้นคำในข่าว")).to_be_visible()
    button = page.get_by_role("link", name="บันทึกเป็น CSV").bounding_box()
    assert button is not None
    assert button["x"] >= 0 and button["x"] + button["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(save(page, "บันทึกเป็น CSV")) == 14
    open_choices(page, "ตัวกรอง")
    expect(page.get_by_label("หมวด")).to_contain_text("ทุกหมวด")
    box = page.locator("#tl-choices").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="เสร็จ").click()
    page.get_by_role("link", name="กลับไปถาม").click()
    expect(page.locator("#tl-box textarea")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(360, 640), (740, 360)])
def test_on_a_small_screen_all_choices_can_be_reached_whatever_is_chosen(phone: Tab, width: int, height: int) -> None:
    page = phone.page
    page.set_viewport_size({"width": width, "height": height})
    ask(phone, THAI_EXAMPLE)
    open_choices(page, "ตัวกรอง")
    top = "document.querySelector('#tl-choices').getBoundingClientRect().top"
    assert page.evaluate(top) >= 0
    page.evaluate(
        "(long) => thalaeng.setFilters({date_from: '2024-01-01', category: long, publisher: long, newest_first: true})",
        "เมือง" * 12,
    )
    page.wait_for_function(f"{top} >= 0 && {top} < 40")


def test_an_address_leads_to_the_releases(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}#releases")
    expect(page.locator(".tl-rows li")).to_have_count(14, timeout=30_000)
    for part in ("#tl-start", "#tl-chat", "#tl-ask"):
        expect(page.locator(part)).to_be_hidden()
    page.close()


def test_filters_and_history_have_names_in_both_languages_and_signs_of_their_own(tab: Tab) -> None:
    page = tab.page
    for filters, history in (("Filters", "Earlier conversations"), ("ตัวกรอง", "ประวัติการสนทนา")):
        signs = [
            page.get_by_role("button", name=name, exact=True)
            .locator(".tl-sign")
            .evaluate("sign => [getComputedStyle(sign).maskImage, sign.getBoundingClientRect().width > 10]")
            for name in (filters, history)
        ]
        assert all(mask.startswith("url(") and is_seen for mask, is_seen in signs)
        assert signs[0] != signs[1]
        page.get_by_role("button", name="ไทย").click()
