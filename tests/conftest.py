"""One small index for all tests: the fictional releases of `tests/releases`, the real model, a real Chroma."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from index.embed import Encoder
from index.library import Library
from index.settings import Settings
from qa.ask import Answerer
from qa.reader import Reader

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

HERE = Path(__file__).parent
RELEASES = HERE / "releases"


@dataclass(frozen=True)
class AskedQuestion:
    """A row of questions.tsv: `answer` is a verbatim piece of the release at `url`; both empty if none answers."""

    question: str
    language: str
    url: str
    answer: str


def asked_questions() -> list[AskedQuestion]:
    with (HERE / "questions.tsv").open(encoding="utf-8") as lines:
        return [AskedQuestion(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked model; THALAENG_TEST_HOME names one to keep between runs."""
    if kept := os.environ.get("THALAENG_TEST_HOME"):
        return Path(kept)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return tmp_path_factory.mktemp("model")
    # Those that test beside each other share one: the first makes it, the others wait.
    home = tmp_path_factory.getbasetemp().parent / "model-of-all"
    with FileLock(home.with_suffix(".lock")):
        Encoder(Settings(home=home)).count_tokens("")
    return home


@pytest.fixture(scope="session")
def new_home(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> NewHome:
    """Makes settings for a fresh home that shares the unpacked model."""
    return NewHome(model_home, tmp_path_factory)


class NewHome:
    def __init__(self, model_home: Path, folders: pytest.TempPathFactory) -> None:
        self._model_home = model_home
        self._folders = folders

    def __call__(self) -> Settings:
        home = self._folders.mktemp("home")
        (self._model_home / "model").mkdir(parents=True, exist_ok=True)
        (home / "model").symlink_to(self._model_home / "model", target_is_directory=True)
        return self.settings(home)

    def settings(self, home: Path | str) -> Settings:
        return Settings(home=Path(home))


@pytest.fixture(scope="session")
def encoder(model_home: Path) -> Encoder:
    """The real model, loaded once."""
    return Encoder(Settings(home=model_home))


@pytest.fixture(scope="session")
def reader(model_home: Path) -> Reader:
    """The real reader, loaded once."""
    return Reader(Settings(home=model_home))


@pytest.fixture(scope="session")
def library(new_home: NewHome, encoder: Encoder) -> Library:
    """The index of the fictional releases. Tests only read it."""
    library = Library(new_home(), encoder=encoder)
    report = library.add([RELEASES])
    assert not report.skipped, report.skipped
    return library


@pytest.fixture(scope="session")
def answerer(library: Library, reader: Reader) -> Answerer:
    """Answers from the index of the fictional releases."""
    answerer = Answerer(library.settings, encoder=library.encoder, reader=reader)
    answerer.warm_up()
    return answerer
