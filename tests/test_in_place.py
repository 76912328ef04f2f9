"""What an elliptical question names takes the place of what the question before it names of that kind."""

from __future__ import annotations

import datetime as dt

import pytest

from benchmarks.elliptical import in_two
from qa.ask import Answerer
from qa.in_place import in_place
from qa.question import read_question

TODAY = dt.date(2025, 9, 20)


@pytest.mark.parametrize(
    ("before", "question", "read"),
    [
        ("ปี 2568 มีมาตรการ PM2.5 อะไรบ้าง", "แล้วปี 2566 ล่ะ", "ปี 2566 มีมาตรการ PM2.5 อะไรบ้าง"),
        ("น้ำท่วมเดือนสิงหาคม 2567 เสียหายเท่าไร", "แล้วเดือนกันยายนล่ะ", "น้ำท่วมเดือนกันยายน 2567 เสียหายเท่าไร"),
        ("ราคายางเดือนที่แล้วเท่าไร", "แล้วเดือนนี้ล่ะ", "ราคายางเดือนนี้เท่าไร"),
        ("How many tourists came in 2023?", "What about 2024?", "How many tourists came in 2024?"),
        ("How many tourists came in 2023?", "And from China in 2024?", "How many tourists came in 2024? China"),
        ("ค่าแรงขั้นต่ำเชียงใหม่เท่าไร", "แล้วภูเก็ตล่ะ", "ค่าแรงขั้นต่ำภูเก็ตเท่าไร"),
        ("อินเดียและไต้หวันไม่ต้องใช้วีซ่าถึงเมื่อไร", "แล้วญี่ปุ่นล่ะ", "ญี่ปุ่นไม่ต้องใช้วีซ่าถึงเมื่อไร"),
        ("รัฐมนตรีคลังคือใคร", "แล้วพาณิชย์ล่ะ", "รัฐมนตรีว่าการกระทรวงพาณิชย์คือใคร"),
        ("Who is the finance minister?", "And commerce?", "Who is the commerce minister?"),
        ("กรมประมงทำอะไร", "แล้วกรมปศุสัตว์ล่ะ", "กรมปศุสัตว์ทำอะไร"),
        ("เงินดิจิทัลเฟส 1 แจกใคร", "แล้วเฟส 2 ล่ะ", "เงินดิจิทัลเฟส 2 แจกใคร"),
        ("ราคายางไตรมาส 1 ปี 2567 เท่าไร", "แล้วไตรมาส 2 ล่ะ", "ราคายางไตรมาส 2 ปี 2567 เท่าไร"),
        ("ราคายางไตรมาส 1/2567 เท่าไร", "แล้วไตรมาสสุดท้ายล่ะ", "ราคายางไตรมาสสุดท้าย/2567 เท่าไร"),
        ("ราคายางครึ่งปีแรก 2567 เท่าไร", "แล้วครึ่งปีหลังล่ะ", "ราคายางครึ่งปีหลัง 2567 เท่าไร"),
        ("How many tourists came in Q1 2024?", "And in Q2?", "How many tourists came in Q2 2024?"),
        ("เรือวิ่งช่วงสงกรานต์ 2567 กี่ลำ", "แล้วปี 2568 ล่ะ", "เรือวิ่งช่วงสงกรานต์ ปี 2568 กี่ลำ"),
        ("เรือวิ่งช่วงสงกรานต์ 2567 กี่ลำ", "แล้วลอยกระทงล่ะ", "เรือวิ่งช่วงลอยกระทง 2567 กี่ลำ"),
        ("เรือวิ่งวันที่ 1-5 ตุลาคม 2565 กี่ลำ", "แล้ว 6-10 พฤศจิกายนล่ะ", "เรือวิ่งวันที่ 6-10 พฤศจิกายน 2565 กี่ลำ"),
        ("เรือวิ่งวันที่ 1-5 ตุลาคม 2565 กี่ลำ", "แล้ววันที่ 6-10 ล่ะ", "เรือวิ่งวันที่ 6-10 ตุลาคม 2565 กี่ลำ"),
        ("เรือวิ่งวันที่ 1-5 ต.ค. 65 กี่ลำ", "แล้ว 6-10 ล่ะ", "เรือวิ่งวันที่ 6-10 ต.ค. 65 กี่ลำ"),
        ("เรือวิ่งวันที่ 3 ต.ค. 65 กี่ลำ", "แล้ว 4 ต.ค.ล่ะ", "เรือวิ่งวันที่ 4 ต.ค. 65 กี่ลำ"),
        ("กำไร 1Q68 เท่าไร", "แล้ว 2Q ล่ะ", "กำไร 2Q68 เท่าไร"),
        ("รมว.คลังคือใคร", "แล้ว รมว.พาณิชย์ล่ะ", "รัฐมนตรีว่าการกระทรวงพาณิชย์คือใคร"),
        ("Do Chinese guests need a visa?", "And Indians?", "Do Indians guests need a visa?"),
        ("เรือวิ่งวันที่ 3 ต.ค. 65 กี่ลำ", "แล้ววันที่ 4 ล่ะครับ", "เรือวิ่งวันที่ 4 ต.ค. 65 กี่ลำ"),
        ("Who came on 11 April 2024?", "And on the 14th?", "Who came on 14th April 2024?"),
        ("Who came on April 11, 2024?", "And on the 14th?", "Who came on April 14th, 2024?"),
        ("ราคายางเดือนสิงหาคม 2567 เท่าไร", "แล้วเดือนมีนาคมที่ผ่านมาล่ะ", "ราคายางเดือนมีนาคมที่ผ่านมา เท่าไร"),
        ("ค่าแรงขั้นต่ำเชียงใหม่เท่าไร", "แล้วภูเก็ตล่ะคะ", "ค่าแรงขั้นต่ำภูเก็ตเท่าไร"),
        # Nothing of its kind stands before it: it is looked for behind that.
        ("ตลาดเปิดเมื่อไร", "แล้วผู้ประกอบการล่ะ", "ตลาดเปิดเมื่อไร แล้วผู้ประกอบการล่ะ"),
        ("ตลาดเปิดเมื่อไร", "แล้วที่ภูเก็ตล่ะ", "ตลาดเปิดเมื่อไร แล้วที่ภูเก็ตล่ะ"),
        # It asks something of its own.
        ("ค่าแรงขั้นต่ำเชียงใหม่เท่าไร", "แล้วภูเก็ตมีกี่คน", "ค่าแรงขั้นต่ำเชียงใหม่เท่าไร แล้วภูเก็ตมีกี่คน"),
    ],
)
def test_it_is_read_as_one_in_full(before: str, question: str, read: str) -> None:
    asked = in_place(read_question(question, [before]), TODAY)
    assert asked.behind(asked.topics[0]).search == read


