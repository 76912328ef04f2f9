"""Adding releases from the page: who may, what they have handed in, and the run that adds it.

Files come over routes of the chat's own (`qa.adding_routes`) and not over Gradio's. Gradio's upload leaves what it is
sent in one folder for all, serves it back to whoever knows the address, asks no password of its own, and reads names
and parts of a form before anything here could refuse them; most of Gradio's security advisories are about that folder
and the addresses into it. Here a request is one file and nothing else, so that there is no form to read; it is let in
by a token that only the password gives, that is valid for half an hour after its last use, that stands in a header
(never in a cookie or an address, so that no other site can have a browser send it), and whose hash alone is kept.
The token is random rather than signed: there is a folder to keep for each visit, so it is known here anyway, and what
is known here can be ended. What is handed in lies in a folder that only the server's user may open, under no address.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.apart import Sighting, add_apart, read_apart
from index.errors import ThalaengError, UnreadableFile
from index.handed_in import keep_file, prune, safe_name
from index.library import Library
from index.progress import Progress
from index.readers import Skipped
from index.readers.kind import kind_by_content
from qa.desk import PASSWORDS, RateLimit
from qa.words import Phrase

__all__ = ["Adding", "HandedIn", "Refused", "Run", "Visit"]

# Passwords that a client may try in a minute.
_TRIES = 10
# Seconds after which a visit that nobody goes on with is over.
_IDLE = 1800.0
# Seconds between two looks for such visits.
_LOOK = 60.0
# Seconds after which a folder is nobody's: that of a server which was killed.
_LEFT = 86_400.0
_PREFIX = "thalaeng-added-"
# People who add at the same time, files of each, and the bytes of all of them in files of the largest size.
_MOST_VISITS = 8
_MOST_FILES = 200
_MOST_LARGE = 5
# Files of a visit that may be on their way at the same time, and files of all that are read at the same time.
_MOST_COMING = 3
_MOST_READ = 2
# Characters of a name that are shown.
_LONGEST_NAME = 150
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

_WRONG = Phrase("รหัสผ่านไม่ถูกต้อง", "That is not the password.")
_OVER = Phrase("หมดเวลาแล้ว โปรดใส่รหัสผ่านอีกครั้ง", "Your time is over. Please give the password again.")
_CROWD = Phrase("มีผู้กำลังเพิ่มข่าวหลายคน โปรดลองอีกครั้งภายหลัง", "Several people are adding releases. Please try again later.")
_TOO_LARGE = Phrase("ไฟล์ใหญ่เกิน {} MB โปรดแบ่งไฟล์", "The file is larger than {} MB. Split it.")
_TOO_MANY = Phrase("เพิ่มได้ครั้งละไม่เกิน {} ไฟล์", "No more than {} files can be added at a time.")
_TOO_MUCH = Phrase("เพิ่มได้ครั้งละไม่เกิน {} MB", "No more than {} MB can be added at a time.")
_COMING = Phrase("ส่งไฟล์พร้อมกันมากเกินไป โปรดส่งทีละไฟล์", "Too many files are being sent at once. Send one after the other.")
_RUNNING = Phrase("กำลังเพิ่มข่าวอยู่ โปรดรอให้เสร็จก่อน", "Releases are being added. Wait for that to end.")
_NOTHING = Phrase("ไม่มีไฟล์ที่จะเพิ่ม", "There is no file to add.")
_BROKEN = Phrase(
    "การเพิ่มข่าวล้มเหลว โปรดลองอีกครั้งหรือแจ้งผู้ดูแลระบบ", "Adding failed. Try again, or tell whoever runs the service."
)

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
    """Adding under way or over: `counts` and `skipped` where it came to its end, `fault` where it did not."""

    files: tuple[HandedIn, ...]
    progress: Progress | None = None
    counts: dict[str, int] | None = None
    skipped: list[Skipped] = field(default_factory=list)
    fault: ThalaengError | None = None

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
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._files: dict[str, HandedIn] = {}
        self._taking = 0
        self.run: Run | None = None
        self.used = 0.0

    @property
    def files(self) -> tuple[HandedIn, ...]:
        """What was handed in and not taken back, in its order."""
        return tuple(self._files.values())

    @property
    def is_busy(self) -> bool:
        """Whether releases are being added."""
        return self.run is not None and not self.run.is_over

    def new_file(self) -> Path:
        """A place for a file that is about to come; raises `Refused` where there are enough."""
        with self._lock:
            self._check_idle()
            if len(self._files) + self._taking >= _MOST_FILES:
                raise Refused(_with(_TOO_MANY, _MOST_FILES), 413)
            if self._taking >= _MOST_COMING:
                raise Refused(_COMING, 429)
            self._taking += 1
        try:
            handle, name = tempfile.mkstemp(dir=self._folder.name)
            os.close(handle)
        except OSError as error:
            self._taken()
            raise Refused(_BROKEN, 507) from error
        return Path(name)

    def room(self, size: int) -> None:
        """Raises `Refused` where a file of so many bytes, or all of them with it, is too much."""
        most = self._library.settings.max_file_mb
        if size > most * 1_000_000:
            raise Refused(_with(_TOO_LARGE, most), 413)
        if size + sum(file.size for file in self.files if file.path) > _MOST_LARGE * most * 1_000_000:
            raise Refused(_with(_TOO_MUCH, _MOST_LARGE * most), 413)

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
            # Its folder is gone: the visit was ended meanwhile.
            raise Refused(_OVER, 401) from error
        finally:
            self._taken()

    def _taken(self) -> None:
        with self._lock:
            self._taking -= 1

    def _understood(self, path: Path, name: str) -> HandedIn:
        size = path.stat().st_size
        called = _HIDDEN.sub("", re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1])
        shown = called if len(called) <= _LONGEST_NAME else f"{called[:_LONGEST_NAME]}…{Path(called).suffix[:12]}"
        key = secrets.token_hex(8)
        try:
            suffix = kind_by_content(path.read_bytes(), called)
            place = path.with_name(f"{path.name}-read") / safe_name(called, suffix)
            place.parent.mkdir(mode=0o700)
            path.rename(place)
            try:
                sighting = read_apart(place, self._library.settings)
            except ThalaengError:
                place.unlink(missing_ok=True)
                raise
        except UnreadableFile as error:
            path.unlink(missing_ok=True)
            return HandedIn(key, shown or "?", size, reason=str(error))
        fates = tuple(self._fate(seen.id, seen.content_hash) for seen in sighting.releases)
        return HandedIn(key, shown or "?", size, place, sighting, fates)

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

    def _check_idle(self) -> None:
        if self.is_busy:
            raise Refused(_RUNNING, 409)

    def add(self) -> Run:
        """Begins to add what was handed in, in a thread of its own; `run` tells how far it is.

        Where it comes to its end, there is nothing handed in any more; where it does not, all still is.
        """
        with self._lock:
            self._check_idle()
            files = tuple(file for file in self.files if file.path)
            if not files:
                raise Refused(_NOTHING, 400)
            self.run = run = Run(files)
        threading.Thread(target=self._add, args=(run,), name="adding", daemon=True).start()
        return run

    def _add(self, run: Run) -> None:
        settings = self._library.settings
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
            self._empty()
            prune(settings.home, list(kept), self._library.store)
            run.counts = counts
        except Exception as error:
            with suppress(Exception):
                if self._library.exists():
                    prune(settings.home, list(kept), self._library.store)
                else:
                    for path in kept:
                        path.unlink(missing_ok=True)
                        path.parent.rmdir()
            run.fault = error if isinstance(error, ThalaengError) else _failure(error)

    def _empty(self) -> None:
        with self._lock:
            files, self._files = self._files, {}
        for file in files.values():
            if file.path:
                file.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Takes the folder away; a run that has begun goes on with the copies that it keeps."""
        self._folder.cleanup()


