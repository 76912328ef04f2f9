"""What `python -m benchmarks scale --keep` keeps, and what is drawn of it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.curves import draw_curves
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


def test_what_draws_is_named_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ThalaengError, match=r"pip install -e '\.\[curves\]'"):
        draw_curves(keep(tmp_path / "kept.jsonl", SMALL, LARGE), tmp_path / "curves.png")
