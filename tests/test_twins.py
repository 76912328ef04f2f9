"""Releases that say the same fall into one; those that share a paragraph and no more do not hide one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.library import Library
from qa.ask import Answerer
from qa.reader import Reader
from tests.conftest import NewHome

# A passage of its own.
SHARED = " ".join(
    [
        "The harbour office of Port Marlow will dredge the northern channel for the grain ships.",
        "Dredging begins when the winter storms have passed, and the channel stays open at night.",
        "Two vessels take turns, so that pilots always find one of the two lanes free.",
        "What is brought up goes to the dunes behind the old lighthouse, where it holds back the sea.",
        "Fishermen may pass at any time and are asked to listen to the harbour radio on channel nine.",
        "The office answers questions by telephone on weekdays and puts a chart up at the fish market.",
        "Nobody has to move a mooring, and the ferry keeps to its timetable.",
    ]
)
OWN = {
    "spring": "In spring the dredgers reached the lighthouse. Captain Orla Fenwick counted 312 loads of sand by then. "
    "She praised the crews, who had worked through two gales, and the bakers who had brought them bread.",
    "autumn": "In autumn the channel was 14 metres deep. Engineer Tomas Hale measured it with the survey boat. "
    "He found no wreck, one anchor of bronze and a great many oysters, which went to the museum and to the pot.",
}
QUESTION = "Where does what is brought up from the northern channel of Port Marlow go?"


@pytest.fixture
def answerer(library: Library, reader: Reader, new_home: NewHome, tmp_path: Path) -> Answerer:
    index = Library(new_home(), encoder=library.encoder)
    texts = {"spring": f"{SHARED}\n\n{OWN['spring']}", "autumn": f"{SHARED}\n\n{OWN['autumn']}"}
    texts |= {"again": texts["autumn"].replace("great many", "lot of")}
    for name, text in texts.items():
        head = f"---\ntitle: Northern channel dredged\nurl: https://press.example.com/{name}\ndate: 2024-05-02\n---\n"
        (tmp_path / f"{name}.md").write_text(head + text, encoding="utf-8")
    report = index.add([tmp_path])
    assert report.added == 3
    return Answerer(index.settings, encoder=index.encoder, reader=reader)


def test_releases_that_share_a_paragraph_are_both_found(answerer: Answerer) -> None:
    found = answerer.search(QUESTION)
    assert any(SHARED[:60] in ranked.best.stored.passage.text for ranked in found), "what is asked is what is shared"
    said = [ranked.release.text for ranked in found]
    assert any(OWN["spring"] in text for text in said)
    assert any("oysters" in text for text in said)


def test_a_release_that_says_the_same_is_an_address_of_the_other(answerer: Answerer) -> None:
    (citation, *_) = answerer.ask("How deep was the channel that engineer Tomas Hale measured?").citations
    assert "14 metres" in citation.quote
    both = {"https://press.example.com/autumn", "https://press.example.com/again"}
    assert {citation.url, *citation.other_urls} == both
