"""The public corpus's own files, where a copy of some lies beside the project."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

from benchmarks.quality import fold
from index.errors import EmptyFile
from index.library import Library
from index.readers import read_file
from index.release import canonical_url
from qa.ask import Answerer
from qa.reader import Reader
from tests.conftest import NewHome

ARCHIVE = Path(__file__).parent.parent.parent / "shared" / "releases" / "thaigov-300.tar.xz"
pytestmark = pytest.mark.skipif(not ARCHIVE.is_file(), reason="no copy of the public corpus beside the project")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return sorted(folder.rglob("*.txt"))


def test_nearly_every_file_gives_a_whole_release(files: list[Path]) -> None:
    complete = 0
    for path in files:
        try:
            (release,) = read_file(path).releases
        except EmptyFile:
            continue
        complete += bool(release.title and release.url and release.date and release.category)
    assert complete >= 0.97 * len(files)


def test_quotes_stand_in_the_original_files(
    files: list[Path], new_home: NewHome, library: Library, reader: Reader
) -> None:
    index = Library(new_home(), encoder=library.encoder)
    index.add([path for path in files if re.search("TikTok|Prayut|Srettha", path.read_text(encoding="utf-8"))][:12])
    answerer = Answerer(index.settings, encoder=library.encoder, reader=reader)
    originals = {}
    for path in files:
        text = path.read_text(encoding="utf-8").rstrip()
        originals[canonical_url(text.rpartition(" ")[2])] = fold(text)
    seen = 0
    for question in (
        "TikTok มีผู้ใช้ในไทยกี่คน",
        "How many Thai sellers are on TikTok Shop?",
        "What did the Prime Minister say?",
    ):
        for citation in answerer.ask(question).citations:
            assert fold(citation.quote) in originals[canonical_url(citation.url)]
            seen += 1
    assert seen
