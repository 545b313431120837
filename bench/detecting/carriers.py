"""Documents that hold the parties' values: records, JSON, tables, logs, statements of banks.

Each function writes one document with marked values, some harmless numbers among them, and spells its keys in
one way throughout. Sentences are in `sentences`. This module must not know which values are hard to find.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from detecting.decoys import DECOYS, amount, date, moment
from detecting.labels import FOR_MACHINES, FOR_PEOPLE, Spelling, key, said
from detecting.marking import bare, marked
from detecting.parties import Parties, Party

type Pairs = list[tuple[str, str]]


def _harmless(chance: Random, spelling: Spelling, most: int) -> Pairs:
    picked = chance.sample(DECOYS, chance.randint(1, most))
    return [(spelling(chance.choice(each.keys)), each.make(chance)) for each in picked]


def _pairs(chance: Random, party: Party, spelling: Spelling) -> Pairs:
    """Keys and values of one party: who it is, what it has, and what else stands there."""
    name = (("PERSON", party.person), ("ORGANIZATION", party.company))[chance.random() < 0.4]
    first = [(key(chance, name[0], spelling), marked(*name))] if chance.random() < 0.8 else []
    own = [(key(chance, each.entity, spelling), each.value) for each in party.fields]
    rest = _harmless(chance, spelling, 4)
    at = chance.randint(0, len(rest))
    found = [*first, *rest[:at], *own, *rest[at:]]
    return list({pair[0]: pair for pair in found}.values())


# -- lines ---------------------------------------------------------------------------------------------

_SEPARATORS: Final = (": ", ": ", ": ", " : ", ":\t", " = ", " - ", ":")


def records(chance: Random, parties: Parties) -> str:
    """`Key: value`, as a ledger's tools and exported cards have it."""
    spelling, separator = chance.choice(FOR_PEOPLE), chance.choice(_SEPARATORS)
    bold = chance.random() < 0.15
    blocks: list[str] = []
    for _ in range(chance.randint(1, 3)):
        pairs = _pairs(chance, parties.next(), spelling)
        lines = [f"**{name}:** {value}" if bold else f"{name}{separator}{value}" for name, value in pairs]
        blocks.append("\n".join(f"- {line}" if bold else line for line in lines))
    return chance.choice(("\n\n", "\n---\n", "\n\n")).join(blocks)


def answers(chance: Random, parties: Parties) -> str:
    """What a tool of an MCP server says: a count, then a text or a JSON document a record."""
    what = chance.choice(("contacts", "suppliers", "bank transactions", "employees", "payments"))
    count = chance.randint(1, 4)
    head = chance.choice((f"Found {count} {what}:", f"{what.capitalize()} (page 1, {count} of {count})", ""))
    if chance.random() < 0.5:
        blocks = [_block(chance, parties) for _ in range(count)]
        return "\n\n".join(filter(None, (head, *blocks)))
    spelling = chance.choice(FOR_MACHINES)
    rows = [dict(_pairs(chance, parties.next(), spelling)) for _ in range(count)]
    return "\n".join(filter(None, (head, json.dumps({what.split()[0]: rows}, ensure_ascii=False))))


def _block(chance: Random, parties: Parties) -> str:
    lines = [f"{name}: {value}" for name, value in _pairs(chance, parties.next(), FOR_PEOPLE[0])]
    return "\n".join((*lines, f"Status: {chance.choice(('ACTIVE', 'PAID', 'AUTHORISED'))}"))


def forms(chance: Random, parties: Parties) -> str:
    """A label above its value, or headings in one line and what belongs to them in the next."""
    party = parties.next()
    pairs = [(said(chance, each.entity), each.value) for each in party.fields]
    holder = (chance.choice(("Account holder", "Payee", "Employee", "Contact")), marked("PERSON", party.person))
    reference = (chance.choice(("Reference", "Invoice", "Our ref")), f"INV-{chance.randrange(100, 99999)}")
    match chance.randrange(3):
        case 0:
            return "\n\n".join(f"{name}\n{value}" for name, value in (holder, *pairs, reference))
        case 1:
            return _columns((holder, *pairs, reference))
        case _:
            footer = chance.choice((" | ", "  ·  ", ", ")).join(f"{name} {value}" for name, value in pairs)
            head = f"INVOICE {reference[1]}\nDate {date(chance)}   Due {date(chance)}\nTotal {amount(chance)}"
            return f"{head}\n\n{marked('ORGANIZATION', party.company)}\n{footer}"


