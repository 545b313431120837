"""Another proxy in between: it is asked for tunnels, and sees names and no words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from live import Live, chat

from engines import CARD
from grille.addon import connections
from grille.addon.chaining import NextProxy, next_proxy
from grille.errors import SettingsError
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
BASIC = "Basic amFuZTpwQHNz"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://proxy.example:3128", NextProxy(("proxy.example", 3128))),
        ("http://jane:p%40ss@PROXY.example:8080/", NextProxy(("proxy.example", 8080), BASIC)),
        ("http://[2001:db8::1]:3128", NextProxy(("2001:db8::1", 3128))),
    ],
)
def test_a_url_says_where_it_is_and_who_asks(text: str, found: NextProxy) -> None:
    assert next_proxy(text) == found


def test_a_file_keeps_the_password_off_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "proxy"
    file.write_text("http://jane:p%40ss@proxy.example:8080\n")
    found = next_proxy(f"file:{file}")
    assert found.authorization == BASIC
    assert BASIC not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "proxy.example:3128",
        "https://jane:s3cret@p.example:1",
        "http://jane:s3cret@p.example",
        "http://:1",
        "file:/missing",
        "http://p.example:1/path",
        "http://p.example:99999",
        "socks5://p.example:1",
    ],
)
def test_what_is_no_such_url_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(SettingsError, match="--upstream-proxy: write http://host:port") as caught:
        next_proxy(text)
    assert "s3cret" not in str(caught.value)


@dataclass
class Corporate:
    """A proxy that makes tunnels to one loopback port; with `says` it says that instead, with b'' nothing."""

    to: int
    says: bytes | None = None
    asked: list[str] = field(default_factory=list)
    seen: bytearray = field(default_factory=bytearray)

    @contextmanager
    def listening(self) -> Iterator[NextProxy]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self._accept, args=(server,), daemon=True).start()
            yield NextProxy(("127.0.0.1", server.getsockname()[1]), BASIC)
            server.shutdown(socket.SHUT_RDWR)

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(server.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with closing(client):
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(65536)
            self.asked.append(head.decode())
            if self.says is not None:
                client.sendall(self.says)
                client.recv(1)
                return
            with socket.create_connection(("127.0.0.1", self.to)) as upstream:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=self._copy, args=(upstream, client), daemon=True)
                back.start()
                self._copy(client, upstream)
                back.join(5)

    def _copy(self, source: socket.socket, into: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.seen += data
                into.sendall(data)
            into.shutdown(socket.SHUT_WR)


def test_an_exchange_goes_through_the_other_proxy_and_shows_it_no_words(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up:
        corporate = Corporate(up.port)
        with corporate.listening() as there, Live(folder, 9, up.ca_file, next_proxy=there) as live:
            assert live.post(chat(f"Card {CARD}")).status == 200
        (asked,) = corporate.asked
        assert asked.startswith("CONNECT api.openai.com:443 HTTP/1.1\r\n")
        assert f"Proxy-Authorization: {BASIC}\r\n" in asked
        assert up.snis == ["api.openai.com"]
        assert b"CREDIT_CARD_" in up.received
        assert b"amFuZTpwQHNz" not in up.received, "the credential is for the other proxy alone"
        assert b"CREDIT_CARD_" not in corporate.seen


def test_a_proxy_that_refuses_is_named_as_the_cause_and_its_words_are_not(folder: Path) -> None:
    corporate = Corporate(9, b"HTTP/1.1 407 Show 4111111111111111\r\n\r\n")
    with corporate.listening() as there, Live(folder, next_proxy=there) as live:
        said = live.post(chat("hello"))
        assert said.document["error"]["code"] == "upstream_unreachable"
        assert b"the proxy in between refused the connection" in said.body
        assert b"4111" not in said.body


def test_a_proxy_that_says_nothing_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.3)
    corporate = Corporate(9, b"")
    with corporate.listening() as there, Live(folder, next_proxy=there) as live:
        said = live.post(chat("hello"))
        assert said.document["error"]["code"] == "upstream_unreachable"
        assert b"did not answer in time" in said.body
