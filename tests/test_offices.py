"""Who holds an office: the one asked for, and nobody with another."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.embed import Encoder
from index.library import Library
from qa.ask import Answerer
from qa.offices import asks_who_holds, offices_asked, with_offices_in_full
from qa.question import read_question
from qa.reader import Reader
from tests.conftest import NewHome

RELEASES = {
    "minister": "date: 2568-02-10\ntitle: เปิดอาคารคลังออมทรัพย์ริมคลอง\n---\nวันที่ 10 กุมภาพันธ์ 2568 นายบุญมี ใจดี รองนายกรัฐมนตรี"
    "และรัฐมนตรีว่าการกระทรวงการคลัง เป็นประธานเปิดอาคารคลังออมทรัพย์ริมคลอง ซึ่งให้บริการฝากเงินทุกวัน",
    "deputy": "date: 2568-05-20\ntitle: รมช.คลังตรวจอาคารคลังออมทรัพย์\n---\nวันที่ 20 พฤษภาคม 2568 นางสาวดาวเรือง ศรีบัวขาว "
    "รัฐมนตรีช่วยว่าการกระทรวงการคลัง ตรวจเยี่ยมอาคารคลังออมทรัพย์ริมคลอง พร้อมคณะผู้บริหารกระทรวงการคลัง",
    "years ago": "date: 2563-10-09\ntitle: เปิดโรงไฟฟ้าแสงอาทิตย์บึงบัว\n---\nวันที่ 9 ตุลาคม 2563 นายกล้า สุขสันต์ "
    "รัฐมนตรีว่าการกระทรวงพลังงาน เป็นประธานเปิดโรงไฟฟ้าแสงอาทิตย์บึงบัว ขนาด 40 เมกะวัตต์",
    "secretary": "date: 2568-06-01\ntitle: ประชุมกรมเรือ\n---\nนายสมหวัง ชัยชนะ เลขานุการรัฐมนตรีว่าการกระทรวงคมนาคม เป็นประธาน"
    "การประชุมกรมเรือเรื่องท่าเรือใหม่ ที่กระทรวงคมนาคม",
}


@pytest.mark.parametrize(
    ("question", "in_full"),
    [
        ("รมว.คลังคือใคร", "รัฐมนตรีว่าการกระทรวงการคลังคือใคร"),
        ("รมว. คลังคือใครคะ", "รัฐมนตรีว่าการกระทรวงการคลังคือใครคะ"),
        ("รมว.เกษตรฯ ชื่ออะไร", "รัฐมนตรีว่าการกระทรวงเกษตรและสหกรณ์ ชื่ออะไร"),
        ("รมว.พณ. คือใคร", "รัฐมนตรีว่าการกระทรวงพาณิชย์ คือใคร"),
        ("ใครเป็น รมว.ท่องเที่ยว", "ใครเป็น รัฐมนตรีว่าการกระทรวงการท่องเที่ยวและกีฬา"),
        ("ใครเป็นรัฐมนตรีพลังงาน", "ใครเป็นรัฐมนตรีว่าการกระทรวงพลังงาน"),
        ("ปลัด มท. คือใคร", "ปลัด มท. คือใคร"),
        ("ปลัดคลังคือใคร", "ปลัดกระทรวงการคลังคือใคร"),
        ("รมช.มหาดไทยคือใคร", "รัฐมนตรีช่วยว่าการกระทรวงมหาดไทยคือใคร"),
        ("รัฐมนตรีว่าการกระทรวงเกษตรและสหกรณ์คือใคร", "รัฐมนตรีว่าการกระทรวงเกษตรและสหกรณ์คือใคร"),
        ("รมว.คลังแถลงเรื่องอะไร", "รมว.คลังแถลงเรื่องอะไร"),
        ("เลขานุการ รมว.คลังคือใคร", "เลขานุการ รมว.คลังคือใคร"),
        ("Who is the finance minister?", "Who is the finance minister?"),
    ],
)
def test_a_minister_asked_for_in_short_is_looked_for_as_releases_write_it(question: str, in_full: str) -> None:
    assert with_offices_in_full(question) == in_full
    assert read_question(question).text == in_full


@pytest.mark.parametrize(
    ("question", "offices"),
    [
        ("รมว.คลังคือใคร", ["Minister of Finance"]),
        ("Who is the Minister of Finance?", ["Minister of Finance"]),
        ("Who is the deputy finance minister?", ["Deputy Minister of Finance"]),
        ("Who is Thailand's foreign minister?", ["Minister of Foreign Affairs"]),
        ("Who is the higher education minister?", ["Minister of Higher Education, Science, Research and Innovation"]),
        ("Who is the Permanent Secretary of the Ministry of Interior?", ["Permanent Secretary for Interior"]),
        ("ปลัดมหาดไทยคือใคร", ["Permanent Secretary for Interior"]),
        ("รองปลัดกระทรวงการคลังคือใคร", []),
        ("What did the finance minister say?", []),
    ],
)
def test_offices_asked_for(question: str, offices: list[str]) -> None:
    assert [office.names("en")[0] for office in offices_asked(question)] == offices


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("นายบุญมี ใจดี รองนายกรัฐมนตรีและรัฐมนตรีว่าการกระทรวงการคลัง เปิดงาน", True),
        ("นายบุญมี ใจดี รมว.คลัง เปิดงาน", True),
        ("Minister of Finance Boonmee Jaidee opened it", True),
        ("Finance Minister Boonmee Jaidee opened it", True),
        ("นายบุญมี ใจดี รัฐมนตรีช่วยว่าการกระทรวงการคลัง เปิดงาน", False),
        ("นายบุญมี ใจดี เลขานุการรัฐมนตรีว่าการกระทรวงการคลัง เปิดงาน", False),
        ("นายบุญมี ใจดี ที่ปรึกษารัฐมนตรีว่าการกระทรวงการคลัง เปิดงาน", False),
        ("นายบุญมี ใจดี รัฐมนตรีว่าการกระทรวงพาณิชย์ เปิดงาน", False),
        ("Deputy Minister of Finance Boonmee Jaidee opened it", False),
        ("Deputy Finance Minister Boonmee Jaidee opened it", False),
        ("Secretary to the Minister of Finance Boonmee Jaidee opened it", False),
    ],
)
def test_neither_deputies_nor_secretaries_nor_other_ministers_are_the_minister(text: str, is_named: bool) -> None:
    (office,) = offices_asked("รมว.คลังคือใคร")
    assert office.is_named(text) == is_named


@pytest.mark.parametrize(
    ("text", "name", "is_beside"),
    [
        ("โดยมีนายบุญมี ใจดี รองนายกรัฐมนตรีและรัฐมนตรีว่าการกระทรวงการคลัง เป็นประธาน", "นายบุญมี ใจดี", True),
        ("รมว.คลัง นายบุญมี ใจดี เป็นประธาน", "นายบุญมี ใจดี", True),
        ("ในนามรัฐมนตรีว่าการกระทรวงการคลังและคณะ โดยนายบุญมา ใจงาม", "นายบุญมา ใจงาม", False),
    ],
    ids=["behind the name", "before the name", "somebody else's name"],
)
def test_an_answer_is_the_name_beside_the_office(text: str, name: str, is_beside: bool) -> None:
    (office,) = offices_asked("รมว.คลังคือใคร")
    start = text.index(name)
    assert office.is_beside(text, start, start + len(name)) == is_beside


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("ใครเป็น รมว.ท่องเที่ยว", True),
        ("รัฐมนตรีว่าการกระทรวงการท่องเที่ยวและกีฬา คือใคร", True),
        ("รัฐมนตรีที่ไปญี่ปุ่นคือใคร", False),
    ],
)
def test_asking_who_holds_an_office(question: str, asks: bool) -> None:
    assert asks_who_holds(question) == asks


@pytest.fixture(scope="module")
def ministers(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Answerer:
    folder = tmp_path_factory.mktemp("ministers")
    for name, text in RELEASES.items():
        (folder / f"{name}.md").write_text(f"---\n{text}\n", encoding="utf-8")
    library = Library(new_home(), encoder=encoder)
    report = library.add([Path(folder)])
    assert not report.skipped, report.skipped
    answerer = Answerer(library.settings, encoder=encoder, reader=reader)
    answerer.warm_up()
    return answerer


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("รมว.คลังคือใคร", "นายบุญมี ใจดี"),
        ("รมช.คลังคือใคร", "นางสาวดาวเรือง ศรีบัวขาว"),
        ("Who is the finance minister?", "นายบุญมี ใจดี"),
        ("Who is the Deputy Minister of Finance?", "นางสาวดาวเรือง ศรีบัวขาว"),
    ],
)
def test_the_one_who_holds_the_office_is_quoted_though_a_newer_release_names_another(
    ministers: Answerer, question: str, name: str
) -> None:
    assert name in ministers.ask(question).citations[0].quote


def test_a_follow_up_for_another_office_is_answered_so(ministers: Answerer) -> None:
    answer = ministers.ask("แล้ว รมช.คลังล่ะ", ["รมว.คลังคือใคร"])
    assert "นางสาวดาวเรือง ศรีบัวขาว" in answer.citations[0].quote


def test_who_held_an_office_years_before_the_newest_release_is_quoted_with_doubt(ministers: Answerer) -> None:
    answer = ministers.ask("รมว.พลังงานคือใคร")
    assert "นายกล้า สุขสันต์" in answer.citations[0].quote
    assert answer.is_doubtful


def test_where_no_release_names_the_minister_that_is_said(ministers: Answerer) -> None:
    answer = ministers.ask("รมว.คมนาคมคือใคร")
    assert answer.abstained
    assert "รัฐมนตรีว่าการกระทรวงคมนาคม" in answer.text
