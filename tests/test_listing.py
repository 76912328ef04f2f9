"""Lists of releases: who asks for one, and what is in it."""

from __future__ import annotations

import datetime as dt

import pytest

from index.library import Library
from qa.ask import Answerer
from qa.listing import MOST_LISTED, asks_for_list
from qa.reader import Reader
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
    ],
)
def test_a_wish_for_releases_is_seen(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize(
    "question", ["ใครแถลงข่าวเรื่องน้ำท่วม", "Who released the figures?", "When was the news agency founded?", "TikTok"]
)
def test_a_question_for_a_fact_is_none(question: str) -> None:
    assert not asks_for_list(question)


@pytest.fixture(scope="module")
def answerer(library: Library, reader: Reader, new_home: NewHome, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    index, folder = Library(new_home(), encoder=library.encoder), tmp_path_factory.mktemp("ferries")
    for number in range(12):
        date = dt.date(2024, 1 + number, 10) if number else ""
        head = f"title: Ferry notice {number}\nurl: https://press.example.com/{number}\ndate: {date}\n"
        text = f"The harbour office says that ferry number {number} has a new timetable.\nIt leaves at {number + 5}.15."
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


def test_days_without_releases_are_refused(answerer: Answerer) -> None:
    answer = answerer.ask("สรุปข่าวเรือข้ามฟากเดือนมีนาคม 2560")
    assert answer.abstained
    assert not answer.citations
