"""The pages for readers say what the code does: `README.md`, `index/README.md`, `qa/README.md`, and the figures in
`benchmarks/README.md`."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

from benchmarks.__main__ import _parser
from index.readers import SUPPORTED_SUFFIXES
from index.settings import Settings
from qa.event_log import Event

ROOT = Path(__file__).parent.parent
FRONT, INDEX, ASKING = (ROOT / name for name in ("README.md", "index/README.md", "qa/README.md"))
FIGURES = "benchmarks/README.md"
PAGES = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in (FRONT, INDEX, ASKING)}
TEXTS = {**PAGES, FIGURES: (ROOT / FIGURES).read_text(encoding="utf-8")}
EACH_PAGE = pytest.mark.parametrize("name", PAGES)
EACH_TEXT = pytest.mark.parametrize("name", TEXTS)
# Words of the front page: somebody has five minutes for it.
_MOST_WORDS = 2_500


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the tables of a page."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def settings_rows(text: str) -> list[tuple[str, str]]:
    """Each setting that a table of a page documents, with its default."""
    found = ((re.fullmatch(r"`THALAENG_([A-Z_]+)`", row[0]), row[1]) for row in rows(text) if len(row) > 1)
    return [(name[1].lower(), default.strip("`")) for name, default in found if name]


def anchors(text: str) -> set[str]:
    """What leads to the headings of a page, as GitHub names them."""
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", without_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[tuple[str, str]]:
    """The file and the section of each link within the project; no file is the page itself."""
    return re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)", text)


def test_the_front_page_takes_five_minutes() -> None:
    assert len(PAGES["README.md"].split()) <= _MOST_WORDS


def test_one_table_documents_each_setting_once() -> None:
    documented = Counter(name for name, _ in settings_rows(PAGES["qa/README.md"]))
    assert documented == Counter(list(Settings.model_fields))
    assert settings_rows(PAGES["index/README.md"]) == []


def test_the_front_page_shows_some_of_the_settings_as_the_full_table_does() -> None:
    assert 0 < len(settings_rows(PAGES["README.md"])) < len(Settings.model_fields)
    assert set(settings_rows(PAGES["README.md"])) <= set(settings_rows(PAGES["qa/README.md"]))


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"home"}))
def test_a_settings_default_is_the_one_documented(name: str) -> None:
    default = Settings.model_fields[name].get_default()
    said = default.get_secret_value() if isinstance(default, SecretStr) else default
    shown = f"{said:g}" if isinstance(said, float) else "" if said is None else str(said)
    assert dict(settings_rows(PAGES["qa/README.md"]))[name] == shown


@EACH_PAGE
def test_no_setting_is_named_that_does_not_exist(name: str) -> None:
    named = {setting.lower() for setting in re.findall(r"`THALAENG_([A-Z_]+)`", PAGES[name])}
    assert named <= set(Settings.model_fields)


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
def test_every_format_is_documented_in_detail_and_named_on_the_front_page(suffix: str) -> None:
    for name in ("README.md", "index/README.md"):
        assert [row for row in rows(PAGES[name]) if f"`{suffix}`" in row[0].split()], name


def test_every_event_of_the_log_is_documented() -> None:
    for event in get_args(Event):
        assert f"`{event}`" in PAGES["qa/README.md"]


@EACH_TEXT
def test_pictures_and_linked_files_are_there(name: str) -> None:
    folder = (ROOT / name).parent
    targets = [target for target, _ in links(TEXTS[name]) if target]
    assert targets
    assert [target for target in targets if not (folder / target).exists()] == []


@EACH_TEXT
def test_linked_sections_are_there(name: str) -> None:
    page = ROOT / name
    missing = []
    for target, anchor in links(TEXTS[name]):
        linked = (page.parent / target).resolve() if target else page
        if anchor and anchor not in anchors(linked.read_text(encoding="utf-8")):
            missing.append(f"{target}#{anchor}")
    assert missing == []


@EACH_TEXT
def test_a_title_stands_on_a_page_once(name: str) -> None:
    # A second one has another anchor.
    titles = Counter(re.findall(r"^#+ (.+)$", TEXTS[name], re.MULTILINE))
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_section_of_figures_that_the_code_refers_to_is_there() -> None:
    titles = set(re.findall(r"^#+ (.+)$", TEXTS[FIGURES], re.MULTILINE))
    named: set[str] = set()
    for folder in ("index", "qa", "benchmarks"):
        for module in (ROOT / folder).rglob("*.py"):
            text = re.sub(r"\s*\n\s*(?:# )?", " ", module.read_text(encoding="utf-8"))
            for said in re.findall(r'((?:"[^"]+" and )?"[^"]+") (?:in|of) benchmarks/README\.md', text):
                named |= set(re.findall(r'"([^"]+)"', said))
    assert named
    assert named - titles == set()


def test_the_benchmarks_shown_are_commands_with_the_arguments_that_they_take() -> None:
    shown = re.findall(r"^    python -m benchmarks (.+)$", TEXTS[FIGURES], re.MULTILINE)
    assert shown
    for command in shown:
        try:
            _parser().parse_args(shlex.split(command))
        except SystemExit:
            pytest.fail(f"python -m benchmarks {command} is not understood")


def test_the_pages_lead_to_one_another() -> None:
    for name, text in PAGES.items():
        linked = {((ROOT / name).parent / target).resolve() for target, _ in links(text) if target}
        assert {FRONT, INDEX, ASKING} - {ROOT / name} <= linked, name


def test_every_module_stands_in_a_table_of_how_it_works_and_none_that_is_gone() -> None:
    named = {
        module
        for text in PAGES.values()
        for row in rows(text)
        for module in re.findall(r"`((?:index|qa)/[\w/]+\.(?:py|js))`", " ".join(row))
    }
    modules = {
        path.relative_to(ROOT).as_posix()
        for folder in ("index", "qa")
        for suffix in ("py", "js")
        for path in (ROOT / folder).rglob(f"*.{suffix}")
        if path.name not in ("__init__.py", "__main__.py")
    }
    assert named == modules


@pytest.mark.parametrize("brief", sorted((ROOT / "corpus").glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_brief_is_marked_and_links_its_release(brief: Path) -> None:
    from index.readers import read_file

    (release,) = read_file(brief).releases
    assert release.kind == "brief"
    assert release.url.startswith("https://")
    assert release.date is not None
    assert release.publisher
    assert brief.stem.endswith(f".{release.language}")
