"""Adding releases over HTTP: who may, what is taken, what is refused, what stays on the machine."""

from __future__ import annotations

import http.client
import io
import json
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from docx import Document
from filelock import FileLock
from pydantic import SecretStr

from index.apart import add_apart
from index.embed import Encoder
from index.errors import BadSetting
from index.library import Library
from index.settings import Settings, load_settings
from index.verify import verify
from qa.adding import Adding
from qa.ask import Answerer
from qa.desk import FILES, RateLimit
from qa.event_log import JsonLines
from qa.page import build_page
from qa.reader import Reader
from qa.serve import serve_page
from qa.visit import Refused, Run
from tests.conftest import RELEASES, NewHome

PASSWORD = "รหัส-s3cret-1"
NEWS = """---
title: Ostrava Bay opens a floating library
url: https://news.example.org/ostrava/floating-library
date: 2025-03-04
publisher: Ostrava Bay Council
---

The floating library of Ostrava Bay opens on 9 March 2025 with 12,400 books.
It is moored at Pier 7, and a membership costs 15 crowns a year.
"""
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Shop:
    """A chat to which releases may be added."""

    answerer: Answerer
    adding: Adding
    address: str

    def call(
        self, name: str, sent: Any = None, *, token: str = "", body: bytes | None = None, file: str = "",
        method: str = "POST", headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        data = body if body is not None else json.dumps(sent if sent is not None else {}).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if file:
            headers["X-File-Name"] = quote(file, safe="")
        request = urllib.request.Request(
            f"{self.address}add/{name}", data if method == "POST" else None, headers, method=method
        )
        try:
            with _OPENER.open(request) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as error:
            said = error.read()
            return error.code, json.loads(said) if said.startswith(b"{") else {"text": said.decode()}

    def open(self) -> str:
        status, said = self.call("open", {"password": PASSWORD})
        assert status == 200, said
        return str(said["token"])

    def hand_in(self, token: str, name: str, body: bytes) -> dict[str, Any]:
        status, said = self.call("file", token=token, body=body, file=name)
        assert status == 200, said
        return said

    def run(self, token: str) -> dict[str, Any]:
        assert self.call("start", token=token)[0] == 200
        while not (said := self.call("progress", token=token, method="GET")[1])["over"]:
            time.sleep(0.1)
        return said


@pytest.fixture(scope="module")
def shop(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    library = Library(new_home(), encoder=encoder)
    library.add(sorted(RELEASES.iterdir())[:3])
    answerer = Answerer(library.settings, encoder=encoder, reader=reader)
    answerer.warm_up()
    handed_in, usual = tmp_path_factory.mktemp("handed-in"), tempfile.tempdir
    tempfile.tempdir = str(handed_in)
    # Each test is a client of its own, so that none uses up the tries of another.
    adding = Adding(answerer.library, PASSWORD, proxies=1)
    page = build_page(answerer, may_add=True)
    yield Shop(answerer, adding, serve_page(page, wait=False, adding=adding, proxies=1))
    page.close(verbose=False)
    adding.shut()
    tempfile.tempdir = usual
    assert list(handed_in.glob("thalaeng-added-*")) == []


@pytest.fixture
def token(shop: Shop) -> Iterator[str]:
    token = shop.adding.open(PASSWORD, f"{time.monotonic_ns()}")
    yield token
    shop.adding.close(token)


def docx(*paragraphs: str) -> bytes:
    document, out = Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def archive(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in parts.items():
            written.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def word_bomb() -> bytes:
    """A Word document of 300 kB that unpacks to 300 MB."""
    out = io.BytesIO(docx("A headline of some length", "x"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as written:
        written.writestr("word/media/big.bin", bytes(300_000_000))
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO(docx("A headline of some length", "x"))
    with zipfile.ZipFile(out, "a") as written:
        for n in range(10_001):
            written.writestr(f"p{n}", b"")
    return out.getvalue()


def test_what_is_handed_in_is_shown_added_and_found_by_the_next_question(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "qa.visit")
    question = "How many books does the floating library of Ostrava Bay have?"
    assert "12,400" not in shop.answerer.ask(question).text
    before = shop.answerer.count_releases()
    token = shop.open()
    said = shop.hand_in(token, "ข่าว/../ostrava.md", NEWS.encode())
    assert said["ready"] == 1
    understood = (
        "Ostrava Bay opens a floating library", "4 มีนาคม 2568", "4 March 2025", "in English", "new",
        "https://news.example.org/ostrava/floating-library", "Ostrava Bay Council", "moored at Pier 7",
    )  # fmt: skip
    for words in understood:
        assert words in plain(said["html"]), words
    assert "<b>ostrava&#46;md</b>" in said["html"]
    bad = shop.hand_in(token, "empty.txt", b"  \n")
    assert "is empty" in bad["html"] and "ไฟล์ว่างเปล่า" in bad["html"] and bad["ready"] == 1
    done = shop.run(token)
    assert not done["failed"]
    (line,) = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "qa.visit"]
    assert (line["event"], line["files"], line["releases"]["added"], line["skipped"]) == ("added", 1, 1, 0)
    assert "ostrava" not in caplog.text.lower()
    assert "1 added" in plain(done["html"])
    assert f"{before + 1} releases indexed" in done["count"]
    assert shop.answerer.count_releases() == before + 1
    answer = shop.answerer.ask(question)
    assert "12,400" in answer.text
    assert answer.citations[0].url == "https://news.example.org/ostrava/floating-library"
    # Handed in once, added once: nothing is left to be added again.
    assert shop.call("start", token=token)[0] == 400
    changed = NEWS.replace("12,400", "13,900").encode()
    assert "replaces the current version" in plain(shop.hand_in(token, "ostrava.md", changed)["html"])
    assert "1 replaced" in plain(shop.run(token)["html"])
    assert "13,900" in shop.answerer.ask(question).text
    assert "already there" in plain(shop.hand_in(token, "again.md", changed)["html"])
    assert "1 unchanged" in plain(shop.run(token)["html"])
    assert shop.call("close", token=token)[0] == 200
    assert shop.call("progress", token=token, method="GET")[0] == 401


def plain(html: str) -> str:
    """HTML as it is read: references to characters undone."""
    import html as entities

    return entities.unescape(html)


def test_what_was_added_is_kept_so_that_the_index_can_be_made_anew(
    shop: Shop, token: str, new_home: NewHome, encoder: Encoder
) -> None:
    text = NEWS.replace("floating-library", "ferry").replace("floating library", "night ferry")
    later = text.replace("12,400", "99,000")
    for state in (text, later):
        shop.hand_in(token, "ferry.md", state.encode())
        shop.run(token)
    settings = shop.answerer.library.settings
    kept = sorted(settings.home.glob("added/*/ferry.md"))
    assert [path.read_text() for path in kept] == [text, later]
    assert all(path.parent.stat().st_mode & 0o077 == 0 for path in kept)
    # What another process has written is seen by who looks anew.
    shop.answerer.library.vectors.reopen()
    assert not [finding for finding in verify(shop.answerer.library) if finding.mend]
    count = shop.answerer.count_releases()
    assert shop.answerer.library.rebuild() == count
    assert not [finding for finding in verify(shop.answerer.library) if finding.mend]
    assert "99,000" in shop.answerer.ask("How many books does the night ferry of Ostrava Bay have?").text
    # The folder alone makes a new index, and what came later goes over what came before.
    other = Library(new_home(), encoder=encoder)
    assert not other.add([settings.home / "added"]).skipped
    texts = [stored.release.text for stored in other.store.releases() if "night ferry" in stored.release.text]
    assert len(texts) == 1 and "99,000" in texts[0]


# A name, what is in the file, and what is said of it (English, Thai).
_HOSTILE: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "nothing": ("a.txt", lambda: b"", "is empty", "ไฟล์ว่างเปล่า"),
    "spaces": ("a.txt", lambda: b" \r\n\t ", "is empty", "ไฟล์ว่างเปล่า"),
    "a program": ("news.txt", lambda: b"\x7fELF\x02\x01" + bytes(500), "is a program", "เป็นโปรแกรม"),
    "a program for Windows": ("news.md", lambda: b"MZ\x90\0" + bytes(500), "is not text", "ไม่ใช่ข้อความ"),
    "a picture": ("news.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "is a picture", "เป็นรูปภาพ"),
    "a database": ("news.csv", lambda: b"SQLite format 3\0" + bytes(99), "is a database", "เป็นฐานข้อมูล"),
    "an old Word document": ("a.docx", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "password-protected", "รุ่นเก่า"),
    "text called a PDF": ("a.pdf", lambda: NEWS.encode(), "is not a .pdf file", "ไม่ใช่ไฟล์ .pdf"),
    "text called a program": ("a.exe", lambda: NEWS.encode(), "is a .exe file", "เป็นไฟล์ .exe"),
    "text without an ending": ("passwd", lambda: NEWS.encode(), "without an extension", "ไม่มีนามสกุล"),
    "a script": ("a.svg", lambda: b"<svg onload=alert(1)>", "is a .svg file", "เป็นไฟล์ .svg"),
    "a zip archive": ("a.zip", lambda: archive(a="b"), "is a zip archive", "เป็นไฟล์ zip"),
    "a spreadsheet called a document": (
        "a.docx",
        lambda: archive(**{"[Content_Types].xml": "<Types>spreadsheetml.sheet.main+xml</Types>", "xl__a.xml": "x"}),
        "not a Word document",
        "ไม่ใช่เอกสาร Word",
    ),
    "a cut off document": ("a.docx", lambda: docx("A headline", "x")[:-200], "is a broken or cut off", "เสียหาย"),
    "a document without its text": (
        "a.docx",
        lambda: archive(**{"[Content_Types].xml": "wordprocessingml.document.main+xml"}),
        "is a broken Word document",
        "เสียหาย",
    ),
    "a bomb of bytes": ("a.docx", word_bomb, "unpacks to 30", "เมื่อคลายแล้วมีขนาด 30"),
    "a bomb of parts": ("a.docx", many_parts, "parts, more than 10,000", "เกิน 10,000 ส่วน"),
    "a bomb of entities": (
        "a.html",
        lambda: (
            b"<!DOCTYPE html [<!ENTITY a 'ha'>"
            + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(9))
            + b"]><html><body>&j;</body></html>"
        ),
        "",
        "",
    ),
    "a broken PDF": ("a.pdf", lambda: b"%PDF-1.7\n" + b"1 0 obj << /Length 9 >>\n" * 99, "is a broken PDF", "เสียหาย"),
    "a PDF that refers to itself": (
        "a.pdf",
        lambda: (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>endobj\n"
            b"trailer<</Root 1 0 R>>\n%%EOF"
        ),
        "",
        "",
    ),
    "JSON without end": ("a.jsonl", lambda: b"[" * 100_000, "has no row that can be read", "ไม่มีแถวที่อ่านได้"),
    "a table without text": ("a.csv", lambda: b"a,b\n1,2\n", "has no column for the text", "ไม่มีคอลัมน์สำหรับข้อความ"),
}


@pytest.mark.parametrize("case", _HOSTILE)
def test_what_is_no_release_is_not_kept_and_said(shop: Shop, token: str, case: str) -> None:
    name, made, english, thai = _HOSTILE[case]
    said = shop.hand_in(token, name, made())
    assert english in plain(said["html"]) and thai in plain(said["html"])
    if english:
        assert said["ready"] == 0
        assert [path for path in Path(_folder(shop, token)).rglob("*") if path.is_file()] == []


def _folder(shop: Shop, token: str) -> str:
    return shop.adding.visit(token)._folder.name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../../etc/cron.d/a.md", "a.md"),
        ("..\\..\\windows\\a.md", "a.md"),
        ("/etc/passwd.md", "passwd.md"),
        ("C:\\a.md", "a.md"),
        (".bashrc.md", "bashrc.md"),
        ("..md", "release.md"),
        ("a\0b\n.md", "ab.md"),
        ("$(rm -rf ~);`x`.md", "rm_-rf_~_x.md"),
        ("con.md", "release_con.md"),
        ("ข่าว ประชาสัมพันธ์.md", "ข่าว_ประชาสัมพันธ์.md"),
        ("a\u202etxt.exe\u202c.md", "atxt.exe.md"),
        ("x" * 400 + ".md", "x" * 120 + ".md"),
        ("ก" * 300 + ".md", "ก" * 40 + ".md"),
        ("<img src=x onerror=alert(1)>.md", "img_src=x_onerror=alert(1).md"),
        ("NEWS.MD", "NEWS.md"),
    ],
)
def test_a_name_leads_nowhere(shop: Shop, token: str, name: str, kept: str) -> None:
    said = shop.hand_in(token, name, NEWS.encode())
    assert said["ready"] == 1, said
    file = shop.adding.visit(token).files[-1]
    assert file.path is not None
    assert file.path.name.replace("(", "").replace(")", "") == kept.replace("(", "").replace(")", "")
    assert Path(_folder(shop, token)) in file.path.resolve().parents
    assert "<img" not in said["html"] and "\u202e" not in said["html"] and "\0" not in said["html"]


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (lambda: docx("A headline of some length", "The text of it."), ".docx"),
        (lambda: b"<!doctype html><title>A</title><p>" + b"A page with visible text. " * 20, ".html"),
        (lambda: NEWS.encode("utf-16"), ".txt"),
    ],
)
def test_the_kind_is_told_by_the_content(shop: Shop, token: str, body: Callable[[], bytes], suffix: str) -> None:
    assert shop.hand_in(token, "news.txt", body())["ready"] == 1
    path = shop.adding.visit(token).files[-1].path
    assert path is not None and path.suffix == suffix


