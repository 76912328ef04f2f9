"""Questions to begin with and to go on with: drawn from the releases, and answered by them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.release import LANGUAGES, Language, Release
from index.store import StoredRelease
from qa.ask import Answerer
from qa.examples import ExampleQuestions
from qa.suggestions import answered, draft_examples, draft_follow_ups


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples") / "examples.json"


@pytest.fixture(scope="module")
def examples(answerer: Answerer, kept: Path) -> ExampleQuestions:
    examples = ExampleQuestions(answerer, kept)
    assert examples.now() == {"th": (), "en": ()}, "nobody waits for them"
    examples.wait()
    return examples


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_answered_by_the_releases(
    examples: ExampleQuestions, answerer: Answerer, language: Language
) -> None:
    questions = examples.now()[language]
    assert len(questions) == len(set(questions)) >= 3
    for question in questions:
        answer = answerer.ask(question)
        assert not answer.abstained, question
        assert answer.language == language, question


def test_examples_are_kept_until_the_index_changes(examples: ExampleQuestions, answerer: Answerer, kept: Path) -> None:
    found = examples.now()
    again = ExampleQuestions(answerer, kept)
    assert again.now() == found, "they are there at once after a restart"
    written = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps({**written, "generation": "of before", "questions": {"th": ["เก่า"]}}), encoding="utf-8")
    old = ExampleQuestions(answerer, kept)
    assert old.now()["th"] == ("เก่า",), "those of before are shown until there are new ones"
    old.wait()
    assert old.now() == found


@pytest.mark.parametrize("written", ["", "{", "[]", '{"generation": 1}', '{"generation": 1, "questions": 2}'])
def test_a_broken_file_is_as_none(answerer: Answerer, tmp_path: Path, written: str) -> None:
    path = tmp_path / "examples.json"
    path.write_text(written, encoding="utf-8")
    examples = ExampleQuestions(answerer, path, may_ask=lambda: False)
    assert examples.now() == {"th": (), "en": ()}


def test_a_search_ends_with_the_server_and_keeps_nothing(answerer: Answerer, tmp_path: Path) -> None:
    examples = ExampleQuestions(answerer, tmp_path / "examples.json", may_ask=lambda: False)
    examples.now()
    assert examples._searching is not None
    examples.stop()
    assert examples._searching is None
    assert not list(tmp_path.iterdir())


def test_a_draft_that_leads_elsewhere_or_nowhere_is_not_suggested(answerer: Answerer) -> None:
    releases = list(answerer.library.store.releases())
    drafts = list(draft_examples(releases, "en"))
    assert drafts
    elsewhere = [type(draft)(draft.question, draft.language, lambda stored: False) for draft in drafts[:3]]
    refused = type(drafts[0])("What is the boiling point of tungsten?", "en", lambda stored: True)
    doubtful = type(drafts[0])("What colour are the electric boats?", "en", lambda stored: True)
    assert answered(answerer, iter([*elsewhere, refused, doubtful]), 4) == ()


@pytest.mark.parametrize("question", ["When does construction of the Lumatide battery plant begin?"])
def test_follow_ups_are_not_the_question_again_and_are_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    cited = {citation.release_id for citation in answer.citations}
    stored = [found for release_id in cited if (found := answerer.release(release_id))]
    related = [
        found
        for other in answer.retrieved
        if other.release_id not in cited and (found := answerer.release(other.release_id))
    ]
    follow_ups = answered(answerer, draft_follow_ups(stored, related, question, "en"), 3)
    assert follow_ups
    assert question not in follow_ups
    assert not any(answerer.ask(follow_up).abstained for follow_up in follow_ups)


@pytest.mark.parametrize(
    ("title", "text", "suggested"),
    [
        (
            "Course opens in Trang",
            "Its Thai name has an English language one beside it, by Thailand Post.",
            ["Thailand Post"],
        ),
        ("English language course opens in Trang", "It lasts a month.", ["English language"]),
        ("Course opens in Trang", "The Department of Fisheries holds it.", ["the Department of Fisheries"]),
    ],
)
def test_common_terms_are_asked_about_where_they_are_in_the_headline(
    title: str, text: str, suggested: list[str]
) -> None:
    stored = StoredRelease("0" * 16, Release(title, text, language="en"), "")
    asked = [draft.question for draft in draft_follow_ups([stored], [], "What opens in Trang?", "en")]
    assert [question for question in asked if question.startswith("Which releases mention ")] == [
        f"Which releases mention {name}?" for name in suggested
    ]
