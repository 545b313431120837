"""`grille run`: options to settings. What it does is tested in tests/addon and tests/end_to_end."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from grille.addon.chaining import NextProxy
from grille.addon.settings import Settings
from grille.addon.workers import Limits
from grille.cli.run import VERB
from grille.cli.running import address, mode, settings
from grille.errors import SettingsError


def asked(*arguments: str) -> Settings:
    parser = argparse.ArgumentParser()
    VERB.add(parser)
    return settings(parser.parse_args(arguments))


def test_the_defaults_are_safe_and_local() -> None:
    found = asked()
    assert (found.policy, found.listen, found.mode) == ("starter", ("127.0.0.1", 8080), "regular")
    assert (found.health, found.otlp) == (None, "")


def test_every_option_arrives(tmp_path: Path) -> None:
    found = asked(
        "--policy", "fintech", "--listen", "[::1]:0", "--mode", "reverse=https://api.openai.com", "--state",
        str(tmp_path), "--upstream-ca", "ca.pem", "--resolve", "a.example:443:127.0.0.1:9443", "--body-limit", "2",
        "--detectors", "3",
        "--proxy-users", "users", "--client-ca", "clients.pem", "--jwt-keys", "keys", "--jwt-issuer", "i",
        "--authority", "/secret", "--pac", "proxy.example:8080",
        "--audit", "-", "--health", "[::]:15021", "--drain", "2.5", "--otlp", "http://127.0.0.1:4318",
        "--store", "rediss://store.example",
    )  # fmt: skip
    assert found.listen == ("::1", 0)
    assert found.mode == "reverse:https://api.openai.com"
    assert found.elsewhere == ((("a.example", 443), ("127.0.0.1", 9443)),)
    assert (found.body_limit, found.limits.workers) == (2 << 20, 3)
    assert (found.users, found.client_ca, found.audit) == ("users", "clients.pem", "-")
    assert (found.authority, found.pac) == ("/secret", ("proxy.example", 8080))
    assert (found.health, found.drain, found.store) == (("::", 15021), 2.5, "rediss://store.example")
    assert found.otlp == "http://127.0.0.1:4318"
    assert found.jwt is not None
    assert (found.jwt.keys, found.jwt.issuer) == ("keys", "i")


@pytest.mark.parametrize("text", ["8080", "host", ":8080", "host:x", "host:70000"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="HOST:PORT"):
        address("--listen", text)


@pytest.mark.parametrize("text", ["regular", "local", "reverse=api.openai.com", "reverse=", "reverse:https://x"])
def test_a_mode_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="reverse="):
        mode(text)


@pytest.mark.parametrize("text", ["transparent", "socks5"])
def test_the_modes_of_clients_that_were_sent_here(text: str) -> None:
    assert asked("--mode", text).mode == text


@pytest.mark.parametrize("option", ["--jwt-issuer", "--jwt-audience"])
def test_what_a_token_must_name_is_not_asked_for_where_nobody_checks_tokens(option: str) -> None:
    with pytest.raises(SettingsError, match="say --jwt-keys too"):
        asked(option, "somebody")


def test_a_pac_file_needs_a_port_to_be_served_on() -> None:
    with pytest.raises(SettingsError, match="--health"):
        asked("--pac", "proxy.example:8080")


def test_workers_share_the_cores_unless_told_otherwise() -> None:
    one, many = asked(), asked("--workers", "1000")
    assert (one.processes, many.processes) == (1, 1000)
    assert (one.limits, many.limits.workers) == (Limits(), 1)
    assert asked("--workers", "4", "--detectors", "3").limits.workers == 3


def test_the_proxy_after_this_one_arrives() -> None:
    assert asked("--upstream-proxy", "http://proxy.example:3128").next_proxy == NextProxy(("proxy.example", 3128))


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf"])
def test_a_drain_that_never_ends_is_refused(seconds: str) -> None:
    with pytest.raises(SettingsError, match="--drain"):
        asked("--drain", seconds)


@pytest.mark.parametrize("arguments", [("--body-limit", "0"), ("--detectors", "0"), ("--workers", "0")])
def test_a_limit_of_nothing_is_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        asked(*arguments)
