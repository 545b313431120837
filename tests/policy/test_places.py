"""`grille.policy.places`: hosts and paths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.policy.places import HostPattern, example_path, globs_meet, host_pattern, is_plain, path_expression


@pytest.mark.parametrize(
    ("pattern", "host", "port", "matches"),
    [
        ("api.acme.example", "api.acme.example", 443, True),
        ("api.acme.example", "API.Acme.Example.", 8443, True),
        ("api.acme.example", "evil.api.acme.example", 443, False),
        ("api.acme.example", "apiXacme.example", 443, False),
        ("api.*.example", "api.eu.example", 443, True),
        ("api.*.example", "api.eu.west.example", 443, False),
        ("api.*.example", "api.example", 443, False),
        ("*.acme.example", "a.acme.example", 443, True),
        ("*.acme.example", "a.b.acme.example", 443, True),
        ("*.acme.example", "acme.example", 443, False),
        ("*.acme.example", ".acme.example", 443, False),
        ("*-ai.acme.example", "eu-ai.acme.example", 443, True),
        ("*-ai.acme.example", "x.eu-ai.acme.example", 443, False),
        ("localhost:11434", "localhost", 11434, True),
        ("localhost:11434", "localhost", 443, False),
        ("[::1]:8080", "::1", 8080, True),
        ("[0:0::1]", "::1", 443, True),
        ("127.0.0.1", "127.0.0.1", 443, True),
    ],
)
def test_a_host_pattern_matches_whole_labels(pattern: str, host: str, port: int, matches: bool) -> None:
    assert host_pattern(pattern).matches(host, port) is matches


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("https://api.acme.example", "without `https://`"),
        ("api.acme.example/v1", "without a path"),
        ("bücher.example", "`xn--` form"),
        ("a..example", "labels"),
        ("**.example", "labels"),
        ("a b", "labels"),
        ("x" * 64 + ".example", "labels"),
        ("::1", "`[address]:port`"),
        ("[zz]", "`[address]:port`"),
        ("[1:2]", "not an IP address"),
        ("a.example:70000", "1 to 65535"),
    ],
)
def test_what_is_no_host_is_refused_with_its_cure(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cure)):
        host_pattern(text)


def test_a_pattern_reads_as_it_was_written() -> None:
    assert [str(host_pattern(text)) for text in ("A.Example.", "a.example:1", "[::1]:2")] == [
        "a.example",
        "a.example:1",
        "[::1]:2",
    ]


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("a.example", "a.example", True),
        ("a.example", "b.example", False),
        ("*.example", "a.b.example", True),
        ("*.example", "example", False),
        ("a.*.example", "*.b.example", True),
        ("a-*.example", "*-b.example", True),
        ("a.example:1", "a.example:2", False),
        ("a.example:1", "a.example", True),
        ("*.a.example", "*.b.example", False),
    ],
)
def test_two_patterns_meet_when_a_host_matches_both(one: str, other: str, meets: bool) -> None:
    assert host_pattern(one).meets(host_pattern(other)) is meets
    assert host_pattern(other).meets(host_pattern(one)) is meets


def test_an_example_matches_its_pattern() -> None:
    for text in ("a.example", "*.example", "a.*.example", "x-*.example"):
        pattern = host_pattern(text)
        assert pattern.matches(pattern.example(), 443)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("/mcp", "/mcp", True),
        ("/mcp", "/mcp/", False),
        ("/mcp", "/MCP", False),
        ("/v1/*/run", "/v1/x/run", True),
        ("/v1/*/run", "/v1/x/y/run", False),
        ("/v1/**", "/v1/x/y", True),
        ("/v1.0", "/v1x0", False),
        ("/**", "/", True),
    ],
)
def test_a_path_glob_matches_the_whole_path(glob: str, path: str, matches: bool) -> None:
    assert (re.fullmatch(path_expression(glob), path) is not None) is matches


@pytest.mark.parametrize("glob", ["mcp", "", "/a b", "/a?b", "/a#b", "/a/../b", "/%2e%2e/b", "/**/**", "/*a*", "/ü"])
def test_what_is_no_path_is_refused(glob: str) -> None:
    with pytest.raises(ValueError, match="a path"):
        path_expression(glob)


@pytest.mark.parametrize(
    "path",
    ["/a/../b", "/..", "/a/./b", "/a/%2e%2E/b", "/%2e", "/a%2F..%2Fb", "/a/..%2fb", "/a/..\\b", "/a%5C..%5cb",
     "/a/..;/b", "/a/..;x/b", "/a/%252e%252e/b", "/a%252f..%252fb"],
)  # fmt: skip
def test_dot_steps_belong_to_no_route(path: str) -> None:
    assert not is_plain(path)
    assert is_plain("/a/..b/c.d/...")
    assert is_plain("/model/arn%3Aaws%3Abedrock%3A%3Aprofile%2Fa.b-v1%3A0/converse")


def test_an_example_path_fills_what_is_open() -> None:
    assert example_path("/v1/*/x/**") == "/v1/x/x/x"
    assert example_path("/v1/files/{id}") == "/v1/files/x"


_GLOB = st.text("ab/*", min_size=1, max_size=6).map(lambda text: "/" + re.sub(r"\*{3,}", "**", text))
_PATH = st.text("ab/", max_size=6).map(lambda text: "/" + text)


@given(_GLOB, _GLOB, _PATH)
def test_globs_that_match_the_same_path_are_known_to_meet(one: str, other: str, path: str) -> None:
    def matches(glob: str) -> bool:
        parts = re.split(r"(\*\*?)", glob)
        text = "".join({"*": "[^/]*", "**": ".*"}.get(part, re.escape(part)) for part in parts)
        return re.fullmatch(text, path) is not None

    assert globs_meet(one, other, "/") == globs_meet(other, one, "/")
    if matches(one) and matches(other):
        assert globs_meet(one, other, "/")


@given(st.text(max_size=40))
def test_any_host_is_taken_or_refused(text: str) -> None:
    try:
        pattern = host_pattern(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017  both ways out are meant
    else:
        assert isinstance(pattern, HostPattern)
        assert host_pattern(str(pattern)) == pattern
