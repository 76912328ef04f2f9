"""Makes the README's picture of the chat: the real page over the briefs of `corpus/`, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path

from index.errors import ThalaengError
from index.settings import Settings
from qa.ask import Answerer
from qa.page import build_page
from qa.serve import serve_page

__all__ = ["take_picture"]

# Pixels: room for the source beside the chat, the page no longer than a README bears.
_WIDTH, _HEIGHT = 1400, 900
_QUESTION = "TikTok มีผู้ใช้ในไทยกี่คน"


def take_picture(settings: Settings, out: Path, question: str = _QUESTION) -> None:
    """Asks the chat a question, opens the source of its first quote and writes the page as a PNG file.

    Indexes `settings.corpus` first where the home is empty. Raises `ThalaengError` without a Chromium.
    """
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise ThalaengError("There is no Chromium to take the picture with: apt-get install chromium")
    answerer = Answerer(settings, print)
    if answerer.library.is_empty():
        answerer.library.add([settings.corpus])
    answerer.warm_up()
    page = build_page(answerer)
    address = serve_page(page, wait=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="th-TH")
        tab.goto(address)
        box = tab.locator("#tl-box textarea")
        box.fill(question)
        box.press("Enter")
        tab.locator(".tl-card").first.wait_for()
        tab.wait_for_timeout(800)  # the answer scrolls to its beginning
        tab.locator(".tl-title .tl-open").first.click()
        tab.locator("#tl-panel mark.tl-current").wait_for()
        tab.wait_for_timeout(200)
        tab.screenshot(path=out)
        browser.close()
    page.close(verbose=False)
    print(f"{out}: {question}")
