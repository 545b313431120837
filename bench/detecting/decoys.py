"""What looks like a number worth hiding and is none: what business texts are full of.

Order and invoice numbers, tracking numbers, ledger codes, stock keeping units, versions, epochs, hashes, UUIDs,
ISBNs, amounts, meter readings, and card numbers whose check digit fails. Nothing here is a value that anybody
could misuse; a number that would pass as a card by chance is drawn again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from stdnum import ean, isbn, luhn

from detecting.drawing import filled, until

type Make = Callable[[Random], str]
_LEAST_CARD: Final = 12


@dataclass(frozen=True, slots=True)
class Decoy:
    """`keys` in plain words, as `labels` has them."""

    keys: tuple[str, ...]
    make: Make


def _formed(*forms: str) -> Make:
    return lambda chance: filled(chance, chance.choice(forms))


def date(chance: Random) -> str:
    year, month, day = chance.randint(2019, 2026), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice((f"{year}-{month:02d}-{day:02d}", f"{day:02d}/{month:02d}/{year}", f"{day}.{month}.{year}"))


def moment(chance: Random) -> str:
    clock = ":".join(f"{chance.randrange(top):02d}" for top in (24, 60, 60))
    return f"{chance.randint(2023, 2026)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T{clock}Z"


def amount(chance: Random) -> str:
    return f"{chance.choice((1, 1, 1, 10, 100)) * chance.randrange(100, 10_000_000) / 100:,.2f}"


def failing_card(chance: Random) -> str:
    value = until(lambda digits: not luhn.is_valid(digits), lambda: filled(chance, "4nnnnnnnnnnnnnnn"))
    return chance.choice((value, " ".join(value[at : at + 4] for at in range(0, 16, 4))))


def _unlike_a_card(make: Make) -> Make:
    return lambda chance: until(lambda said: not _passes(said), lambda: make(chance))


def _passes(said: str) -> bool:
    digits = "".join(filter(str.isdigit, said))
    return len(digits) >= _LEAST_CARD and luhn.is_valid(digits)


def _hash(size: int) -> Make:
    return lambda chance: chance.randbytes(size).hex()


def _uuid(chance: Random) -> str:
    return str(uuid.UUID(bytes=chance.randbytes(16), version=4))


def _book(chance: Random) -> str:
    return str(isbn.format(until(isbn.is_valid, lambda: "978" + filled(chance, "3nnnnnnnnn"))))


def _version(chance: Random) -> str:
    return chance.choice(("", "v")) + ".".join(str(chance.randrange(30)) for _ in range(chance.choice((3, 3, 4))))


def _barcode(chance: Random) -> str:
    return until(lambda said: ean.is_valid(said) and not luhn.is_valid(said), lambda: filled(chance, "50nnnnnnnnnnn"))


DECOYS: Final[tuple[Decoy, ...]] = (
    Decoy(
        ("invoice number", "invoice no", "invoice id"), _formed("INV-nnnnnn", "INV-2025-nnnn", "nnnnnn", "SInnnnnnn")
    ),
    Decoy(
        ("order number", "order id", "order no"),
        _unlike_a_card(_formed("nnnnnnnn", "SO-nnnnnnnn", "nnn-nnnnnnn-nnnnnnn")),
    ),
    Decoy(("po number", "purchase order"), _formed("POnnnnnn", "45nnnnnnnn", "PO-nnnn")),
    Decoy(
        ("tracking number", "tracking no", "consignment"),
        _unlike_a_card(_formed("1Zcccccc03nnnnnnnn", "94nnnnnnnnnnnnnnnnnnnn", "nnnnnnnnnnnn", "JDnnnnnnnnnnnnnnnn")),
    ),
    Decoy(
        ("account code", "gl code", "gl account", "nominal code", "ledger code"),
        _formed("nnnn", "6nn", "nnnn-nn", "nnn-nnnn-nnn", "2nn.nn"),
    ),
    Decoy(("sku", "item code", "part number"), _formed("SKU-nnnnnnnn", "aa-nnnnn", "aaannn-nn", "nnnnnn.nnn")),
    Decoy(("cost centre", "department", "project"), _formed("CC-nnn", "nnnnn", "Pnnnn")),
    Decoy(("journal number", "journal id", "batch number"), _formed("JE-nnnnnnnn", "nnnnn", "Bnnnnnn")),
    Decoy(("id", "contact id", "payment id", "transaction id"), _uuid),
    Decoy(("created at", "updated at", "timestamp"), moment),
    Decoy(("due date", "date", "invoice date", "period end"), date),
    Decoy(("ts", "created", "expires"), _unlike_a_card(_formed("17nnnnnnnn", "17nnnnnnnnnnn"))),
    Decoy(("total", "amount", "amount due", "balance", "sub total"), amount),
    Decoy(("quantity", "qty", "rows", "page"), _formed("n", "nn", "nnn")),
    Decoy(("checksum", "etag", "sha"), lambda chance: _hash(chance.choice((16, 20, 32)))(chance)),
    Decoy(("version", "release", "app version"), _version),
    Decoy(("isbn",), _book),
    Decoy(("barcode", "ean", "gtin"), _barcode),
    Decoy(("ticket", "case number", "support case"), _formed("nnnnnnn", "CS-nnnnnnn", "#nnnnn")),
    Decoy(
        ("meter reading", "odometer", "serial number"), _unlike_a_card(_formed("nnnnnnn", "nnnnnn.n", "SNnnnnnnnnn"))
    ),
    Decoy(
        ("reference", "payment reference", "memo"),
        _unlike_a_card(_formed("RENT aan", "nnnnnn/nn", "REF nnnnnn", "DDR nnnnnn")),
    ),
    Decoy(("declined number", "test number"), failing_card),
)

_SENTENCES: Final = (
    "{0} {1} for {2} was posted on {3}.",
    "Please see {0} {1}, raised on {3}, total {2}.",
    "{0}: {1}",
    "{0} {1} ({3}) is still open.",
    "We could not match {0} {1} to anything in the bank feed of {3}.",
    "the {0} is {1}, not the one in the file from {3}",
    "{0}={1}",
    "{1} is the {0} you are looking for.",
    "Customer since {3}, {0} {1}, tier 2, limit {2}.",
    '{{"{0}": "{1}", "amount": {2!s}, "date": "{3}"}}',
    "Compared {0} {1} with last year's: {2} against {2}.",
    "{0} #{1} has moved to step 3 of 4.",
)
_LINES: Final = (
    "level=info rows={qty} bytes={big} elapsed={small}s trace={hash}",
    "deploy {version} to 3 of 12 nodes, build {order}, commit {short}",
    "GET /v2/items/{big}?page=3&limit=50 200 {small}ms",
    "upgraded from {version} to {version}; checksum {hash}",
    "account code {gl} {gl2} debits {amount}, credits {amount}",
    "Balance sheet: current assets {amount}, current liabilities {amount}, net {amount}",
    "The room is 20411, the extension 5503, the code for the printer 7719.",
    "{big} records in {qty} batches, {big} skipped, next run at epoch {epoch}",
    "card declined for test number {card}: check digit",
    "POS {order} x{qty} @ {amount} = {amount} VAT 20% {amount}",
    "budget 2025/26 {amount}; 2024/25 {amount}; variance {small}%",
    "Figure 3.14.15: revenue per head, 1996-2026, n = {big}",
    "[{moment}] job {uuid} finished in {small} s",
    "mileage {big} km, fuel {amount}, claim 45 pence a mile",
    "paid by card ending in {last}, shown as **** **** **** {last} on the receipt",
    "card 411111******{last} (first six and last four only) was authorised for {amount}",
    "firmware 10.4.{qty}.2 replaces 10.4.{qty}.1, see note 12.3.4.5",
)


def lookalike(chance: Random) -> str:
    """One line that holds nothing."""
    if chance.random() < 0.35:
        return chance.choice(_LINES).format_map(_Drawn(chance))
    decoy = chance.choice(DECOYS)
    label = chance.choice(decoy.keys)
    if chance.random() < 0.4:
        label = label.capitalize()
    return chance.choice(_SENTENCES).format(label, decoy.make(chance), amount(chance), date(chance))


class _Drawn(dict[str, str]):
    """What the holes of `_LINES` are filled with, each drawn when it is asked for."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance
        self._makers: dict[str, Make] = {
            "qty": _formed("n", "nn", "nnn"),
            "big": _unlike_a_card(_formed("nnnnnn", "nnnnnnnnn", "nnnnnnnn")),
            "small": _formed("n.nn", "nnn.n"),
            "hash": _hash(16),
            "short": _hash(4),
            "version": _version,
            "order": _formed("nnnnnnnn", "nnnnnn"),
            "gl": _formed("nnnn-nn"),
            "gl2": _formed("nnnn"),
            "last": _formed("nnnn"),
            "amount": amount,
            "epoch": _formed("17nnnnnnnn"),
            "card": failing_card,
            "moment": moment,
            "uuid": _uuid,
        }

    def __missing__(self, hole: str) -> str:
        return self._makers[hole](self._chance)