class Adding:
    """Who may add: gives a token for the password, and for the token the visit. For many threads."""

    def __init__(
        self, library: Library, password: str, proxies: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`library` is what is added to, `proxies` the number of proxies before the server; `now` gives seconds."""
        self._library = library
        self._password = password.encode()
        self.proxies = proxies
        self._now = now
        self._tries = RateLimit(_TRIES, now, PASSWORDS)
        self._lock = threading.Lock()
        self._reading = threading.Semaphore(_MOST_READ)
        self._visits: dict[str, Visit] = {}
        self._looking: threading.Timer | None = None

    @property
    def most_bytes(self) -> int:
        """Bytes that a file may have."""
        return self._library.settings.max_file_mb * 1_000_000

    @property
    def most_files(self) -> int:
        """Files that may be handed in at a time."""
        return _MOST_FILES

    def count_releases(self) -> int:
        """How many releases there are now."""
        return 0 if self._library.is_empty() else sum(self._library.store.count_releases().values())

    def open(self, password: str, client: str) -> str:
        """The token of a new visit; raises `TurnedAway` for too many tries, `Refused` for a wrong one or a crowd."""
        self._tries.take(client)
        if not hmac.compare_digest(hashlib.sha256(password.encode("utf-8", "replace")).digest(), self._expected):
            raise Refused(_WRONG, 403)
        self.sweep()
        _clear_left()
        token = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._visits) >= _MOST_VISITS:
                raise Refused(_CROWD, 503)
            visit = Visit(self._library, self._reading)
            visit.used = self._now()
            self._visits[_hash(token)] = visit
            self._look_again()
        return token

    @property
    def _expected(self) -> bytes:
        # Hashes are of one length, so that comparing tells nothing of the password's.
        return hashlib.sha256(self._password).digest()

    def knows(self, token: str) -> bool:
        """Whether a token is one that was given and is not over."""
        self.sweep()
        with self._lock:
            return _hash(token) in self._visits

    def visit(self, token: str) -> Visit:
        """The visit of a token, which goes on from now; raises `Refused` where it is over or never was."""
        self.sweep()
        with self._lock:
            visit = self._visits.get(_hash(token))
            if visit is None:
                raise Refused(_OVER, 401)
            visit.used = self._now()
            return visit

    def close(self, token: str) -> None:
        """Ends a visit."""
        with self._lock:
            visit = self._visits.pop(_hash(token), None)
        if visit:
            visit.close()

    def sweep(self) -> None:
        """Ends the visits that nobody goes on with."""
        with self._lock:
            over = [
                name for name, visit in self._visits.items() if not visit.is_busy and visit.used + _IDLE <= self._now()
            ]
            gone = [self._visits.pop(name) for name in over]
        for visit in gone:
            visit.close()

    def shut(self) -> None:
        """Ends all visits."""
        with self._lock:
            visits, self._visits = list(self._visits.values()), {}
            if self._looking:
                self._looking.cancel()
                self._looking = None
        for visit in visits:
            visit.close()

    def _look_again(self) -> None:
        """Sees to it that what was handed in goes when its time is over, though nobody comes any more."""
        if self._looking is None:
            self._looking = threading.Timer(_LOOK, self._look)
            self._looking.daemon = True
            self._looking.start()

    def _look(self) -> None:
        self.sweep()
        with self._lock:
            self._looking = None
            if self._visits:
                self._look_again()


def _failure(error: Exception) -> ThalaengError:
    import logging

    logging.getLogger(__name__).error("Adding failed", exc_info=error)
    return Refused(_BROKEN, 500)


def _clear_left() -> None:
    """Takes away what a server that was killed has left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime + _LEFT < time.time():
                shutil.rmtree(folder, ignore_errors=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _with(phrase: Phrase, number: int) -> Phrase:
    return Phrase(phrase.th.format(f"{number:,}"), phrase.en.format(f"{number:,}"))


def _shown(where: str, kept: dict[Path, HandedIn]) -> str:
    """A place in a file by the name that the file was handed in under: `path` or `path:line`."""
    for path, file in kept.items():
        if where == str(path):
            return file.name
        if where.startswith(f"{path}:"):
            return f"{file.name}{where[len(str(path)) :]}"
    return Path(where).name
