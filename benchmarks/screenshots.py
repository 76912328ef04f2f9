"""Makes the README's pictures of the chat: the real page over the briefs of `corpus/`, in a real browser."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ThalaengError
from index.settings import Settings
from qa.ask import Answerer
from qa.examples import ExampleQuestions
from qa.page import build_page
from qa.prompt import Prompt
from qa.serve import serve_page
from qa.write import Writer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["open_browser", "served", "take_screenshots"]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture: its file, how wide and high the screen is in pixels, the page's language and light, what is asked."""

    name: str
    width: int
    height: int
    locale: str
    dark: bool = False
    question: str = ""
    source: bool = False


_THAI = "TikTok มีผู้ใช้ในไทยกี่คน"
_ENGLISH = "By how much did child drowning deaths fall?"
_PICTURES = (
    _Picture("page.png", 1400, 900, "th-TH", question=_THAI, source=True),
    _Picture("page-english-dark.png", 1400, 900, "en-GB", dark=True, question=_ENGLISH, source=True),
    _Picture("page-phone.png", 390, 844, "th-TH", question=_THAI),
)
_WRITTEN = _Picture("page-written.png", 1000, 760, "en-GB", question="How many Thai entrepreneurs sell on TikTok Shop?")


class _Script:
    """In the place of a model, and named so in the picture: sentences written by hand, the last one wrong."""

    name = "hand, for this picture,"

    def stream(self, prompt: Prompt, until: float) -> Iterator[str]:
        """The sentences, whatever is asked."""
        yield "More than 3 million Thai entrepreneurs sell local products on TikTok Shop [1][2]. "
        yield "TikTok has more than 50 million users in Thailand [1]. "
        yield "A campaign hashtag has drawn more than 5.3 billion views [3]."


def take_screenshots(settings: Settings, folder: Path) -> None:
    """Writes each picture as a PNG file of the folder; that of a written answer shows the proof, not a model.

    Indexes `settings.corpus` first where the home is empty. Raises `ThalaengError` without a Chromium.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with served(settings) as address, open_browser() as browser:
        for picture in _PICTURES:
            _take(browser, address, picture, folder / picture.name)
    with served(settings, lambda answerer: Writer(_Script(), answerer.prover)) as address, open_browser() as browser:
        _take(browser, address, _WRITTEN, folder / _WRITTEN.name)


@contextmanager
def served(settings: Settings, writer: Callable[[Answerer], Writer] | None = None) -> Iterator[str]:
    """The address of the page over the index of a home, with its example questions found; a `writer` writes answers."""
    answerer = Answerer(settings, print)
    if answerer.library.is_empty():
        answerer.library.add([settings.corpus])
    answerer.warm_up()
    with tempfile.TemporaryDirectory() as kept:
        examples = ExampleQuestions(answerer, Path(kept) / "examples.json")
        examples.now()
        examples.wait()
        written_by = writer(answerer) if writer else None
        page = build_page(answerer, examples=examples.now, suggester=answerer, writer=written_by)
        try:
            yield serve_page(page, wait=False)
        finally:
            page.close(verbose=False)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A Chromium; raises `ThalaengError` where there is none."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise ThalaengError("There is no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def _take(browser: Browser, address: str, picture: _Picture, out: Path) -> None:
    size = {"width": picture.width, "height": picture.height}
    context = browser.new_context(viewport=size, locale=picture.locale)  # type: ignore[arg-type, unused-ignore]
    tab = context.new_page()
    if picture.dark:
        tab.add_init_script("localStorage.setItem('thalaeng.theme', 'dark')")
    tab.goto(address)
    tab.locator("#tl-box textarea").wait_for()
    if picture.question:
        _ask(tab, picture)
    tab.wait_for_timeout(300)
    tab.screenshot(path=out)
    print(out)
    context.close()


def _ask(tab: Page, picture: _Picture) -> None:
    box = tab.locator("#tl-box textarea")
    box.fill(picture.question)
    box.press("Enter")
    tab.locator(".tl-card").first.wait_for()
    tab.locator(".tl-writing").wait_for(state="detached")
    tab.wait_for_timeout(800)  # the answer scrolls to its beginning
    if picture.source:
        tab.locator(".tl-title .tl-open").first.click()
        tab.locator("#tl-panel mark.tl-current").wait_for()
