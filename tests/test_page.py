"""The chat as a person meets it: typed into and read in a real browser, which must not call anybody else."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect, sync_playwright

from index.catalogue import Catalogue
from index.errors import IndexEmpty, ThalaengError
from index.release import Language, Release
from index.store import StoredRelease
from qa.answer import Answer, Citation
from qa.ask import Answerer
from qa.desk import Desk
from qa.feedback import FeedbackBook
from qa.filters import NO_FILTERS, Filters
from qa.page import build_page
from qa.rank import RankedRelease
from qa.serve import free_port, serve_page
from qa.shelf_csv import csv_route

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

HOSTILE = (
    "<img src=x onerror=alert(1)> **x** [a](javascript:alert(1)) ![x](http://evil.example/x.png)\n\n"
    "<script>alert(1)</script>\n\n<iframe src=http://evil.example></iframe> $$x$$ </div>"
)
THAI_EXAMPLE = "ข้าวพันธุ์ดอกจอก 9 ทนน้ำท่วมได้กี่วัน"
LONG_ID = "1" * 16
ENGLISH_EXAMPLE = "When does construction of the Lumatide battery plant begin?"


@dataclass
class Spy:
    """The real engine, noting what it is asked; some questions are answered on the spot."""

    answerer: Answerer
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        language: Language | None = None,
        filters: Filters = NO_FILTERS,
    ) -> Answer:
        self.asked.append((question, list(history)))
        if question == "hostile":
            return hostile_answer()
        if question == "no index":
            raise IndexEmpty("There are no releases in /home/somebody/thalaeng yet.")
        if question == "broken":
            raise RuntimeError("the secret of /home/somebody")
        if question == "slow":
            self.released.wait(120)
        answer = self.answerer.ask(question, history, language, filters)
        self.answers.append(answer)
        return answer

    def search(self, question: str, limit: int = 10, filters: Filters = NO_FILTERS) -> list[RankedRelease]:
        return self.answerer.search(question, limit, filters)

    def release(self, release_id: str) -> StoredRelease | None:
        if release_id == "0" * 16:
            return StoredRelease(release_id, hostile_release(), "")
        if release_id == LONG_ID:
            return StoredRelease(release_id, long_release(), "")
        return self.answerer.release(release_id)

    def catalogue(self) -> Catalogue:
        return self.answerer.catalogue()

    def count_releases(self) -> int:
        return self.answerer.count_releases()


def hostile_release() -> Release:
    return Release(
        HOSTILE, f"a {HOSTILE} \x1b[31m b", "javascript:alert(1)", None, HOSTILE, "en", HOSTILE, "brief", HOSTILE,
        (HOSTILE, 'https://evil.example/" onmouseover="alert(1)'),
    )  # fmt: skip


def long_release() -> Release:
    """A brief whose headline, category and text are all long."""
    return Release(
        "จังหวัดบัวทองเปิดสะพานข้ามแม่น้ำ" * 8, "ย่อหน้าของข่าว " * 2000, "https://www.example.go.th/news/1", None, "คมนาคม" * 9,
        "th", "จังหวัดบัวทอง", "brief",
    )  # fmt: skip


def hostile_answer() -> Answer:
    citation = Citation(
        n=1, release_id="0" * 16, url="javascript:alert(1)", title=HOSTILE, date=None, category=HOSTILE,
        quote=HOSTILE, start=2, end=2 + len(HOSTILE), score=1.0, publisher=HOSTILE, kind="brief",
        other_urls=('https://evil.example/" onmouseover="alert(1)',), passage=f"a {HOSTILE} b",
        passage_offset=2,
    )  # fmt: skip
    return Answer("hostile", "en", f"{HOSTILE} [1]", False, (citation,))


@dataclass
class Tab:
    """A page of the browser, and what happened in it, from coming to leaving."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    leaving: bool = False

    def complain(self, words: str) -> None:
        # Leaving breaks off whatever request is still open, which the interface notes as an error.
        if not self.leaving:
            self.complaints.append(words)

    def leave(self) -> None:
        self.page.evaluate("0")  # what the page has said so far has arrived once this is answered
        self.leaving = True

    def reload(self) -> None:
        self.leave()
        self.page.reload()
        self.leaving = False
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """The parts of a page come one after another, and then its scripts: until they have begun."""
        self.page.wait_for_function("window.thalaeng?.isReady")

    def wait_until_drawn(self) -> None:
        """Until what has come is drawn, and the browser has nothing else to do."""
        self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestIdleCallback(go)))")

    def close(self) -> None:
        self.leave()
        self.page.context.close()

    @property
    def box(self) -> Locator:
        return self.page.locator("#tl-box textarea")

    def ask(self, question: str) -> None:
        # Keys pressed before the box is there, as a moment after leaving the releases, would go nowhere.
        expect(self.box).to_be_visible()
        self.box.press_sequentially(question, timeout=120_000)
        self.send()

    def send(self) -> None:
        """By the button, which keeps the keyboard until asking is over: only then is another question taken."""
        self.page.locator("#tl-box .submit-button").click()

    def wait_for_replies(self, count: int) -> None:
        expect(self.page.locator(".bot-row")).to_have_count(count)
        expect(self.page.get_by_text("Searching…")).to_have_count(0, timeout=30_000)
        expect(self.box).to_be_focused()

    def dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def outside(self) -> list[str]:
        return [url for url in self.requests if urlsplit(url).hostname != "127.0.0.1" and url[:5] != "data:"]


