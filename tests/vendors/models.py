"""Whether a message is what the vendor means: asked of the vendor's own model (pydantic, TypedDict, botocore's shapes).

A union is asked for the one type that the message was built as: which of fifty fits is not the question, and costs.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypedDict

import pydantic
from pydantic_core import SchemaValidator

from vendors.leaves import Leaf, Member, types_of
from vendors.root import Root
from vendors.roots import ROOTS
from vendors.walk import Walk

type Valid = Callable[[Any], bool]


def is_valid(leaf: Leaf, document: Any) -> bool | None:
    """None where there is no SDK, or nothing that it would check."""
    check = _validator(leaf.root, _owner(leaf))
    return None if check is None else check(document)


def _owner(leaf: Leaf) -> str:
    return next((step.owner for step in leaf.steps if isinstance(step, Member)), "")


@cache
def _validator(root: Root, owner: str) -> Valid | None:
    if not owner:
        return None
    if root.sdk == "botocore":
        return _botocore(root, owner)
    kinds = _kinds(root.sdk)
    if not kinds:
        return None
    kind = _without_uploads(root, owner, kinds[owner]) if root.multipart else kinds[owner]
    return _checking(_model(kind), root.under)


def _without_uploads(root: Root, owner: str, kind: Any) -> Any:
    """A form's fields alone: pydantic has no model of an open file. It takes words for numbers, as all of a form is."""
    members = types_of(root.sdk).types[owner].items()
    uploads = {name.removesuffix("!") for name, kinds in members if "upload" in str(kinds)}
    hints = typing.get_type_hints(kind, include_extras=True)
    return TypedDict(kind.__name__, {name: hint for name, hint in hints.items() if name not in uploads}, total=False)  # type: ignore[operator]


@cache
def _kinds(sdk: str) -> Mapping[str, Any]:
    """The SDK's types by the names that `walk.py` gave them; none without the SDK."""
    walk = Walk()
    try:
        for root in (root for root in ROOTS if root.sdk == sdk):
            walk.alternatives(root.load())
    except ImportError:
        return {}
    return {name: kind for kind, name in walk.named.items()}


def _model(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return kind.model_validate
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(kind)
    adapter.rebuild()
    return SchemaValidator(_eager(adapter.core_schema)).validate_python


def _checking(validate: Callable[[Any], Any], under: str) -> Valid:
    def check(document: Any) -> bool:
        try:
            validate(document[under] if under else document)
        except pydantic.ValidationError as error:
            if DEBUG:
                print(error)
            return False
        return True

    return check


DEBUG = False


def _eager(schema: Any) -> Any:
    """The schema with lists in place of iterables, which pydantic checks only when somebody reads them."""
    if isinstance(schema, dict):
        found = {name: _eager(value) for name, value in schema.items()}
        return found | {"type": "list"} if found.get("type") == "generator" else found
    return [_eager(each) for each in schema] if isinstance(schema, list) else schema


def _botocore(root: Root, owner: str) -> Valid:
    import botocore.session
    import botocore.validate

    model = botocore.session.get_session().get_service_model("bedrock-runtime")
    shape = model.shape_for(owner.partition(".")[0])
    outside = {name for name, each in shape.members.items() if each.serialization.get("location")}
    address = dict.fromkeys(outside & set(shape.required_members), "any")

    def check(document: Any) -> bool:
        return not botocore.validate.ParamValidator().validate({**document, **address}, shape).has_errors()

    return check


def checked_by(root: Root) -> str:
    """The SDK and its version."""
    return types_of(root.sdk).sdk
