"""The desk where questions are taken: so many are answered at a time, some wait, and nobody takes all the places."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from index.errors import ThalaengError
from qa.event_log import note
from qa.words import Phrase, many

__all__ = [
    "FILES",
    "GOING_ON",
    "LOOKS",
    "OPINIONS",
    "PASSWORDS",
    "QUESTIONS",
    "Counted",
    "Desk",
    "RateLimit",
    "TurnedAway",
    "client_address",
]

_T = TypeVar("_T")

# Questions that wait for each that is answered: with half a second for each, nobody waits long.
_WAITING = 8
# Clients that are remembered; the one heard of longest ago is forgotten first.
_MOST_CLIENTS = 10_000
_MINUTE = 60.0
# An address with the port that some proxies write behind it: another one for each connection of a client.
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")

_BUSY = Phrase(
    "ขณะนี้มีผู้ถามพร้อมกันจำนวนมาก โปรดลองอีกครั้งในอีกครู่หนึ่ง",
    "Many people are asking right now. Please try again in a moment.",
)


_log = logging.getLogger(__name__)


class TurnedAway(ThalaengError):
    """A question is not taken now; `phrase` says why, and when to try again."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(f"{phrase.en} · {phrase.th}")
        self.phrase = phrase


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be done so often in a minute: `one` of it and `more`, as of `many`.

    `says` is said, with how `most` and the `seconds` until it may be again.
    """

    name: str
    one: str
    more: str
    says: Phrase

    def said(self, most: int, seconds: int) -> Phrase:
        """What is said, in whole sentences."""
        return Phrase(
            self.says.th.format(most=f"{most:,}", seconds=f"{seconds:,}"),
            self.says.en.format(most=many(most, self.one, self.more), seconds=many(seconds, "1 second", "{} seconds")),
        )


QUESTIONS = Counted(
    "questions",
    "1 question",
    "{} questions",
    Phrase(
        "ถามได้ไม่เกิน {most} คำถามต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can ask up to {most} a minute. Please try again in {seconds}.",
    ),
)
OPINIONS = Counted(
    "opinions",
    "once",
    "{} times",
    Phrase(
        "ส่งความเห็นได้ไม่เกิน {most} ครั้งต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can send feedback up to {most} a minute. Please try again in {seconds}.",
    ),
)
GOING_ON = Counted(
    "going on",
    "once",
    "{} times",
    Phrase(
        "ขอคำถามต่อเนื่องได้ไม่เกิน {most} ครั้งต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can get follow-up questions up to {most} a minute. Please try again in {seconds}.",
    ),
)
LOOKS = Counted(
    "looks",
    "once",
    "{} times",
    Phrase(
        "เปิดข่าวหรือรายการข่าวได้ไม่เกิน {most} ครั้งต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can open releases and lists up to {most} a minute. Please try again in {seconds}.",
    ),
)
FILES = Counted(
    "files",
    "1 file",
    "{} files",
    Phrase(
        "ส่งไฟล์ได้ไม่เกิน {most} ไฟล์ต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can send up to {most} a minute. Please try again in {seconds}.",
    ),
)
PASSWORDS = Counted(
    "passwords",
    "1 password",
    "{} passwords",
    Phrase(
        "ลองรหัสผ่านได้ไม่เกิน {most} ครั้งต่อนาที โปรดลองอีกครั้งในอีก {seconds} วินาที",
        "You can try up to {most} a minute. Please try again in {seconds}.",
    ),
)


class RateLimit:
    """So many questions a minute from one client; 0 is no limit. For many threads."""

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic, of: Counted = QUESTIONS) -> None:
        """`now` gives seconds; `of` is what is counted."""
        self._a_minute = a_minute
        self._now = now
        self._of = of
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Counts a question; raises `TurnedAway` where the client has asked as many as it may."""
        if not self._a_minute:
            return
        with self._lock:
            now = self._now()
            asked = self._asked.setdefault(client, deque())
            self._asked.move_to_end(client)
            while asked and asked[0] <= now - _MINUTE:
                asked.popleft()
            if len(asked) >= self._a_minute:
                seconds = math.ceil(asked[0] + _MINUTE - now)
                note(_log, "rate_limited", of=self._of.name, most=self._a_minute, client=client)
                raise TurnedAway(self._of.said(self._a_minute, seconds))
            asked.append(now)
            while len(self._asked) > _MOST_CLIENTS:
                self._asked.popitem(last=False)


