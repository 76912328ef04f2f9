"""Files to releases: every kind that is read, and every way in which a file can be unfit."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from index.errors import DamagedFile, EmptyFile, ThalaengError, UnreadableFile, UnsupportedFormat
from index.readers import SUPPORTED_SUFFIXES, Skipped, find_files, read_file
from index.readers.kind import kind_by_content
from index.release import Release

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

HEADLINE = "กรมท่าเรือเปิดท่าเทียบเรือ บ้านนา-บ้านทุ่ง"
BODY = "กรมท่าเรือเปิดท่าเทียบเรือแห่งใหม่แล้ว\u00a0 มีผู้ร่วมงาน ๓๐๐ คน\u200b ใช้งบ 8 ล้านบาท"
ADDRESS = "https://www.example.org/news/contents/details/7"


@pytest.fixture
def put(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Writes a file of a name and content, and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def one(path: Path) -> Release:
    (release,) = read_file(path).releases
    return release


def thaigov(*body: str, headline: str = HEADLINE, category: str = "ข่าวทำเนียบรัฐบาล-") -> str:
    lines = [f"รัฐบาลไทย-{category}{headline}", "", "", *body, "", f"ที่มา : {ADDRESS}"]
    return "\n".join(lines)


# --- the corpus's layout


def test_thaigov_layout_with_all_its_oddities(put) -> None:  # type: ignore[no-untyped-def]
    text = thaigov(
        "วันพุธที่ 22 มกราคม 2568", "22/01/2568", "พิมพ์", f"\u200b{HEADLINE} ", HEADLINE.replace(" ", "\u00a0"), "....",
        "- -", "Your browser does not support the audio element.", BODY, "ค่าน\u0e49\u0e4d\u0e32 5 บาท",
        "", "", "พิมพ์", "ทำเมื่อ 1 มี.ค. 68",
    )  # fmt: skip
    path = put("ด้านสังคม _2_0f8fad5b-d9cb-469f-a165-70867728950e.txt", text)
    release = one(path)
    assert release == Release(
        title=HEADLINE,
        text=("กรมท่าเรือเปิดท่าเทียบเรือแห่งใหม่แล้ว มีผู้ร่วมงาน ๓๐๐ คน ใช้งบ 8 ล้านบาท\nค่าน้ำ 5 บาท\n\nพิมพ์\nทำเมื่อ 1 มี.ค. 68"),
        url=ADDRESS,
        date=dt.date(2025, 1, 22),
        category="ด้านสังคม",
        language="th",
        source=str(path),
    )


def test_thaigov_category_is_that_of_the_title_line_where_the_file_name_has_none(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.txt", thaigov(BODY))).category == "ข่าวทำเนียบรัฐบาล"


def test_thaigov_headline_with_hyphens_and_without_a_category_stays_whole(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.txt", thaigov(HEADLINE, BODY, category="")))
    assert (release.title, release.category) == (HEADLINE, "")


def test_thaigov_line_that_goes_on_after_the_headline_is_kept(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.txt", thaigov(f"{HEADLINE} แล้ววันนี้"))).text == f"{HEADLINE} แล้ววันนี้"


@pytest.mark.parametrize(
    ("shown", "first", "is_whole"),
    [
        (150, 190, True), (180, 250, True), (149, 190, False), (180, 251, False),
    ],
)  # fmt: skip
def test_thaigov_headline_that_the_site_cut_off_is_whole(put, shown: int, first: int, is_whole: bool) -> None:  # type: ignore[no-untyped-def]
    headline = ("กรมท่าเรือเปิดท่าใหม่" * 20)[:first]
    release = one(put("a.txt", thaigov(headline, BODY, headline=headline[:shown])))
    assert release.title == (headline if is_whole else headline[:shown])
    assert release.text.startswith(headline)


def test_thaigov_date_is_found_in_the_text_where_there_is_no_date_line(put) -> None:  # type: ignore[no-untyped-def]
    body = "เมื่อวันที่ ๑๒ มี.ค. ๖๗ กรมท่าเรือเปิดท่าใหม่"
    assert one(put("a.txt", thaigov("วันพฤหัสบดีที่ 1 มกราคม 2513", body))).date == dt.date(2024, 3, 12)


def test_thaigov_date_far_down_in_the_text_is_not_its_date(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.txt", thaigov(BODY * 10 + " 12 มี.ค. 67"))).date is None


def test_thaigov_without_the_title_prefix_or_address_is_still_read(put) -> None:  # type: ignore[no-untyped-def]
    no_prefix = one(put("a.txt", f"{HEADLINE}\n\n{BODY}\n\nที่มา : {ADDRESS}\n"))
    assert (no_prefix.title, no_prefix.url) == (HEADLINE, ADDRESS)
    no_address = one(put("b.txt", f"รัฐบาลไทย-ข่าว-{HEADLINE}\n\n{BODY}\n"))
    assert (no_address.title, no_address.url) == (HEADLINE, "")
    assert "300" not in no_address.text
    assert "๓๐๐" in no_address.text


def test_thaigov_english_release_is_english(put) -> None:  # type: ignore[no-untyped-def]
    text = thaigov("วันพุธที่ 22 มกราคม 2568", "The pier is open to everyone since Monday.", headline="Pier opens")
    release = one(put("a.txt", text))
    assert (release.language, release.text) == ("en", "The pier is open to everyone since Monday.")


@pytest.mark.parametrize("body", [(), ("พิมพ์",), ("วันพุธที่ 22 มกราคม 2568", HEADLINE, HEADLINE)])
def test_thaigov_without_a_body_is_empty(put, body: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile, match="no text"):
        read_file(put("a.txt", thaigov(*body)))


# --- Markdown and plain text


def test_front_matter_gives_every_field(put) -> None:  # type: ignore[no-untyped-def]
    path = put(
        "a.md",
        "---\ntitle: ท่าเรือใหม่\nurl: https://example.org/1\ndate: 2025-03-02\ncategory: คมนาคม\n"
        "publisher: กรมท่าเรือ\nlanguage: en\nkind: brief\n---\n\n# ท่าเรือใหม่\n\n**ท่าเรือ**เปิดแล้ว\n",
    )
    assert one(path) == Release(
        title="ท่าเรือใหม่",
        text="**ท่าเรือ**เปิดแล้ว",
        url="https://example.org/1",
        date=dt.date(2025, 3, 2),
        category="คมนาคม",
        language="en",
        publisher="กรมท่าเรือ",
        kind="brief",
        source=str(path),
    )


def test_front_matter_under_other_names_and_in_the_buddhist_era(put) -> None:  # type: ignore[no-untyped-def]
    front = "Headline: Pier opens\r\nsource: Harbour board\r\nlink: http://example.org/1\r\npublished: 2567-02-29\r\n"
    release = one(put("a.txt", f"---\r\n{front}tags: [Ports, Sea]\r\nagency: Board\r\n---\r\nIt is open.\r\n"))
    assert (release.title, release.url, release.date) == (
        "Pier opens",
        "http://example.org/1",
        dt.date(2024, 2, 29),
    )
    assert (release.category, release.publisher, release.text) == ("Ports", "Board", "It is open.")


@pytest.mark.parametrize("start", ["---\n", "\ufeff---\r\n", "\n--- \n"])
def test_front_matter_above_a_source_line_is_read(put, start: str) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.txt", f"{start}title: ท่าเรือใหม่\ndate: 2568-03-02\n---\nเปิดแล้ว\nที่มา: {ADDRESS}\n"))
    assert (release.title, release.url, release.date) == ("ท่าเรือใหม่", ADDRESS, dt.date(2025, 3, 2))
    assert release.text == f"เปิดแล้ว\nที่มา: {ADDRESS}"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "https://",
        "//x.org",
        "http://a b",
        "7",
        "[x",
    ],
)
def test_an_address_that_is_not_of_the_web_is_dropped(put, address: str) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.md", f"---\ntitle: Pier\nurl: '{address}'\n---\nIt is open.")).url == ""


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Pier #2 opens", "Pier #2 opens"),
        ("title: Pier #2 opens  # a draft", "Pier #2 opens"),
        ("title: Pier opens # a draft", "Pier opens"),
        ("title: 'Pier' # 2", "Pier"),
        ("title: Minister: the pier opens", "Minister: the pier opens"),
        ("title: รัฐมนตรี: เปิดท่าเรือ #2", "รัฐมนตรี: เปิดท่าเรือ #2"),
        ('title: "Pier" opens', '"Pier" opens'),
        ("title: 'Pier' opens: \"at last\"", "'Pier' opens: \"at last\""),
        ('title: "Pier: opens"', "Pier: opens"),
        ("title: >\n  Pier: #2\n  opens", "Pier: #2 opens"),
    ],
)
def test_front_matter_says_what_people_mean(put, line: str, title: str) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.md", f"---\n{line}\ntags: [Ports,\n  Sea]\ndate: 2568-03-02\n---\nIt is open."))
    assert (release.title, release.category, release.date) == (title, "Ports", dt.date(2025, 3, 2))


def test_front_matter_in_toml_is_read(put) -> None:  # type: ignore[no-untyped-def]
    front = 'title = "Pier #2: opens"\r\ndate = 2568-03-02\r\ntags = ["Ports"]\r\n[more]\r\nx = 1\r\n'
    release = one(put("a.txt", f"\ufeff+++\r\n{front}+++\r\nIt is open.\r\nที่มา: {ADDRESS}"))
    assert (release.title, release.date, release.category) == ("Pier #2: opens", dt.date(2025, 3, 2), "Ports")
    assert release.text == f"It is open.\nที่มา: {ADDRESS}"
    with pytest.raises(DamagedFile, match=r"front matter.*line 2"):
        read_file(put("a.md", "+++\ntitle = Pier\n+++\nIt is open."))
    assert one(put("b.md", "+++\nPier opens\n+++\nIt is open.")).text == "Pier opens\n+++\nIt is open."


@pytest.mark.parametrize("front", ["title: [never closed\ndate: 1", "\ttitle: a", "a: *b", "[" * 3000])
def test_damaged_front_matter_is_told(put, front: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match="front matter"):
        read_file(put("a.md", f"---\n{front}\n---\nIt is open."))


def test_damaged_front_matter_is_told_with_its_line(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match=r"line 3.*put what follows the colon in quotes"):
        read_file(put("a.md", "---\ntitle: a: b\ndate: *b\n---\nIt is open."))


def test_front_matter_makes_no_objects(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.md", "---\ntitle: !!python/object/apply:os.getcwd []\n---\nIt is open."))
    assert (release.title, release.text) == ("It is open.", "It is open.")


@pytest.mark.parametrize("end", ["", "---\n", "---\nMore.\n"])
def test_a_rule_at_the_top_is_no_front_matter(put, end: str) -> None:  # type: ignore[no-untyped-def]
    assert "It is open." in one(put("a.md", f"---\n\nPier opens\n\nIt is open.\n{end}")).text


def test_plain_text_has_its_first_line_for_headline(put) -> None:  # type: ignore[no-untyped-def]
    text = "27 February 2025\n\n# Pier opens\n\nIt is open.\nSource: https://example.org/p\n"
    release = one(put("a.txt", text))
    assert (release.title, release.date) == ("Pier opens", dt.date(2025, 2, 27))
    assert release.url == "https://example.org/p"
    assert release.text.startswith("It is open.")


def test_text_without_date_and_address_has_neither(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.txt", "Pier opens\nIt is open."))
    assert (release.date, release.url, release.category, release.publisher) == (None, "", "", "")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Pier opens\nIt is open.\nhttps://example.org/p", "https://example.org/p"),
        ("https://example.org/p?id=7\nPier opens\nIt is open.", "https://example.org/p?id=7"),
        ("Pier opens\nSource: https://example.org/p\nIt is open.", "https://example.org/p"),
        ("Pier opens\nhttps://example.org/other\nIt is open.", ""),
        ("Pier opens\n**Source:** <https://example.org/p>\nIt is open.", "https://example.org/p"),
        ("Pier opens\nIt is open.\n<https://example.org/p>", "https://example.org/p"),
        ("---\nurl: www.example.org/p\n---\nIt is open.", "https://www.example.org/p"),
        ("---\nsource: www.example.org\n---\nIt is open.", ""),
        ("---\nurl: www.example\n---\nIt is open.", ""),
        ("Pier opens\nIt is open.\nMore information:\nhttps://www.example.org", ""),
        ("Pier opens\nIt is open.\nhttps://www.example.org/", ""),
        ("Pier opens\nIt is open.\nSource: https://www.example.org\nhttps://example.org/p", "https://example.org/p"),
        ("ท่าเรือใหม่\nเปิดแล้ว\nที่มา: https://www.example.org/", ""),
        ("---\nurl: https://www.example.org\n---\nIt is open.", "https://www.example.org"),
        ("---\nlink: https://www.example.org\n---\nIt is open.", "https://www.example.org"),
        ("---\nsource: https://www.example.org\n---\nIt is open.", ""),
        ("---\nsource: https://www.example.org\nlink: https://example.org/p\n---\nIt is open.", "https://example.org/p"),
        ("---\nที่มา: https://example.org/p\n---\nIt is open.", "https://example.org/p"),
    ],
)  # fmt: skip
def test_an_address_is_the_releases_own_where_the_text_says_so(put, text: str, url: str) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.txt", text)).url == url


def test_releases_that_name_the_same_home_page_are_not_one(put) -> None:  # type: ignore[no-untyped-def]
    path = put("a.csv", "text,source\nThe pier is open.,https://example.org\nThe gate is shut.,https://example.org/\n")
    first, second = read_file(path).releases
    assert (first.url, second.url) == ("", "")
    assert first.id != second.id
    named = read_file(path, columns={"url": "source"})
    assert ([release.url for release in named.releases], len(named.skipped)) == (["https://example.org/"], 1)


def test_thai_code_page_file_is_read(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.txt", f"{HEADLINE}\nเปิดแล้ววันนี้".encode("cp874"))).title == HEADLINE


# --- web pages

PAGE = """<!doctype html><html lang="en"><head><title>Pier opens | Board</title>
<meta property="og:title" content="Pier opens"><meta property="og:site_name" content="Board">
<meta property="article:published_time" content="2025-03-02T10:00:00+07:00">
<link rel="canonical" href="https://example.org/p"></head><body><nav><ul><li>Menu entry</li></ul></nav>
<article><h1>Pier opens</h1><p>{}</p><p>{}</p></article><script>var hidden = 1;</script>
<footer>Copyright 2019</footer></body></html>"""
PARAGRAPHS = ("The new pier has room for nine ships. " * 6, "The lights are seen from the islands. " * 6)


def test_web_page_gives_main_text_and_metadata(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.html", PAGE.format(*PARAGRAPHS)))
    assert (release.title, release.publisher, release.date) == ("Pier opens", "Board", dt.date(2025, 3, 2))
    assert release.url == "https://example.org/p"
    assert "nine ships" in release.text
    assert "Menu entry" not in release.text
    assert "Copyright" not in release.text


@pytest.mark.parametrize(
    ("start", "head", "url"),
    [
        ("<!-- saved from url=(0023)https://example.org/p/7 -->", "", "https://example.org/p/7"),
        ("<!--\n Page saved with SingleFile \n url: https://example.org/p/7 \n-->", "", "https://example.org/p/7"),
        ("<!-- saved from url=(0020)https://example.org/ -->", "", ""),
        ("<!-- saved from url=(0014)about:internet -->", "", ""),
        ("<!-- saved from url=(0023)https://example.org/p/7 -->",
         '<link rel="canonical" href="https://example.org/q">', "https://example.org/q"),
        ("<!-- saved from url=(0023)https://example.org/p/7 -->",
         '<link rel="canonical" href="https://example.org/">', "https://example.org/p/7"),
        ("", '<link rel="canonical" href="https://example.org/">', ""),
        ("", '<meta property="og:url" content="https://example.org">', ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [1, 60])
def test_a_saved_page_has_an_address_of_its_own_or_none(put, start: str, head: str, url: str, words: int) -> None:  # type: ignore[no-untyped-def]
    article = f"<article><h1>Pier opens</h1><p>{'It is open to everyone. ' * words}</p></article>"
    assert one(put("a.html", f"<!DOCTYPE html>\n{start}\n<html><head>{head}</head>{article}</html>")).url == url


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta property="article:published_time" content="2568-02-27T09:00:00+07:00">', "", dt.date(2025, 2, 27)),
        ("", '<p><time datetime="2568-02-27T09:00">27 ก.พ.</time></p>', dt.date(2025, 2, 27)),
        ("", '<p><time datetime="27/02/2568">27 ก.พ.</time></p>', dt.date(2025, 2, 27)),
        ('<meta property="article:modified_time" content="2025-05-09">', '<time datetime="2568-02-27">x</time>',
         dt.date(2025, 2, 27)),
        ('<meta property="article:published_time" content="2025-03-02">', '<time datetime="2568-02-27">x</time>',
         dt.date(2025, 3, 2)),
        ('<meta property="article:published_time" content="2025-02-26T23:30:00+00:00">', "", dt.date(2025, 2, 27)),
        ('<meta property="article:published_time" content="2025-02-27T03:30:00+00:00">', "", dt.date(2025, 2, 27)),
        ('<meta property="article:published_time" content="soon">', "", None),
        ('<meta name="pubdate" content="2 มี.ค. 2568">', "", dt.date(2025, 3, 2)),
        ("", '<span itemprop="datePublished" content="2025-03-02">x</span>', dt.date(2025, 3, 2)),
        ("", '<span itemprop="datePublished">2 มี.ค. 2568</span>', dt.date(2025, 3, 2)),
        ("", '</article><footer>Last updated: January 1, 2020</footer><article>', None),
        ("", '<p>กรุงเทพฯ 2 มี.ค. 2568</p></article><div id="footer">Updated 2020-01-01</div><article>',
         dt.date(2025, 3, 2)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [1, 60])
def test_the_date_of_a_page_is_read_in_both_eras(put, head: str, body: str, date: dt.date | None, words: int) -> None:  # type: ignore[no-untyped-def]
    article = f"<article><h1>ท่าเรือใหม่</h1>{body}<p>{'ท่าเรือใหม่เปิดให้บริการแล้ว ' * words}</p></article>"
    assert one(put("a.html", f"<html><head>{head}</head><body>{article}</body></html>")).date == date


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Pier opens | Harbour Board</title>", "<h1>Harbour Board</h1><h2>Pier is open</h2>", "Harbour Board"),
        ("<title>The new pier opens | Harbour Board</title>", "<h1>Harbour Board</h1><h2>The new pier opens</h2>",
         "The new pier opens"),
        ("<title>Harbour Board of Siam - Pier opens</title>", "<h3>Harbour Board of Siam</h3><h1>Pier opens</h1>",
         "Pier opens"),
        ("<title>ข่าว</title>", "<h1>ข่าวประชาสัมพันธ์</h1><h2>กรมท่าเรือเปิดท่าใหม่</h2>", "กรมท่าเรือเปิดท่าใหม่"),
        ("<title>Press Release</title>", "<nav><h2>Menu</h2></nav><h1>Press Release</h1><h2>Pier opens</h2>",
         "Pier opens"),
        ("<title>Press Release</title>", "<h1>Press Release</h1>", PARAGRAPHS[0].strip()),
        ("<title>ข่าว - กรมท่าเรือ</title>", "<h1>ข่าว</h1><h3>กรมท่าเรือเปิดท่าใหม่</h3>", "กรมท่าเรือเปิดท่าใหม่"),
        ("<meta property=og:title content='Pier opens - Board'><meta property=og:site_name content='Board'>", "",
         "Pier opens"),
        ("<meta property=og:title content='Pier opens | Board'>", "<h1>Pier opens</h1>", "Pier opens"),
        ("<meta property=og:title content='Pier - in April'>", "<h1>Pier - in April</h1><h2>Pier</h2>",
         "Pier - in April"),
        ("<meta property=og:title content='Pier opens: why'>", "<h2>Pier opens</h2>", "Pier opens: why"),
        ("<meta property=og:title content='Pier-side cafés'>", "<h2>Pier</h2>", "Pier-side cafés"),
    ],
)  # fmt: skip
def test_the_headline_of_a_page_is_neither_its_site_nor_press_release(put, head: str, body: str, title: str) -> None:  # type: ignore[no-untyped-def]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<html lang=en><head>{head}</head><body><main>{body}{text}</main></body></html>"
    assert one(put("a.html", page)).title == title


def test_short_web_page_gives_all_visible_text(put) -> None:  # type: ignore[no-untyped-def]
    page = "<title>Pier</title><p>Open<b>ed</b> now<table><tr><td>Ships<td>9</table><script>hidden</script>"
    release = one(put("a.htm", page))
    assert release.text.split() == ["Opened", "now", "Ships", "9"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>It is\r\n  open.</p>", "It is open."),
        ("<p>Sea<br>\nShore</p>", "Sea\nShore"),
        ("<pre>Sea\nShore</pre>", "Sea\nShore"),
        ("<div style='white-space: pre-line'>Sea\n<b>Sh\nore</b></div>", "Sea\nSh\nore"),
    ],
)
def test_lines_of_a_page_end_where_a_browser_ends_them(put, body: str, text: str) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.html", f"<title>The pier</title>{body}")).text == text


@pytest.mark.parametrize(
    ("above", "below", "more"),
    [
        ("<time datetime=2025-03-02>2 March 2025</time>", "", "2 March 2025\n\n{}"),
        ("", "<div><a href=x>Share</a> <a href=y>Send</a></div>", "{}\n\nShare Send"),
    ],
)
def test_a_short_release_on_a_page_keeps_its_paragraphs(put, above: str, below: str, more: str) -> None:  # type: ignore[no-untyped-def]
    paragraphs = ["The new pier has room for nine ships, two of them large.", "It is open from six in the morning."]
    body = f"<div><p>{paragraphs[0]}</p><p>{paragraphs[1]}</p></div>"
    article = f"<article><h1>Pier opens</h1>{above}{body}{below}</article>"
    release = one(put("a.html", f"<html><body><nav>Menu</nav>{article}<footer>Board</footer></body></html>"))
    assert (release.title, release.text) == ("Pier opens", more.format("\n\n".join(paragraphs)))


@pytest.mark.parametrize(
    ("around", "date"),
    [
        ("{}<div>2 มี.ค. 2568</div>", dt.date(2025, 3, 2)),
        ("{}<div><i></i> วันอาทิตย์ที่ ๒ มีนาคม ๒๕๖๘ โดย admin</div>", dt.date(2025, 3, 2)),
        ("{}<p>วันที่ประกาศ : 02/03/2568 | ผู้เข้าชม 12 ครั้ง</p>", dt.date(2025, 3, 2)),
        ("{}<ul><li>กรมท่าเรือ</li><li>2 มี.ค. 2568</li></ul>", dt.date(2025, 3, 2)),
        ("{}<div><span>2</span><span>มี.ค.</span><span>2568</span></div>", dt.date(2025, 3, 2)),
        ("<div>เผยแพร่เมื่อ 2 มี.ค. 2568</div>{}", dt.date(2025, 3, 2)),
        ("{}<div>เปิดให้จอง 2 มี.ค. 2568</div>", None),
        ("{}<div>แก้ไขล่าสุด 2 มี.ค. 2568</div>", None),
        ("<div>2 มี.ค. 2568</div><div>ข่าวอื่น</div><div>ข่าวเก่า</div>{}", None),
        ("{}<div>" + "เปิดให้บริการ" * 9 + "</div><div>2 มี.ค. 2568</div>", None),
        ("{}<footer>2 มี.ค. 2568</footer>", None),
    ],
)
def test_the_date_by_the_headline_is_that_of_the_page(put, around: str, date: dt.date | None) -> None:  # type: ignore[no-untyped-def]
    head = around.format("<h1>กรมท่าเรือเปิดท่าใหม่</h1>")
    article = f"<article>{'<p>ท่าเรือใหม่เปิดให้บริการแล้ว มีผู้ร่วมงานสามร้อยคนและเรือสิบลำ</p>' * 9}</article>"
    page = f"<html><head><title>กรมท่าเรือเปิดท่าใหม่</title></head><body><div>{head}</div>{article}</body></html>"
    assert one(put("a.html", page)).date == date


def test_a_table_of_one_column_is_no_table(put) -> None:  # type: ignore[no-untyped-def]
    cell = f"{PARAGRAPHS[0]}<br><br>{PARAGRAPHS[1]}<br>It is open."
    page = f"<html lang=en><title>Pier opens</title><table><tr><td>{cell}</td></tr></table></html>"
    assert one(put("a.html", page)).text.split("\n") == [*map(str.strip, PARAGRAPHS), "It is open."]
    figures = f"<p>{PARAGRAPHS[0]}</p><table><tr><td>Ships<td>9<tr><td>Boats<td>2</table><p>{PARAGRAPHS[1]}</p>"
    assert (
        "| Ships | 9 |\n| Boats | 2 |" in one(put("b.html", f"<html><body><main>{figures}</main></body></html>")).text
    )


def test_what_a_page_says_only_without_a_browser_is_no_text(put) -> None:  # type: ignore[no-untyped-def]
    page = "<title>Board</title>{}<noscript>You need to enable JavaScript.</noscript>"
    with pytest.raises(EmptyFile, match="when it has finished loading"):
        read_file(put("a.html", page.format("<div></div>")))
    assert one(put("b.html", page.format("<p>It is open.</p>"))).text == "It is open."


def test_web_page_in_the_encoding_it_declares(put) -> None:  # type: ignore[no-untyped-def]
    page = f"<html><head><meta charset=tis-620><title>x</title></head><body><h1>{HEADLINE}</h1><p>ok</body></html>"
    assert one(put("a.html", page.encode("cp874"))).title == HEADLINE


def test_web_page_without_text_is_empty(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        read_file(put("a.html", "<html><body><script>load()</script></body></html>"))


# --- documents


def pdf(text: str, *, operations: str = "") -> bytes:
    """A PDF of one page that shows `text`, or none, or does what its operations say."""
    operations = operations or (f"({text}) Tj" if text else "")
    shown = f"BT /F1 12 Tf 40 700 Td {operations} ET" if operations else ""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def docx(*paragraphs: str, title: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = title
    document.core_properties.created = dt.datetime(2024, 5, 6)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, value in zip(row.cells, cells, strict=True):
                cell.text = value
        document.add_paragraph("หลังตาราง")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_pdf_text_is_read(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.pdf", pdf("Pier opens on 2 March 2025")))
    assert (release.text, release.date) == ("Pier opens on 2 March 2025", dt.date(2025, 3, 2))


def test_pdf_of_pictures_is_empty(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile, match="OCR"):
        read_file(put("a.pdf", pdf("")))


@pytest.mark.parametrize("shown", ["/g36/g72/g81 /g3/g36 1:52 PM", r"\(cid:36\)\(cid:72\) \(cid:3\)", "/ : ."])
def test_pdf_whose_font_does_not_say_which_letters_it_draws_is_empty(put, shown: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile, match="OCR"):
        read_file(put("a.pdf", pdf(shown)))


@pytest.mark.parametrize(
    ("operations", "text"),
    [
        ("(of) Tj /Span <</ActualText (fi)>> BDC (x) Tj EMC (ce) Tj", "office"),
        ("/Span <</ActualText <FEFF0E170E350E48>>> BDC (a) Tj 5 0 Td (bc) Tj EMC 9 0 Td ( 12) Tj", "ที่ 12"),
        ("/Span <</ActualText (fi)>> BDC [(a) -20 (b)] TJ EMC (ve) Tj", "five"),
        (
            "/Span <</ActualText (five)>> BDC /Span <</ActualText (x)>> BDC (a) Tj EMC (b) Tj EMC ( or six) Tj",
            "five or six",
        ),
        ("(fi) Tj /Span <</ActualText ()>> BDC (-) Tj EMC (ve) Tj", "five"),
        ("/P <</MCID 0>> BDC /Artifact BMC (fi) Tj EMC EMC EMC (ve) Tj", "five"),
        ("/P /MC0 BDC (five) Tj EMC", "five"),
    ],
)
def test_pdf_text_is_what_the_page_says_it_reads(put, operations: str, text: str) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.pdf", pdf("", operations=operations))).text == text


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("ป\uf701ดที\uf70a", "ปิดที่"),
        ("\uf70fาติ \uf700าน ป\uf710 ป\uf712 กุ\uf71a", "ญาติ ฐาน ปั ป็ กฺุ"),
        ("ท ำงาน เป ิด น ้ ำ", "ทำงาน เปิด น้ำ"),
        ("ทำ งาน ๆ เปิด", "ทำ งาน ๆ เปิด"),
    ],
)
def test_pdf_thai_is_what_older_fonts_draw(put, drawn: str, text: str) -> None:  # type: ignore[no-untyped-def]
    said = f"FEFF{drawn.encode('utf-16-be').hex()}"
    operations = f"/Span <</ActualText <{said}>>> BDC (x) Tj EMC"
    assert one(put("a.pdf", pdf("", operations=operations))).text == text


@pytest.mark.parametrize(
    ("sizes", "title", "text"),
    [
        ((20, 20, 12), "Pier opens at sea", "It is open"),
        ((12, 12, 12), "Pier opens", "at sea\nIt is open"),
        ((20, 16, 12), "Pier opens", "at sea\nIt is open"),
    ],
)
def test_pdf_headline_over_two_lines_is_whole(put, sizes: tuple[int, ...], title: str, text: str) -> None:  # type: ignore[no-untyped-def]
    lines = ["Pier opens", "at sea", *["It is open"] * 9]
    sizes = (*sizes, *sizes[-1:] * 8)
    drawn = " ".join(f"/F1 {size} Tf 0 -30 Td ({line}) Tj" for line, size in zip(lines, sizes, strict=True))
    release = one(put("a.pdf", pdf("", operations=drawn)))
    assert (release.title, release.text) == (title, text + "\nIt is open" * 8)


@pytest.mark.parametrize(
    ("foot", "text", "url"),
    [
        ("https://example.org/p 1/1", "It is open.", "https://example.org/p"),
        ("file:///p.html 1/1", "It is open.", ""),
        ("https://example.org/p 2/1", "It is open.\nghost\n27/2/68 10:00 Pier\nhttps://example.org/p 2/1", ""),
        (
            "https://example.org/p",
            "It is open.\nghost\n27/2/68 10:00 Pier\nhttps://example.org/p",
            "https://example.org/p",
        ),
    ],
)
def test_pdf_that_a_browser_printed_is_read_without_its_marks(put, foot: str, text: str, url: str) -> None:  # type: ignore[no-untyped-def]
    places = [("Pier opens", 0), ("It is open.", -20), ("ghost", -670), ("27/2/68 10:00 Pier", 760), (foot, -755)]
    drawn = " ".join(f"0 {down} Td ({line}) Tj" for line, down in places)
    release = one(put("a.pdf", pdf("", operations=drawn)))
    assert (release.title, release.text, release.url, release.date) == ("Pier opens", text, url, None)


@pytest.mark.parametrize(
    ("foot", "title"), [("https://example.org/p 1/1", "Pier opens"), ("Page 1/1", "Pier opens | Harbour Board")]
)
def test_pdf_that_a_browser_printed_is_not_called_by_its_site(put, foot: str, title: str) -> None:  # type: ignore[no-untyped-def]
    from pypdf import PdfWriter

    drawn = f"(Pier opens) Tj 0 -20 Td (It is open.) Tj 0 -660 Td ({foot}) Tj"
    writer = PdfWriter(clone_from=io.BytesIO(pdf("", operations=drawn)))
    writer.add_metadata({"/Title": "Pier opens | Harbour Board"})
    out = io.BytesIO()
    writer.write(out)
    assert one(put("a.pdf", out.getvalue())).title == title


def test_pdf_that_names_roads_and_paths_is_read(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.pdf", pdf("Roads /a1/b2 and /g3/g4 are open"))).text == "Roads /a1/b2 and /g3/g4 are open"


@pytest.mark.parametrize("data", [pdf("Pier opens")[:150], b"%PDF-1.4\n", b"no pdf at all " * 9])
def test_broken_pdf_is_damaged(put, data: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableFile):
        read_file(put("a.pdf", data))


def test_locked_pdf_is_told(put) -> None:  # type: ignore[no-untyped-def]
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Pier opens"))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DamagedFile, match="password"):
        read_file(put("a.pdf", out.getvalue()))


def test_docx_paragraphs_and_tables_are_read_in_order(put) -> None:  # type: ignore[no-untyped-def]
    data = docx(HEADLINE, "เปิด 2 มี.ค. 68", rows=(("ท่า", "ลึก"), ("บ้านนา", "8 เมตร")))
    release = one(put("a.docx", data))
    assert release.title == HEADLINE
    assert release.text == "เปิด 2 มี.ค. 68\nท่า ลึก\nบ้านนา 8 เมตร\nหลังตาราง"
    assert release.date == dt.date(2025, 3, 2)


def test_docx_properties_fill_in_title_and_date(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.docx", docx("It is open.", title="Pier opens")))
    assert (release.title, release.text, release.date) == ("Pier opens", "It is open.", dt.date(2024, 5, 6))


def test_truncated_docx_is_damaged(put) -> None:  # type: ignore[no-untyped-def]
    data = docx("It is open.")
    with pytest.raises(DamagedFile, match="Word"):
        read_file(put("a.docx", data[: len(data) // 2]))


def test_zip_that_is_no_docx_is_told(put) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(UnsupportedFormat, match="not a Word document; leave it out"):
        read_file(put("a.docx", out.getvalue()))


def test_docx_that_unpacks_without_end_is_not_unpacked(put) -> None:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as entry,
    ):
        for _ in range(201):
            entry.write(bytes(1_000_000))
    with pytest.raises(DamagedFile, match="unpacks to 201 MB"):
        read_file(put("a.docx", out.getvalue()))


def test_empty_docx_is_empty(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        read_file(put("a.docx", docx("", " ")))


# --- tables


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>It is <b>open</b>.</p>\n<p>Come&nbsp;in &amp; stay.</p>", "It is open.\n\nCome in & stay."),
        ("<p>It is\nopen<br>\nat last.</p>", "It is open\nat last."),
        ("<ul><li>Sea</li><li>Shore</li></ul>The end", "Sea\nShore\nThe end"),
        ("<!-- wp:paragraph -->\n<p>It is open.</p>\n<!-- /wp:paragraph -->", "It is open."),
        ("It is <strong>open</strong>.\n\nSee <a href='x'>the map</a>.\nCome.", "It is open.\n\nSee the map.\nCome."),
        ("Sea &#8211; shore &amp; sky", "Sea – shore & sky"),
        ("<p>Ships</p><script>hidden()</script><pre>a\nb</pre>", "Ships\n\na\nb"),
        ("Depth < 9 m, length > 80 m; R&D and Q&A; x </y> z", "Depth < 9 m, length > 80 m; R&D and Q&A; x </y> z"),
        (["It is open.", "<b>Come</b> in."], "It is open.\n\nCome in."),
    ],
)
def test_a_cell_reads_as_a_browser_shows_it(put, cell: str | list[str], text: str) -> None:  # type: ignore[no-untyped-def]
    row = {"title": "<i>Pier</i> opens &#8211; now", "text": cell, "category": "Ports &amp; sea"}
    release = one(put("a.jsonl", json.dumps(row)))
    assert (release.title, release.category, release.text) == ("Pier opens – now", "Ports & sea", text)
    if isinstance(cell, str):
        quoted = cell.replace('"', '""')
        assert one(put("a.csv", f'title,text\nPier,"{quoted}"\n')).text == text


def test_json_lines_keep_the_good_lines_and_tell_the_bad(put) -> None:  # type: ignore[no-untyped-def]
    good = [{"title": f"Pier {number}", "body": "It is\u2028open.", "date": "2568-03-02"} for number in range(2)]
    first, last = (json.dumps(row, ensure_ascii=False) for row in good)
    path = put("a.jsonl", f'{first}\n{{"title": "cut o\n\n[1]\n{{"title": "x", "body": " "}}\n{last}')
    reading = read_file(path)
    assert [release.title for release in reading.releases] == ["Pier 0", "Pier 1"]
    assert {release.date for release in reading.releases} == {dt.date(2025, 3, 2)}
    assert {release.source for release in reading.releases} == {str(path)}
    assert [skipped.where for skipped in reading.skipped] == [f"{path}:{line}" for line in (2, 4, 5)]
    assert "JSON" in reading.skipped[0].reason
    assert "text" in reading.skipped[2].reason


def test_truncated_json_lines_keep_all_but_the_last(put) -> None:  # type: ignore[no-untyped-def]
    row = json.dumps({"title": "Pier", "text": "It is open."})
    reading = read_file(put("a.ndjson", f"{row}\n{row[:-9]}"))
    assert (len(reading.releases), len(reading.skipped)) == (1, 1)


@pytest.mark.parametrize("content", ["[1, 2]\n3\n", '[{"text": "a"}]', "{" * 50_000, "[" * 100_000])
def test_json_lines_without_any_object_are_damaged(put, content: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match="line 1"):
        read_file(put("a.jsonl", content))


def test_csv_with_the_usual_names(put) -> None:  # type: ignore[no-untyped-def]
    path = put(
        "a.csv",
        '\ufeffHeadline,Content,Link,Published\nPier,"It is\nopen, ""now""",https://example.org/1,2/3/2568\n',
    )
    release = one(path)
    assert (release.title, release.text) == ("Pier", 'It is\nopen, "now"')
    assert (release.url, release.date) == ("https://example.org/1", dt.date(2025, 3, 2))


