"""Takes out of a damaged database the releases that can still be read, so that the rest can be made anew of them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from index.errors import IndexDamaged
from index.lookup import Lookup, StoredRelease
from index.store import Store

__all__ = ["can_be_salvaged", "salvage"]


def can_be_salvaged(store: Lookup) -> bool:
    """Whether the table of releases can be entered at all."""
    try:
        _last(store)
    except IndexDamaged:
        return False
    return True


def salvage(store: Store) -> tuple[int, int, Path]:
    """Puts a new database with every release that reads as when it was indexed into the place of a damaged one.

    Returns how many releases were taken over, how many were lost, and where the damaged database is kept.
    Passages and words are not taken over: they are to be made of the texts. Raises `IndexDamaged` where not
    even the table of releases can be entered.
    """
    last, taken, lost = _last(store), 0, 0
    path = store.path
    part = path.with_name(f"{path.name}.mending")
    _unlink(part)
    new = Store(part)
    new.create()
    with new.transaction():
        # Row by row: a page that cannot be read costs the rows that stand on it, and no other.
        for row in range(1, last + 1):
            try:
                stored = _release(store, row)
                if stored is None:
                    continue
                if not store.is_intact(stored.id, stored.release):
                    raise IndexDamaged(f"{stored.id} is not what was indexed")
            except (IndexDamaged, ValueError):
                lost += 1
                continue
            new.write(stored.release, (), (), fingerprint="", added_at=stored.added_at)
            with suppress(IndexDamaged):  # a file that is forgotten is read again
                for name in store.files_of(stored.id):
                    digest, ids = store.file(name)
                    new.remember_file(name, digest, {*new.file(name)[1], *ids} & {stored.id, *new.file(name)[1]})
            taken += 1
        for key in ("id", "vectors", "generation"):
            with suppress(IndexDamaged):
                if (value := store.meta(key)) is not None:
                    new.set_meta(key, value)
    new.settle()
    store.close()
    kept = _free_name(path)
    for suffix in ("-wal", "-shm"):
        if Path(f"{path}{suffix}").exists():
            os.replace(f"{path}{suffix}", f"{kept}{suffix}")
    os.replace(path, kept)
    os.replace(part, path)
    store.create()
    return taken, lost, kept


def _release(store: Lookup, row: int) -> StoredRelease | None:
    """The release of a row, with the addresses that lead to it where those can be read."""
    try:
        return next(store.releases("rowid = ?", (row,)), None)
    except IndexDamaged:
        return next(store.releases("rowid = ?", (row,), with_links=False), None)


def _last(store: Lookup) -> int:
    return int(str(store.read("SELECT coalesce(max(rowid), 0) FROM releases")[0][0]))


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return kept


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
