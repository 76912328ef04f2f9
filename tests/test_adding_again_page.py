"""Adding releases from a page that is loaded anew, or left, before they are added: in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, expect

import qa.visit
from index.apart import add_apart
from index.progress import Progress
from index.settings import Settings
from tests.test_adding import Shop, shop
from tests.test_adding_page import address, come_in, one_client, release, tab
from tests.test_page import CHROMIUM, Tab, browser, open_tab

__all__ = ["address", "browser", "shop", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# Adding starts a process that loads the model.
_LONG = 180_000
LEFT = "1 of 4 files · about 1:15 left"


@dataclass
class Held:
    """Adding that is real, and goes on from its first word of progress when it is told to."""

    goes_on: threading.Event = field(default_factory=threading.Event)

    def add(
        self, paths: Sequence[Path], settings: Settings, progress: Callable[[Progress], None]
    ) -> tuple[dict[str, int], list[Any]]:
        def tell(told: Progress) -> None:
            progress(replace(told, done=1, total=4, share=0.25, seconds=25.0, known=0.0, waited=0.0))
            self.goes_on.wait(240)

        return add_apart(paths, settings, tell)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(qa.visit, "add_apart", held.add)
    yield held
    held.goes_on.set()


def begin(tab: Tab, name: str) -> Page:
    """Hands a release in, has it added, and waits until there is some progress."""
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    page.locator("#tl-adding-page input[type=file]").set_input_files([release(name, "8")])
    expect(page.locator(".tl-handed-in > li")).to_have_count(1, timeout=60_000)
    page.get_by_role("button", name="Add 1 file", exact=True).click()
    expect(page.locator(".tl-run")).to_have_text(LEFT, use_inner_text=True, timeout=_LONG)
    return page


def see_it_end(page: Page, shop: Shop, name: str) -> None:
    expect(page.locator(".tl-summary")).to_contain_text("1 added", use_inner_text=True, timeout=_LONG)
    expect(page.locator(".tl-summary")).to_contain_text(f"{name} library")
    count = f"{shop.answerer.count_releases()} releases indexed"
    expect(page.locator("#tl-header")).to_contain_text(count, use_inner_text=True)


def test_a_page_that_is_loaded_anew_shows_how_far_it_is_and_what_became_of_it(tab: Tab, shop: Shop, held: Held) -> None:
    page = begin(tab, "reload")
    tab.reload()
    expect(page.locator(".tl-run")).to_have_text(LEFT, use_inner_text=True)
    expect(page.locator(".tl-adding-run progress")).to_have_js_property("value", 0.25)
    expect(page.get_by_label("Password for adding releases")).to_be_hidden()
    # So it does when it is left for the chat, loaded anew there, and gone back to.
    page.evaluate("location.hash = ''")
    tab.reload()
    expect(page.locator("#tl-chat")).to_be_visible()
    page.evaluate("location.hash = '#add'")
    expect(page.locator(".tl-run")).to_have_text(LEFT, use_inner_text=True)
    held.goes_on.set()
    see_it_end(page, shop, "reload")
    # The files that can be handed in now are as many and as large as before.
    page.locator(".tl-adding-more").click()
    page.locator("#tl-adding-page input[type=file]").set_input_files([release("more", "9")])
    expect(page.locator(".tl-handed-in > li")).to_contain_text("more.md", timeout=60_000)
    # Where nothing is being added the page ends with its password.
    tab.reload()
    expect(page.get_by_label("Password for adding releases")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('thalaeng.adding')") is None


def test_where_adding_failed_meanwhile_the_files_are_still_there(
    tab: Tab, shop: Shop, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*given: Any) -> tuple[dict[str, int], list[Any]]:
        given[2](Progress(1, 4, 0, 25.0, "", 0.25))
        held.goes_on.wait(240)
        with FileLock(shop.answerer.library.settings.home / "writer.lock"):
            return add_apart(*given)

    with monkeypatch.context() as patched:
        patched.setattr(qa.visit, "add_apart", locked)
        page = begin(tab, "locked")
        tab.reload()
        expect(page.locator(".tl-run")).to_have_text(LEFT, use_inner_text=True)
        held.goes_on.set()
        expect(page.get_by_role("alert")).to_contain_text(
            "Someone else is adding releases right now.", use_inner_text=True, timeout=_LONG
        )
    expect(page.locator(".tl-handed-in > li")).to_contain_text("locked.md")
    page.get_by_role("button", name="Add 1 file", exact=True).click()
    see_it_end(page, shop, "locked")


def test_whoever_comes_back_with_the_password_sees_it_too(
    browser: Browser, address: str, shop: Shop, held: Held
) -> None:
    first = one_client(open_tab(browser, address))
    begin(first, "return")
    # Somebody else is in nobody's way.
    other = one_client(open_tab(browser, address))
    other.page.evaluate("location.hash = '#add'")
    come_in(other)
    expect(first.page.locator(".tl-run")).to_have_text(LEFT, use_inner_text=True)
    first.page.goto("about:blank")
    while not any(visit.is_left for visit in shop.adding._visits.values()):
        threading.Event().wait(0.01)
    first.close()
    again = one_client(open_tab(browser, address, locale="th-TH"))
    page = again.page
    page.evaluate("location.hash = '#add'")
    page.get_by_label("รหัสผ่านสำหรับเพิ่มข่าว").fill("รหัส-s3cret-1")
    page.keyboard.press("Enter")
    expect(page.locator(".tl-run")).to_have_text("อ่านแล้ว 1 จาก 4 ไฟล์ · เหลืออีกประมาณ 1:15", use_inner_text=True)
    expect(page.get_by_role("heading", name="เพิ่มข่าว")).to_be_focused()
    held.goes_on.set()
    expect(page.locator(".tl-summary")).to_contain_text("เพิ่มใหม่ 1 ฉบับ", use_inner_text=True, timeout=_LONG)
    expect(other.page.locator(".tl-drop")).to_be_visible()
    other.close()
    again.close()
