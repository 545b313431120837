"""Machines that run these tests are shared: no example of hypothesis has a deadline. And what clients need that read a
TLS connection in one thread and write it in another."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import settings

settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture
def of_two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """For clients of `websockets` that are not asynchronous: TLS 1.2, where nothing comes after the handshake. CPython
    3.13.0 lets two threads into one connection at once (gh-143756): when the tickets of TLS 1.3 are read while a
    request is written, the request is lost and its answer never comes, or the process ends."""
    make = ssl.create_default_context

    def older(*arguments: object, **named: object) -> ssl.SSLContext:
        context = make(*arguments, **named)  # type: ignore[arg-type]
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    monkeypatch.setattr(ssl, "create_default_context", older)
