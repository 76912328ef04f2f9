"""The source beside the chat: a whole release with the quotes of an answer marked in it."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index.errors import ThalaengError
from index.store import StoredRelease
from qa.cards import about_line, badge_html, brief_says, escape, link_html, notice_html
from qa.event_log import note
from qa.faults import fault_html
from qa.words import Phrase

__all__ = ["PANEL", "Place", "ReleaseShelf", "open_release", "source_html"]

_MOST_PLACES = 20
# Characters of a quote that are looked for.
_LONGEST_QUOTE = 5_000

_log = logging.getLogger(__name__)

_LINK = Phrase("เปิดข่าวฉบับทางการ", "Open the official release")
_OTHER_LINKS = Phrase("ข่าวเดียวกันที่", "Same release at")
_WHOLE_HEAD = Phrase("พาดหัวทั้งหมด", "Full headline")
_CHANGED = (
    "ข่าวนี้ถูกแก้ไขหลังจากได้คำตอบ ข้อความที่ยกมาบางส่วนหรือทั้งหมดไม่อยู่ในข่าวแล้ว",
    "This release has changed since the answer was given: some or all of the quotes are no longer in it.",
)
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
    f'<div class="tl-bar"><h2 id="tl-panel-name">{Phrase("แหล่งที่มา", "Source")}</h2>'
    '<p class="tl-place" aria-live="polite"></p>'
    f"{_button('previous', Phrase('ข้อความก่อนหน้า', 'Previous quote'), '‹')}"
    f"{_button('next', Phrase('ข้อความถัดไป', 'Next quote'), '›')}"
    f"{_button('close', Phrase('ปิด', 'Close'), '✕')}</div>"
    '<div class="tl-body" tabindex="0"></div></aside><div id="tl-shade" data-act="close" hidden></div>'
)
_UNFOLD = (
    '<button type="button" class="tl-button tl-unfold" data-act="unfold" aria-expanded="false" hidden>'
    f'<span aria-hidden="true">▾</span><span class="tl-said">{_WHOLE_HEAD}</span></button>'
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
    """What the page shows for `{"release": id, "quotes": [[n, start, end, quote], …]}`; a word where there is nothing.

    What is asked comes from a browser: whatever does not fit is left out. A release may have been changed since it was
    quoted: a quote is marked where it stands now, and where it does not, that is said.
    """
    asked = wanted if isinstance(wanted, dict) else {}
    release_id, quotes = asked.get("release"), asked.get("quotes")
    if not isinstance(release_id, str) or not re.fullmatch(r"[0-9a-f]{16}", release_id):
        return notice_html(*_NO_TEXT)
    try:
        stored = shelf.release(release_id)
    except ThalaengError as error:
        note(_log, "error", error=type(error).__name__)
        return fault_html(error)
    if stored is None:
        return notice_html(*_NO_TEXT)
    places = [
        _now(stored.release.text, Place(*quote[:3]), quote[3][:_LONGEST_QUOTE])
        for quote in (quotes if isinstance(quotes, list) else [])[:_MOST_PLACES]
        if _is_quote(quote)
    ]
    return source_html(stored, [place for place in places if place], is_changed=None in places)


def _is_quote(quote: Any) -> bool:
    return isinstance(quote, list) and list(map(type, quote)) == [int, int, int, str] and bool(quote[3].strip())


def _now(text: str, then: Place, quote: str) -> Place | None:
    """Where a quote stands in the text: where it stood, or else the nearest to that; None where it does not stand."""
    if then.start >= 0 and _words(text[then.start : then.end][:_LONGEST_QUOTE]) == _words(quote):
        return then
    found = re.finditer(r"\s+".join(map(re.escape, _words(quote))), text)
    nearest = min(found, key=lambda match: abs(match.start() - then.start), default=None)
    return Place(then.n, *nearest.span()) if nearest else None


def _words(text: str) -> list[str]:
    """The text as a browser gives it back, whatever stands between its words."""
    return html.unescape(escape(text)).split()


def source_html(stored: StoredRelease, places: Sequence[Place], *, is_changed: bool = False) -> str:
    """A release with its quotes marked, each as an element `tl-quote-N`; all its text escaped.

    It is said where it `is_changed`, so that a quote is no longer in it. Its head stays in sight wherever one reads:
    `unfold.js` shows all of one that is cut short.
    """
    release = stored.release
    marked = _in_order(release.text, places)
    official = f'<p class="tl-link">{link_html(release.url, str(_LINK))}</p>' if release.url.strip() else ""
    others = [link_html(url) for url in release.other_urls if url.strip()]
    same = f'<p class="tl-link">{_OTHER_LINKS} {", ".join(others)}</p>' if others else ""
    says = brief_says(release, is_quoted=bool(marked))
    badge = f"{badge_html(release)} " if says else ""
    changed = notice_html(*_CHANGED) if is_changed else ""
    brief = f'<p class="tl-about">{says}</p>' if says else ""
    return (
        f'<article><div class="tl-head"><h3 class="tl-headline" lang="{release.language}">{escape(release.title)}</h3>'
        f'<p class="tl-about">{badge}{about_line(release)}</p>'
        f'<div class="tl-reach">{official}{_UNFOLD}</div></div>{changed}{brief}{same}'
        f'<div class="tl-release" lang="{release.language}">{_marked(release.text, marked)}</div></article>'
    )


def _in_order(text: str, places: Sequence[Place]) -> list[Place]:
    """The places that lie in the text; where two overlap, the later one begins where the earlier ends."""
    found: list[Place] = []
    for place in sorted(places, key=lambda place: place.start):
        start, end = max(place.start, found[-1].end if found else 0), min(place.end, len(text))
        if start < end:
            found.append(Place(place.n, start, end))
    return found


def _marked(text: str, places: Sequence[Place]) -> str:
    """The text with each of the places, which follow one another, in `mark`."""
    parts, done = [], 0
    for place in places:
        quote = f'<mark id="tl-quote-{place.n}">{escape(text[place.start : place.end])}</mark>'
        parts.append(escape(text[done : place.start]) + quote)
        done = place.end
    return "".join(parts) + escape(text[done:])
