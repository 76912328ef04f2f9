"""Why something was skipped is said in Thai too: whatever a reader can say is looked for in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.reasons import reason_phrase

ROOT = Path(__file__).parent.parent / "index"
_SAYS = re.compile(r"(is|has|holds|needs|cannot|takes|may|does|changed|unpacks) ")


def said(path: Path) -> Iterator[str]:
    """The reasons in a module, with a 7 for what stands in braces; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in docs | parts:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        else:
            continue
        if _SAYS.match(text):
            yield text


REASONS = sorted(
    {
        # A kind of file and a noun are one of a few words: any of them does.
        text.replace("is 7, which", "is a .exe file, which").replace("is 7, ", "is a picture, ")
        .replace("JSON7", "JSON").replace("is 7;", "is an old or a password-protected Office document;")
        .replace("is a 7", "is a .exe").replace("has no 7", "has no column").replace("its 7s", "its columns")
        for path in (*(ROOT / "readers").glob("*.py"), ROOT / "apart.py")
        for text in said(path)
    }
)  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_thai_words(reason: str) -> None:
    phrase = reason_phrase(reason)
    assert phrase.en == reason
    assert re.search("[ก-๙]", phrase.th), phrase.th
    assert not re.search(r"\{\d?\}", phrase.th)


def test_the_source_holds_the_reasons_that_were_looked_for() -> None:
    assert len(REASONS) > 30
    assert "is empty" in REASONS


@pytest.mark.parametrize(
    ("reason", "thai"),
    [
        (
            "has no row that can be read; line 3 is not valid JSON at character 9",
            "ไม่มีแถวที่อ่านได้ บรรทัด 3: ไม่ใช่ JSON ที่ถูกต้อง",
        ),
        (
            "is too large: 21.0 MB, and 20.0 MB are allowed; split it or raise THALAENG_MAX_FILE_MB",
            "ใหญ่เกินไป (21.0 MB จากที่รับได้ 20.0 MB) โปรดแบ่งไฟล์",
        ),
        (
            "is a Git LFS pointer, not .pdf; fetch the file itself: git lfs pull",
            "เป็นตัวชี้ของ Git LFS ไม่ใช่ตัวไฟล์ โปรดดึงไฟล์จริงด้วย git lfs pull",
        ),
        ("nobody foresaw {0} this", "อ่านไม่ได้ ระบบแจ้งเป็นภาษาอังกฤษว่า nobody foresaw {0} this"),
        ("is damaged ({x} {0}); nothing after it was read", "แถวเสียหาย ({x} {0}) ข้อมูลหลังจากนี้ไม่ได้อ่าน"),
    ],
)  # fmt: skip
def test_what_a_reason_names_is_named(reason: str, thai: str) -> None:
    assert reason_phrase(reason).th == thai
