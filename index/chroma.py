"""Where Chroma keeps the vectors: a folder of the home, opened in this process, or a server that several homes share.

Both are asked through the same interface of the library. What they raise comes out named by what to do about it.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from index.errors import IndexDamaged, StorageFull, VectorsAway, first_line

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ServerAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import System

__all__ = ["LOOKED_AT", "Chroma", "ChromaFolder", "ChromaServer"]

T = TypeVar("T")

# How many passages a search looks at; to ask for more is no use. Chroma's default is 100. See "Vectors in Chroma" in
# benchmarks/README.md.
LOOKED_AT = 300
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": LOOKED_AT, "max_neighbors": 24}

# Bytes below which a disk is full: less than a write of Chroma's takes.
_NO_ROOM = 1 << 20

# Seconds: to be connected, to be answered, and after which a call that failed is not tried again.
_CONNECT, _ANSWER, _PATIENCE = 2.0, 15.0, 20.0
# Seconds before a call is tried again; as many further tries as there are of them.
_PAUSES = (0.2, 0.6)
# What a server says that has more to do than it can, and what a proxy says where the one behind it is away or busy.
_BUSY = 429
_AWAY_STATUS = frozenset([_BUSY, 502, 503, 504])


class Chroma(Protocol):
    """A place of collections."""

    def run(self, action: Callable[[], T]) -> T:
        """What an action on collections gives. An action may be run more than once.

        Raises `IndexDamaged`, `StorageFull`, `VectorsAway`.
        """

    def collection(self, name: str, create: bool) -> Collection:
        """The collection of a name; inside `run`. Where it is not there, it is made, or not found."""

    def forget(self) -> None:
        """Forgets what is in memory, to see what another process has written."""

    def clear(self, names: list[str]) -> None:
        """Throws collections away, whatever state they are in."""


class _Opened:
    """What is open of a Chroma, and the collections found in it; opened by one thread, used by all."""

    def __init__(self, connect: Callable[[], ServerAPI]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._server: ServerAPI | None = None
        self._collections: dict[str, Collection] = {}

    def server(self) -> ServerAPI:
        with self._lock:
            return self._open()

    def collection(self, name: str, create: bool) -> Collection:
        from chromadb.api.models.Collection import Collection

        with self._lock:
            if name not in self._collections:
                server = self._open()
                if create:
                    configuration: Any = {"hnsw": _HNSW}
                    model = server.get_or_create_collection(name=name, configuration=configuration)
                else:
                    model = server.get_collection(name)
                # Embeddings come from the encoder; with no function named, Chroma would fetch one of its own.
                self._collections[name] = Collection(client=server, model=model, embedding_function=None)
            return self._collections[name]

    def forget(self) -> None:
        with self._lock:
            self._server = None
            self._collections = {}

    def forget_collections(self) -> None:
        with self._lock:
            self._collections = {}

    def _open(self) -> ServerAPI:
        if self._server is None:
            self._server = self._connect()
        return self._server


class ChromaFolder:
    """Chroma in this process, on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened = _Opened(self._connect)

    def run(self, action: Callable[[], T]) -> T:
        """As `Chroma.run`; an action is run once."""
        try:
            return action()
        except IndexDamaged:
            raise
        except Exception as error:
            if "disk is full" in str(error) or "No space left" in str(error) or self._has_no_room():
                raise StorageFull(
                    f"The disk is full: {self.folder}. Make room and run the same command again."
                ) from error
            raise self._damaged(first_line(error)) from error

    def collection(self, name: str, create: bool) -> Collection:
        """As `Chroma.collection`."""
        if create:
            self.folder.mkdir(parents=True, exist_ok=True)
        elif not (self.folder / "chroma.sqlite3").is_file():
            # Chroma would begin anew, and search in nothing.
            raise self._damaged("they are not there")
        return self._opened.collection(name, create)

    def forget(self) -> None:
        """As `Chroma.forget`."""
        self._opened.forget()

    def clear(self, names: list[str]) -> None:
        """Throws the folder away."""
        self.forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _has_no_room(self) -> bool:
        """Whether the disk is full: Chroma does not always say so where that was what stopped it."""
        try:
            return shutil.disk_usage(self.folder).free < _NO_ROOM
        except OSError:
            return False

    def _damaged(self, why: str) -> IndexDamaged:
        return IndexDamaged(f"The vectors in {self.folder} cannot be used ({why}). Run: python -m index rebuild")

    def _connect(self) -> ServerAPI:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        from chromadb.api.rust import RustBindingsAPI
        from chromadb.config import Settings, System

        system = System(
            Settings(
                chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
                is_persistent=True,
                persist_directory=str(self.folder),
                anonymized_telemetry=False,
            )
        )
        return _started(RustBindingsAPI(system), system)


