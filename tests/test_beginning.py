"""A chat started with nothing to search says so, takes the first release on the page, and answers from it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import NewHome
from tests.test_adding import NEWS, PASSWORD
from tests.test_gate import reach
from tests.test_page import CHROMIUM, browser, open_tab

__all__ = ["browser"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

BRIEF = NEWS.replace("publisher:", "kind: brief\npublisher:")


@pytest.fixture
def address(new_home: NewHome, tmp_path: Path) -> Iterator[str]:
    root = Path(__file__).parent.parent
    surroundings = {**os.environ, "PYTHONPATH": str(root), "THALAENG_ADD_PASSWORD": PASSWORD}
    empty = tmp_path / "empty"
    empty.mkdir()
    arguments = ["--home", str(new_home().home), "--corpus", str(empty), "--port", "0"]
    with subprocess.Popen(
        [sys.executable, str(root / "app.py"), *arguments],
        env=surroundings, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=tmp_path,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        yield next(line for line in server.stdout if line.startswith("แถลง")).partition(": ")[2].strip()
        server.terminate()


def test_the_first_release_is_added_on_the_page(browser: Browser, address: str) -> None:
    tab = open_tab(browser, address)
    page = tab.page
    expect(page.locator("#tl-header")).to_contain_text("There are no releases to search yet", use_inner_text=True)
    tab.ask("How many books does the floating library of Ostrava Bay have?")
    notice = page.locator(".bot-row .tl-notice")
    expect(notice).to_contain_text("“All releases” and choose “Add releases”", use_inner_text=True)
    expect(notice).not_to_contain_text("python")
    assert reach(f"{address}health") == (200, b'{"status":"ok","releases":0}'), "there is nothing to get ready"
    page.get_by_role("link", name="All releases", exact=True).click()
    expect(page.locator(".tl-shelf-list")).to_contain_text("There are no releases yet", use_inner_text=True)
    expect(page.locator(".tl-shelf-list")).not_to_contain_text("python")
    page.get_by_role("link", name="Add releases").click()
    page.get_by_label("Password for adding releases").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".tl-drop")).to_be_visible(timeout=60_000)
    page.locator("#tl-adding-page input[type=file]").set_input_files(
        {"name": "first.md", "mimeType": "text/plain", "buffer": BRIEF.encode()}
    )
    page.get_by_role("button", name="Add 1 file", exact=True).click(timeout=60_000)
    expect(page.locator(".tl-summary")).to_contain_text("1 added", use_inner_text=True, timeout=180_000)
    expect(page.locator("#tl-header")).to_contain_text("1 release indexed", use_inner_text=True)
    page.get_by_role("link", name="Back to questions").click()
    page.get_by_role("link", name="All releases", exact=True).click()
    row = page.locator(".tl-rows li")
    for words in ("from a brief", "4 March 2025", "Ostrava Bay Council"):
        expect(row).to_contain_text(words, use_inner_text=True)
    page.get_by_role("link", name="Back to questions").click()
    tab.ask("How many books does the floating library of Ostrava Bay have?")
    expect(page.locator(".tl-answer")).to_contain_text("12,400", timeout=120_000)
    assert not tab.complaints and not tab.outside
    tab.close()
