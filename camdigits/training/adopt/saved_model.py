"""Converts TensorFlow's SavedModels, after making sure that they only compute.

A SavedModel is a program: its operations may read and write files, and those that initialise it run
when it is loaded.  So every operation in it must be one of those that networks compute with, and
what writes must be reached by nothing but the function that saves.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from camdigits.errors import WeightsError
from camdigits.networks.model_card import MAX_WEIGHTS_BYTES
from camdigits.support.stderr import discard_stderr
from camdigits.training.adopt.layers import MAX_PARAMETERS
from camdigits.training.adopt.stranger import Stranger
from camdigits.training.models.backend import load_keras

_OPERATIONS = """
Abs Add AddN AddV2 AvgPool BatchMatMulV2 BatchToSpaceND BiasAdd Cast ConcatV2 Const Conv2D
DepthwiseConv2dNative Einsum Elu Equal Erf Exp ExpandDims FusedBatchNorm FusedBatchNormV3
Greater GreaterEqual Identity IdentityN LeakyRelu Less LessEqual Log LogSoftmax LogicalAnd
LogicalNot LogicalOr MatMul Max MaxPool Maximum Mean Minimum Mul Neg NoOp Pack Pad PadV2
PartitionedCall Placeholder Pow Prod RandomStandardNormal RandomUniform ReadVariableOp RealDiv
Reciprocal Relu Relu6 Reshape Rsqrt Select SelectV2 Selu Shape Sigmoid Softmax Softplus Softsign
SpaceToBatchND Split SplitV Sqrt Square SquaredDifference Squeeze StatefulPartitionedCall
StopGradient StridedSlice Sub Sum Tanh Transpose Unpack VarHandleOp VarIsInitializedOp ZerosLike
"""
_COMPUTE = frozenset(_OPERATIONS.split())
_RESTORE = frozenset(
    {
        *("AssignAddVariableOp", "AssignSubVariableOp", "AssignVariableOp"),
        *("DisableCopyOnRead", "RestoreV2"),
    }
)
_SAVE = frozenset(
    {
        *("MergeV2Checkpoints", "SaveV2", "ShardedFilename"),
        *("StaticRegexFullMatch", "StringJoin"),
    }
)
_MAX_FILES = 50


def open_saved_model(path: Path) -> list[Stranger]:
    """Open the folder of a SavedModel.

    Raises:
        WeightsError: if it is damaged, too large, or has operations that are not read.
        DependencyError: if TensorFlow is not installed.
    """
    files = [each for _, each in zip(range(_MAX_FILES + 1), path.rglob("*"), strict=False)]
    size = sum(each.stat().st_size for each in files if each.is_file())
    if len(files) > _MAX_FILES or size > MAX_WEIGHTS_BYTES:
        raise WeightsError(
            f"{path} has more than {_MAX_FILES} files or {MAX_WEIGHTS_BYTES >> 20} MiB; use another"
        )
    load_keras("camdigits adopt")
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    try:
        saved.ParseFromString((path / "saved_model.pb").read_bytes())
        (graph,) = saved.meta_graphs
    except (DecodeError, ValueError) as error:
        raise WeightsError(f"{path} is damaged or no SavedModel; copy it again") from error
    if "serving_default" not in graph.signature_def:
        raise WeightsError(f"{path} says nothing of how it is called; save the model again")
    try:
        check_operations(graph)
    except WeightsError as error:
        raise WeightsError(f"{path} {error}") from error
    return [Stranger(path, f"SavedModel, {size:,} bytes", ".tflite", lambda: _converted(path))]


def check_operations(graph: Any) -> None:
    """Refuse a graph that does more than compute.

    Args:
        graph: a ``MetaGraphDef``.

    Raises:
        WeightsError: if it does; the text says what.
    """
    functions = {each.signature.name: each for each in graph.graph_def.library.function}
    bodies = {name: list(each.node_def) for name, each in functions.items()}
    for node in _all_nodes(graph, bodies):
        if node.op not in _COMPUTE | _RESTORE | _SAVE | functions.keys():
            raise WeightsError(f"has the operation {node.op!r:.40}, which is not run")
        if _numbers(node) > MAX_PARAMETERS:
            raise WeightsError(f"has more than {MAX_PARAMETERS:,} numbers")
    for item in graph.object_graph_def.nodes:
        is_plain = not item.saveable_objects and not item.registered_saver
        if item.WhichOneof("kind") in ("resource", "asset") or not is_plain:
            raise WeightsError("brings files or resources of its own, which are not read")
    writes = {node.op for node in _loaded(graph, bodies)} & _SAVE
    if writes & {"SaveV2", "MergeV2Checkpoints"}:
        raise WeightsError("writes files when it is loaded or called, and is not run")


def _all_nodes(graph: Any, bodies: dict[str, list[Any]]) -> Iterator[Any]:
    yield from graph.graph_def.node
    for body in bodies.values():
        yield from body


def _loaded(graph: Any, bodies: dict[str, list[Any]]) -> Iterator[Any]:
    """Yield the nodes that run when a SavedModel is loaded or called: all that do not save."""
    top = {node.name: node for node in graph.graph_def.node}
    save = _node_of(graph.saver_def.save_tensor_name)
    ends = {_node_of(graph.saver_def.restore_op_name)}
    for signature in graph.signature_def.values():
        ends |= {_node_of(each.name) for each in signature.outputs.values()}
    for collection in graph.collection_def.values():
        ends |= {_node_of(each) for each in collection.node_list.value}
    ends |= {name for name in top if name != save and not _is_fed_by(top, name, save)}
    called: set[str] = set()
    waiting = [top[name] for name in ends if name in top]
    seen = set(ends)
    while waiting:
        node = waiting.pop()
        yield node
        for source in map(_node_of, node.input):
            if source in top and source not in seen and node.name in top:
                seen.add(source)
                waiting.append(top[source])
        for name in _called(node, bodies) - called:
            called.add(name)
            waiting += bodies[name]


def _is_fed_by(top: dict[str, Any], name: str, source: str) -> bool:
    return any(_node_of(each) == source for each in top[name].input)


def _called(node: Any, bodies: dict[str, list[Any]]) -> set[str]:
    names = {value.func.name for value in node.attr.values() if value.HasField("func")}
    names |= {each.name for value in node.attr.values() for each in value.list.func}
    return {name for name in {*names, node.op} if name in bodies}


def _node_of(tensor: str) -> str:
    return tensor.lstrip("^").partition(":")[0]


def _numbers(node: Any) -> int:
    """Return how many numbers a variable or constant has, as its shape says."""
    shape = node.attr["shape"].shape if node.op == "VarHandleOp" else None
    if node.op == "Const":
        shape = node.attr["value"].tensor.tensor_shape
    return math.prod(max(0, each.size) for each in shape.dim) if shape is not None else 0


def _converted(path: Path) -> bytes:
    from tensorflow import lite

    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), discard_stderr():
            return bytes(lite.TFLiteConverter.from_saved_model(str(path)).convert())
    except Exception as error:  # whatever TensorFlow raises on a foreign model
        reason = " ".join(str(error).split())
        raise WeightsError(f"{path} cannot be converted ({reason:.120})") from error