class ChromaServer:
    """A Chroma server at an address, such as `chroma run` starts. Every call is bounded in tries and in time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened = _Opened(self._connect)

    @property
    def address(self) -> str:
        """The address without a name and a password that may stand in it."""
        parts = urlsplit(self._url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def run(self, action: Callable[[], T]) -> T:
        """As `Chroma.run`; again where the server is away for a moment, or where it knows a collection no more."""
        from chromadb.errors import NotFoundError

        started = time.monotonic()
        pauses = iter(_PAUSES)
        found_anew = False
        while True:
            try:
                return action()
            except IndexDamaged:
                raise
            except NotFoundError as error:
                if found_anew:
                    raise IndexDamaged(
                        f"The Chroma server at {self.address} does not have the vectors of this index. "
                        "Run: python -m index rebuild"
                    ) from error
                # Another process has made the collection anew: it has the same name and another id.
                found_anew = True
                self.forget()
            except Exception as error:
                if not _is_away(error):
                    raise IndexDamaged(
                        f"The Chroma server at {self.address} reports an error ({first_line(error)}). "
                        "Run: python -m index verify"
                    ) from error
                pause = next(pauses, None)
                if pause is None or time.monotonic() - started > _PATIENCE:
                    raise VectorsAway(
                        f"The Chroma server at {self.address} {_what_to_do(error)}. Nothing that was indexed is lost, "
                        "and what is added meanwhile is kept."
                    ) from error
                time.sleep(pause)

    def collection(self, name: str, create: bool) -> Collection:
        """As `Chroma.collection`."""
        return self._opened.collection(name, create)

    def forget(self) -> None:
        """As `Chroma.forget`; the server's memory is its own, and the way to it stays open."""
        self._opened.forget_collections()

    def clear(self, names: list[str]) -> None:
        """Throws the collections away; those of other homes stay."""
        self.run(lambda: self._delete(names))
        self.forget()

    def _delete(self, names: list[str]) -> None:
        from chromadb.errors import NotFoundError

        server = self._opened.server()
        for name in names:
            try:
                server.delete_collection(name)
            except NotFoundError:
                continue  # it is gone already

    def _connect(self) -> ServerAPI:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import httpx
        from chromadb.api.fastapi import FastAPI
        from chromadb.config import Settings, System

        system = System(
            Settings(
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self._url.rstrip("/"),
                chroma_server_http_port=8000,  # asked for, but it is the address that counts
                anonymized_telemetry=False,
            )
        )
        server = FastAPI(system)
        # The library waits for ever, and has no setting for it.
        server._session.timeout = httpx.Timeout(_ANSWER, connect=_CONNECT)
        # What it raises of an answer does not say by which status.
        server._session.event_hooks = {"response": [_raise_away]}
        return _started(server, system)


def _started(server: ServerAPI, system: System) -> ServerAPI:
    """What is to be asked, started, and not among what its system holds.

    Each would hold the other, and what is forgotten would stay, with all vectors, its threads and its files, until
    Python next looks for such rings: see "Memory under load" in benchmarks/README.md.
    """
    system.start()
    server.start()
    return server


def _raise_away(response: httpx.Response) -> None:
    if response.status_code in _AWAY_STATUS:
        response.raise_for_status()


def _is_away(error: Exception) -> bool:
    """Whether it is the way to the server that failed, or the server that had no time."""
    import httpx

    return isinstance(error, (httpx.TransportError, httpx.HTTPStatusError))


def _what_to_do(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == _BUSY:
        return "is too busy. Try again later"
    return "does not answer. Start it (chroma run --path DIR), or correct THALAENG_CHROMA_URL"
