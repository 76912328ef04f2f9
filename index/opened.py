"""Opens an index: a home's own, with its vectors in a folder or in a server, or a snapshot."""

from __future__ import annotations

import errno
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.chroma import ChromaFolder, ChromaServer
from index.errors import BadSetting, IndexDamaged, NotWritable, StorageFull
from index.projection import directions_for
from index.settings import Settings
from index.snapshot import DATABASE, is_snapshot, open_vectors
from index.store import Store
from index.vectors import Vectors

__all__ = ["Opened", "keeper", "make_home", "open_index", "vectors_folder"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open of an index: texts and vectors of the same passages."""

    store: Store
    vectors: Vectors


def make_home(home: Path) -> None:
    """Makes the folder of a home where it is not there yet, and sees to it that files can be written into it.

    Raises `NotWritable`, `StorageFull`.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Whoever runs as root is told that all may be written to, also what cannot be.
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk is full: {home}. Make room and run the same command again.") from error
        raise NotWritable(
            f"Cannot write to {home} ({error.strerror or error}). Choose another folder with --home or THALAENG_HOME."
        ) from error


def open_index(settings: Settings) -> Opened:
    """The index that is asked. The tables of a home's are made where there is a file without them.

    Raises `BadSetting` where the snapshot of the settings is none, `IndexDamaged` where its files are not
    what was written, `StorageFull` where the home has no room for its vectors, `NotWritable` where the home or the
    snapshot may not be entered.
    """
    try:
        return _open(settings)
    except PermissionError as error:
        raise NotWritable(
            f"Cannot read {error.filename or settings.home} ({error.strerror}). Change the permissions, or choose "
            "another folder with --home or THALAENG_HOME."
        ) from error


def _open(settings: Settings) -> Opened:
    if settings.snapshot:
        return _open_snapshot(settings.snapshot.resolve(), settings)
    directions = directions_for(settings.model)
    immutable = is_snapshot(settings.home)
    store = Store(settings.home / DATABASE, immutable=immutable)
    if store.path.is_file() and not immutable:
        with suppress(IndexDamaged):  # who reads it is told, and `verify` has to come so far
            store.create()
    if settings.chroma_url:
        return Opened(
            store, Vectors(ChromaServer(settings.chroma_url), directions, lambda: f"thalaeng-{store.meta('id')}-")
        )
    return Opened(store, Vectors(ChromaFolder(vectors_folder(settings)), directions))


def _open_snapshot(folder: Path, settings: Settings) -> Opened:
    if not is_snapshot(folder):
        raise BadSetting(f"{folder} is not a snapshot. Set THALAENG_SNAPSHOT to one, or to a link that leads to one.")
    vectors = Vectors(ChromaFolder(open_vectors(folder, settings.home)), directions_for(settings.model))
    return Opened(Store(folder / DATABASE, immutable=True), vectors)


def keeper(settings: Settings) -> Literal["folder", "server"]:
    """Who keeps the vectors, as it is noted in the index."""
    return "server" if settings.chroma_url and not settings.snapshot else "folder"


def vectors_folder(settings: Settings) -> Path:
    """Where a home keeps its vectors without a server."""
    return settings.home / "vectors"
