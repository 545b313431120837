"""A certificate authority for a few minutes: the look-alike upstream must speak real, verified TLS.

Only for hosts of the demonstration. Nothing here touches the proxy's own authority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: the authority's certificate, and certificate and key of the server."""

    authority: Path
    certificate: Path
    key: Path


def issue(hosts: Sequence[str], directory: Path) -> Certificates:
    """An authority and one certificate for all `hosts`, written into `directory`."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _builder("grille demonstration authority", authority_key.public_key())
    authority = authority.issuer_name(_name("grille demonstration authority"))
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = authority.add_extension(_usage(signs_certificates=True), critical=True)
    issuer = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = authority.add_extension(issuer, critical=False)

    key = ec.generate_private_key(ec.SECP256R1())
    server = _builder(hosts[0], key.public_key()).issuer_name(_name("grille demonstration authority"))
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    server = server.add_extension(names, critical=False)
    server = server.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    server = server.add_extension(_usage(signs_certificates=False), critical=True)
    server = server.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer)
    server = server.add_extension(identifier, critical=False)

    files = Certificates(directory / "authority.pem", directory / "server.pem", directory / "server.key")
    signed = authority.sign(authority_key, hashes.SHA256())
    files.authority.write_bytes(signed.public_bytes(Encoding.PEM))
    files.certificate.write_bytes(server.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
