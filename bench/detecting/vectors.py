"""Values that somebody else says are valid: the examples in python-stdnum's own documents.

Its docstrings are installed with it and hold a few of each; the lists of its tests (`tests/*.doctest` of the
source distribution) hold hundreds that were found in the wild, odd separators included, and come by path. They
are read where they lie, and never copied. Each value is written in eight ways beside its name.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from stdnum.util import get_cc_module

from detecting.drawing import grouped
from detecting.marking import finished, marked
from detecting.texts import Text, TextSet

MOST: Final = 30
"""Values of a kind, drawn from what there is."""
_KINDS: Final[Mapping[str, tuple[str, str, tuple[int, ...]]]] = MappingProxyType(
    {
        "IBAN_CODE": ("stdnum.iban", "IBAN", (4,)),
        "EU_VAT": ("stdnum.eu.vat", "VAT number", (2, 3)),
        "AU_ABN": ("stdnum.au.abn", "ABN", (2, 3)),
        "NZ_BANK_ACCOUNT": ("stdnum.nz.bankaccount", "bank account", (2, 4, 7, 3)),
        "BIC_CODE": ("stdnum.bic", "SWIFT/BIC", ()),
        "LEI": ("stdnum.lei", "LEI", ()),
        "ISIN": ("stdnum.isin", "ISIN", ()),
        "CRYPTO": ("stdnum.bitcoin", "BTC address", ()),
        "US_ABA_ROUTING": ("stdnum.us.rtn", "routing number", ()),
        "UK_UTR": ("stdnum.gb.utr", "UTR", ()),
        "NZ_IRD": ("stdnum.nz.ird", "IRD number", ()),
        "AU_TFN": ("stdnum.au.tfn", "TFN", ()),
        "AU_ACN": ("stdnum.au.acn", "ACN", ()),
    }
)
"""Module, name in a sentence, and the groups in which people write it; without groups it is written in one."""
_VALID: Final = re.compile(r"(?:\w+\.)?(?:validate|is_valid)\('([^']+)'\)\s*")
_LISTED: Final = re.compile(r"not \w+\.is_valid\(x\)|not \w+\(x\)")
_MARKS: Final = ("", " ", "-", ".", "\u00a0", "\u2013", "  ")
_AROUND: Final = ("{}", "{}.", "({})", '"{}"', "<{}>", "{};", "={}", "[{}]")


def vectors(seed: int, folder: Path | None) -> TextSet:
    """Every kind, each value in eight ways."""
    texts: list[Text] = []
    for entity, (module, label, sizes) in _KINDS.items():
        values = sorted({*_examples(module), *(_lists(folder, module) if folder else ())})
        chance = Random(f"{seed} {entity}")
        for value in chance.sample(values, min(MOST, len(values))):
            texts += (finished(f"{label} {written}", "vector") for written in _written(entity, value, sizes))
    return TextSet("third-party values", tuple(texts))


def _written(entity: str, value: str, sizes: tuple[int, ...]) -> Iterator[str]:
    if not sizes:
        yield from (around.format(marked(entity, value)) for around in _AROUND)
        return
    yield marked(entity, value)
    plain = "".join(filter(str.isalnum, value))
    yield from (marked(entity, grouped(plain, sizes, mark)) for mark in _MARKS)


def _examples(module: str) -> Iterator[str]:
    """Of a module's docstring; of the European Union's, those of the countries, which say their own prefix."""
    known = importlib.import_module(module)
    yield from _shown(known.__doc__ or "")
    if module == "stdnum.eu.vat":
        for country in known.MEMBER_STATES:
            shown = _shown(get_cc_module(country, "vat").__doc__ or "")
            yield from filter(known.is_valid, shown)


def _shown(document: str) -> Iterator[str]:
    """What is validated without an error."""
    for example in doctest.DocTestParser().get_examples(document):
        valid = _VALID.fullmatch(example.source)
        if valid and example.exc_msg is None and example.want.strip() != "False":
            yield valid[1]


def _lists(folder: Path, module: str) -> Iterator[str]:
    """Of the module's test document: lines of lists of which it says that none is invalid."""
    path = folder / f"test_{module.removeprefix('stdnum.').replace('.', '_')}.doctest"
    if not path.exists():
        return
    numbers = ""
    for example in doctest.DocTestParser().get_examples(path.read_text("utf-8")):
        if example.source.startswith("numbers = "):
            numbers = ast.literal_eval(example.source.removeprefix("numbers = ").strip())
        elif _LISTED.search(example.source) and example.want.strip() == "[]":
            yield from filter(None, map(str.strip, numbers.splitlines()))
