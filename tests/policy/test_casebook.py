"""`grille.policy.casebook`: test cases, read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from grille.errors import PolicyErrors
from grille.exchange import Identity, Outcome, Transport
from grille.policy import Case, Policy, admit, pin_of, read_cases, shipped
from grille.policy.casebook import beside
from policy_paper import POLICY, changed, policy

SMALL = policy()
ONE = """\
cases:
  - name: one
    client: staff
    to: chat
    request: {text: hello, expect: {verdict: allow}}
"""


def cases(text: str, tmp_path: Path, by: Policy = SMALL) -> tuple[Case, ...]:
    path = tmp_path / "p.test.yaml"
    path.write_text(text, encoding="utf-8")
    return read_cases(str(path), by)


def said(text: str, tmp_path: Path, by: Policy = SMALL) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        cases(text, tmp_path, by)
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in caught.value.problems]


def test_a_case_speaks_the_policys_names(tmp_path: Path) -> None:
    (case,) = cases(ONE, tmp_path)
    assert (case.name, case.source.line, case.today) == ("one", 2, None)
    asked = case.exchange
    assert (asked.scheme, asked.host, asked.port) == ("https", "api.acme.example", 443)
    assert (asked.method, asked.path) == ("POST", "/v1/chat")
    assert asked.identity == Identity(claims={"groups": ("staff",)})
    assert asked.transport == Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", True, client_tls=True)
    assert admit(SMALL, asked) != asked
    assert case.request.text == "hello"
    assert case.request.expected.verdict is Outcome.ALLOW


@pytest.mark.parametrize(
    ("to", "host", "method", "path"),
    [
        ("{endpoint: chat, path: /v1/files/x}", "api.acme.example", "POST", "/v1/files/x"),
        ("{endpoint: chat, method: GET}", "api.acme.example", "GET", "/v1/models"),
        ("ledger", "mcp.ledger.example", "POST", "/mcp"),
        ("{host: else.example, method: PUT, path: /x}", "else.example", "PUT", "/x"),
        ("{host: else.example}", "else.example", "POST", "/"),
    ],
)
def test_a_case_goes_to_an_endpoint_or_to_any_host(to: str, host: str, method: str, path: str, tmp_path: Path) -> None:
    (case,) = cases(ONE.replace("to: chat", f"to: {to}"), tmp_path)
    assert (case.exchange.host, case.exchange.method, case.exchange.path) == (host, method, path)


@pytest.mark.parametrize(
    ("who", "identity"),
    [
        ("robot", Identity(names=("spiffe://bank.example/ns/batch/x",))),
        ("{proxy_user: ann, address: 10.0.0.1}", Identity(address="10.0.0.1", proxy_user="ann")),
        ("{jwt: {iss: i}, spiffe: [a, b]}", Identity(claims={"iss": ("i",)}, names=("a", "b"))),
        ("{}", Identity()),
    ],
)
def test_a_case_is_sent_by_a_client_or_by_anybody(who: str, identity: Identity, tmp_path: Path) -> None:
    (case,) = cases(ONE.replace("client: staff", f"client: {who}"), tmp_path)
    assert case.exchange.identity == identity


@pytest.mark.parametrize(
    "match", ["{network: 10.1.0.0/16}", "{proxy_user: [a, b]}", "anyone", "{jwt: {a: [b, c]}, network: '::1/128'}"]
)
def test_an_identity_is_made_up_that_the_client_matches(match: str, tmp_path: Path) -> None:
    by = policy(changed("{jwt: {groups: staff}}", match))
    (case,) = cases(ONE, tmp_path, by)
    assert "staff" in [client.name for client in by.clients_for(case.exchange.identity)]


@pytest.mark.parametrize(
    ("transport", "scheme", "expected"),
    [
        ('{tls: "1.2"}', "https", Transport("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", True, client_tls=True)),
        ('{tls: "1.0", cipher: RC4-SHA}', "https", Transport("TLSv1", "RC4-SHA", True, client_tls=True)),
        ("{verified: false}", "https", Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", False, client_tls=True)),
        ("{tls: none}", "http", Transport(client_tls=True)),
    ],
)
def test_a_case_may_set_the_connection(transport: str, scheme: str, expected: Transport, tmp_path: Path) -> None:
    (case,) = cases(ONE + f"    transport: {transport}\n", tmp_path)
    assert (case.exchange.scheme, case.exchange.transport) == (scheme, expected)


def test_a_made_up_connection_shows_every_pinned_key_unless_told_otherwise(tmp_path: Path) -> None:
    pin = pin_of(b"a key")
    by = policy(changed('encryption: {tls: "1.3"}', f"encryption: {{pins: [{pin}]}}"))
    assert cases(ONE, tmp_path, by)[0].exchange.transport.keys == (pin,)
    assert cases(ONE + "    transport: {pinned: false}\n", tmp_path, by)[0].exchange.transport.keys == ()


def test_a_case_may_set_the_clock_and_else_has_the_files(tmp_path: Path) -> None:
    two = ONE + ONE.partition("\n")[2].replace("one", "two") + "    today: 2027-02-01\n"
    first, second = cases("today: 2026-12-01\n" + two, tmp_path)
    assert (first.today, second.today) == (date(2026, 12, 1), date(2027, 2, 1))


def test_a_message_may_be_a_body(tmp_path: Path) -> None:
    text = ONE.replace("{text: hello, ", "{body: {query: [1, true, 'ü']}, tool: get_x, ")
    text += "    response: {body: null, expect: {receives: x}}\n"
    (case,) = cases(text, tmp_path)
    assert (case.request.text, case.request.body, case.request.tool) == (None, '{"query": [1, true, "ü"]}', "get_x")
    assert case.response is not None
    assert (case.response.body, case.response.expected.text) == ("null", "x")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("client: staff", "client: stuff", "3:13 unknown client `stuff`: did you mean `staff`?"),
        (
            "client: staff",
            "client: {client: staff, address: 10.0.0.1}",
            "a case names a `client` of the policy or spells",
        ),
        ("to: chat", "to: chad", "4:9 unknown endpoint `chad`: did you mean `chat`?"),
        ("to: chat", "to: {path: /x}", "a case goes to an `endpoint` of the policy or to a `host`, one of the two"),
        ("text: hello, ", "", "a message has a `text` or a `body`, one of the two"),
        ("text: hello, ", "text: a, body: b, ", "a message has a `text` or a `body`, one of the two"),
        ("{verdict: allow}", "{}", "a case that expects nothing shows nothing"),
        ("{verdict: allow}", "{receives: a}", "a request `sends`, and an answer is what the client `receives`"),
        ("{verdict: allow}", "{verdikt: allow}", "unknown key `verdikt`: did you mean `verdict`?"),
        ("name: one", "name: ''", "this must not be empty"),
    ],
)
def test_a_case_that_cannot_be_meant_is_refused(old: str, new: str, problem: str, tmp_path: Path) -> None:
    found = said(ONE.replace(old, new), tmp_path)
    assert [line for line in found if problem in line], found


def test_two_cases_have_two_names(tmp_path: Path) -> None:
    assert said(ONE + ONE.partition("\n")[2], tmp_path) == [
        "6:11 another case has this name: say what only this one shows"
    ]


def test_only_a_request_calls_a_tool(tmp_path: Path) -> None:
    answer = "    response: {text: a, tool: b, expect: {sends: c}}\n"
    assert [line.partition(" ")[2] for line in said(ONE + answer, tmp_path)] == [
        "only a request calls a tool",
        "a request `sends`, and an answer is what the client `receives`",
    ]


def test_a_path_or_a_client_that_cannot_be_made_up_must_be_said(tmp_path: Path) -> None:
    text = changed("ns/batch/*", "ns/[b]atch")
    found = said(ONE.replace("client: staff", "client: robot"), tmp_path, policy(text))
    assert found == ["3:13 no identity can be made up for this client: spell one out"]
    found = said(ONE.replace("to: chat", "to: {endpoint: vault, method: GET}"), tmp_path)
    assert found == ["4:5 say which `path` of `vault` is meant: none can be guessed from its routes"]


def test_tests_stand_beside_their_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.yaml").write_text(POLICY)
    (tmp_path / "p.test.yaml").write_text(ONE)
    assert [case.name for case in read_cases(str(tmp_path / "p.yaml"), SMALL)] == ["one"]
    monkeypatch.setattr(shipped, "folder", lambda: tmp_path)
    assert beside("p") == (tmp_path / "p.test.yaml", "policies/p.test.yaml")
    with pytest.raises(PolicyErrors, match=r"nowhere.test.yaml.*cannot be read .*: a policy's cases stand in the file"):
        read_cases("nowhere.yaml", SMALL)
