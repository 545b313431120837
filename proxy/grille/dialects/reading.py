"""One message, read: its words with their addresses, and the way back into its bytes.

A text may lie in one JSON string, in several (the deltas of a stream), in a string that is itself a
JSON document (tool arguments), or in a part of a form. Each way down is remembered, so that an edit of the
text goes the same way up: escaped once for every level, spliced into the original, everything else left as it was.

This module gives no opinion on the words and knows no policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from grille.dialects import formflags, setting
from grille.dialects.envelope import Mirror
from grille.errors import CannotRewrite, Malformed, SignedBody
from grille.exchange import Edit, Flag, Kind, Scalar, Segment
from grille.files import File
from grille.framing import json_spans, multipart
from grille.framing.base import Frame
from grille.framing.json_parser import parse
from grille.framing.json_spans import Document, Node, Number, Object, Splice, String, Word, escape, find, pointer
from grille.framing.message import Message
from grille.framing.multipart import Stretch
from grille.reach import Reach


class Piece(NamedTuple):
    """A string of document number `document`."""

    document: int
    node: String


class Words(NamedTuple):
    """A text that lies in the texts of `pieces`, one after the other; `is_key` if it names a member."""

    pieces: tuple[Piece, ...]
    is_key: bool = False

    @property
    def text(self) -> str:
        if len(self.pieces) == 1:
            return self.pieces[0].node.text
        return "".join(piece.node.text for piece in self.pieces)


class Lexeme(NamedTuple):
    """A number; an edit makes a string of it."""

    document: int
    node: Number


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Not in a JSON document: a mirrored header (its number), the whole of a plain-text body, or a file."""

    mirror: int | None = None
    whole_body: bool = False


type Place = Words | Lexeme | Elsewhere | Stretch


@dataclass(frozen=True, slots=True)
class Part:
    """A JSON document of the message: the body, the data of an event, the text of a string, a field of a form,
    or a file (`at` Elsewhere), in which nothing is ever rewritten."""

    document: Document
    inside: Words | None = None
    event: int | None = None
    at: Stretch | Elsewhere | None = None

    @property
    def is_body(self) -> bool:
        return self.inside is None and self.event is None and self.at is None


@dataclass(frozen=True, slots=True)
class Inner:
    """A document in a string of the message itself: the number of its part, and which segments its words became."""

    text: str = field(repr=False)
    kind: Kind
    part: int
    segments: range


