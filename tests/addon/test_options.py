"""The options that would let something past, held against mitmproxy's own list."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.net import tls
from mitmproxy.options import Options
from mitmproxy.tools.dump import DumpMaster

from grille.addon import options
from grille.addon.options import FIXED, RANGES, dangerous, forced, refuse_dangerous
from grille.errors import SettingsError

HARMLESS = {
    "add_upstream_certs_to_client_chain", "anticache", "anticomp", "block_global", "block_list", "block_private",
    "cert_passphrase", "certs", "ciphers_client", "client_certs", "client_replay_concurrency", "command_history",
    "confdir", "connect_addr", "content_view_lines_cutoff", "dns_name_servers", "dns_use_hosts_file",
    "dumper_default_contentview", "dumper_filter", "export_preserve_original_ip", "http2", "http2_ping_keepalive",
    "http_connect_send_host_header", "keepserving", "key_size", "listen_port", "normalize_outbound_headers",
    "onboarding_host", "protobuf_definitions", "readfile_filter", "request_client_cert", "save_stream_filter",
    "server_replay_extra", "server_replay_ignore_content", "server_replay_ignore_host", "server_replay_ignore_params",
    "server_replay_ignore_payload_params", "server_replay_ignore_port", "server_replay_kill_extra",
    "server_replay_nopop", "server_replay_refresh", "server_replay_reuse", "server_replay_use_headers", "showhost",
    "ssl_verify_upstream_trusted_ca", "ssl_verify_upstream_trusted_confdir", "tcp_timeout", "tls_ecdh_curve_client",
    "tls_ecdh_curve_server", "tls_version_client_max", "tls_version_server_max", "upstream_cert",
}  # fmt: skip
"""Options of mitmproxy 12.2 that were looked at, and let nothing past."""

SAFE = {
    "body_size_limit": "9m",
    "listen_host": "127.0.0.1",
    **{must.name: list(must.value) if must.value == () else must.value for must in FIXED},
}


@pytest.fixture(autouse=True)
def confdir(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """mitmproxy's own directory is in the home of whoever runs the tests: leave it alone."""
    monkeypatch.setenv("HOME", str(authority))
    (authority / ".mitmproxy").mkdir(exist_ok=True)
    for file in authority.glob("mitmproxy-*"):
        shutil.copy(file, authority / ".mitmproxy")


def with_options(scene: Callable[[Any], None]) -> None:
    async def run() -> None:
        master = DumpMaster(Options(), with_termlog=True, with_dumper=True)
        master.options.update(**SAFE)
        scene(master.options)
        master.options.reset()
        await master.done()

    asyncio.run(run())


def test_every_option_of_mitmproxy_was_looked_at() -> None:
    known = {must.name for must in FIXED} | {within.name for within in RANGES} | HARMLESS

    def scene(found: Any) -> None:
        assert set(found.keys()) == known

    with_options(scene)


def test_the_safe_options_are_safe() -> None:
    with_options(refuse_dangerous)


DANGEROUS: dict[str, tuple[object, ...]] = {
    "rawtcp": (True,),
    "ignore_hosts": (["."],),
    "allow_hosts": (["other"],),
    "tcp_hosts": (["."],),
    "udp_hosts": (["."],),
    "show_ignored_hosts": (True,),
    "stream_large_bodies": ("1", "100m"),
    "store_streamed_bodies": (True,),
    "http3": (True,),
    "websocket": (False,),
    "validate_inbound_headers": (False,),
    "connection_strategy": ("eager",),
    "ssl_insecure": (True,),
    "ciphers_server": ("ALL", "eNULL"),
    "strip_ech": (False,),
    "keep_host_header": (True,),
    "keep_alt_svc_header": (True,),
    "onboarding": (True,),
    "proxyauth": ("any", "jane:x"),
    "stickyauth": (".",),
    "stickycookie": (".",),
    "map_local": (["|x|y"],),
    "map_remote": (["|a|b"],),
    "modify_body": (["/a/b"],),
    "modify_headers": (["/a/b"],),
    "upstream_auth": ("jane:x",),
    "client_replay": (["flows"],),
    "server_replay": (["flows"],),
    "rfile": ("flows",),
    "save_stream_file": ("flows", "+flows"),
    "hardump": ("flows.har", "-"),
    "flow_detail": (1, 4),
    "termlog_verbosity": ("warn", "info", "debug"),
    "proxy_debug": (True,),
    "server": (False,),
    "body_size_limit": (None, ""),
    "tls_version_client_min": ("UNBOUNDED", "SSL3", "TLS1", "TLS1_1"),
    "tls_version_server_min": ("UNBOUNDED", "SSL3", "TLS1", "TLS1_1"),
    "mode": (
        ["transparent"], ["socks5"], ["upstream:http://x"], ["local"], ["wireguard"], ["dns"], ["no such mode"],
        ["reverse:tcp://x:1"], ["reverse:tls://x"], ["reverse:udp://x:1"], ["reverse:http3://x"], ["reverse:dns://x"],
        ["regular", "socks5@9999"], ["regular@0.0.0.0:8080"], ["regular@:8080"], ["reverse:https://x@192.0.2.1:80"],
    ),
    "listen_host": ("", "0.0.0.0", "::", "192.0.2.1", "10.0.0.1", "proxy.example"),
    "scripts": (["grille.py", "another.py"],),
}  # fmt: skip


def test_every_rule_has_a_value_that_is_refused_here() -> None:
    assert set(DANGEROUS) == {must.name for must in FIXED} | {within.name for within in RANGES}


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_dangerous_option_is_named_with_its_reason(name: str) -> None:
    def scene(found: Any) -> None:
        for value in DANGEROUS[name]:
            object.__getattribute__(found, "_options")[name].value = value
            with pytest.raises(SettingsError, match=name):
                refuse_dangerous(found)
            assert len(dangerous(found)) == 1

    with_options(scene)


@pytest.mark.parametrize(
    "mode",
    [
        [],
        ["regular"],
        ["regular@8081"],
        ["regular@127.0.0.1:8081"],
        ["reverse:https://api.openai.com"],
        ["reverse:http://x:1@9", "regular@127.0.0.9:8081"],
    ],
)
def test_the_modes_that_are_judged_are_safe(mode: list[str]) -> None:
    def scene(found: Any) -> None:
        object.__getattribute__(found, "_options")["mode"].value = mode
        refuse_dangerous(found)

    with_options(scene)


def test_forcing_makes_every_fixed_option_safe() -> None:
    async def run() -> None:
        master = DumpMaster(Options(), with_termlog=True, with_dumper=True)
        assert len(dangerous(master.options)) > 5, "the control: mitmproxy's defaults are dangerous"
        master.options.update(**{**SAFE, **forced(master.options)})
        assert dangerous(master.options) == ()
        master.options.reset()
        await master.done()

    asyncio.run(run())


def test_a_file_of_tls_keys_is_dangerous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "log_master_secret", lambda *_: None)

    def scene(found: Any) -> None:
        assert "SSLKEYLOGFILE" in dangerous(found)[0]

    with_options(scene)


def test_every_rule_says_why() -> None:
    assert all(must.why for must in FIXED)
    assert all(within.why and within.wanted for within in RANGES)
    names = [must.name for must in FIXED] + [within.name for within in RANGES]
    assert len(set(names)) == len(names)
    assert options._shown(()) == "an empty list"
