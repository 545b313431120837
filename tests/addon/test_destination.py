"""One server, one name."""

from __future__ import annotations

import errno
import itertools
import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.addon.destination import (
    Destination,
    addresses,
    agreed,
    authority,
    cannot_listen,
    canonical,
    canonical_or_refused,
    elsewhere,
)
from grille.addon.refusal import Refused
from grille.errors import SettingsError

HOST = "api.openai.com"


@pytest.mark.parametrize(
    ("spelling", "host"),
    [
        ("API.OpenAI.com", "api.openai.com"),
        ("api.openai.com.", "api.openai.com"),
        ("api。openai。com", "api.openai.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("аpi.openai.com", "xn--pi-6kc.openai.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("169.254.169.254.", "169.254.169.254"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "127.0.0.1"),
        ("[::FFFF:7f00:1]", "127.0.0.1"),
        ("_dmarc.example.com", "_dmarc.example.com"),
    ],
)
def test_every_spelling_of_a_host_is_one_host(spelling: str, host: str) -> None:
    assert canonical(spelling) == host
    assert canonical(host) == host


@pytest.mark.parametrize(
    "wrong",
    ["", ".", "..", "a..b", "a b", "a/b", "a@b", "a:80", "[::1", "[fe80::1%eth0]", "1.2.3.4.5", "1.2.3.256",
     "127.0.0.1 x", "-a.example", "a-.example", "a" * 64 + ".example", ".".join(["a" * 60] * 5), "a\x00b", "a\nb",
     "a%2eb", "\udc80"],
)  # fmt: skip
def test_what_is_no_host_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(wrong)
    with pytest.raises(Refused) as caught:
        canonical_or_refused(wrong)
    assert caught.value.status == 421


@given(st.text(max_size=40))
def test_a_canonical_host_is_its_own_spelling(text: str) -> None:
    try:
        host = canonical(text)
    except ValueError:
        return
    assert canonical(host) == host
    assert host == host.lower()
    assert host.isascii()


@pytest.mark.parametrize(
    ("text", "scheme", "where"),
    [
        ("api.openai.com", "https", (HOST, 443)),
        ("api.openai.com", "http", (HOST, 80)),
        ("api.openai.com:8443", "https", (HOST, 8443)),
        ("[::1]:8080", "http", ("::1", 8080)),
        ("[::1]", "http", ("::1", 80)),
    ],
)
def test_an_authority_is_a_host_and_a_port(text: str, scheme: str, where: tuple[str, int]) -> None:
    assert authority(text, scheme) == Destination(*where)


@pytest.mark.parametrize("text", ["", ":80", "a:b", "a:80:80", "u@a", "a:", "a b", "::1", "[a]", "a, b"])
def test_what_is_no_authority_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        authority(text, "https")


GOOD = HOST
OTHER = "evil.example"
PLACES = [GOOD, OTHER, None]


@pytest.mark.parametrize(("connect", "sni", "header"), itertools.product([GOOD, OTHER], PLACES, PLACES))
def test_the_destination_is_the_one_that_all_places_name(connect: str, sni: str | None, header: str | None) -> None:
    """Where the connection goes (CONNECT or the address), what the handshake asks for, what Host says."""
    said = [header] if header else []
    if sni in (connect, None) and header in (connect, None):
        assert agreed("https", connect, 443, said, [sni, connect]) == Destination(connect, 443)
    else:
        with pytest.raises(Refused) as caught:
            agreed("https", connect, 443, said, [sni, connect])
        assert caught.value.code == "destination_mismatch"
        assert "evil" not in str(caught.value)


def test_another_port_is_another_destination() -> None:
    with pytest.raises(Refused):
        agreed("https", HOST, 443, [f"{HOST}:8443"], [])
    assert agreed("https", HOST, 8443, [f"{HOST}:8443"], []).port == 8443


def test_a_scheme_without_a_port_is_refused() -> None:
    with pytest.raises(Refused):
        agreed("gopher", HOST, 70, [HOST], [])


def test_where_to_listen_is_said_for_both_families() -> None:
    assert addresses("*") == ["0.0.0.0", "::"]
    assert addresses("localhost") == ["127.0.0.1", "::1"]
    assert addresses("192.0.2.1") == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EADDRINUSE, "texts around it"), r"\(address already in use\): end what listens there, or name"),
        (OSError(errno.EACCES, "texts around it"), r"\(permission denied\): name another address or port"),
        (socket.gaierror(socket.EAI_NONAME, "texts around it"), r"\(no address of this machine\): name another"),
    ],
)
def test_why_nobody_can_listen_is_said_without_the_texts_around_it(error: OSError, said: str) -> None:
    assert re.fullmatch(rf"cannot listen at \[::1\]:80 {said}.*", str(cannot_listen(("::1", 80), error)))


def test_a_name_and_a_port_lead_elsewhere() -> None:
    assert elsewhere("API.openai.com.:443:127.0.0.1:9443") == (("api.openai.com", 443), ("127.0.0.1", 9443))
    assert elsewhere("api.openai.com:443:[::1]:9443") == (("api.openai.com", 443), ("::1", 9443))


@pytest.mark.parametrize(
    "text", ["", "a.example", "a.example:443", "a.example:443:127.0.0.1", "a:x:127.0.0.1:1", ":::"]
)
def test_what_leads_nowhere_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="write HOST:PORT:ADDRESS:PORT, for example"):
        elsewhere(text)
