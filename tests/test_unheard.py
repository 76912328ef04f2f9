"""Words of a question that no release has."""

from __future__ import annotations

import pytest

from index.library import Library
from index.release import Language
from qa.question import read_question
from qa.unheard import unheard_words

MANY: dict[Language, int] = {"th": 20_000, "en": 2_000}
FEW: dict[Language, int] = {"th": 9_999, "en": 50_000}


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("ข้าวพันธุ์ลูฟวร์", {"ลูฟวร์"}),
        ("เรือไททานิก", {"ไททานิก"}),
        ("ค่าโดยสาร Netflix", {"netflix"}),
        ("ค่าโดยสารเรือไฟฟ้า", set()),
        ("ค่าโดยสารปี 2599", set()),
        # Names are in Thai letters in the releases that answer it.
        ("When does the Louvre open?", set()),
    ],
    ids=["a name", "a loanword", "a name in Latin letters", "all there", "a number", "in English"],
)
def test_words_that_no_release_has(library: Library, question: str, unheard: set[str]) -> None:
    assert set(unheard_words(read_question(question), library.store, MANY)) == unheard


def test_among_few_releases_a_word_that_none_has_tells_nothing(library: Library) -> None:
    asked = read_question("เรือไททานิก")
    assert unheard_words(asked, library.store, MANY)
    assert unheard_words(asked, library.store, FEW) == []
