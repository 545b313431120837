"""What tests of archives share."""

from __future__ import annotations

from pathlib import Path

import pytest
from recordings import POLICY, SAID, Make, flows, har, lines


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy" / "patterns.yaml"
    file.parent.mkdir()
    file.write_text(POLICY)
    return file


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with the same texts in every form that needs no extra."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.har").write_text(har(SAID))
    flows(folder / "b.flow", SAID)
    (folder / "c.jsonl").write_text(lines(SAID))
    return folder


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return made