def test_it_takes_its_place_in_what_the_last_question_follows_as_well() -> None:
    history = ["How many farms are there in Chiang Mai?", "And in Lampang?"]
    asked = in_place(read_question("And in Phuket?", history), TODAY)
    assert asked.topics[-1].startswith("How many farms are there in Phuket?")


@pytest.mark.parametrize("text", ["", "แล้ว", "And?", "แล้วล่ะ", "แล้วปี 2566 ล่ะ"])
def test_without_anything_before_it_a_question_stays(text: str) -> None:
    assert in_place(read_question(text), TODAY) == read_question(text)


@pytest.mark.parametrize(
    ("question", "turns"),
    [
        ("เมื่อ มี.ค. 2564 ใครส่งเรือ", ("เมื่อ มี.ค. 2563 ใครส่งเรือ", "แล้วมี.ค. 2564ล่ะ")),
        ("Who paid in October 2022?", ("Who paid in October 2021?", "And October 2022?")),
        ("Who paid?", None),
    ],
)
def test_a_question_is_asked_in_two_for_the_benchmark_and_read_as_the_one_it_was(
    question: str, turns: tuple[str, str] | None
) -> None:
    asked = in_two(question, read_question(question).language, TODAY)
    assert asked == turns
    if asked:
        read = in_place(read_question(asked[1], asked[:1]), TODAY)
        assert read.behind(read.topics[0]).search == question


def test_it_has_the_answer_that_the_question_in_full_has(answerer: Answerer) -> None:
    before = "In which month of 2023 does construction of the Lumatide battery plant begin?"
    in_full = answerer.ask(before.replace("2023", "2024"))
    follow_up = answerer.ask("And in 2024?", [before])
    assert "3 June 2024" in follow_up.text
    assert [citation.quote for citation in follow_up.citations] == [citation.quote for citation in in_full.citations]
    assert follow_up.follows == (before,)
