"""`grille env`: every variable that some client reads."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from commands import grille

from grille.addon.state import State
from grille.cli.env import variables, write_bundle
from upstream import Authority

NEEDED = {
    "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "grpc_proxy", "NO_PROXY", "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NODE_EXTRA_CA_CERTS",
    "NODE_USE_ENV_PROXY", "GIT_SSL_CAINFO", "PIP_CERT", "DENO_CERT",
}  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path / "state")
    made.prepare()
    made.certificate.write_bytes(Authority("ours").pem())
    return made


def test_no_variable_of_any_client_is_missing(state: State) -> None:
    assert set(variables("http://127.0.0.1:8080", Path("b"), Path("c"))) >= NEEDED


def test_the_bundle_holds_the_systems_roots_and_ours(state: State) -> None:
    bundle = ssl.create_default_context(cafile=str(write_bundle(state)))
    ours = ssl.create_default_context(cafile=str(state.certificate)).get_ca_certs()
    known = bundle.get_ca_certs()
    assert ours[0] in known
    assert len(known) > len(ours)


def test_the_certificate_that_is_added_to_the_roots_is_ours_alone(state: State) -> None:
    assert variables("p", Path("bundle"), state.certificate)["NODE_EXTRA_CA_CERTS"] == str(state.certificate)


def test_bash_can_read_what_is_printed(state: State) -> None:
    printed = grille("env", "--state", state.directory, "--listen", "127.0.0.1:9000").out
    done = subprocess.run(
        ["bash", "-c", f'{printed}\necho "$HTTPS_PROXY $SSL_CERT_FILE"'], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["http://127.0.0.1:9000", str(state.directory / "ca-bundle.pem")]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("fish", "set -gx HTTPS_PROXY http://127.0.0.1:8080"),
        ("powershell", "$env:HTTPS_PROXY = 'http://127.0.0.1:8080'"),
        ("dotenv", 'HTTPS_PROXY="http://127.0.0.1:8080"'),
    ],
)
def test_other_shells_have_their_own_syntax(state: State, shell: str, line: str) -> None:
    assert line in grille("env", "--state", state.directory, "--shell", shell).out.splitlines()


def test_before_the_first_start_it_says_what_to_do(tmp_path: Path) -> None:
    done = grille("env", "--state", tmp_path)
    assert done.code == 2
    assert "grille run" in done.err
