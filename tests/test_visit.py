"""A visit that hands in files: what is on its way while others are added, and disks that are full."""

from __future__ import annotations

import errno
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.apart import Sighting
from index.library import Library
from qa.event_log import JsonLines
from qa.visit import Refused, Visit
from tests.conftest import NewHome
from tests.test_adding import NEWS, Shop, shop, token

__all__ = ["shop", "token"]


@pytest.fixture
def visit(new_home: NewHome, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """A visit whose files are read at once and hold nothing."""
    monkeypatch.setattr("qa.visit.read_apart", lambda path, settings: Sighting((), 0))
    library = Library(new_home())
    with library.writing():
        pass
    visit = Visit(library, threading.Semaphore(2))
    yield visit
    visit.close()


def came(visit: Visit) -> Path:
    path = visit.new_file()
    path.write_text(NEWS, encoding="utf-8")
    return path


def test_a_file_that_was_on_its_way_when_a_run_began_is_there_for_the_next(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, taken = threading.Event(), threading.Event()

    def add(*_: Any) -> tuple[dict[str, int], list[Any]]:
        begun.set()
        taken.wait(30)
        return {"added": 1, "updated": 0, "unchanged": 0, "duplicates": 0}, []

    monkeypatch.setattr("qa.visit.add_apart", add)
    visit.take(came(visit), "first.md")
    visit.leave_out("large.md")
    on_its_way = came(visit)
    run = visit.add()
    assert begun.wait(30)
    late = visit.take(on_its_way, "late.md")
    taken.set()
    while not run.is_over:
        time.sleep(0.01)
    assert run.fault is None
    assert visit.files == (late,)
    assert late.path is not None and late.path.read_text(encoding="utf-8") == NEWS
    assert [file.path and file.path.exists() for file in run.files] == [False]


def says(error: int) -> Any:
    def fails(*_: Any, **__: Any) -> None:
        raise OSError(error, "says the system")

    return fails


@pytest.mark.parametrize(
    ("error", "said", "logged"),
    [
        (errno.ENOSPC, "The server's disk is full", "StorageFull"),
        (errno.EIO, "Adding failed", "could not be kept"),
    ],
)
def test_what_the_disk_does_is_not_called_the_end_of_ones_time(
    error: int, said: str, logged: str, visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = came(visit)
    with monkeypatch.context() as failing:
        failing.setattr("qa.visit.kind_by_content", says(error))
        with pytest.raises(Refused, match=said) as refused:
            visit.take(path, "news.md")
    assert refused.value.status == 507
    assert logged in JsonLines().format(caplog.records[-1])
    assert not path.exists() and visit.files == ()
    with monkeypatch.context() as failing:
        failing.setattr("qa.visit.tempfile.mkstemp", says(error))
        with pytest.raises(Refused, match=said):
            visit.new_file()
    assert visit.take(came(visit), "news.md") in visit.files


def test_where_the_folder_is_gone_the_time_is_over(visit: Visit) -> None:
    path = came(visit)
    shutil.rmtree(path.parent)
    with pytest.raises(Refused, match="Your session has ended") as refused:
        visit.take(path, "news.md")
    assert refused.value.status == 401


def test_a_disk_that_fills_up_while_a_file_comes_is_said(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, data: bytes) -> None:
            says(errno.ENOSPC)()

    opened = Path.open

    def full(path: Path, mode: str = "r", **how: Any) -> Any:
        return Full() if mode == "wb" else opened(path, mode, **how)

    monkeypatch.setattr(Path, "open", full)
    status, said = shop.call("file", token=token, body=NEWS.encode(), file="news.md")
    assert (status, said["en"]) == (507, "The server's disk is full. Please tell the administrator.")
    assert "เต็ม" in said["th"]
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "qa.visit"]
    assert [line["error"] for line in lines] == ["StorageFull"]
    assert shop.adding.visit(token).files == ()
