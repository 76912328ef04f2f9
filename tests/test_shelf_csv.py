"""The list of the releases as a file: what stands in it, in which order, who gets it, what is refused and how."""

from __future__ import annotations

import csv
import datetime as dt
import http.client
import io
import json
import re
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from index.catalogue import Catalogue
from index.csv_text import csv_text
from index.embed import Encoder
from index.errors import IndexDamaged
from index.library import Library
from index.release import Release
from index.selection import Selection
from index.store import Store, StoredRelease
from index.table import COLUMNS, table
from qa.ask import Answerer
from qa.desk import Desk
from qa.page import build_page
from qa.reader import Reader
from qa.serve import serve_page
from qa.shelf import shelf_html
from qa.shelf_csv import csv_route
from tests.conftest import NewHome
from tests.test_gate import reach
from tests.test_proxy import PATH, ReverseProxy
from tests.test_shelf import titles

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

NEWS = (
    ("Pier 7 is painted", "2025-03-01", "Harbour", "Ostrava Bay Council", "en"),
    ("=HYPERLINK(A1) is said at Pier 7", "2025-03-03", "Harbour", "@Council", "en"),
    ("เทศบาลอ่าวทองซ่อมท่าเรือ 7", "2025-03-02", "ท่าเรือ", "เทศบาลอ่าวทอง", "th"),
    ("-5 degrees at Pier 7, and no boat", "", "", "", "en"),
)


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def harbour(new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A few releases, of which some look like formulas."""
    folder, library = tmp_path_factory.mktemp("harbour"), Library(new_home(), encoder=encoder)
    lines = [
        {
            "title": title, "text": f"{title}. " + ("ท่าเรือ 7 เปิดอีกครั้งในวันจันทร์" if language == "th" else
            f"It is number {n} of what is told of the pier, and of its lanterns."),
            "url": f"https://news.example.org/pier/{n}", "date": date, "category": category, "publisher": publisher,
            "language": language,
        }
        for n, (title, date, category, publisher, language) in enumerate(NEWS)
    ]  # fmt: skip
    lines.append({**lines[0], "url": "https://mirror.example.org/pier"})
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    report = library.add([folder])
    assert (report.added, report.skipped) == (4, [])
    return Answerer(library.settings, encoder=encoder, reader=reader)


def serve(answerer: Answerer, desk: Desk, **options: Any) -> Iterator[str]:
    page = build_page(answerer, desk=desk)
    yield serve_page(page, wait=False, routes=[csv_route(answerer, desk)], **options)
    page.close(verbose=False)


@pytest.fixture(scope="module")
def address(harbour: Answerer) -> Iterator[str]:
    yield from serve(harbour, Desk(1))


def saved(address: str, **query: str) -> list[dict[str, str]]:
    status, body = reach(f"{address}releases.csv?{urlencode(query)}")
    assert status == 200, body
    return rows_of(body)


def test_a_row_holds_what_stands_beside_the_text(address: str) -> None:
    with _OPENER.open(f"{address}releases.csv?order=oldest") as reply:
        body, headers = reply.read(), reply.headers
    assert body.startswith(b"\xef\xbb\xbfdate,title,category,publisher,language,kind,url,other_urls,release_id\r\n")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"releases-{dt.date.today().isoformat()}.csv"
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    first, thai, formula, undated = rows_of(body)
    assert tuple(first) == COLUMNS
    assert first.pop("release_id") == Release("", "", "https://news.example.org/pier/0").id
    assert first == {
        "date": "2025-03-01", "title": "Pier 7 is painted", "category": "Harbour", "publisher": "Ostrava Bay Council",
        "language": "en", "kind": "release", "url": "https://news.example.org/pier/0",
        "other_urls": "https://mirror.example.org/pier",
    }  # fmt: skip
    assert (thai["title"], thai["publisher"], thai["language"]) == ("เทศบาลอ่าวทองซ่อมท่าเรือ 7", "เทศบาลอ่าวทอง", "th")
    assert (formula["title"], formula["publisher"]) == ("'=HYPERLINK(A1) is said at Pier 7", "'@Council")
    assert (undated["date"], undated["title"]) == ("", "'-5 degrees at Pier 7, and no boat")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [1, 2, 0, 3]),
        ({"order": "oldest"}, [0, 2, 1, 3]),
        ({"order": "title; DROP TABLE releases", "newest_first": "true", "page": "2"}, [1, 2, 0, 3]),
        ({"category": "ท่าเรือ"}, [2]),
        ({"publisher": "@Council"}, [1]),
        ({"release_language": "en", "order": "oldest"}, [0, 1, 3]),
        ({"date_from": "2 มี.ค. 2568"}, [1, 2]),
        ({"date_from": "2025-03-01", "date_until": "2025-03-02"}, [2, 0]),
        ({"words": "painted"}, [0]),
        ({"words": "lanterns", "category": "Harbour"}, [1, 0]),
        ({"words": "zzzz"}, []),
        ({"category": "Nonsense"}, []),
    ],
)
def test_the_rows_are_those_of_the_list_in_its_order(address: str, query: dict[str, str], numbers: list[int]) -> None:
    assert [int(row["url"][-1]) for row in saved(address, **query)] == numbers


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"words": "pier & 7", "order": "added"},
        {"words": "Pier 7", "order": "oldest", "newest_first": True},
        {"category": "Harbour", "release_language": "en", "date_until": "2025-03-02"},
        {"publisher": "เทศบาลอ่าวทอง"},
    ],
)
def test_the_button_saves_the_list_that_it_stands_over(
    harbour: Answerer, address: str, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_shown = titles(shelf_html(harbour, wanted))
    monkeypatch.setattr("qa.shelf._PER_PAGE", 1)
    html = shelf_html(harbour, {**wanted, "page": 1})
    link = re.search('<a class="tl-button tl-save" href="([^"]*)"', html)
    assert all_shown and link
    status, body = reach(address + unescape(link[1]))
    assert status == 200
    assert [row["release_id"] for row in rows_of(body)] == all_shown


def test_where_nothing_is_found_there_is_nothing_to_save(harbour: Answerer) -> None:
    assert "tl-save" not in shelf_html(harbour, {"words": "zzzz"})


@pytest.mark.parametrize(
    ("query", "thai", "english"),
    [
        ("date_from=soon", "วันที่เริ่มต้นต้องเป็นวันที่", "must be a date"),
        ("date_from=2025-03-02&date_until=2025-03-01", "อยู่หลังวันที่สิ้นสุด", "is after the end date"),
        ("release_language=fr", "ภาษาของข่าว", "Thai or English"),
    ],
)
def test_a_filter_that_cannot_be_used_is_said_as_the_page_says_it(
    address: str, query: str, thai: str, english: str
) -> None:
    status, body = reach(f"{address}releases.csv?{query}")
    said = json.loads(body)
    assert status == 400
    assert thai in said["th"] and english in said["en"]


def test_an_empty_index_and_a_broken_one_are_told_apart(
    new_home: NewHome, encoder: Encoder, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Catalogue:
        raise IndexDamaged("/home/somebody/thalaeng/releases.sqlite is damaged. Run: python -m index verify")

    empty = Answerer(new_home(), encoder=encoder, reader=reader)
    for address in serve(empty, Desk(1)):
        status, body = reach(f"{address}releases.csv")
        assert (status, "no releases" in json.loads(body)["en"]) == (404, True)
        monkeypatch.setattr(empty, "catalogue", broken)
        status, body = reach(f"{address}releases.csv")
        assert (status, "verify" in json.loads(body)["en"]) == (503, True)
        assert b"somebody" not in body


def test_a_file_is_one_look_and_there_are_so_many_in_a_minute(harbour: Answerer) -> None:
    for address in serve(harbour, Desk(1, looks_a_minute=2)):
        assert [reach(f"{address}releases.csv")[0] for _ in range(3)] == [200, 200, 429]
        said = json.loads(reach(f"{address}releases.csv")[1])
        assert "2 ครั้งต่อนาที" in said["th"] and "2 times a minute" in said["en"]


def test_a_login_is_asked_for_and_the_address_lies_under_that_of_the_page(harbour: Answerer) -> None:
    for address in serve(harbour, Desk(1, proxies=1), login="a:b", root_path=PATH, proxies=1):
        port = urlsplit(address).port
        assert port
        for strips in (True, False):
            with ReverseProxy(port, strips=strips) as proxy:
                there = f"{proxy.address}releases.csv"
                status, body = reach(there)
                assert (status, json.loads(body)["en"]) == (401, "Please log in first.")
                with _OPENER.open(f"{proxy.address}login", b"username=a&password=b") as reply:
                    cookie = "; ".join(one.partition(";")[0] for one in reply.headers.get_all("Set-Cookie"))
                status, body = reach(there, headers={"Cookie": cookie})
                assert (status, len(rows_of(body))) == (200, 4)
                proxy.shutdown()


def test_the_list_is_read_some_at_a_time_and_without_texts(harbour: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows = Store._rows

    def noted(store: Store, sql: str, values: object = ()) -> list[tuple[object, ...]]:
        asked.append(sql)
        return rows(store, sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "_rows", noted)
    monkeypatch.setattr("index.catalogue._BATCH", 2)
    batches = harbour.catalogue().all(order="oldest")
    asked.clear()
    (some, others) = (next(batches), next(batches))
    assert len([sql for sql in asked if "FROM releases WHERE id IN (?,?)" in sql]) == 2
    assert not any(re.search(r"\btext\b", sql) for sql in asked)
    assert [len(some), len(others)] == [2, 2]
    assert {stored.release.text for stored in (*some, *others)} == {""}
    assert list(batches) == []


def test_a_release_that_is_removed_on_the_way_is_left_out(
    new_home: NewHome, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = Library(new_home(), encoder=encoder)
    for n in range(3):
        (tmp_path / f"{n}.md").write_text(
            f"---\ntitle: Lantern {n}\ndate: 2025-03-0{n + 1}\n---\n\nLantern {n} is lit."
        )
    library.add([tmp_path])
    monkeypatch.setattr("index.catalogue._BATCH", 1)
    pieces = table(Catalogue(library.store).all(Selection(language="en")))
    begun = [next(pieces), next(pieces)]
    (middle,) = (stored.id for stored in library.store.releases() if stored.release.title == "Lantern 1")
    library.remove([middle])
    titles_left = [row["title"] for row in rows_of("".join([*begun, *pieces]).encode())]
    assert titles_left == ["Lantern 2", "Lantern 0"]


def test_half_a_list_is_not_taken_for_all_of_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, releases = iter(range(9)), Catalogue._releases

    def breaking(catalogue: Catalogue, ids: list[str], *, with_texts: bool = True) -> tuple[StoredRelease, ...]:
        if next(calls) == 2:
            raise IndexDamaged("releases.sqlite is damaged.")
        return releases(catalogue, ids, with_texts=with_texts)

    monkeypatch.setattr("index.catalogue._BATCH", 1)
    monkeypatch.setattr(Catalogue, "_releases", breaking)
    with pytest.raises(http.client.IncompleteRead) as broken:
        reach(f"{address}releases.csv")
    assert broken.value.partial.count(b"example.org") < 4


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    release = Release(text, "", text, None, text, "th", text, other_urls=(text,))
    body = "".join(table([[StoredRelease("1" * 16, release, "")]]))
    (row,) = rows_of(body.encode())
    assert {row[name] for name in ("title", "category", "publisher", "url", "other_urls")} == {f"'{text}"}


def test_csv_reads_back_with_quotes_commas_and_line_ends() -> None:
    rows = [["ก", 'ข "ค", ง'], ["a\nb", ""]]
    assert list(csv.reader(io.StringIO(csv_text(rows), newline=""))) == rows
