"""A visit of somebody who adds releases on the page: the files handed in, what they hold, and the run that adds them.

Who may come, and for how long, is `qa.adding`'s to say. What is handed in lies in a folder that only the server's user
may open, under no address.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.apart import Sighting, add_apart, read_apart
from index.errors import ThalaengError, UnreadableFile
from index.handed_in import keep_file, prune, safe_name
from index.library import Library
from index.normal import path_text
from index.progress import Progress
from index.readers import Skipped
from index.readers.kind import kind_by_content
from qa.event_log import milliseconds, note
from qa.words import Phrase

__all__ = ["MOST_FILES", "OVER", "PREFIX", "Fate", "HandedIn", "Refused", "Run", "Visit"]

PREFIX = "thalaeng-added-"
# Files of a visit, and the bytes of all of them in files of the largest size.
MOST_FILES = 200
_MOST_LARGE = 5
# Files of a visit that may be on their way at the same time.
_MOST_COMING = 3
# Characters of a name that are shown.
_LONGEST_NAME = 150
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

OVER = Phrase("หมดเวลาแล้ว โปรดใส่รหัสผ่านอีกครั้ง", "Your session has ended. Please enter the password again.")
_TOO_LARGE = Phrase("ไฟล์ใหญ่เกิน {} MB โปรดแบ่งไฟล์", "The file is larger than {} MB. Please split it.")
_TOO_MANY = Phrase("เพิ่มได้ครั้งละไม่เกิน {} ไฟล์", "You can add up to {} files at a time.")
_TOO_MUCH = Phrase("เพิ่มได้ครั้งละไม่เกิน {} MB", "You can add up to {} MB at a time.")
_COMING = Phrase(
    "ส่งไฟล์พร้อมกันมากเกินไป โปรดส่งทีละไฟล์", "Too many files are being sent at once. Please send one at a time."
)
_RUNNING = Phrase("กำลังเพิ่มข่าวอยู่ โปรดรอให้เสร็จก่อน", "Releases are already being added. Please wait until that is done.")
_NOTHING = Phrase("ไม่มีไฟล์ที่จะเพิ่ม", "There are no files to add.")
_BROKEN = Phrase(
    "การเพิ่มข่าวล้มเหลว โปรดลองอีกครั้งหรือแจ้งผู้ดูแลระบบ", "Adding failed. Please try again or tell the administrator."
)

_FULL = Phrase("พื้นที่จัดเก็บของเซิร์ฟเวอร์เต็ม โปรดแจ้งผู้ดูแลระบบ", "The server's disk is full. Please tell the administrator.")

_log = logging.getLogger(__name__)

Fate = Literal["new", "changed", "known"]


class Refused(ThalaengError):
    """Something is not taken; `phrase` says why, `status` is that of the answer over HTTP."""

    def __init__(self, phrase: Phrase, status: int) -> None:
        super().__init__(phrase.en)
        self.phrase = phrase
        self.status = status


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file of a visit: what was understood of it, or the `reason` (English) why nothing was.

    `fates` says of each release that was looked at what the index makes of it.
    """

    key: str
    name: str
    size: int
    path: Path | None = None
    sighting: Sighting | None = None
    fates: tuple[Fate, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class Run:
    """Adding under way or over: `counts` and `skipped` where it came to its end, `fault` where it did not.

    `refused` are the files of the visit that hold nothing to add. It is `told` once somebody has heard of its end.
    """

    files: tuple[HandedIn, ...]
    refused: tuple[HandedIn, ...] = ()
    progress: Progress | None = None
    counts: dict[str, int] | None = None
    skipped: list[Skipped] = field(default_factory=list)
    fault: ThalaengError | None = None
    told: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return self.counts is not None or self.fault is not None


class Visit:
    """What somebody hands in between giving the password and leaving; its folder goes with it."""

    def __init__(self, library: Library, reading: threading.Semaphore) -> None:
        """`reading` lets so many files be read at a time, of all visits together."""
        self._library = library
        self._reading = reading
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._files: dict[str, HandedIn] = {}
        self._taking = 0
        self.run: Run | None = None
        # When somebody asked for it last, and until when it was of use; whether whoever did has gone.
        self.seen = self.used = 0.0
        self.is_left = False

    @property
    def files(self) -> tuple[HandedIn, ...]:
        """What was handed in and not taken back, in its order."""
        return tuple(self._files.values())

    @property
    def is_busy(self) -> bool:
        """Whether releases are being added."""
        return self.run is not None and not self.run.is_over

    @property
    def is_untold(self) -> bool:
        """Whether there is a run of whose end nobody has heard yet."""
        return self.run is not None and not self.run.told

    def new_file(self) -> Path:
        """A place for a file that is about to come; raises `Refused` where there are enough."""
        with self._lock:
            self._check_room()
            if self._taking >= _MOST_COMING:
                raise Refused(_COMING, 429)
            self._taking += 1
        try:
            handle, name = tempfile.mkstemp(dir=self._folder.name)
            os.close(handle)
        except OSError as error:
            self._taken()
            raise self.not_kept(error) from error
        return Path(name)

    def not_kept(self, error: OSError) -> Refused:
        """What to say where a file could not be written or read; the log has it too."""
        if not os.path.isdir(self._folder.name):
            # The visit was ended meanwhile.
            return Refused(OVER, 401)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            note(_log, "error", error="StorageFull")
            return Refused(_FULL, 507)
        _log.error("A file that was handed in could not be kept", exc_info=error)
        return Refused(_BROKEN, 507)

    def room(self, size: int) -> None:
        """Raises `Refused` where a file of so many bytes, or all of them with it, is too much."""
        most = self._library.settings.max_file_mb
        if size > most * 1_000_000:
            raise Refused(_with(_TOO_LARGE, most), 413)
        if size + sum(file.size for file in self.files if file.path) > _MOST_LARGE * most * 1_000_000:
            raise Refused(_with(_TOO_MUCH, _MOST_LARGE * most), 413)

    def leave_out(self, name: str) -> HandedIn:
        """Notes a file that is too large to be sent at all; raises `Refused` where there are enough."""
        most = self._library.settings.max_file_mb
        file = HandedIn(secrets.token_hex(8), _names(name)[1], 0, reason=f"is larger than {most:,} MB; split it")
        with self._lock:
            self._check_room()
            self._files[file.key] = file
        return file

    def give_up(self, path: Path) -> None:
        """Forgets a file that did not come whole."""
        path.unlink(missing_ok=True)
        self._taken()

    def take(self, path: Path, name: str) -> HandedIn:
        """Looks at a file that has come: what it is and what it holds. One that holds nothing is not kept."""
        try:
            with self._reading:
                file = self._understood(path, name)
            with self._lock:
                self._files[file.key] = file
            return file
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            shutil.rmtree(_place_of(path), ignore_errors=True)
            raise self.not_kept(error) from error
        finally:
            self._taken()

    def _taken(self) -> None:
        with self._lock:
            self._taking -= 1

    def _understood(self, path: Path, name: str) -> HandedIn:
        size = path.stat().st_size
        called, shown = _names(name)
        key = secrets.token_hex(8)
        try:
            suffix = kind_by_content(path.read_bytes(), called)
            place = _place_of(path) / safe_name(called, suffix)
            place.parent.mkdir(mode=0o700)
            path.rename(place)
            try:
                sighting = read_apart(place, self._library.settings)
            except ThalaengError:
                place.unlink(missing_ok=True)
                raise
        except UnreadableFile as error:
            path.unlink(missing_ok=True)
            return HandedIn(key, shown, size, reason=str(error))
        fates = tuple(self._fate(seen.id, seen.content_hash) for seen in sighting.releases)
        return HandedIn(key, shown, size, place, sighting, fates)

    def _fate(self, release_id: str, content_hash: str) -> Fate:
        known = self._library.store.known(release_id) if self._library.exists() else None
        return "new" if known is None else "known" if known[0] == content_hash else "changed"

    def drop(self, key: str) -> None:
        """Takes a file back; one that is not there is no fault."""
        with self._lock:
            self._check_idle()
            file = self._files.pop(key, None)
        if file and file.path:
            file.path.unlink(missing_ok=True)

    def _check_room(self) -> None:
        self._check_idle()
        if len(self._files) + self._taking >= MOST_FILES:
            raise Refused(_with(_TOO_MANY, MOST_FILES), 413)

    def _check_idle(self) -> None:
        if self.is_busy:
            raise Refused(_RUNNING, 409)

    def add(self) -> Run:
        """Begins to add what was handed in, in a thread of its own; `run` tells how far it is.

        Where it comes to its end, nothing of it is handed in any more; where it does not, all still is. A file that
        was on its way when it began is handed in for the next.
        """
        with self._lock:
            self._check_idle()
            files = tuple(file for file in self.files if file.path)
            if not files:
                raise Refused(_NOTHING, 400)
            self.run = run = Run(files, tuple(file for file in self.files if not file.path))
        threading.Thread(target=self._add, args=(run,), name="adding", daemon=True).start()
        return run

    def _add(self, run: Run) -> None:
        settings, started = self._library.settings, time.perf_counter()
        kept: dict[Path, HandedIn] = {}
        try:
            for file in run.files:
                assert file.path is not None
                kept[keep_file(settings.home, file.path)] = file

            def tell(progress: Progress) -> None:
                run.progress = progress

            counts, skipped = add_apart(list(kept), settings, tell)
            run.skipped = [Skipped(_shown(row.where, kept), row.reason) for row in skipped]
            # Whoever asks for the run's state is to find the rest done.
            self._empty(run)
            prune(settings.home, list(kept), self._library.store)
            note(
                _log, "added", files=len(run.files), releases=counts, skipped=len(run.skipped), ms=milliseconds(started)
            )
            run.counts = counts
        except Exception as error:
            with suppress(Exception):
                if self._library.exists():
                    prune(settings.home, list(kept), self._library.store)
                else:
                    for path in kept:
                        path.unlink(missing_ok=True)
                        path.parent.rmdir()
            run.fault = _failure(error)

    def _empty(self, run: Run) -> None:
        """Forgets what a run held, and nothing else: a file may have come since."""
        with self._lock:
            for file in (*run.files, *run.refused):
                self._files.pop(file.key, None)
        for file in run.files:
            if file.path:
                file.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Takes the folder away; a run that has begun goes on with the copies that it keeps."""
        self._folder.cleanup()


def _failure(error: Exception) -> ThalaengError:
    """What to say of it; the log has the rest."""
    if isinstance(error, ThalaengError):
        note(_log, "error", error=type(error).__name__)
        return error
    _log.error("Adding failed", exc_info=error)
    return Refused(_BROKEN, 500)


def _place_of(path: Path) -> Path:
    """The folder in which a file that has come lies under its own name."""
    return path.with_name(f"{path.name}-read")


def _names(name: str) -> tuple[str, str]:
    """The name of a file without its folders and what cannot be seen, and the same as it is shown."""
    called = _HIDDEN.sub("", re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1])
    shown = called if len(called) <= _LONGEST_NAME else f"{called[:_LONGEST_NAME]}…{Path(called).suffix[:12]}"
    return called, shown or "?"


def _with(phrase: Phrase, number: int) -> Phrase:
    return Phrase(phrase.th.format(f"{number:,}"), phrase.en.format(f"{number:,}"))


def _shown(where: str, kept: dict[Path, HandedIn]) -> str:
    """A place in a file by the name that the file was handed in under: `path` or `path:line`."""
    for path, file in kept.items():
        place = path_text(path)
        if where == place:
            return file.name
        if where.startswith(f"{place}:"):
            return f"{file.name}{where[len(place) :]}"
    return Path(where).name
