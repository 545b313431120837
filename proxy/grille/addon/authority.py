"""The CA that signs for intercepted hosts: made, taken over, changed for another, shown.

    mitmproxy-ca.pem        the one in use, certificate and key; mitmproxy-ca-cert.pem is the certificate alone
    next-ca.pem             the one that follows: clients are to trust it before it is used
    former-ca-cert.pem      the one before, trusted until nothing that it signed is in use

Clients trust all three, so nobody has to change on one day. A running proxy has read its CA at the start: it uses
another one when it is started anew.

This module must not show a private key, and replaces no CA that is in use but by the next.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from grille.addon.state import State
from grille.errors import SettingsError

DAYS = 365
_LEAD = timedelta(days=2)
"""Clients whose clock is slow trust it all the same."""
_KEY_BITS = 3072


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be known of a CA. `role` is `in use`, `next` or `former`."""

    role: str
    name: str
    fingerprint: str
    starts: datetime
    ends: datetime


def ends(certificate: Path) -> datetime:
    """When the certificate in a PEM file ends. Raises `SettingsError`."""
    return _certificate(certificate).not_valid_after_utc


def make(state: State, days: int = DAYS) -> None:
    """The first CA. Raises `SettingsError` when there is one."""
    state.prepare()
    if state.authority.exists():
        raise SettingsError(f"there is a CA in {state.directory}: `grille ca rotate` makes the one that follows")
    _use(state, _made(days))


def rotate(state: State, days: int = DAYS, *, now: bool) -> str:
    """Make the CA that follows, or with `now` use it; what is to be done next. Raises `SettingsError`."""
    following = state.directory / "next-ca.pem"
    if not state.authority.exists():
        raise SettingsError(f"there is no CA in {state.directory}: `grille ca init` makes one")
    if not now:
        if following.exists():
            raise SettingsError(
                "there is one that follows: give clients `grille ca bundle`, then `grille ca rotate --now`"
            )
        _write(following, _made(days), 0o600)
        return "give clients the new `grille ca bundle`; when all have it, `grille ca rotate --now`"
    if not following.exists():
        raise SettingsError(
            "there is none that follows: `grille ca rotate` makes it, and clients have to know it first"
        )
    _write(state.directory / "former-ca-cert.pem", state.certificate.read_bytes(), 0o644)
    _use(state, following.read_bytes())
    following.unlink()
    return "start the proxies anew: from then on they sign with it. Clients keep the bundle"


def adopt(state: State, directory: Path) -> None:
    """Take over a CA (`tls.crt` and `tls.key`, as a Kubernetes Secret has them) and the key of tokens (`key`), if
    there is one. Raises `SettingsError`."""
    state.prepare()
    try:
        certificate, secret = (directory / "tls.crt").read_bytes(), (directory / "tls.key").read_bytes()
        found = x509.load_pem_x509_certificate(certificate)
        key = serialization.load_pem_private_key(secret, None)
    except (OSError, ValueError, TypeError):
        raise SettingsError(f"{directory} must hold tls.crt and tls.key, in PEM and without a password") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != found.public_key():
        raise SettingsError(f"{directory}/tls.key must be the RSA key of tls.crt")
    if not _is_authority(found):
        raise SettingsError(f"{directory}/tls.crt is no certificate of a CA")
    _use(state, secret.rstrip() + b"\n" + certificate)
    tokens = directory / "key"
    if tokens.exists():
        _write(state.directory / "key", tokens.read_bytes(), 0o600)


def shown(state: State) -> list[Shown]:
    """All that clients are to trust. Raises `SettingsError`."""
    return [
        Shown(
            role,
            each.subject.rfc4514_string(),
            each.fingerprint(hashes.SHA256()).hex(":"),
            each.not_valid_before_utc,
            each.not_valid_after_utc,
        )
        for role, each in _all(state).items()
    ]


def ours(state: State) -> str:
    """All that clients are to trust, as PEM, but what has ended. Raises `SettingsError`."""
    now = datetime.now(UTC)
    alive = (each for each in _all(state).values() if each.not_valid_after_utc > now)
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in alive)


def bundle(state: State) -> str:
    """The system's roots and ours, as PEM. Raises `SettingsError`."""
    roots = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(ssl.DER_cert_to_PEM_cert(root) for root in roots) + ours(state)


def _all(state: State) -> dict[str, x509.Certificate]:
    files = {
        "in use": state.certificate,
        "next": state.directory / "next-ca.pem",
        "former": state.directory / "former-ca-cert.pem",
    }
    if not state.certificate.exists():
        raise SettingsError(
            f"there is no CA in {state.directory} yet: `grille ca init` makes one, and `grille run` too"
        )
    return {role: _certificate(file) for role, file in files.items() if file.exists()}


def _certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        raise SettingsError(f"{file} is not a readable certificate") from None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _made(days: int) -> bytes:
    """A new CA: key and certificate. Its name tells it from others of grille. (`mitmproxy.certs.create_ca` makes one
    that lasts ten years, and no other.)"""
    key, now = rsa.generate_private_key(65537, _KEY_BITS), datetime.now(UTC)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "grille"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"grille CA {now:%Y-%m-%d %H:%M:%S}"),
        ]
    )
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LEAD)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)


def _use(state: State, both: bytes) -> None:
    """Certificate first: a proxy that starts in between would show clients one CA and sign with the other."""
    certificate = x509.load_pem_x509_certificate(both)
    _write(state.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    _write(state.authority, both, 0o600)


def _write(file: Path, data: bytes, mode: int) -> None:
    """Whole, or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
