"""The power fails while releases are added, replaced and removed: what was done is there at the next start."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import NewHome
from tests.power_cut import Deed, record, remains
from tests.test_damage import TIMES, expected, faults, opened, url_of

WRITER = """
import sys
from pathlib import Path
from index.settings import Settings
from tests.test_damage import churn
churn(Settings(home=Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), seed=5, steps=int(sys.argv[4]))
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_when_the_power_fails_what_was_done_is_there_and_nothing_is_there_twice(
    new_home: NewHome, tmp_path: Path
) -> None:
    settings, diary = new_home(), tmp_path / "diary"
    command = [sys.executable, "-c", WRITER, str(settings.home), str(tmp_path / "in"), str(diary), "24"]
    deeds = record(command, tmp_path / "trace")
    written = [place for place, deed in enumerate(deeds) if (deed.what, deed.path) == ("write", diary)]
    assert len(written) == 48
    chance = random.Random(11)
    lost = 0
    for cut in chance.sample(range(written[1], len(deeds)), 5 * TIMES):
        before = deeds[: cut + 1]
        home = new_home()
        lost += put(home.home, remains(before, settings.home, chance), before, settings.home)
        library = opened(home)
        assert library.finish()
        assert not faults(library)
        there = {stored.release.url: stored.release.title for stored in library.store.releases()}
        assert len(there) == sum(library.store.count_releases().values())
        said = b"".join(deed.data for deed in before if deed.path == diary).decode()
        for number, allowed in expected(said).items():
            assert there.get(url_of(number), "") in allowed, f"release {number}, power cut after deed {cut}"
    assert lost, "no file lacked anything, so that nothing was tried"


def put(home: Path, files: dict[Path, bytes], deeds: list[Deed], original: Path) -> int:
    """Writes the files; how many of them lack something of what was written."""
    whole = remains([*deeds, *(Deed("sync", original / name) for name in files)], original, random.Random(0))
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return sum(content != whole[name] for name, content in files.items())
