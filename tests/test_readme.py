"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from index.readers import SUPPORTED_SUFFIXES
from index.settings import Settings
from qa.event_log import Event

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`THALAENG_{name.upper()}`" in README


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = {name.lower() for name in re.findall(r"`THALAENG_([A-Z_]+)`", README)}
    assert documented == set(Settings.model_fields)


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
def test_every_format_is_documented(suffix: str) -> None:
    assert f"`{suffix}`" in README


def test_every_event_of_the_log_is_documented() -> None:
    for event in get_args(Event):
        assert f"`{event}`" in README


def test_pictures_and_linked_files_are_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("brief", sorted((ROOT / "corpus").glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_brief_is_marked_and_links_its_release(brief: Path) -> None:
    from index.readers import read_file

    (release,) = read_file(brief).releases
    assert release.kind == "brief"
    assert release.url.startswith("https://")
    assert release.date is not None
    assert release.publisher
    assert brief.stem.endswith(f".{release.language}")
