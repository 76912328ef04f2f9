"""A headline is found below what stands above it, and nothing of the text is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.readers import read_file
from index.readers.headline import is_headline, split_title

DAY = dt.date(2025, 2, 27)


def test_first_line_is_the_headline() -> None:
    assert split_title("# Pier opens\n\nIt is new.") == ("Pier opens", "It is new.")
    assert split_title("Pier opens") == ("Pier opens", "Pier opens")
    assert split_title("Pier\fopens\nIt is new.") == ("Pier opens", "It is new.")


def test_a_long_first_line_stays_in_the_body() -> None:
    text = "word " * 100 + "\nmore"
    title, body = split_title(text)
    assert body == text
    assert title.endswith("word…")
    assert len(title) <= 251


@pytest.mark.parametrize(
    "line",
    [
        "---", "* * *", "=====", "———", "FOR IMMEDIATE RELEASE", "**For immediate release:**", "# Press release",
        "ข่าวประชาสัมพันธ์", "ข่าวแจกสื่อมวลชน", "- ข่าวประชาสัมพันธ์ -",
        "27 ก.พ. 2568 เวลา 10.00 น.", "วันพฤหัสบดีที่ ๒๗ กุมภาพันธ์ ๒๕๖๘, ๑๐:๐๐ น.", "27/02/2568 - 10:00",
        "February 27, 2025 at 10:00 a.m.", "2025-02-27T10:00:00",
        "27 February 2025", "https://example.org/p", "",
        "For immediate release: 27 February 2025", "NEWS RELEASE | 27 February 2025", "Press Release No. 12/2025",
        "ข่าวประชาสัมพันธ์ ที่ ๑๒/๒๕๖๘", "ข่าวประชาสัมพันธ์ ฉบับที่ 12/2568 27 ก.พ. 2568", "ข่าวที่ 12/2568 วันที่ 27 ก.พ. 2568",
        "ข่าวแจก ที่ 27 กุมภาพันธ์ 2568", "(27 กุมภาพันธ์ 2568)", "*27 February 2025*", "Date: 27 February 2025",
        "วันที่: 27 ก.พ. 2568", "วันที่เผยแพร่ 27 ก.พ. 2568", "เผยแพร่เมื่อ 27/02/2568 เวลา 10:00 น.",
        "Bangkok, 27 February 2025", "**Date:** 27 February 2025",
        "MEDIA RELEASE – FOR IMMEDIATE RELEASE", "Press statement", "ข่าวสารนิเทศ",
        "Media contact: Malee, 0 2123 4567", "Embargoed until 9.00 a.m.", "![logo](logo.png)", "<!-- draft -->", "```",
        "NEWS", "ข่าว", "แถลงข่าว", "ข่าวด่วน 27 ก.พ. 2568", "Ref. No. 12/2025", "หน้าแรก > ข่าว > ข่าวเด่น", "Home / News",
        "For release at 10:00 a.m. on 27 February", "From: Malee <malee@example.org>", "Sent: Monday", "ถึง: สื่อมวลชน",
        "📢 ข่าวประชาสัมพันธ์ 📢", "🔴🔴", "📣📣 **FOR IMMEDIATE RELEASE** 📣📣", "📅 27 ก.พ. 2568 ⏰", "❤️",
        '<p align="center"><img src="logo.png" width="9"></p>', "<br/>", "</div>",
    ],
)  # fmt: skip
def test_what_is_no_headline(line: str) -> None:
    assert not is_headline(line)


@pytest.mark.parametrize(
    "line",
    [
        "News of the pier", "ข่าวดีชาวเรือ", "แถลงข่าวเปิดท่าเรือ", "ด่วน! ปิดท่าเรือ", "For release on bail",
        "From pier to shore", "Home port opens", "Reference book opens",
        "📢 เปิดท่าเรือใหม่", "°C", "<b>Pier</b>", "<5 ships at sea>",
        "Pier opens", "Press release rules change", "ข่าวประชาสัมพันธ์ท่าเรือใหม่", "27 ก.พ. 2568 เปิดท่าเรือใหม่",
        "เปิดท่าเรือใหม่ 27 ก.พ. 2568 เวลา 10.00 น.", "Bids open at 10.00", "2568", "**",
        "Press Release No. 12 is withdrawn", "Press statements are out",
        "Bangkok, 27 February 2025: pier opens", "Date of the opening is set",
        "Embargo on fish is lifted", "Contact tracing begins", "ที่ดินท่าเรือ 12/2568", "ประกาศเปิดท่าเรือ 27 ก.พ. 2568",
    ],
)  # fmt: skip
def test_what_may_be_a_headline(line: str) -> None:
    assert is_headline(line)


@pytest.mark.parametrize(
    ("text", "title", "body", "date"),
    [
        ("FOR IMMEDIATE RELEASE\n\nPier opens\n\nIt is open.", "Pier opens", None, None),
        ("ข่าวประชาสัมพันธ์\n27 ก.พ. 2568\nเปิดท่าเรือใหม่\nเปิดแล้ว", "เปิดท่าเรือใหม่", None, DAY),
        ("27 ก.พ. 2568 เวลา 10.00 น.\nเปิดท่าเรือใหม่\nเปิดแล้ว", "เปิดท่าเรือใหม่", None, DAY),
        ("27 February 2025\n---\nPier opens\nIt is open.", "Pier opens", "It is open.", DAY),
        ("---\n\nPier opens\nIt is open.", "Pier opens", "It is open.", None),
        ("---\n---\nPier opens\nIt is open.", "Pier opens", "It is open.", None),
        ("https://example.org/p\nPier opens\nIt is open.", "Pier opens", None, None),
        ("ข่าวประชาสัมพันธ์\nเปิดท่าเรือใหม่\nเปิดแล้ว\nที่มา: https://example.org/p", "เปิดท่าเรือใหม่", None, None),
        ("Date: 27 February 2025\nTitle: Pier opens\nIt opens 1 May 2025.", "Pier opens", "It opens 1 May 2025.", DAY),
        ("พาดหัว: เปิดท่าเรือใหม่\nวันที่: 27 ก.พ. 2568\nเปิดแล้ว", "เปิดท่าเรือใหม่", "วันที่: 27 ก.พ. 2568\nเปิดแล้ว", DAY),
        ("(๒๗ กุมภาพันธ์ ๒๕๖๘)\nเปิดท่าเรือใหม่\nเปิดแล้ว", "เปิดท่าเรือใหม่", "เปิดแล้ว", DAY),
        ("Press Release 3/2025: 27 February 2025\nPier opens\nIt is open.", "Pier opens", None, DAY),
        ("Contact: Malee\nEmbargoed until 27 February 2025\nPier opens\nIt is open.", "Pier opens", None, DAY),
        ("## [Pier](https://example.org/p) opens ##\nIt is open.", "Pier opens", "It is open.", None),
        ("Pier opens\n==========\n\nIt is open.", "Pier opens", "It is open.", None),
        ("![logo](logo.png)\n\n# Pier opens\nIt is open.", "Pier opens", None, None),
        ("<div>\n\n<h1 align='center'>Pier <em>opens</em></h1>\nIt is open.", "Pier opens", None, None),
        ("From: a@example.org\nSent: 27 February 2025\nSubject: Pier opens\nIt is open.", "Pier opens", None, DAY),
        ("Pier opens\nNews\n27 February 2025\nGate\nIt is open.", "Pier opens",
         "News\n27 February 2025\nGate\nIt is open.", DAY),
        ("📢 ข่าวประชาสัมพันธ์ 📢\n🚢 เปิดท่าเรือใหม่\nเปิดแล้ว", "🚢 เปิดท่าเรือใหม่", None, None),
        ("Depth <5 m> opens\nIt is open.", "Depth <5 m> opens", "It is open.", None),
        ("Press release\n---", "Press release", "---", None),
        ("Harbour Board\nTel: 1\nPRESS RELEASE\n27 February 2025\n\nPier opens\nIt is open.", "Pier opens", None, DAY),
        ("# Pier opens\nPress release\nGate\nIt is shut.", "Pier opens", "Press release\nGate\nIt is shut.", None),
        ("กรมท่าเรือ\nข่าวประชาสัมพันธ์ ที่ 12/2568\n\nเปิดท่าเรือใหม่\n\nเปิดแล้ว", "เปิดท่าเรือใหม่", None, None),
        ("27 February 2025\nHarbour Board\nPress release\nPier opens\nIt is open.", "Pier opens",
         "Harbour Board\nPress release\nPier opens\nIt is open.", DAY),
        ("Pier opens\nPress release\nIt is open.\nCome", "Pier opens", "Press release\nIt is open.\nCome", None),
        ("เปิดท่าเรือใหม่\nข่าวประชาสัมพันธ์\nเปิดแล้ว", "เปิดท่าเรือใหม่", "ข่าวประชาสัมพันธ์\nเปิดแล้ว", None),
        ("เปิดท่าเรือใหม่\nข่าวประชาสัมพันธ์\n" + "เปิดแล้ว" * 25 + "\nจบ", "เปิดท่าเรือใหม่",
         "ข่าวประชาสัมพันธ์\n" + "เปิดแล้ว" * 25 + "\nจบ", None),
        ("Pier opens\na\nb\nc\nd\nPress release\nGate\nIt is shut.", "Pier opens",
         "a\nb\nc\nd\nPress release\nGate\nIt is shut.", None),
        ("---", "---", None, None),
    ],
)  # fmt: skip
def test_a_headline_is_found_below_what_is_none(
    tmp_path: Path, text: str, title: str, body: str | None, date: dt.date | None
) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (release,) = read_file(tmp_path / "a.txt").releases
    assert (release.title, release.text, release.date) == (title, text if body is None else body, date)


def test_what_the_front_matter_calls_the_title_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Press release\n---\nPier opens\nIt is open.")
    (release,) = read_file(tmp_path / "a.md").releases
    assert (release.title, release.text) == ("Press release", "Pier opens\nIt is open.")


@pytest.mark.parametrize("piece", ["---\n", "27 February 2025\n", "Press release\n", "- ", "10.00 "])
def test_a_long_text_without_a_headline_is_looked_through_in_linear_time(tmp_path: Path, piece: str) -> None:
    # With the square of its length this would take hours, and the limit on the time of a test ends it.
    (tmp_path / "a.txt").write_text(piece * 100_000)
    assert read_file(tmp_path / "a.txt").releases
