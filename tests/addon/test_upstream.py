"""The witness must see everything, or every leak test is void."""

from __future__ import annotations

import socket
import ssl

import pytest

from upstream import RecordingUpstream, answer

REQUEST = b"POST /v1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 5\r\n\r\nhello"


def ask(up: RecordingUpstream, request: bytes, name: str = "api.example.com") -> bytes:
    context = ssl.create_default_context(cafile=up.ca_file)
    with (
        socket.create_connection(("127.0.0.1", up.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(request)
        return connection.recv(65536)


def test_it_keeps_every_byte_and_the_name_asked_for() -> None:
    with RecordingUpstream([answer({"a": 1})]) as up:
        assert ask(up, REQUEST).endswith(b'{"a": 1}')
        assert up.received == REQUEST
        assert up.requests == [REQUEST]
        assert up.snis == ["api.example.com"]


def test_after_the_last_answer_it_says_an_empty_object() -> None:
    with RecordingUpstream() as up:
        assert ask(up, REQUEST).endswith(b"{}")


def test_a_function_sees_each_request() -> None:
    with RecordingUpstream(lambda request: answer(request[-5:])) as up:
        assert ask(up, REQUEST).endswith(b"hello")


def test_chunked_requests_are_read_to_their_end() -> None:
    request = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    with RecordingUpstream() as up:
        ask(up, request)
        assert up.requests == [request]


@pytest.mark.parametrize(("names", "expired"), [(("other.example.com",), False), ((), True)])
def test_it_can_show_a_certificate_that_must_be_refused(names: tuple[str, ...], expired: bool) -> None:
    with (
        RecordingUpstream(names=names, expired=expired) as up,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ask(up, REQUEST)


def test_without_tls_it_keeps_the_bytes_as_they_come() -> None:
    with (
        RecordingUpstream(tls=False) as up,
        socket.create_connection(("127.0.0.1", up.port), timeout=5) as connection,
    ):
        connection.sendall(REQUEST)
        assert connection.recv(65536).endswith(b"{}")
        assert up.received == REQUEST
