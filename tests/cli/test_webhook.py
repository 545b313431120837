"""`grille webhook` over TLS: asked as an API server asks, with a certificate that changes while it runs."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commands import grille

from grille.cli.inject.sidecar import of_grade
from grille.cli.webhook import Certificate, Server
from grille.errors import SettingsError
from upstream import Authority

NAME = "grille-webhook.grille.svc"
REVIEW = json.dumps({
    "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
    "request": {"uid": "1", "operation": "CREATE", "object": {"spec": {"containers": [{"name": "app"}]}}},
})  # fmt: skip


def issue(folder: Path, authority: Authority) -> None:
    for name in ("tls.crt", "tls.key"):
        (folder / name).write_bytes(b"")
    key, _, certificate = authority.issue([NAME]).partition(b"-----BEGIN CERTIFICATE")
    (folder / "tls.key").write_bytes(key)
    (folder / "tls.crt").write_bytes(b"-----BEGIN CERTIFICATE" + certificate)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path, Authority]]:
    authority = Authority()
    issue(tmp_path, authority)
    with Server(("127.0.0.1", 0), Certificate(tmp_path), {"cni": of_grade("cni")}) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving.server_address[1], tmp_path, authority
        serving.shutdown()
        thread.join()


def ask(port: int, authority: Authority, method: str, path: str, body: str = "", **headers: str) -> tuple[int, bytes]:
    context = ssl.create_default_context(cadata=authority.pem().decode())
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    with closing(http.client.HTTPConnection(NAME)) as connection:
        connection.sock = context.wrap_socket(raw, server_hostname=NAME)
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        reply = connection.getresponse()
        return reply.status, reply.read()


def test_it_answers_reviews_of_a_grade_and_nothing_else(server: tuple[int, Path, Authority]) -> None:
    port, _, authority = server
    status, body = ask(port, authority, "POST", "/inject/cni?timeout=5s", REVIEW)
    assert status == 200
    assert json.loads(body)["response"]["patchType"] == "JSONPatch"
    assert ask(port, authority, "GET", "/readyz")[0] == 200
    assert ask(port, authority, "GET", "/inject/cni")[0] == 404
    assert ask(port, authority, "POST", "/inject/other", REVIEW)[0] == 404
    assert ask(port, authority, "POST", "/inject/cni", "{}")[0] == 400
    assert ask(port, authority, "POST", "/inject/cni", "", **{"Content-Length": "99999999"})[0] == 413
    assert ask(port, authority, "DELETE", "/inject/cni")[0] == 501


def test_a_certificate_that_changed_is_used_and_one_that_does_not_fit_is_not(
    server: tuple[int, Path, Authority], capfd: pytest.CaptureFixture[str]
) -> None:
    port, folder, authority = server
    fresh = Authority("another")
    good = (folder / "tls.key").read_bytes()
    issue(folder, fresh)
    fitting = (folder / "tls.key").read_bytes()
    (folder / "tls.key").write_bytes(good)
    assert ask(port, authority, "GET", "/readyz")[0] == 200, "half of it changed: the old one goes on"
    (folder / "tls.key").write_bytes(fitting)
    assert ask(port, fresh, "GET", "/readyz")[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(port, authority, "GET", "/readyz")
    assert "was read again" in capfd.readouterr().err


def test_without_a_certificate_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no certificate and its key"):
        Certificate(tmp_path)
    assert grille("webhook", "--certificate", tmp_path).code == 2


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    issue(tmp_path, Authority())
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    def tell() -> None:
        while signal.getsignal(signal.SIGTERM) == before[0]:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=tell, daemon=True).start()
    try:
        done = grille("webhook", "--certificate", tmp_path, "--listen", "127.0.0.1:0")
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert (done.code, "ready" in done.err) == (0, True)
