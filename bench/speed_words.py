"""What is said in `speed.py`: prose, chats of any size, and an agent's conversation, all from a seed.

The prose is put together from sentences with gaps: ordinary English for a language model, and so many
combinations that a text seen once is not seen again by chance. The values in it are reserved ones.

This module must not know who reads it, and makes the same text from the same seed in every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random

CARD, NAME = "4111 1111 1111 1111", "Jane Doe"
"""What is looked for at the other side: whoever hides cards or names has to hide these."""
FRESH, SEEN = "fresh", "seen"
"""The models: `fresh` answers with other words every time."""

_CARDS = (CARD, "5555 5555 5555 4444", "3782 822463 10005", "6011 1111 1111 1117", "5105-1051-0510-5100")
_FIRST = ("Jane", "Martha", "Oliver", "Priya", "Ahmed", "Lucia", "Henrik", "Grace", "Tomas", "Aisha", "Walter", "Nina")
_LAST = (
    "Okafor",
    "Whitfield",
    "Lindqvist",
    "Banerjee",
    "Moretti",
    "Castell",
    "Hargrove",
    "Nakamura",
    "Petersen",
    "Fraser",
)
"""Not those of `NAME`: whether that has been hidden does not hang on what a model thinks of a sentence."""
_WRITTEN: Mapping[str, str] = {
    "thing": "account, balance, contract, delivery, estimate, forecast, handover, invoice, journal, ledger, meeting, "
    "notice, order, payment, quote, receipt, report, schedule, shipment, statement, summary, survey, ticket, "
    "transfer, translation, voucher",
    "people": "accountants, auditors, clerks, customers, drivers, engineers, lawyers, managers, neighbours, partners",
    "kind": "careful, cheerful, complete, detailed, final, formal, friendly, late, long, missing, patient, plain, "
    "private, quarterly, quiet, recent, rejected, second, short, signed, strange, thorough, weekly, wrong, yearly",
    "did": "answered, approved, checked, closed, copied, corrected, explained, filed, finished, forgotten, found, "
    "kept, mentioned, moved, opened, printed, questioned, read, received, returned, reviewed, sent, signed, sorted",
    "do": "answer, approve, change, check, close, compare, explain, finish, keep, open, pay, print, read, review, send",
    "when": "after the holidays, at the end of March, before the audit, during the summer, earlier this week, "
    "in the afternoon, last autumn, on Tuesday, once the office had closed, two days later, when the rain stopped",
    "where": "archive, canteen, corridor, harbour, kitchen, library, lobby, office, station, warehouse, workshop, yard",
    "number": "a dozen, about forty, at least six, eleven, hardly any, more than ninety, several, three, two",
}
_GAPS: Mapping[str, Sequence[str]] = {gap: words.split(", ") for gap, words in _WRITTEN.items()}
_SENTENCES = (
    "The {kind} {thing} was {did} {when}, and nobody in the {where} could say who had {did} it.",
    "It would help to {do} the {thing} first and to {do} the {thing} only {when}.",
    "Please {do} every {thing} that the {people} have {did}, and {do} the {kind} ones again.",
    "{when_}, {number} {people} came to the {where} with a {kind} {thing} that had never been {did}.",
    "What the {people} want is a {kind} {thing}; what they have is the {thing} that was {did} {when}.",
    "Could you {do} the {thing} in the {where}, or is the {kind} {thing} enough for the {people}?",
    "There were {number} {people} in the {where}, and each of them had {did} a {kind} {thing} {when}.",
    "{person} has {did} the {kind} {thing} and will {do} the rest {when}.",
    "If the {thing} is {kind}, the {people} {do} it; if it has been {did} before, they {do} the {thing} instead.",
    "Nothing in the {kind} {thing} says why it was {did} {when} and not {when}.",
    "The {people} said that the {thing} had been {did}, but {person} found it {when} in the {where}.",
    "A {kind} {thing} is easy to {do}, a {kind} one has to be {did} by {number} {people}.",
)


class _Filled(dict[str, str]):
    """Gives every gap of a sentence another word each time it is asked."""

    def __init__(self, source: Random) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, gap: str) -> str:
        if gap == "person":
            return person(self._source)
        found = self._source.choice(_GAPS[gap.removesuffix("_")])
        return found.capitalize() if gap.endswith("_") else found


def person(source: Random) -> str:
    return f"{source.choice(_FIRST)} {source.choice(_LAST)}"


def prose(source: Random, size: int) -> str:
    """Sentences of at least `size` characters together."""
    gaps, said, length = _Filled(source), [], 0
    while length < size:
        said.append(source.choice(_SENTENCES).format_map(gaps))
        length += len(said[-1]) + 1
    return " ".join(said)


def sensitive(source: Random) -> str:
    """What a user says that should not leave."""
    first, last = NAME.lower().split()
    mail = f"{first}.{last}{source.randrange(10**6)}@example.com"
    return f"{NAME} ({mail}) asks why her card {CARD} was declined. "


def chat(source: Random, kilobytes: float, model: str) -> bytes:
    """A request of about that size: messages of up to 1.5 kB, of users and of the assistant."""
    left = int(1000 * kilobytes) - 60
    messages = []
    for number in range(1 << 20):
        role = "assistant" if number % 2 else "user"
        said = "" if number % 2 else sensitive(source)
        said += prose(source, min(1500, left - 130) - len(said))
        messages.append({"role": role, "content": said})
        left -= len(said) + 35
        if left < 200:
            break
    return _written({"model": model, "messages": messages})


def clean(source: Random, size: int) -> str:
    """Prose in which there is nothing to find but words."""
    said = ""
    while len(said) < size:
        piece = prose(source, 400)
        said += "".join(f"{each} " for each in piece.split(". ") if not any(last in each for last in _LAST))
    return said[:size]


def of_each_kind(source: Random) -> dict[str, list[str]]:
    """Texts of the kinds that bodies hold, with nothing to find and with much: some kilobytes of each."""
    days = [f"2026-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}" for _ in range(60)]
    records = [_record(source) for _ in range(60)]
    sums = [f"{source.randrange(10**6) / 100:.2f}" for _ in days]
    log = (f"{day}T08:15:{source.randrange(60):02}Z INFO took {source.randrange(900)} ms, status 200\n" for day in days)
    table = (f"{each['customer']},{each['email']},{each['phone']},{source.choice(_CARDS)}\n" for each in records)
    return {
        "prose, clean": [clean(source, 1000) for _ in range(4)],
        "JSON values, clean": [
            each for pair in zip(days, sums, strict=True) for each in (*pair, "open", prose(source, 40))
        ],
        "CSV, clean": ["date,amount\n" + "".join(f"{day},{amount}\n" for day, amount in zip(days, sums, strict=True))],
        "log, clean": ["".join(log)],
        "prose, full": [" ".join(sensitive(source) + prose(source, 80) for _ in range(5)) for _ in range(4)],
        "JSON values, full": [str(value) for each in records for value in each.values()],
        "CSV, full": ["name,email,phone,card\n" + "".join(table)],
    }


# -- an agent's conversation ---------------------------------------------------------------------------


def conversation(seed: int, turns: int) -> list[bytes]:
    """The requests of an agent with tools, one a turn, each with everything that was said before: three turns
    in four end with the result of a tool, 300 kB after forty."""
    source = Random(seed)
    tools = [_tool(source, number) for number in range(12)]
    messages: list[dict[str, object]] = [{"role": "system", "content": prose(source, 3000)}]
    requests = []
    for turn in range(turns):
        messages += _asked(source) if turn % 4 == 0 else _looked_up(source, turn)
        requests.append(_written({"model": SEEN, "tools": tools, "messages": messages}))
    return requests


def _tool(source: Random, number: int) -> dict[str, object]:
    names = [f"{source.choice(_GAPS['kind'])}_{source.choice(_GAPS['thing'])}" for _ in range(4)]
    properties = {name: {"type": "string", "description": prose(source, 60)} for name in names}
    schema = {"type": "object", "properties": properties, "required": names[:2], "additionalProperties": False}
    function = {"name": f"{source.choice(_GAPS['do'])}_{source.choice(_GAPS['thing'])}_{number}"}
    return {
        "type": "function",
        "function": {**function, "description": prose(source, 160), "parameters": schema, "strict": True},
    }


def _asked(source: Random) -> Iterator[dict[str, object]]:
    yield {"role": "assistant", "content": prose(source, 800)}
    yield {"role": "user", "content": sensitive(source) + prose(source, 500)}


def _looked_up(source: Random, turn: int) -> Iterator[dict[str, object]]:
    call = f"call_{turn:04}"
    asked = json.dumps({"customer": person(source), "from": "2026-01-01", "status": source.choice(("open", "paid"))})
    function = {"name": "review_invoice_3", "arguments": asked}
    yield {
        "role": "assistant",
        "content": prose(source, 120),
        "tool_calls": [{"id": call, "type": "function", "function": function}],
    }
    records = [_record(source) for _ in range(26)]
    yield {"role": "tool", "tool_call_id": call, "content": json.dumps({"records": records, "next": None})}


def _record(source: Random) -> dict[str, object]:
    who = person(source)
    return {
        "invoice": f"INV-2026-{source.randrange(10**6):06}",
        "customer": who,
        "email": f"{who.lower().replace(' ', '.')}@example.com",
        "phone": f"+1 212 555 01{source.randrange(100):02}",
        "card": source.choice(_CARDS) if source.random() < 0.1 else None,
        "amount": f"{source.randrange(10**7) / 100:,.2f}",
        "due": f"2026-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}",
        "note": prose(source, 40),
    }


def _written(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
