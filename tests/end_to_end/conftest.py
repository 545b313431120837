"""One proxy and the upstreams behind it for all tests of streams: a process takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator

import models
import pytest
from ledger import Ledger, opened
from model_sockets import Talker
from proxies import Proxy, environment, proxy
from streams import ASKED, LEDGER, POLICY, SOCKETS, SPEAKING, Way

from streaming_upstream import StreamingUpstream


@pytest.fixture(scope="session")
def speaker() -> Iterator[StreamingUpstream]:
    with StreamingUpstream(models.answer) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def served(speaker: StreamingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger(speaker.authority, tmp_path_factory.mktemp("ledger"), LEDGER) as upstream:
        yield upstream


@pytest.fixture
def ledger(served: Ledger) -> Iterator[Ledger]:
    """The MCP server, for a test that may pace it."""
    yield served
    served.tap.open()
    served.tap = opened()


@pytest.fixture(scope="session")
def talker(speaker: StreamingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talker]:
    with Talker(speaker.authority, tmp_path_factory.mktemp("talker"), [SOCKETS, ASKED]) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def streaming(
    speaker: StreamingUpstream, served: Ledger, talker: Talker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("streaming")
    (folder / "streams.yaml").write_text(POLICY)
    elsewhere = ["--resolve", f"{LEDGER}:443:127.0.0.1:{served.port}"]
    elsewhere += ["--resolve", f"{SOCKETS}:443:127.0.0.1:{talker.port}"]
    with proxy(folder, str(folder / "streams.yaml"), speaker.port, speaker.ca_file, SPEAKING, elsewhere) as started:
        yield started


@pytest.fixture
def direct(speaker: StreamingUpstream) -> Iterator[Way]:
    """Straight to the model: whether a test itself is right, and what would leak."""
    trusted = {"SSL_CERT_FILE": speaker.ca_file, "AWS_CA_BUNDLE": speaker.ca_file}
    with environment(trusted):
        yield Way(speaker)


@pytest.fixture
def guarded(speaker: StreamingUpstream, streaming: Proxy) -> Iterator[Way]:
    """Through the proxy."""
    with environment(streaming.variables):
        yield Way(speaker, streaming)


@pytest.fixture(params=["direct", "guarded"])
def way(request: pytest.FixtureRequest) -> Way:
    """Both, one after the other."""
    chosen: Way = request.getfixturevalue(request.param)
    return chosen
