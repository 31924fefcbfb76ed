"""Runs networks of somebody else: a ``.tflite`` on LiteRT, an ``.onnx`` on ONNX Runtime.

Both runtimes compute what the file says and nothing else: operations that are not their own are
refused, as are numbers that lie in other files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DependencyError, WeightsError
from camdigits.networks.feeding import Crops, Values, feed, probabilities
from camdigits.networks.litert import BATCH_SIZES, load_interpreter
from camdigits.networks.mnist_form import SIDE
from camdigits.networks.wants import Wants
from camdigits.support.stderr import discard_stderr

MAX_INPUT = 3 * 256 * 256
"""Numbers in one input at most."""


class Engine(Protocol):
    """Computes a network's outputs.

    Attributes:
        shape: of one input.
        outputs: how many numbers come out of one.
    """

    shape: tuple[int, ...]
    outputs: int

    def __call__(self, values: Values) -> Values:
        """Return ``(n, outputs) float32`` of ``(n, *shape) float32``; n may be 0."""
        ...


class ForeignNetwork:
    """A network of somebody else, from crops to probabilities; not to be shared by threads."""

    def __init__(self, engine: Engine, wants: Wants, name: str) -> None:
        """Run it once on a blank crop.

        Args:
            engine: computes it.
            wants: what it takes and gives.
            name: what messages call it.

        Raises:
            WeightsError: if it takes or gives something else.
        """
        found, expected = (engine.shape, engine.outputs), (wants.shape, wants.outputs)
        if found != expected:
            raise WeightsError(f"{name} has shapes {found} != {expected}; adopt it again")
        self._engine, self._wants, self._name = engine, wants, name
        self(np.zeros((1, SIDE, SIDE), np.uint8))

    def __call__(self, crops: Crops) -> Values:
        """Return the probabilities of the card's classes of ``(n, 28, 28) uint8`` crops."""
        raw = self._engine(feed(self._wants, crops))
        if not np.isfinite(raw).all():
            raise WeightsError(f"{self._name} gives no numbers (NaN); use other weights")
        return probabilities(self._wants, raw)


def open_engine(model: bytes, name: str, num_threads: int = 1) -> Engine:
    """Open a network.

    Args:
        model: content of a file.
        name: of the file, which ends in ``.tflite`` or ``.onnx``; messages call it so.
        num_threads: threads that one call may use.

    Raises:
        WeightsError: if it cannot be run, or has not one input and one output.
        DependencyError: if its runtime is not installed.
    """
    try:
        with discard_stderr():
            engine = (OnnxEngine if name.endswith(".onnx") else LiteRTEngine)(model, num_threads)
            engine(np.zeros((1, *engine.shape), np.float32))
    except (WeightsError, DependencyError) as error:
        raise type(error)(
            f"{name}: {error}" if isinstance(error, WeightsError) else error
        ) from error
    except Exception as error:  # each runtime has errors of its own
        reason = " ".join(str(error).split())
        raise WeightsError(f"{name} cannot be run ({reason:.160}); use another file") from error
    return engine


