"""What the files of the CA say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grille.addon import authority
from grille.errors import SettingsError
from upstream import Authority


def test_the_end_of_a_certificate_is_read_off_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(Authority().pem())
    assert timedelta(hours=23) < authority.ends(file) - datetime.now(UTC) < timedelta(hours=25)


def test_what_is_no_certificate_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not a readable certificate"):
        authority.ends(tmp_path / "missing.pem")
