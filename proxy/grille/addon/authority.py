"""The CA that signs for intercepted hosts: what its files say.

This module must not show a private key.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography import x509

from grille.errors import SettingsError


def ends(certificate: Path) -> datetime:
    """When the certificate in a PEM file ends. Raises `SettingsError`."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        raise SettingsError(f"{certificate} is not a readable certificate") from None
