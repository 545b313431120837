"""The oracle must see what it claims to see, or every leak test is void."""

from __future__ import annotations

import base64
import codecs
import gzip
import zlib
from urllib.parse import quote

import brotli
import pytest
import zstandard

from oracle import leaks

CARD = "4111111111111111"
FORMS = {
    "plain": CARD.encode(),
    "spaced": b"4111 1111 1111 1111",
    "every character": b"4 1 1 1-1 1 1 1.1 1 1 1 1 1 1 1",
    "zero width": "4111\u200b111111111111".encode(),
    "full width": CARD.translate({ord(str(d)): 0xFF10 + d for d in range(10)}).encode(),
    "reversed": CARD[::-1].encode(),
    "base64": base64.b64encode(CARD.encode()),
    "base64 twice": base64.b64encode(base64.b64encode(CARD.encode())),
    "base64 thrice": base64.b64encode(base64.b64encode(base64.b64encode(CARD.encode()))),
    "base64url": base64.urlsafe_b64encode(b"\xfb\xff" + CARD.encode()),
    "base32": base64.b32encode(CARD.encode()),
    "hex": CARD.encode().hex().encode(),
    "percent": "".join(f"%{ord(c):02x}" for c in CARD).encode(),
    "html": "".join(f"&#{ord(c)};" for c in CARD).encode(),
    "u escapes": "".join(f"\\u{ord(c):04x}" for c in CARD).encode(),
    "rot13 of letters": codecs.encode("GB82WEST12345698765432", "rot13").encode(),
    "utf-16": CARD.encode("utf-16"),
    "gzip": gzip.compress(CARD.encode()),
    "gzip, second member": gzip.compress(b"x") + gzip.compress(CARD.encode()),
    "gzip, after the last member": gzip.compress(b"x") + CARD.encode(),
    "zlib": zlib.compress(CARD.encode()),
    "brotli": brotli.compress(CARD.encode()),
    "zstd": zstandard.ZstdCompressor().compress(CARD.encode()),
    "base64 of gzip in percent": quote(base64.b64encode(gzip.compress(CARD.encode()))).encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_hidden_value_is_found(form: bytes) -> None:
    assert leaks(form, [CARD, "GB82WEST12345698765432"])


def test_other_values_are_not_found() -> None:
    assert not leaks(b'{"card": "CREDIT_CARD_K7Q2M9XA", "n": 4111111111111112}', [CARD])