@pytest.mark.parametrize(
    ("text", "date"),
    [("articleBody", "datePublished"), ("full text", "pub_date"), ("Full-Text", "PubDate"), ("BODY", "publishedAt")],
)
def test_names_count_however_their_words_are_parted(put, text: str, date: str) -> None:  # type: ignore[no-untyped-def]
    rows = [{"Head Line": "Pier", text: "It is open.", date: "2025-03-02"}, {text: "It is shut."}]
    release, _ = read_file(put("a.jsonl", "\n".join(map(json.dumps, rows)))).releases
    assert (release.title, release.text, release.date) == ("Pier", "It is open.", dt.date(2025, 3, 2))
    assert one(put("a.csv", f"{date};{text}\n2/3/2568;It is open.\n")).date == dt.date(2025, 3, 2)


def test_tables_with_the_names_of_thai_offices_and_of_wordpress(put) -> None:  # type: ignore[no-untyped-def]
    thai = one(put("a.csv", f"หัวข้อข่าว,เนื้อข่าว,วัน/เดือน/ปี,ลิงค์\nเปิดท่าเรือ,เปิดแล้ว,2/3/2568,{ADDRESS}\n"))
    assert (thai.title, thai.date, thai.url) == ("เปิดท่าเรือ", dt.date(2025, 3, 2), ADDRESS)
    wordpress = one(put("b.csv", "ID,post_title,post_content,post_date\n1,Pier,It is open.,2025-03-02 09:00:00\n"))
    assert (wordpress.title, wordpress.text, wordpress.date) == ("Pier", "It is open.", dt.date(2025, 3, 2))


