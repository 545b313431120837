"""What an exchange shows for the promises that are asked of it.

This module must not decide what is asked: `session_only.py` and `encryption.py` do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grille.exchange import Refusal, Scalar
from grille.policy.promises import Encryption, SessionOnly

_HEADER = "header:"


@dataclass(frozen=True, slots=True)
class Met:
    """What is missing, what was seen, and the fields and headers (place, value) to write so that nothing is.
    `once_set` is what can be said when they are written, and not before."""

    refusals: tuple[Refusal, ...] = ()
    evidence: tuple[str, ...] = ()
    to_set: tuple[tuple[str, Scalar], ...] = ()
    once_set: tuple[str, ...] = ()


def together(parts: Iterable[Met]) -> Met:
    parts = tuple(parts)
    return Met(
        tuple(refusal for part in parts for refusal in part.refusals),
        tuple(seen for part in parts for seen in part.evidence),
        tuple(pair for part in parts for pair in part.to_set),
        tuple(said for part in parts for said in part.once_set),
    )


def seen(evidence: str) -> Met:
    return Met(evidence=(evidence,))


def refused(code: str, text: str, asked: SessionOnly | Encryption, *evidence: str) -> Met:
    return Met((Refusal(code, text, asked.source),), evidence)


def same(one: Scalar, other: Scalar) -> bool:
    """Equality as JSON has it: `false` is not `0`, and text is not a number."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def named(field: str) -> str:
    """A field as a caller would say it: `store`, `prompt.id`; a header with that word before it;
    of a path only the model is meant."""
    if field == "path":
        return "the model in the path"
    if field.startswith(_HEADER):
        return f"the header `{field.removeprefix(_HEADER)}`"
    return "`" + ".".join(step.replace("~1", "/").replace("~0", "~") for step in field.split("/")[1:]) + "`"
