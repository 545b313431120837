"""Files opened in worker processes: what comes back, and what a hostile file or worker can do."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import Sequence

import pytest

import papers
from grille.addon import opener, replies
from grille.addon.nursery import Recipe
from grille.addon.workers import OPENING, Limits, Workers
from grille.errors import DetectionFailed
from grille.exchange import Kind, Segment
from grille.files import File, Inside, Opened, Unread, Unreadable

RECIPE = Recipe("grille.addon.opener", "opener")
FILES = (File("/a", papers.pdf()), File("/b", papers.PNG))


def asked(*jobs: Sequence[File], limits: Limits = OPENING) -> list[tuple[Opened, ...] | str]:
    """What a pool makes of several jobs, one after the other."""

    async def ask() -> list[tuple[Opened, ...] | str]:
        pool = Workers(RECIPE, limits)
        out: list[tuple[Opened, ...] | str] = []
        try:
            await pool.start()
            for job in jobs:
                try:
                    out.append(await pool.open(job))
                except DetectionFailed as error:
                    out.append(error.problem)
        finally:
            await pool.stop()
        return out

    return asyncio.run(ask())


def test_a_worker_opens_files_and_one_that_ended_is_replaced() -> None:
    text, picture = Inside("page/1", "words"), Unread("", Unreadable.IMAGE)
    opened = (Opened(texts=(text,)), Opened(unread=(picture,)))
    assert asked(FILES, FILES) == [opened, opened]


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_opened() -> None:
    slow = papers.zipped({f"{number}.xml": "<a>" + "<b>words</b>" * 20_000 + "</a>" for number in range(60)})
    late, again = asked((File("/a", slow),), FILES[:1], limits=Limits(workers=1, seconds=0.2, seconds_per_kb=0))
    assert late == "not done after 0.2 seconds"
    assert again == (Opened(texts=(Inside("page/1", "words"),)),)


def test_it_finds_nothing_and_has_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    made = opener.opener()
    with pytest.raises(DetectionFailed):
        made.do(((Segment("/a", Kind.TEXT, "words"),), frozenset({"PERSON"})))
    assert replies.opened(json.dumps(made.do((FILES,))).encode(), FILES)[1].unread == (Unread("", Unreadable.IMAGE),)
    assert [soft for soft, _ in set_to] == [opener.MOST_MEMORY]


@pytest.mark.parametrize(
    "said",
    [
        [],
        [[], [], []],
        [[[], []]],
        [[[], []], [[], [["", "a kind that is made up"]]]],
        [[[], []], [[], [["page/4111111111111111", "image"]]]],
        [[[], []], [[["Jane Doe", "words", False]], []]],
        [[[], []], [[["page/1/", "words", False]], []]],
        [[[], []], [[["/".join(["page/1"] * 20), "words", False]], []]],
        [[[], []], [[["page/1", 5, False]], []]],
        [[[], []], [[["page/1", "words"]], []]],
        "words",
        None,
    ],
)
def test_a_worker_that_says_something_else_is_not_believed(said: object) -> None:
    with pytest.raises(DetectionFailed):
        replies.opened(json.dumps({"opened": said}).encode(), FILES)


def test_what_a_worker_may_say_is_taken() -> None:
    said = {"opened": [[[["entry/3/page/12/strings", "words", True]], []], [[], [["object/7", "image"]]]]}
    assert replies.opened(json.dumps(said).encode(), FILES) == (
        Opened(texts=(Inside("entry/3/page/12/strings", "words", is_list=True),)),
        Opened(unread=(Unread("object/7", Unreadable.IMAGE),)),
    )
    with pytest.raises(DetectionFailed, match="late"):
        replies.opened(json.dumps({"detector": "workers", "problem": "late"}).encode(), FILES)
