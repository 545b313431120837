"""One question to one provider: a GET over verified TLS, with a key, that follows nothing.

This is the only file that opens a connection which nobody's request asked for, and only `grille attest` calls it.
It must not show the key, nor more of the answer than the one word that was asked for: an error says what went wrong,
and never with what.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from grille.errors import SettingsError

_TIMEOUT = 10.0
_LARGEST = 64 * 1024
_HERE = ("127.0.0.1", "::1", "localhost")
_KEY = re.compile(r"[!-~]+")
_WORD = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, slots=True)
class Question:
    """The string at `member` of the JSON object that `url` answers with. `key` is a bearer token."""

    url: str
    member: str
    key: str = field(repr=False)

    def ask(self) -> str:
        """The provider's word. Raises `SettingsError`, whose text says why there is none."""
        if not _KEY.fullmatch(self.key):
            raise SettingsError("the key has characters in it that no key has: is the variable the right one?")
        status, body = self._fetched()
        if status in (401, 403):
            raise SettingsError(f"the key may not ask that (HTTP {status}): it needs an administrator's key")
        if status != http.client.OK:
            raise SettingsError(f"the provider answered with HTTP {status}")
        try:
            document = json.loads(body)
        except ValueError:
            raise SettingsError("the answer is no JSON") from None
        word = document.get(self.member) if isinstance(document, dict) else None
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            raise SettingsError(f"the answer has no `{self.member}`")
        return word

    def _fetched(self) -> tuple[int, bytes]:
        connection, path = _connection(self.url)
        try:
            connection.request(
                "GET", path, headers={"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
            )
            response = connection.getresponse()
            body = response.read(_LARGEST + 1)
            whole = not response.length
        except ssl.SSLCertVerificationError as error:
            raise SettingsError(f"the certificate was not verified: {error.verify_message}") from None
        except (OSError, http.client.HTTPException) as error:
            raise SettingsError(f"there was no answer ({type(error).__name__})") from None
        finally:
            connection.close()
        if len(body) > _LARGEST:
            raise SettingsError(f"the answer is larger than {_LARGEST // 1024} KiB")
        if not whole:
            raise SettingsError("the answer broke off")
        return response.status, body


def _connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return http.client.HTTPSConnection(host, parts.port, timeout=_TIMEOUT, context=context), parts.path
    if parts.scheme == "http" and host in _HERE:
        return http.client.HTTPConnection(host, parts.port, timeout=_TIMEOUT), parts.path
    raise SettingsError("a provider is asked over https, or over http on this host")
