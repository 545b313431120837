"""Secrets where people put them, and what looks like one and is none.

Passwords and keys without a form of their own, in configuration, code, tickets and chats: only what stands
around them says what they are. Tokens with a documented form are another matter, and come by `--data`: one
made here would only be found by the pattern that made it. The look-alikes are what repositories are full of:
placeholders, hashes, commits, integrity strings, pictures in Base64, public keys.

No value is a credential of anything: all are drawn from the seed.
"""

from __future__ import annotations

import base64
import string
import uuid
from random import Random
from typing import Final

from detecting.marking import marked

_WORDS: Final = (
    "harbour", "violet", "tandem", "copper", "river", "maple", "sunset", "pepper", "winter", "orbit", "falcon",
    "cactus",
)  # fmt: skip
_SYMBOLS: Final = "!#$%&*+-=?@_"


def password(chance: Random) -> str:
    """As people choose them, and as generators do."""
    match chance.randrange(4):
        case 0:
            return f"{chance.choice(_WORDS).capitalize()}{chance.randrange(10, 2030)}{chance.choice(_SYMBOLS)}"
        case 1:
            return "-".join(chance.sample(_WORDS, 4))
        case 2:
            return "".join(
                chance.choice(string.ascii_letters + string.digits + _SYMBOLS) for _ in range(chance.randint(10, 18))
            )
        case _:
            word = chance.choice(_WORDS).replace("a", "@").replace("e", "3").replace("o", "0")
            return f"{word.capitalize()}{chance.choice(_SYMBOLS)}{chance.randrange(100, 9999)}"


def generated(chance: Random) -> str:
    """Of a program: hexadecimal, Base64, or letters and digits."""
    match chance.randrange(4):
        case 0:
            return chance.randbytes(chance.choice((16, 20, 32))).hex()
        case 1:
            return base64.b64encode(chance.randbytes(chance.choice((24, 32, 48)))).decode()
        case 2:
            return base64.urlsafe_b64encode(chance.randbytes(chance.choice((24, 32)))).decode().rstrip("=")
        case _:
            return "".join(
                chance.choice(string.ascii_letters + string.digits) for _ in range(chance.choice((24, 32, 40)))
            )


_PASSWORDS: Final = (
    "DB_PASSWORD={v}",
    "password: {v}",
    'password = "{v}"',
    "'password': '{v}',",
    "spring.datasource.password={v}",
    "The password for the reporting login is {v}",
    "pw: {v}",
    "user: svc_ledger / pass: {v}",
    "new Wi-Fi password: {v}",
    "can you log in with admin and {p}? i mean the password is {v}",
    "login deploy, password {v}, valid until Friday",
    "postgres://ledger:{v}@db.example.com:5432/ledger",
    "mysql -u root -p'{v}' ledger",
    "passwd={v}&remember=1",
    "curl -u deploy:{v} https://build.example.com/job",
    '<add key="SmtpPassword" value="{v}" />',
    "PGPASSWORD='{v}' psql",
    '{{"username": "svc", "password": "{v}"}}',
    "ansible_become_pass: {v}",
    "my passphrase is {v}, do not tell anyone",
    "- name: MYSQL_ROOT_PASSWORD\n  value: {v}",
    'conn = connect(user="ledger", password="{v}")',
    "Kennwort: {v}",
)
_KEYS: Final = (
    "API_KEY={v}",
    "api_key: {v}",
    'const apiKey = "{v}";',
    "client_secret={v}",
    '"clientSecret": "{v}"',
    "SECRET_KEY = '{v}'",
    "x-api-key: {v}",
    "Authorization: Bearer {v}",
    "use the token {v} for the sandbox",
    "access_token={v}&expires_in=3600",
    'webhook_secret = "{v}"',
    "encryption key: {v}",
    "JWT_SIGNING_SECRET={v}",
    "export LEDGER_TOKEN={v}",
    "the API key of the staging account is {v}",
    'headers = {{"X-Auth-Token": "{v}"}}',
    "refresh_token: {v}",
    "consumerSecret={v}",
    'private_token = "{v}"',
    "SharedAccessKey={v}",
    "hmac_key: {v}",
    '<Parameter Name="AccountKey">{v}</Parameter>',
    "session secret: {v}",
    'terraform: secret_key = "{v}"',
)
_HARMLESS: Final = (
    "API_KEY=your-api-key-here",
    "password: ********",
    "password = os.environ['DB_PASSWORD']",
    "DB_PASSWORD=${DB_PASSWORD}",
    "apiKey: process.env.API_KEY",
    "token = get_token(scope)",
    "Forgot your password? Reset it here.",
    "api_key=<YOUR_KEY>",
    "The password must have 12 characters, one of them a digit.",
    "secret: {{ vault_secret }}",
    "passwordField.clear();",
    "client_secret=xxxxxxxxxxxxxxxx",
    "commit {sha1}",
    "sha256:{sha256}",
    "integrity sha512-{b64}==",
    'ETag: "{md5}"',
    "index {short}..{short2} 100644",
    "request id {uuid}",
    "trace_id={md5} span_id={span}",
    'src="data:image/png;base64,iVBORw0KGgo{b64}"',
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{b43} deploy-key",
    "resolved ledger@4.17.21 sha1-{b27}=",
    "cache key {md5}",
    "checksum: {sha256}",
    "key: customer_id",
    "primary key (id)",
    "the key question is who signs",
    "token count: 4096",
    "tokens used: 1523, max_tokens=2048",
    "nonce-{b22}==",
    "public key fingerprint SHA256:{b43}",
    "digest md5 {md5}",
    "Authorization: Bearer <token>",
    "Basic authentication is off",
    "pass through the parameters",
    "password_hash_rounds: 12",
    "image ledger@sha256:{sha256}",
    "version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize 132735",
)


def kept(chance: Random) -> str:
    """A line or two with one secret, marked, as people paste it."""
    make, frames = chance.choice(((password, _PASSWORDS), (generated, _KEYS)))
    value = make(chance)
    frame = chance.choice(frames)
    if "://" in frame or frame.startswith(("curl", "passwd")):
        value = "".join(char for char in value if char.isalnum() or char in "-_")
    line = frame.format(v=marked("SECRET", value), p=chance.choice(_WORDS))
    return chance.choice(("{0}", "{0}", "{1}\n{0}", "{0}\n{1}")).format(line, harmless(chance))


def harmless(chance: Random) -> str:
    """A line that only looks like it."""
    frame = chance.choice(_HARMLESS)
    sizes = {"sha1": 20, "sha256": 32, "md5": 16, "short": 4, "short2": 4, "span": 8}
    for hole, size in sizes.items():
        frame = frame.replace(f"{{{hole}}}", chance.randbytes(size).hex())
    for hole, size in {"b64": 64, "b43": 32, "b27": 20, "b22": 16}.items():
        frame = frame.replace(f"{{{hole}}}", base64.b64encode(chance.randbytes(size)).decode().rstrip("="))
    return frame.replace("{uuid}", str(uuid.UUID(bytes=chance.randbytes(16), version=4)))
