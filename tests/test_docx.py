"""All the text of a Word document is read, wherever Word puts it."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from index.readers import read_file
from index.release import Release

FIRST = "Pier opens"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*parts: str) -> str:
    return f"<w:p>{''.join(parts)}</w:p>"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def read(folder: Path, body: str, created: dt.datetime | None = None, title: str = "", first: str = FIRST) -> Release:
    """The release in a document that holds `body` below its first line."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.add_paragraph(first)
    document.core_properties.title = title
    if created:
        document.core_properties.created = created
    below = document.element.body[0]
    for part in reversed(parse_xml(f"<w:body xmlns:w='{NAMESPACE}'>{body}</w:body>")):
        below.addnext(part)
    out = io.BytesIO()
    document.save(out)
    path = folder / "a.docx"
    path.write_bytes(out.getvalue())
    (release,) = read_file(path).releases
    return release


COST = paragraph(run("It cost 300 million baht."))


# What stands in a document, and its text.
CASES: dict[str, tuple[str, str]] = {
    "a content control": (control(COST), "It cost 300 million baht."),
    "controls in a control": (
        control(control(COST) + table(row(COST, paragraph(run("Paid."))))),
        "It cost 300 million baht.\nIt cost 300 million baht. Paid.",
    ),
    "a control in a line": (paragraph(run("It cost "), control(run("300")), run(" baht.")), "It cost 300 baht."),
    "what nobody filled in": (
        control(paragraph(run("Click here to enter text.")), "<w:showingPlcHdr/>") + COST,
        "It cost 300 million baht.",
    ),
    "put in": (
        paragraph(run("It cost"), f"<w:ins>{run(' 300 million baht')}</w:ins>", run(" in all.")),
        "It cost 300 million baht in all.",
    ),
    "taken out": (
        paragraph(run("It cost "), "<w:del><w:r><w:delText>200</w:delText></w:r></w:del>", run("300.")),
        "It cost 300.",
    ),
    "moved": (
        paragraph(f"<w:moveFrom>{run('300 ')}</w:moveFrom>", run("It cost "), f"<w:moveTo>{run('300')}</w:moveTo>"),
        "It cost 300",
    ),
    "a link and a field": (
        paragraph(run("It cost "), f"<w:hyperlink>{run('300')}</w:hyperlink><w:fldSimple>{run(' baht')}</w:fldSimple>"),
        "It cost 300 baht",
    ),
    "tabs and breaks": (
        paragraph(
            "<w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr>",
            "<w:r><w:t>Cost</w:t><w:tab/><w:t>300</w:t><w:br/><w:t>twenty</w:t><w:noBreakHyphen/><w:t>two</w:t></w:r>",
        ),
        "Cost 300\ntwenty-two",
    ),
    "a table in a table": (
        table(row(COST, table(row(paragraph(run("a")), paragraph(run("b"))), row(paragraph(run("c")))))),
        "It cost 300 million baht. a b c",
    ),
    "controls around a row and a cell": (
        table(control(row(COST)), f"<w:tr>{control(f'<w:tc>{COST}</w:tc>')}</w:tr>"),
        "It cost 300 million baht.\nIt cost 300 million baht.",
    ),
}


@pytest.mark.parametrize(("body", "text"), CASES.values(), ids=CASES)
def test_text_is_read_wherever_it_stands(tmp_path: Path, body: str, text: str) -> None:
    assert read(tmp_path, body).text == text


def test_a_title_in_a_content_control_is_the_headline(tmp_path: Path) -> None:
    title = paragraph("<w:pPr><w:pStyle w:val='Title'/></w:pPr>", run("Harbour grows"))
    assert read(tmp_path, control(title) + COST).title == "Harbour grows"


def test_a_title_that_only_says_that_it_is_a_press_release_is_no_headline(tmp_path: Path) -> None:
    styled = [
        paragraph("<w:pPr><w:pStyle w:val='Title'/></w:pPr>", run(title))
        for title in ("ข่าวประชาสัมพันธ์", "Harbour grows")
    ]
    assert read(tmp_path, "".join(styled) + COST).title == "Harbour grows"
    assert read(tmp_path, styled[0] + COST).title == FIRST


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Harbour grows", "Harbour grows"),
        ("Press release", FIRST),
        ("ข่าวประชาสัมพันธ์ ที่ 12/2568", FIRST),
        ("release_final_v3", FIRST),
        ("ข่าวท่าเรือ แก้ไข 2.docx", FIRST),
        (r"D:\news\Harbour.PDF", FIRST),
    ],
)
def test_properties_that_name_a_file_or_a_kind_of_text_give_no_headline(
    tmp_path: Path, title: str, headline: str
) -> None:
    assert read(tmp_path, COST, title=title).title == headline


