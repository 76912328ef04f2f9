"""A copy of an index that never changes: written beside its place, with a checksum of every file, and moved in whole.

Servers read one, each from a home of its own, and go over to a newer one when a link leads there. Chroma writes
into its folder even when it is only asked, so that each home searches a copy of the snapshot's vectors.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from index.chroma import ChromaFolder
from index.errors import IndexDamaged, IndexReadOnly, PlaceTaken, StorageFull
from index.leftovers import remove_leftovers
from index.store import Store
from index.vectors import Vectors

__all__ = [
    "DATABASE",
    "Manifest",
    "SnapshotFile",
    "digest",
    "file_faults",
    "is_snapshot",
    "open_vectors",
    "read_only",
    "write_snapshot",
]

DATABASE = "releases.sqlite"
_VECTORS = "vectors"
_MANIFEST = "snapshot.json"
# Where a home keeps the copies of vectors that it searches, each named by its snapshot's manifest.
_COPIES = "snapshots"
# Passages brought to Chroma at a time.
_BATCH = 1000


class SnapshotFile(BaseModel):
    """A file of a snapshot: its path in the folder with slashes, its size, its checksum in hex."""

    model_config = ConfigDict(frozen=True)

    path: str
    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a snapshot holds: when it was made (ISO, UTC), with what, how much, and every file but itself."""

    model_config = ConfigDict(frozen=True)

    made_at: str
    fingerprint: str
    releases: int
    passages: int
    files: tuple[SnapshotFile, ...]


def is_snapshot(folder: Path) -> bool:
    """Whether a folder, or what a link leads to, is a snapshot."""
    return (folder / _MANIFEST).is_file()


def read_only(folder: Path) -> IndexReadOnly:
    """What is said where a snapshot is to be written to, or asked without a home."""
    return IndexReadOnly(
        f"{folder} is a snapshot, which never changes. To add or remove, use the home it was made from, without "
        "THALAENG_SNAPSHOT. To ask it, set THALAENG_SNAPSHOT and another home."
    )


def write_snapshot(store: Store, vectors: Vectors, out: Path) -> Manifest:
    """Writes what is committed at this moment to the new folder `out`; a writer may go on meanwhile.

    The vectors are made from the copied database, as `vectors` are, and so are those of the same passages. Raises
    `PlaceTaken` where there is something at `out`, `IndexDamaged` where the database is damaged,
    `StorageFull`; nothing is left behind then.
    """
    if os.path.lexists(out):
        raise PlaceTaken(f"{out} already exists, and a snapshot never replaces anything. Name a new folder.")
    part = _beside(out)
    try:
        store.back_up(part / DATABASE)
        copy = Store(part / DATABASE)
        if copy.integrity() != "ok":
            raise IndexDamaged(f"{store.path} is damaged. Run: python -m index verify")
        _fill(copy, vectors.within(ChromaFolder(part / _VECTORS)))
        manifest = Manifest(
            made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            fingerprint=copy.meta("fingerprint") or "",
            releases=sum(copy.count_releases().values()),
            passages=sum(copy.count_passages().values()),
            files=(),
        )
        copy.settle()
        manifest = manifest.model_copy(update={"files": tuple(_describe(part))})
        (part / _MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        for path in (part, *part.rglob("*")):
            _to_disk(path)
        os.rename(part, out)
        _to_disk(out.parent)
    except OSError as error:
        raise StorageFull(f"The snapshot cannot be written to {out}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a snapshot says of itself; raises `IndexDamaged` where that cannot be read."""
    try:
        return Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"{folder / _MANIFEST} cannot be read.") from error


def file_faults(folder: Path) -> list[str]:
    """In what the files of a snapshot differ from its manifest, a line for each; reads every byte."""
    faults = []
    try:
        files = read_manifest(folder).files
    except IndexDamaged as error:
        return [str(error)]
    for file in files:
        path = folder / PurePosixPath(file.path)
        try:
            if path.stat().st_size != file.bytes:
                faults.append(f"{file.path} has {path.stat().st_size} bytes, not {file.bytes}")
            elif digest(path) != file.sha256:
                faults.append(f"{file.path} differs from what was written")
        except OSError as error:
            faults.append(f"{file.path} cannot be read: {error.strerror or error}")
    return faults


def open_vectors(folder: Path, home: Path) -> Path:
    """The folder of a home's own copy of a snapshot's vectors: checked and copied the first time, then as it is.

    Copies other than this one and the one before it are thrown away. Raises `IndexDamaged` where the
    snapshot is not what was written, `StorageFull`.
    """
    copies = home / _COPIES
    copy = copies / hashlib.sha256((folder / _MANIFEST).read_bytes()).hexdigest()[:16]
    if copy.is_dir():
        return copy
    if faults := file_faults(folder):
        raise IndexDamaged(f"The snapshot {folder} is damaged: {faults[0]}. Take a new one: python -m index snapshot")
    remove_leftovers(copies)
    part = _beside(copy)
    try:
        shutil.copytree(folder / _VECTORS, part, dirs_exist_ok=True)
        os.rename(part, copy)
    except OSError as error:
        if not copy.is_dir():  # another server of this home was faster
            raise StorageFull(
                f"The snapshot's vectors cannot be copied to {copy}: {error.strerror or error}."
            ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    others = [path for path in copies.iterdir() if path != copy and not path.name.startswith(".")]
    for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(path, ignore_errors=True)
    return copy


def _beside(place: Path) -> Path:
    """A new folder beside a place, to be moved there."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        part.chmod(0o755)
        return part
    except OSError as error:
        raise StorageFull(f"Cannot write to {place.parent}: {error.strerror or error}.") from error


def _fill(store: Store, vectors: Vectors) -> None:
    """Puts all passages of a store into a new Chroma."""
    with store.transaction():
        store.queue_all()
        store.set_meta("vectors", "folder")
    vectors.create()
    while entries := store.outbox(_BATCH):
        vectors.apply(entries)
        store.clear_outbox(entries)
    vectors.reopen()


def _describe(folder: Path) -> Iterator[SnapshotFile]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield SnapshotFile(path=path.relative_to(folder).as_posix(), bytes=path.stat().st_size, sha256=digest(path))


def digest(path: Path) -> str:
    """The sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """Has a file or a folder written to the disk, so that it outlives a power cut."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
