"""`grille.aside`: what is small is done at once, what is large beside the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from grille.aside import AT_ONCE, aside


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