@pytest.fixture(scope="module")
def spy(answerer: Answerer) -> Spy:
    return Spy(answerer)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> FeedbackBook:
    return FeedbackBook(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")


@pytest.fixture(scope="module")
def address(spy: Spy, book: FeedbackBook) -> Iterator[str]:
    desk = Desk(2)
    page = build_page(
        spy,
        examples=lambda: {"th": (THAI_EXAMPLE,), "en": (ENGLISH_EXAMPLE, HOSTILE)},
        desk=desk,
        suggester=spy.answerer,
        feedback=book,
    )
    yield serve_page(page, wait=False, health=lambda: {"releases": spy.count_releases()}, routes=[csv_route(spy, desk)])
    page.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    """A fresh visit; whatever a test does, the page calls nobody else, says no error and raises no dialog."""
    tab = open_tab(browser, address)
    yield tab
    tab.close()
    assert not tab.outside
    assert not tab.complaints
    assert not tab.dialogs


# A busy machine may take longer than the five seconds that the browser's checks wait for by themselves.
expect.set_options(timeout=30_000)


def open_tab(browser: Browser, address: str, width: int = 1280, locale: str = "en-US") -> Tab:
    tab = Tab(browser.new_context(viewport={"width": width, "height": 800}, locale=locale).new_page())
    tab.page.on("request", lambda request: tab.requests.append(request.url))
    tab.page.on("console", lambda line: tab.complain(line.text) if line.type == "error" else None)
    tab.page.on("pageerror", lambda error: tab.complain(str(error)))
    tab.page.on("dialog", tab.dismiss)
    tab.page.goto(address)
    tab.wait_until_ready()
    return tab


@pytest.mark.parametrize(
    ("question", "language", "url"),
    [
        (
            "ค่าโดยสารเรือไฟฟ้าสายสีครามหลังช่วงทดลองเท่าไร",
            "th",
            "https://www.example.go.th/news/contents/details/1004",
        ),
        (ENGLISH_EXAMPLE, "en", "https://press.example.com/lumatide/2024-118"),
    ],
)
def test_a_typed_question_is_answered_with_its_source(
    tab: Tab, spy: Spy, question: str, language: str, url: str
) -> None:
    tab.box.press_sequentially(question)
    tab.box.press("Enter")
    tab.wait_for_replies(1)
    answer = spy.answers[-1]
    first = answer.citations[0]
    stored = spy.answerer.library.store.release(first.release_id)
    assert stored is not None
    card = tab.page.locator(".tl-card").first
    # There is one alone.
    assert card.locator("mark:visible").text_content() == first.quote
    assert first.quote in stored.release.text
    assert card.locator("a[href^=http]").first.get_attribute("href") == first.url == url
    assert card.locator("a[href^=http]").first.get_attribute("target") == "_blank"
    expect(card.locator(".tl-title")).to_contain_text(first.title)
    expect(card.locator(".tl-title")).to_contain_text("[1]")
    expect(tab.page.locator(f".tl-sources[lang={language}] .tl-card")).to_have_count(len(answer.citations))
    expect(tab.box).to_have_value("")


def test_an_abstention_shows_no_card(tab: Tab, spy: Spy) -> None:
    tab.ask("???")
    tab.wait_for_replies(1)
    assert spy.answers[-1].abstained
    assert tab.page.locator(".tl-text").text_content() == spy.answers[-1].text
    assert tab.page.locator(".tl-card, mark").count() == 0


@pytest.mark.parametrize(("locale", "language"), [("th-TH", "th"), ("en-US", "en")])
@pytest.mark.parametrize("question", ["???", "1111 😀"])
def test_what_has_no_letters_is_answered_in_the_language_of_the_page(
    browser: Browser, address: str, spy: Spy, question: str, locale: str, language: str
) -> None:
    tab = open_tab(browser, address, locale=locale)
    tab.ask(question)
    expect(tab.page.locator(f".tl-answer [lang={language}]").first).to_be_visible(timeout=60_000)
    assert (spy.answers[-1].question, spy.answers[-1].language) == (question, language)
    tab.ask("Hm")
    expect(tab.page.locator(".bot-row:last-child .tl-answer [lang=en]").first).to_be_visible(timeout=60_000)
    tab.close()


def test_of_a_question_that_fills_the_screen_the_answer_is_seen(tab: Tab) -> None:
    tab.box.fill("Which of the releases is about this? " * 200)
    tab.send()
    tab.wait_for_replies(1)
    expect(tab.page.locator(".tl-answer")).to_be_in_viewport()


def test_the_next_question_comes_with_those_before_it(tab: Tab, spy: Spy) -> None:
    first = "ข้าวพันธุ์ดอกจอก 9 <b> & *ทน* น้ำท่วมได้กี่วัน"
    tab.ask(first)
    tab.wait_for_replies(1)
    tab.ask("แล้วราคาเท่าไร")
    tab.wait_for_replies(2)
    tab.ask("And in English?")
    tab.wait_for_replies(3)
    assert spy.asked[-3:] == [
        (first, []), ("แล้วราคาเท่าไร", [first]), ("And in English?", [first, "แล้วราคาเท่าไร"]),
    ]  # fmt: skip
    assert tab.page.locator(".tl-question").first.text_content() == first


def test_a_new_conversation_begins_without_the_old_one(tab: Tab, spy: Spy) -> None:
    tab.ask("???")
    tab.wait_for_replies(1)
    tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    assert tab.page.get_by_role("button", name=THAI_EXAMPLE).count() == 0, "an example in another language"
    tab.page.get_by_role("button", name=ENGLISH_EXAMPLE).click()
    tab.wait_for_replies(1)
    assert spy.asked[-1] == (ENGLISH_EXAMPLE, [])
    expect(tab.page.locator("#tl-start")).to_be_hidden()
    expect(tab.page.locator(".tl-card")).not_to_have_count(0)


def test_what_is_typed_while_a_new_conversation_begins_stays(tab: Tab) -> None:
    tab.ask("???")
    tab.wait_for_replies(1)
    late: list[Route] = []
    tab.page.route("**/run/predict*", lambda route: late.append(route))
    tab.page.get_by_role("button", name="New conversation").click()
    tab.box.fill("typed meanwhile")
    for reply in late:
        with tab.page.expect_response("**/run/predict*"):
            reply.continue_()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    expect(tab.box).to_have_value("typed meanwhile")


def test_a_new_conversation_drops_the_answer_under_way(tab: Tab, spy: Spy) -> None:
    spy.released.clear()
    tab.ask("slow")
    expect(tab.page.get_by_text("Searching…")).to_be_visible()
    # What is given up over there and here: until then no other question is taken.
    with tab.page.expect_response("**/reset"):
        tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    spy.released.set()
    tab.ask("???")
    tab.wait_for_replies(1)
    assert spy.asked[-1] == ("???", [])
    expect(tab.page.locator(".tl-question")).to_have_count(1)


def test_an_empty_question_asks_for_one(tab: Tab, spy: Spy) -> None:
    before = len(spy.asked)
    tab.ask("   ")
    expect(tab.page.get_by_text("Please type a question first.")).to_be_visible()
    assert tab.page.locator(".bot-row").count() == 0
    assert len(spy.asked) == before


def test_hostile_text_is_only_text(tab: Tab) -> None:
    tab.ask("hostile")
    tab.wait_for_replies(1)
    tab.ask('<img src=http://evil.example/q.png onerror="alert(2)"> ![](http://evil.example/r.png)')
    tab.wait_for_replies(2)
    tab.wait_until_drawn()
    assert tab.page.locator("#tl-chat :is(img, script, iframe, .katex)").count() == 0
    assert tab.page.locator(".tl-answer").first.locator("a:not([href^='#']), strong, em, code").count() == 0
    assert tab.page.locator(".tl-text").first.text_content() == f"{HOSTILE} [1]"
    assert tab.page.locator(".tl-passage mark").first.text_content() == HOSTILE


def test_what_went_wrong_is_said_without_naming_the_machine(tab: Tab) -> None:
    tab.ask("no index")
    tab.wait_for_replies(1)
    expect(tab.page.locator(".tl-notice").last).to_contain_text("There are no releases in thalaeng yet.")
    expect(tab.box).to_have_value("no index")
    tab.box.fill("broken")
    tab.send()
    tab.wait_for_replies(2)
    expect(tab.page.locator(".tl-notice").last).to_contain_text("Sorry, something went wrong")
    assert "somebody" not in tab.page.content()
    assert "secret" not in tab.page.content()


def test_one_person_does_not_wait_for_another(tab: Tab, spy: Spy, browser: Browser, address: str) -> None:
    other = open_tab(browser, address)
    spy.released.clear()
    tab.ask("slow")
    expect(tab.page.get_by_text("Searching…")).to_be_visible()
    other.ask("???")
    other.wait_for_replies(1)
    expect(tab.page.get_by_text("Searching…")).to_be_visible()
    spy.released.set()
    tab.wait_for_replies(1)
    other.close()


def test_a_narrow_screen_has_no_sideways_scroll(browser: Browser, address: str) -> None:
    tab = open_tab(browser, address, width=360)
    width = "document.documentElement.scrollWidth"
    assert tab.page.evaluate(width) <= 360
    for count, question in enumerate((ENGLISH_EXAMPLE, "hostile", "x" * 200), start=1):
        tab.ask(question)
        tab.wait_for_replies(count)
        assert tab.page.evaluate(width) <= 360
    expect(tab.page.locator("#tl-box")).to_be_in_viewport()
    tab.close()


@pytest.mark.parametrize("locale", ["th-TH", "en-US"])
def test_with_letters_twice_as_large_they_all_are_and_nothing_is_out_of_reach(
    browser: Browser, address: str, locale: str
) -> None:
    tab = open_tab(browser, address, width=390, locale=locale)
    page = tab.page
    tab.ask(ENGLISH_EXAMPLE)
    tab.wait_for_replies(1)
    sizes = (
        "[...document.querySelectorAll('.tl-tagline, .tl-welcome, .tl-count, .tl-quote, .tl-act, #tl-new, textarea')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    before = page.evaluate(sizes)
    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_function("document.getAnimations().length === 0")
    assert page.evaluate(sizes) == pytest.approx([2 * size for size in before])
    page.locator(".tl-title .tl-open").first.click()
    for act in ("previous", "next", "close"):
        expect(page.locator(f"#tl-panel [data-act={act}]")).to_be_in_viewport(ratio=1)
    page.locator("#tl-panel [data-act=close]").click()
    page.locator(".tl-to-shelf").click()
    expect(page.locator(".tl-rows li").first).to_be_visible()
    past = "(one) => !one.closest('.tl-said') && one.getBoundingClientRect().right > 390"
    assert page.locator("#tl-shelf").evaluate(f"(shelf) => [...shelf.querySelectorAll('*')].filter({past}).length") == 0
    tab.close()


def test_the_font_is_the_one_that_comes_with_the_page(tab: Tab) -> None:
    tab.page.wait_for_function("[...document.fonts].some((f) => f.status === 'loaded' && f.family.includes('Sarabun'))")
    assert "Sarabun" in tab.page.locator("#tl-header h1").evaluate("e => getComputedStyle(e).fontFamily")


def test_the_header_says_how_many_releases_there_are(tab: Tab, spy: Spy) -> None:
    expect(tab.page.locator("#tl-header")).to_contain_text(f"{spy.count_releases()} releases indexed")


def test_a_taken_port_is_said(address: str) -> None:
    port = urlsplit(address).port
    assert port is not None
    with pytest.raises(ThalaengError, match=rf"port {port}: .*--port 0"):
        free_port("127.0.0.1", port)
    assert free_port("127.0.0.1", 0) > 0


@pytest.mark.parametrize("host", ["256.1.1.1", "127.0.0..1", "http://127.0.0.1", "192.0.2.1"])
def test_an_address_that_is_none_of_this_machine_is_said(host: str) -> None:
    with pytest.raises(ThalaengError, match=f"Cannot listen on {re.escape(host)}.* with --host"):
        free_port(host, 0)
