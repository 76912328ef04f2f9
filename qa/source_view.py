"""The source beside the chat: a whole release with the quotes of an answer marked in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index.errors import ThalaengError
from index.store import StoredRelease
from qa.cards import about_html, escape, link_html, notice_html
from qa.words import Phrase

__all__ = ["PANEL", "Place", "ReleaseShelf", "open_release", "source_html"]

_MOST_PLACES = 20

_LINK = Phrase("เปิดข่าวฉบับทางการ", "Open the official release")
_OTHER_LINKS = Phrase("ข่าวเดียวกันที่", "Same release at")
_NO_TEXT = ("ข่าวนี้ไม่อยู่ในดัชนีแล้ว", "This release is no longer in the index.")


def _button(act: str, words: Phrase, sign: str) -> str:
    """A button of the panel: a sign to see, words to hear."""
    return (
        f'<button type="button" class="tl-button" data-act="{act}"><span aria-hidden="true">{sign}</span>'
        f'<span class="tl-said">{words}</span></button>'
    )


# Filled by `page.js`, which opens and closes it.
PANEL = (
    '<aside id="tl-panel" role="dialog" aria-labelledby="tl-panel-name" hidden>'
    f'<div class="tl-bar"><h2 id="tl-panel-name">{Phrase("ข่าวต้นทาง", "Source")}</h2>'
    '<p class="tl-place" aria-live="polite"></p>'
    f"{_button('previous', Phrase('ข้อความก่อนหน้า', 'Previous quote'), '‹')}"
    f"{_button('next', Phrase('ข้อความถัดไป', 'Next quote'), '›')}"
    f"{_button('close', Phrase('ปิด', 'Close'), '✕')}</div>"
    '<div class="tl-body" tabindex="0"></div></aside><div id="tl-shade" data-act="close" hidden></div>'
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where quote number `n` of an answer stands in a release."""

    n: int
    start: int
    end: int


class ReleaseShelf(Protocol):
    """What gives a release by its id."""

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None; raises `ThalaengError` where the index cannot be read."""


def open_release(shelf: ReleaseShelf, wanted: Any) -> str:
    """What the page shows for `{"release": id, "quotes": [[n, start, end], …]}`; a word where there is nothing.

    What is asked comes from a browser: whatever does not fit is left out.
    """
    asked = wanted if isinstance(wanted, dict) else {}
    release_id, quotes = asked.get("release"), asked.get("quotes")
    if not isinstance(release_id, str) or not re.fullmatch(r"[0-9a-f]{16}", release_id):
        return notice_html(*_NO_TEXT)
    places = [
        Place(*quote)
        for quote in (quotes if isinstance(quotes, list) else [])[:_MOST_PLACES]
        if isinstance(quote, list) and len(quote) == 3 and all(type(number) is int for number in quote)
    ]
    try:
        stored = shelf.release(release_id)
    except ThalaengError:
        stored = None
    return source_html(stored, places) if stored else notice_html(*_NO_TEXT)


def source_html(stored: StoredRelease, places: Sequence[Place]) -> str:
    """A release with its quotes marked, each as an element `tl-quote-N`; all its text escaped."""
    release = stored.release
    links = [link_html(release.url, str(_LINK))] if release.url.strip() else []
    others = [link_html(url) for url in release.other_urls if url.strip()]
    if others:
        links.append(f"{_OTHER_LINKS} {', '.join(others)}")
    addresses = "".join(f'<p class="tl-link">{link}</p>' for link in links)
    return (
        f'<article><div class="tl-head"><h3 class="tl-headline" lang="{release.language}">{escape(release.title)}</h3>'
        f"{about_html(release)}</div>{addresses}"
        f'<div class="tl-release" lang="{release.language}">{_marked(release.text, places)}</div></article>'
    )


def _marked(text: str, places: Sequence[Place]) -> str:
    """The text with its quotes in `mark`; where two overlap, the later one begins where the earlier ends."""
    parts, done = [], 0
    for place in sorted(places, key=lambda place: place.start):
        start, end = max(place.start, done), min(place.end, len(text))
        if start >= end:
            continue
        quote = f'<mark id="tl-quote-{place.n}">{escape(text[start:end])}</mark>'
        parts.append(escape(text[done:start]) + quote)
        done = end
    return "".join(parts) + escape(text[done:])
