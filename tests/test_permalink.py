"""A copied link, and what is copied with its answer, reopen the same question with the same filters."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from index.selection import Selection
from qa.answer import Answer
from qa.answer_actions import actions_html
from qa.filters import Filters, read_filters
from qa.permalink import LONGEST_QUERY, permalink_query, scope_text
from qa.question import earlier_read, read_question
from qa.reference import answer_markdown, answer_references, answer_text
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, HOSTILE, Spy, Tab, address, book, browser, open_tab, spy, tab
from tests.test_source_page import ask, copied

__all__ = ["address", "book", "browser", "spy", "tab"]

THAI_FIRST = "ข้าวพันธุ์ดอกจอก 9 ทนน้ำท่วมได้กี่วัน และปลูกในพื้นที่ไหนของจังหวัดบ้าง"
TODAY = dt.date(2026, 11, 26)
FILTERS = Filters(Selection(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "A & B", "C/D?", "en"), newest_first=True)


def answered(filters: Filters, question: str = "กี่ & how?") -> Answer:
    return Answer(question, "en", "It is not said.", True, filters=filters)


@pytest.mark.parametrize("filters", [Filters(), FILTERS, Filters(Selection(last=dt.date(2024, 2, 29)))])
def test_a_link_carries_the_question_and_the_filters(filters: Filters) -> None:
    query = {name: values[0] for name, values in parse_qs(permalink_query(answered(filters))[1:]).items()}
    assert query.pop("q") == "กี่ & how?"
    given = {**query, **({"newest_first": True} if query.get("newest_first") == "true" else {})}
    assert read_filters(given) == filters


def test_a_link_carries_what_the_question_follows_and_the_language_of_its_answer() -> None:
    answer = Answer("And when?", "th", "…", True, follows=("Where is the bridge?", "And how long is it?"))
    assert parse_qs(permalink_query(answer)[1:]) == {
        "q": ["And when?"], "after": ["Where is the bridge?", "And how long is it?"], "language": ["th"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("history", "read"),
    [
        ([], []),
        (["", "\u200b"], []),
        (["a", "What did the mayor of Port Arlen open on the third of June 2024?"], [1]),
        (["What did the mayor of Port Arlen open on the third of June 2024?", "And where is it?", "How long?"], [0, 2]),
        (["And where?", "And when?"], [0, 1]),
        (["And where?"], [0]),
    ],
)
def test_a_question_is_read_the_same_with_those_alone_that_it_is_read_with(history: list[str], read: list[int]) -> None:
    assert earlier_read(history) == tuple(history[place] for place in read)
    assert read_question("And how much?", earlier_read(history)) == read_question("And how much?", history)


def test_where_a_link_would_be_too_long_none_is_offered() -> None:
    long, longer = ("x" * (LONGEST_QUERY - len("?q=")) + more for more in ("", "x"))
    assert len(permalink_query(answered(Filters(), long))) == LONGEST_QUERY
    assert "#copy-link" in actions_html(answered(Filters(), long), TODAY).replace("&#45;", "-")
    assert permalink_query(answered(Filters(), longer)) == ""
    without = actions_html(answered(Filters(), longer), TODAY)
    assert "copy-link" not in without
    assert "Too long for a link" in without and "คำถามยาวเกินกว่าจะเป็นลิงก์" in without


def test_a_question_with_half_a_character_has_a_link_all_the_same() -> None:
    assert permalink_query(answered(Filters(), "a\ud800b")) == "?q=a%3Fb"


def test_what_is_copied_says_what_was_looked_in() -> None:
    answer = answered(FILTERS)
    english = (
        "Searched only: from 1 January 2024, until 31 December 2024, category A & B, publisher C/D?, "
        "English releases · Newest first"
    )
    assert scope_text(answer, "en") == english
    assert scope_text(answer, "th").startswith("ค้นเฉพาะ: ตั้งแต่ 1 มกราคม 2567, ถึง 31 ธันวาคม 2567, หมวด A & B")
    assert answer_text(answer, TODAY).endswith(f"\n\n{english}")
    assert answer_references(answer, "en", TODAY).endswith(english)
    assert r"category A \& B" in answer_markdown(answer)
    ordered = answered(Filters(newest_first=True))
    assert [scope_text(ordered, language) for language in ("th", "en")] == ["เรียงใหม่สุดก่อน", "Newest first"]
    assert "Searched only" not in answer_text(answered(Filters()), TODAY) + answer_markdown(answered(Filters()))


pytest_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest_browser
def test_a_copied_link_reopens_the_question_with_its_filters(
    tab: Tab, spy: Spy, browser: Browser, address: str
) -> None:
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Filters").first.click()
    expect(page.locator("[data-first]")).to_have_count(6)
    page.get_by_label("Category").select_option("Energy")
    page.get_by_label("From").fill("2024-01-01")
    page.get_by_label("Release language").select_option("en")
    page.get_by_role("checkbox", name="Newest first").check()
    page.get_by_role("button", name="Done").click()
    ask(tab)
    asked = spy.answers[-1]
    assert asked.filters.as_json().keys() == {"date_from", "category", "release_language", "newest_first"}
    taken = {name: copied(tab, name) for name in ("Copy", "Markdown", "Reference", "Link")}
    link = taken["Link"]
    assert taken["Copy"].splitlines()[-1] == taken["Reference"].splitlines()[-1] == link
    assert taken["Markdown"].splitlines()[-1] == f"<{link}>"
    for name in ("Copy", "Markdown", "Reference"):
        assert "Searched only: from 1 January 2024, category Energy" in taken[name]
    other = open_tab(browser, link)
    expect(other.page.locator(".tl-actions")).to_have_count(1, timeout=30_000)
    assert len(spy.answers) > 1 and spy.answers[-1] is not asked
    again = spy.answers[-1]
    assert (again.question, again.filters) == (asked.question, asked.filters)
    assert [cited.quote for cited in again.citations] == [cited.quote for cited in asked.citations]
    chips = ("From 1 Jan 2024", "Energy", "English", "Newest first")
    expect(other.page.locator(".tl-chips button")).to_have_text(
        [re.compile(f"^{name} ✕") for name in chips], use_inner_text=True
    )
    other.close()


@pytest_browser
def test_a_copied_link_reopens_a_follow_up_with_what_it_follows(
    tab: Tab, spy: Spy, browser: Browser, address: str
) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(tab, "งานนี้จัดที่ไหน")
    ask(tab, THAI_FIRST)
    ask(tab, "แล้วราคาเท่าไร")
    assert spy.answers[-1].follows == (THAI_FIRST,)
    tab.page.locator(".tl-act", has_text="Answer in English").last.click()
    expect(tab.page.locator(".tl-act", has_text="Answer in Thai")).to_have_count(1, timeout=30_000)
    asked = spy.answers[-1]
    assert (asked.language, asked.abstained, asked.follows) == ("en", False, (THAI_FIRST,))
    link = copied(tab, "Link", place=-1)
    other = open_tab(browser, link)
    expect(other.page.locator(".tl-actions")).to_have_count(1, timeout=30_000)
    again = spy.answers[-1]
    assert again is not asked
    assert (again.question, again.language, again.text, again.follows, again.citations) == (
        asked.question, asked.language, asked.text, asked.follows, asked.citations,
    )  # fmt: skip
    expect(other.page.locator(".tl-question")).to_have_text([THAI_FIRST, "แล้วราคาเท่าไร"])
    before = other.page.locator(".tl-earlier")
    expect(before).to_have_text(f"Asked before {THAI_FIRST}", use_inner_text=True)
    expect(before).to_be_in_viewport()
    # What comes then follows both, in its own language.
    ask(other, "แล้วรับซื้อกี่จุด")
    assert spy.asked[-1] == ("แล้วรับซื้อกี่จุด", [THAI_FIRST, "แล้วราคาเท่าไร"])
    assert spy.answers[-1].language == "th"
    expect(other.page.locator(".tl-earlier")).to_have_count(1)
    other.close()
    assert not other.complaints


@pytest_browser
def test_what_a_link_says_was_asked_before_is_only_text(browser: Browser, address: str, spy: Spy) -> None:
    many = [f"{number} {HOSTILE}" for number in range(25)]
    query = urlencode({"q": "???", "after": many, "language": "<b>"}, doseq=True)
    tab = open_tab(browser, f"{address}?{query}")
    expect(tab.page.locator(".tl-actions")).to_have_count(1, timeout=30_000)
    expect(tab.page.locator(".tl-earlier")).to_have_count(20)
    assert spy.asked[-1] == ("???", many[5:])
    assert tab.page.locator("#tl-chat :is(img, script, iframe, .katex)").count() == 0
    tab.close()
    assert not tab.complaints and not tab.outside and not tab.dialogs


@pytest_browser
def test_a_question_too_long_for_a_link_is_asked_whole_and_says_so(tab: Tab, spy: Spy) -> None:
    long = f"{ENGLISH_EXAMPLE} {'Lumatide ' * 1_000}".strip()
    ask(tab, long)
    assert spy.asked[-1][0] == long
    expect(tab.page.locator(".tl-unlinked")).to_have_text("Too long for a link", use_inner_text=True)
    expect(tab.page.locator(".tl-act", has_text="Link")).to_have_count(0)


@pytest_browser
def test_the_longest_link_reopens_its_question_whole(browser: Browser, address: str, spy: Spy) -> None:
    long = ENGLISH_EXAMPLE.replace(" ", "x") + "x" * (LONGEST_QUERY - len("?q=") - len(ENGLISH_EXAMPLE) - 2)
    link = permalink_query(answered(Filters(), long))
    assert len(link) == LONGEST_QUERY
    tab = open_tab(browser, f"{address}{link}")
    expect(tab.page.locator(".tl-actions")).to_have_count(1, timeout=30_000)
    assert spy.asked[-1] == (long, [])
    tab.close()


@pytest_browser
def test_without_filters_nothing_is_added_to_what_is_copied(tab: Tab) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(tab)
    assert "?q=" not in copied(tab, "Copy")


@pytest_browser
@pytest.mark.parametrize(
    ("filters", "thai", "english"),
    [
        (
            {"date_from": "soon"},
            "วันที่เริ่มต้นต้องเป็นวันที่",
            "The start date must be a date such as 28 February 2025, not 'soon'.",
        ),
        (
            {"date_from": "2025-03-01", "date_until": "2025-02-01"},
            "อยู่หลังวันที่สิ้นสุด (1 กุมภาพันธ์ 2568)",
            "is after the end date",
        ),
        ({"category": "<b>X</b>"}, "ไม่มีข่าวในหมวด '<b>X</b>'", "No release has the category '<b>X</b>'."),
        ({"release_language": "de"}, "ภาษาของข่าวต้องเป็นไทยหรืออังกฤษ", "must be Thai or English, not 'de'"),
        ({"newest_first": "maybe"}, "ต้องเปิดหรือปิด", "must be on or off, not 'maybe'"),
    ],
)
def test_a_link_with_a_filter_that_cannot_be_used_says_so_in_the_language_of_the_page(
    browser: Browser, address: str, filters: dict[str, str], thai: str, english: str
) -> None:
    tab = open_tab(browser, f"{address}?{urlencode({'q': ENGLISH_EXAMPLE, **filters})}", locale="th-TH")
    notice = tab.page.locator(".bot-row .tl-notice")
    expect(notice).to_contain_text(thai, use_inner_text=True, timeout=30_000)
    tab.page.get_by_role("button", name="English").click()
    expect(notice).to_contain_text(english, use_inner_text=True)
    assert not tab.complaints and not tab.dialogs
    assert urlsplit(tab.page.url).query
    tab.close()
