"""Letters and chats that hold the parties' values, and values that stand there without a word about them.

The label stands before its value, behind it or a line above; other numbers stand near. Names are marked
wherever they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from detecting.decoys import amount, date, lookalike
from detecting.labels import said
from detecting.marking import marked
from detecting.parties import BANK, Field, Parties, Party

_BEFORE: Final = (
    "{who}'s {label} is {value}.",
    "Please use {label} {value} for {who} from now on.",
    "The {label}: {value} - confirmed by phone.",
    "Can you change the {label} to {value} in the ledger before Friday?",
    "Their {label} ({value}) was rejected by the bank.",
    "payment returned, {label} = {value}, see the note of {date}",
    "For the record, the {label} we hold is {value} and nothing has changed since {date}.",
    "{label} {value}",
    "{label}: {value}",
    "New {label}\n{value}\nPlease amend the standing order.",
    "I entered {value} as the {label}, is that right?",
    "We have {value} on file as their {label}.",
    "{value} is the {label} that {who} gave us on the call.",
    "{value} ({label})",
    "Invoice {number} asks us to pay to {label} {value}, the one on {date} said otherwise.",
    "what do i do with {label} {value}? the upload says invalid",
    "{who} says the {label} in our file is out of date; the correct one is {value}.",
)
_PAIRS: Final = (
    "{label} {value} and {label2} {value2}.",
    "{label}: {value}, {label2}: {value2}",
    "{label} {value} / {label2} {value2}",
    "Pay {who}: {label} {value}, {label2} {value2}, reference {number}.",
    "{label} {value}\n{label2} {value2}",
    "The {label} is {value} with {label2} {value2}.",
)
_BANK_PAIRS: Final = ("{label}/{label2}: {value} {value2}", "{label} / {label2}\n{value} / {value2}", *_PAIRS)
"""A sort code and its account are often named together and then given together."""
_ALONE: Final = (
    "{value}",
    "Please use {value} from now on.",
    "and then there is {value}, which nobody could explain",
    "It says {value} in the file that came on {date}.",
    "Sent it to {value} this morning.",
    "{value}, thanks",
)
_ROLES: Final = ("the supplier", "our landlord", "the new starter", "the customer", "the agency")


def letters(chance: Random, parties: Parties) -> str:
    """A message: a greeting, what it is about, now and then a signature."""
    party = parties.next()
    lines = [chance.choice(("Hi team,", "Hello,", "Good morning,", f"Hi {marked('PERSON', party.first_name)},", ""))]
    lines += _said(chance, party)
    if chance.random() < 0.4:
        lines.insert(chance.randint(1, len(lines)), lookalike(chance))
    if chance.random() < 0.3:
        lines += _said(chance, parties.next())
    if chance.random() < 0.3:
        lines.append(f"Regards\n{marked('PERSON', parties.next().person)}")
    return chance.choice(("\n", "\n\n", " ")).join(filter(None, lines))


def chats(chance: Random, parties: Parties) -> str:
    """Turns of two people, or of one and an assistant."""
    one, other = (parties.next().person for _ in range(2))
    speakers = chance.choice((("user", "assistant"), ("User", "AI"), (marked("PERSON", one), marked("PERSON", other))))
    small = ("can you check this for me?", "ok thanks", "sure, which one?", "that is the one from last week", "done")
    turns: list[str] = []
    for _ in range(chance.randint(1, 2)):
        turns += chance.choice(small), *_said(chance, parties.next())
    turns.append(chance.choice(small))
    return "\n".join(f"{speakers[number % 2]}: {turn}" for number, turn in enumerate(turns))


def _said(chance: Random, party: Party) -> Iterator[str]:
    """The party's values, two that belong together in one sentence."""
    fields = list(party.fields)
    while fields:
        first = fields.pop(0)
        if fields and chance.random() < 0.6:
            second = fields.pop(0)
            frames = _BANK_PAIRS if {first.entity, second.entity} <= BANK else _PAIRS
            yield _filled(chance, chance.choice(frames), party, first, second)
        else:
            yield _filled(chance, chance.choice(_BEFORE), party, first)


def _filled(chance: Random, frame: str, party: Party, first: Field, second: Field | None = None) -> str:
    who = (marked("PERSON", party.person), marked("ORGANIZATION", party.company), chance.choice(_ROLES))
    holes = {
        "label": said(chance, first.entity), "value": first.value, "who": chance.choice(who), "date": date(chance),
        "number": f"INV-{chance.randrange(100, 99999)}", "amount": amount(chance),
    }  # fmt: skip
    if second:
        holes |= {"label2": said(chance, second.entity), "value2": second.value}
    written = frame.format_map(holes)
    return written[0].upper() + written[1:] if chance.random() < 0.8 else written


def alone(chance: Random, value: str) -> str:
    """A value without a word about it."""
    return chance.choice(_ALONE).format(value=value, date=date(chance))
