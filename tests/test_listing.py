"""Lists of releases: who asks for one, and what is in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import qa.listing as listing
from index.language import detect_language
from index.library import Library
from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.ask import Answerer
from qa.levels import can_be_written
from qa.listing import MOST_LISTED, list_releases, most_exact
from qa.rank import RankedPassage, RankedRelease
from qa.reader import Reader
from qa.topic import asks_for_list, topic_of
from qa.when import find_days
from tests.conftest import NewHome


@pytest.mark.parametrize(
    "question",
    [
        "สรุปข่าวของกระทรวงสาธารณสุขเดือนมีนาคม 2567",
        "มีข่าวเกี่ยวกับน้ำท่วมอะไรบ้าง",
        "ข่าวใดบ้างที่กล่าวถึงเรือข้ามฟาก",
        "Which releases mention the ferry?",
        "List the news of the harbour office in May 2023",
        "Summarise the releases on rice prices",
        "ข่าวไหนพูดถึงเรือข้ามฟากบ้าง",
        "มีข่าวเรื่องเรือข้ามฟากไหม",
        "อยากได้ข่าวเรือข้ามฟาก",
        "ข่าวล่าสุดเรื่องเรือข้ามฟาก",
        "ข่าวเกี่ยวกับผ้าไหม",
        "ข่าวเกี่ยวกับไฟไหม้",
        "ข่าวของหน่วยงานที่เกี่ยวข้อง",
        "ข่าวเกี่ยวกับความเท่าเทียม",
        "ข่าวล่าสุดมีอะไรบ้าง",
        "ข่าวเดือนมีนาคม 2564 เรื่องวัคซีน",
        "ข่าววัคซีนเดือนมีนาคม 2564",
        "ข่าวประชุม ครม. เมื่อวานนี้",
        "ข่าวน้ำท่วมล่าสุด",
        "news about floods in October 2022",
        "Latest releases on rice",
        "ข่าวของกรมท่าเรือเดือนที่แล้วมีอะไรบ้าง",
        "What news is there about ferries?",
        "Any news on ferries last week?",
        "ขอดูข่าวเรือข้ามฟากหน่อย",
        "News between 2022 and 2024 about ferries",
        "แสดงข่าวทั้งหมดเกี่ยวกับเรือข้ามฟาก",
        "ค้นข่าวเรือข้ามฟาก",
        "5 ข่าวล่าสุดเรื่องเรือข้ามฟาก",
        "Latest releases",
        "Is there news on ferries?",
        "I'm looking for press releases about ferries",
        "I want news about ferries",
    ],
)
def test_a_wish_for_releases_is_seen(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize(
    "question",
    [
        "ใครแถลงข่าวเรื่องน้ำท่วม",
        "ข่าวลือเรื่องวัคซีนมาจากไหน",
        "ข่าวปลอมเรื่องวัคซีน",
        "ข่าวน้ำท่วมเชียงใหม่ออกเมื่อไร",
        "News agencies of which countries came?",
        "ข่าวของกรมท่าเรือฉบับไหนออกวันที่ 3",
        "ข่าวเกี่ยวกับผ้าไหมเชื่อได้ไหม",
        "Who released the figures?",
        "When was the news agency founded?",
        "What did the news agency say?",
        "What rate of water release did the dam announce?",
        "3 ข่าวแจกเมื่อวานมีใครบ้าง",
        "จอที่แสดงข่าวสารอยู่ที่ท่าเรือไหน",
        "Who is behind the latest releases?",
        "TikTok",
    ],
)
def test_a_question_for_a_fact_is_none(question: str) -> None:
    assert not asks_for_list(question)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("สรุปข่าวของกระทรวงสาธารณสุขเดือนมีนา 67", "กระทรวงสาธารณสุข"),
        ("สรุปข่าวเดือนมีนาคม ๒๕๖๗", ""),
        ("สรุปข่าวเรือ ๑๒ ลำ เมื่อ ๒๗ ก.พ. 2๕๖๘", "เรือ ๑๒ ลำ"),
        ("ข่าวไหนพูดถึงปลาหมอคางดำบ้าง", "ปลาหมอคางดำ"),
        ("ตุลาคม 2565 มีข่าวเกี่ยวกับ PM2.5 อะไรบ้าง", "PM2.5"),
        ("ขอข่าวกระทรวงแรงงานเดือนที่แล้วหน่อยครับ", "กระทรวงแรงงาน"),
        ("มีข่าวเรื่องแลนด์บริดจ์ไหม", "แลนด์บริดจ์"),
        ("สรุปข่าวที่เกี่ยวกับการประชุมคณะรัฐมนตรี", "การประชุมคณะรัฐมนตรี"),
        ("สรุปข่าวผ้าไหม", "ผ้าไหม"),
        ("สรุปข่าวกรมหม่อนไหม", "กรมหม่อนไหม"),
        ("มีข่าวเรื่องผ้าไหมไหม", "ผ้าไหม"),
        ("ข่าวล่าสุดมีอะไรบ้าง", ""),
        ("ข่าวเดือนมีนาคม 2564 เรื่องวัคซีน", "วัคซีน"),
        ("ข่าวน้ำท่วมล่าสุด", "น้ำท่วม"),
        ("Latest news about floods in October 2022", "floods"),
        ("สรุปข่าวเดือนมีนา 67 แล้วเดือนเมษายนล่ะ", ""),
        ("Which releases mention the ferry?", "the ferry"),
        ("List the news of the harbour office in May 2023", "the harbour office"),
        ("List the releases on ferries between May 2024 and June 2024", "ferries"),
        ("Any news on PM2.5 last week?", "PM2.5"),
        ("What news is there in March 2024?", ""),
        ("ข่าววันที่ 5 ส.ค. 68 เรื่องเรือข้ามฟาก", "เรือข้ามฟาก"),
        ("ข่าวเรือข้ามฟากตั้งแต่ 1 ม.ค. ถึง 15 มี.ค. 68", "เรือข้ามฟาก"),
        ("ข่าวประจำวันที่ 5 สิงหาคม 2568", ""),
        ("ข่าวของวันที่ 5 ส.ค. 68 ที่เกี่ยวกับเรือข้ามฟาก", "เรือข้ามฟาก"),
        ("มีข่าวเรือข้ามฟากบ้างไหมคะ", "เรือข้ามฟาก"),
        ("ข่าวแจกเงิน 2000 บาท", "แจกเงิน 2000 บาท"),
        ("ข่าวแจกเรื่องเรือข้ามฟาก", "เรือข้ามฟาก"),
        ("ข่าวสงกรานต์ 67", "สงกรานต์"),
        ("Are there any releases about Songkran 2024?", "Songkran"),
        ("Which releases in March 2024 mention the ferry?", "the ferry"),
        ("What announcements were made about the ferry?", "the ferry"),
        ("What do the releases say about the ferry?", "the ferry"),
        ("Which news items from the harbour office came out in July 2025?", "the harbour office"),
        ("A list of releases that talk about the ferry", "the ferry"),
        ("And about the ferry?", "the ferry"),
        ("ข่าวเรือข้ามฟากในรอบ 3 เดือนที่ผ่านมา", "เรือข้ามฟาก"),
        ("Which releases mention the ferry in the last three months?", "the ferry"),
        ("ขอดูข่าวทั้งหมดเรื่องเรือข้ามฟาก", "เรือข้ามฟาก"),
        ("ขอข่าวกรมท่าเรือทั้งหมด", "กรมท่าเรือ"),
        ("ค้นหาข่าวเรือข้ามฟาก", "เรือข้ามฟาก"),
        ("มีข่าวเรือข้ามฟากไหมครับผม", "เรือข้ามฟาก"),
        ("ขอข่าวเรือข้ามฟากหน่อยนะคะ", "เรือข้ามฟาก"),
        ("ข่าวตลาดนัดแจ้งวัฒนะ", "ตลาดนัดแจ้งวัฒนะ"),
        ("ข่าวตลาดนัดแจ้งวัฒนะครับ", "ตลาดนัดแจ้งวัฒนะ"),
        ("ข่าวทีมเรือไทยชนะ", "ทีมเรือไทยชนะ"),
        ("ข่าวศาลเจ้า", "ศาลเจ้า"),
        ("ข่าวกฎหมายบังคับ", "กฎหมายบังคับ"),
        ("มีข่าวอะไรใหม่ ๆ บ้าง", ""),
        ("ข่าวล่าสุด 5 ข่าว", ""),
        ("5 ข่าวล่าสุดเรื่องเรือ 12 ลำ", "เรือ 12 ลำ"),
        ("ข่าวตั้งแต่ 1 ม.ค. 68 เป็นต้นมา", ""),
        ("Summarise today's news", ""),
        ("What's in the news?", ""),
        ("Show me the latest 5 releases on ferries", "ferries"),
        ("Could you show me releases on ferries, please?", "ferries"),
        ("I would like to see releases on ferries", "ferries"),
    ],
)
def test_what_releases_are_to_be_about_is_what_does_not_ask(question: str, topic: str) -> None:
    days = find_days(question, dt.date(2025, 3, 12), of_releases=True)
    assert topic_of(question, detect_language(question), days) == topic


@pytest.fixture(scope="module")
def answerer(library: Library, reader: Reader, new_home: NewHome, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    index, folder = Library(new_home(), encoder=library.encoder), tmp_path_factory.mktemp("ferries")
    for number in range(12):
        date = dt.date(2024, 1 + number, 10) if number else ""
        head = f"title: Ferry notice {number}\nurl: https://press.example.com/{number}\ndate: {date}\n"
        text = f"The harbour office says that ferry number {number} has a new timetable.\nIt leaves at {number + 5}.15."
        text = f"10 January 2024\n{text}"
        (folder / f"{number}.md").write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    index.add([folder])
    return Answerer(index.settings, encoder=library.encoder, reader=reader)


def test_a_list_is_dated_and_newest_first(answerer: Answerer) -> None:
    answer = answerer.ask("Which releases mention the ferry?")
    dates = [citation.date for citation in answer.citations if citation.date]
    assert 3 < len(answer.citations) <= MOST_LISTED
    assert dates == sorted(dates, reverse=True)
    assert all(citation.quote.startswith("The harbour office says") for citation in answer.citations)
    assert [f"[{n}]" in answer.text for n in range(1, len(answer.citations) + 1)]


def test_a_list_keeps_to_the_days_named(answerer: Answerer) -> None:
    answer = answerer.ask("List the releases on ferries between May 2024 and June 2024")
    assert {citation.date for citation in answer.citations} == {dt.date(2024, 5, 10), dt.date(2024, 6, 10)}


def test_a_list_keeps_to_the_month_of_a_year_named_elsewhere(answerer: Answerer) -> None:
    answer = answerer.ask("List the releases of 2024 on ferries in May")
    assert {citation.date for citation in answer.citations} == {dt.date(2024, 5, 10)}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("ข่าวปี 2567 เดือนพฤษภาคม", 1),
        ("ข่าวปี 2567 กับเดือนพฤษภาคม 2568", 2),
        # A festival is in the releases of all of its year.
        ("ข่าวสงกรานต์ 2567", 2),
    ],
)
def test_a_list_keeps_to_the_most_exact_of_the_days_named(question: str, named: int) -> None:
    assert len(most_exact(find_days(question, dt.date(2025, 3, 12), of_releases=True))) == named


def test_a_list_keeps_to_a_run_of_years(answerer: Answerer) -> None:
    dates = {citation.date for citation in answerer.ask("List the releases on ferries of 2023-2025").citations}
    assert dates and None not in dates
    assert answerer.ask("List the releases on ferries of 2021-2023").abstained


def test_days_without_releases_are_refused(answerer: Answerer) -> None:
    answer = answerer.ask("สรุปข่าวเรือข้ามฟากเดือนมีนาคม 2560")
    assert answer.abstained
    assert not answer.citations


def test_a_list_of_what_nothing_mentions_is_refused(answerer: Answerer) -> None:
    assert answerer.ask("Which releases mention volcanoes?").abstained


def test_without_anything_to_be_about_the_newest_are_listed(answerer: Answerer) -> None:
    dates = [citation.date for citation in answerer.ask("What news is there?").citations]
    assert dates == [dt.date(2024, 12 - number, 10) for number in range(MOST_LISTED)]
    dates = [citation.date for citation in answerer.ask("มีข่าวอะไรบ้างในเดือนมีนาคม 2567").citations]
    assert dates == [dt.date(2024, 3, 10)]


def test_of_two_stretches_of_days_each_has_its_newest(
    library: Library, reader: Reader, new_home: NewHome, tmp_path: Path
) -> None:
    index = Library(new_home(), encoder=library.encoder)
    days = [dt.date(2024, 1, 9), *(dt.date(2024, month, 1 + day) for month in (2, 3) for day in range(20))]
    for date in days:
        text = f"The harbour office says that on {date:%A}s ferries leave later, from {date} on, until told otherwise."
        head = f"title: Ferries, {date}\ndate: {date}"
        (tmp_path / f"{date}.md").write_text(f"---\n{head}\n---\n{text}\n", encoding="utf-8")
    index.add([tmp_path])
    answerer = Answerer(index.settings, encoder=library.encoder, reader=reader)
    question = "สรุปข่าวเดือนมกราคม 2567 และเดือนมีนาคม 2567"
    dates = [citation.date for citation in answerer.ask(question).citations]
    assert dates == [*(dt.date(2024, 3, 20 - day) for day in range(MOST_LISTED - 1)), dt.date(2024, 1, 9)]


def test_a_list_goes_on_with_other_days(answerer: Answerer) -> None:
    before = "List the releases on ferries in May 2024"
    assert {citation.date for citation in answerer.ask("And in June?", [before]).citations} == {dt.date(2024, 6, 10)}


def test_a_list_goes_on_with_something_else_of_the_days_named_last(answerer: Answerer) -> None:
    earlier = ["List the releases on volcanoes in May 2024", "And in June?"]
    assert answerer.ask(earlier[1], earlier[:1]).abstained
    assert {citation.date for citation in answerer.ask("And ferries?", earlier).citations} == {dt.date(2024, 6, 10)}


def ranked(text: str, language: Language, score: float, page: str = "ferry") -> RankedRelease:
    """A release at the address of a page, with how near it is."""
    release = Release("", text, url=f"https://press.example.com/{page}", language=language)
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    return RankedRelease(release.id + language, release, score, RankedPassage(stored, score, 0.9))


@pytest.mark.parametrize(
    ("question", "language"), [("Which releases mention the ferry?", "en"), ("ข่าวไหนพูดถึงเรือข้ามฟาก", "th")]
)
def test_of_two_releases_at_one_address_the_one_in_the_askers_language_is_listed(
    question: str, language: Language
) -> None:
    texts: dict[Language, str] = {"th": "เรือข้ามฟากของกรมท่าเรือมีตารางใหม่แล้ว", "en": "The ferry has a new timetable."}
    both = [ranked(text, of, 1.0) for of, text in texts.items()]
    assert [quote.source.release.language for quote in list_releases(both, language, [])] == [language]


@pytest.mark.parametrize(("behind", "listed"), [(0.01, True), (0.1, False)])
def test_where_no_word_can_be_carried_over_only_what_is_very_near_is_listed(behind: float, listed: bool) -> None:
    near = ranked("The ferry has a new timetable, and zithers play on it.", "en", 1.0)
    other = ranked("เรือข้ามฟากของกรมท่าเรือมีตารางใหม่แล้ว", "th", 1.0 - behind, "other")
    quotes = list_releases([near, other], "en", [], "zithers")
    assert [quote.source.release.language for quote in quotes] == ["en", "th"][: 1 + listed]


def test_a_phrase_that_is_carried_over_is_no_word_that_a_listed_release_has_to_hold() -> None:
    assert listing._words("ferries of the Blue Harbour Line", "th") == listing._words("ferries", "th")


@pytest.mark.parametrize("topic", ["harbour office notice", "new ferry timetable"])
def test_a_topic_of_which_nothing_is_asked_is_answered_with_the_releases_on_it(answerer: Answerer, topic: str) -> None:
    answer = answerer.ask(topic)
    dates = [citation.date for citation in answer.citations if citation.date]
    assert len(answer.citations) > 3
    assert dates == sorted(dates, reverse=True)
    assert not can_be_written(answer)


@pytest.mark.parametrize("topic", ["tungsten boiling point", "hello", "สวัสดีครับ", "iPhone 15 price", "ผลบอลเมื่อคืน"])
def test_a_topic_that_no_release_is_on_is_refused(answerer: Answerer, topic: str) -> None:
    assert answerer.ask(topic).abstained


def test_what_is_asked_of_a_topic_is_answered_with_quotes(answerer: Answerer) -> None:
    assert 0 < len(answerer.ask("When does ferry number 3 leave?").citations) <= 3
