"""Which passages of the releases found are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from index.release import LANGUAGES
from qa.ask import Answerer
from qa.find import find_passages
from qa.question import read_question
from qa.rank import rank_passages, rank_releases
from qa.read import read_releases
from qa.reader import Reader, Span
from qa.shift import LanguageShift


class Listening(Reader):
    """Reads as the reader does, and keeps which headlines it saw."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.seen: list[str] = []

    @property
    def is_fast(self) -> bool:
        return False  # two passages at first, and no more where one of these answers

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[list[Span]]:
        self.seen += [title for title, _ in passages]
        return self._reader.read(question, passages)


def test_of_the_release_ranked_first_a_passage_is_read_however_near_others_are(
    answerer: Answerer, library: Library, reader: Reader
) -> None:
    asked = read_question("ตลาดน้ำคลองหงส์ใช้งบปรับปรุงท่าเรือเท่าไร")
    encoder, store = library.encoder, library.store
    shift = LanguageShift(encoder, library.settings.home / "model")
    encoded = encoder.encode_question(asked.search)
    questions = {language: shift.to(encoded, asked.language, language) for language in LANGUAGES}
    candidates = find_passages(asked.search, asked.language, questions, store, library.vectors)
    best, second, *_, last = rank_releases(
        rank_passages(candidates, asked.language, questions, store), 10, asked.language, store
    )
    assert len({one.release.title for one in (best, second, last)}) == 3
    first = replace(last, score=0.0)  # so far behind that none of its passages would be among the nearest
    listening = Listening(reader)
    read_releases(asked, [first, best, second], questions, store, encoder, listening)
    assert first.release.title in listening.seen[:2]
