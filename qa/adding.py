"""Adding releases from the page: who may, and for how long.

Files come over routes of the chat's own (`qa.adding_routes`) and not over Gradio's. Gradio's upload leaves what it is
sent in one folder for all, serves it back to whoever knows the address, asks no password of its own, and reads names
and parts of a form before anything here could refuse them; most of Gradio's security advisories are about that folder
and the addresses into it. Here a request is one file and nothing else, so that there is no form to read; it is let in
by a token that only the password gives, that is valid for half an hour after its last use, that stands in a header
(never in a cookie or an address, so that no other site can have a browser send it), and whose hash alone is kept.
The token is random rather than signed: there is a folder to keep for each visit, so it is known here anyway, and what
is known here can be ended. The page keeps it in its tab while releases are added, so that it can be loaded anew then.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index.library import Library
from qa.desk import FILES, PASSWORDS, RateLimit
from qa.event_log import note
from qa.visit import MOST_FILES, OVER, PREFIX, Refused, Visit
from qa.words import Phrase

__all__ = ["Adding"]

# Passwords that a client may try in a minute.
_TRIES = 10
# Seconds after which a visit that nobody goes on with is over.
_IDLE = 1800.0
# Seconds between two looks for such visits.
_LOOK = 60.0
# Seconds after which nobody sees a run any more: a page that is not in sight asks for it once a minute.
_UNSEEN = 90.0
# Seconds after which a folder is nobody's: that of a server which was killed.
_LEFT = 86_400.0
# People who add at the same time, and files of all of them that are read at the same time.
_MOST_VISITS = 8
_MOST_READ = 2

_WRONG = Phrase("รหัสผ่านไม่ถูกต้อง โปรดลองอีกครั้ง", "Wrong password. Please try again.")
_CROWD = Phrase("มีผู้กำลังเพิ่มข่าวหลายคน โปรดลองอีกครั้งภายหลัง", "Several people are adding releases. Please try again later.")

_log = logging.getLogger(__name__)


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
        self._sent = RateLimit(library.settings.looks_a_minute, now, FILES)
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
        return MOST_FILES

    def count_releases(self) -> int:
        """How many releases there are now."""
        return 0 if self._library.is_empty() else sum(self._library.store.count_releases().values())

    def open(self, password: str, client: str) -> str:
        """The token of a visit; raises `TurnedAway` for too many tries, `Refused` for a wrong one or a crowd.

        It is a new one, unless there is one whose run nobody sees any more: whoever comes back goes on with that.
        """
        self._tries.take(client)
        if not hmac.compare_digest(hashlib.sha256(password.encode("utf-8", "replace")).digest(), self._expected):
            note(_log, "login_failed", to="adding", client=client)
            raise Refused(_WRONG, 403)
        self.sweep()
        _clear_left()
        token = secrets.token_urlsafe(32)
        with self._lock:
            visit = self._unseen() or self._new()
            self._visits[_hash(token)] = self._used(visit)
            self._look_again()
        return token

    def _new(self) -> Visit:
        if len(self._visits) >= _MOST_VISITS:
            raise Refused(_CROWD, 503)
        return Visit(self._library, self._reading)

    def _unseen(self) -> Visit | None:
        """A visit whose run nobody sees any more, taken from whoever had its token."""
        for name, visit in self._visits.items():
            if visit.is_untold and (visit.is_left or visit.seen + _UNSEEN <= self._now()):
                return self._visits.pop(name)
        return None

    def _used(self, visit: Visit) -> Visit:
        visit.seen = visit.used = self._now()
        visit.is_left = False
        return visit

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
                raise Refused(OVER, 401)
            return self._used(visit)

    def leave(self, token: str) -> None:
        """Notes that whoever has the token has gone, though a run goes on."""
        self.visit(token).is_left = True

    def count_file(self, client: str) -> None:
        """Counts a file that is about to come; raises `TurnedAway` where the client has sent too many."""
        self._sent.take(client)

    def close(self, token: str) -> None:
        """Ends a visit."""
        with self._lock:
            visit = self._visits.pop(_hash(token), None)
        if visit:
            visit.close()

    def sweep(self) -> None:
        """Ends the visits that nobody goes on with."""
        with self._lock:
            for visit in self._visits.values():
                if visit.is_busy:
                    visit.used = self._now()
            over = [name for name, visit in self._visits.items() if visit.used + _IDLE <= self._now()]
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


def _clear_left() -> None:
    """Takes away what a server that was killed has left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime + _LEFT < time.time():
                shutil.rmtree(folder, ignore_errors=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
