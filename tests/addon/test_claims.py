"""Only a token that somebody we know signed, for us, and not for ever."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from grille.addon.claims import JwtSettings, Tokens, Unverified, looks_like_token
from grille.errors import SettingsError

RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def pem(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def jwk(key: Any, **more: str) -> dict[str, Any]:
    kinds = ((rsa.RSAPrivateKey, "RS256"), (ec.EllipticCurvePrivateKey, "ES256"), (ed25519.Ed25519PrivateKey, "EdDSA"))
    algorithm = next(name for kind, name in kinds if isinstance(key, kind))
    made = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key())
    return {**json.loads(made), **more}


def token(key: Any, algorithm: str, headers: dict[str, str] | None = None, **claims: Any) -> str:
    body = {"sub": "jane", "exp": time.time() + 60, **claims}
    return jwt.encode({name: value for name, value in body.items() if value is not None}, key, algorithm, headers)


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [jwk(RSA, kid="r", alg="RS256"), jwk(EC, kid="e"), jwk(ED)]}))
    return str(file)


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (EC, "ES256", "e"), (ED, "EdDSA", "any")])
def test_a_token_of_each_kind_of_key_passes(keys: str, key: Any, algorithm: str, kid: str) -> None:
    assert Tokens(JwtSettings(keys)).claims(token(key, algorithm, {"kid": kid}))["sub"] == ("jane",)


def test_claims_are_texts(keys: str) -> None:
    found = Tokens(JwtSettings(keys)).claims(
        token(RSA, "RS256", groups=["a", "b", {"c": 1}, ["d"]], admin=True, level=3, address={"x": 1}, nothing=None)
    )
    assert found["groups"] == ("a", "b")
    assert found["admin"] == ("true",)
    assert found["level"] == ("3",)
    assert "address" not in found
    assert "nothing" not in found


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: token(OTHER, "RS256"),
        lambda: token(RSA, "RS512"),
        lambda: token(RSA, "RS256", {"kid": "e"}),
        lambda: token(RSA, "RS256", exp=None),
        lambda: token(RSA, "RS256", exp=time.time() - 60),
        lambda: token(RSA, "RS256", nbf=time.time() + 600),
        lambda: jwt.encode({"sub": "jane", "exp": time.time() + 60}, "", "none"),
        lambda: token(RSA, "RS256")[:-4] + "AAAA",
        lambda: ".".join([token(RSA, "RS256").split(".")[0], "e30", ""]),
        lambda: "ey..",
        lambda: "",
        lambda: "\udc80.a.b",
    ],
)  # fmt: skip
def test_everything_else_does_not(keys: str, wrong: Any) -> None:
    with pytest.raises(Unverified) as caught:
        Tokens(JwtSettings(keys)).claims(wrong())
    assert "jane" not in str(caught.value)


def test_the_public_key_is_no_shared_secret(tmp_path: Path) -> None:
    """The oldest trick: a token signed with HMAC, and the public key, which everybody knows, as its secret."""
    file = tmp_path / "key.pem"
    file.write_bytes(pem(RSA))
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": "jane", "exp": int(time.time()) + 60}]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.new(pem(RSA), signed, hashlib.sha256).digest()).rstrip(b"=")
    with pytest.raises(Unverified):
        Tokens(JwtSettings(str(file))).claims((signed + b"." + mac).decode())


def test_issuer_and_audience_must_be_there_and_right(keys: str) -> None:
    tokens = Tokens(JwtSettings(keys, "https://id.example.com", "grille"))
    good: dict[str, Any] = {"iss": "https://id.example.com", "aud": ["other", "grille"]}
    assert tokens.claims(token(RSA, "RS256", **good))["aud"] == ("other", "grille")
    for wrong in ({"iss": None}, {"aud": None}, {"iss": "https://evil.example"}, {"aud": "other"}):
        with pytest.raises(Unverified):
            tokens.claims(token(RSA, "RS256", **{**good, **wrong}))


def test_an_audience_that_nobody_asked_for_is_no_hindrance(keys: str) -> None:
    assert Tokens(JwtSettings(keys)).claims(token(RSA, "RS256", aud="other"))


def test_a_pem_file_holds_one_key(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(pem(RSA))
    for algorithm in ("RS256", "PS512"):
        assert Tokens(JwtSettings(str(file))).claims(token(RSA, algorithm))


SECRET_PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"{}",
        b'{"keys": []}',
        b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
        json.dumps({"keys": [jwk(EC, alg="RS256")]}).encode(),
        json.dumps({"keys": [jwk(rsa.generate_private_key(65537, 1024))]}).encode(),
        json.dumps({"keys": [json.loads(jwt.get_algorithm_by_name("RS256").to_jwk(RSA))]}).encode(),
        SECRET_PEM,
        pem(RSA) + SECRET_PEM,
        pem(RSA) + pem(OTHER),
        b'{"keys": ["x"]}',
        b'{"keys": {"kty": "RSA"}}',
        b'{"keys": ' + b"[" * 100_000,
    ],
    ids=[
        "empty",
        "nonsense",
        "no keys",
        "none",
        "shared secret",
        "wrong algorithm",
        "short",
        "private",
        "private pem",
        "a private key after it",
        "two keys",
        "no object",
        "no list",
        "deep",
    ],
)
def test_a_key_file_that_is_not_safe_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="keys: "):
        Tokens(JwtSettings(str(file)))


def test_a_key_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing"):
        Tokens(JwtSettings(str(tmp_path / "missing")))


def test_keys_for_encryption_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(json.dumps({"keys": [jwk(RSA, use="enc")]}))
    with pytest.raises(SettingsError):
        Tokens(JwtSettings(str(file)))


def test_a_token_is_told_from_a_password() -> None:
    assert looks_like_token(token(RSA, "RS256"))
    assert not looks_like_token("correct horse.battery.staple")
    assert not looks_like_token("eyes")
