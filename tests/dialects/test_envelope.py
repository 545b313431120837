"""`grille.dialects.envelope`: path, query and headers."""

from __future__ import annotations

import pytest

from grille.dialects.envelope import ALWAYS, CREDENTIALS, MAX_HEADER_BYTES, Mirror, headers, segments
from grille.errors import Malformed, TooLarge
from grille.exchange import Kind, Touch
from grille.framing.message import Message


def message(target: str = "/", fields: tuple[tuple[str, str], ...] = ()) -> Message:
    return Message(fields, b"", target)


def test_the_path_is_judged_as_it_is_meant() -> None:
    (path,) = segments(message("/v1/pan/%34111"))
    assert (path.text, path.kind, path.touch) == ("/v1/pan/4111", Kind.NAME, Touch.FIXED)


def test_names_and_values_of_the_query_are_judged_but_not_the_providers_key() -> None:
    found = {segment.address: segment.text for segment in segments(message("/p?a%20b=c+d&key=secret&flag&=x"))}
    assert found == {"path": "/p", "query:a b~": "a b", "query:a b": "c d", "query:key~": "key", "query:flag~": "flag",
                     "query:flag": "", "query:~": "", "query:": "x"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CREDENTIALS | ALWAYS))
def test_the_callers_credentials_are_not_looked_at(name: str) -> None:
    assert headers(message(fields=((name.title(), "Bearer secret"),)), ()) == ([], [])


def test_where_a_provider_says_which_credentials_it_takes_the_others_are_judged() -> None:
    both = message("/?key=one&api_key=two", (("X-Api-Key", "three"), ("Authorization", "four"), ("Cookie", "five")))
    takes = frozenset({"authorization", "?key"})
    assert "two" in [each.text for each in segments(both, takes)]
    assert "one" not in [each.text for each in segments(both, takes)]
    assert [each.text for each in headers(both, (), takes)[0]] == ["three", "X-Api-Key"]


def test_any_other_header_is_judged_name_and_value() -> None:
    judged, _ = headers(message(fields=(("X-Customer-4111", "Jane"),)), ())
    assert [segment.text for segment in judged] == ["Jane", "X-Customer-4111"]


@pytest.mark.parametrize(
    "name",
    ["Accept", "Accept-Encoding", "Connection", "Content-Type", "Keep-Alive", "Sec-WebSocket-Key",
     "Sec-WebSocket-Version", "TE", "Upgrade", "X-Amz-Content-Sha256", "X-Amz-Date"],
)  # fmt: skip
def test_a_header_of_the_transport_that_may_say_anything_is_judged(name: str) -> None:
    judged, _ = headers(message(fields=((name, "4111 1111 1111 1111"),)), ())
    assert judged[0].text == "4111 1111 1111 1111"


def test_a_key_that_is_random_is_not_called_a_key() -> None:
    (key, _), _ = headers(message(fields=(("Sec-WebSocket-Key", "G4yjxjlMoPrlBz9F5T7mig=="),)), ())
    assert key.label == ""


@pytest.mark.parametrize(
    "pair", [("Accept", "*/*"), ("CONNECTION", "Keep-Alive"), ("content-type", "application/json")]
)
def test_what_nearly_every_request_says_needs_no_look(pair: tuple[str, str]) -> None:
    assert headers(message(fields=(pair,)), ()) == ([], [])
    assert headers(message(fields=(("X-Note", pair[1]),)), ()) != ([], [])


def test_what_others_judge_is_not_judged_as_a_header() -> None:
    digest = ("X-Amz-Content-Sha256", "719f28eaadc4637236557745eacbdc322b13c772906a84499e9250cdf463ae0f")
    assert headers(message(fields=(digest, ("Content-Type", "multipart/form-data; boundary=4111"))), ()) == ([], [])


def test_headers_are_bounded() -> None:
    headers(message(fields=(("A", "b" * (MAX_HEADER_BYTES - 1)),)), ())
    with pytest.raises(TooLarge):
        headers(message(fields=(("A", "b" * MAX_HEADER_BYTES),)), ())


@pytest.mark.parametrize(
    ("value", "text", "written"),
    [
        ("eu-west", "eu-west", "TOKEN"),
        ("=?base64?ZXUtd2VzdA==?=", "eu-west", "=?base64?VE9LRU4=?="),
        ("=?base64?", "=?base64?", "TOKEN"),
    ],
)
def test_a_mirror_is_written_in_the_form_it_had(value: str, text: str, written: str) -> None:
    _, (mirror,) = headers(message(fields=(("Mcp-Param-Region", value),)), ("mcp-param-*",))
    assert mirror.text == text
    assert mirror.write("TOKEN") == written


def test_a_mirror_that_no_header_could_carry_is_wrapped() -> None:
    assert Mirror(0, "x", wrapped=False).write("Zoë\n").startswith("=?base64?")


@pytest.mark.parametrize("value", ["=?base64?!!?=", "=?base64?/w==?="])
def test_a_mirror_that_cannot_be_read_is_refused(value: str) -> None:
    with pytest.raises(Malformed, match="header number 1"):
        headers(message(fields=(("Mcp-Name", value),)), ("mcp-name",))
