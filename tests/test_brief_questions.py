"""What a newcomer meets: questions over the project's own briefs, an index of 36 releases ("Few releases" in
benchmarks/README.md)."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.quality import score_answer
from index.language import detect_language
from index.library import Library
from index.readers import read_file
from index.release import LANGUAGES
from qa.ask import Answerer
from qa.reader import Reader
from tests.conftest import NewHome

HERE = Path(__file__).parent
ITEMS = [json.loads(line) for line in (HERE.parent / "benchmarks" / "briefs.jsonl").read_text("utf-8").splitlines()]
BRIEFS = [release for path in sorted((HERE.parent / "corpus").iterdir()) for release in read_file(path).releases]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_a_question_is_asked_in_both_languages_and_its_answer_stands_in_its_brief(item: dict[str, str]) -> None:
    assert {language: detect_language(item[f"question_{language}"]) for language in LANGUAGES} == {
        language: language for language in LANGUAGES
    }
    if "unanswerable" in item:
        assert set(item) == {"id", "unanswerable", "question_th", "question_en"}
    else:
        (brief,) = (one for one in BRIEFS if (one.url, one.language) == (item["url"], item["lang"]))
        assert item["answer"] in brief.text


def test_nearly_all_are_answered_and_half_of_what_the_briefs_do_not_say_is_refused(
    new_home: NewHome, library: Library, reader: Reader
) -> None:
    settings = new_home()
    own = Library(settings, encoder=library.encoder)
    own.add([HERE.parent / "corpus"])
    answerer = Answerer(settings, encoder=library.encoder, reader=reader)
    figures: dict[str, list[float]] = defaultdict(list)
    for item in ITEMS:
        for language in LANGUAGES:
            for name, value in score_answer(item, language, answerer.ask(item[f"question_{language}"]))[1].items():
                figures[name].append(value)
    assert fmean(figures["release@1"]) >= 0.95
    assert fmean(figures["quote@1"]) >= 0.85
    assert fmean(figures["quote@3"]) >= 0.9
    assert fmean(figures["refused"]) <= 0.06
    assert fmean(figures["caught"]) >= 0.45