def test_csv_as_an_office_keeps_it(put) -> None:  # type: ignore[no-untyped-def]
    header = "ลำดับ,เรื่อง,เนื้อหาข่าว,วันที่ลงข่าว,กรม,แหล่งที่มา"
    row = "1,เปิดท่าเรือ,เปิดแล้ว,2-มี.ค.-68,กรมท่าเรือ,https://example.org/1"
    release = one(put("a.csv", f"ข่าวเดือนมีนาคม 2568,,,,,\n{header}\n{row}\n".encode("cp874")))
    assert (release.title, release.text, release.date) == ("เปิดท่าเรือ", "เปิดแล้ว", dt.date(2025, 3, 2))
    assert (release.publisher, release.url) == ("กรมท่าเรือ", "https://example.org/1")


@pytest.mark.parametrize("above", ["News of March\n", "ข่าวเดือนมีนาคม\n\n", "News of March,,\n", ""])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_line_above_the_header_is_passed_over(put, above: str, separator: str) -> None:  # type: ignore[no-untyped-def]
    rows = "title,text\nPier,It is open.\n".replace(",", separator)
    release = one(put("a.csv", above.replace(",", separator) + rows))
    assert (release.title, release.text) == ("Pier", "It is open.")


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        ('A\t"Open" it says\nB\tIt says "open"\n', ['"Open" it says', 'It says "open"']),
        ('A\t"Open, it says\nB\tNow\n', ['"Open, it says', "Now"]),
        ('A\t"It says ""open"""\nB\tNow\n', ['It says "open"', "Now"]),
        ('A\t"Two\nlines"\nB\tNow\n', ["Two\nlines", "Now"]),
    ],
)
def test_quotation_marks_of_a_table_with_tabs_may_be_its_texts_own(put, rows: str, texts: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert [release.text for release in read_file(put("a.tsv", f"title\ttext\n{rows}")).releases] == texts


@pytest.mark.parametrize("content", ["text,,\nIt is open.,,\n", "text\nIt is open.\n", "text\nIt is open.;\n"])
def test_csv_with_one_column_is_read(put, content: str) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.csv", content)).text == content.split("\n")[1].rstrip(",")


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
def test_csv_with_columns_named_by_the_caller(put, name: str, separator: str) -> None:  # type: ignore[no-untyped-def]
    rows = [("x1", "x2", "title"), ("It is open.", "Pier", "not this"), ("It is shut.", "Gate", "nor this")]
    path = put(name, "\n".join(map(separator.join, rows)))
    reading = read_file(path, columns={"text": "x1", "title": "X2"})
    assert [(release.title, release.text) for release in reading.releases] == [
        ("Pier", "It is open."),
        ("Gate", "It is shut."),
    ]


def test_rows_that_another_one_replaces_are_told(put) -> None:  # type: ignore[no-untyped-def]
    rows = ["A,one,/1", "B,two,/2", "C", "C,three,/1/", "B,two,/2", "D,four,/1"]
    path = put("a.csv", "title,text,url\n" + "\n".join(row.replace("/", "https://example.org/", 1) for row in rows))
    reading = read_file(path)
    assert [release.title for release in reading.releases] == ["B", "B", "D"]
    assert [(skipped.where.rpartition(":")[2], skipped.reason) for skipped in reading.skipped] == [
        ("2", "has the address of line 7, which says something else and replaces it"),
        ("4", "has no text"),
        ("5", "has the address of line 7, which says something else and replaces it"),
    ]


def test_csv_rows_that_do_not_fit_are_told_with_their_line(put) -> None:  # type: ignore[no-untyped-def]
    path = put("a.csv", 'title,text\nA,one\nB,two,three\nC\n\nD,"four\nfive"\nE,"never closed\n')
    reading = read_file(path)
    assert [release.title for release in reading.releases] == ["A", "D"]
    assert [skipped.where.rpartition(":")[2] for skipped in reading.skipped] == ["3", "4", "8"]


def test_empty_cells_beyond_the_header_are_nothing(put) -> None:  # type: ignore[no-untyped-def]
    path = put("a.csv", "title,text,date\nA,one,2025-01-01,\nB,two,2025-01-02,, \nC,three,2025-01-03,,more,\n")
    reading = read_file(path)
    assert [(release.title, release.text) for release in reading.releases] == [("A", "one"), ("B", "two")]
    assert [skipped.reason for skipped in reading.skipped] == ["has 5 fields, the header 3"]


@pytest.mark.parametrize("start", ["sep=;\n", "\ufeffSEP=;\r\n", '"sep=;"\n'])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_the_separator_that_a_table_names_is_used(put, name: str, start: str) -> None:  # type: ignore[no-untyped-def]
    reading = read_file(put(name, start + "title;text,with,commas;text\nA;x;one, or two\nB;x;two;three\n"))
    assert [(release.title, release.text) for release in reading.releases] == [("A", "one, or two")]
    assert [skipped.where.rpartition(":")[2] for skipped in reading.skipped] == ["4"]


def test_csv_with_spaces_behind_its_separators(put) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.csv", 'title, text, date\nPier, "open, at last", 2025-03-02\n'))
    assert (release.text, release.date) == ("open, at last", dt.date(2025, 3, 2))


def test_csv_cell_of_great_length_is_read(put) -> None:  # type: ignore[no-untyped-def]
    long = "word " * 60_000
    assert len(one(put("a.csv", f"title,text\nA,{long}")).text) == len(long.strip())


@pytest.mark.parametrize(
    ("name", "content", "columns", "message"),
    [
        ("a.csv", "name,story\na,b\n", None, "name, story.*--column text=name, or call it text"),
        ("a.csv", "title,date,my story,\na,2025-01-01,b\n", None, r"title, date, my story\..*--column 'text=my story'"),
        ("a.jsonl", '{"name": "a", "story": "b"}', None, "name, story"),
        ("a.csv", "name,story\na,b\n", {"text": "tale"}, "'tale'.*name, story"),
        (
            "a.csv",
            "name,story\na,b\n",
            {"text": "story", "title": "nmae"},
            "no column 'nmae' for the title.*name, story$",
        ),
        ("a.csv", "name,story\na,\n", {"text": "story"}, "line 2 has no text$"),
        ("a.csv", "title,text\na,\nb, \n", None, "line 2 has no text$"),
        ("a.csv", "title,text\na\n", None, "line 2 has no text$"),
        (
            "a.jsonl",
            '[\n{\n"text": "a"\n}\n]',
            None,
            "line 1 is not valid JSON.*each line must hold a whole JSON object",
        ),
        ("a.jsonl", '[{"text": "a"}]', None, "line 1 is not a JSON object.*each line must hold a whole JSON object"),
    ],
)
def test_a_table_without_text_is_damaged(put, name, content, columns, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match=message):
        read_file(put(name, content), columns=columns)


def test_a_table_with_a_header_only_is_empty(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        read_file(put("a.csv", "title,text\n"))


def test_a_column_for_an_unknown_field_is_the_callers_mistake(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ThalaengError, match="'author'") as caught:
        read_file(put("a.csv", "title,text\na,b\n"), columns={"author": "x"})
    assert not isinstance(caught.value, UnreadableFile)


# --- any file


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
@pytest.mark.parametrize("content", [b"", b" \n\t\n "])
def test_a_file_of_nothing_is_empty_whatever_its_kind(put, suffix: str, content: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        read_file(put(f"a{suffix}", content))


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf", "\ufeff \n".encode("utf-16-le"), "\u200b\n".encode()])
def test_a_file_of_invisible_characters_is_empty(put, content: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        read_file(put("a.txt", content))


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
@pytest.mark.parametrize("seed", [b"\x00\x01\x02\xff", b"\x89PNG\r\n\x1a\n\x00", b"PK\x03\x04\x00", bytes(range(256))])
def test_binary_content_is_refused_whatever_the_kind(put, suffix: str, seed: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((DamagedFile, UnsupportedFormat)) as caught:
        read_file(put(f"a{suffix}", seed * 40))
    assert "\n" not in str(caught.value)


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", pdf("Pier opens"), "is a PDF, not .txt; give it the right extension"),
        ("a.txt", b"{\\rtf1\\ansi Pier opens\\par It is open.}", "is an RTF document, not .txt; save it as .docx"),
        ("a.html", b"bplist00\xd1\x01_\x0fWebMainResource", "is a web archive, not .html; save the page as .html"),
        ("a.html", b"From: <Saved by Blink>\nSubject: Pier\n", "is a web archive, not .html; save the page as .html"),
        ("a.txt", LFS, "is a Git LFS pointer, not .txt; fetch the file itself: git lfs pull"),
        ("a.pdf", LFS, "is a Git LFS pointer, not .pdf; fetch the file itself: git lfs pull"),
        ("a.docx", LFS, "is a Git LFS pointer, not .docx; fetch the file itself: git lfs pull"),
        ("a.docx", b"{\\rtf1\\ansi Pier opens}", "is an RTF document, not .docx; save it as .docx"),
        ("a.docx", b"<html><p>Pier opens</p></html>", "is not a .docx file"),
        ("a.csv", b"<!DOCTYPE html><html><p>Sign in</p></html>", "is a web page, not .csv; download the table again"),
    ],
)
def test_another_kind_of_file_than_its_name_says_is_told(put, name: str, content: bytes, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnsupportedFormat, match=re.escape(reason)):
        read_file(put(name, content))


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "\ufeff\r\n<HTML lang=en>"])
def test_a_web_page_under_the_name_of_a_text_is_read_as_a_page(put, start: str) -> None:  # type: ignore[no-untyped-def]
    release = one(put("a.txt", f"{start}<h1>Pier opens</h1><p>It is <b>open</b>.</p>"))
    assert (release.title, release.text) == ("Pier opens", "It is open.")


def test_an_old_word_document_is_told(put) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match=r"save it as \.docx"):
        read_file(put("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", "save it as .docx"), ("a.XLSX", "save it as .csv"), ("a.mht", "save it as .html"),
        ("a", "supported types are .csv"), ("a.txt.gz", "supported types are .csv"),
    ],
)  # fmt: skip
def test_an_unknown_kind_is_unsupported(put, name: str, advice: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnsupportedFormat, match=f"cannot be read; {re.escape(advice)}"):
        read_file(put(name, "text"))
    with pytest.raises(UnsupportedFormat, match=f"cannot be read; {re.escape(advice)}"):
        kind_by_content(b"text", name)


