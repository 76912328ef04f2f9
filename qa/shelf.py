"""The page of the releases themselves: how many there are, looked through by words, filters and date."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from pathlib import Path
from typing import Any

from index.catalogue import Catalogue, Order, Overview, Shelf
from index.errors import IndexEmpty, ThalaengError
from index.store import StoredRelease
from qa.adding_view import TO_ADDING
from qa.asker import Asker
from qa.cards import about_html, date_text, escape, notice_html
from qa.desk import Desk, TurnedAway
from qa.event_log import milliseconds, note
from qa.faults import EMPTY_PAGE, fault_html
from qa.found_words import find_in
from qa.looked_for import LONGEST_WORDS, LookedFor, read_looked_for
from qa.shelf_csv import csv_link
from qa.words import Phrase, both

__all__ = ["TO_SHELF", "add_shelf", "shelf_html"]

_PER_PAGE = 20
# Characters of a release shown under its headline.
_LEAD = 200
# No index is so large; SQLite takes no larger number.
_MOST_PAGES = 10**6

_RELEASES = Phrase("ข่าวทั้งหมด", "All releases")
_NONE = ("ไม่พบข่าวที่ตรงกับคำค้นและตัวกรอง", "No releases match your search and filters.")
_EMPTY = Phrase(
    "ยังไม่มีข่าว เพิ่มข่าวได้ด้วยคำสั่ง python -m index add FOLDER",
    "There are no releases yet. Add some with: python -m index add FOLDER",
)
_FAILED = Phrase("เปิดรายการข่าวไม่ได้ โปรดลองอีกครั้ง", "The releases could not be listed. Please try again.")
_UNSAVED = Phrase("บันทึกรายการข่าวไม่ได้ โปรดลองอีกครั้ง", "The list could not be saved. Please try again.")
_ORDERS: dict[Order, Phrase] = {
    "newest": Phrase("ใหม่สุดก่อน", "Newest first"),
    "oldest": Phrase("เก่าสุดก่อน", "Oldest first"),
    "added": Phrase("เพิ่มล่าสุดก่อน", "Recently added first"),
}

_log = logging.getLogger(__name__)

# In the header.
TO_SHELF = f'<a class="tl-button tl-to-shelf" href="#releases">{_RELEASES}</a>'


def add_shelf(asker: Asker, desk: Desk, *, may_add: bool = False) -> None:
    """Adds the page of the releases, which `shelf.js` shows in the place of the chat.

    With `may_add` it leads to where releases are added.
    """
    import gradio as gr

    def browse(wanted: Any, request: gr.Request) -> str:
        started = time.perf_counter()
        try:
            desk.look(request)
        except TurnedAway as away:
            return notice_html(away.phrase.th, away.phrase.en)
        html = shelf_html(asker, wanted, may_add=may_add)
        note(_log, "searched", on="page", ms=milliseconds(started))
        return html

    # Gradio looks for this type, and cannot resolve the name of a module imported in a function.
    browse.__annotations__["request"] = gr.Request
    says = {"FAILED": str(_FAILED), "UNSAVED": {"th": _UNSAVED.th, "en": _UNSAVED.en}}
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in says.items())
    script = (Path(__file__).parent / "shelf.js").read_text(encoding="utf-8")
    gr.HTML(
        _SHELF.replace("<!-- add -->", TO_ADDING if may_add else ""),
        elem_id="tl-shelf",
        padding=False,
        js_on_load=f"{constants}{script}",
        server_functions=[browse],
    )


def shelf_html(asker: Asker, wanted: Any, *, may_add: bool = False) -> str:
    """A page of the releases for what a browser asks: filters by their names, `words`, `order`, `page` (from 1).

    What does not fit is left out; a filter that cannot be used, and an index that cannot, are said. An empty one leads
    to where releases are added: with `may_add` that is on the page.
    """
    empty = EMPTY_PAGE if may_add else _EMPTY
    asked = wanted if isinstance(wanted, dict) else {}
    page = asked.get("page")
    page = min(max(1, page), _MOST_PAGES) if type(page) is int else 1
    try:
        looked_for = read_looked_for(asked)
        catalogue = asker.catalogue()
        overview = catalogue.overview()
        if not overview.releases:
            return notice_html(empty.th, empty.en)
        page, shelf = _page(catalogue, looked_for, page)
    except IndexEmpty:
        return notice_html(empty.th, empty.en)
    except ThalaengError as error:
        return fault_html(error)
    if not shelf.count:
        return _about(overview, shelf) + notice_html(*_NONE)
    rows = "".join(_row(stored, frozenset(shelf.words)) for stored in shelf.releases)
    top = f'<div class="tl-found">{_about(overview, shelf)}{csv_link(looked_for)}</div>'
    return f'{top}<ol class="tl-rows">{rows}</ol>{_turn(page, -(-shelf.count // _PER_PAGE))}'


def _page(catalogue: Catalogue, looked_for: LookedFor, page: int) -> tuple[int, Shelf]:
    """A page of the list; the last one where the list has become shorter and there is no such page any more."""
    shelf = catalogue.look(looked_for.selection, looked_for.words, looked_for.order, _PER_PAGE, (page - 1) * _PER_PAGE)
    last = -(-shelf.count // _PER_PAGE)
    return _page(catalogue, looked_for, last) if page > last > 0 else (page, shelf)


def _about(overview: Overview, shelf: Shelf) -> str:
    """How many, from when to when, last added."""
    found = f"{shelf.count:,}"
    of = both(f"จาก {overview.releases:,} ฉบับ", f"of {overview.releases:,}") if shelf.count != overview.releases else ""
    noun = both("ฉบับ", "release" if overview.releases == 1 else "releases")
    parts = [f"{both('พบ', '')} <b>{found}</b> {of or ''} {'' if of else noun}"]
    if shelf.first:
        parts.append(both(*(_span(shelf.first, shelf.last, language) for language in ("th", "en"))))
    if overview.added_at:
        added = dt.datetime.fromisoformat(overview.added_at).astimezone().date()
        parts.append(both(f"เพิ่มล่าสุด {date_text(added, 'th')}", f"last added {date_text(added, 'en')}"))
    return f'<p class="tl-count">{" · ".join(parts)}</p>'


def _span(first: str, last: str, language: Any) -> str:
    start, end = (date_text(dt.date.fromisoformat(day), language) for day in (first, last))
    return start if start == end else f"{start} – {end}"


def _row(stored: StoredRelease, words: frozenset[str]) -> str:
    """A release with the words marked, and of its text what has those that its headline has not."""
    release = stored.release
    title, text = find_in(release.title, words), find_in(release.text, words)
    return (
        f'<li><h3 lang="{release.language}"><a class="tl-open" href="{escape(f"#release-{stored.id}")}">'
        f"{title.html()}</a></h3>{about_html(release, is_quoted=False)}"
        f'<p class="tl-lead" lang="{release.language}">{text.piece_html(_LEAD, words - title.words)}</p></li>'
    )


def _turn(page: int, pages: int) -> str:
    """Buttons to the pages before and after; nothing where there is one page."""
    if pages <= 1:
        return ""

    def button(to: int, words: Phrase) -> str:
        off = "" if 1 <= to <= pages else " disabled"
        return f'<button type="button" class="tl-button" data-page="{to}"{off}>{words}</button>'

    at = both(f"หน้า {page:,} จาก {pages:,}", f"Page {page:,} of {pages:,}")
    return (
        f'<nav class="tl-turn" aria-labelledby="tl-turn-at">{button(page - 1, Phrase("‹ ก่อนหน้า", "‹ Previous"))}'
        f'<span id="tl-turn-at">{at}</span>{button(page + 1, Phrase("ถัดไป ›", "Next ›"))}</nav>'
    )


def _options() -> str:
    return "".join(
        f'<option value="{order}" data-th="{words.th}" data-en="{words.en}">{words.en}</option>'
        for order, words in _ORDERS.items()
    )


_SEARCH = Phrase("ค้นคำในข่าว", "Search words in releases")
_SHELF = (
    '<section id="tl-shelf-page" aria-labelledby="tl-shelf-name" hidden>'
    f'<div class="tl-shelf-top"><h2 id="tl-shelf-name" tabindex="-1">{_RELEASES}</h2><!-- add -->'
    f'<a class="tl-button" href="#">{Phrase("กลับไปถาม", "Back to questions")}</a></div>'
    '<form class="tl-shelf-search" role="search">'
    f'<input type="search" maxlength="{LONGEST_WORDS}" data-th="{_SEARCH.th}" data-en="{_SEARCH.en}">'
    f'<label><span class="tl-said">{Phrase("เรียงตาม", "Sort by")}</span><select>{_options()}</select></label></form>'
    '<div class="tl-said tl-shelf-heard" role="status"></div>'
    '<div class="tl-shelf-filters"></div><div class="tl-shelf-list"></div></section>'
)
