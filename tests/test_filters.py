"""Filters: what they leave may answer, all of it is searched, and without them nothing is different."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import index.selection
from index.library import Library
from index.packed_vector import unpack_vector
from index.release import LANGUAGES, Release
from index.selection import SelectedPassages, Selection
from qa.__main__ import main as qa_main
from qa.answer import Answer
from qa.ask import Answerer
from qa.filters import NO_FILTERS, BadFilter, Filters, read_filters, unknown_name
from qa.reader import Reader
from tests.conftest import NewHome, asked_questions

ANSWERED = [row for row in asked_questions() if row.url]
# A few of both languages, where each is asked many times.
SOME = ANSWERED[:: max(1, len(ANSWERED) // 3)]


def lasting(answer: Answer) -> dict[str, Any]:
    """An answer as it is given to programs, without what is different each time it is asked for."""
    return {**answer.as_json(), "timings_ms": {}}


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        ({}, NO_FILTERS),
        ({"date_from": "", "category": None, "publisher": " ", "newest_first": None}, NO_FILTERS),
        ({"date_from": "2025-02-28"}, Filters(Selection(first=dt.date(2025, 2, 28)))),
        ({"date_until": "28 ก.พ. 2568"}, Filters(Selection(last=dt.date(2025, 2, 28)))),
        ({"date_until": "2568-02-28"}, Filters(Selection(last=dt.date(2025, 2, 28)))),
        (
            {"category": " Energy ", "publisher": "กรม", "release_language": "th", "newest_first": True},
            Filters(Selection(category="Energy", publisher="กรม", language="th"), True),
        ),
    ],
)
def test_filters_are_read(given: dict[str, Any], filters: Filters) -> None:
    assert read_filters(given) == filters
    assert read_filters(filters.as_json()) == filters


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"date_from": "soon"}, "date_from must be a date such as 2025-02-28, not 'soon'"),
        ({"date_until": "2025-02-30"}, "date_until must be a date"),
        ({"date_until": 20250228}, "date_until must be a date"),
        ({"date_from": "2025-03-01", "date_until": "2025-02-28"}, "is after date_until"),
        ({"category": ["Energy"]}, "category must be text"),
        ({"release_language": "de"}, "release_language must be th or en, not 'de'"),
        ({"newest_first": "yes"}, "newest_first must be true or false, not 'yes'"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadFilter, match=says):
        read_filters(given)


def test_without_filters_every_answer_is_as_with_filters_that_leave_everything(answerer: Answerer) -> None:
    """One that leaves everything goes another way: each passage is compared, none is left to Chroma."""
    undated = [stored for stored in answerer.library.store.releases() if stored.release.date is None]
    filters = Filters(Selection(last=dt.date.max))
    for row in (*SOME, asked_questions()[-1]):
        plain = answerer.ask(row.question)
        assert plain.filters is NO_FILTERS
        assert lasting(plain) == lasting(answerer.ask(row.question, filters=NO_FILTERS))
        if not undated:
            assert lasting(plain) == lasting(answerer.ask(row.question, filters=filters))


SELECTIONS: list[tuple[Selection, Callable[[Release], bool]]] = [
    (Selection(language="th"), lambda release: release.language == "th"),
    (Selection(category="Energy"), lambda release: release.category == "Energy"),
    (Selection(publisher="Calder Transit"), lambda release: release.publisher == "Calder Transit"),
    (Selection(first=dt.date(2024, 1, 1)), lambda release: release.date is not None and release.date.year >= 2024),
    (
        Selection(dt.date(2023, 11, 6), dt.date(2023, 11, 6)),
        lambda release: release.date == dt.date(2023, 11, 6),
    ),
    (Selection(category="Energy", language="th"), lambda release: False),
]


@pytest.mark.parametrize(("selection", "is_selected"), SELECTIONS)
def test_only_selected_releases_answer_and_all_of_them_are_found(
    answerer: Answerer, selection: Selection, is_selected: Callable[[Release], bool]
) -> None:
    expected = {stored.id for stored in answerer.library.store.releases() if is_selected(stored.release)}
    for row in SOME:
        answer = answerer.ask(row.question, filters=Filters(selection))
        assert {found.release_id for found in answer.retrieved} == expected
        assert {citation.release_id for citation in answer.citations} <= expected
        assert {ranked.id for ranked in answerer.search(row.question, 20, Filters(selection))} == expected
    if not expected:
        assert answer.abstained


def test_the_right_answer_is_found_among_the_releases_of_its_day(answerer: Answerer) -> None:
    for row in SOME:
        cited = answerer.ask(row.question).citations
        if cited and (day := cited[0].date):
            filtered = answerer.ask(row.question, filters=Filters(Selection(day, day))).citations
            assert filtered[:1] == cited[:1] or filtered[0].release_id == cited[0].release_id


@pytest.mark.parametrize("name", ["category", "publisher"])
def test_a_category_or_publisher_that_no_release_has_is_named(answerer: Answerer, name: str) -> None:
    filters = read_filters({name: "Nonsense"})
    for asks in (answerer.ask, answerer.search):
        with pytest.raises(BadFilter, match=rf"No release has the {name} 'Nonsense'\. Try one of: \w"):
            asks("What?", filters=filters)
        with pytest.raises(BadFilter, match="No release has the"):  # half a character, as JSON can say it
            asks("What?", filters=read_filters({name: "\ud800"}))


@pytest.mark.parametrize(
    ("value", "known", "says"),
    [
        ("energie", "Transport Health Energy", "Try one of: Energy, Transport, Health."),
        ("x", "A B C D E F", "Try one of: A, B, C, D, E, …"),
        ("คมนาคน", "สุขภาพ คมนาคม", "Try one of: คมนาคม, สุขภาพ."),
        ("x", "", ""),
    ],
)
def test_of_the_categories_that_there_are_some_are_named_those_most_alike_first(
    value: str, known: str, says: str
) -> None:
    error = unknown_name("category", value, [(name, 1) for name in known.split()])
    assert str(error) == f"No release has the category {value!r}.{says and ' '}{says}"
    assert error.phrase.en == str(error)
    assert "หมวด" in error.phrase.th and all(name in error.phrase.th for name in known.split()[:5])


def test_what_a_program_sends_is_compared_in_no_time() -> None:
    started = time.perf_counter()
    unknown_name("publisher", "ab" * 500_000, [(f"{number}{'ba' * 10_000}", 1) for number in range(2_000)])
    assert time.perf_counter() - started < 2


def test_newest_first_turns_the_quotes_and_the_releases_found(answerer: Answerer) -> None:
    question = "Which releases mention trams, museums or rice?"
    newest = answerer.ask(question, filters=Filters(newest_first=True))
    dates = [citation.date or dt.date.min for citation in newest.citations]
    assert len(set(dates)) > 1
    assert dates == sorted(dates, reverse=True)
    found = [ranked.release.date or dt.date.min for ranked in answerer.search(question, 8, Filters(newest_first=True))]
    assert found == sorted(found, reverse=True)


def test_undated_releases_are_out_where_days_are_set(
    library: Library, reader: Reader, new_home: NewHome, tmp_path: Path
) -> None:
    index = Library(new_home(), encoder=library.encoder)
    for name, date in [("dated", "date: 2024-08-20\n"), ("undated", "")]:
        head = f"title: Ferry seats\nurl: https://press.example.com/{name}\n{date}"
        text = f"The {name} ferry to the lagoon island has 70 seats."
        (tmp_path / f"{name}.md").write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
    index.add([tmp_path])
    answerer = Answerer(index.settings, encoder=library.encoder, reader=reader)
    question = "How many seats does the ferry to the lagoon island have?"
    assert len(answerer.ask(question).retrieved) == 2
    for days in (Selection(first=dt.date(1990, 1, 1)), Selection(last=dt.date(2090, 1, 1))):
        (only,) = answerer.ask(question, filters=Filters(days)).retrieved
        assert only.url.endswith("/dated")


def test_the_nearest_of_a_wide_selection_are_those_that_comparing_each_gives(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is too much to compare, Chroma is asked; what it does not reach is compared after all."""
    store, vectors = answerer.library.store, answerer.library.vectors
    asked = answerer.library.encoder.encode_question("ferry fares").vector
    wide, narrow = Selection(last=dt.date.max), Selection(category="Energy")
    for selection in (wide, narrow):
        passages = SelectedPassages(selection, store, vectors)
        for language in LANGUAGES:
            exact = passages.nearest(asked, language, 3)
            with monkeypatch.context() as many:
                many.setattr(index.selection, "_FEW", 0)
                many.setattr(index.selection, "_BATCH", 2)
                many.setattr(index.selection, "_DEPTHS", (4,))
                assert passages.nearest(asked, language, 3) == exact
                assert passages.nearest(asked, language, 3, most=1) == (exact if len(exact) < 2 else [])
    everything = SelectedPassages(wide, store, vectors).nearest(asked, "th", 100)
    by_hand = {
        passage_id: float(unpack_vector(vector) @ asked)
        for stored in store.releases("language = 'th'")
        for passage_id, vector in store.vectors_of(stored.id)
    }
    assert everything == sorted(by_hand, key=lambda passage_id: -by_hand[passage_id])


