"""Claims of a JSON Web Token (RFC 7519), after its signature was checked.

Keys are public and come from a file, a JWKS (RFC 7517) or PEM: a key that can sign, a shared secret and a
token that names its own key are refused. Each key is good for the algorithms of its kind alone, so a
token cannot choose a weaker one. A token must expire.

This module must not fetch anything, or let a token or a claim into an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from grille.errors import GrilleError, SettingsError

type PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey

_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_LEAST_RSA_BITS = 2048
_LEEWAY = 30
"""Seconds by which two clocks may differ."""


class Unverified(GrilleError):
    """A credential that did not pass. Which part of it is wrong is nobody's business."""

    def __init__(self) -> None:
        super().__init__("the credentials could not be verified")


@dataclass(frozen=True, slots=True)
class JwtSettings:
    """`keys` is the path of a JWKS or PEM file. `issuer` and `audience`, when given, must be in the token."""

    keys: str
    issuer: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class _Key:
    key: PublicKey
    algorithms: tuple[str, ...]
    id: str = ""


class Tokens:
    """Checks tokens against the keys of a file, which is read once."""

    def __init__(self, settings: JwtSettings) -> None:
        self._settings = settings
        self._keys = _read(settings.keys)

    def claims(self, token: str) -> Mapping[str, tuple[str, ...]]:
        """The claims as texts; a list gives several, and an object is left out. Raises `Unverified`."""
        wanted = self._settings
        required = ["exp", *(["iss"] if wanted.issuer else []), *(["aud"] if wanted.audience else [])]
        for key in self._candidates(token):
            try:
                found = jwt.decode(
                    token,
                    key.key,
                    algorithms=key.algorithms,
                    issuer=wanted.issuer or None,
                    audience=wanted.audience or None,
                    leeway=_LEEWAY,
                    options={"require": required, "verify_aud": bool(wanted.audience)},
                )
            except jwt.PyJWTError:
                continue
            return {name: texts for name, value in found.items() if (texts := _texts(value))}
        raise Unverified

    def _candidates(self, token: str) -> tuple[_Key, ...]:
        if not token.isascii():
            raise Unverified
        try:
            named = jwt.get_unverified_header(token).get("kid")
        except jwt.PyJWTError:
            raise Unverified from None
        return tuple(key for key in self._keys if not named or not key.id or key.id == named)


def looks_like_token(text: str) -> bool:
    """Whether `text` can be a signed JWT: three parts, the first an object in base64url."""
    return text.count(".") == 2 and text.startswith("ey")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(text for item in value for text in _texts(item) if not isinstance(item, list))
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (str(value),) if isinstance(value, str | int | float) else ()


def _read(path: str) -> tuple[_Key, ...]:
    try:
        raw = Path(path).read_bytes()
        keys = _jwks(raw) if raw.lstrip().startswith(b"{") else (_pem(raw),)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, jwt.PyJWTError):
        raise SettingsError(f"{path}: not a readable JWKS or PEM file of public keys") from None
    if not keys:
        raise SettingsError(f"{path}: there is no key in it")
    return keys


def _pem(raw: bytes) -> _Key:
    """The one key of a PEM file; a second block would not be read, and might be a key that can sign."""
    if raw.count(b"-----BEGIN ") != 1:
        raise ValueError("not one key")
    return _key(load_pem_public_key(raw))


def _jwks(raw: bytes) -> tuple[_Key, ...]:
    found = []
    for each in json.loads(raw)["keys"]:
        if each.get("use", "sig") == "sig":
            jwk = jwt.PyJWK(each)
            found.append(_key(jwk.key, each.get("alg", ""), jwk.key_id or ""))
    return tuple(found)


def _key(key: object, algorithm: str = "", key_id: str = "") -> _Key:
    """`key` with what it may be used for; raises ValueError for one that is secret, short or unknown."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        known: tuple[str, ...] = _RSA
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        known = (_CURVES[key.curve.name],)
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        known = ("EdDSA",)
    else:
        raise ValueError("not a public key that is strong enough")
    if algorithm and algorithm not in known:
        raise ValueError("the algorithm does not fit the key")
    return _Key(key, (algorithm,) if algorithm else known, key_id)
