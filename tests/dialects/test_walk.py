"""`grille.dialects.walk`: every leaf, by its way."""

from __future__ import annotations

import pytest

from grille.dialects.fields import Care, Field, Table
from grille.dialects.walk import Leaf, Walk, index_values
from grille.framing.json_parser import parse
from grille.framing.json_spans import Node, Object, String

NAMES = frozenset({"index", "item_id"})


def walked(table: Table, root: Node, names: frozenset[str] = frozenset(), *, batches: bool = False) -> list[Leaf]:
    leaves: list[Leaf] = []
    Walk(table, leaves.append, names, batches=batches).through(root)
    return leaves


def test_leaves_come_in_the_order_of_the_document_and_names_of_the_table_are_none() -> None:
    table = Table([Field("a.b", Care.WORDS)])
    leaves = walked(table, parse('{"a": {"b": "x", "new": [1, true]}, "c/d": null}').root)
    assert [leaf.address + "~" * leaf.is_key for leaf in leaves] == ["/a/b", "/a/new~", "/a/new/0", "/c~1d~"]
    assert [leaf.label for leaf in leaves] == ["b", "new", "new", "c/d"]


def test_the_indices_on_the_way_tell_groups_apart() -> None:
    leaves: list[Leaf] = []
    walk = Walk(Table([]), leaves.append, NAMES)
    document = parse('{"item_id": "i", "x": [{"index": 1, "t": "a"}, {"index": 0, "t": "b"}, {"t": "c"}]}')
    walk.through(document.root)
    texts = [leaf for leaf in leaves if leaf.label == "t" and not leaf.is_key]
    found = {leaf.node.text: leaf.indices for leaf in texts if isinstance(leaf.node, String)}
    assert found == {"a": ("item_id=i", "index=1"), "b": ("item_id=i", "index=0"), "c": ("item_id=i",)}
    assert list(walk.groups) == [("item_id=i",), ("item_id=i", "index=1"), ("item_id=i", "index=0")]


@pytest.mark.parametrize(
    "text",
    [
        '{"index": 0, "item_id": "a"}',
        '{"item_id": "a", "index": 0}',
        '{"item_id": "a", "x": 1, "ind\\u0065x": 0}',
        '{"index": 7, "item_id": "a", "index": 0}',
    ],
)
def test_how_an_object_writes_its_indices_makes_no_difference(text: str) -> None:
    node = parse(text).root
    assert isinstance(node, Object)
    assert index_values(node, NAMES) == ("index=0", "item_id=a")


def test_an_echo_is_one_leaf_whatever_is_in_it() -> None:
    leaves = walked(Table([Field("a", Care.ECHO)]), parse('{"a": [{"b": "x"}]}').root)
    assert [leaf.address for leaf in leaves] == ["/a"]


def test_the_messages_of_a_batch_are_each_read_from_the_start() -> None:
    table = Table([Field("a", Care.WORDS)])
    root = parse('[{"a": "x"}]').root
    (leaf,) = walked(table, root, batches=True)
    assert (leaf.address, table.field(leaf.state)) == ("/0/a", table.fields[0])
    (alone,) = walked(table, root)
    assert table.field(alone.state) is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('{"type": "phone", "value": "7"}', ["type", "phone"]),
        ('{"Value": "7", "Name": "Account number"}', ["Account number", "Name"]),
        ('{"field": "city", "values": ["7", "8"]}', ["field", "city", "city"]),
        ('{"type": "PASSPORT", "number": 7}', ["type", "PASSPORT number"]),
        ('{"question": "Your SSN?", "answer": {"text": "7"}}', ["question", "text"]),
        ('{"type": {"text": "SSN"}, "value": "7"}', ["text", "value"]),
        ('{"name": "", "value": "7"}', ["name", "value"]),
        ('{"id": "phone", "value": "7"}', ["id", "value"]),
        ('{"name": "a sentence that goes on for quite a long time", "value": "7"}', ["name", "value"]),
    ],
)
def test_a_member_of_free_json_may_say_what_the_next_is_called(text: str, labels: list[str]) -> None:
    free = Table([Field("**", Care.DATA)])
    assert [leaf.label for leaf in walked(free, parse(text).root) if not leaf.is_key] == labels
    words = Table([Field("**", Care.WORDS)])
    said = [leaf.label for leaf in walked(words, parse(text).root) if not leaf.is_key]
    assert not {"phone", "city", "Account number", "PASSPORT number"}.intersection(said)