@dataclass(frozen=True, slots=True)
class Reading:
    """What `read` made of a message. `segments` and `places` go together, one to one.

    `text` is the decoded body; a streamed answer has `events` instead, its frames. `echoes` empty what says the same
    words in another form (part number, splice): they are applied with any edit, and when a client sends them also
    with none, because nobody judged those, and what a provider read once must not change later. `signed` is the
    message as it came if its sender signed it: then there is no other that could be sent. `files` have to be opened
    before their words can be judged. `form` holds names and values of a form's fields. `taken_apart` are the documents
    that stood in strings.
    """

    message: Message
    text: str = field(repr=False)
    segments: tuple[Segment, ...]
    places: tuple[Place, ...]
    parts: tuple[Part, ...]
    events: tuple[Frame, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    echoes: tuple[tuple[int, Splice], ...] = ()
    tools: tuple[str, ...] = ()
    reply_to: str | None = "null"
    signed: Message | None = None
    reached: tuple[Reach, ...] = ()
    is_request: bool = False
    files: tuple[File, ...] = ()
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    taken_apart: tuple[Inner, ...] = ()

    @property
    def root(self) -> Node | None:
        """The body, if it is one JSON document."""
        return self.parts[0].document.root if self.parts and self.parts[0].is_body else None

    def flag(self, address: str) -> Flag:
        """What the body declares at the JSON pointer `address`.

        Raises `Malformed` when there is a member, there or on the way, that differs only in case: parsers
        disagree on which of them counts.
        """
        root = self.root
        if root is None:
            return formflags.in_form(self.form, address)
        like = _like(root, address)
        if like is not None:
            raise Malformed(f"a field that differs from `{address}` only in case", f"character {like.start}")
        node = find(root, address)
        if node is None:
            return Flag(address, present=False, elsewhere=tuple(_elsewhere(root, address)))
        null = isinstance(node, Word) and node.value is None
        return Flag(
            address, present=True, value=json_spans.scalar(node), elsewhere=tuple(_elsewhere(root, address)), null=null
        )

    def rewrite(self, edits: Sequence[Edit], to_set: Sequence[tuple[str, Scalar]] = ()) -> Message:
        """The message with `edits` and the fields and headers `to_set` written into it (see `setting.py`).

        Without any the very same message comes back. Raises `CannotRewrite` where the result would not
        be what it was: two keys of one object become the same, or there is no place to set a field in.
        Raises `SignedBody` for whatever is not what the sender signed, a body that was decoded included.
        """
        message = self._rewritten(edits, to_set)
        if self.signed is not None and message != self.signed:
            raise SignedBody("its sender signed it")
        return message

    def _rewritten(self, edits: Sequence[Edit], to_set: Sequence[tuple[str, Scalar]]) -> Message:
        if not edits and not to_set and not (self.is_request and self.echoes):
            return self.message
        splices: defaultdict[int, list[Splice]] = defaultdict(list)
        whole: list[Edit] = []
        mirrored: defaultdict[int, list[Edit]] = defaultdict(list)
        stretches: list[tuple[Stretch, str]] = []
        renamed: set[int] = set()
        for number, text_edits in _by_segment(edits).items():
            if self.segments[number].closed:
                raise LookupError("the text of a closed document is not that of its place")
            match self.places[number]:
                case Words() as words:
                    renamed |= {piece.document for piece in words.pieces if words.is_key}
                    self._into_pieces(words, [(e.start, e.end, e.text) for e in text_edits], splices)
                case Lexeme(document=at, node=node):
                    splices[at].append(Splice(node.start, node.end, f'"{escape(_applied(node.text, text_edits))}"'))
                case Elsewhere(mirror=int(mirror)):
                    mirrored[mirror] += text_edits
                case Elsewhere():
                    whole += text_edits
                case Stretch() as stretch:
                    stretches.append((stretch, _applied(stretch.text, text_edits)))
        for at, echo in self.echoes:
            splices[at].append(echo)
        splices[0] += setting.splices(self.root, to_set)
        if not splices[0]:
            del splices[0]
        changed = self._spliced(splices, renamed)
        for number, text in changed.items():
            if isinstance(place := self.parts[number].at, Stretch):
                stretches.append((place, text))
        message = self._with_mirrors(mirrored)
        body = self._in_form(stretches) if stretches else self._written(changed, whole)
        return setting.with_headers(message if body is None else message.with_body(body), to_set)

    def _into_pieces(
        self, words: Words, changes: Sequence[tuple[int, int, str]], splices: defaultdict[int, list[Splice]]
    ) -> None:
        """The first piece that a change touches takes all of its text, the others lose their share."""
        if len(words.pieces) == 1:
            number, node = words.pieces[0]
            within = self.parts[number].document.within
            splices[number] += [within(node, start, end, text) for start, end, text in changes]
            return
        for start, end, text in changes:
            at = 0
            for piece in words.pieces:
                length = len(piece.node.text)
                first, last = max(start - at, 0), min(end - at, length)
                if first < last or (first == last and start == end):
                    document = self.parts[piece.document].document
                    splices[piece.document].append(document.within(piece.node, first, last, text))
                    text = ""
                    if start == end:
                        break
                at += length

    def _spliced(self, splices: defaultdict[int, list[Splice]], renamed: set[int]) -> dict[int, str]:
        """Inner documents first: what becomes of one is an edit of the string that it stands in."""
        changed: dict[int, str] = {}
        for number in range(len(self.parts) - 1, -1, -1):
            part = self.parts[number]
            if number not in splices:
                continue
            text = part.document.splice(splices[number])
            if number in renamed and len(parse(text).duplicates) > len(part.document.duplicates):
                raise CannotRewrite("two keys of one object would become the same")
            if part.inside is None:
                changed[number] = text
            else:
                up = [(splice.start, splice.end, splice.text) for splice in splices[number]]
                self._into_pieces(part.inside, up, splices)
        return changed

    def _in_form(self, stretches: Sequence[tuple[Stretch, str]]) -> bytes:
        content_types = self.message.values("content-type")
        try:
            return multipart.splice(self.message.body, content_types, stretches)
        except ValueError:
            raise CannotRewrite("what would be written holds the boundary of the form") from None

    def _with_mirrors(self, mirrored: Mapping[int, Sequence[Edit]]) -> Message:
        fields = list(self.message.headers)
        for number, changes in mirrored.items():
            mirror = self.mirrors[number]
            fields[mirror.header] = (fields[mirror.header][0], mirror.write(_applied(mirror.text, changes)))
        return replace(self.message, headers=tuple(fields))

    def _written(self, changed: Mapping[int, str], whole: Sequence[Edit]) -> bytes | None:
        """The new body; None when nothing in it changed."""
        if whole:
            return _applied(self.text, whole).encode()
        if not changed:
            return None
        if self.events:
            data = {self.parts[number].event: text for number, text in changed.items()}
            return b"".join(e.with_data(data[at]) if at in data else e.raw for at, e in enumerate(self.events))
        return changed[0].encode()


def _by_segment(edits: Sequence[Edit]) -> dict[int, list[Edit]]:
    grouped: defaultdict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        grouped[edit.segment].append(edit)
    return grouped


def _applied(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _like(root: Node, address: str) -> String | None:
    """A key that differs only in case from a step of `address`, in the object where that step is due."""
    node: Node | None = root
    for step in address.split("/")[1:]:
        if not isinstance(node, Object):
            return None
        for key, _ in node.members:
            if key.text.casefold() == step.casefold() and key.text != step:
                return key
        node = node.get(step)
    return None


def _elsewhere(root: Node, address: str) -> Iterator[str]:
    """Members of the same name, in any case, in the document itself or as many levels down as the field has
    steps: where a person would have put it by mistake. Deeper ones are the caller's own data."""
    if not isinstance(root, Object):
        return
    name = address.rpartition("/")[2].casefold()
    levels: list[tuple[tuple[str, ...], Object]] = [((), root)]
    for steps, level in levels:
        if len(steps) < address.count("/"):
            levels += [((*steps, key.text), below) for key, below in level.members if isinstance(below, Object)]
        for key, _ in level.members:
            found = pointer((*steps, key.text))
            if key.text.casefold() == name and found != address:
                yield found
