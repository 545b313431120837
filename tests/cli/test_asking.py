"""`grille.cli.asking`: one verified question, which follows nothing and shows no key."""

from __future__ import annotations

import pytest

from grille.cli.asking import Question
from grille.errors import SettingsError
from upstream import RecordingUpstream, answer

KEY = "sk-admin-not-a-real-key"


def asked(up: RecordingUpstream, monkeypatch: pytest.MonkeyPatch, host: str = "localhost") -> str:
    monkeypatch.setenv("SSL_CERT_FILE", up.ca_file)
    return Question(f"https://{host}:{up.port}/v1/x", "mode", KEY).ask()


def refused(up: RecordingUpstream, monkeypatch: pytest.MonkeyPatch, host: str = "localhost") -> str:
    with pytest.raises(SettingsError) as caught:
        asked(up, monkeypatch, host)
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_the_word_that_was_asked_for_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordingUpstream([answer({"mode": "none", "updatedAt": 1})]) as up:
        assert asked(up, monkeypatch) == "none"
        (request,) = up.requests
    assert request.startswith(b"GET /v1/x HTTP/1.1\r\n")
    assert f"Authorization: Bearer {KEY}\r\n".encode() in request


def test_nothing_is_sent_where_the_certificate_is_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordingUpstream(names=["elsewhere.example"]) as up:
        assert "certificate was not verified" in refused(up, monkeypatch)
        assert up.received == b""
    with RecordingUpstream(expired=True) as up:
        assert "certificate was not verified" in refused(up, monkeypatch)
        assert up.received == b""
    with RecordingUpstream() as up, RecordingUpstream() as other:
        monkeypatch.setenv("SSL_CERT_FILE", other.ca_file)
        with pytest.raises(SettingsError, match="not verified"):
            Question(f"https://localhost:{up.port}/", "mode", KEY).ask()
        assert up.received == b""


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordingUpstream() as other:
        moved = answer({}, 302, headers=[("Location", f"https://localhost:{other.port}/")])
        with RecordingUpstream([moved]) as up:
            assert "HTTP 302" in refused(up, monkeypatch)
        assert other.received == b""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answer({"error": "no"}, 401), "administrator"),
        (answer({"error": "no"}, 403), "administrator"),
        (answer({}, 500), "HTTP 500"),
        (answer("<p>"), "no JSON"),
        (answer("[]"), "no `mode`"),
        (answer({"mode": 1}), "no `mode`"),
        (answer({"mode": "None of your business, 4111 1111 1111 1111"}), "no `mode`"),
        (answer("x" * 100_000), "larger than 64 KiB"),
        (b"nonsense\r\n\r\n", "no answer (BadStatusLine)"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{}"], "broke off"),
    ],
)
def test_what_is_no_answer_is_said_and_not_shown(
    reply: bytes | list[bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: bytes) -> object:
        yield from reply
        raise ConnectionError

    with RecordingUpstream([reply] if isinstance(reply, bytes) else broken) as up:  # type: ignore[arg-type]
        text = refused(up, monkeypatch)
    assert said in text
    assert "4111" not in text


def test_nobody_there_is_said() -> None:
    with RecordingUpstream() as up:
        port = up.port
    with pytest.raises(SettingsError, match="no answer"):
        Question(f"https://localhost:{port}/", "mode", KEY).ask()


@pytest.mark.parametrize("url", ["http://api.example.com/x", "ftp://localhost/x", "https:///x", "x"])
def test_a_key_goes_over_https_or_stays_on_this_host(url: str) -> None:
    with pytest.raises(SettingsError, match="over https"):
        Question(url, "mode", KEY).ask()
    with RecordingUpstream([answer({"mode": "none"})], tls=False) as up:
        assert Question(f"http://127.0.0.1:{up.port}/x", "mode", KEY).ask() == "none"


@pytest.mark.parametrize("key", ["sk-a\r\nX: y", "sk a", "", "sk-\u00e9"])
def test_what_is_no_key_is_not_sent_and_not_shown(key: str) -> None:
    with RecordingUpstream(tls=False) as up, pytest.raises(SettingsError) as caught:
        Question(f"http://127.0.0.1:{up.port}/x", "mode", key).ask()
    assert up.received == b""
    assert not key or key not in str(caught.value)
    assert "sk-a" not in repr(Question("https://x", "mode", "sk-a"))
