"""Words are found by BM25, as scoring every passage finds them, without scoring every passage."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import index.word_search as word_search
from index.release import Passage, Release
from index.store import Store
from index.words import index_words

Found = list[tuple[int, float]]


def store_of(texts: list[str], path: Path) -> Store:
    """A store of one passage for each text."""
    store = Store(path / "releases.sqlite")
    store.create()
    add(store, texts)
    return store


def add(store: Store, texts: list[str]) -> None:
    with store.transaction():
        for text in texts:
            release = Release(title="", text=text, url=f"https://news.example/{hash(text)}", language="en")
            passage = Passage(release.id, 0, 0, len(text), text)
            store.write(release, [passage], [(b"", b"")], "as made")
    store.next_generation()


def word(n: int) -> str:
    """A word that stays as it is where words are cut and stemmed."""
    return "z" + str(n).translate(str.maketrans("0123456789", "bcdfghjkmp"))


def by_scoring_all(store: Store, words: list[str], limit: int) -> Found:
    """What FTS5 itself says of every passage with one of the words."""
    rows = store.read(
        "SELECT rowid, -rank FROM words_en WHERE words_en MATCH ? ORDER BY rank, rowid LIMIT ?",
        (" OR ".join(f'"{one}"' for one in words), limit),
    )
    return [(int(str(rowid)), float(str(score))) for rowid, score in rows]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """400 passages of words as frequent as words are: the most frequent is in most, the rarest in a few."""
    chance = random.Random(17)
    words = [word(n) for n in range(300)]
    weights = [1 / (n + 1) for n in range(300)]
    texts = [" ".join(chance.choices(words, weights, k=chance.randint(10, 60))) for _ in range(400)]
    return store_of(texts, tmp_path_factory.mktemp("words"))


# The word 0 is the most frequent one, 299 the rarest; 999 is in no passage.
QUESTIONS = [
    [word(n) for n in numbers]
    for numbers in [(0, 1, 2, 120), (3, 17, 40, 41, 280), (250, 251), (12,), (0, 9, 999), (7, 7, 30)]
]


@pytest.mark.parametrize("words", QUESTIONS)
def test_in_a_small_index_all_is_found_that_scoring_every_passage_finds(store: Store, words: list[str]) -> None:
    found = store.search_words(words, "en", 20)
    # What half of the passages have is worth nothing: by that alone none is found.
    expected = [one for one in by_scoring_all(store, list(dict.fromkeys(words)), 20) if one[1] > 1e-3]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-3)
    assert {place for place, score in expected if score > expected[-1][1] + 1e-3} <= {place for place, _ in found}


@pytest.mark.parametrize("words", QUESTIONS)
def test_in_a_large_index_what_holds_a_rare_word_is_scored_by_all_words(
    store: Store, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_search, "_SCORED", 30)
    scores = dict(by_scoring_all(store, list(dict.fromkeys(words)), 400))
    found = store.search_words(words, "en", 20)
    assert found
    for place, score in found:
        assert score == pytest.approx(scores[place], abs=1e-3)
    assert found == sorted(found, key=lambda one: (-one[1], one[0]))


def test_in_a_large_index_few_passages_are_scored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search, "_SCORED", 30)
    words = [word(n) for n in (1, 2, 3, 150, 200)]
    assert len(store.search_words(words, "en", 400)) <= 30 < len(by_scoring_all(store, words, 400))


def test_only_what_is_selected_is_found_with_the_same_scores(store: Store) -> None:
    words = [word(n) for n in (8, 9, 250)]
    everywhere = dict(store.search_words(words, "en", 400))
    chosen = sorted(everywhere)[::7]
    found = store.search_words(words, "en", 400, f"{{id}} IN ({','.join('?' * len(chosen))})", chosen)
    assert dict(found) == {place: everywhere[place] for place in chosen}
    assert store.search_words(words, "en", 400, "{id} < 0") == []


def test_words_that_every_passage_has_are_better_than_none(tmp_path: Path) -> None:
    store = store_of(["bridge opens", "bridge closes", "bridge bridge bridge"], tmp_path)
    assert len(store.search_words(["bridg"], "en", 5)) == 3


def test_what_is_added_is_found_though_its_words_were_looked_for_before(tmp_path: Path) -> None:
    store = store_of(["a bridge opens", "a road closes"], tmp_path)
    assert store.search_words(index_words("ferry"), "en", 5) == []
    add(store, ["a ferry sails", "another ferry sails", "no ferry sails", "a road opens"])
    assert len(store.search_words(index_words("ferry"), "en", 5)) == 3


def test_what_another_process_is_adding_is_found_before_it_says_that_it_is_done(tmp_path: Path) -> None:
    store = store_of(["a bridge opens", "a road closes"], tmp_path)
    assert store.search_words(index_words("ferry"), "en", 5) == []
    generation = store.meta("generation")
    add(store, ["a ferry sails"])
    store.set_meta("generation", str(generation))
    assert len(store.search_words(index_words("ferry bridge"), "en", 5)) == 2


def test_whoever_asks_for_ever_new_words_fills_no_memory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search, "_MOST_KNOWN", 100)
    for start in range(1_000, 2_000, 50):
        store.search_words([word(n) for n in range(start, start + 50)], "en", 5)
    assert len(store._frequencies._known) <= 150
    assert store.search_words([word(12)], "en", 5)


@pytest.mark.parametrize("text", ["", "?!", '"', "NOT", "a AND", "NEAR(", "*", "zb*", "words_en:zb", "-"])
def test_no_text_is_taken_for_a_query(store: Store, text: str) -> None:
    assert isinstance(store.search_words(index_words(text) or [text], "en", 5), list)


def test_a_pasted_text_is_stood_for_by_its_first_words(store: Store) -> None:
    words = [f"other {n}" for n in range(9_000)]
    assert store.search_words([*words, word(5)], "en", 5) == []
    assert store.search_words([word(5), *words], "en", 5) != []


def test_words_in_a_row_count_beside_each_of_them(tmp_path: Path) -> None:
    apart, in_a_row = "copper copper or a river of tin", "a copper river of tin ore and more of what lies there"
    store = store_of([apart, in_a_row, *(f"hill {word(n)}" for n in range(6))], tmp_path)
    words = index_words("copper river")
    assert [passage_id for passage_id, _ in store.search_words(words, "en", 2)] == [1, 2]
    assert [passage_id for passage_id, _ in store.search_words([*words, " ".join(words)], "en", 2)] == [2, 1]
