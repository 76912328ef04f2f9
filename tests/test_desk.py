"""How many are served at a time, who waits, who is sent away and until when, and who somebody is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from index.settings import Settings
from qa.desk import (
    FILES,
    GOING_ON,
    LOOKS,
    OPINIONS,
    PASSWORDS,
    QUESTIONS,
    Counted,
    Desk,
    RateLimit,
    TurnedAway,
    client_address,
)


def request(host: str = "10.0.0.1", *forwarded: str) -> Request:
    """A request from an address, with lines of X-Forwarded-For."""
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return Request({"type": "http", "client": (host, 5000), "headers": headers})


def test_one_more_than_has_a_place_or_waits_is_sent_away() -> None:
    async def scene() -> None:
        desk, go, running = Desk(2, waiting=1), threading.Event(), threading.Semaphore(0)

        def work() -> int:
            running.release()
            go.wait(30)
            return 1

        served = [asyncio.ensure_future(desk.serve(request(), work)) for _ in range(3)]
        await asyncio.to_thread(running.acquire)
        await asyncio.to_thread(running.acquire)
        with pytest.raises(TurnedAway, match="Many people are asking") as away:
            await desk.serve(request(), work)
        assert "โปรดลองอีกครั้ง" in away.value.phrase.th
        assert not running.acquire(blocking=False), "the third must wait for a place"
        go.set()
        assert await asyncio.gather(*served) == [1, 1, 1]
        assert await desk.serve(request(), lambda: 2) == 2

    asyncio.run(scene())


def test_who_gives_up_while_waiting_is_not_served() -> None:
    async def scene() -> None:
        desk, go, asked = Desk(1, waiting=1), threading.Event(), []
        first = asyncio.ensure_future(desk.serve(request(), lambda: go.wait(30)))
        await asyncio.sleep(0.05)
        second = asyncio.ensure_future(desk.serve(request(), lambda: asked.append(2)))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.sleep(0.05)
        third = asyncio.ensure_future(desk.serve(request(), lambda: asked.append(3)))
        await asyncio.sleep(0.05)
        go.set()
        await asyncio.gather(first, third)
        assert asked == [3]

    asyncio.run(scene())


def test_what_goes_wrong_comes_back_and_leaves_the_place_free() -> None:
    async def scene() -> None:
        desk = Desk(1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await desk.serve(request(), lambda: 1 // 0)

    asyncio.run(scene())


def test_a_client_is_told_when_to_ask_again() -> None:
    clock = [100.0]
    limit = RateLimit(2, lambda: clock[0])
    limit.take("a")
    clock[0] += 20
    limit.take("a")
    clock[0] += 10
    with pytest.raises(TurnedAway) as away:
        limit.take("a")
    assert "2 questions a minute" in away.value.phrase.en
    assert "in 30 seconds" in away.value.phrase.en
    assert "อีก 30 วินาที" in away.value.phrase.th
    limit.take("b")
    clock[0] += 30
    limit.take("a")
    with pytest.raises(TurnedAway):
        limit.take("a")


@pytest.mark.parametrize(
    ("counted", "one", "more"),
    [
        (QUESTIONS, "You can ask up to 1 question a minute", "You can ask up to 2 questions a minute"),
        (OPINIONS, "send feedback up to once a minute", "send feedback up to 2 times a minute"),
        (GOING_ON, "questions up to once a minute", "questions up to 2 times a minute"),
        (LOOKS, "lists up to once a minute", "lists up to 2 times a minute"),
        (FILES, "You can send up to 1 file a minute", "You can send up to 2 files a minute"),
        (PASSWORDS, "You can try up to 1 password a minute", "You can try up to 2 passwords a minute"),
    ],
)
def test_one_of_a_thing_is_said_as_one(counted: Counted, one: str, more: str) -> None:
    single, several = counted.said(1, 1), counted.said(2, 30)
    assert one in single.en and single.en.endswith("Please try again in 1 second.")
    assert more in several.en and several.en.endswith("Please try again in 30 seconds.")
    assert " 1 " in single.th and " 2 " in several.th and "อีก 30 วินาที" in several.th


def test_who_is_sent_away_because_others_wait_has_not_used_up_a_question() -> None:
    async def scene() -> None:
        desk, go, running = Desk(1, waiting=0, a_minute=1), threading.Event(), threading.Event()

        def work() -> None:
            running.set()
            go.wait(30)

        other = asyncio.ensure_future(desk.serve(request("10.0.0.2"), work))
        await asyncio.to_thread(running.wait, 30)
        with pytest.raises(TurnedAway, match="Many people are asking"):
            await desk.serve(request(), lambda: 1)
        go.set()
        await other
        assert await desk.serve(request(), lambda: 1) == 1

    asyncio.run(scene())


def test_opinions_are_counted_by_client_twice_as_many_as_questions() -> None:
    desk = Desk(1, a_minute=2)
    for _ in range(4):
        desk.hear(request())
    with pytest.raises(TurnedAway, match="You can send feedback up to 4 times a minute") as away:
        desk.hear(request())
    assert away.value.phrase.th.startswith("ส่งความเห็นได้ไม่เกิน 4 ครั้งต่อนาที")
    desk.hear(request("10.0.0.2"))
    assert asyncio.run(desk.serve(request(), lambda: 1)) == 1, "an opinion is no question"


def test_looks_and_searches_for_questions_to_go_on_with_are_counted_by_themselves() -> None:
    desk = Desk(1, a_minute=1, looks_a_minute=2)
    desk.look(request())
    assert asyncio.run(desk.serve(request(), lambda: 1, looks=True)) == 1
    with pytest.raises(TurnedAway, match="releases and lists up to 2 times a minute"):
        desk.look(request())
    with pytest.raises(TurnedAway, match="releases and lists up to 2 times a minute"):
        asyncio.run(desk.serve(request(), lambda: 1, looks=True))
    desk.go_on(request())
    with pytest.raises(TurnedAway, match="questions up to once a minute"):
        desk.go_on(request())
    assert asyncio.run(desk.serve(request(), lambda: 1)) == 1, "neither is a question"
    desk.look(request("10.0.0.2"))


def test_nobody_alone_meets_the_limits_that_a_chat_begins_with() -> None:
    settings = Settings(home=Path("unused"))
    desk = Desk(1, a_minute=settings.questions_a_minute, looks_a_minute=settings.looks_a_minute)
    for _ in range(60):
        # A person reads an answer, opens a source of each, and judges it.
        assert asyncio.run(desk.serve(request(), lambda: 1)) == 1
        desk.go_on(request())
        desk.hear(request())
        for _ in range(10):
            desk.look(request())
    with pytest.raises(TurnedAway):
        asyncio.run(desk.serve(request(), lambda: 1))


def test_no_limit_lets_everybody_ask() -> None:
    limit = RateLimit(0)
    for _ in range(1000):
        limit.take("a")


@pytest.mark.parametrize(
    ("host", "forwarded", "proxies", "address"),
    [
        ("10.0.0.1", "", 0, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6", 0, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", 2, "1.2.3.4"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", 2, "10.0.0.1"),
        ("2001:db8:1:2:3::9", "", 0, "2001:db8:1:2::/64"),
        ("10.0.0.1", "x" * 500, 1, "x" * 64),
        ("::ffff:1.2.3.4", "", 0, "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4:50123", 1, "1.2.3.4"),
        ("10.0.0.1", "[2001:db8:1:2:3::9]:50123", 1, "2001:db8:1:2::/64"),
    ],
)
def test_who_asks(host: str, forwarded: str, proxies: int, address: str) -> None:
    assert client_address(request(host, forwarded), proxies) == address


def test_what_a_client_claims_in_a_line_of_its_own_is_not_read() -> None:
    assert client_address(request("10.0.0.1", "6.6.6.6", "1.2.3.4"), 1) == "1.2.3.4"
    assert client_address(request("10.0.0.1", "6.6.6.6", "1.2.3.4", "10.0.0.2"), 2) == "1.2.3.4"
    assert client_address(None, 1) == ""


def test_what_is_made_piece_by_piece_is_handed_over_as_it_is_made() -> None:
    next_one = threading.Event()

    def work() -> Iterator[int]:
        yield 1
        assert next_one.wait(60)
        yield 2

    async def read() -> list[int]:
        desk = Desk(1, waiting=0)
        pieces = []
        async for piece in desk.stream(work):
            pieces.append(piece)
            if not next_one.is_set():
                with pytest.raises(TurnedAway):
                    await anext(desk.stream(work))
            next_one.set()
        return pieces

    assert asyncio.run(read()) == [1, 2]


def test_who_leaves_ends_the_work_and_frees_the_place() -> None:
    ended = threading.Event()

    def work() -> Iterator[int]:
        try:
            while True:
                time.sleep(0.01)
                yield 1
        finally:
            ended.set()

    async def leave() -> None:
        desk = Desk(1, waiting=0)
        pieces = desk.stream(work)
        await anext(pieces)
        await pieces.aclose()
        assert await asyncio.to_thread(ended.wait, 60)
        while not desk.is_idle:
            await asyncio.sleep(0.01)

    asyncio.run(leave())


def test_what_goes_wrong_on_the_way_is_raised_to_who_reads() -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ValueError("halfway")

    async def read() -> None:
        async for _ in Desk(1).stream(work):
            pass

    with pytest.raises(ValueError, match="halfway"):
        asyncio.run(read())


def test_who_comes_before_the_opening_waits_for_it_and_may_leave() -> None:
    async def scene() -> None:
        opened = asyncio.Event()
        asked: list[int] = []

        async def opening() -> None:
            await opened.wait()

        desk = Desk(1, waiting=1, opening=opening)
        first = asyncio.ensure_future(desk.serve(request(), lambda: asked.append(1)))
        second = asyncio.ensure_future(desk.serve(request(), lambda: asked.append(2)))
        await asyncio.sleep(0.05)
        with pytest.raises(TurnedAway):
            await desk.serve(request(), lambda: asked.append(3))
        first.cancel()
        await asyncio.sleep(0.05)
        await desk.serve(request(), lambda: asked.append(4), looks=True)
        assert asked == [4]
        assert not desk.is_idle
        opened.set()
        await second
        assert asked == [4, 2]

    asyncio.run(scene())
