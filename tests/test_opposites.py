"""A sentence is at odds with its source where it says the opposite, and not where it says the same in other words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from index.language import detect_language
from qa.opposites import at_odds, meanings

ROOT = Path(__file__).parent.parent

# A sentence, its source, the words that are at odds.
AT_ODDS = [
    ("The country has a low production cost.", "ประเทศมีต้นทุนการผลิตสูง", "low"),
    ("Rice is bought at 12,000 baht per month.", "รับซื้อข้าวในราคาตันละ 12,000 บาท", "per month"),
    ("The price fell to 40 baht.", "ราคาปรับขึ้นเป็น 40 บาท", "fell"),
    ("More than 500 people came.", "มีผู้มาร่วมไม่เกิน 500 คน", "More than"),
    ("At least 500 people may come in.", "ให้เข้าได้ไม่เกิน 500 คน", "At least"),
    ("The line begins at the end of 2025.", "สายนี้จะสิ้นสุดในปี 2568", "begins"),
    ("Exports of fruit fell.", "การนำเข้าผลไม้ลดลง", "Exports"),
    ("ราคาข้าวลดลงร้อยละ 3", "The price of rice rose by 3 per cent.", "ลด"),
    ("จ่ายเดือนละ 600 บาท", "Each farmer is paid 600 baht a day.", "เดือนละ"),
    ("บริษัทขาดทุน 3 ล้านบาท", "The company made a profit of 3 million baht.", "ขาดทุน"),
    ("The baht weakened.", "The baht strengthened against the dollar.", "weakened"),
    ("Apply before the training.", "Applications are taken after the training.", "before"),
]
# The same said otherwise, or something the source says nothing of.
AGREES = [
    ("No more than 500 people may come in.", "ให้เข้าได้ไม่เกิน 500 คน"),
    ("Not more than 500 people may come in.", "จำกัดผู้เข้าชม 500 คน ไม่เกินนี้"),
    ("The fare rose.", "ค่าโดยสารสูงขึ้น"),
    ("Incomes grew while costs fell.", "รายได้เพิ่ม ต้นทุนลด"),
    ("The measure cuts costs.", "มาตรการนี้ช่วยให้ประชาชนประหยัดค่าใช้จ่าย"),
    ("This has good results for prices.", "ส่งผลดีต่อราคาที่ปรับขึ้น"),
    ("The elderly are helped with low-interest loans.", "ผู้สูงอายุได้รับสินเชื่อดอกเบี้ยต่ำ"),
    ("Work is completed by the end of 2026.", "จะเริ่มก่อสร้างและแล้วเสร็จภายในสิ้นปี 2569"),
    ("มีผลต่อราคา", "Prices rose."),
    ("ราคาสูงขึ้น", "Prices went up in March."),
    ("The boats run daily.", "เรือออกทุกวัน"),
]


@pytest.mark.parametrize(("text", "source", "words"), AT_ODDS)
def test_what_says_the_opposite_is_at_odds(text: str, source: str, words: str) -> None:
    assert at_odds(text, detect_language(text), source, detect_language(source)) == words


@pytest.mark.parametrize(("text", "source"), AGREES)
def test_what_says_the_same_otherwise_is_not(text: str, source: str) -> None:
    assert at_odds(text, detect_language(text), source, detect_language(source)) == ""


@pytest.mark.parametrize(("text", "source", "words"), AT_ODDS)
def test_nothing_is_at_odds_with_itself(text: str, source: str, words: str) -> None:
    for one in (text, source):
        assert at_odds(one, detect_language(one), one, detect_language(one)) == ""


def test_a_thai_word_in_another_one_says_nothing() -> None:
    assert meanings("ผลดี", "th") == frozenset()
    assert meanings("ลดราคา", "th") == frozenset(["fall"])


def test_each_meaning_stands_in_one_group_beside_another() -> None:
    with (ROOT / "qa" / "opposites.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [row["meaning"] for row in rows]
    assert len(names) == len(set(names))
    assert all([row["group"] for row in rows].count(row["group"]) > 1 for row in rows)
    assert all(row["thai"] and row["english"] for row in rows)
