"""What an elliptical question names takes the place of what the question before it names of that kind."""

from __future__ import annotations

import datetime as dt

import pytest

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
        ("รัฐมนตรีคลังคือใคร", "แล้วพาณิชย์ล่ะ", "รัฐมนตรีพาณิชย์คือใคร"),
        ("Who is the finance minister?", "And commerce?", "Who is the commerce minister?"),
        ("กรมประมงทำอะไร", "แล้วกรมปศุสัตว์ล่ะ", "กรมปศุสัตว์ทำอะไร"),
        ("เงินดิจิทัลเฟส 1 แจกใคร", "แล้วเฟส 2 ล่ะ", "เงินดิจิทัลเฟส 2 แจกใคร"),
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
