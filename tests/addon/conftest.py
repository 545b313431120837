"""Makes the neighbours of these tests importable, here and in the processes that the tests start."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # mitmproxy still uses old names of pyparsing while it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from mitmproxy.certs import CertStore
    from mitmproxy.tools import dump  # noqa: F401

_HERE = str(Path(__file__).parent)
if _HERE not in sys.path:
    sys.path.append(_HERE)

from stores import Server, serving  # noqa: E402


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the CA files of mitmproxy, which take a while to make."""
    folder = tmp_path_factory.mktemp("authority")
    CertStore.from_store(folder, "mitmproxy", 2048)
    return folder


@pytest.fixture
def folder(tmp_path: Path, authority: Path) -> Path:
    """A folder for one proxy, with a CA in it."""
    shutil.copytree(authority, tmp_path / "confdir")
    return tmp_path


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Server]:
    """A server of its own for each test."""
    with serving(tmp_path) as server:
        yield server
