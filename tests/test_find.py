"""How deep candidates are looked for among few passages and among many."""

from __future__ import annotations

from collections import Counter

import pytest

import qa.find
from index.selection import EVERY_RELEASE, SelectedPassages, Selection
from qa.ask import Answerer
from qa.find import find_passages
from qa.question import read_question

QUESTION = read_question("When does construction of the bridge begin?")


@pytest.mark.parametrize(
    ("passages", "selection", "deep"),
    [
        (0, EVERY_RELEASE, 30),
        (20_000, EVERY_RELEASE, 30),
        (60_000, EVERY_RELEASE, 62),
        (400_000, EVERY_RELEASE, 200),
        (10_000_000, EVERY_RELEASE, 200),
        (400_000, Selection(language="th"), 200),
        # Of those that are selected by something else it is not known how many there are.
        (400_000, Selection(category="Energy"), 30),
    ],
)
def test_among_more_passages_more_are_looked_at(passages: int, selection: Selection, deep: int) -> None:
    assert qa.find._depth(passages, selection) == deep


def test_what_is_deeper_is_of_further_releases(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.find, "_BY_MEANING", 5)
    monkeypatch.setattr(qa.find, "_BY_WORDS", 0)
    store, vectors = answerer.library.store, answerer.library.vectors
    questions = answerer._searcher.encode(QUESTION, {})
    usual = find_passages(QUESTION.search, "en", questions, store, vectors)
    deep = find_passages(QUESTION.search, "en", questions, store, vectors, passages={"th": 10**7, "en": 10**7})
    for language, question in questions.items():
        nearest = SelectedPassages(EVERY_RELEASE, store, vectors).nearest(question.vector, language, 200)
        first = [one.passage_id for one in usual if one.language == language]
        found = [one.passage_id for one in deep if one.language == language]
        assert first == nearest[:5] == found[:5]
        of_release = store.releases_of(nearest)
        assert {of_release[passage_id] for passage_id in found} == set(of_release.values())
        further = [of_release[passage_id] for passage_id in found[5:]]
        assert further and max(Counter(further).values()) == 1
        assert not {of_release[passage_id] for passage_id in first} & set(further)


def test_who_asks_knows_how_many_passages_there_are(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def find(*given: object) -> list[qa.find.Candidate]:
        told.append(given[-1])
        return find_passages(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("qa.search.find_passages", find)
    answerer.search(QUESTION.text)
    assert told == [answerer.library.store.count_passages()]
    assert all(told[0].values())  # type: ignore[attr-defined]
