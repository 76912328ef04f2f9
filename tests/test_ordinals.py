"""Which phase or dose a question is about, and whether a text speaks of it."""

from __future__ import annotations

import pytest

from qa.ordinals import ordinals_in


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("คนละครึ่งเฟส 6 เริ่มเมื่อไร", ["phase 6"]),
        ("โครงการระยะที่ ๔ มีจังหวัดไหนบ้าง", ["phase 4"]),
        ("วัคซีนเข็มสามฉีดให้ใคร", ["dose 3"]),
        ("Who gets the third dose in phase II?", ["phase 2", "dose 3"]),
        ("What do phases 2 and 3 cost?", ["phase 2", "phase 3"]),
        ("What do the phase-2 works cost?", ["phase 2"]),
        # The first is often not called so; and these are no members of a series.
        ("When does the first phase begin?", []),
        ("เข็มแรกฉีดเมื่อไร", []),
        ("แผนระยะ 5 ปีมีงบเท่าไร", []),
        ("เว้นระยะ 2 เมตรหรือไม่", []),
        ("How long is a phase?", []),
    ],
)
def test_what_a_question_names_of_a_series(question: str, asked: list[str]) -> None:
    assert [ordinal.names("en")[0] for ordinal in ordinals_in(question)] == asked


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("โครงการ ระยะที่ 3 เริ่มแล้ว", True),
        ("ระยะ 3 ใช้งบ 5 ล้านบาท", True),
        ("เฟส ๓", True),
        ("เฟสสาม", True),
        ("Phase III opens", True),
        ("the phase-3 works", True),
        ("the third phase", True),
        ("ระยะที่ 1-4", True),
        ("phases 1 to 4", True),
        ("ระยะที่ 1 ระยะที่ 2 และ 3", True),
        ("ระยะที่ 2", False),
        ("ระยะที่ 1 และ 2", False),
        ("ระยะ 3 ปี", False),
        ("phase 30", False),
        ("3 projects", False),
    ],
)
def test_a_text_names_a_phase_in_either_language(text: str, named: bool) -> None:
    (phase,) = ordinals_in("What is in phase 3?")
    assert phase.is_named(text) == named


@pytest.mark.parametrize(("text", "named"), [("ฉีดวัคซีนครบ 3 เข็ม", True), ("two doses", False), ("3 doses", True)])
def test_a_count_of_doses_names_the_last_of_them(text: str, named: bool) -> None:
    (dose,) = ordinals_in("Who gets the third dose?")
    assert dose.is_named(text) == named
