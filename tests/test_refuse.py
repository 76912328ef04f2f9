"""When the releases do not say: what speaks for an answer and what against."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import pytest

from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.question import Question, read_question
from qa.quote import likeliest
from qa.rank import RankedPassage, RankedRelease
from qa.read import FoundAnswer
from qa.refuse import judge
from qa.when import find_days

TODAY = dt.date(2026, 5, 1)
ASKED = read_question("ใครเปิดท่าเรือบัวทอง")
TEXT = "กรมท่าเรือเปิดท่าเรือบัวทอง และจะสร้างอีกแห่งในเดือนธันวาคม 2571"
USUAL = 0.73


def ranked(
    title: str = "ท่าเรือบัวทอง",
    score: float = 1.0,
    similarity: float = USUAL,
    *,
    date: dt.date | None = None,
    language: Language = "th",
    url: str = "",
) -> RankedRelease:
    """A release of one passage."""
    release = Release(title, TEXT, date=date, url=url, language=language)
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(TEXT), TEXT), release, b"", b"")
    return RankedRelease(release.id, release, score, RankedPassage(stored, score, similarity))


def answer_in(source: RankedRelease, odds: float) -> FoundAnswer:
    return FoundAnswer(source, 0, 10, 0, len(TEXT), odds, 1.0, 0.5)


def is_answer(question: str, date: dt.date | None, odds: float = -7.0, similarity: float = USUAL) -> bool:
    """Whether a release of a date answers a question, with the reader no more than half convinced."""
    source = ranked(date=date, similarity=similarity)
    found = answer_in(source, odds)
    asked = Question(question, question, "th")
    return judge([found], [source], asked, find_days(question, TODAY)).is_answered


def test_nothing_found_is_no_answer() -> None:
    assert not judge([], [], ASKED).is_answered


@pytest.mark.parametrize(("odds", "answered"), [(3.0, True), (-7.0, True), (-12.0, False)])
def test_the_reader_has_a_say(odds: float, answered: bool) -> None:
    assert is_answer("ใครเปิดท่าเรือบัวทอง", None, odds) == answered


@pytest.mark.parametrize(
    ("language", "odds", "answered", "doubtful"),
    [
        ("th", 3.0, True, False),
        ("th", -7.0, True, True),
        ("th", -12.0, False, False),
        ("en", 3.0, True, False),
        ("en", -2.0, True, True),
        ("en", -7.0, False, False),
    ],
)
def test_between_an_answer_and_a_refusal_there_is_doubt(
    language: Language, odds: float, answered: bool, doubtful: bool
) -> None:
    source = ranked(similarity={"th": USUAL, "en": 0.615}[language])
    found = answer_in(source, odds)
    verdict = judge([found], [source], replace(ASKED, language=language))
    assert (verdict.is_answered, verdict.is_doubtful) == (answered, doubtful)


@pytest.mark.parametrize(
    ("odds", "unheard", "answered", "doubtful"),
    [
        (9.0, ["ลูฟวร์"], True, False),
        (2.0, [], True, False),
        (2.0, ["ลูฟวร์"], True, True),
        (-7.0, [], True, True),
        (-7.0, ["ลูฟวร์"], False, False),
        (-7.0, ["พิพิธภัณฑ์", "ลูฟวร์"], False, False),
    ],
)
def test_where_no_release_has_a_word_of_the_question_its_answer_has_to_be_surer(
    odds: float, unheard: list[str], answered: bool, doubtful: bool
) -> None:
    source = ranked()
    found = answer_in(source, odds)
    verdict = judge([found], [source], ASKED, unheard=unheard)
    assert (verdict.is_answered, verdict.is_doubtful) == (answered, doubtful)


def test_an_answer_of_another_release_than_the_nearest_is_trusted_less() -> None:
    nearest, other = ranked("ท่าเรือบัวทอง", 1.0), ranked("ท่าเรือบัวหลวง", 0.8)
    doubted = {
        source.id: judge([answer_in(source, 3.0)], [nearest, other], ASKED).is_doubtful for source in (nearest, other)
    }
    assert doubted == {nearest.id: False, other.id: True}


@pytest.mark.parametrize(("similarity", "answered"), [(USUAL + 0.05, True), (USUAL - 0.05, False)])
def test_what_is_about_something_else_needs_more(similarity: float, answered: bool) -> None:
    assert is_answer("ใครเปิดท่าเรือบัวทอง", None, -9.0, similarity) == answered


def test_what_is_far_below_the_usual_is_about_something_else_however_sure_the_reader_is() -> None:
    assert is_answer("ใครเปิดท่าเรือบัวทอง", None, 6.0, USUAL - 0.07)
    assert not is_answer("ใครเปิดท่าเรือบัวทอง", None, 6.0, USUAL - 0.17)


@pytest.mark.parametrize(
    ("odds", "similarity", "answered"),
    [(-12.0, USUAL + 0.12, True), (-12.0, USUAL + 0.06, False), (-14.0, USUAL + 0.3, False)],
    ids=["much nearer", "a little nearer", "the reader is sure that it does not"],
)
def test_what_is_much_nearer_than_usual_is_shown_though_the_reader_doubts_it(
    odds: float, similarity: float, answered: bool
) -> None:
    assert is_answer("ใครเปิดท่าเรือบัวทอง", None, odds, similarity) == answered


@pytest.mark.parametrize(
    ("question", "date", "answered"),
    [
        ("ใครเปิดท่าเรือบัวทองเมื่อมีนาคม 2568", dt.date(2025, 3, 20), True),
        ("ใครเปิดท่าเรือบัวทองเมื่อมีนาคม 2568", dt.date(2025, 4, 2), True),
        ("ใครเปิดท่าเรือบัวทองเมื่อมีนาคม 2568", dt.date(2021, 3, 20), False),
        ("ใครเปิดท่าเรือบัวทองเมื่อมีนาคม 2568", None, True),
        ("ใครเปิดท่าเรือบัวทอง", dt.date(2021, 3, 20), True),
        ("Who opened the pier in March 2025?", dt.date(2021, 3, 20), False),
    ],
)
def test_what_came_out_at_other_times_than_asked_about_needs_more(
    question: str, date: dt.date | None, answered: bool
) -> None:
    assert is_answer(question, date) == answered


@pytest.mark.parametrize("question", ["ท่าเรือแห่งใหม่สร้างเมื่อธันวาคม 2571 ใช่ไหม", "Which pier comes in December 2028?"])
def test_days_that_a_release_speaks_of_count_as_its_own(question: str) -> None:
    assert is_answer(question, dt.date(2025, 3, 20))
    assert not is_answer(question.replace("2571", "2573").replace("2028", "2030"), dt.date(2025, 3, 20))


def test_what_stands_nearest_counts_as_much_as_what_looks_most_like_an_answer() -> None:
    def found(odds: float, rank: float) -> FoundAnswer:
        return answer_in(ranked(score=rank), odds)

    nearest, other = found(-7.0, 1.03), found(3.0, 1.0)
    assert likeliest([nearest, other], "th") is other
    assert judge([nearest, other], [nearest.source], ASKED).certainty == pytest.approx(-2.0)
    assert judge([other], [other.source], ASKED).certainty == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("beside", "language", "url", "answered"),
    [
        (0.99, "th", "https://a.example.go.th/2", False),
        (0.89, "th", "https://a.example.go.th/2", True),
        (0.99, "en", "https://a.example.go.th/2", True),
        (0.99, "th", "https://a.example.go.th/1", True),
    ],
    ids=["as near", "far behind", "in the other language", "at the same address"],
)
def test_where_several_releases_are_about_as_near_it_takes_more(
    beside: float, language: Language, url: str, answered: bool
) -> None:
    best = ranked(url="https://a.example.go.th/1")
    found = answer_in(best, -5.0)
    assert judge([found], [best, ranked(score=beside, language=language, url=url)], ASKED).is_answered == answered


@pytest.mark.parametrize(("strays", "counts"), [(0.0, 0.0), (0.015, 0.0), (0.045, 1.8)])
def test_a_follow_up_that_strays_from_what_it_follows_needs_more(strays: float, counts: float) -> None:
    source = ranked()
    found = answer_in(source, 3.0)
    assert judge([found], [source], replace(ASKED, strays=strays)).certainty == pytest.approx(3.0 - counts)


@pytest.mark.parametrize(
    ("passages", "headline", "answered"),
    [(-10.5, 4.0, True), (-10.5, -0.5, False), (-30.0, 0.5, False), (-17.0, -math.inf, False)],
    ids=["clear in the headline", "not in the headline", "hardly in the headline", "no headline"],
)
def test_where_no_passage_says_so_the_headline_is_heard(passages: float, headline: float, answered: bool) -> None:
    source = ranked()
    found = answer_in(source, passages)
    assert not judge([found], [source], ASKED).is_answered
    verdict = judge([found], [source], ASKED, headline=lambda release: headline)
    assert verdict.is_answered == answered
    assert verdict.is_doubtful == answered


def test_the_headline_that_is_heard_is_that_of_the_release_quoted_first() -> None:
    best, quoted = ranked("ท่าเรือบัวทอง", 1.0), ranked("ท่าเรือแห่งใหม่", 0.99)
    answers = [answer_in(best, -17.0)]
    answers += [answer_in(quoted, -11.0)]
    heard: list[str] = []

    def read(release: Release) -> float:
        heard.append(release.title)
        return 4.0

    judge(answers, [best, quoted], ASKED, headline=read)
    assert heard == ["ท่าเรือแห่งใหม่"]


def test_a_headline_is_not_read_where_a_passage_says_so() -> None:
    source = ranked()
    found = answer_in(source, 3.0)

    def read(release: Release) -> float:
        raise AssertionError("the headline was read")

    assert judge([found], [source], ASKED, headline=read).is_answered


def test_a_clear_answer_is_given_whatever_the_date() -> None:
    assert is_answer("ใครเปิดท่าเรือบัวทองเมื่อมีนาคม 2568", dt.date(2021, 3, 20), odds=14.0)
