"""Questions with slips of the fingers, without tone marks, and with the keyboard set to the other language."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Callable
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import eng_to_thai, thai_to_eng

from qa.answer import Answer
from qa.ask import Answerer
from qa.chips import scope_html
from qa.keyboard import as_meant
from qa.permalink import permalink_query
from qa.question import read_question
from qa.tone_marks import with_tone_marks
from qa.when import find_days
from tests.test_page import ENGLISH_EXAMPLE, THAI_EXAMPLE
from tests.test_training import QUESTIONS

with QUESTIONS.open(encoding="utf-8") as lines:
    ASKED = [json.loads(line) for line in islice(lines, 0, 6000, 10)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("'[xit,kIF8i'dkiouhgmjkwi", "งบประมาณโครงการนี้เท่าไร"),
        ('g,njv 7 r"p" 2566 ik8kohe,yo]fgmjkwi', "เมื่อ 7 พ.ย. 2566 ราคาน้ำมันลดเท่าไร"),
        ("8iyh'muj 16 Z2568X .8igxHoxitTko", "ครั้งที่ 16 (2568) ใครเป็นประธาน"),
        ("APEC 2022 0yfmujwso gmjkwi", "APEC 2022 จัดที่ไหน เท่าไร"),
        ("z^hxitdyo9o ,\"33 wfhg'bo57'g,njvwi", "ผู้ประกันตน ม.33 ได้เงินถึงเมื่อไร"),
        ("็นไ ทีแ้ กรก ะ้ำ ินพกำพ แำืะพำ แนหะฦ", "How much did the border centre cost?"),
        ('"้ฟะ ไฟห ะ้ำ ะนีพรหท ะฟพเำะ รื /จ/ถฦ', "What was the tourism target in 2025?"),
        ("What time was it at the site?", "What time was it at the site?"),
        ("GDP เท่าไร", "GDP เท่าไร"),
        ("COVID-19; SMEs [2021] = ?", "COVID-19; SMEs [2021] = ?"),
        ("ฟ", "ฟ"),
        ("", ""),
    ],
)
def test_what_only_the_other_letters_make_words_of_is_read_in_them(typed: str, meant: str) -> None:
    assert as_meant(typed) == meant


def test_no_question_of_thousands_is_taken_for_one_in_other_letters() -> None:
    for item in ASKED:
        for language in ("th", "en"):
            assert as_meant(item[f"question_{language}"]) == item[f"question_{language}"]


def test_nearly_all_questions_come_back_from_the_other_letters() -> None:
    def in_english_letters(question: str) -> str:
        """Figures and names are the same on a keyboard that is set to English."""
        return re.sub(r"\b[A-Z][A-Za-z]*|\d+|([^A-Z\d]+)", lambda part: thai_to_eng(part[1] or "") or part[0], question)

    thai = [item["question_th"] for item in ASKED]
    english = [item["question_en"] for item in ASKED]
    read_thai = [as_meant(in_english_letters(question)) for question in thai]
    assert sum(map(str.__ne__, read_thai, map(in_english_letters, thai))) > 0.98 * len(thai)
    assert sum(as_meant(eng_to_thai(question)) == question for question in english) > 0.98 * len(english)


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert as_meant(as_meant(text)) in (as_meant(text), text)


@pytest.mark.parametrize(("question", "retype"), [(THAI_EXAMPLE, thai_to_eng), (ENGLISH_EXAMPLE, eng_to_thai)])
def test_a_question_in_other_letters_is_answered_as_it_was_meant(
    answerer: Answerer, question: str, retype: Callable[[str], str]
) -> None:
    answer, typed = answerer.ask(question), answerer.ask(retype(question))
    assert typed.citations == answer.citations and typed.citations
    assert (typed.question, typed.read_as) == (retype(question), question)
    assert (answer.read_as, typed.language) == ("", answer.language)
    assert question in html.unescape(scope_html(typed))
    assert "language=" not in permalink_query(typed)


def test_earlier_questions_are_read_as_they_were_meant_too() -> None:
    asked = read_question("แล้วปี 2566 ล่ะ", [thai_to_eng(THAI_EXAMPLE)])
    assert asked.topics == (THAI_EXAMPLE,)
    assert asked.read_as == ""


def test_what_was_typed_stands_in_no_markup() -> None:
    shown = scope_html(Answer("?", "en", "", True, read_as="<img src=x onerror=alert(1)>"))
    assert "<img" not in shown and "<img" in html.unescape(shown)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("เเรงงานได้เงินเท่าไร", "แรงงานได้เงินเท่าไร"),
        ("จัดท่ีไหน เมื่่อไร", "จัดที่ไหน เมื่อไร"),
        ("นํ้าท่วม", "น้ำท่วม"),
        ("Floods in Febuary 2024?", "Floods in February 2024?"),
        ("Who met on 5th noevmber, 2023?", "Who met on 5th November, 2023?"),
        ("Awards of match 2024", "Awards of match 2024"),
        ("The Octobers of Article 112", "The Octobers of Article 112"),
        ("in march 2024", "in march 2024"),
        ("How many joined the 5 marches in Bangkok?", "How many joined the 5 marches in Bangkok?"),
        ("Who won the 2 Augusta games?", "Who won the 2 Augusta games?"),
        ("On 5 Augusttt 2024?", "On 5 August 2024?"),
    ],
)
def test_slips_that_leave_no_doubt_are_mended(typed: str, read: str) -> None:
    asked = read_question(typed)
    assert (asked.text, asked.read_as) == (read, "")


def test_a_misspelt_month_is_a_month() -> None:
    today = dt.date(2026, 1, 1)
    for typed, meant in [
        ("กรกฏาคม 2567", "กรกฎาคม 2567"),
        ("5 พฤษจิกายน 66", "5 พฤศจิกายน 66"),
        ("กุมภาพันธุ์ 2565", "ก.พ. 65"),
    ]:
        assert [(days.first, days.last) for days in find_days(typed, today)] == [
            (days.first, days.last) for days in find_days(meant, today)
        ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("นำทวมทีไหนบางปีทีแลว", "น้ำท่วมที่ไหนบ้างปีที่แล้ว"),
        ("คาโดยสารรถไฟฟาเทาไร", "ค่าโดยสารรถไฟฟ้าเท่าไร"),
        ("คำขวัญวันครู 2568 ของนายกฯ แพทองธาร", "คำขวัญวันครู 2568 ของนายกฯ แพทองธาร"),
        ("นำทวมทีไหน แล้ว", "นำทวมทีไหน แล้ว"),
        ("ทีไหน", "ทีไหน"),
        ("What is the plan?", "What is the plan?"),
    ],
)
def test_tone_marks_are_put_back_where_all_were_left_out(typed: str, meant: str) -> None:
    assert with_tone_marks(typed) == meant
    assert read_question(typed).read_as == (meant if meant != typed else "")


def test_no_question_that_has_no_tone_marks_by_nature_gets_some() -> None:
    without = [item["question_th"] for item in ASKED if not re.search("[่-๋]", item["question_th"])]
    assert without
    assert list(map(with_tone_marks, without)) == without