def test_a_file_over_the_limit_is_not_read(put) -> None:  # type: ignore[no-untyped-def]
    path = put("a.txt", "Pier opens\nIt is open.")
    with pytest.raises(DamagedFile, match=r"too large.*raise THALAENG_MAX_FILE_MB"):
        read_file(path, max_bytes=path.stat().st_size - 1)
    assert read_file(path, max_bytes=path.stat().st_size).releases


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match="does not exist"):
        read_file(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(UnsupportedFormat, match="not a regular file"):
        read_file(tmp_path / "folder.txt")


def test_a_file_that_changes_while_read_is_told(put, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    path = put("a.txt", "Pier opens\nIt is open.")
    opened = Path.open

    def open_and_grow(self: Path, mode: str) -> object:
        file = opened(self, mode)
        with opened(self, "ab") as other:
            other.write(b" More.")
        return file

    monkeypatch.setattr(Path, "open", open_and_grow)
    with pytest.raises(DamagedFile, match="changed while it was read"):
        read_file(path)


@pytest.mark.skipif(ROOT, reason="root may read every file")
def test_a_file_without_permission_is_told(put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = put("a.txt", "text")
    path.chmod(0)
    with pytest.raises(DamagedFile, match="permissions"):
        read_file(path)
    assert [type(found) for found in find_files([tmp_path])] == [Skipped]


# --- folders


def found(*paths: Path) -> tuple[list[str], dict[str, str]]:
    """The names of the files found, and what was skipped with why, by name."""
    everything = list(find_files(paths))
    skipped = {Path(entry.where).name: entry.reason for entry in everything if isinstance(entry, Skipped)}
    return [entry.name for entry in everything if isinstance(entry, Path)], skipped


def test_folders_are_walked_in_order_without_hidden_files_and_noise(put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    names = [
        "b/2.md",
        "b/1.TXT",
        "a.txt",
        "c.html",
        ".hidden.txt",
        ".git/x.txt",
        ".DS_Store",
        "Thumbs.db",
        "~$c.docx",
        "README.md",
    ]
    for name in [*names, "picture.png"]:
        put(name, "text")
    files, skipped = found(tmp_path)
    assert files == ["README.md", "a.txt", "1.TXT", "2.md", "c.html"]
    assert list(skipped) == ["picture.png"]
    assert ".png" in skipped["picture.png"]


def test_what_a_browser_puts_beside_a_page_is_no_release(put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name in (
        "ท่าเรือ.html", "ท่าเรือ_files/frame.html", "ท่าเรือ_files/a.js", "Pier.HTM", "Pier_files/frame.html",
        "more_files/a.txt", "a.txt", "a_files/b.txt",
    ):  # fmt: skip
        put(name, "text")
    assert found(tmp_path) == (["Pier.HTM", "a.txt", "b.txt", "a.txt", "ท่าเรือ.html"], {})


def test_each_real_file_comes_once(put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = put("a.txt", "text")
    (tmp_path / "link.txt").symlink_to(path)
    assert found(tmp_path, path, tmp_path) == (["a.txt"], {})


def test_links_that_lead_in_a_circle_or_nowhere_are_told(put, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    put("deep/er/a.txt", "text")
    (tmp_path / "deep/er/loop").symlink_to(tmp_path / "deep")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    files, skipped = found(tmp_path)
    assert files == ["a.txt"]
    assert set(skipped) == {"loop", "self.txt", "broken.txt"}
    assert "a folder that contains it" in skipped["loop"]
    assert "broken link" in skipped["broken.txt"]


def test_missing_paths_and_special_files_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    files, skipped = found(tmp_path / "none.txt", tmp_path)
    assert files == []
    assert skipped == {"none.txt": "does not exist", "pipe.txt": "is not a regular file"}


# --- what was made to keep a computer busy, or to trip it


@pytest.mark.parametrize(
    "front",
    [
        "%YAML 1." + "1" * 5000, 'title: "\\U00110000"', 'title: "\\UFFFFFFFF"', "title: a\n" + "b: c\n" * 20_000,
    ],
    ids=["version", "no character", "no character either", "long"],
)  # fmt: skip
def test_front_matter_that_cannot_be_read_is_told(put, front: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedFile, match="front matter"):
        read_file(put("a.md", f"---\n{front}\n---\nIt is open.\n"))


def test_fields_that_have_fields_of_their_own_are_none(put) -> None:  # type: ignore[no-untyped-def]
    # Each line repeats the one before ten times: written out, the last has more parts than there is memory.
    lines = ["a: &a [b]", *(f"{name}: &{name} [{', '.join([f'*{of}'] * 10)}]" for of, name in pairwise("acdefghijklm"))]
    front = "\n".join([*lines, "category: *m", "publisher: {a: b}", "title: [Pier, opens]"])
    release = one(put("a.md", f"---\n{front}\n---\nIt is open.\n"))
    assert (release.title, release.category, release.publisher) == ("Pier", "", "")


def test_halves_of_surrogate_pairs_are_in_no_release_and_no_reason(put) -> None:  # type: ignore[no-untyped-def]
    row = {
        "title": "Pier\ud800",
        "text": "It is \udc00open.",
        "url": "https://example.org/\ud800",
        "category": "\ud800",
    }
    release = one(put("a.jsonl", json.dumps(row)))
    assert (release.title, release.url, release.category) == ("Pier", "", "")
    assert len(release.id) == 16
    with pytest.raises(DamagedFile, match="no key for the text") as told:
        read_file(put("b.jsonl", json.dumps({"a\ud800\nb" + "c" * 999: 1})))
    reason = str(told.value)
    reason.encode()
    assert "\n" not in reason
    assert len(reason) < 200


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "unicode_escape", "utf-7", "utf-16", "hex", "none"]
)
def test_a_page_that_claims_an_encoding_no_page_has_is_read_all_the_same(put, charset: str) -> None:  # type: ignore[no-untyped-def]
    page = f"<html><meta charset={charset}><h1>Pier opens</h1><p>It is open \u2013 at last.</p></html>"
    assert "It is open \u2013 at last." in one(put("a.html", page.encode("cp1252"))).text


def test_control_characters_on_a_page_become_spaces(put) -> None:  # type: ignore[no-untyped-def]
    page = "<!-- \x01 --><nav>\x02</nav>\x03<h1>Pier opens</h1><div>It&#8; is\x01open</div><script>\x04</script>\uffff"
    release = one(put("a.html", page))
    assert (release.title, release.text) == ("Pier opens", "It is open")


def test_marks_of_markdown_alone_are_a_headline(put) -> None:  # type: ignore[no-untyped-def]
    assert one(put("a.md", "**\n\nIt is open.\n")).title == "**"


def test_a_zip_of_a_version_to_come_is_told(put) -> None:  # type: ignore[no-untyped-def]
    data = bytearray(docx("It is open."))
    data[data.index(b"PK\x01\x02") + 6] = 255
    with pytest.raises(DamagedFile, match="Word document"):
        read_file(put("a.docx", bytes(data)))


def test_docx_cell_that_spans_columns_is_told_once_and_one_that_spans_rows_in_each(put) -> None:  # type: ignore[no-untyped-def]
    from docx import Document

    document = Document()
    document.add_paragraph(HEADLINE)
    table = document.add_table(3, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{number}"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "down"
    table.cell(2, 0).merge(table.cell(2, 1)).text = "along"
    out = io.BytesIO()
    document.save(out)
    assert one(put("a.docx", out.getvalue())).text == "down c1 c2\ndown c4 c5\nalong c8"


def test_docx_cell_that_spans_a_billion_columns_is_read(put) -> None:  # type: ignore[no-untyped-def]
    from docx import Document

    document = Document()
    document.add_paragraph(HEADLINE)
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "It is open."
    cell._tc.grid_span = 10**9
    out = io.BytesIO()
    document.save(out)
    assert one(put("a.docx", out.getvalue())).text == "It is open."


def test_names_of_columns_count_regardless_of_how_they_are_written_unless_they_are_no_names(put) -> None:  # type: ignore[no-untyped-def]
    rows = "Full-Text ,\ufeffHEADLINE," + "x" * 101 + "\nIt is open.,Pier opens,a\n"
    assert one(put("a.csv", rows)).title == "Pier opens"
    with pytest.raises(DamagedFile, match="no column"):
        read_file(put("a.csv", rows), columns={"text": "X" * 101})
