"""What is asked and said in the tests of streams, and how a model's words are cut and spelt.

The caller's own values leave as tokens and come back as themselves; two values of strangers stand in the
answer, and the policy removes them. Nothing here knows a wire format.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

CARD, EMAIL, IBAN = "4111 1111 1111 1111", "jane.doe@example.com", "GB82 WEST 1234 5698 7654 32"
OTHER, SSN = "5555 5555 5555 4444", "219-09-9999"
OWN, STRANGE = [CARD, EMAIL, IBAN], [OTHER, SSN]
QUESTION = f"Why was card {CARD} of {EMAIL} declined? IBAN {IBAN}."
TOKEN = re.compile(rb"[A-Z_]+_[A-Z][0-9][0-9A-Z]{6,14}")

PLAIN = re.compile(r"[A-Za-z0-9_. ]+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Names:
    """What stands for each value. With `said`, nothing but that is said."""

    card: str
    email: str
    iban: str
    other: str
    ssn: str
    said: str = ""

    @property
    def text(self) -> str:
        """An answer. It has characters of two, three and four bytes."""
        return self.said or (
            f"The café’s card {self.card} of {self.email} is over its limit 🙂. Another, {self.other}, and the "
            f"SSN {self.ssn} are not yours. Pay from {self.iban}, or raise {self.card}."
        )

    @property
    def thought(self) -> str:
        """Reasoning, where tokens may stand."""
        return "" if self.said else f"The question is about {self.card}, which is over its limit."

    @property
    def summary(self) -> str:
        """Reasoning, where a stranger's value is removed."""
        return "" if self.said else f"{self.thought} {self.other} is not meant."

    @property
    def first(self) -> dict[str, object]:
        """The arguments of one tool call."""
        return {"number": self.card, "by": 500, "note": f'"{self.other}" is\nanother’s', "mail": [self.email]}

    @property
    def second(self) -> dict[str, object]:
        """The arguments of another."""
        return {"to": self.email, "text": f"SSN {self.ssn} of {self.card}"}


SAID = Names(CARD, EMAIL, IBAN, OTHER, SSN)
"""A model that sees values says values."""
READ = Names(CARD, EMAIL, IBAN, "[CREDIT_CARD removed]", "[US_SSN removed]")
"""What must arrive: one's own, and nobody else's."""


def say(words: str) -> str:
    """A question whose answer are these very words."""
    return f"Say <<{words}>>"


def seen_in(request: bytes) -> Names:
    """What a model can know of the values: what stands for them in its request."""
    if told := re.search(rb"Say <<(.*?)>>", request):
        card = TOKEN.search(told[1])
        return replace(SAID, said=told[1].decode(), card=card[0].decode() if card else CARD)
    stands = dict(zip(("card", "email", "iban"), ("CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE"), strict=True))
    found = {
        name: re.search(rb"%b_[A-Z][0-9][0-9A-Z]{6,14}" % entity.encode(), request) for name, entity in stands.items()
    }
    known = {name: match[0].decode() for name, match in found.items() if match}
    return Names(**{field.name: known.get(field.name, getattr(SAID, field.name)) for field in fields(Names)})


def tokens_in(request: bytes) -> set[bytes]:
    return set(TOKEN.findall(request))


def pieces(text: str, longest: int = 6) -> Iterator[str]:
    """`text` in pieces of 1 to `longest` characters, the same for every text of this length; plain words as
    tokenizers cut them, before each blank and within what is long."""
    if PLAIN.fullmatch(text):
        yield from re.findall(" ?[^ ]{1,12}", text)
        return
    sizes = random.Random(len(text))
    while text:
        size = sizes.randint(1, longest)
        yield text[:size]
        text = text[size:]


def arguments(values: dict[str, object]) -> str:
    """The JSON of a tool call, with a few digits of its own escaped."""
    return json.dumps(values, ensure_ascii=False).replace("4444", "\\u0034444").replace("9999", "99\\u00399")


def spelt(event: object) -> str:
    """An event as JSON. Every 4 in a string is written `\\u0034`, and no other character is escaped."""
    plain = json.dumps(event, ensure_ascii=False)
    return _STRING.sub(lambda string: string[0].replace("4", "\\u0034"), plain)


def sse(event: object, name: str = "", end: str = "\n") -> bytes:
    """`event` as a server-sent event."""
    return (f"event: {name}{end}" if name else "").encode() + f"data: {spelt(event)}{end}{end}".encode()
