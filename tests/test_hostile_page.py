"""Releases written to do harm, indexed like any other, are only text in every view of the page, in a real browser."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from index.embed import Encoder
from index.library import Library
from index.store import StoredRelease
from qa.adding import Adding
from qa.ask import Answerer
from qa.desk import Desk
from qa.examples import ExampleQuestions
from qa.feedback import FeedbackBook
from qa.page import build_page
from qa.reader import Reader
from qa.serve import serve_page
from tests.conftest import NewHome
from tests.test_adding import PASSWORD
from tests.test_adding_page import payload
from tests.test_page import CHROMIUM, Tab, browser, open_tab
from tests.test_source_page import ask, copied

__all__ = ["browser"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# What each payload calls, if it ever runs; `Tab` notes what is asked of another host, and each dialog.
TRAP = "hacked"
ELSEWHERE = "https://evil.example"
IMAGE = f'<img src=x onerror="{TRAP}()">'
SCRIPT = f"<script>{TRAP}()</script>"
OVERRIDE, ISOLATE = "\u202e", "\u2067"
CATEGORY = f"Ports {IMAGE} {OVERRIDE}"
PUBLISHER = f"Harbour Board {SCRIPT}"
QUESTION = "How much does a ticket for the Marrowgate lighthouse cost?"
BODY = (
    f"A ticket for the Marrowgate lighthouse {IMAGE} costs 17 crowns {SCRIPT} **today** [here]({ELSEWHERE}/here) "
    f"![seen]({ELSEWHERE}/seen.png) <a href=javascript:{TRAP}()>now</a> \x1b[31mred {OVERRIDE}back \u2066{ISOLATE}.\n\n"
    f"<iframe src={ELSEWHERE}/frame></iframe></div></article><svg onload={TRAP}()><style>*{{display:none}}</style>\n"
)
QUOTED_ADDRESS = f"{ELSEWHERE}/'onmouseover='{TRAP}()"
FRONT = "---\n{}\n---\n\n{}"


def markdown(body: str, **fields: str) -> str:
    return FRONT.format("\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items()), body)


FILES = {
    f"<img src=x onerror={TRAP}()>.md": markdown(
        BODY, title=f"Marrowgate lighthouse {IMAGE}", url=QUOTED_ADDRESS, date="2025-03-04",
        category=CATEGORY, publisher=PUBLISHER, language="en",
    ),
    "rows.jsonl": "\n".join(
        json.dumps({"title": title, "text": text, "url": url, "category": CATEGORY, "publisher": PUBLISHER})
        for title, text, url in (
            (f"Marrowgate lighthouse keepers {SCRIPT}", f"Nine keepers of the Marrowgate lighthouse {IMAGE} retire.",
             f"javascript:{TRAP}()"),
            (f"Marrowgate lighthouse lamp {IMAGE}", f"The lamp of the Marrowgate lighthouse {SCRIPT} is new.",
             f'{ELSEWHERE}/"onmouseover="{TRAP}()'),
            (f"Marrowgate lighthouse tickets {SCRIPT}", f"Tickets for the Marrowgate lighthouse {IMAGE} are sold.", ""),
            (f"Marrowgate lighthouse pier {SCRIPT}", f"A pier leads to the Marrowgate lighthouse {IMAGE}.", ""),
        )
    ),
    "ประภาคาร.txt": (
        f"ประภาคารมาร์โรว์เกต {IMAGE} เปิดแล้ว\n\nประภาคารมาร์โรว์เกต{SCRIPT}เก็บค่าเข้าชมคนละ 17 คราวน์\n\n"
        f"ที่มา : {QUOTED_ADDRESS}/th"
    ),
    f"{SCRIPT.replace('/', '')}.html": (
        "<html><head><title>Marrowgate bell</title></head><body><article><h1>Marrowgate bell</h1>"
        f"<p>{'The bell of Marrowgate rings at noon. ' * 6}&lt;script&gt;{TRAP}()&lt;/script&gt; {IMAGE}</p>"
        "</article></body></html>"
    ),
}  # fmt: skip

# What a page must not have of a release: an element that loads or runs, a handler, an address that runs.
_HARM = f"""() => [...document.querySelectorAll('body *')].filter((element) =>
  [...element.attributes].some(({{name, value}}) => /^on/i.test(name) || /^\\s*javascript:/i.test(value))
  || (element.matches('img, iframe, script, object, embed, base') && element.closest('[id^=tl-]'))
  || element.matches('a[href^="https://evil"]:not([target=_blank][rel~=noopener])')
  || /{TRAP}/.test(element.style.cssText)
).map((element) => element.outerHTML.slice(0, 300))"""
# Where the letters of some words stand, from left to right as they are read.
_LETTERS = """(element, words) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    return [...words].map((_, n) => {
      const range = document.createRange();
      range.setStart(node, at + n);
      range.setEnd(node, at + n + 1);
      return range.getBoundingClientRect().left;
    });
  }
}"""


@dataclass
class Port:
    """A chat over hostile releases."""

    answerer: Answerer
    book: FeedbackBook
    address: str

    def titled(self, words: str) -> StoredRelease:
        return next(stored for stored in self.answerer.library.store.releases() if words in stored.release.title)


@pytest.fixture(scope="module")
def port(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Port]:
    folder, kept = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("kept")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library(new_home(), encoder=encoder)
    report = library.add([folder])
    assert not report.skipped, report.skipped
    answerer = Answerer(library.settings, encoder=encoder, reader=reader)
    answerer.warm_up()
    adding, book = Adding(library, PASSWORD), FeedbackBook(kept / "feedback.sqlite")
    with pytest.MonkeyPatch.context() as patched:
        # However doubtful their answers are, questions on releases with such headlines are to be suggested.
        patched.setattr("qa.refuse._TRUSTED", -math.inf)
        examples = ExampleQuestions(answerer, kept / "examples.json")
        examples.find()
        page = build_page(
            answerer, examples=examples.now, desk=Desk(2), suggester=answerer, feedback=book, may_add=True
        )
        yield Port(answerer, book, serve_page(page, wait=False, adding=adding))
        page.close(verbose=False)
        adding.shut()


@pytest.fixture
def tab(browser: Browser, port: Port) -> Iterator[Tab]:
    """A visit in which, whatever was looked at, nothing of a release has run, was loaded or can be pressed to run."""
    tab = open_tab(browser, port.address)
    ran = set_trap(tab)
    yield tab
    assert tab.page.evaluate(_HARM) == []
    tab.close()
    assert not ran
    assert not tab.outside
    assert not tab.dialogs
    assert not tab.complaints


def set_trap(tab: Tab) -> list[str]:
    """What is noted when a payload runs, on this page and those after it; other hosts are never reached."""
    ran: list[str] = []
    tab.page.context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    tab.page.context.expose_function(TRAP, lambda: ran.append(tab.page.url))
    return ran


def reads_forward(place: Locator, words: str) -> bool:
    letters = place.evaluate(_LETTERS, words)
    return bool(letters == sorted(letters))


def check(tab: Tab) -> None:
    """Looks for harm now, in a view that is about to be left."""
    assert tab.page.evaluate(_HARM) == []


def test_the_trap_shuts_on_what_is_not_escaped(browser: Browser, port: Port) -> None:
    tab = open_tab(browser, port.address)
    ran = set_trap(tab)
    tab.page.evaluate("html => document.querySelector('#tl-start').insertAdjacentHTML('beforeend', html)", BODY)
    tab.page.evaluate("() => new Promise((go) => { const image = new Image(); image.onerror = go; image.src = 'y'; })")
    assert ran
    found = "".join(tab.page.evaluate(_HARM))
    for harm in ("<img", "<iframe", "javascript:", "<svg"):
        assert harm in found
    tab.close()
    assert any("evil.example" in line for line in (*tab.outside, *tab.complaints))


def test_answer_source_neighbours_and_questions_to_go_on_with(
    tab: Tab, port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However far off they are, all others of so few are to be seen.
    monkeypatch.setattr("qa.related._BEHIND", 2.0)
    page = tab.page
    release = port.titled("lighthouse <img").release
    assert release.url == QUOTED_ADDRESS
    ask(tab, QUESTION)
    card = page.locator(".tl-card").filter(has_text="17 crowns").first
    expect(card.locator(".tl-title")).to_contain_text(release.title)
    for piece in (IMAGE, SCRIPT):
        expect(card.locator("blockquote mark")).to_contain_text(piece)
    expect(card.locator(".tl-about")).to_contain_text(release.publisher)
    assert card.locator("blockquote").get_by_role("link").count() == 0
    expect(card.locator(".tl-link a")).to_have_attribute("href", QUOTED_ADDRESS)
    assert reads_forward(card.locator(".tl-about"), "Harbour Board"), "a category turns round what stands behind it"
    expect(page.locator(".tl-related .tl-open").filter(has_text="Marrowgate lighthouse").first).to_be_visible()
    expect(page.locator(".tl-related")).to_contain_text(SCRIPT)
    further = page.locator("#tl-further button")
    expect(further.first).to_be_visible(timeout=60_000)
    expect(further.filter(has_text="Marrowgate lighthouse").filter(has_text="<").first).to_be_visible()
    card.locator(".tl-title .tl-open").click()
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator("mark.tl-current")).to_be_in_viewport()
    assert panel.locator(".tl-release").evaluate("e => e.textContent") == release.text.replace("\f", "\n")
    expect(panel.locator(".tl-link a")).to_have_attribute("href", QUOTED_ADDRESS)
    assert reads_forward(panel.locator(".tl-about"), "Harbour Board")
    assert "\x1b" not in page.content()
    check(tab)
    page.keyboard.press("Escape")
    further.filter(has_text="<").first.click()
    tab.wait_for_replies(2)


def test_shelf_search_filters_and_chips(tab: Tab, port: Port) -> None:
    page = tab.page
    page.get_by_role("link", name="All releases", exact=True).click()
    rows = page.locator(".tl-rows li")
    expect(rows).to_have_count(port.answerer.count_releases())
    row = rows.filter(has_text="A ticket for the Marrowgate")
    expect(row.locator(".tl-lead")).to_contain_text(SCRIPT)
    assert reads_forward(row.locator(".tl-about"), "Harbour Board")
    search = page.get_by_role("searchbox", name="Search words in releases")
    search.fill(f"keepers {SCRIPT}")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(SCRIPT)
    rows.locator("a").click()
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator(".tl-headline")).to_contain_text(SCRIPT)
    # An address that runs, or that would end its own quotes, is none.
    assert panel.locator(".tl-link").count() == 0
    check(tab)
    page.keyboard.press("Escape")
    search.fill(f"nothing {IMAGE}")
    none = page.locator(".tl-shelf-list").get_by_text("No releases match your search and filters.")
    expect(none).to_be_visible()
    search.fill("")
    page.get_by_role("button", name="Filters").first.click()
    expect(page.locator("[data-first]")).to_have_count(6)
    category = port.titled("lighthouse <img").release.category
    options = page.get_by_label("Category").locator("option")
    expect(options.last).to_have_text(f"Ports {IMAGE} (5)")
    page.get_by_label("Category").select_option(category)
    page.get_by_label("Publisher").select_option(PUBLISHER)
    page.get_by_role("button", name="Done").click()
    chips = page.locator(".tl-chips button")
    expect(chips.first).to_contain_text(IMAGE)
    expect(chips.last).to_contain_text(SCRIPT)
    expect(rows).to_have_count(5)
    check(tab)
    page.get_by_role("link", name="Back to questions").click()
    ask(tab, QUESTION)
    expect(page.locator(".tl-scope")).to_contain_text(IMAGE)
    expect(page.locator(".tl-scope")).to_contain_text(SCRIPT)


def test_examples_links_and_earlier_conversations(tab: Tab, port: Port) -> None:
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#tl-start button").filter(has_text="<").locator("visible=true").first.click()
    tab.wait_for_replies(1)
    asked = str(page.locator(".tl-question").text_content())
    assert "<" in asked and "Marrowgate" in asked
    for name in ("Copy", "Markdown", "Reference"):
        assert "Marrowgate" in copied(tab, name)
    link = copied(tab, "Link")
    assert parse_qs(urlsplit(link).query)["q"] == [asked]
    check(tab)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".tl-question")).to_have_count(0)
    page.get_by_role("button", name="Earlier conversations").click()
    earlier = page.locator(".tl-history button").first
    expect(earlier).to_contain_text(asked)
    check(tab)
    earlier.click()
    expect(page.locator(".tl-card").first).to_be_visible()
    check(tab)
    tab.leave()
    page.goto(f"{link}&category={SCRIPT}&date_from={IMAGE}")
    tab.leaving = False
    expect(page.locator(".bot-row .tl-notice")).to_contain_text("The start date must be a date")
    expect(page.locator(".tl-chips")).to_contain_text(SCRIPT)


def test_opinions(tab: Tab, port: Port) -> None:
    ask(tab, QUESTION)
    tab.page.get_by_role("button", name="Bad answer").click()
    reason = tab.page.get_by_role("textbox", name="Why? (optional)")
    reason.fill(f"{IMAGE} {SCRIPT}")
    reason.press("Enter")
    expect(reason).to_have_count(0)
    expect(tab.page.locator(".tl-act-rate-down[aria-pressed=true]")).to_have_count(1)
    assert port.book.all()[-1].reason == f"{IMAGE} {SCRIPT}"


def test_what_is_handed_in(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    page.get_by_label("Password for adding releases").fill(PASSWORD)
    page.keyboard.press("Enter")
    files = page.locator("#tl-adding-page input[type=file]")
    expect(page.locator(".tl-drop")).to_be_visible()
    table = f"{IMAGE},{SCRIPT}\n1,2\n"
    (name, text), *_ = FILES.items()
    files.set_input_files(
        [
            payload(f"{OVERRIDE}{name}", text.encode()),
            payload("rows.jsonl", f"{FILES['rows.jsonl']}\n{IMAGE}".encode()),
            payload(f"{IMAGE}.csv", table.encode()),
        ]
    )
    items = page.locator(".tl-handed-in > li")
    expect(items).to_have_count(3, timeout=60_000)
    first = items.first
    expect(first.locator(".tl-file")).to_have_text(name)
    for piece in (f"lighthouse {IMAGE}", "already there", PUBLISHER, SCRIPT):
        expect(first).to_contain_text(piece, use_inner_text=True)
    expect(first.locator(".tl-link a")).to_have_attribute("href", QUOTED_ADDRESS)
    assert reads_forward(first.locator(".tl-about"), "Harbour Board")
    expect(items.nth(1).get_by_role("link")).to_have_count(0)
    expect(items.nth(2)).to_contain_text(IMAGE)
    expect(items.nth(2).locator(".tl-reason")).to_contain_text(SCRIPT, use_inner_text=True)
