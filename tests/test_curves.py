"""What `python -m benchmarks scale --keep` keeps, and what is drawn of it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.curves import draw_curves, read_store_lines
from benchmarks.scale import Size, read_sizes
from index.errors import ThalaengError

SMALL = Size(10, 60, 1_000, 9_000, 4.0, 900, (200.0, 300.0), 1_200, (20.0, 40.0))
LARGE = Size(100, 600, 10_000, 80_000, 5.0, 950, (220.0, 330.0), 1_300, (30.0, 60.0))


def keep(path: Path, *sizes: Size) -> Path:
    path.write_text("".join(json.dumps(asdict(size)) + "\n" for size in sizes), "utf-8")
    return path


def test_sizes_come_back_smallest_first(tmp_path: Path) -> None:
    read = list(read_sizes(keep(tmp_path / "kept.jsonl", LARGE, SMALL)))
    assert [size.releases for size in read] == [10, 100]
    assert list(read[0].question) == [200.0, 300.0]


def test_a_size_that_is_measured_again_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    again = replace(SMALL, start=3.0)
    assert [size.start for size in read_sizes(keep(tmp_path / "kept.jsonl", SMALL, LARGE, again))] == [3.0, 5.0]


@pytest.mark.parametrize("written", ["no json\n", '{"releases": 1}\n', "[1]\n"])
def test_what_holds_no_sizes_is_named(tmp_path: Path, written: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(written, "utf-8")
    with pytest.raises(ThalaengError, match=r"other\.jsonl cannot be read"):
        list(read_sizes(path))


def test_one_size_makes_no_curve(tmp_path: Path) -> None:
    with pytest.raises(ThalaengError, match="takes two"):
        draw_curves(keep(tmp_path / "kept.jsonl", SMALL), tmp_path / "curves.png")


def test_curves_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "curves.png"
    draw_curves(keep(tmp_path / "kept.jsonl", SMALL, LARGE), picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


STORES = """\
A machine, 2 cores
| passages | SQLite, MB | vectors, MB | found, ms | narrow filter, ms | memory, MB |
|---|---|---|---|---|---|
| 1,000 | 210 | 20 | 10, 23 | 5, 13 | 272 |
| 20,000 | 426 | 42 | 12, 29 | 6, 14 | 330 |
"""


def test_what_the_stores_printed_is_read_the_later_line_of_two(tmp_path: Path) -> None:
    printed = tmp_path / "stores.txt"
    printed.write_text(STORES + "| 1,000 | 211 | 20 | 11, 24 | 5, 13 | 272 |\n", "utf-8")
    first, second = read_store_lines(printed)
    assert (first["passages"], first["SQLite, MB"], first["found, ms"]) == ([1000], [211], [11, 24])
    assert second["memory, MB"] == [330]


@pytest.mark.parametrize("printed", ["", "| passages | found, ms |\n| 1,000 | 10, 23 |\n"])
def test_fewer_than_two_lines_of_the_stores_make_no_curve(tmp_path: Path, printed: str) -> None:
    path = tmp_path / "stores.txt"
    path.write_text(printed, "utf-8")
    with pytest.raises(ThalaengError, match="takes two"):
        read_store_lines(path)


def test_the_stores_are_drawn_too(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture, stores = tmp_path / "curves.png", tmp_path / "stores.txt"
    stores.write_text(STORES, "utf-8")
    draw_curves(keep(tmp_path / "kept.jsonl", SMALL, LARGE), picture, stores)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_what_draws_is_named_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ThalaengError, match=r"pip install -e '\.\[curves\]'"):
        draw_curves(keep(tmp_path / "kept.jsonl", SMALL, LARGE), tmp_path / "curves.png")
