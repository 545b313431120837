"""`grille.aside`: what is done at once, and what is waited for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from grille.aside import AT_ONCE, Work, aside, waited


@pytest.mark.parametrize(("size", "same"), [(AT_ONCE, True), (AT_ONCE + 1, False)])
def test_what_is_larger_than_the_most_is_done_in_another_thread(size: int, same: bool) -> None:
    thread = asyncio.run(aside(threading.current_thread, size))
    assert (thread is threading.current_thread()) is same


def test_what_the_work_raises_is_raised() -> None:
    def failing() -> None:
        raise ZeroDivisionError

    for size in (0, AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(aside(failing, size))


async def number() -> int:
    await asyncio.sleep(0)
    return 3


def counting() -> Work[int]:
    one = yield number
    two = yield number
    return int(one + two)


def test_work_is_done_with_what_it_waits_for() -> None:
    assert asyncio.run(waited(counting())) == 6


def test_somebody_else_may_do_the_rest_of_it() -> None:
    work = counting()
    assert next(work) is number
    assert asyncio.run(waited(work, 10)) == 13


def test_what_the_waiting_raises_is_raised() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    def work() -> Work[None]:
        yield failing

    with pytest.raises(ZeroDivisionError):
        asyncio.run(waited(work()))
