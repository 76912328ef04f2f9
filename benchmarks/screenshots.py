"""Makes the READMEs' pictures of the chat: the real page over the briefs of `corpus/`, in a real browser."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ThalaengError
from index.settings import Settings
from qa.adding import Adding
from qa.ask import Answerer
from qa.examples import ExampleQuestions
from qa.feedback import FeedbackBook
from qa.page import build_page
from qa.prompt import Prompt
from qa.serve import serve_page
from qa.write import Writer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

__all__ = ["open_browser", "served", "take_screenshots"]


_THAI = "TikTok มีผู้ใช้ในไทยกี่คน"
_ENGLISH = "By how much did child drowning deaths fall?"
_WRITTEN_FOR = "How many Thai entrepreneurs sell on TikTok Shop?"
# A screen that shows the page whole is made no higher than this.
_HIGHEST = 1900
# What the page of adding shows beside a brief of the corpus: a release that is not there yet, and no release.
_NEW = """---
title: เทศบาลตัวอย่างเปิดลงทะเบียนเครื่องสูบน้ำชุมชน
url: https://www.example.go.th/news/2026-118
date: 2026-11-20
publisher: เทศบาลตัวอย่าง
---

เทศบาลตัวอย่างเปิดให้ชุมชน 24 แห่งลงทะเบียนรับเครื่องสูบน้ำก่อนฤดูฝน ตั้งแต่วันที่ 1 ธันวาคม 2569
"""
_NO_RELEASE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture: its file, how wide and high the screen is, the page's language and light, and what is done there."""

    name: str
    width: int
    height: int
    locale: str
    pose: Callable[[Page], None]
    dark: bool = False


def _asked(tab: Page, question: str) -> None:
    box = tab.locator("#tl-box textarea")
    box.fill(question)
    box.press("Enter")
    tab.locator(".tl-actions").first.wait_for()
    tab.locator(".tl-writing").wait_for(state="detached")
    tab.wait_for_timeout(800)  # the answer scrolls to its beginning


def _with_source(tab: Page, question: str) -> None:
    """The header, the question, the answer to its actions, and the source beside it at the quote."""
    _asked(tab, question)
    tab.locator(".tl-title .tl-open").first.click()
    tab.locator("#tl-panel mark.tl-current").wait_for()
    size = tab.viewport_size
    whole = int(tab.evaluate("document.documentElement.scrollHeight"))
    if size and whole > size["height"]:
        tab.set_viewport_size({"width": size["width"], "height": min(whole, _HIGHEST)})
    tab.evaluate("scrollTo({top: 0, behavior: 'instant'})")


def _sheet(tab: Page) -> None:
    _asked(tab, _THAI)
    tab.locator(".tl-title .tl-open").first.click()
    tab.locator("#tl-panel mark.tl-current").wait_for()


def _filters(tab: Page) -> None:
    tab.locator(".tl-choose").click()
    tab.locator(".tl-stretches [data-first]:not([data-first=''])").last.click()
    tab.locator("#tl-choices .tl-newest").click()


def _releases(tab: Page) -> None:
    tab.locator(".tl-to-shelf").click()
    tab.locator(".tl-rows li").first.wait_for()


def _previewed(tab: Page, password: str, known: Path) -> None:
    """A release that is new, one that is there already, and a file that is none, before anything is added."""
    tab.evaluate("location.hash = '#add'")
    tab.locator(".tl-adding-open input").fill(password)
    tab.keyboard.press("Enter")
    tab.locator(".tl-drop").wait_for()
    files: list[FilePayload] = [
        {"name": "news-118.md", "mimeType": "text/markdown", "buffer": _NEW.encode()},
        {"name": known.name, "mimeType": "text/markdown", "buffer": known.read_bytes()},
        {"name": "poster.png", "mimeType": "image/png", "buffer": _NO_RELEASE},
    ]
    tab.locator(".tl-drop input").set_input_files(files)
    tab.locator(".tl-handed-in > li").nth(2).wait_for()
    tab.locator(".tl-adding-start:not(:disabled)").wait_for()


_PICTURES = (
    _Picture("page.png", 1440, 900, "th-TH", partial(_with_source, question=_THAI)),
    _Picture("page-english.png", 1440, 900, "en-GB", partial(_with_source, question=_ENGLISH)),
    _Picture("page-english-dark.png", 1440, 900, "en-GB", partial(_with_source, question=_ENGLISH), dark=True),
    _Picture("page-phone.png", 390, 844, "th-TH", _sheet),
    _Picture("page-filters.png", 1000, 760, "th-TH", _filters),
    _Picture("page-releases.png", 1000, 760, "en-GB", _releases),
)
_WRITTEN = _Picture("page-written.png", 1000, 760, "en-GB", partial(_asked, question=_WRITTEN_FOR))


class _Script:
    """In the place of a model, and named so in the picture: sentences written by hand, the last one wrong."""

    name = "hand, for this picture,"

    def stream(self, prompt: Prompt, until: float) -> Iterator[str]:
        """The sentences, whatever is asked."""
        yield "More than 3 million Thai entrepreneurs sell local products on TikTok Shop [1]. "
        yield "TikTok has more than 50 million users in Thailand [1]. "
        yield "A campaign hashtag has drawn more than 5.3 billion views [1]."


def take_screenshots(settings: Settings, folder: Path) -> None:
    """Writes each picture as a PNG file of the folder; that of a written answer shows the proof, not a model.

    Indexes `settings.corpus` first where the home is empty. Raises `ThalaengError` without a Chromium.
    """
    folder.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(12)
    known = min(settings.corpus.glob("*.en.md"))
    adding = _Picture("page-adding.png", 1000, 1100, "en-GB", partial(_previewed, password=password, known=known))
    with served(settings, password=password) as address, open_browser() as browser:
        for picture in (*_PICTURES, adding):
            _take(browser, address, picture, folder / picture.name)
    with served(settings, lambda answerer: Writer(_Script(), answerer.prover)) as address, open_browser() as browser:
        _take(browser, address, _WRITTEN, folder / _WRITTEN.name)


@contextmanager
def served(settings: Settings, writer: Callable[[Answerer], Writer] | None = None, password: str = "") -> Iterator[str]:
    """The address of the page over the index of a home, with its example questions found and opinions taken.

    A `writer` writes answers; releases can be added with the `password`, where there is one.
    """
    answerer = Answerer(settings, print)
    if answerer.library.is_empty():
        answerer.library.add([settings.corpus])
    answerer.warm_up()
    with tempfile.TemporaryDirectory() as kept:
        examples = ExampleQuestions(answerer, Path(kept) / "examples.json")
        examples.now()
        examples.wait()
        adding = Adding(answerer.library, password) if password else None
        page = build_page(
            answerer,
            examples=examples.now,
            suggester=answerer,
            feedback=FeedbackBook(Path(kept) / "feedback.sqlite"),
            may_add=adding is not None,
            writer=writer(answerer) if writer else None,
        )
        try:
            yield serve_page(page, wait=False, adding=adding)
        finally:
            page.close(verbose=False)
            if adding:
                adding.shut()


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
    picture.pose(tab)
    tab.wait_for_timeout(500)
    tab.screenshot(path=out)
    _make_small(out)
    print(out)
    context.close()


def _make_small(picture: Path) -> None:
    """Writes a picture with the 128 colours that it needs most: a third of the bytes, to the eye the same."""
    # It comes with Gradio.
    from PIL import Image

    with Image.open(picture) as full:
        full.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(picture, optimize=True)
