"""What failed is said in words of our own."""

from __future__ import annotations

import pytest
from mitmproxy.test import tflow, tutils

from grille.addon.failing import broken, nowhere, unreachable

CANARY = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Certificate verify failed: self-signed certificate", "not signed by a CA"),
        ("Certificate verify failed: unable to get local issuer certificate", "not signed by a CA"),
        ("Certificate verify failed: hostname mismatch", "for another name"),
        ("Certificate verify failed: certificate has expired", "has expired"),
        ("Certificate verify failed: certificate revoked", "could not be verified"),
        ("The remote server does not speak TLS.", "does not speak TLS"),
        ("OpenSSL Error([('SSL routines', '', 'tlsv1 alert protocol version')])", "the TLS version"),
        ("OpenSSL Error([('SSL routines', '', 'ssl/tls alert handshake failure')])", "version and cipher"),
        ("[Errno 111] Connect call failed ('127.0.0.1', 1)", "the connection was refused"),
        ("[Errno -2] Name or service not known", "its name could not be resolved"),
        ("[Errno 110] Connection timed out", "did not answer in time"),
        (f"unheard of {CANARY}", "the connection failed"),
    ],
)
def test_the_cause_is_recognised_and_the_text_is_not_repeated(error: str, said: str) -> None:
    refused = unreachable("openai", error)
    assert said in refused.text
    assert refused.text.startswith("openai could not be reached: ")
    assert CANARY not in refused.text
    assert "127.0.0.1" not in refused.text


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("Certificate verify failed: certificate has expired", "Nothing in the request changes that: tell the proxy's"),
        ("The remote server does not speak TLS.", "Nothing in the request changes that: tell the proxy's owner."),
        ("[Errno 110] Connection timed out", "Try again later, or tell the proxy's owner."),
        ("unheard of", "Try again later, or tell the proxy's owner."),
    ],
)
def test_the_caller_is_told_what_to_do(error: str, advice: str) -> None:
    assert advice in unreachable("openai", error).text


def test_a_chain_without_the_pinned_key_has_a_code_of_its_own() -> None:
    refused = unreachable("openai", "Certificate verify failed: unspecified certificate verification error")
    assert refused.code == "encryption_pin"
    assert "none of the keys that the policy pins is in its certificate chain" in refused.text


def test_a_client_who_went_away_is_told_nothing() -> None:
    assert broken("Client disconnected.", judged=True, heard=True) is None
    assert broken("stream reset by client (CANCEL)", judged=True, heard=True) is None
    assert broken("anything", judged=False, heard=False) is None


@pytest.mark.parametrize(
    ("error", "judged", "code"),
    [
        ("Request body exceeds mitmproxy's body_size_limit.", False, "too_large"),
        ("Response body exceeds mitmproxy's body_size_limit.", True, "too_large"),
        (f"unexpected server response: b'{CANARY}'", True, "upstream_failed"),
        ("unexpected server response: b'client disconnected'", True, "upstream_failed"),
        ("Invalid header line: b'stream reset by client (CANCEL)'", True, "upstream_failed"),
        ("Invalid header line: b'body_size_limit'", True, "upstream_failed"),
        (f"Received invalid header name: b'{CANARY}' from client", False, "malformed_request"),
    ],
)
def test_everything_else_has_a_code(error: str, judged: bool, code: str) -> None:
    refused = broken(error, judged=judged, heard=True)
    assert refused is not None
    assert refused.code == code
    assert CANARY not in refused.text


@pytest.mark.parametrize(("method", "kept"), [(b"POST", "POST"), (b"CONNECT", "CONNECT"), (b"FOO4111", "")])
def test_a_request_that_cannot_be_described_has_no_words(method: bytes, kept: str) -> None:
    flow = tflow.tflow(req=tutils.treq(method=method, path=b"/4111", host="4111.example"))
    exchange = nowhere(flow)
    assert exchange.method == kept
    assert exchange.id == flow.id
    assert "4111" not in repr(exchange)
