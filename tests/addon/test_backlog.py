"""Who reads from a connection waits while too much of it waits to be judged."""

from __future__ import annotations

import asyncio
import gc

from mitmproxy.test import tflow

from grille.addon.backlog import LIMIT, OVERHEAD, Share, room, waiting

HALF = bytes(LIMIT // 2)


async def is_free(task: asyncio.Task[None]) -> bool:
    for _ in range(3):
        await asyncio.sleep(0)
    return task.done()


def test_reading_stops_above_the_limit_and_goes_on_below_it() -> None:
    async def play() -> None:
        connection, share = tflow.tserver_conn(), Share()
        await room(connection)
        share.add(connection, HALF)
        await room(connection)
        share.add(connection, HALF)
        reader = asyncio.create_task(room(connection))
        assert not await is_free(reader)
        share.less(connection, HALF)
        assert await is_free(reader)

    asyncio.run(play())


def test_layers_share_the_limit_of_a_connection_and_give_up_their_part_at_once() -> None:
    async def play() -> None:
        connection, one, other = tflow.tserver_conn(), Share(), Share()
        one.add(connection, HALF)
        for _ in range(2):
            other.add(connection, HALF)
        reader = asyncio.create_task(room(connection))
        assert not await is_free(reader)
        other.nothing(connection)
        assert await is_free(reader)
        assert waiting(connection) == one.size == len(HALF) + OVERHEAD

    asyncio.run(play())


def test_connections_do_not_wait_for_each_other() -> None:
    async def play() -> None:
        full, free = tflow.tserver_conn(), tflow.tserver_conn()
        Share().add(full, HALF * 3)
        await room(free)
        assert not await is_free(asyncio.create_task(room(full)))

    asyncio.run(play())


def test_many_small_ones_count_for_more_than_their_bytes() -> None:
    connection, share = tflow.tserver_conn(), Share()
    for _ in range(LIMIT // OVERHEAD):
        share.add(connection, b"x")
    assert waiting(connection) > LIMIT


def test_what_was_given_up_is_not_taken_off_again() -> None:
    connection, share, other = tflow.tserver_conn(), Share(), Share()
    share.add(connection, HALF)
    other.add(connection, HALF)
    share.nothing(connection)
    share.less(connection, HALF)
    assert waiting(connection) == other.size


def test_nothing_is_known_of_a_connection_that_is_gone() -> None:
    connection, share = tflow.tserver_conn(), Share()
    share.add(connection, HALF)
    another = tflow.tserver_conn()
    del connection
    gc.collect()
    assert waiting(another) == 0
    share.nothing(another)
    assert share.size == 0
