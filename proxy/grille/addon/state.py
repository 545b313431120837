"""What a proxy keeps between two runs: its CA, its key, its audit file. All in one directory, for its
owner alone.

    mitmproxy-ca*.pem, *.p12, *.cer   the CA that signs for intercepted hosts (`authority.py`, else mitmproxy)
    key                               32 random bytes, from which tokens and fingerprints are derived
    key.former                        the one before it, if what a store keeps was sealed with that
    audit.jsonl                       one line a message; audit.head.json: where it ends (`heads.py`)

Whoever has the key can check a guess at a value against a token or a record, and whoever has the CA's
key can read the traffic. So a directory or key that others may read is refused, not mended: nobody knows
who has read it. This module must not hold a value, and never changes a file that is there.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from grille.errors import SettingsError

_KEY_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class State:
    """The directory; made by `prepare`, or by whatever needs it first."""

    directory: Path

    @property
    def certificate(self) -> Path:
        """The CA's certificate, for clients to trust."""
        return self.directory / "mitmproxy-ca-cert.pem"

    @property
    def authority(self) -> Path:
        """The CA, certificate and key."""
        return self.directory / "mitmproxy-ca.pem"

    @property
    def audit(self) -> Path:
        return self.directory / "audit.jsonl"

    def prepare(self) -> None:
        """Make the directory, 0700. Raises `SettingsError` when it cannot be made or others may look in."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.directory.stat()
        except OSError as error:
            problem = f"{self.directory} cannot be made ({error.strerror}): name another directory with --state"
            raise SettingsError(problem) from None
        if found.st_uid != os.geteuid():
            raise SettingsError(f"{self.directory} belongs to another user: name another directory with --state")
        if found.st_mode & _OTHERS:
            raise SettingsError(f"{self.directory} must be a directory of yours alone: chmod 700 {self.directory}")

    def key(self) -> bytes:
        """The key, made at the first call. Raises `SettingsError` when others may read it, or it is no key."""
        self.prepare()
        file = self.directory / "key"
        try:
            return self._new_key(file)
        except FileExistsError:
            return self._old_key(file)
        except OSError as error:
            raise SettingsError(f"{file} cannot be written ({error.strerror})") from None

    def former_keys(self) -> tuple[bytes, ...]:
        """The key before this one, if `key.former` holds it. Raises `SettingsError` as `key` does."""
        file = self.directory / "key.former"
        return (self._old_key(file),) if file.exists() else ()

    def _new_key(self, file: Path) -> bytes:
        """Written beside and then linked, so that two proxies that start together have one key."""
        if file.exists():
            raise FileExistsError
        key = secrets.token_bytes(_KEY_BYTES)
        fresh = file.with_name(f"key.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(key)
                out.flush()
                os.fsync(out.fileno())
            os.link(fresh, file)
        finally:
            fresh.unlink()
        return key

    def _old_key(self, file: Path) -> bytes:
        try:
            found, key = file.stat(), file.read_bytes()
        except OSError as error:
            raise SettingsError(f"{file} cannot be read ({error.strerror})") from None
        if found.st_mode & _OTHERS:
            again = "take it away, and tokens of before will not be restored"
            raise SettingsError(f"{file} could be read by others, so it is no secret: {again}")
        if len(key) != _KEY_BYTES:
            raise SettingsError(f"{file} is not a key of {_KEY_BYTES} bytes: put the right one back, or take it away")
        return key


def state_dir(given: str | None) -> Path:
    """The directory that was asked for, else `grille` in the XDG state home (XDG Base Directory 0.8)."""
    if given:
        return Path(given).expanduser()
    home = os.environ.get("XDG_STATE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".local" / "state") / "grille"
