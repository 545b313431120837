from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from grille.detectors.rampart import load
from grille.detectors.rampart_graph import rebuilt


def test_the_network_takes_and_gives_what_it_says() -> None:
    session = load().session
    assert [each.name for each in session.get_inputs()] == ["ids", "positions", "mask"]
    assert [each.name for each in session.get_outputs()] == ["logits"]


def test_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    shape = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])]
    onnx.save(helper.make_model(helper.make_graph([], "other", shape, shape)), str(path))
    with pytest.raises(KeyError):
        rebuilt(path)
