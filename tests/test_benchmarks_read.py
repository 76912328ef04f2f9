"""A file that a benchmark is to read and cannot: one line, before anything is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            [command, "/nope.jsonl"]
            for command in ("quality", "latency", "load", "mistyped", "elliptical", "facts", "proof")
        ),
        ["translations", "/nope.jsonl"],
        ["scale", "/nope.jsonl", "HOME"],
        ["xquad", "/nope.jsonl", "/neither.json"],
        ["curves", "/nope.jsonl", "out.png"],
        ["speed", "/nope.jsonl"],
        ["corruptions", "/nope.jsonl"],
        ["quality", __file__, "--sources", "/nope.jsonl"],
        ["curves", __file__, "out.png", "--stores", "/nope.jsonl"],
    ],
)
def test_a_file_that_is_not_there_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.err == "/nope.jsonl cannot be read: No such file or directory\n"
    assert not captured.out


def test_a_folder_in_the_place_of_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path} cannot be read: Is a directory\n"
