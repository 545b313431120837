"""What a written document is made of, and how one is read. The one file that imports pydantic.

The documents themselves are tables of keys: `policy_form.py` and `case_form.py`. What has a short form
and a long one is a single type: `lengthen` makes the long one of it before anything else looks at it,
so nobody further on has to ask which was used. `parse` says what is wrong in words (`faults.py`) and
goes on with what is right, so that names can be checked in the same run.

This module must not look names up or know what they stand for: that is `compile.py`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema

from grille.exchange import Scalar
from grille.policy.faults import ENTITY, FINGERPRINT, GROUP, ID, MEMBER, NAME, POINTER, WHILE, Fault, entry_of, said
from grille.policy.pins import PIN, written_pin
from grille.policy.problems import Page
from grille.policy.reading import Path


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _day(value: object) -> object:
    try:
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("a day is written year-month-day, like 2027-01-31")


def _scalar(value: object) -> object:
    if isinstance(value, str | int | float):
        return value
    raise ValueError("this must be text, a number, true or false")


def _only_block(value: object) -> object:
    if value != "block":
        raise ValueError("`block` is the only value: whoever can make something fail must not gain by it")
    return value


def _version(value: object) -> object:
    if type(value) is not int or value != 1:  # `1 == True == 1.0`, and none of these is a version
        raise ValueError("this program reads version 1 of the language, written `1`")
    return value


def _true(value: object) -> object:
    if value is not True:
        raise ValueError("this can only be `true`")
    return value


_ONE_OR_MORE = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_SCALAR = {"type": ["string", "number", "boolean"]}

EntityName = Annotated[str, Field(pattern=ENTITY)]
GroupName = Annotated[str, Field(pattern=GROUP)]
RowName = Annotated[str, Field(pattern=MEMBER)]
Name = Annotated[str, Field(pattern=NAME)]
Id = Annotated[str, Field(pattern=ID)]
Pointer = Annotated[str, Field(pattern=POINTER)]
Pin = Annotated[str, BeforeValidator(written_pin), WithJsonSchema({"type": "string", "pattern": PIN})]
Fingerprint = Annotated[str, Field(pattern=FINGERPRINT)]
Said = Annotated[str, Field(min_length=1)]
SaidOften = Annotated[list[Said], Field(min_length=1)]
Texts = Annotated[list[str], BeforeValidator(_several), WithJsonSchema(_ONE_OR_MORE)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Value = Annotated[Scalar, PlainValidator(_scalar), WithJsonSchema(_SCALAR)]
Anything = JsonValue
Unit = Annotated[float, Field(ge=0, le=1)]
Threshold = Annotated[float, Field(gt=0, le=1)]
"""At 0 a word that names something else would no longer keep a candidate out."""
Count = Annotated[int, Field(ge=1)]
While = Annotated[str, Field(pattern=WHILE)]
Kept = Annotated[int, Field(ge=0, le=8)]
Version = Annotated[Literal[1], BeforeValidator(_version)]
OnlyTrue = Annotated[Literal[True], BeforeValidator(_true)]
OnlyBlock = Annotated[Literal["block"], BeforeValidator(_only_block)]


def _with_short_form(schema: dict[str, Any], form: type[Any]) -> None:
    short = form.short_schema(schema)
    if short is not None:
        schema["anyOf"] = [short, dict(schema)]
        for key in schema.keys() - {"anyOf"}:
            del schema[key]


class Form(BaseModel):
    """A mapping with a fixed set of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra=_with_short_form)
    anything_under: ClassVar[str] = ""
    """The key of a document under which any data may stand, null included."""

    @model_validator(mode="before")
    @classmethod
    def _lengthened(cls, written: object) -> object:
        return cls.lengthen(written)

    @classmethod
    def lengthen(cls, written: object) -> object:
        """The long form of `written`; raises ValueError with what to write instead."""
        return written

    @classmethod
    def short_schema(cls, schema: dict[str, Any]) -> dict[str, Any] | None:
        """The JSON Schema of the short form, given that of the long one."""
        return None


class Short(Form):
    """A mapping that may also be written as the value of its key `short`."""

    short: ClassVar[str]

    @classmethod
    def lengthen(cls, written: object) -> object:
        return written if isinstance(written, dict) else {cls.short: written}

    @classmethod
    def short_schema(cls, schema: dict[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] = schema["properties"][cls.short]
        return found


def schema_of(form: type[Form]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document."""
    return {"$schema": GenerateJsonSchema.schema_dialect, **form.model_json_schema()}


def parse[F: Form](form: type[F], page: Page) -> tuple[F, Page] | None:
    """Read `page` as a `form`, saying what is wrong with it.

    What comes back is the document without the entries that are wrong, and the page to cite from; None
    when too little is left to go on. A part that was refused in reading is not complained of again.
    """
    written = page.written
    nothing = _refuse_nothing(form, page)
    try:
        return form.model_validate(written.data), page
    except ValidationError as error:
        faults = [
            Fault(
                kind=detail["type"],
                loc=tuple(detail["loc"]),
                text=str(detail.get("ctx", {}).get("error") or detail["msg"]),
                known=_keys(form, tuple(detail["loc"][:-1])),
            )
            for detail in error.errors(include_url=False)
        ]
    for fault in faults:
        if written.existing(fault.path) not in nothing:
            (page.wrong_key if fault.of_key else page.wrong)(fault.path, said(fault, written))
    smaller = written.without(frozenset(entry_of(fault, written) for fault in faults))
    try:
        return form.model_validate(smaller.data), Page(smaller, page.complaints)
    except ValidationError:
        return None


def _refuse_nothing(form: type[Form], page: Page) -> frozenset[Path]:
    """Refuse keys with nothing behind them, and say where they are: each was meant to say something, and
    must not pass for a key that was left out."""
    nothing = frozenset(path for path in page.written.nulls() if form.anything_under not in path)
    for path in nothing:
        mark = page.written.values[path]
        if not page.complaints.refused(page.written.file, mark.line, mark.column):
            page.wrong_key(path, "nothing is written here: write a value, or take it away")
    return nothing


def _keys(form: type[Form], loc: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that the mapping at `loc` may have; none when that is not fixed."""
    kind: object = form
    for step in loc:
        if isinstance(kind, type) and issubclass(kind, Form):
            named = kind.model_fields.get(str(step))
            kind = _bare(named.annotation) if named else None
        else:
            kind = _bare(get_args(kind)[-1]) if get_args(kind) else None
    return tuple(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Form) else ()


def _bare(kind: object) -> object:
    """`kind` without `Annotated` and `| None` around it."""
    while get_origin(kind) is Annotated or type(None) in get_args(kind):
        kind = next(each for each in get_args(kind) if each is not type(None))
    return kind