def _columns(pairs: Sequence[tuple[str, str]]) -> str:
    widths = [max(len(name), len(bare(value))) + 2 for name, value in pairs]
    heads = "".join(name.ljust(width) for (name, _), width in zip(pairs, widths, strict=True))
    cells = (value + " " * (width - len(bare(value))) for (_, value), width in zip(pairs, widths, strict=True))
    return f"{heads.rstrip()}\n{''.join(cells).rstrip()}"


def logs(chance: Random, parties: Parties) -> str:
    """Lines of a service; some write JSON."""
    lines: list[str] = []
    spelling = chance.choice(FOR_MACHINES[:4])
    as_json = chance.random() < 0.3
    for _ in range(chance.randint(2, 4)):
        pairs = _harmless(chance, spelling, 3)
        if chance.random() < 0.7:
            pairs += [(key(chance, each.entity, spelling), each.value) for each in parties.next().fields]
        level, event = chance.choice(("INFO", "WARN", "DEBUG")), chance.choice(("payment.created", "sync", "kyc.check"))
        if as_json:
            lines.append(
                json.dumps({"ts": moment(chance), "level": level, "msg": event, **dict(pairs)}, ensure_ascii=False)
            )
        else:
            said_all = " ".join(
                f'{name}="{value}"' if " " in bare(value) else f"{name}={value}" for name, value in pairs
            )
            lines.append(f"{moment(chance)} {level} [{event}] {said_all}")
    return "\n".join(lines)


# -- JSON ----------------------------------------------------------------------------------------------

_DIGITS = re.compile(r'"(\ue000[A-Z_]+\ue001[1-9][0-9]*\ue002)"')


def objects(chance: Random, parties: Parties) -> str:
    """An object or a list of them, some with the bank's details a level deeper, some with bare numbers."""
    spelling = chance.choice(FOR_MACHINES)
    found: list[object] = []
    for _ in range(chance.randint(1, 4)):
        party = parties.next()
        pairs = _pairs(chance, party, spelling)
        own = {each.value for each in party.fields}
        if chance.random() < 0.35:
            inner = {name: value for name, value in pairs if value in own}
            outer: dict[str, object] = {name: value for name, value in pairs if value not in own}
            outer[spelling(chance.choice(("bank details", "details", "identifiers", "payment info")))] = inner
            found.append(outer)
        else:
            found.append(dict(pairs))
    whole = found[0] if len(found) == 1 else {spelling("items"): found, spelling("page size"): 50}
    written = json.dumps(whole, ensure_ascii=False, indent=chance.choice((None, None, 2)))
    return _DIGITS.sub(r"\1", written) if chance.random() < 0.3 else written


# -- tables --------------------------------------------------------------------------------------------


def _rows(chance: Random, parties: Parties) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: one sort of party, the same columns in every row, harmless columns among them."""
    first = parties.next()
    spelling = chance.choice((*FOR_MACHINES, *FOR_PEOPLE, *FOR_PEOPLE))
    entities = [each.entity for each in first.fields]
    decoys = chance.sample(DECOYS, chance.randint(2, 4))
    heads = [key(chance, "PERSON", spelling), *(key(chance, entity, spelling) for entity in entities)]
    heads += [spelling(chance.choice(each.keys)) for each in decoys]
    rows: list[list[str]] = []
    for _ in range(chance.randint(3, 6)):
        party = parties.of(first.locale, entities)
        cells = [marked("PERSON", party.person), *(each.value for each in party.fields)]
        rows.append(cells + [each.make(chance) for each in decoys])
    order = chance.sample(range(len(heads)), len(heads))
    return [heads[at] for at in order], [[row[at] for at in order] for row in rows]


def separated(chance: Random, parties: Parties) -> str:
    """CSV, with the separators that spreadsheets of different countries use."""
    heads, rows = _rows(chance, parties)
    written = io.StringIO()
    out = csv.writer(written, delimiter=chance.choice((",", ",", ";", "\t", "|")), lineterminator="\n")
    out.writerows([heads, *rows])
    return written.getvalue()


def ruled(chance: Random, parties: Parties) -> str:
    """A Markdown table."""
    heads, rows = _rows(chance, parties)
    rule = "|".join("---" for _ in heads)
    return "\n".join((f"| {' | '.join(heads)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)))


CARRIERS: Final[dict[str, Callable[[Random, Parties], str]]] = {
    "records": records, "mcp": answers, "form": forms, "log": logs, "json": objects, "csv": separated, "table": ruled,
}  # fmt: skip
