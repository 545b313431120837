"""`grille.policy.server_side`: which addresses and tools a provider may reach by itself."""

from __future__ import annotations

import pytest

from grille.errors import PolicyErrors
from grille.exchange import Source
from grille.policy.places import host_pattern
from grille.policy.server_side import ServerSide, destination, egress
from grille.reach import Reach
from policy_paper import changed, policy

HERE = Source("p.yaml", 3, "endpoints.openai.server_side")
ASKED = ServerSide(
    HERE,
    (host_pattern("files.example.com"), host_pattern("*.mcp.example:8443"), host_pattern("192.0.2.7")),
    ("s3://bank-*",),
    ("web_search", "code_execution_*"),
)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("https://files.example.com/a?b=c#d", ("files.example.com", 443)),
        ("https://FILES.example.com.", ("files.example.com", 443)),
        ("https://files.example.com:8443/a", ("files.example.com", 8443)),
        ("files.example.com", ("files.example.com", 443)),
        ("wss://files.example.com/mcp", ("files.example.com", 443)),
        ("https://[2001:db8::7]/a", ("2001:db8::7", 443)),
        ("https://192.0.2.7/a", ("192.0.2.7", 443)),
        ("https://files.example.com/a?mail=jane@example.com", ("files.example.com", 443)),
    ],
)
def test_a_plain_address_is_one_place(text: str, where: tuple[str, int]) -> None:
    assert destination(text) == where


@pytest.mark.parametrize(
    "text",
    [
        "http://files.example.com/a",
        "HTTPS://files.example.com/a",
        "https://files.example.com@evil.example/a",
        "https://evil.example\\@files.example.com/a",
        "https://files.example.com\\.evil.example/a",
        "https://files.example.com .evil.example/a",
        "https://files.exam\tple.com/a",
        "https://files.example.com\n/a",
        "https:/files.example.com/a",
        "//files.example.com/a",
        "https://files%2eexample.com/a",
        "https://127.1/a",
        "https://2130706433/a",
        "https://0x7f000001/a",
        "https://files.example.com:0/a",
        "https://files.example.com:99999/a",
        "https://fil\u0435s.example.com/a",
        "https://..example.com/a",
        "ftp://files.example.com/a",
        "file:///etc/passwd",
        "files/abc123",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_could_be_read_as_another_place_is_none(text: str) -> None:
    assert destination(text) is None


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("https://files.example.com/a", True),
        ("https://evil.example/files.example.com", False),
        ("https://files.example.com.evil.example/a", False),
        ("https://a.mcp.example:8443/", True),
        ("https://a.mcp.example/", False),
        ("https://192.0.2.7/a", True),
        ("https://192.0.2.8/a", False),
        ("s3://bank-documents/a/b.pdf", True),
        ("s3://other/a", False),
        ("gs://bank-documents/a", False),
        ("s3://bank-documents", True),
    ],
)
def test_addresses_are_held_against_the_list(text: str, allowed: bool) -> None:
    assert bool(ASKED.rule(Reach("/url", text))) is allowed
    assert not ServerSide(HERE).rule(Reach("/url", text))


@pytest.mark.parametrize(
    ("name", "allowed"), [("web_search", True), ("web_search_preview", False), ("code_execution_20250825", True)]
)
def test_tools_are_held_against_the_list(name: str, allowed: bool) -> None:
    assert bool(ASKED.rule(Reach("/tools/0/type", name, is_tool=True))) is allowed


def test_a_refusal_names_the_place_and_what_to_do_and_not_the_address() -> None:
    reached = [Reach("/tools/0/server_url", "https://evil.example/4111"), Reach("/tools/1/type", "shell", is_tool=True)]
    host, tool = egress("openai", ASKED, reached).refusals
    assert (host.code, tool.code) == ("server_side_host", "server_side_tool")
    assert "`tools.0.server_url`" in host.text
    assert "`server_side.allow` of openai" in host.text
    assert "`server_side.tools` of openai" in tool.text
    assert "evil" not in host.text
    assert host.because == HERE
    assert "evil" not in repr(reached)


def test_what_is_allowed_is_said_by_its_entry_once_and_not_by_its_address() -> None:
    reached = [
        Reach("/a", "https://a.mcp.example:8443/zebra"),
        Reach("/b", "https://b.mcp.example:8443/"),
        Reach("/c", "s3://bank-zebra/key"),
        Reach("/d", "code_execution_20250825", is_tool=True),
    ]
    assert egress("openai", ASKED, reached).evidence == (
        "server_side: *.mcp.example:8443 is allowed",
        "server_side: s3://bank-* is allowed",
        "server_side: code_execution_* is allowed",
    )


def test_a_policy_says_where_what_is_written_wrong() -> None:
    text = changed("{provider: contract, ", '{provider: contract, server_side: {allow: ["https://a.example"]}, ')
    with pytest.raises(PolicyErrors, match="a host stands alone"):
        policy(text)
