"""Which of the likely answers are quoted, and in what order."""

from __future__ import annotations

import pytest

from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.compose import cite
from qa.quote import Quote, choose_quotes
from qa.rank import RankedPassage, RankedRelease
from qa.read import FoundAnswer

TEXTS: dict[Language, str] = {"th": "เรือบรรทุกได้ 90 คน", "en": "The ferry carries 90 people."}


def answer(language: Language, url: str, odds: float) -> FoundAnswer:
    text = TEXTS[language]
    release = Release("", text, url=url, language=language)
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    source = RankedRelease(release.id + language, release, 1.0, RankedPassage(stored, 1.0, 0.9))
    return FoundAnswer(source, 0, len(text), 0, len(text), odds, 0.9, 0.5)


@pytest.mark.parametrize("asked_in", ["th", "en"])
def test_an_answer_in_the_askers_language_goes_before_its_translation(asked_in: Language) -> None:
    other: Language = "en" if asked_in == "th" else "th"
    page = "https://press.example.com/ferry"
    quotes = choose_quotes([answer(other, page, 9.0), answer(asked_in, page, 2.0)], asked_in)
    assert [quote.text for quote in quotes] == [TEXTS[asked_in], TEXTS[other]]
    assert quotes[0].score >= quotes[1].score


@pytest.mark.parametrize(
    ("own_url", "own_odds"),
    [("https://press.example.com/ferry", -3.0), ("https://press.example.com/else", 2.0), ("", 2.0)],
)
def test_what_is_no_translation_or_no_answer_goes_by_its_worth(own_url: str, own_odds: float) -> None:
    better = answer("en", own_url and "https://press.example.com/ferry", 9.0)
    quotes = choose_quotes([answer("th", own_url, own_odds), better], "th")
    assert [quote.text for quote in quotes] == [TEXTS["en"], TEXTS["th"]]


RELEASE = Release(
    "", "The prize is given by the Guild of Weavers " + "of the valley " * 4 + "together with the House of Looms."
    + " It was first given in 2019." * 8 + "\fPage two begins here and goes on.", url="https://press.example.com/prize"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked_in", "facts"),
    [
        ("The crew gets 400 baht a day.", "en", []),
        ("The crew gets 400 baht a day.", "th", ["400 บาทต่อวัน"]),
        ("คนเรือได้วันละ 400 บาท", "en", ["400 baht per day"]),
        ("คนเรือได้วันละ 400 บาท", "th", []),
        ("12/03/2568", "en", ["12 March 2025"]),
    ],
)
def test_key_facts_are_for_whom_the_quote_is_in_another_language(
    text: str, asked_in: Language, facts: list[str]
) -> None:
    """It may be in another language than the rest of its release."""
    release = Release("", text, language="th")
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    source = RankedRelease(release.id, release, 1.0, RankedPassage(stored, 1.0, 0.9))
    (citation,) = cite([Quote(source, 0, len(text), 1.0)], asked_in)
    assert [fact.rendered for fact in citation.facts] == facts


def likely(said: str, quote: tuple[int, int], odds: float) -> FoundAnswer:
    """An answer in RELEASE, and the clauses around it."""
    stored = StoredPassage(1, Passage(RELEASE.id, 0, 0, len(RELEASE.text), RELEASE.text), RELEASE, b"", b"")
    source = RankedRelease(RELEASE.id, RELEASE, 1.0, RankedPassage(stored, 1.0, 0.9))
    start = RELEASE.text.index(said)
    return FoundAnswer(source, start, start + len(said), *quote, odds, 0.9, 0.5)


@pytest.mark.parametrize(
    ("second", "odds", "expected"),
    [
        pytest.param((60, 140), 5.0, [(0, 140)], id="beside"),
        pytest.param((60, 140), -1.5, [(0, 100)], id="much less likely"),
        pytest.param((60, 310), 5.0, [(0, 100)], id="too long"),
        pytest.param((110, 200), 5.0, [(0, 100), (110, 200)], id="apart"),
        pytest.param((0, 100), 5.0, [(0, 100)], id="the same clauses"),
    ],
)
def test_likely_answers_side_by_side_are_quoted_together(
    second: tuple[int, int], odds: float, expected: list[tuple[int, int]]
) -> None:
    quotes = choose_quotes([likely("Guild of Weavers", (0, 100), 6.0), likely("House of Looms", second, odds)], "en")
    assert [(quote.start, quote.end) for quote in quotes] == expected
    first = quotes[0]
    assert first.text[first.answer_start : first.answer_end] == "Guild of Weavers"


def test_the_answer_that_is_singled_out_stays_so_when_the_quote_reaches_back() -> None:
    (quote,) = choose_quotes(
        [likely("House of Looms", (60, 140), 6.0), likely("Guild of Weavers", (10, 80), 5.0)], "en"
    )
    assert (quote.start, quote.end) == (10, 140)
    assert quote.text[quote.answer_start : quote.answer_end] == "House of Looms"


def test_no_quote_reaches_across_a_page_that_is_not_shown() -> None:
    page = RELEASE.text.index("\f")
    quotes = choose_quotes(
        [likely("first given", (page - 60, page), 6.0), likely("Page two", (page - 10, page + 30), 5.0)], "en"
    )
    assert [(quote.start, quote.end) for quote in quotes] == [(page - 60, page)]


@pytest.mark.parametrize(("odds", "shown"), [(-10.0, 2), (-16.0, 1)], ids=["less likely", "far less likely"])
def test_what_is_far_less_likely_than_the_first_quote_is_not_shown(odds: float, shown: int) -> None:
    answers = [likely("Guild of Weavers", (0, 60), 6.0), likely("House of Looms", (100, 140), odds)]
    quotes = choose_quotes(answers, "en")
    assert [quote.start for quote in quotes] == [0, 100][:shown]


@pytest.mark.parametrize(
    ("again", "quoted"),
    [
        ("The fare is\n12 baht.", 1),
        ("fare is 12 baht", 1),
        ("The fare is 15 baht.", 2),
        ("The fare is 12 baht. It was 10.", 2),
    ],
)
def test_the_words_of_a_better_quote_are_not_quoted_again_from_another_release(again: str, quoted: int) -> None:
    def says(text: str, address: str, odds: float) -> FoundAnswer:
        release = Release("", text, url=address, language="en")
        stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
        source = RankedRelease(release.id, release, 1.0, RankedPassage(stored, 1.0, 0.9))
        return FoundAnswer(source, 0, len(text), 0, len(text), odds, 0.9, 0.5)

    better = says("The fare is 12 baht.", "https://press.example.com/1", 9.0)
    quotes = choose_quotes([better, says(again, "https://press.example.com/2", 5.0)], "en")
    assert [quote.text for quote in quotes] == [better.source.release.text, again][:quoted]


@pytest.mark.parametrize(("second", "end"), [(None, 29), ((16, 29), 15)])
def test_a_quote_goes_on_to_what_it_announces_unless_another_has_it(second: tuple[int, int] | None, end: int) -> None:
    text = "กรมท่าเรือพบว่า เรือลำนี้รั่ว สั่งซ่อมแล้ว"
    release = Release("", text, language="th")
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    source = RankedRelease(release.id, release, 1.0, RankedPassage(stored, 1.0, 0.9))
    places = [(0, 15), second] if second else [(0, 15)]
    found = [FoundAnswer(source, *place, *place, 5.0 - number, 0.9, 0.5) for number, place in enumerate(places)]
    assert choose_quotes(found, "th")[0].end == end
