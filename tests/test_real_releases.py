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
        # The first patches of Python 3.11 have no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    return sorted(folder.rglob("*.txt"))


@pytest.fixture(scope="module")
def originals(files: list[Path]) -> dict[str, str]:
    """Each file's own text by the address on its last line, read without the product's readers."""
    texts = [path.read_text(encoding="utf-8").rstrip() for path in files]
    return {canonical_url(text.rpartition(" ")[2]): fold(text) for text in texts}


@pytest.fixture(scope="module")
def answerer(files: list[Path], new_home: NewHome, library: Library, reader: Reader) -> Answerer:
    index = Library(new_home(), encoder=library.encoder)
    index.add([path for path in files if re.search("Prayut|Srettha", path.read_text(encoding="utf-8"))][:12])
    return Answerer(index.settings, encoder=library.encoder, reader=reader)


def test_nearly_every_file_gives_a_whole_release(files: list[Path]) -> None:
    complete = 0
    for path in files:
        try:
            (release,) = read_file(path).releases
        except EmptyFile:
            continue
        complete += bool(release.title and release.url and release.date and release.category)
    assert complete >= 0.97 * len(files)


@pytest.mark.parametrize(
    "question",
    [
        "How large will the bubble tea market in Italy be by 2027?",
        "Who signs the free trade agreement with Sri Lanka for Thailand?",
        "By how much did searches for places to stay in Thailand rise at Loy Krathong 2023?",
        "ตลาดชานมไข่มุกในอิตาลีจะมีมูลค่าเท่าใดในปี 2570",
        "นายกรัฐมนตรีจะไปจังหวัดอุดรธานีวันไหน",
    ],
)
def test_quotes_stand_in_the_original_files(originals: dict[str, str], answerer: Answerer, question: str) -> None:
    citations = answerer.ask(question).citations
    assert citations
    for citation in citations:
        assert fold(citation.quote) in originals[canonical_url(citation.url)]
