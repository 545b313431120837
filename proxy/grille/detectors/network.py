"""The first model's network: a vector for each token, from which `transitions` tells where names are.

    hash embeddings, word vectors ─▶ mixed ─▶ windows of three tokens, four times ─▶ a vector

The weights are the package's, and so is every step but for the order of sums. spaCy runs the same in its training
library, which takes twice as long: it looks words up one by one, makes again what stands in a text twice, multiplies
word vectors that could be multiplied when they are loaded, and walks the largest of three results column by column.

This module must not train, know labels, or keep anything of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.vocab import Vocab
from thinc.api import Model

type Floats = NDArray[np.float32]
type Hashes = NDArray[np.uint64]
type Layer = Model[Any, Any]

_EMBEDS: Final = ("ints-getitem", "hashembed")
_MIXES: Final = ("maxout", "layernorm", "dropout")
_WINDOW: Final = 3
_EPSILON: Final = np.float32(1e-8)
_ROOT: Final = np.float32(-0.5)
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Makes one number of two hashes. Two words fall together as seldom as two words have the same hash."""


@dataclass(frozen=True, slots=True)
class Largest:
    """Several multiplications, the largest result of each column, and its normalisation. The columns of the first
    stand first, then those of the second."""

    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    gain: Floats = field(repr=False)
    shift: Floats = field(repr=False)

    def __call__(self, x: Floats) -> Floats:
        results = x @ self.weights
        results += self.bias
        best = largest(results, len(self.gain))
        best -= best.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", best, best)[:, None] / np.float32(len(self.gain)) + _EPSILON
        best *= variance**_ROOT
        best *= self.gain
        best += self.shift
        return best


@dataclass(frozen=True, slots=True)
class Network:
    """The weights. `vectors` are those of words, already multiplied; zeros, in the last row, are for words without."""

    columns: tuple[str, ...]
    embeds: tuple[Layer, ...] = field(repr=False)
    rows: Callable[[Hashes], NDArray[np.intp]] = field(repr=False)
    vectors: Floats = field(repr=False)
    mix: Largest
    windows: tuple[Largest, ...]
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)

    def read(self, attributes: Hashes, lengths: Sequence[int]) -> Floats:
        """A vector for each token of some texts: `attributes` are the hashes of `columns` and of the word itself, one
        text behind the other. Between them the windows see zeros, one row for each window."""
        padded = np.arange(len(attributes)) + np.repeat(np.arange(1, len(lengths) + 1), lengths) * len(self.windows)
        x = np.zeros((padded[-1] + 1 + len(self.windows), len(self.mix.gain)), np.float32)
        x[padded] = self._embedded(attributes)
        around = np.zeros((len(x), _WINDOW * x.shape[1]), np.float32)
        before, here, after = np.split(around, _WINDOW, axis=1)
        for window in self.windows:
            before[1:], here[:], after[:-1] = x[:-1], x, x[1:]
            x += window(around)
        said: Floats = x[padded] @ self.weights
        return said + self.bias

    def _embedded(self, attributes: Hashes) -> Floats:
        """What each token is by itself, made once for all that are the same."""
        words = attributes[:, -1]
        _, first, same = np.unique(words ^ (attributes[:, 0] * _ODD), return_index=True, return_inverse=True)
        once = attributes[first]
        parts: list[Floats] = [embed.predict(once[:, number]) for number, embed in enumerate(self.embeds)]
        mixed = self.mix(np.concatenate([*parts, self.vectors[self.rows(once[:, -1])]], axis=1))
        return mixed[same]


def largest(results: Floats, width: int) -> Floats:
    """The largest of several results that stand beside each other, each `width` columns wide; they are written over."""
    best = results[:, :width].copy()
    for at in range(width, results.shape[1], width):
        np.maximum(best, results[:, at : at + width], out=best)
    return best


def network(tok2vec: Layer, vocab: Vocab, rows: Callable[[Hashes], NDArray[np.intp]]) -> Network:
    """The network of a name recogniser.

    Raises:
        ValueError: it is built in another way than this module knows.
    """
    leaves = [node for node in tok2vec.walk(order="dfs_pre") if not node.layers]
    named: dict[str, list[Layer]] = {}
    for node in leaves:
        named.setdefault(node.name, []).append(node)
    mixes, norms = named.get("maxout", []), named.get("layernorm", [])
    windows = max(len(mixes) - 1, 0)
    expected = [
        *("extract_features", "list2ragged", *_EMBEDS * len(named.get("hashembed", ())), "static_vectors", *_MIXES),
        *("ragged2list", *("expand_window", *_MIXES) * windows, "list2array", "linear"),
    ]
    padded = [node.attrs["pad"] for node in tok2vec.walk() if node.attrs.get("pad")]
    if [node.name for node in leaves] != expected or padded != [windows]:
        raise ValueError("the name recogniser is built in another way")
    (features,), (static,), (linear,) = (named[name] for name in ("extract_features", "static_vectors", "linear"))
    vectors = np.asarray(vocab.vectors.data, np.float32) @ weights_of(static, "W").T
    mix, *others = map(_largest, mixes, norms)
    return Network(
        tuple(features.attrs["columns"]),
        tuple(named["hashembed"]),
        rows,
        np.concatenate([vectors, np.zeros((1, vectors.shape[1]), np.float32)]),
        mix,
        tuple(others),
        np.ascontiguousarray(weights_of(linear, "W").T),
        weights_of(linear, "b"),
    )


def weights_of(layer: Layer, name: str) -> Floats:
    """The weights of a layer."""
    return np.asarray(layer.get_param(name), np.float32)


def _largest(maxout: Layer, norm: Layer) -> Largest:
    weights = weights_of(maxout, "W").transpose(2, 1, 0)
    return Largest(
        np.ascontiguousarray(weights.reshape(len(weights), -1)),
        weights_of(maxout, "b").T.reshape(-1),
        weights_of(norm, "G"),
        weights_of(norm, "b"),
    )
