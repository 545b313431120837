"""Content decoding: strict, bounded, and without a library's leniency."""

from __future__ import annotations

import encodings.aliases
import gzip
import io
import random
import subprocess
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import TooLarge, Undecodable
from grille.framing.encoding import MAX_MEMBERS, decode

CARD = "4111 1111 1111 1111"
BODY = b'{"messages": [{"role": "user", "content": "card 4111 1111 1111 1111"}]}' * 20
LIMIT = 1 << 20


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(body)


def zstd_without_size(body: bytes) -> bytes:
    compressor = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    return compressor.compress(body) + compressor.flush()


def skippable(content: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content


def gzip_with_comment(body: bytes, comment: bytes) -> bytes:
    plain = gzip.compress(body, mtime=0)
    return plain[:3] + b"\x10" + plain[4:10] + comment + b"\0" + plain[10:]


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate (raw)": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd,
    "zstd (no size)": zstd_without_size,
}


def header_of(name: str) -> str:
    return name.split(" ")[0]


# -- headers --------------------------------------------------------------------------------------

SPELLINGS: list[tuple[list[str], list[str]]] = [
    ([], []),
    ([""], []),
    (["identity"], []),
    (["IDENTITY, identity"], []),
    ([" , ,, "], []),
    (["gzip"], ["gzip"]),
    (["GZIP"], ["gzip"]),
    (["GZip "], ["gzip"]),
    (["\tgzip\t"], ["gzip"]),
    (["x-gzip"], ["gzip"]),
    (["X-GZIP"], ["gzip"]),
    (["identity, gzip"], ["gzip"]),
    (["gzip, identity"], ["gzip"]),
    (["gzip,"], ["gzip"]),
    (["deflate"], ["deflate"]),
    (["Deflate"], ["deflate"]),
    (["br"], ["br"]),
    (["BR"], ["br"]),
    (["zstd"], ["zstd"]),
    (["ZStd"], ["zstd"]),
    (["gzip, br"], ["gzip", "br"]),
    (["gzip", "br"], ["gzip", "br"]),
    (["br,gzip"], ["br", "gzip"]),
    (["gzip, gzip"], ["gzip", "gzip"]),
    (["gzip", "gzip"], ["gzip", "gzip"]),
    (["x-gzip, GZIP"], ["gzip", "gzip"]),
    (["zstd", "identity", "", "deflate"], ["zstd", "deflate"]),
    (["identity , zstd ,identity, zstd"], ["zstd", "zstd"]),
]


@pytest.mark.parametrize(("header", "applied"), SPELLINGS)
def test_every_spelling_of_a_known_coding_is_decoded(header: list[str], applied: list[str]) -> None:
    body = BODY
    for coding in applied:
        body = ENCODERS[coding](body)
    assert decode(body, header, LIMIT) == BODY


@pytest.mark.parametrize(
    "header",
    [
        ["hex"], ["bz2"], ["rot13"], ["rot_13"], ["zlib"], ["base64"], ["utf-8"], ["compress"], ["x-compress"],
        ["aws-chunked"], ["chunked"], ["gzip;q=1"], ["gzip br"], ["g zip"], ["gzip\u00a0"], ['"gzip"'], ["*"],
        ["x-br"], ["gzip, hex"], ["gzip", "bz2"], ["none"], ["gzip\x00"], ["dcb"],
    ],
)  # fmt: skip
def test_an_unknown_coding_is_refused(header: list[str]) -> None:
    with pytest.raises(Undecodable, match="send the body uncompressed"):
        decode(gzip.compress(BODY), header, LIMIT)


def test_no_name_of_a_python_codec_is_a_content_coding() -> None:
    for name in {*encodings.aliases.aliases, *encodings.aliases.aliases.values()}:
        with pytest.raises(Undecodable):
            decode(BODY, [name], LIMIT)