@pytest.mark.parametrize("name", ["file", "unsent", "drop", "start", "state", "progress", "leave", "close"])
@pytest.mark.parametrize(
    "authorization", ["", "Bearer ", "Bearer x", "Basic eDp5", "Bearer " + "ก".encode().decode("latin-1")]
)
def test_without_the_password_nothing_is_taken(shop: Shop, name: str, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    status, said = shop.call(
        name,
        body=NEWS.encode(),
        file="a.md",
        method="GET" if name in ("state", "progress") else "POST",
        headers=headers,
    )
    assert status == (200 if name == "close" else 401), said
    # More than a few words are not even listened to.
    status, _ = shop.call("file", body=bytes(50_000), file="a.md", headers=headers)
    assert status in (401, 413)


def test_a_file_that_is_too_large_is_cut_off(shop: Shop, token: str) -> None:
    most = shop.adding.most_bytes
    parts = urlsplit(shop.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.putrequest("POST", "/add/file")
    for header, value in (("Authorization", f"Bearer {token}"), ("Content-Length", str(most + 1))):
        connection.putheader(header, value)
    # It is refused for what it says of itself, before a byte of it has come.
    connection.endheaders()
    reply = connection.getresponse()
    said = json.loads(reply.read())
    assert reply.status == 413
    assert said["en"] == "The file is larger than 20 MB. Please split it." and "20 MB" in said["th"]
    assert list(Path(_folder(shop, token)).iterdir()) == []


def test_a_flood_that_says_nothing_of_its_size_is_cut_off(shop: Shop, token: str) -> None:
    parts = urlsplit(shop.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as flood:
        head = f"POST /add/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nX-File-Name: a.md\r\n"
        flood.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"f4240\r\n" + b"a" * 1_000_000 + b"\r\n"
        with pytest.raises(OSError):
            for _ in range(60):
                flood.sendall(chunk)
            flood.recv(1) or (_ for _ in ()).throw(OSError("closed"))
            raise OSError("answered")
    wait_for(lambda: list(Path(_folder(shop, token)).iterdir()) == [])


def test_a_connection_that_breaks_off_leaves_nothing(shop: Shop, token: str) -> None:
    parts = urlsplit(shop.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as broken:
        head = f"POST /add/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nX-File-Name: a.md\r\n"
        broken.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + b"a" * 100_000)
        wait_for(lambda: len(list(Path(_folder(shop, token)).iterdir())) == 1)
    wait_for(lambda: list(Path(_folder(shop, token)).iterdir()) == [])
    assert shop.hand_in(token, "a.md", NEWS.encode())["ready"] == 1


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to hold")


def test_there_is_an_end_to_files_and_to_their_bytes(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.visit.MOST_FILES", 2)
    for n in range(2):
        shop.hand_in(token, f"{n}.md", NEWS.encode())
    status, said = shop.call("file", token=token, body=NEWS.encode(), file="3.md")
    assert (status, said["en"]) == (413, "You can add up to 2 files at a time.")
    status, said = shop.call("unsent", {"name": "large.md"}, token=token)
    assert (status, said["en"]) == (413, "You can add up to 2 files at a time.")
    monkeypatch.undo()
    monkeypatch.setattr("qa.visit._MOST_LARGE", 0)
    status, said = shop.call("file", token=token, body=NEWS.encode(), file="4.md")
    assert (status, said["en"]) == (413, "You can add up to 0 MB at a time.")


def test_nothing_handed_in_or_kept_can_be_read_back(shop: Shop, token: str) -> None:
    shop.hand_in(token, "a.md", NEWS.replace("12,400", "55,555").encode())
    handed = shop.adding.visit(token).files[-1].path
    assert handed is not None
    shop.run(token)
    shop.hand_in(token, "a.md", NEWS.replace("12,400", "66,666").encode())
    handed = shop.adding.visit(token).files[-1].path
    (kept,) = [
        path for path in shop.answerer.library.settings.home.glob("added/*/a.md") if "55,555" in path.read_text()
    ]
    assert handed is not None
    for path in (handed, kept):
        for route in ("gradio_api/file=", "gradio_api/file/", "file=", "static/", "add/", "add/file/", "added/"):
            for written in (str(path), f"/{path}", path.name, f"{path.parent.name}/{path.name}"):
                request = urllib.request.Request(
                    f"{shop.address}{route}{quote(written)}", headers={"Authorization": f"Bearer {token}"}
                )
                try:
                    with _OPENER.open(request) as reply:
                        status, body = reply.status, reply.read()
                except urllib.error.HTTPError as error:
                    status, body = error.code, error.read()
                assert b"floating" not in body, f"{route}{written}"
                assert status in (400, 403, 404, 405, 422), f"{route}{written}"


def test_gradios_own_upload_stays_shut(shop: Shop, token: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\na\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{shop.address}gradio_api/upload", body, headers)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _OPENER.open(request)


def test_a_second_writer_is_told_so_and_loses_nothing(shop: Shop, token: str) -> None:
    home = shop.answerer.library.settings.home
    before = sorted(home.glob("added/*"))
    shop.hand_in(token, "pier.md", NEWS.replace("floating-library", "pier").replace("Pier 7", "Pier 8").encode())
    with FileLock(home / "writer.lock"):
        said = shop.run(token)
    assert said["failed"]
    assert "Someone else is adding releases right now." in plain(said["html"])
    assert "ขณะนี้มีผู้อื่นกำลังเพิ่มข่าว" in plain(said["html"])
    assert sorted(home.glob("added/*")) == before, "what was not added is not kept"
    # So it is to a page that is loaded anew.
    status, state = shop.call("state", token=token, method="GET")
    assert (status, state["ready"], state["running"]) == (200, 1, False)
    assert "pier.md" in plain(state["html"])
    said = shop.run(token)
    assert "1 added" in said["html"]
    assert shop.call("state", token=token, method="GET")[1]["html"] == ""


def test_others_are_answered_while_releases_are_added(shop: Shop, token: str) -> None:
    question = "ข้าวพันธุ์ดอกจอก 9 ทนน้ำท่วมได้กี่วัน"
    rows = [{"title": f"Bulletin {n} of the harbour", "text": f"Ship {n} sails at {n}:00. " * 60} for n in range(40)]
    shop.hand_in(token, "rows.jsonl", "\n".join(map(json.dumps, rows)).encode())
    alone = shop.answerer.ask(question)
    assert shop.call("start", token=token)[0] == 200
    status, said = shop.call("start", token=token)
    assert (status, said["en"]) == (409, "Releases are already being added. Please wait until that is done.")
    asked, told = 0, []
    while not (said := shop.call("progress", token=token, method="GET")[1])["over"]:
        told.append(said)
        answer = shop.answerer.ask(question)
        assert [cited.quote for cited in answer.citations] == [cited.quote for cited in alone.citations]
        asked += 1
    assert asked > 3
    assert "40 added" in said["html"]
    shares = [state["share"] for state in told]
    assert shares == sorted(shares)
    assert any(0 < share < 1 for share in shares), "one file of many releases shows how far it is"


def test_a_visit_ends_by_itself_and_takes_its_folder_along(answerer: Answerer) -> None:
    clock = [0.0]
    adding = Adding(answerer.library, PASSWORD, now=lambda: clock[0])
    token = adding.open(PASSWORD, "a")
    folder = Path(adding.visit(token)._folder.name)
    assert folder.stat().st_mode & 0o077 == 0
    clock[0] += 1799
    assert adding.knows(token)
    adding.visit(token)
    clock[0] += 1799
    assert adding.knows(token), "it goes on with each use"
    clock[0] += 1
    with pytest.raises(Refused, match="Your session has ended"):
        adding.visit(token)
    assert not folder.exists()
    adding.shut()


def test_whoever_comes_back_goes_on_with_a_run_that_nobody_sees(answerer: Answerer) -> None:
    clock = [0.0]
    adding = Adding(answerer.library, PASSWORD, now=lambda: clock[0])
    first = adding.open(PASSWORD, "a")
    visit = adding.visit(first)
    visit.run = run = Run(())
    clock[0] += 89
    assert adding.visit(adding.open(PASSWORD, "b")) is not visit, "the page may still see it"
    clock[0] += 1
    second = adding.open(PASSWORD, "c")
    assert adding.visit(second) is visit
    assert not adding.knows(first)
    assert adding.visit(adding.open(PASSWORD, "d")) is not visit
    adding.leave(second)
    third = adding.open(PASSWORD, "e")
    assert adding.visit(third) is visit
    adding.leave(third)
    adding.visit(third)
    assert adding.visit(adding.open(PASSWORD, "f")) is not visit, "the page was loaded anew, not left"
    adding.leave(third)
    run.counts, run.told = {}, True
    assert adding.visit(adding.open(PASSWORD, "g")) is not visit, "there is nothing to be seen any more"
    adding.shut()


def test_what_became_of_a_run_can_be_heard_for_half_an_hour_after_it(answerer: Answerer) -> None:
    clock = [0.0]
    adding = Adding(answerer.library, PASSWORD, now=lambda: clock[0])
    token = adding.open(PASSWORD, "a")
    adding.visit(token).run = run = Run(())
    adding.leave(token)
    clock[0] += 7200
    adding.sweep()
    run.counts = {}
    clock[0] += 1799
    adding.sweep()
    token = adding.open(PASSWORD, "b")
    assert adding.visit(token).run is run
    clock[0] += 1800
    assert not adding.knows(token)
    adding.shut()


def test_so_many_may_add_at_a_time(answerer: Answerer) -> None:
    adding = Adding(answerer.library, PASSWORD)
    for n in range(8):
        adding.open(PASSWORD, str(n))
    with pytest.raises(Refused, match="Several people") as crowd:
        adding.open(PASSWORD, "9")
    assert crowd.value.status == 503
    adding.shut()


def test_files_cannot_be_sent_without_end(shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.adding, "_sent", RateLimit(1, of=FILES))
    shop.hand_in(token, "one.md", NEWS.encode())
    status, said = shop.call("file", token=token, body=NEWS.encode(), file="two.md")
    assert status == 429
    assert said["en"].startswith("You can send up to 1 file a minute.")
    assert said["th"].startswith("ส่งไฟล์ได้ไม่เกิน 1 ไฟล์ต่อนาที")


def test_passwords_cannot_be_tried_for_long(shop: Shop) -> None:
    headers = {"X-Forwarded-For": "6.6.6.6, 1.2.3.4"}
    wrong = [shop.call("open", {"password": f"{PASSWORD}{n}"}, headers=headers)[0] for n in range(10)]
    assert wrong == [403] * 10
    status, said = shop.call("open", {"password": PASSWORD}, headers=headers)
    assert status == 429
    assert "You can try up to 10 passwords a minute" in said["en"] and "ลองรหัสผ่านได้ไม่เกิน 10 ครั้งต่อนาที" in said["th"]
    spoofed = {"X-Forwarded-For": "7.7.7.7, 1.2.3.4"}
    assert shop.call("open", {"password": PASSWORD}, headers=spoofed)[0] == 429
    status, said = shop.call("open", {"password": PASSWORD}, headers={"X-Forwarded-For": "1.2.3.5"})
    assert status == 200
    shop.adding.close(said["token"])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 9_000, "application/json", 400),
        (b'{"password": 1}', "application/json", 400),
        (b'{"password": "\\ud800"}', "application/json", 403),
        (json.dumps({"password": PASSWORD}).encode(), "text/plain", 415),
        (b"password=x", "application/x-www-form-urlencoded", 415),
        (b'{"password": "' + b"x" * 20_000 + b'"}', "application/json", 413),
    ],
)
def test_nonsense_for_a_password_is_refused(shop: Shop, body: bytes, kind: str, status: int) -> None:
    headers = {"Content-Type": kind, "X-Forwarded-For": f"10.9.{len(body) % 250}.{len(kind)}"}
    assert shop.call("open", body=body, headers=headers)[0] == status


def test_the_index_is_not_touched_by_looking_at_files(shop: Shop, token: str) -> None:
    generation = shop.answerer.library.store.meta("generation")
    shop.hand_in(token, "a.md", NEWS.replace("12,400", "1").encode())
    (file,) = shop.adding.visit(token).files
    assert shop.call("drop", {"key": "no"}, token=token) == (200, {"html": "", "ready": 1})
    assert shop.call("drop", {"key": file.key}, token=token) == (200, {"html": "", "ready": 0})
    assert file.path is not None and not file.path.exists()
    assert shop.answerer.library.store.meta("generation") == generation


def test_without_a_password_in_the_settings_there_is_nothing_of_it(answerer: Answerer) -> None:
    page = build_page(answerer)
    try:
        closed = Shop(answerer, Adding(answerer.library, PASSWORD), serve_page(page, wait=False))
        for name in ("open", "file", "drop", "start", "progress", "close"):
            for method in ("POST", "GET"):
                assert closed.call(name, {"password": PASSWORD}, method=method)[0] in (404, 405)
        for path in ("", "config", "gradio_api/info"):
            with _OPENER.open(closed.address + path) as reply:
                body = reply.read().decode()
            assert "tl-adding-page" not in body and 'href=\\"#add\\"' not in body and "รหัสผ่านสำหรับเพิ่มข่าว" not in body
    finally:
        page.close(verbose=False)


def test_it_is_no_endpoint_and_no_tool(shop: Shop) -> None:
    for path in ("gradio_api/info", "gradio_api/mcp/schema"):
        with _OPENER.open(shop.address + path) as reply:
            assert b"add" not in reply.read().replace(b"address", b"").replace(b"Added", b"")


def test_a_login_is_asked_for_too(answerer: Answerer) -> None:
    page, adding = build_page(answerer, may_add=True), Adding(answerer.library, PASSWORD)
    try:
        address = serve_page(page, wait=False, login="a:b", adding=adding)
        closed = Shop(answerer, adding, address)
        assert closed.call("open", {"password": PASSWORD})[0] == 401
        sent = urllib.request.Request(f"{address}login", b"username=a&password=b")
        with _OPENER.open(sent) as reply:
            cookie = "; ".join(one.partition(";")[0] for one in reply.headers.get_all("Set-Cookie"))
        status, said = closed.call("open", {"password": PASSWORD}, headers={"Cookie": cookie})
        assert status == 200
        assert closed.call("file", token=said["token"], body=NEWS.encode(), file="a.md")[0] == 401
        assert (
            closed.call("file", token=said["token"], body=NEWS.encode(), file="a.md", headers={"Cookie": cookie})[0]
            == 200
        )
    finally:
        adding.shut()
        page.close(verbose=False)


def test_an_index_can_begin_on_the_page(new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path) -> None:
    settings = new_home()
    (tmp_path / "a.md").write_text(NEWS)
    answerer = Answerer(settings, encoder=encoder, reader=reader)
    assert answerer.count_releases() == 0
    counts, skipped = add_apart([tmp_path / "a.md", tmp_path / "none.md"], settings, lambda told: None)
    assert counts["added"] == 1
    assert [row.reason for row in skipped] == ["does not exist"]
    assert "12,400" in answerer.ask("How many books does the floating library of Ostrava Bay have?").text


@pytest.mark.parametrize("password", ["short", " " * 9])
def test_a_password_that_is_soon_found_will_not_do(password: str) -> None:
    with pytest.raises(BadSetting, match=r"THALAENG_ADD_PASSWORD.*8 characters") as error:
        load_settings(add_password=password)
    assert password not in str(error.value)


def test_the_password_is_not_shown_with_the_settings() -> None:
    assert PASSWORD not in repr(Settings(add_password=SecretStr(PASSWORD)))


def test_two_who_add_at_once_do_not_wait_for_each_other(shop: Shop, token: str) -> None:
    other = shop.adding.open(PASSWORD, "somebody else")
    texts = [NEWS.replace("floating-library", f"both-{n}").replace("12,400", f"{n} and") for n in (1, 2)]
    for one, text in zip((token, other), texts, strict=True):
        shop.hand_in(one, "both.md", text.encode())
    said: dict[str, dict[str, Any]] = {}
    threads = [threading.Thread(target=lambda one=one: said.update({one: shop.run(one)})) for one in (token, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Either one was told to wait and lost nothing, or the first had ended before the second began.
    for one, result in said.items():
        if result["failed"]:
            assert "Someone else is adding" in result["html"]
            assert "1 added" in shop.run(one)["html"]
    shop.adding.close(other)
