"""Files that were handed in rather than lying in a folder of somebody's: kept in the home, under names that do no harm.

Each lies in a folder of its own, named by the time and by its content: `added/20250228T091500123456-<sha256>/name.txt`.
Its name stays as it was, for a reader may learn from it; adding `added` as a whole to a new index takes the files in
the order in which they came, so that a later state of a release goes over an earlier one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from index.errors import StorageFull
from index.normal import path_text
from index.store import Store

__all__ = ["keep_file", "prune", "safe_name"]

FOLDER = "added"
# File systems take 255 bytes; a Thai character takes three.
_LONGEST = 120
# Hexadecimal digits of a sha256 that tell contents apart.
_DIGITS = 32
# What means something to a file system or a shell, or cannot be seen.
_UNSAFE = re.compile(r'[<>:"|?*%`$;&\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+')
# Names that Windows keeps for devices, whatever the ending.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe_name(name: str, suffix: str) -> str:
    """A name for a file that somebody calls `name` and whose content is of the kind `suffix`.

    What is left of it is the last part of a path, without control characters, without a dot at its beginning.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last[: -len(Path(last).suffix)] if Path(last).suffix else last
    stem = _UNSAFE.sub("_", stem).strip("._-")
    if not stem or _DEVICE.match(stem):
        stem = f"release_{stem}".rstrip("_")
    stem = stem.encode()[:_LONGEST].decode("utf-8", "ignore")
    return f"{stem}{suffix}"


def keep_file(home: Path, path: Path, now: dt.datetime | None = None) -> Path:
    """Copies a file among those that are kept, and returns where it lies; whole or not at all.

    Raises `StorageFull` where it cannot be written.
    """
    data = path.read_bytes()
    stamp = (now or dt.datetime.now(dt.UTC)).strftime("%Y%m%dT%H%M%S%f")
    place = home / FOLDER / f"{stamp}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}"
    try:
        (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        part = place / f".{path.name}"
        part.write_bytes(data)
        os.replace(part, place / path.name)
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        raise StorageFull(f"{home / FOLDER} cannot be written to: {error.strerror or error}.") from error
    return place / path.name


def prune(home: Path, kept: Sequence[Path], store: Store) -> list[Path]:
    """Of files that were just kept, takes those away that gave the index nothing; and earlier ones of the same content.

    Returns those that stay.
    """
    stay = []
    for path in kept:
        if not store.file(path_text(path.resolve()))[1]:
            shutil.rmtree(path.parent, ignore_errors=True)
            continue
        stay.append(path)
        digest = path.parent.name.rpartition("-")[2]
        for same in (home / FOLDER).glob(f"*-{digest}"):
            if same.name < path.parent.name:
                shutil.rmtree(same, ignore_errors=True)
    return stay
