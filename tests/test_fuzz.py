"""Bad input, a little of what `python -m benchmarks fuzz` takes by the thousand: no crash, and every quote verbatim."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.fuzz import Fault, check_file, check_question, fuzz_files, fuzz_questions
from benchmarks.hostile_questions import Hostile, hostile_question
from benchmarks.mutations import STARTS, mutate, read_starts
from index.embed import Encoder
from index.normal import normalized, path_text, writable
from index.readers import SUPPORTED_SUFFIXES
from index.split import Splitter
from qa.ask import Answerer


@pytest.fixture(scope="module")
def splitter(encoder: Encoder) -> Splitter:
    return Splitter(encoder.count_tokens)


def test_mutated_files_give_releases_or_a_reason(splitter: Splitter, tmp_path: Path) -> None:
    tally = fuzz_files(splitter, 200, 7, tmp_path / "failing", longest=6_000)
    assert not tally.faults
    assert tally.outcomes["releases"] > 60
    assert sum(tally.outcomes.values()) == 200
    assert not list((tmp_path / "failing").iterdir())


def test_hostile_questions_are_answered_or_refused(answerer: Answerer, tmp_path: Path) -> None:
    tally = fuzz_questions(answerer, 12, 7, tmp_path / "failing")
    assert not tally.faults
    assert sum(tally.outcomes.values()) == 12


def test_what_fails_is_kept_with_its_seed_and_fails_again(tmp_path: Path) -> None:
    def broken(text: str) -> int:
        raise RuntimeError("no such token")

    tally = fuzz_files(Splitter(broken), 5, 7, tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == len(tally.faults) > 0
    assert kept[0].name.startswith("file-7-")
    assert "RuntimeError" in tally.faults[0]
    with pytest.raises(RuntimeError):
        check_file(kept[0], Splitter(broken))


def test_the_same_seed_draws_the_same() -> None:
    starts = read_starts(STARTS)
    assert {start.suffix for start in starts} >= SUPPORTED_SUFFIXES - {".markdown"}
    files, questions = (
        [[draw(random.Random(f"{seed} {number}")) for number in range(30)] for seed in (1, 1, 2)]
        for draw in (lambda draw: mutate(starts, draw), hostile_question)
    )
    for first, again, other in (files, questions):
        assert first == again != other


def test_a_quote_that_does_not_stand_in_its_release_is_a_fault(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = Hostile("Why is Brightloom recalling kettles?", (), {})
    assert check_question(answerer, hostile) == "answered"
    monkeypatch.setattr(answerer, "release", lambda release_id: None)
    with pytest.raises(Fault, match="does not stand"):
        check_question(answerer, hostile)


def test_the_guided_fuzzer_is_named_where_it_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("benchmarks.__main__.describe_machine", lambda: "")
    assert main(["fuzz", "--guided", "1"]) == 1
    assert "pip install -e '.[fuzz]'" in capsys.readouterr().err


# --- text that cannot be written


def test_halves_of_surrogate_pairs_in_a_question_reach_nobody(answerer: Answerer) -> None:
    for question in ("Why is Brightloom recalling \ud83d kettles?", "\ud800"):
        json.dumps(answerer.ask(question, [question]).as_json(), ensure_ascii=False).encode()
    assert answerer.release("\ud800") is None
    assert answerer.library.store.resolve("\udcff") == []


def test_two_halves_are_one_character() -> None:
    assert writable("a\ud83d\ude00\ud83d") == "a\U0001f600\ufffd"


def test_a_name_that_is_no_utf8_is_shown_by_its_bytes() -> None:
    assert path_text(Path("ท่า/a\udcff.txt")) == "ท่า/a\\xff.txt"


# --- normal forms


@pytest.mark.parametrize("form", ["NFC", "NFKC", "NFKD"])
def test_ordinary_text_has_its_usual_normal_form(form: str) -> None:
    import unicodedata

    for text in ("", "ค่าน\u0e49\u0e4d\u0e32 ﬁ e\u0301\u0327 " * 50, "-" * 500 + "=" * 500, "ก" + "\u0e48\u0e38" * 60):
        assert normalized(form, text) == unicodedata.normalize(form, text)  # type: ignore[arg-type]


def test_marks_by_the_hundred_thousand_are_put_in_order_in_linear_time() -> None:
    # All at once this takes hours, and the limit on the time of a test ends it.
    text = "ก" + "\u0e48\u0e38" * 300_000
    assert sorted(normalized("NFKC", text)) == sorted(text)