class LiteRTEngine:
    """A ``.tflite``, of any batch size, in floats or in 8 bits; see `Engine`."""

    def __init__(self, model: bytes, num_threads: int) -> None:
        self._open: Callable[[], Any] = lambda: load_interpreter()(
            model_content=model, num_threads=num_threads
        )
        self._sized: dict[int, Any] = {}
        interpreter = self._open()
        source, target = _only_one(
            interpreter.get_input_details(), interpreter.get_output_details()
        )
        signature = [int(each) for each in source["shape_signature"]]
        self.shape = _concrete(signature[1:])
        self._sizes = BATCH_SIZES if signature[0] < 0 else (max(1, signature[0]),)
        self._source, self._target = source, target
        _, self.outputs = self._interpreter(self._sizes[-1])

    def __call__(self, values: Values) -> Values:
        """Return the outputs; see `Engine`."""
        result = np.empty((len(values), self.outputs), np.float32)
        start = 0
        while start < len(values):
            left = len(values) - start
            size = next((size for size in self._sizes if size <= left), self._sizes[-1])
            part = values[start : start + size]
            batch = np.zeros((size, *self.shape), np.float32)
            batch[: len(part)] = part
            interpreter, _ = self._interpreter(size)
            interpreter.set_tensor(self._source["index"], _quantised(batch, self._source))
            interpreter.invoke()
            raw = np.asarray(interpreter.get_tensor(self._target["index"]))
            floats = _floats(raw, self._target).reshape(size, -1)
            result[start : start + size] = floats[: len(part)]
            start += size
        return result

    def _interpreter(self, size: int) -> tuple[Any, int]:
        if size not in self._sized:
            interpreter = self._open()
            interpreter.resize_tensor_input(self._source["index"], (size, *self.shape))
            interpreter.allocate_tensors()
            shape = interpreter.get_tensor_details()
            (output,) = [each for each in shape if each["index"] == self._target["index"]]
            self._sized[size] = interpreter, math.prod(int(n) for n in output["shape"]) // size
        return self._sized[size]  # type: ignore[no-any-return]


class OnnxEngine:
    """An ``.onnx`` on ONNX Runtime; see `Engine`."""

    def __init__(self, model: bytes, num_threads: int) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise DependencyError(
                f"reading with an .onnx needs ONNX Runtime: pip install 'camdigits[onnx]' ({error})"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = num_threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
        source, target = _only_one(list(self._session.get_inputs()), self._session.get_outputs())
        if source.type != "tensor(float)" or target.type != "tensor(float)":
            raise WeightsError(f"it takes {source.type} and gives {target.type}, not floats")
        lengths = [each if isinstance(each, int) else -1 for each in source.shape]
        self.shape, self._input = _concrete(lengths[1:]), source.name
        self._size = lengths[0] if lengths[0] > 0 else BATCH_SIZES[0]
        self._is_fixed = lengths[0] > 0
        blank = np.zeros((self._size, *self.shape), np.float32)
        self.outputs = self._run(blank).reshape(self._size, -1).shape[1]

    def __call__(self, values: Values) -> Values:
        """Return the outputs; see `Engine`."""
        result = np.empty((len(values), self.outputs), np.float32)
        for start in range(0, len(values), self._size):
            part = values[start : start + self._size]
            lacking = self._size - len(part) if self._is_fixed else 0
            batch = np.concatenate([part, np.zeros((lacking, *self.shape), np.float32)])
            raw = self._run(batch).reshape(len(batch), -1)
            result[start : start + len(part)] = raw[: len(part)]
        return result

    def _run(self, batch: Values) -> Values:
        return np.asarray(self._session.run(None, {self._input: batch})[0])


def _only_one(sources: list[Any], targets: list[Any]) -> tuple[Any, Any]:
    if (len(sources), len(targets)) != (1, 1):
        raise WeightsError(
            f"it has {len(sources)} inputs and {len(targets)} outputs, not one of each"
        )
    return sources[0], targets[0]


def _concrete(lengths: list[int]) -> tuple[int, ...]:
    """Return the shape of an input; where it takes any size it gets that of MNIST."""
    shape = tuple(length if length > 0 else SIDE for length in lengths)
    if not shape or math.prod(shape) > MAX_INPUT:
        raise WeightsError(f"its input of {shape} is no picture of a digit")
    return shape


def _quantised(values: Values, tensor: dict[str, Any]) -> NDArray[Any]:
    dtype = np.dtype(tensor["dtype"])
    if dtype.kind not in "iu":
        return values.astype(dtype)
    scale, zero = tensor["quantization"]
    levels = np.rint(values / scale) + zero if scale else values
    limits = np.iinfo(dtype)
    return np.asarray(np.clip(levels, limits.min, limits.max).astype(dtype))


def _floats(values: NDArray[Any], tensor: dict[str, Any]) -> Values:
    scale, zero = tensor["quantization"]
    if values.dtype.kind in "iu" and scale:
        return np.asarray((values.astype(np.float32) - zero) * scale, np.float32)
    return values.astype(np.float32)
