"""The tests beside a policy as they are written. `cases.py` makes `Case`s of them.

Nothing here looks a name up. The docstrings go into the JSON Schema, so they are written for whoever
edits the tests of a policy.
"""

# ruff: noqa: RUF012  pydantic gives every document its own copy of a default

from __future__ import annotations

from typing import Literal

from grille.policy.document import Anything, Day, Form, Said, Short, Texts, Version


class WhoForm(Short):
    """A client of the policy, or an identity spelled out."""

    short = "client"
    client: str | None = None
    address: str | None = None
    proxy_user: str | None = None
    jwt: dict[str, Texts] = {}
    spiffe: Texts = []


class ToForm(Short):
    """An endpoint of the policy, or a host that may be unknown to it."""

    short = "endpoint"
    endpoint: str | None = None
    host: str | None = None
    method: Said | None = None
    path: Said | None = None


class TransportForm(Form):
    """The connection to the upstream."""

    tls: Literal["none", "1.0", "1.1", "1.2", "1.3"] = "1.3"
    cipher: Said | None = None
    verified: bool = True
    pinned: bool = True


class ExpectForm(Form):
    """What must hold of one message. `sends` is for requests, `receives` for answers."""

    verdict: Literal["allow", "rewrite", "block", "error"] | None = None
    enforced: bool | None = None
    never: Texts = []
    because: Texts = []
    code: Texts = []
    sends: str | None = None
    receives: str | None = None


class MessageForm(Form):
    """One message: `text` is put where the dialect keeps its words, `body` is sent as it is."""

    text: str | None = None
    body: Anything = None
    tool: Said | None = None
    expect: ExpectForm


class CaseForm(Form):
    """One request, and the answer to it if the case has one."""

    name: Said
    client: WhoForm
    to: ToForm
    today: Day | None = None
    transport: TransportForm = TransportForm()
    request: MessageForm
    response: MessageForm | None = None


class CasesForm(Form):
    """The tests of a policy; `today` is the clock of every case that sets none."""

    anything_under = "body"

    version: Version = 1
    today: Day | None = None
    cases: list[CaseForm]
