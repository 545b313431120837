"""`python -m vendors.walk` (in `tests/`): read the vendors' own types into `tests/vendors/types/`, a file an SDK.

A type is written once, a member a line, and refers to others by name: what an SDK changes is what a diff shows. Only
the SDKs that are installed are read; the files of the others stay. This must not leave a member out: what it does not
understand it stops at.

A member is a list of what may stand there: `str`, `int`, `float`, `bool`, `bytes` (base64), `file` (of Python, sent as
base64), `upload` (a file of a form, with its name, media type and headers), `any` JSON, `=word` of an enumeration,
`@Type`, `{"[]": [...]}` a list, `{"{*}": [...]}` a map. `!` marks a required one.
"""

from __future__ import annotations

import collections.abc
import datetime
import enum
import importlib.metadata
import json
import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typing_extensions
from pydantic import BaseModel

from vendors.root import Root
from vendors.roots import ROOTS

DATA = Path(__file__).parent / "types"

type Alternatives = list[Any]

_SCALARS = {str: "str", int: "int", float: "float", bool: "bool", bytes: "bytes", datetime.datetime: "str"}
_LISTS = (list, set, tuple, collections.abc.Iterable, collections.abc.Sequence)
_MAPS = (dict, collections.abc.Mapping)
_NOTHING = {"Unset", "NoneType", "Client", "AsyncClient", "ClientSession"}
"""What is never sent: an absent value, and objects of Python that a client takes for its own use."""
_TEXTS = {"UnrecognizedStr", "UnrecognizedInt", "AnyUrl", "SecretStr"}
_FILES = {"IO", "PathLike", "Path", "IOBase", "BufferedReader"}


