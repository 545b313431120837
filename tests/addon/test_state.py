"""What a proxy keeps is its owner's alone."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grille.addon.state import State, state_dir
from grille.errors import SettingsError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_call_makes_a_directory_and_a_key_for_the_owner(tmp_path: Path) -> None:
    state = State(tmp_path / "a" / "state")
    key = state.key()
    assert len(key) == 32
    assert mode(state.directory) == 0o700
    assert mode(state.directory / "key") == 0o600
    assert state.key() == key
    assert [path.name for path in state.directory.iterdir()] == ["key"]


def test_two_proxies_that_start_together_have_one_key(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: state.key(), range(32)))) == 1


@pytest.mark.parametrize("others", [0o750, 0o701, 0o777])
def test_a_directory_that_others_may_use_is_refused(tmp_path: Path, others: int) -> None:
    state = State(tmp_path / "state")
    state.directory.mkdir()
    state.directory.chmod(others)
    with pytest.raises(SettingsError, match="chmod 700"):
        state.key()


@pytest.mark.parametrize("others", [0o640, 0o604, 0o666])
def test_a_key_that_others_could_read_is_refused_and_not_mended(tmp_path: Path, others: int) -> None:
    state = State(tmp_path / "state")
    state.key()
    (state.directory / "key").chmod(others)
    with pytest.raises(SettingsError, match="no secret"):
        state.key()
    assert mode(state.directory / "key") == others


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare()
    (state.directory / "key").write_bytes(b"short")
    (state.directory / "key").chmod(0o600)
    with pytest.raises(SettingsError, match="32 bytes"):
        state.key()


def test_a_place_where_nothing_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--state"):
        State(tmp_path / "file" / "state").key()
    with pytest.raises(SettingsError):
        State(tmp_path / "file").prepare()


def test_the_directory_is_the_one_asked_for_or_the_xdg_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_dir(str(tmp_path)) == tmp_path
    assert state_dir("~/x") == Path.home() / "x"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_dir(None) == tmp_path / "grille"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert state_dir("") == Path.home() / ".local" / "state" / "grille"


def test_the_files_of_a_proxy_are_in_the_directory() -> None:
    state = State(Path("/x"))
    assert state.certificate == Path("/x/mitmproxy-ca-cert.pem")
    assert state.audit == Path("/x/audit.jsonl")
    assert os.fspath(state.directory) == "/x"