@pytest.mark.parametrize("header", [["gzip, gzip, gzip"], ["gzip", "br", "zstd"], ["br, identity, br, br"]])
def test_more_than_two_codings_on_top_of_each_other_are_refused(header: list[str]) -> None:
    with pytest.raises(Undecodable, match="more than 2 content codings"):
        decode(b"x", header, LIMIT)


def test_the_error_does_not_repeat_what_the_header_says() -> None:
    with pytest.raises(Undecodable) as caught:
        decode(BODY, [CARD], LIMIT)
    assert CARD not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty_in_every_coding(coding: str) -> None:
    assert decode(b"", [coding], LIMIT) == b""


# -- what is inside -------------------------------------------------------------------------------


@given(
    body=st.binary(max_size=5000).filter(lambda body: not body.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd"))),
    names=st.lists(st.sampled_from(sorted(ENCODERS)), max_size=2),
)
def test_whatever_was_encoded_comes_back(body: bytes, names: list[str]) -> None:
    encoded = body
    for name in names:
        encoded = ENCODERS[name](encoded)
    assert decode(encoded, [header_of(name) for name in names], LIMIT) == body


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("size", [1, 65535, 65536, 65537, 1_000_000])
def test_sizes_around_the_pieces_come_back(name: str, size: int) -> None:
    noisy = random.Random(size).randbytes(size)
    flat = b"a" * size
    for body in (flat, b"." + noisy[1:], (noisy[:100] * (size // 100 + 1))[:size].replace(b"\x1f", b"-")):
        assert decode(ENCODERS[name](body), [header_of(name)], LIMIT) == body


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("zstd", zstd)])
def test_every_member_is_decoded(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert decode(encode(b"first ") + encode(b"") + encode(CARD.encode()), [coding], LIMIT) == b"first " + CARD.encode()


def test_skippable_zstd_frames_yield_nothing() -> None:
    body = skippable(b"") + zstd(b"one ") + skippable(b"x" * 1000) + zstd(b"two") + skippable(b"end")
    assert decode(body, ["zstd"], LIMIT) == b"one two"
    assert decode(skippable(b"only"), ["zstd"], LIMIT) == b""


def test_a_comment_in_a_gzip_header_is_not_content() -> None:
    assert decode(gzip_with_comment(BODY, CARD.encode()), ["gzip"], LIMIT) == BODY


# -- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("body", [BODY, random.Random(7).randbytes(3000)])
def test_a_truncated_body_is_refused(name: str, body: bytes) -> None:
    encoded = ENCODERS[name](body)
    for cut in range(1, 21):
        with pytest.raises(Undecodable):
            decode(encoded[:-cut], [header_of(name)], LIMIT)


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("tail", [b"\0", b"\n", b"J", CARD.encode(), b"\0" * 512, b"\x1f\x8b", b"\x28\xb5\x2f\xfd"])
def test_bytes_after_the_end_are_refused(name: str, tail: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(ENCODERS[name](BODY) + tail, [header_of(name)], LIMIT)


@pytest.mark.parametrize("name", ["deflate", "deflate (raw)", "br"])
def test_a_second_stream_is_refused_where_the_format_has_only_one(name: str) -> None:
    with pytest.raises(Undecodable):
        decode(ENCODERS[name](BODY) * 2, [header_of(name)], LIMIT)


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_a_wrong_checksum_is_refused(name: str) -> None:
    encoded = bytearray(ENCODERS[name](BODY))
    encoded[-6 if name == "gzip" else -2] ^= 1
    with pytest.raises(Undecodable):
        decode(bytes(encoded), [name], LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [BODY, b"{", b"\xff" * 100, b"PK\x03\x04zip"])
def test_a_body_that_is_not_in_the_coding_it_names_is_refused(coding: str, body: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(body, [coding], LIMIT)


@pytest.mark.parametrize("encode", [gzip.compress, zstd])
@pytest.mark.parametrize("header", [[], ["identity"], [""]])
def test_a_compressed_body_that_does_not_say_so_is_refused(encode: Callable[[bytes], bytes], header: list[str]) -> None:
    with pytest.raises(Undecodable, match="name the coding"):
        decode(encode(BODY), header, LIMIT)


def test_a_body_compressed_twice_that_says_once_is_refused() -> None:
    with pytest.raises(Undecodable, match="name the coding"):
        decode(brotli.compress(gzip.compress(BODY)), ["br"], LIMIT)


def test_a_deflate_body_that_reads_in_two_ways_is_refused() -> None:
    # 0x78 0x9C starts the zlib format. Read as raw, 0x78 starts a stored block of 0x009C bytes, if the
    # complement follows; that complement and the two bytes after it are, read as zlib, the length of a
    # stored block and its complement. Each reading skips what the other one sees.
    length = 0x009C
    zlib_length = length ^ 0xFFFF
    head = b"\x78\x9c\x00" + zlib_length.to_bytes(2, "little") + length.to_bytes(2, "little")
    seen_raw = raw_deflate(CARD.encode())
    skipped = b"." * (length - 2) + seen_raw
    clean = skipped + b"." * (zlib_length - len(skipped))
    body = head + clean + raw_deflate(b"") + zlib.adler32(clean).to_bytes(4)
    assert zlib.decompress(body) == clean
    assert zlib.decompressobj(-15).decompress(body).endswith(CARD.encode())
    with pytest.raises(Undecodable, match="two ways"):
        decode(body, ["deflate"], LIMIT)


def test_a_zstd_window_over_eight_mebibytes_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=24)
    compressor = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    with pytest.raises(Undecodable, match="window"):
        decode(compressor.compress(BODY) + compressor.flush(), ["zstd"], LIMIT)


# -- bounds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ENCODERS, "identity"])
def test_the_limit_is_exact(name: str) -> None:
    encoded = ENCODERS.get(name, bytes)(BODY)
    assert decode(encoded, [header_of(name)], len(BODY)) == BODY
    with pytest.raises(TooLarge, match=f"more than {len(BODY) - 1} bytes"):
        decode(encoded, [header_of(name)], len(BODY) - 1)


def test_the_limit_holds_for_what_is_between_two_codings() -> None:
    inner = gzip.compress(b"", mtime=0) * 1000
    with pytest.raises(TooLarge):
        decode(gzip.compress(inner), ["gzip, gzip"], 1000)


@pytest.mark.parametrize(("coding", "member"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", skippable(b""))])
def test_too_many_members_are_refused(coding: str, member: bytes) -> None:
    assert decode(member * MAX_MEMBERS, [coding], LIMIT) == b""
    with pytest.raises(TooLarge, match="members"):
        decode(member * (MAX_MEMBERS + 1), [coding], LIMIT)


BOMB = """
import resource, sys
from grille.errors import TooLarge
from grille.framing.encoding import decode
body = sys.stdin.buffer.read()
decode(b"", [], 0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(body, [sys.argv[1]], 1 << 20)
except TooLarge:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def bomb(coding: str) -> bytes:
    """A gigabyte of zeros, some kB long."""
    out = io.BytesIO()
    zeros = bytes(1 << 22)
    if coding == "br":
        compressor = brotli.Compressor(quality=9)
        for _ in range(256):
            out.write(compressor.process(zeros))
        out.write(compressor.finish())
        return out.getvalue()
    stream = zlib.compressobj(wbits=31) if coding == "gzip" else zstandard.ZstdCompressor().compressobj()
    for _ in range(256):
        out.write(stream.compress(zeros))
    return out.getvalue() + stream.flush()


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
def test_a_bomb_costs_the_limit_and_not_its_size(coding: str) -> None:
    body = bomb(coding)
    assert len(body) < 1_100_000
    grown = subprocess.run(
        [sys.executable, "-c", BOMB, coding], input=body, capture_output=True, check=True, timeout=60
    ).stdout
    assert int(grown) < 64