class Walk:
    """The types that were met, by name. Two of one name from different modules are told apart by the module. A type
    without members is an object of whatever a sender likes."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, Alternatives]] = {}
        self.named: dict[Any, str] = {}
        self._reading: set[Any] = set()

    def alternatives(self, kind: Any, bound: dict[Any, Any] | None = None) -> Alternatives:
        found: Alternatives = []
        for each in self._read(kind, bound or {}):
            if each not in found:
                found.append(each)
        # The content alone is the short form of an upload.
        return [each for each in found if each not in ("file", "bytes")] if "upload" in found else found

    def _read(self, kind: Any, bound: dict[Any, Any]) -> Iterable[Any]:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if kind in bound:
            return self._read(bound[kind], bound)
        if isinstance(kind, typing.TypeAliasType | typing_extensions.TypeAliasType):
            return self._alias(kind, (), bound)
        if isinstance(origin, typing.TypeAliasType | typing_extensions.TypeAliasType):
            return self._alias(origin, arguments, bound)
        if origin in (
            typing.Annotated,
            typing.Required,
            typing.NotRequired,
            typing_extensions.Required,
            typing_extensions.NotRequired,
        ):
            return self._read(arguments[0], bound)  # fmt: skip
        if origin in (typing.Union, types.UnionType):
            return [each for alternative in arguments for each in self._read(alternative, bound)]
        if origin in (typing.Literal, typing_extensions.Literal):
            return [f"={value}" if isinstance(value, str) else type(value).__name__ for value in arguments]
        if origin in _LISTS or kind in _LISTS:
            items = self._joined((argument for argument in arguments if argument is not Ellipsis), bound)
            return ["upload"] if origin is tuple and "file" in items else [{"[]": items or ["any"]}]
        if origin in _MAPS or kind in _MAPS:
            return [{"{*}": self.alternatives(arguments[1], bound) if arguments else ["any"]}]
        return self._plain(origin if origin is not None and isinstance(origin, type) else kind)

    def _joined(self, kinds: Iterable[Any], bound: dict[Any, Any]) -> Alternatives:
        return list({json.dumps(each): each for kind in kinds for each in self.alternatives(kind, bound)}.values())

    def _alias(self, alias: Any, arguments: tuple[Any, ...], bound: dict[Any, Any]) -> Iterable[Any]:
        if alias.__name__ == "JSONValue":
            return ["any"]
        pairs = zip(alias.__type_params__, arguments, strict=False)
        given = {parameter: bound.get(each, each) for parameter, each in pairs}
        return self._read(alias.__value__, bound | given)

    def _plain(self, kind: Any) -> list[Any]:
        name = getattr(kind, "__name__", str(kind))
        if kind in _SCALARS:
            return [_SCALARS[kind]]
        if kind in (Any, object) or name == "Any":
            return ["any"]
        if kind is None or name in _NOTHING:
            return []
        if name in _TEXTS:
            return ["str"]
        if name in _FILES:
            return ["file"]
        if name == "Image" and kind.__module__.startswith("ollama"):
            return ["bytes"]  # its serializer writes the content itself
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return [f"={each.value}" for each in kind]
        if typing_extensions.is_typeddict(kind) or (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return self._class(kind)
        raise TypeError(f"not understood: {kind!r}")

    def _class(self, kind: Any) -> list[Any]:
        if isinstance(kind, type) and issubclass(kind, BaseModel) and set(kind.model_fields) == {"root"}:
            return list(self._read(kind.model_fields["root"].annotation, {}))
        if kind.__name__.startswith("Unknown") and "is_unknown" in getattr(kind, "model_fields", {}):
            return []
        if kind not in self.named:
            name = kind.__name__
            self.named[kind] = f"{kind.__module__.partition('.')[2]}.{name}" if name in self.types else name
            members: dict[str, Alternatives] = {}
            self.types[self.named[kind]] = members
            self._reading.add(kind)
            members |= dict(self._members(kind))
            self._reading.discard(kind)
        if not self.types[self.named[kind]] and kind not in self._reading:
            return [{"{*}": ["any"]}]
        return [f"@{self.named[kind]}"]

    def _members(self, kind: Any) -> Iterable[tuple[str, Alternatives]]:
        if not typing_extensions.is_typeddict(kind):
            kind.model_rebuild()
            for name, field in kind.model_fields.items():
                alias = field.serialization_alias or field.alias or _aliased(field.metadata) or name
                yield alias + "!" * field.is_required(), self.alternatives(field.annotation)
            return
        for name, hint in typing.get_type_hints(kind, include_extras=True).items():
            required = _marked(hint, name in kind.__required_keys__)
            yield (_alias(hint) or name) + "!" * required, self.alternatives(hint)


def _marked(hint: Any, otherwise: bool) -> bool:
    """Whether a member is required. Annotations that are strings hide their marks from Python itself."""
    origin = typing.get_origin(hint)
    if origin in (typing.Required, typing_extensions.Required):
        return True
    return origin not in (typing.NotRequired, typing_extensions.NotRequired) and otherwise


def _alias(hint: Any) -> str | None:
    """The name on the wire that an annotation gives (openai, anthropic, cohere)."""
    while typing.get_origin(hint) in (typing.Required, typing.NotRequired, typing_extensions.Required,
                                      typing_extensions.NotRequired):  # fmt: skip
        hint = typing.get_args(hint)[0]
    return _aliased(hint.__metadata__) if typing.get_origin(hint) is typing.Annotated else None


def _aliased(metadata: Iterable[Any]) -> str | None:
    aliases = [getattr(each, "alias", None) for each in metadata]
    return next((alias for alias in aliases if isinstance(alias, str)), None)


def botocore_types(service: str, shapes: Iterable[str]) -> tuple[dict[str, dict[str, Alternatives]], dict[str, Any]]:
    """The same out of a service model: what stands in the body, and what each event of a stream is."""
    import botocore.session

    model = botocore.session.get_session().get_service_model(service)
    known: dict[str, dict[str, Alternatives]] = {}

    def read(shape: Any) -> Alternatives:
        match shape.type_name:
            case "structure" if getattr(shape, "is_document_type", False):
                return ["any"]
            case "structure":
                return alternatives(shape) if shape.members else [{"{*}": ["any"]}]
            case "list":
                return [{"[]": read(shape.member)}]
            case "map":
                return [{"{*}": read(shape.value)}]
            case "string":
                return [f"={value}" for value in shape.enum] or ["str"]
            case "integer" | "long":
                return ["int"]
            case "float" | "double":
                return ["float"]
            case "boolean":
                return ["bool"]
            case "blob":
                return ["bytes"]
            case "timestamp":
                return ["str"]
        raise TypeError(f"not understood: {shape!r}")

    def alternatives(shape: Any) -> Alternatives:
        """Of a tagged union one member stands there, and each is a type of its own here."""
        if not getattr(shape, "is_tagged_union", False):
            return [structure(shape)]
        for name, member in shape.members.items():
            if f"{shape.name}.{name}" not in known:
                own = known[f"{shape.name}.{name}"] = {}
                own[f"{name}!"] = read(member)
        return [f"@{shape.name}.{name}" for name in shape.members]

    def structure(shape: Any) -> str:
        if shape.name not in known:
            members = known[shape.name] = {}
            for name, member in shape.members.items():
                if member.serialization.get("location") is None:
                    members[name + "!" * (name in shape.required_members)] = read(member)
        return f"@{shape.name}"

    found: dict[str, Any] = {}
    for name in shapes:
        shape = model.shape_for(name)
        # The payload of an event is the inner object: its kind stands in a header.
        if name.endswith("StreamOutput"):
            found[name] = [kind for each in shape.members.values() for kind in read(each)]
        else:
            found[name] = read(shape)
    return known, found


def walked(sdk: str, roots: Iterable[Root]) -> dict[str, Any]:
    """The file of an SDK. Raises `ImportError` or `PackageNotFoundError` without it."""
    version = importlib.metadata.version(sdk)
    if sdk == "botocore":
        shapes = {root.source: root.source.partition(":")[2] for root in roots}
        known, found = botocore_types("bedrock-runtime", shapes.values())
        kinds = {source: found[shape] for source, shape in shapes.items()}
    else:
        walk = Walk()
        kinds = {root.source: walk.alternatives(root.load()) for root in roots}
        known = walk.types
    return {"sdk": f"{sdk} {version}", "roots": dict(sorted(kinds.items())), "types": dict(sorted(known.items()))}


def written(content: dict[str, Any]) -> str:
    """A member a line."""

    def table(entries: dict[str, Any]) -> str:
        lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items()]
        return "{\n" + ",\n".join(lines) + "\n }" if lines else "{}"

    types_of = [f" {json.dumps(name)}: {table(dict(sorted(each.items())))}" for name, each in content["types"].items()]
    return (
        f'{{"sdk": {json.dumps(content["sdk"])},\n"roots":\n {table(content["roots"])},\n"types": {{\n'
        + ",\n".join(types_of)
        + "\n}}\n"
    )


def main() -> None:
    for sdk in dict.fromkeys(root.sdk for root in ROOTS):
        try:
            content = walked(sdk, [root for root in ROOTS if root.sdk == sdk])
        except (ImportError, importlib.metadata.PackageNotFoundError):
            print(f"{sdk} is not installed: its file stays")
            continue
        (DATA / f"{sdk}.json").write_text(written(content), "utf-8")
        print(f"{content['sdk']}: {len(content['types'])} types")


if __name__ == "__main__":
    main()
