"""One proxy and the upstreams behind it for all tests of streams: a process takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator

import models
import pytest
from ledger import Ledger, opened
from model_sockets import Talker
from proxies import Proxy, environment, proxy
from streams import (
    ASKED_LEDGER,
    ASKED_SOCKETS,
    LEDGER,
    POLICY,
    SOCKETS,
    SPEAKING,
    STRICT_LEDGER,
    STRICT_SOCKETS,
    Way,
)

from streaming_upstream import StreamingUpstream

LEDGER_HOSTS = [LEDGER, STRICT_LEDGER, ASKED_LEDGER]
SOCKET_HOSTS = [SOCKETS, STRICT_SOCKETS, ASKED_SOCKETS]


@pytest.fixture(scope="session")
def speaker() -> Iterator[StreamingUpstream]:
    with StreamingUpstream(models.answer) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def served(speaker: StreamingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger(speaker.authority, tmp_path_factory.mktemp("ledger"), LEDGER_HOSTS) as upstream:
        yield upstream


@pytest.fixture
def ledger(served: Ledger) -> Iterator[Ledger]:
    """The MCP server, for a test that may pace it."""
    yield served
    served.tap.open()
    served.tap = opened()


@pytest.fixture(scope="session")
def talker(speaker: StreamingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talker]:
    with Talker(speaker.authority, tmp_path_factory.mktemp("talker"), SOCKET_HOSTS) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def streaming(
    speaker: StreamingUpstream, served: Ledger, talker: Talker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("streaming")
    (folder / "streams.yaml").write_text(POLICY)
    elsewhere = [(host, served.port) for host in LEDGER_HOSTS]
    elsewhere += [(host, talker.port) for host in SOCKET_HOSTS]
    more = [word for host, port in elsewhere for word in ("--resolve", f"{host}:443:127.0.0.1:{port}")]
    with proxy(folder, str(folder / "streams.yaml"), speaker.port, speaker.ca_file, SPEAKING, more) as started:
        yield started


@pytest.fixture
def direct(speaker: StreamingUpstream) -> Iterator[Way]:
    """Straight to the model: whether a test itself is right, and what would leak."""
    trusted = {"SSL_CERT_FILE": speaker.ca_file, "AWS_CA_BUNDLE": speaker.ca_file}
    with environment(trusted):
        yield Way(speaker)


@pytest.fixture
def guarded(speaker: StreamingUpstream, streaming: Proxy) -> Iterator[Way]:
    """Through the proxy, with its authority alone: the bundle of `grille env` takes long to read, and each of
    many clients reads it anew."""
    authority = str(streaming.state.certificate)
    with environment(streaming.variables | {"SSL_CERT_FILE": authority, "AWS_CA_BUNDLE": authority}):
        yield Way(speaker, streaming)


@pytest.fixture(params=["direct", "guarded"])
def way(request: pytest.FixtureRequest) -> Way:
    """Both, one after the other."""
    chosen: Way = request.getfixturevalue(request.param)
    return chosen
