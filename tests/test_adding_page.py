"""Adding releases on the page in a real browser: by mouse, by keyboard, in both languages, on a phone, in the dark."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, FilePayload, Route, expect

from tests.test_adding import NEWS, PASSWORD, Shop, shop
from tests.test_contrast import dim
from tests.test_page import CHROMIUM, Tab, browser, open_tab

__all__ = ["browser", "shop"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# Adding starts a process that loads the model.
_LONG = 180_000


@pytest.fixture
def address(shop: Shop) -> str:
    return shop.address


def one_client(tab: Tab) -> Tab:
    """A visitor of its own, so that no test uses up the passwords that another may try."""
    now = time.monotonic_ns() // 1000
    tab.page.context.set_extra_http_headers({"X-Forwarded-For": f"10.{now >> 16 & 255}.{now >> 8 & 255}.{now & 255}"})
    return tab


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    tab = one_client(open_tab(browser, address))
    yield tab
    tab.close()
    assert not tab.outside
    # A browser itself notes each refusal by the server as an error.
    assert [line for line in tab.complaints if "Failed to load resource" not in line] == []
    assert not tab.dialogs


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Tab]:
    tab = one_client(open_tab(browser, address, width=360, locale="th-TH"))
    yield tab
    tab.close()
    assert not tab.complaints and not tab.outside


def release(name: str, books: str) -> FilePayload:
    text = NEWS.replace("floating-library", name).replace("floating library", f"{name} library")
    return payload(f"{name}.md", text.replace("12,400", books).encode())


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def come_in(tab: Tab, password: str = PASSWORD, field: str = "Password for adding releases") -> None:
    tab.page.get_by_label(field).fill(password)
    tab.page.keyboard.press("Enter")
    if password == PASSWORD:
        # What is handed in before the server has said yes is turned away, as it should be.
        expect(tab.page.locator(".tl-drop")).to_be_visible(timeout=60_000)


def test_releases_are_added_and_asked_about_without_leaving_the_page(tab: Tab, shop: Shop) -> None:
    page = tab.page
    before = shop.answerer.count_releases()
    page.get_by_role("link", name="All releases", exact=True).click()
    page.get_by_role("link", name="Add releases").click()
    expect(page.get_by_role("heading", name="Add releases")).to_be_visible()
    expect(page.get_by_label("Password for adding releases")).to_be_focused()
    for part in ("#tl-chat", "#tl-ask", "#tl-shelf-page"):
        expect(page.locator(part)).to_be_hidden()
    come_in(tab, "not the password")
    expect(page.get_by_role("alert").filter(has_text="Wrong password. Please try again.")).to_be_visible()
    come_in(tab)
    files = page.locator("#tl-adding-page input[type=file]")
    expect(files).to_be_focused()
    start = page.locator(".tl-adding-start")
    expect(start).to_be_disabled()
    files.set_input_files(
        [
            release("harbour", "7,771"),
            payload("<img src=x onerror=alert(1)>.txt", b"\x7fELF" + bytes(99)),
            payload("empty.txt", b" "),
            release("meadow", "1"),
        ]
    )
    items = page.locator(".tl-handed-in > li")
    expect(items).to_have_count(4, timeout=60_000)
    first = items.first
    for words in (
        "harbour.md",
        "new",
        "4 March 2025",
        "in English",
        "Ostrava Bay Council",
        "membership costs 15 crowns",
    ):
        expect(first).to_contain_text(words, use_inner_text=True)
    expect(first.get_by_role("link")).to_have_attribute("href", "https://news.example.org/ostrava/harbour")
    expect(items.nth(1)).to_contain_text("Skipped: is a program", use_inner_text=True)
    expect(items.nth(1)).to_contain_text("<img src=x onerror=alert(1)>.txt")
    expect(items.nth(2)).to_contain_text("Skipped: is empty", use_inner_text=True)
    page.get_by_role("button", name="ไทย").click()
    expect(first).to_contain_text("4 มีนาคม 2568", use_inner_text=True)
    expect(items.nth(2)).to_contain_text("ข้าม: ไฟล์ว่างเปล่า", use_inner_text=True)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Remove meadow.md").click()
    expect(items).to_have_count(3)
    page.get_by_role("button", name="Add 1 file", exact=True).click()
    expect(page.locator(".tl-adding-run progress")).to_be_visible()
    expect(page.locator(".tl-adding-over")).to_be_visible(timeout=_LONG)
    summary = page.locator(".tl-summary")
    expect(summary).to_contain_text("1 added", use_inner_text=True)
    expect(page.locator("#tl-header")).to_contain_text(f"{before + 1} releases indexed", use_inner_text=True)
    link = summary.get_by_role("link", name="harbour library")
    link.click()
    expect(page.get_by_role("dialog", name="Source").locator(".tl-release")).to_contain_text("7,771")
    page.keyboard.press("Escape")
    page.locator(".tl-adding-over .tl-adding-leave").click()
    tab.ask("How many books does the harbour library of Ostrava Bay have?")
    tab.wait_for_replies(1)
    expect(page.locator(".tl-answer")).to_contain_text("7,771", timeout=30_000)


def test_what_leads_from_the_releases_stands_together(tab: Tab) -> None:
    tab.page.evaluate("location.hash = '#releases'")
    add, back = (
        tab.page.get_by_role("link", name=name).bounding_box() for name in ("Add releases", "Back to questions")
    )
    assert add is not None and back is not None
    assert back["x"] - (add["x"] + add["width"]) < 16


def test_files_are_dropped(tab: Tab) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    expect(page.get_by_label("Password for adding releases")).to_be_visible()
    assert dim(tab)[1] == []
    come_in(tab)
    content = base64.b64encode(NEWS.encode()).decode()
    page.evaluate(
        """(content) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], 'dropped.md'));
          const at = document.querySelector('.tl-drop');
          for (const type of ['dragenter', 'dragover', 'drop']) {
            at.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
          }
        }""",
        content,
    )
    expect(page.locator(".tl-handed-in > li")).to_contain_text("dropped.md", timeout=60_000)
    assert dim(tab)[1] == []
    page.locator(".tl-adding-files .tl-adding-leave").click()
    expect(page.locator("#tl-chat")).to_be_visible()
    page.evaluate("location.hash = '#add'")
    expect(page.get_by_label("Password for adding releases")).to_be_focused()
    expect(page.locator(".tl-handed-in > li")).to_have_count(0)


def test_who_leaves_while_a_file_is_sent_and_comes_again_can_hand_in_others(tab: Tab) -> None:
    page = tab.page
    held: list[Route] = []
    page.route("**/add/file", lambda route: held.append(route), times=1)
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    files = page.locator("#tl-adding-page input[type=file]")
    with page.expect_request("**/add/file"):
        files.set_input_files([release("left", "5")])
    page.locator(".tl-adding-files .tl-adding-leave").click()
    expect(page.locator("#tl-chat")).to_be_visible()
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    files.set_input_files([release("again", "6")])
    held.pop().continue_()
    expect(page.locator(".tl-handed-in > li")).to_contain_text("again.md", timeout=60_000)


def test_by_keyboard_alone_on_a_phone_in_thai(phone: Tab) -> None:
    page = phone.page
    # The browser is told to hand choosers over long before a key opens one.
    page.on("filechooser", lambda chooser: None)
    page.evaluate("localStorage.setItem('thalaeng.theme', 'dark')")
    page.goto(f"{page.url.partition('#')[0]}#add")
    phone.reload()
    field = page.get_by_label("รหัสผ่านสำหรับเพิ่มข่าว")
    expect(field).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    files = page.locator("#tl-adding-page input[type=file]")
    expect(files).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    rows = [{"title": "ท่าเรือโอสตราวา " * 9, "text": "ก" * 900, "date": "2025-02-28", "url": "javascript:alert(1)"}] * 7
    text = "\n".join(
        json.dumps({**row, "title": f"{row['title']}{n}", "text": f"{row['text']}{n}"}) for n, row in enumerate(rows)
    )
    chooser.value.set_files([release("x" * 90, "2"), payload("rows.jsonl", f"{text}\n{{}}\nno".encode())])
    items = page.locator(".tl-handed-in > li")
    expect(items).to_have_count(2, timeout=60_000)
    expect(items.last).to_contain_text("และอีก 2 ฉบับ", use_inner_text=True)
    expect(items.last).to_contain_text("28 กุมภาพันธ์ 2568", use_inner_text=True)
    expect(items.last).to_contain_text("ข้าม: ไม่มีข้อความ", use_inner_text=True)
    assert items.last.locator("a").count() == 0, "an address that is not of the web is no link"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert dim(phone)[1] == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="เอาออก " + "x" * 90)).to_be_focused()
    page.keyboard.press("Enter")
    expect(items).to_have_count(1)
    expect(page.get_by_role("button", name="เอาออก rows.jsonl")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="เพิ่ม 1 ไฟล์")).to_be_focused()


def test_a_second_writer_is_one_line_and_the_files_stay(tab: Tab, shop: Shop) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    page.locator("#tl-adding-page input[type=file]").set_input_files([release("quay", "3")])
    expect(page.locator(".tl-handed-in > li")).to_have_count(1, timeout=60_000)
    with FileLock(shop.answerer.library.settings.home / "writer.lock"):
        page.get_by_role("button", name="Add 1 file", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(
            "Someone else is adding releases right now.", use_inner_text=True, timeout=_LONG
        )
    expect(page.locator(".tl-handed-in > li")).to_have_count(1)
    page.get_by_role("button", name="Add 1 file", exact=True).click()
    expect(page.locator(".tl-summary")).to_contain_text("1 added", use_inner_text=True, timeout=_LONG)


def test_when_the_time_is_over_the_password_is_asked_for_again(tab: Tab, shop: Shop) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    shop.adding.shut()
    page.locator("#tl-adding-page input[type=file]").set_input_files([release("late", "4")])
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended.", use_inner_text=True)
    expect(page.get_by_label("Password for adding releases")).to_be_visible()


def test_a_file_that_is_too_large_is_not_sent(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    page.locator("#tl-adding-page input[type=file]").set_input_files(large)
    expect(page.locator(".tl-handed-in > li")).to_contain_text("is larger than 20 MB; split it", use_inner_text=True)
    assert not [url for url in tab.requests if url.endswith("/add/file")]
    page.get_by_role("button", name="ไทย").click()
    expect(page.locator(".tl-handed-in > li")).to_contain_text("ข้าม: ไฟล์ใหญ่เกิน 20 MB", use_inner_text=True)
    page.get_by_role("button", name="เอาออก large.txt").click()
    expect(page.locator(".tl-handed-in > li")).to_have_count(0)


def test_files_that_could_not_be_sent_are_named_and_the_others_stay(tab: Tab) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    away = {"th": "เต็มแล้ว", "en": "There is no room."}
    answered: list[Route] = []

    def second_is_refused(route: Route) -> None:
        answered.append(route)
        route.fulfill(status=413, json=away) if len(answered) > 1 else route.continue_()

    page.route("**/add/file", second_is_refused)
    page.locator("#tl-adding-page input[type=file]").set_input_files([release(name, "5") for name in ("a", "b", "c")])
    expect(page.locator(".tl-sending")).to_have_text("Not sent (2): b.md, c.md", use_inner_text=True)
    expect(page.get_by_role("alert")).to_contain_text("There is no room.", use_inner_text=True)
    expect(page.locator(".tl-handed-in > li")).to_have_count(1)
    expect(page.get_by_role("button", name="Add 1 file", exact=True)).to_be_enabled()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (413, "<h1>413 Request Entity Too Large</h1>", "The file is too large for the server in front of this one."),
        (413, "{}", "The file is too large for the server in front of this one."),
        (502, "<h1>Bad gateway</h1>", "The server cannot be reached."),
        (200, "<h1>Log in</h1>", "The server cannot be reached."),
    ],
)
def test_what_a_server_in_between_refuses_is_said_in_words_of_the_page(
    tab: Tab, status: int, body: str, says: str
) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    page.route("**/add/file", lambda route: route.fulfill(status=status, body=body))
    page.locator("#tl-adding-page input[type=file]").set_input_files([release("kept", "5")])
    expect(page.get_by_role("alert").filter(has_text=says)).to_be_visible()
    expect(page.locator(".tl-sending")).to_have_text("Not sent (1): kept.md", use_inner_text=True)
    page.unroute("**/add/file")
    page.locator("#tl-adding-page input[type=file]").set_input_files([release("kept", "5")])
    expect(page.locator(".tl-handed-in > li")).to_have_count(1, timeout=60_000)


def test_what_is_left_out_is_said_again_at_the_end_and_the_time_that_is_left_meanwhile(
    tab: Tab, tmp_path: Path
) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    large, program, good = tmp_path / "large <b>.txt", tmp_path / "tool <i>.exe", tmp_path / "good.md"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    program.write_bytes(b"\x7fELF" + bytes(99))
    good.write_bytes(NEWS.replace("floating-library", "sailing-library").encode())
    page.locator("#tl-adding-page input[type=file]").set_input_files([large, program, good])
    expect(page.locator(".tl-handed-in > li")).to_have_count(3, timeout=60_000)
    expect(page.get_by_role("status").filter(has_text="Files ready to add: 1")).to_have_count(1)
    told: dict[str, float | None] = {"over": False, "done": 1, "total": 4, "share": 0.25, "seconds_left": 75.4}
    page.route("**/add/progress", lambda route: route.fulfill(json=told))
    page.get_by_role("button", name="Add 1 file", exact=True).click()
    words = page.locator(".tl-run")
    expect(words).to_have_text("1 of 4 files · about 1:15 left", use_inner_text=True)
    expect(page.get_by_role("progressbar", name="Add releases", exact=True)).to_have_js_property("value", 0.25)
    # It is told at each tenth of the way alone, and shown at each look.
    heard = page.locator(".tl-adding-heard")
    expect(heard).to_contain_text("1 of 4 files · about 1:15 left")
    for seconds, left in ((59.4, "0:59"), (59.6, "1:00"), (60.4, "1:00"), (119.5, "2:00"), (3_600.0, "60:00")):
        told["seconds_left"] = seconds
        expect(words).to_have_text(f"1 of 4 files · about {left} left", use_inner_text=True)
        expect(heard).to_contain_text("about 1:15 left")
    told.update(total=1, seconds_left=None)
    expect(words).to_have_text("1 of 1 file", use_inner_text=True)
    told.update(total=4, share=0.31, seconds_left=12.0)
    expect(heard).to_contain_text("about 0:12 left")
    page.get_by_role("button", name="ไทย").click()
    expect(words).to_contain_text("เหลืออีกประมาณ 0:12", use_inner_text=True)
    page.get_by_role("button", name="English").click()
    page.unroute("**/add/progress")
    summary = page.locator(".tl-summary")
    expect(summary).to_be_visible(timeout=_LONG)
    expect(page.get_by_role("status").filter(has_text="Done. You can ask")).to_have_count(1)
    for said in ("2 skipped", "large <b>.txt", "is larger than 20 MB; split it", "tool <i>.exe", "is a program, not"):
        expect(summary).to_contain_text(said, use_inner_text=True)
    assert summary.locator("i, b b").count() == 0
    page.locator(".tl-adding-over .tl-adding-more").click()
    expect(page.locator(".tl-handed-in > li")).to_have_count(0)


def drop(tab: Tab, *paths: Path, at: str = ".tl-drop") -> None:
    """Files and folders dropped on the page, as from a desktop."""
    box = tab.page.locator(at).bounding_box()
    assert box is not None
    session = tab.page.context.new_cdp_session(tab.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + 5,
                "y": box["y"] + 5,
                "data": {"items": [], "files": list(map(str, paths)), "dragOperationsMask": 1},
            },
        )


def test_a_dropped_folder_gives_the_files_in_it(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    come_in(tab)
    folder, empty = tmp_path / "news", tmp_path / "pictures"
    (folder / "deep" / "deeper").mkdir(parents=True)
    empty.mkdir()
    for at in ("b.md", "deep/deeper/C.MD", "deep/.hidden.md", "picture.png"):
        (folder / at).write_bytes(NEWS.encode())
    (empty / "picture.png").write_bytes(b"x")
    (tmp_path / "alone.xyz").write_bytes(b"\x7fELF" + bytes(99))
    drop(tab, folder, tmp_path / "alone.xyz")
    items = page.locator(".tl-handed-in > li")
    expect(items).to_have_count(3, timeout=60_000)
    assert items.locator(".tl-file").all_inner_texts() == ["b.md", "C.MD", "alone.xyz"]
    expect(page.get_by_role("alert")).to_have_text(
        "Files skipped in the folder (other types or unreadable): 1", use_inner_text=True
    )
    drop(tab, empty)
    expect(page.get_by_role("alert")).to_have_text("This folder has no files that can be read.", use_inner_text=True)
    many = tmp_path / "many"
    many.mkdir()
    for n in range(201):
        (many / f"{n}.md").touch()
    drop(tab, many)
    expect(page.get_by_role("alert")).to_have_text("You can add up to 200 files at a time.", use_inner_text=True)
    expect(items).to_have_count(3)


@pytest.mark.parametrize(
    ("address_ends_in", "at"), [("#add", "#tl-header h1"), ("", "#tl-header h1"), ("", "#tl-box textarea")]
)
def test_a_file_dropped_where_none_is_taken_is_not_opened_in_the_place_of_the_page(
    tab: Tab, tmp_path: Path, address_ends_in: str, at: str
) -> None:
    page = tab.page
    if address_ends_in:
        page.evaluate(f"location.hash = '{address_ends_in}'")
        come_in(tab)
    dropped = tmp_path / "beside.txt"
    dropped.write_text("a text of its own")
    went: list[str] = []
    page.on("framenavigated", lambda frame: went.append(frame.url))
    page.context.on("page", lambda other: went.append(other.url))
    drop(tab, dropped, at=at)
    tab.wait_until_drawn()
    assert page.evaluate("window.thalaeng.isReady")
    assert went == []
