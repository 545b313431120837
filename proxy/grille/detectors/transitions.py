"""From a vector for each token to names: spaCy's transitions, most of them taken at once.

A name recogniser goes from token to token and chooses what stands highest among what is allowed: outside of a name
that the token is none, is one, or begins one; inside that the name goes on, or ends here. Outside, the choice hangs
on the token alone, so that all tokens are judged in one multiplication; only inside of names is it one after
the other, because there it hangs on where the name began. The choices are those of spaCy's own recogniser.

This module must not know texts, or what a label means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.pipeline import EntityRecognizer

from grille.detectors.network import Floats, largest, weights_of

_OUTSIDE: Final = "O"
_BEGINS: Final = "B"
_FEATURES: Final = 3
"""Where the token stands, where the name begins, and the token before: the last two inside of a name only."""


class Span(NamedTuple):
    """A name of the tokens [start, end)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Transitions:
    """The weights, those of choices outside of names together, and for each label how much more those of ending are
    than those of going on."""

    features: Floats = field(repr=False)
    outside: Floats = field(repr=False)
    inside: Floats = field(repr=False)
    choices: tuple[str, ...]
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    ending: Mapping[str, tuple[Floats, float]] = field(repr=False)
    never_blank: Floats = field(repr=False)
    never_last: Floats = field(repr=False)

    def names(self, vectors: Floats, blank: NDArray[np.bool_], last: NDArray[np.bool_]) -> Iterator[Span]:
        """The names in texts that stand one behind the other: of their tokens some are `blank`, some the `last`."""
        felt = (vectors @ self.features).reshape(len(vectors), _FEATURES, -1)
        scores = largest(felt[:, 0] + self.outside, len(self.weights)) @ self.weights + self.bias
        scores[blank] += self.never_blank
        scores[last] += self.never_last
        chosen = scores.argmax(axis=1)
        free = 0
        for start in np.flatnonzero(chosen != self.choices.index(_OUTSIDE)).tolist():
            if start < free:
                continue
            move, label = self.choices[chosen[start]].split("-", 1)
            free = start + 1
            if move == _BEGINS:
                while not (last[free] or self._ends(felt, start, free, label)):
                    free += 1
                free += 1
            yield Span(start, free, label)

    def _ends(self, felt: Floats, start: int, here: int, label: str) -> bool:
        results = felt[here, 0] + felt[start, 1] + felt[here - 1, 2] + self.inside
        weights, bias = self.ending[label]
        return float(largest(results[None], len(weights))[0] @ weights) + bias > 0


def transitions(recogniser: EntityRecognizer) -> Transitions:
    """The transitions of a name recogniser.

    Raises:
        ValueError: it chooses in another way than this module knows.
    """
    lower, upper = recogniser.model.get_ref("lower"), recogniser.model.get_ref("upper")
    names = [recogniser.moves.get_class_name(number) for number in range(recogniser.moves.n_moves)]
    if recogniser.cfg["beam_width"] != 1 or lower.get_dim("nF") != _FEATURES or not upper.has_param("W"):
        raise ValueError("the name recogniser chooses in another way")
    weights, bias = weights_of(upper, "W"), weights_of(upper, "b")
    # The several results of one output stand beside each other: turned round, whole rows of them can be compared.
    features = weights_of(lower, "W").transpose(3, 0, 2, 1).reshape(lower.get_dim("nI"), -1)
    inside = weights_of(lower, "b").T.reshape(-1)
    _, *missing = weights_of(lower, "pad")[0].transpose(0, 2, 1).reshape(_FEATURES, -1)
    outside = [number for number, name in enumerate(names) if name == _OUTSIDE or (name[0] in "BU" and name[2:])]
    choices = tuple(names[number] for number in outside)
    return Transitions(
        np.ascontiguousarray(features),
        inside + sum(missing),
        inside,
        choices,
        np.ascontiguousarray(weights[outside].T),
        bias[outside],
        {name[2:]: _ending(names, name[2:], weights, bias) for name in choices if name[0] == _BEGINS},
        _forbidden(choices, _BEGINS + "U"),
        _forbidden(choices, _BEGINS),
    )


def _ending(names: Sequence[str], label: str, weights: Floats, bias: Floats) -> tuple[Floats, float]:
    on, end = names.index(f"I-{label}"), names.index(f"L-{label}")
    return weights[end] - weights[on], float(bias[end] - bias[on])


def _forbidden(choices: Sequence[str], moves: str) -> Floats:
    return np.array([-np.inf if name[0] in moves else 0 for name in choices], np.float32)
