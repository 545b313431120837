"""What a proxy keeps is its owner's alone."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grille.addon.state import State, state_dir
from grille.errors import SettingsError


@pytest.fixture
def generous() -> Iterator[None]:
    """A umask that takes nothing away."""
    former = os.umask(0)
    yield
    os.umask(former)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("generous")
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


def test_the_second_of_two_starters_takes_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one comes in after the second has seen that there is no key."""
    state, real, firsts = State(tmp_path / "state"), secrets.token_hex, list[bytes]()

    def meanwhile(length: int) -> str:
        monkeypatch.setattr(secrets, "token_hex", real)
        firsts.append(state.key())
        return real(length)

    monkeypatch.setattr(secrets, "token_hex", meanwhile)
    assert [state.key()] == firsts
    assert [path.name for path in state.directory.iterdir()] == ["key"]


def test_a_key_that_could_not_be_written_whole_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\)"):
        State(tmp_path / "state").key()
    assert list((tmp_path / "state").iterdir()) == []


def test_a_link_to_nowhere_in_the_place_of_the_key_is_not_followed(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare()
    (state.directory / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="cannot be read"):
        state.key()
    assert not (tmp_path / "elsewhere").exists()


def test_a_directory_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, me = State(tmp_path / "state"), os.geteuid()
    state.prepare()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        state.prepare()


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


def test_a_former_key_is_read_as_the_key_is(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    key = state.key()
    assert state.former_keys() == ()
    (state.directory / "key").rename(state.directory / "key.former")
    assert state.key() != key
    assert state.former_keys() == (key,)
    (state.directory / "key.former").chmod(0o644)
    with pytest.raises(SettingsError, match="no secret"):
        state.former_keys()
