"""The filters on the page: a bar over the question box with a chip for each that is set, and where they are chosen."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.catalogue import Overview
from index.errors import ThalaengError
from qa.asker import Asker
from qa.cards import date_text
from qa.desk import Desk, TurnedAway
from qa.words import Phrase, both

__all__ = ["FILTERS_IN_BROWSER", "Stretch", "add_filter_bar", "choices", "stretches"]

# Where nothing came out for longer than this, "the last 7 days" are counted from the newest release.
_QUIET_DAYS = 30

# What the page gives with a question: see `filters.js`.
FILTERS_IN_BROWSER = "window.thalaeng?.filters?.() ?? {}"

_FILTERS = Phrase("ตัวกรอง", "Filters")
_ANY_TIME = Phrase("ทุกเวลา", "Any time")
_FROM, _UNTIL = Phrase("ตั้งแต่วันที่", "From"), Phrase("ถึงวันที่", "Until")
_NEWEST = Phrase("ใหม่สุดก่อน", "Newest first")
_TURNED = Phrase(
    "วันที่เริ่มต้นอยู่หลังวันที่สิ้นสุด ตัวกรองจึงยังเป็นอย่างเดิม",
    "The start date is after the end date. Your filters have not changed.",
)
_NO_DAY = Phrase(
    "วันที่ไม่ครบหรือไม่มีในปฏิทิน ตัวกรองจึงยังเป็นอย่างเดิม (29 ก.พ. ให้ใส่ปีเป็น ค.ศ.)",
    "This date is incomplete or does not exist. Your filters have not changed. "
    "(For 29 February, type a year such as 2024.)",
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days to choose with one press."""

    name: Phrase
    first: dt.date
    last: dt.date


def stretches(today: dt.date, newest: dt.date | None) -> tuple[dt.date, tuple[Stretch, ...]]:
    """The day that is counted from, and what is counted: today, or the newest release's where that is long ago."""
    old = newest is not None and (today - newest).days > _QUIET_DAYS
    day = newest if old and newest else today
    end_of_month = dt.date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    return day, (
        Stretch(Phrase("7 วันล่าสุด", "Last 7 days"), day - dt.timedelta(6), day),
        Stretch(Phrase("30 วันล่าสุด", "Last 30 days"), day - dt.timedelta(29), day),
        Stretch(Phrase("เดือนนี้", "This month"), day.replace(day=1), end_of_month),
        Stretch(Phrase("ปีนี้", "This year"), dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)),
        Stretch(Phrase("ปีที่แล้ว", "Last year"), dt.date(day.year - 1, 1, 1), dt.date(day.year - 1, 12, 31)),
    )


def choices(overview: Overview, today: dt.date) -> dict[str, Any]:
    """What there is to choose from, for `filters.js`."""
    newest = dt.date.fromisoformat(overview.last) if overview.last else None
    day, counted = stretches(today, newest)
    says = Phrase(f"นับจากข่าวล่าสุด {date_text(day, 'th')}", f"Counted from the newest release, {date_text(day, 'en')}")
    return {
        "categories": overview.categories,
        "publishers": overview.publishers,
        "stretches": [
            {"th": one.name.th, "en": one.name.en, "first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in counted
        ],
        "counted": str(says) if day != today else "",
    }


def add_filter_bar(asker: Asker, desk: Desk) -> None:
    """Adds the bar to the page being built."""
    import gradio as gr

    def offered(_: Any, request: gr.Request) -> dict[str, Any] | None:
        # Gradio calls it with an argument where the browser gives none.
        try:
            desk.look(request)
            return choices(asker.catalogue().overview(), dt.date.today())
        except TurnedAway:
            # What there was to choose from stays.
            return None
        except ThalaengError:
            # There is nothing to choose from; the answer to a question says why.
            return {}

    # Gradio looks for this type, and cannot resolve the name of a module imported in a function.
    offered.__annotations__["request"] = gr.Request
    gr.HTML(
        _BAR,
        elem_id="tl-filters",
        padding=False,
        js_on_load=(Path(__file__).parent / "filters.js").read_text(encoding="utf-8"),
        server_functions=[offered],
    )


def _day(name: str, label: Phrase) -> str:
    """A day's field, and under it the day in words."""
    return (
        f'<div><label>{label}<input type="date" name="{name}" min="1900-01-01" max="2200-12-31" '
        f'aria-describedby="tl-{name}-said"></label>'
        f'<p class="tl-day-said" id="tl-{name}-said" aria-live="polite"></p></div>'
    )


def _option(value: str, words: Phrase) -> str:
    return f'<option value="{value}" data-th="{words.th}" data-en="{words.en}">{words.en}</option>'


def _select(name: str, label: Phrase, *options: str) -> str:
    return f'<label>{label}<select name="{name}">{"".join(options)}</select></label>'


_BAR = (
    '<div class="tl-home"><div id="tl-filter-bar">'
    '<button type="button" class="tl-button tl-choose" aria-expanded="false" '
    f'aria-controls="tl-choices"><span class="tl-sign tl-sign-filters"></span> {_FILTERS}</button>'
    f'<div class="tl-chips" role="group"><span class="tl-said">{Phrase("ตัวกรองที่ใช้อยู่", "Filters in use")}</span></div>'
    f'<form id="tl-choices" role="dialog" novalidate hidden><h2 class="tl-said" id="tl-choices-name">{_FILTERS}</h2>'
    f"<fieldset><legend>{Phrase('วันที่ของข่าว', 'Release date')}</legend>"
    '<div class="tl-stretches">'
    f'<button type="button" class="tl-chip" data-first="" data-last="">{_ANY_TIME}</button></div>'
    '<p class="tl-counted"></p><div class="tl-days">'
    f"{_day('date_from', _FROM)}{_day('date_until', _UNTIL)}</div>"
    '<p class="tl-wrong" role="alert"></p></fieldset>'
    + _select("category", Phrase("หมวด", "Category"), _option("", Phrase("ทุกหมวด", "All categories")))
    + _select("publisher", Phrase("ผู้เผยแพร่", "Publisher"), _option("", Phrase("ทุกผู้เผยแพร่", "All publishers")))
    + _select(
        "release_language",
        Phrase("ภาษาของข่าว", "Release language"),
        _option("", Phrase("ทุกภาษา", "Both languages")),
        _option("th", Phrase("ไทย", "Thai")),
        _option("en", Phrase("อังกฤษ", "English")),
    )
    + f'<label class="tl-newest"><input type="checkbox" name="newest_first"> {_NEWEST}</label>'
    '<div class="tl-choices-end">'
    f'<button type="button" class="tl-button tl-clear">{Phrase("ล้างทั้งหมด", "Clear all")}</button>'
    f'<button type="submit" class="tl-button">{Phrase("เสร็จ", "Done")}</button></div></form>'
    f'<template class="tl-remove">{Phrase("เอาออก", "Remove")}</template>'
    f'<template class="tl-turned">{_TURNED}</template><template class="tl-no-day">{_NO_DAY}</template>'
    f'<template class="tl-newest-chip">{_NEWEST}</template>'
    f'<template class="tl-from-chip">{both("ตั้งแต่", "From")}</template>'
    f'<template class="tl-until-chip">{both("ถึง", "Until")}</template></div></div>'
)
