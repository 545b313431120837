"""The subjects of the two hooks, and the head of an answer that comes in pieces."""

from __future__ import annotations

import pytest
from judging import not_at_once
from mitmproxy import hooks, http
from mitmproxy.test import tflow, tutils

from grille.addon.pieces import (
    JUDGED,
    Piece,
    StreamPieceHook,
    WebSocketPiece,
    WebSocketPieceHook,
    open_stream,
)

CANARY = b"4111 1111 1111 1111"


def answered(
    version: str = "HTTP/1.1", upstream: str = "HTTP/1.1", method: bytes = b"POST", **head: str
) -> http.HTTPFlow:
    flow = tflow.tflow(req=tutils.treq(method=method, http_version=version.encode()))
    headers = http.Headers([(name.replace("_", "-").encode(), value.encode()) for name, value in head.items()])
    flow.response = http.Response(upstream.encode(), 200, CANARY, headers, None, None, 0, 0)
    return flow


def fields(flow: http.HTTPFlow) -> list[tuple[str, str]]:
    assert flow.response is not None
    return [(name.lower().decode(), value.decode()) for name, value in flow.response.headers.fields]


def test_the_hooks_have_the_names_that_addons_know() -> None:
    assert hooks.all_hooks["stream_piece"] is StreamPieceHook
    assert hooks.all_hooks["websocket_piece"] is WebSocketPieceHook


def test_no_repr_shows_what_is_carried() -> None:
    flow = tflow.tflow(req=tutils.treq(path=CANARY))
    piece = Piece(flow, CANARY, False, [CANARY])
    message = WebSocketPiece(flow, True, CANARY, True, [CANARY], [CANARY.decode()])
    assert "4111" not in repr([piece, message, StreamPieceHook(piece), WebSocketPieceHook(message)])


def test_a_new_piece_was_judged_by_nobody() -> None:
    flow = tflow.tflow()
    assert not Piece(flow, b"", True).done
    assert not WebSocketPiece(flow, True, b"", True).done


@pytest.mark.parametrize("upstream", ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0"])
@pytest.mark.parametrize(
    ("version", "said", "framing"),
    [
        ("HTTP/1.1", "HTTP/1.1", [("transfer-encoding", "chunked")]),
        ("HTTP/1.0", "HTTP/1.1", [("connection", "close")]),
        ("HTTP/2.0", None, []),
    ],
)
@pytest.mark.parametrize(
    "head",
    [
        {},
        {"Content_Length": "5"},
        {"Transfer_Encoding": "Chunked", "Trailer": "X-Card"},
        {"transfer_encoding": "identity"},
        {"Connection": "close", "Keep_Alive": "timeout=5"},
    ],
)
def test_the_head_fits_a_body_of_unknown_length(
    version: str, said: str | None, framing: list[tuple[str, str]], upstream: str, head: dict[str, str]
) -> None:
    flow = answered(version, upstream, X_Request_Id="7", **head)
    former = flow.response
    assert former is not None
    before = former.headers.fields
    assert open_stream(flow, not_at_once)
    assert fields(flow) == [("x-request-id", "7"), *framing]
    assert flow.response is not None
    assert flow.response.http_version == (said or upstream)
    assert flow.response.reason == "OK"
    assert flow.response.stream is True
    assert JUDGED[flow] is not_at_once
    assert (former.headers.fields, former.http_version) == (before, upstream), "mitmproxy still reads from it"


@pytest.mark.parametrize(
    ("method", "status", "head"),
    [
        (b"HEAD", 200, {}),
        (b"GET", 204, {}),
        (b"GET", 304, {"Content_Length": "5"}),
        (b"GET", 101, {"Upgrade": "websocket"}),
        (b"GET", 200, {"Content_Length": "0"}),
        (b"GET", 200, {"Transfer_Encoding": "gzip, chunked"}),
        (b"GET", 200, {"Content_Length": "five"}),
        (b"GET", 200, {"Content_Length": "5", "content-length": "6"}),
    ],
)
def test_an_answer_that_cannot_come_in_pieces_is_left_alone(method: bytes, status: int, head: dict[str, str]) -> None:
    flow = answered(method=method, **head)
    assert flow.response is not None
    flow.response.status_code = status
    former, before = flow.response, flow.response.headers.fields
    assert not open_stream(flow, not_at_once)
    assert flow.response is former
    assert former.headers.fields == before
    assert not former.stream
    assert flow not in JUDGED


def test_without_an_answer_there_is_nothing_to_open() -> None:
    assert not open_stream(tflow.tflow(), not_at_once)
