"""Which of the likely answers are quoted, and in what order."""

from __future__ import annotations

import pytest

from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.quote import choose_quotes
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
