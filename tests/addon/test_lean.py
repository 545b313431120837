"""`grille.addon.lean`: hooks are called as in mitmproxy, with less looking around; messages are taken as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from mitmproxy import http
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import tflow

from grille.addon.lean import Addons, install


class First:
    def __init__(self, called: list[str]) -> None:
        self.called = called

    def request(self, flow: http.HTTPFlow) -> None:
        self.called.append("first")
        if flow.request.path == "/broken":
            raise ValueError("a bug")


class Other:
    def __init__(self, called: list[str]) -> None:
        self.called = called

    async def request(self, _: http.HTTPFlow) -> None:
        await asyncio.sleep(0)
        self.called.append("other")

    def response(self, _: http.HTTPFlow) -> None:
        self.called.append("response")


def called(addons: type[Addons], path: str, kinds: Sequence[Any]) -> list[str]:
    names: list[str] = []

    async def play() -> None:
        master = Master(Options())
        master.addons = addons(master)
        master.addons.add(*(kind(names) for kind in kinds))  # type: ignore[no-untyped-call]
        flow = tflow.tflow()  # type: ignore[no-untyped-call]
        flow.request.path = path
        for _ in range(2):
            await master.addons.handle_lifecycle(HttpRequestHook(flow))

    asyncio.run(play())
    return names


@pytest.mark.parametrize("path", ["/", "/broken"])
def test_whoever_has_a_hook_is_called_in_order_whatever_another_did(path: str) -> None:
    assert called(Addons, path, [First, Other]) == ["first", "other"] * 2


def test_nobody_is_called_for_a_hook_that_nobody_has() -> None:
    assert called(Addons, "/", []) == []


def test_the_types_of_a_message_are_not_compared_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def compared(_: http.MessageData) -> None:
        raise AssertionError("compared")

    monkeypatch.setattr(http.MessageData, "__post_init__", compared)
    install()
    assert http.Request.make("GET", "https://example.com/").host == "example.com"