class Desk:
    """Answers `places` questions at a time, each in a thread; `waiting` more may wait for a place."""

    def __init__(
        self,
        places: int,
        waiting: int | None = None,
        a_minute: int = 0,
        proxies: int = 0,
        opening: Callable[[], Awaitable[None]] | None = None,
        looks_a_minute: int = 0,
    ) -> None:
        """`a_minute` questions are taken from a client (0: any number), `proxies` stand before the server.

        `looks_a_minute` releases and lists may be opened by a client (0: any number), which takes next to no time.

        Questions are taken at once, and answered when `opening` is over.
        """
        self._threads = ThreadPoolExecutor(places, "answer")
        self._most = places + (places * _WAITING if waiting is None else waiting)
        self._open = 0
        self._lock = threading.Lock()
        self._limit = RateLimit(a_minute)
        # An opinion and its reason come one after the other.
        self._opinions = RateLimit(2 * a_minute, of=OPINIONS)
        # One look for questions to go on with follows each answer.
        self._going_on = RateLimit(a_minute, of=GOING_ON)
        self._looks = RateLimit(looks_a_minute, of=LOOKS)
        self._proxies = proxies
        self._opening = opening

    @property
    def is_idle(self) -> bool:
        """Whether nobody is being served."""
        return self._open == 0

    def hear(self, request: Any) -> None:
        """Counts an opinion on an answer; raises `TurnedAway` where the client has given too many.

        Twice as many are taken as questions, for the reason of an opinion comes after it.
        """
        self._opinions.take(client_address(request, self._proxies))

    def look(self, request: Any) -> None:
        """Counts a release or a list that is opened; raises `TurnedAway` where the client has opened too many."""
        self._looks.take(client_address(request, self._proxies))

    def go_on(self, request: Any) -> None:
        """Counts a search for questions to go on with; raises `TurnedAway` where the client has had too many."""
        self._going_on.take(client_address(request, self._proxies))

    async def serve(self, request: Any, work: Callable[[], _T], *, looks: bool = False) -> _T:
        """What `work` gives, once there is a place for it; `request` is who asks (Gradio's or Starlette's).

        What only `looks` is counted as that, and does not wait for the opening. Raises `TurnedAway` where the client
        has asked too much or too many wait; who is asked to come back because others wait has not used up a question.
        A question that is given up before its turn is not answered; one that is being answered keeps its place to
        the end.
        """
        with self._lock:
            self._check_room()
            (self._looks if looks else self._limit).take(client_address(request, self._proxies))
            self._open += 1
        try:
            if self._opening and not looks:
                await self._opening()
            answer = self._threads.submit(work)
        except BaseException:
            self._leave()
            raise
        answer.add_done_callback(self._leave)
        return await asyncio.wrap_future(answer)

    async def stream(self, work: Callable[[], Iterator[_T]]) -> AsyncGenerator[_T]:
        """What `work` gives, piece by piece, from a thread of its own.

        It belongs to a question that was served: its client is not counted again. Raises `TurnedAway` where
        too many wait. Who leaves ends the work with its next piece.
        """
        with self._lock:
            self._check_room()
            self._open += 1
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[tuple[_T] | None] = asyncio.Queue()
        gone = threading.Event()

        def hand_over(piece: tuple[_T] | None) -> None:
            # The loop is closed only with the server.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def run() -> None:
            try:
                with closing(iter(work())) as made:  # type: ignore[type-var]
                    for piece in made:
                        if gone.is_set():
                            return
                        hand_over((piece,))
            finally:
                hand_over(None)

        running = self._threads.submit(run)
        running.add_done_callback(self._leave)
        try:
            while (piece := await pieces.get()) is not None:
                yield piece[0]
            await asyncio.wrap_future(running)
        finally:
            gone.set()
            running.cancel()

    def _check_room(self) -> None:
        if self._open >= self._most:
            note(_log, "busy", open=self._open)
            raise TurnedAway(_BUSY)

    def _leave(self, answer: Future[Any] | None = None) -> None:
        with self._lock:
            self._open -= 1


def client_address(request: Any, proxies: int = 0) -> str:
    """The address of who asks: of the connection, or behind `proxies` the one that the outermost of them names.

    What a client writes into X-Forwarded-For itself stands before what the proxies add, in the same line or in one
    before it, and is not read. Addresses of one IPv6 network (64 bits) are one client; an IPv4 address is the same
    client however it is written.
    """
    if request is None:
        return ""
    address = request.client.host if request.client else ""
    if proxies:
        lines = request.headers.getlist("x-forwarded-for")
        named = [part.strip() for part in ",".join(lines).split(",") if part.strip()]
        if len(named) >= proxies:
            address = named[-proxies]
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port[1] or with_port[2]
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return str(address)[:64]
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        # A server that listens on both kinds of addresses sees each IPv4 client so.
        return str(known.ipv4_mapped)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
