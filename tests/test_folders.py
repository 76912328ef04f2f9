"""What is said to who asks has no folder of the machine in it, whatever the folders are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import IndexEmpty
from index.settings import Settings
from qa.ask import Answerer
from qa.faults import fault_phrase
from qa.folders import keep_to_oneself, without_folders


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("There are none in /home/somebody/news yet.", "There are none in news yet."),
        (r"C:\Users\somebody\news cannot be read.", "news cannot be read."),
        ("Such as http://127.0.0.1:11434/v1, or 1/2.", "Such as http://127.0.0.1:11434/v1, or 1/2."),
        ("There are none in /home/John Smith, Jr./my news yet.", "There are none in my news yet."),
        ("/home/John Smith, Jr./my news/releases.sqlite is damaged.", "releases.sqlite is damaged."),
        ("/home/John Smith, Jr./my news/vectors/a.bin is damaged.", "a.bin is damaged."),
        ("/mnt/news of today (1)/snapshot.json cannot be read.", "snapshot.json cannot be read."),
        ("There is no folder /srv/first releases.", "There is no folder first releases."),
    ],
)
def test_of_a_path_the_last_name_is_said(text: str, said: str) -> None:
    keep_to_oneself(
        Settings(
            home=Path("/home/John Smith, Jr./my news"),
            snapshot=Path("/mnt/news of today (1)"),
            corpus=Path("/srv/first releases"),
        )
    )
    assert without_folders(text) == said


def test_who_answers_keeps_the_folders_of_its_settings(tmp_path: Path) -> None:
    answerer = Answerer(Settings(home=tmp_path / "Somebody Else" / "news"))
    with pytest.raises(IndexEmpty) as error:
        answerer.ask("When?")
    said = fault_phrase(error.value)
    assert "There are no releases in news yet" in said.en
    assert "Somebody" not in said.en + said.th and "Else" not in said.en + said.th