def test_the_day_of_the_template_is_not_the_releases(tmp_path: Path) -> None:
    assert read(tmp_path, COST).date is None
    assert read(tmp_path, COST, dt.datetime(2024, 5, 6)).date == dt.date(2024, 5, 6)


BOLD, LARGE, PLAIN = "<w:b/>", "<w:sz w:val='40'/>", ""
BODY = "It is open to all from six in the morning until ten at night. " * 4


def styled(text: str, properties: str) -> str:
    return paragraph(f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>")


@pytest.mark.parametrize(
    ("paragraphs", "title", "text"),
    [
        ([("Pier opens", BOLD), ("at Ban Na", BOLD), (BODY, PLAIN)], "Pier opens at Ban Na", BODY),
        ([("เปิดท่าเรือ", "<w:bCs/>"), ("บ้านนา", "<w:bCs/>"), (BODY, PLAIN)], "เปิดท่าเรือ บ้านนา", BODY),
        ([("Pier opens", LARGE), ("at sea", LARGE), (BODY, PLAIN)], "Pier opens at sea", BODY),
        ([("Pier opens</w:t><w:br/><w:t>at sea", BOLD), (BODY, PLAIN)], "Pier opens at sea", BODY),
        ([("Pier opens", BOLD), ("2 March 2025", BOLD), (BODY, PLAIN)], "Pier opens", f"2 March 2025\n{BODY}"),
        ([("Pier opens", PLAIN), ("at Ban Na", PLAIN), (BODY, PLAIN)], "Pier opens", f"at Ban Na\n{BODY}"),
        ([("Pier opens", BOLD), ("At sea", "<w:b w:val='0'/>"), (BODY, PLAIN)], "Pier opens", f"At sea\n{BODY}"),
        ([("Pier opens", BOLD), (BODY * 2, BOLD), (BODY, PLAIN)], "Pier opens", f"{BODY * 2}\n{BODY}"),
        ([("Board", BOLD), ("PRESS RELEASE", BOLD), ("Pier opens", BOLD), ("at sea", BOLD), (BODY, PLAIN)],
         "Pier opens at sea", f"Board\nPRESS RELEASE\nPier opens\nat sea\n{BODY}"),
    ],
)  # fmt: skip
def test_a_headline_over_two_lines_is_whole(
    tmp_path: Path, paragraphs: list[tuple[str, str]], title: str, text: str
) -> None:
    release = read(tmp_path, "".join(styled(*part) for part in paragraphs), first="")
    assert (release.title, release.text) == (title, text.replace(" \n", "\n").strip())


def test_a_title_over_two_paragraphs_is_whole(tmp_path: Path) -> None:
    lines = ["Harbour grows", "and grows"]
    styles = [paragraph("<w:pPr><w:pStyle w:val='Title'/></w:pPr>", run(line)) for line in lines]
    assert read(tmp_path, "".join(styles) + COST).title == "Harbour grows and grows"


@pytest.mark.parametrize(("title", "headline"), [("Pier opens", "Pier opens at sea"), ("Gate opens", "Gate opens")])
def test_a_title_that_is_the_first_line_of_the_headline_is_not_all_of_it(
    tmp_path: Path, title: str, headline: str
) -> None:
    lines = [("Pier opens", BOLD), ("at sea", BOLD), (BODY, PLAIN)]
    assert read(tmp_path, "".join(styled(*part) for part in lines), title=title, first="").title == headline


@pytest.mark.parametrize(
    ("below", "title"),
    [
        (["Pier opens at sea", BODY], "Pier opens at sea"),
        (["", "PRESS RELEASE", "2 March 2025", "Pier opens at sea", BODY], "Pier opens at sea"),
        ([BODY, BODY], "logo Harbour Board"),
        (["It is open."], "logo Harbour Board"),
        ([], "logo Harbour Board"),
    ],
)
def test_a_table_at_the_top_is_a_letterhead(tmp_path: Path, below: list[str], title: str) -> None:
    letterhead = table(row(paragraph(run("logo")), paragraph(run("Harbour Board"))))
    release = read(tmp_path, letterhead + "".join(paragraph(run(text)) for text in below) + table(row(COST)), first="")
    assert release.title == title
    assert release.text.endswith("It cost 300 million baht.")
