"""`grille.dialects.signing`: what is signed is recognised, wherever the signature stands."""

from __future__ import annotations

import pytest

from grille.dialects.signing import signed_headers
from grille.framing.message import Message

AWS = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/us-east-1/bedrock/aws4_request, SignedHeaders=host;X-Amz-Date, "


@pytest.mark.parametrize(
    ("name", "value", "covered"),
    [
        ("Authorization", f"{AWS}Signature=00", {"host", "x-amz-date"}),
        ("authorization", f"{AWS.replace(', ', ',')}Signature=00", {"host", "x-amz-date"}),
        ("AUTHORIZATION", "aws4-ecdsa-p256-sha256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=00", {"host"}),
        ("Authorization", "AWS4-HMAC-SHA256", set()),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", set()),
        ("x-amz-content-sha256", "streaming-unsigned-payload-trailer", set()),
        ("Signature-Input", 'sig1=("@method" "Content-Digest");created=1', {"@method", "content-digest"}),
    ],
)
def test_a_signature_in_a_header_tells_what_it_covers(name: str, value: str, covered: set[str]) -> None:
    assert signed_headers(Message(((name, value),), b"{}", "/model/m/converse")) == covered


@pytest.mark.parametrize(
    ("query", "covered"),
    [
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=00", {"host", "x-a"}),
        ("a=b&x-amz-signature=00", set()),
        ("X-Amz%2DSignature=00", set()),
    ],
)
def test_a_signature_in_the_address_counts(query: str, covered: set[str]) -> None:
    assert signed_headers(Message((), b"{}", f"/model/m/converse?{query}")) == covered


def test_the_second_of_two_signatures_counts_as_well() -> None:
    message = Message((("Authorization", "Bearer k"), ("Authorization", f"{AWS}Signature=00")), b"{}", "/")
    assert signed_headers(message) == {"host", "x-amz-date"}


@pytest.mark.parametrize(
    "message",
    [
        Message((("Authorization", "Bearer AWS4-HMAC-SHA256"),), b"{}", "/"),
        Message((("x-amz-content-sha256", "00ff"), ("x-amz-date", "20261126T000000Z")), b"{}", "/"),
        Message((), b"X-Amz-Signature=00", "/X-Amz-Signature=00?signature=00"),
    ],
)
def test_what_only_looks_like_it_is_not_signed(message: Message) -> None:
    assert signed_headers(message) is None
