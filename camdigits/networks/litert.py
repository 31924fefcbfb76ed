"""Runs a network stored as ``.tflite`` on small pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DependencyError, WeightsError
from camdigits.networks.model_card import (
    ADOPT,
    Form,
    ModelCard,
    bundled,
    card_path,
    read_card,
    read_weights,
)
from camdigits.support.paths import exists
from camdigits.support.stderr import discard_stderr

Computes = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""From pictures to probabilities."""

BATCH_SIZES = (64, 16, 4, 1)
"""Pictures are looked at in batches of these sizes, since a new size costs 1 ms of set-up (LeNet:
0.3 ms); a picture costs the same in any of them, and none is computed in vain."""


class Network:
    """A LiteRT network from pictures to class probabilities; not to be shared between threads.

    Each batch size in use keeps an interpreter of its own: going back and forth between sizes
    from frame to frame would otherwise set the network up anew each time.
    """

    def __init__(
        self,
        model: bytes,
        *,
        name: str,
        classes: int,
        shape: tuple[int, int, int] = (28, 28, 1),
        num_threads: int = 1,
    ) -> None:
        """Open the network and run it once on a blank picture.

        Args:
            model: content of a ``.tflite`` file with one input ``(n, *shape) float32`` in 0-1
                and one output ``(n, classes) float32`` of probabilities.
            name: what messages call it, usually the file's path.
            classes: number of outputs expected.
            shape: height, width and channels of a picture.
            num_threads: threads that one call may use.

        Raises:
            WeightsError: if it is no such network.
            DependencyError: if LiteRT is not installed.
        """
        self._model, self._name = model, name
        self._shape, self._classes = shape, classes
        self._num_threads = num_threads
        self._interpreters: dict[int, _Sized] = {}
        try:
            # The first interpreter of a process announces its delegate on stderr, from C++.
            with discard_stderr():
                blank = self(np.zeros((1, *shape[: 2 if shape[2] == 1 else 3]), np.uint8))
        except (ValueError, RuntimeError) as error:
            raise WeightsError(f"LiteRT cannot run {name}; use other weights") from error
        if not np.isfinite(blank).all() or abs(float(blank.sum()) - 1) > 1e-3:
            raise WeightsError(f"{name} gives no probabilities; use other weights")

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities of every class.

        Args:
            pictures: ``(n, height, width, channels) uint8``, without the last where there is one
                channel; n may be 0.

        Returns:
            ``(n, classes) float32`` in 0-1; each row sums to 1.
        """
        shape = self._shape[:2] if self._shape[2] == 1 else self._shape
        if pictures.dtype != np.uint8 or pictures.shape[1:] != shape:
            expected = ", ".join(["n", *map(str, shape)])
            raise ValueError(
                f"pictures are {pictures.dtype} {pictures.shape} != uint8 ({expected})"
            )
        result = np.empty((len(pictures), self._classes), np.float32)
        start = 0
        while start < len(pictures):
            size = next(size for size in BATCH_SIZES if size <= len(pictures) - start)
            if size not in self._interpreters:
                self._interpreters[size] = self._open(size)
            result[start : start + size] = self._interpreters[size](pictures[start : start + size])
            start += size
        return result

    def _open(self, size: int) -> _Sized:
        interpreter = load_interpreter()(model_content=self._model, num_threads=self._num_threads)
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        self._check("input", inputs, self._shape)
        self._check("output", outputs, (self._classes,))
        return _Sized(interpreter, inputs[0]["index"], outputs[0]["index"], (size, *self._shape))

    def _check(self, kind: str, tensors: list[dict[str, Any]], shape: tuple[int, ...]) -> None:
        expected = [("float32", (-1, *shape))]
        found = [
            (np.dtype(tensor["dtype"]).name, tuple(int(n) for n in tensor["shape_signature"]))
            for tensor in tensors
        ]
        if found != expected:
            raise WeightsError(f"{self._name} has {kind} {found} != {expected}; use other weights")


def load_interpreter() -> Any:
    """Return LiteRT's class of interpreters.

    Raises:
        DependencyError: if LiteRT is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise DependencyError(
            f"LiteRT could not be loaded ({error}); pip install ai-edge-litert"
        ) from error
    return Interpreter


class LiteRTModel:
    """A ``.tflite`` with its model card, on LiteRT.

    Opening takes a few milliseconds and starts no thread.  Instances are pickled by their path and
    open the file again; one instance must not be called by two threads at the same time.

    Attributes:
        form: what the weights must take and give.
        bundled_name: of those that ship with camdigits.
        card: what the weights are.
    """

    form: ClassVar[Form]
    bundled_name: ClassVar[str]
    card: ModelCard

    def __init__(self, weights: Path | None = None, num_threads: int = 1) -> None:
        """Open weights.

        Args:
            weights: a ``.tflite`` with its card (same name, ``.json``) beside it; None takes the
                bundled ones.
            num_threads: threads that one call may use.

        Raises:
            WeightsError: if the weights or their card are missing, damaged or do not fit.
            DependencyError: if LiteRT is not installed.
        """
        path = bundled(self.bundled_name) if weights is None else Path(weights)
        check_file(path, self.form)
        self.card = read_card(card_path(path), self.form)
        content = read_weights(path, self.card, self.form)
        self._network = self._open(content, str(path), num_threads)
        self._weights, self._num_threads = weights, num_threads

    def _open(self, content: bytes, name: str, num_threads: int) -> Computes:
        return Network(
            content,
            name=name,
            classes=len(self.card.classes),
            shape=self.form.shape,
            num_threads=num_threads,
        )

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._weights, self._num_threads)


def check_file(path: Path, form: Form) -> None:
    """Raise `WeightsError` unless a path names a weights file that is there."""
    is_adopted = form.takes_adopted and path.suffix == ".onnx"
    if path.suffix != ".tflite" and not is_adopted:
        what = f"; make one of it with: {ADOPT} {path}" if form.takes_adopted else ""
        raise WeightsError(f"the weights {path} are not a .tflite file with its card{what}")
    if not exists(path):
        raise WeightsError(f"the weights file {path} is missing; make one with: {form.command}")


class _Sized:
    """An interpreter set up for one batch size."""

    def __init__(
        self, interpreter: Any, input_index: int, output_index: int, shape: tuple[int, ...]
    ) -> None:
        self._interpreter, self._input, self._output = interpreter, input_index, output_index
        self._pixels = np.zeros(shape, np.float32)
        interpreter.resize_tensor_input(input_index, self._pixels.shape, strict=True)
        interpreter.allocate_tensors()

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        np.divide(pictures.reshape(self._pixels.shape), np.float32(255), out=self._pixels)
        self._interpreter.set_tensor(self._input, self._pixels)
        self._interpreter.invoke()
        probabilities: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return probabilities
