"""Adding releases on the page: where the password is given, files are handed in, looked over and added."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from index.apart import Seen
from index.readers import SUPPORTED_SUFFIXES
from index.release import Language
from qa.cards import date_text, escape, link_html
from qa.faults import fault_phrase
from qa.reasons import reason_phrase
from qa.visit import Fate, HandedIn, Run
from qa.words import Phrase, both, many

__all__ = ["TO_ADDING", "add_adding", "file_html", "summary_html"]

_ADD = Phrase("เพิ่มข่าว", "Add releases")
_LANGUAGES: dict[Language, Phrase] = {"th": Phrase("ภาษาไทย", "in Thai"), "en": Phrase("ภาษาอังกฤษ", "in English")}
_FATES: dict[Fate, Phrase] = {
    "new": Phrase("ข่าวใหม่", "new"),
    "changed": Phrase("แทนที่ฉบับเดิม", "replaces the current version"),
    "known": Phrase("มีอยู่แล้ว", "already there"),
}
_BRIEF = Phrase("บทสรุป", "a brief")
_NO_ADDRESS = Phrase("ไม่มีลิงก์", "no link")
_SKIPPED = Phrase("ข้าม", "Skipped")
_TAKE_BACK = Phrase("เอาออก", "Remove")
_FAILED = Phrase("ไฟล์ที่ส่งมายังอยู่ครบ", "Your files are still here.")
_DONE = Phrase("เพิ่มเสร็จแล้ว ถามได้ทันที", "Done. You can ask about these releases now.")
_COUNTS: tuple[tuple[str, str, str], ...] = (
    ("added", "เพิ่มใหม่ {} ฉบับ", "{} added"),
    ("updated", "แทนที่ {} ฉบับ", "{} replaced"),
    ("unchanged", "เหมือนเดิม {} ฉบับ", "{} unchanged"),
    ("duplicates", "ซ้ำกับฉบับอื่น {} ฉบับ", "{} identical to another"),
)
# Releases that a summary names.
_MOST_NAMED = 20

# On the page of the releases, and in its header where there are none yet.
TO_ADDING = f'<a class="tl-button tl-to-adding" href="#add">{_ADD}</a>'

_WORDS = {
    "sending": Phrase("กำลังส่ง {name}", "Sending {name}"),
    "sent": Phrase("ส่งแล้ว เพิ่มได้ {n} ไฟล์", "Sent. Files ready to add: {n}"),
    "unsent": Phrase("ยังไม่ได้ส่ง {n} ไฟล์: {names}", "Not sent ({n}): {names}"),
    "tooMany": Phrase("เพิ่มได้ครั้งละไม่เกิน {most} ไฟล์", "You can add up to {most} files at a time."),
    "unreachable": Phrase("ติดต่อเซิร์ฟเวอร์ไม่ได้ โปรดลองอีกครั้ง", "The server cannot be reached. Please try again."),
    "tooLarge": Phrase(
        "ไฟล์ใหญ่เกินกว่าที่เซิร์ฟเวอร์ด้านหน้าจะรับได้ โปรดแบ่งไฟล์ หรือแจ้งผู้ดูแลระบบให้เพิ่มขนาดที่รับได้",
        "The file is too large for the server in front of this one. "
        "Please split it, or ask the administrator to allow larger files.",
    ),
    "preparing": Phrase("กำลังเตรียม…", "Getting ready…"),
    "adding": Phrase("อ่านแล้ว {done} จาก {total} ไฟล์", "{done} of {total} files"),
    "addingOne": Phrase("อ่านแล้ว {done} จาก 1 ไฟล์", "{done} of 1 file"),
    "left": Phrase("เหลืออีกประมาณ {time}", "about {time} left"),
    "walking": Phrase("กำลังเปิดโฟลเดอร์…", "Opening the folder…"),
    "others": Phrase(
        "ข้าม {n} ไฟล์ในโฟลเดอร์ เพราะเป็นไฟล์ชนิดอื่นหรือเปิดไม่ได้",
        "Files skipped in the folder (other types or unreadable): {n}",
    ),
    "noFiles": Phrase("ไม่มีไฟล์ที่อ่านได้ในโฟลเดอร์นี้", "This folder has no files that can be read."),
    "ready": Phrase("เพิ่ม {n} ไฟล์", "Add {n} files"),
    "readyOne": Phrase("เพิ่ม 1 ไฟล์", "Add 1 file"),
}


def add_adding() -> None:
    """Adds the page where releases are added, which `adding.js` shows in the place of the chat."""
    import gradio as gr

    words = {name: {"th": phrase.th, "en": phrase.en} for name, phrase in _WORDS.items()}
    script = (Path(__file__).parent / "adding.js").read_text(encoding="utf-8")
    gr.HTML(_PAGE, elem_id="tl-adding", padding=False, js_on_load=f"const SAY = {json.dumps(words)};\n{script}")


def file_html(file: HandedIn) -> str:
    """A file that was handed in, as an item of a list: what was understood of it, or why it is left out."""
    button = (
        f'<button type="button" class="tl-button" data-key="{escape(file.key)}"><span aria-hidden="true">✕</span>'
        f'<span class="tl-said">{_TAKE_BACK} {escape(file.name)}</span></button>'
    )
    name = f'<p class="tl-file"><b>{escape(file.name)}</b></p>{button}'
    if file.sighting is None:
        return f'<li class="tl-skipped">{name}{_skipped(file.reason)}</li>'
    seen = "".join(map(_release, file.sighting.releases, file.fates))
    rest = file.sighting.count - len(file.sighting.releases)
    more = f"<p>{both(f'และอีก {rest:,} ฉบับ', f'and {rest:,} more')}</p>" if rest else ""
    rows = "".join(_row(skipped.where, skipped.reason) for skipped in file.sighting.skipped)
    unlisted = file.sighting.bad - len(file.sighting.skipped)
    rows += (
        f"<p>{both(f'ข้ามอีก {unlisted:,} แถว', many(unlisted, '1 more row skipped', '{} more rows skipped'))}</p>"
        if unlisted
        else ""
    )
    return f"<li>{name}{seen}{more}{rows}</li>"


def summary_html(run: Run) -> str:
    """What became of a run that is over: what was added, and each file and row that was left out, with why."""
    if run.fault is not None:
        said = fault_phrase(run.fault)
        return f"{both(escape(said.th), escape(said.en))} {_FAILED}"
    assert run.counts is not None
    counts = [(run.counts[name], th, en) for name, th, en in _COUNTS]
    parts = [both(th.format(f"{count:,}"), en.format(f"{count:,}")) for count, th, en in counts if count]
    skipped = [*((file.name, file.reason) for file in run.refused), *((row.where, row.reason) for row in run.skipped)]
    if skipped:
        parts.append(both(f"ข้าม {len(skipped):,} รายการ", f"{len(skipped):,} skipped"))
    seen = [one for file in run.files if file.sighting for one in file.sighting.releases]
    links = "".join(
        f'<li lang="{one.language}"><a class="tl-open" href="#release-{escape(one.id)}">{escape(one.title)}</a></li>'
        for one in seen[:_MOST_NAMED]
    )
    rows = "".join(f"<p><b>{escape(where)}</b></p>{_skipped(reason)}" for where, reason in skipped)
    return (
        f'<p class="tl-done">{_DONE}</p><p class="tl-counts">{" · ".join(parts)}</p>'
        f'<ul class="tl-added">{links}</ul>{rows}'
    )


def _release(seen: Seen, fate: Fate) -> str:
    date = dt.date.fromisoformat(seen.date) if seen.date else None
    about = [
        f'<span class="tl-date">{both(date_text(date, "th"), date_text(date, "en"))}</span>',
        str(_LANGUAGES[seen.language]),
        *(
            f'<span lang="{seen.language}">{escape(text)}</span>'
            for text in dict.fromkeys((seen.category, seen.publisher))
            if text
        ),
        *([str(_BRIEF)] if seen.kind == "brief" else []),
    ]
    address = link_html(seen.url) if seen.url else str(_NO_ADDRESS)
    return (
        f'<div class="tl-understood"><h3 lang="{seen.language}">{escape(seen.title)}</h3>'
        f'<p class="tl-about"><span class="tl-badge">{_FATES[fate]}</span> {" · ".join(about)}</p>'
        f'<p class="tl-link">{address}</p><p class="tl-lead" lang="{seen.language}">{escape(seen.lead)}</p></div>'
    )


def _row(where: str, reason: str) -> str:
    line = where.rpartition(":")[2]
    return f"<p>{both(f'บรรทัด {escape(line)}', f'Line {escape(line)}')}</p>{_skipped(reason)}"


def _skipped(reason: str) -> str:
    said = reason_phrase(reason)
    return f'<p class="tl-reason">{_SKIPPED}: {both(escape(said.th), escape(said.en))}</p>'


_KINDS = " ".join(sorted(SUPPORTED_SUFFIXES))
_PAGE = (
    '<section id="tl-adding-page" aria-labelledby="tl-adding-name" hidden>'
    f'<div class="tl-shelf-top"><h2 id="tl-adding-name" tabindex="-1">{_ADD}</h2>'
    f'<a class="tl-button" href="#">{Phrase("กลับไปถาม", "Back to questions")}</a></div>'
    '<form class="tl-adding-open"><label>'
    f"{Phrase('รหัสผ่านสำหรับเพิ่มข่าว', 'Password for adding releases')}"
    '<input type="password" name="password" autocomplete="current-password" maxlength="1000" required></label>'
    f'<button type="submit" class="tl-button">{Phrase("ต่อไป", "Continue")}</button></form>'
    '<p class="tl-adding-fault" role="alert"></p><p class="tl-said tl-adding-heard" role="status"></p>'
    '<div class="tl-adding-files" hidden>'
    '<label class="tl-drop"><input type="file" multiple '
    f'accept="{",".join(sorted(SUPPORTED_SUFFIXES))}">'
    f"<span><b>{Phrase('เลือกไฟล์ หรือลากไฟล์หรือโฟลเดอร์มาวางที่นี่', 'Choose files, or drag files or folders here')}</b></span>"
    f'<span class="tl-kinds">{_KINDS}</span></label>'
    '<p class="tl-sending"></p><ul class="tl-handed-in"></ul>'
    '<div class="tl-adding-end">'
    f'<button type="button" class="tl-button tl-adding-leave">{Phrase("ยกเลิก", "Cancel")}</button>'
    '<button type="button" class="tl-button tl-adding-start" disabled></button></div></div>'
    '<div class="tl-adding-run" hidden><progress max="1" aria-labelledby="tl-adding-name"></progress>'
    '<p class="tl-run"></p></div>'
    '<div class="tl-adding-over" hidden><div class="tl-summary"></div><div class="tl-adding-end">'
    f'<button type="button" class="tl-button tl-adding-leave">{Phrase("เสร็จสิ้น", "Finish")}</button>'
    f'<button type="button" class="tl-button tl-adding-more">{Phrase("เพิ่มอีก", "Add more")}</button></div></div>'
    "</section>"
)
