"""`grille inject`, as a person or a pipeline uses it."""

from __future__ import annotations

import json

import pytest
import yaml
from commands import grille

APP = """\
# the application
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: example}
spec:
  template:
    spec:
      containers: [{name: app, image: "x:1"}]
"""
OTHER = "---\n# not a workload:   as it is written\nkind:   Service\n"
INTO = ("inject", "--grade", "redirect")


def test_what_is_no_workload_passes_to_the_byte_and_what_is_one_is_named() -> None:
    done = grille(*INTO, stdin=(OTHER + "---\n" + APP + OTHER).encode())
    assert done.code == 0
    assert done.err == "grille is beside Deployment example/agent\n"
    assert done.out.startswith(OTHER + "---\n")
    assert done.out.endswith(OTHER)
    assert "# the application" not in done.out, "comments of a document that changes are lost"
    again = grille(*INTO, stdin=done.out.encode())
    assert (again.out, again.err) == (done.out, "")


def test_json_of_a_tool_comes_back_as_json() -> None:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(APP)]}, indent=4)
    done = grille(*INTO, stdin=text.encode())
    spec = json.loads(done.out)["items"][0]["spec"]["template"]["spec"]
    assert spec["initContainers"][0]["name"] == "grille-redirect"
    assert grille(*INTO, stdin=done.out.encode()).out == done.out


def test_images_and_the_check_of_the_policy_can_be_chosen() -> None:
    done = grille(*INTO, "--image", "r/g@sha256:1", "--redirect-image", "r/r:2", "--unchecked", stdin=APP.encode())
    spec = yaml.safe_load(done.out)["spec"]["template"]["spec"]
    assert [(each["name"], each["image"]) for each in spec["initContainers"]] == [
        ("grille-redirect", "r/r:2"),
        ("grille", "r/g@sha256:1"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OTHER.encode() + b"---\n" + APP.replace("image:", "volumeMounts: 1, image:").encode(),
         "document 2, Deployment example/agent: spec.template.spec.containers[0].volumeMounts: this is a list"),
        (b"\xff", "the input: it is not UTF-8"),
        (b"a: [", "line 1, column 5: this is not YAML"),
    ],
)  # fmt: skip
def test_when_one_document_is_wrong_nothing_is_printed(text: bytes, said: str) -> None:
    done = grille(*INTO, stdin=text)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