def test_ask_takes_filters_as_options(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(library.settings.home), "ask", ANSWERED[0].question]
    options = ["--from", "2020-01-01", "--until", "2030-12-31", "--release-language", "en", "--newest-first"]
    assert qa_main([*home, "--json", *options]) == 0
    found = json.loads(capsys.readouterr().out)["retrieved"]
    languages = {stored.id: stored.release.language for stored in library.store.releases()}
    assert found
    assert {languages[release["release_id"]] for release in found} == {"en"}
    for options, status, says in [
        (
            ["--from", "31 June 2025"],
            2,
            "--from must be a date such as 2025-02-28 or 28 ก.พ. 2568, not '31 June 2025'.",
        ),
        (["--until", "2025-02-30"], 2, "--until must be a date such as 2025-02-28 or 28 ก.พ. 2568, not '2025-02-30'."),
        (["--from", "2025-03-01", "--until", "2025-02-28"], 2, "--from (2025-03-01) is after --until (2025-02-28)."),
        (["--category", "Nonsense"], 1, "No release has the category 'Nonsense'"),
    ]:
        assert qa_main([*home, *options]) == status
        assert says in capsys.readouterr().err


def test_a_line_of_a_batch_takes_filters(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "a", "question": ANSWERED[0].question, "date_from": "2024-01-01", "newest_first": True},
        {"id": "b", "question": ANSWERED[0].question, "date_from": "whenever"},
        {"id": "c", "question": ANSWERED[0].question, "publisher": "Nonsense"},
    ]
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert qa_main(["--home", str(library.settings.home), "batch", str(asked), "--out", str(out)]) == 3
    (answer,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    stored = [library.store.release(release["release_id"]) for release in answer["retrieved"]]
    assert all(one and one.release.date and one.release.date.year >= 2024 for one in stored)
    said = capsys.readouterr().err
    assert "in.jsonl:2: date_from must be a date" in said
    assert "in.jsonl:3: No release has the publisher" in said
