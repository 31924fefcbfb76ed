"""Reads lines of writing as a sequence: digits, marks, signs and walls, with where they stand.

The network gives each frame of a strip a probability for every character, and for none, the blank
of CTC.  A token is a run of frames in which one character is likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.line_strips import (
    GROUND,
    STEP,
    STRIP_HEIGHT,
    WINDOW,
    stack_windows,
    windows_of,
)
from camdigits.networks.litert import check_file, load_interpreter
from camdigits.networks.model_card import (
    CHARACTERS,
    LINE,
    ModelCard,
    bundled,
    card_path,
    read_card,
    read_weights,
)
from camdigits.support.stderr import discard_stderr

FRAME_PX = 2
"""Columns of a strip to each frame."""
BLANK = CHARACTERS.index("blank")
BATCH = 16
"""Windows that are looked at together; fewer are looked at one by one or by fours."""

Plane = NDArray[np.uint8]
Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Token:
    """A character that the line reader sees.

    Attributes:
        name: one of `CHARACTERS`, never "blank".
        column: its middle, in columns of the strip.
        width: of the frames that show it, in columns of the strip.
        confidence: probability of it in the frame where it is likeliest, 0 to 1.
    """

    name: str
    column: float
    width: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class LineText:
    """What a strip says.

    Attributes:
        tokens: its characters from left to right.
        frames: ``(n, 25) float32``, the probability of every character in every frame.
    """

    tokens: tuple[Token, ...]
    frames: Frames


def bundled_line_reader() -> Path:
    """Return the path of the line reader that ships with camdigits."""
    return bundled(LiteRTLineReader.bundled_name)


class LineReader(Protocol):
    """Reads strips; called with all lines of a frame."""

    def __call__(self, strips: Sequence[Plane]) -> list[LineText]:
        """Return what stands on each strip.

        Args:
            strips: ``(32, width) uint8`` each, as `camdigits.networks.line_strips` cuts them.
        """
        ...


class LineNetwork:
    """A LiteRT network from windows of strips to characters; not to be shared between threads."""

    def __init__(self, model: bytes, name: str, num_threads: int = 1) -> None:
        """Open the network and run it once on a blank window.

        Args:
            model: content of a ``.tflite`` file with one input ``(n, 32, 160, 1) float32`` in 0-1
                and one output ``(n, 80, 25) float32`` of probabilities.
            name: what messages call it, usually the file's path.
            num_threads: threads that one call may use.

        Raises:
            WeightsError: if it is no such network.
            DependencyError: if LiteRT is not installed.
        """
        self._model, self._name, self._num_threads = model, name, num_threads
        self._interpreters: dict[int, Any] = {}
        try:
            with discard_stderr():
                blank = self(np.full((1, STRIP_HEIGHT, WINDOW), GROUND, np.uint8))
        except (ValueError, RuntimeError) as error:
            raise WeightsError(f"LiteRT cannot run {name}; use other weights") from error
        if not np.isfinite(blank).all() or np.abs(blank.sum(axis=2) - 1).max() > 1e-3:
            raise WeightsError(f"{name} gives no probabilities; use other weights")

    def __call__(self, windows: Plane) -> Frames:
        """Return the probability of every character in every frame.

        Args:
            windows: ``(n, 32, 160) uint8``; n may be 0.

        Returns:
            ``(n, 80, 25) float32`` in 0-1; a frame's sum to 1.
        """
        result = np.empty((len(windows), WINDOW // FRAME_PX, len(CHARACTERS)), np.float32)
        start = 0
        while start < len(windows):
            size = next(size for size in (BATCH, 4, 1) if size <= len(windows) - start)
            if size not in self._interpreters:
                self._interpreters[size] = self._open(size)
            interpreter, (source, target) = self._interpreters[size]
            pixels = windows[start : start + size, ..., None].astype(np.float32)
            interpreter.set_tensor(source, pixels / np.float32(255))
            interpreter.invoke()
            result[start : start + size] = interpreter.get_tensor(target)
            start += size
        return result

    def _open(self, size: int) -> tuple[Any, tuple[int, int]]:
        interpreter = load_interpreter()(model_content=self._model, num_threads=self._num_threads)
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        found = [tuple(map(int, each["shape_signature"][1:])) for each in (*inputs, *outputs)]
        expected = [LINE.shape, (WINDOW // FRAME_PX, len(CHARACTERS))]
        if found != expected:
            raise WeightsError(f"{self._name} has shapes {found} != {expected}; use other weights")
        interpreter.resize_tensor_input(inputs[0]["index"], (size, *LINE.shape), strict=True)
        interpreter.allocate_tensors()
        return interpreter, (inputs[0]["index"], outputs[0]["index"])


class LiteRTLineReader:
    """The line reader of live reading: a ``.tflite`` with its model card.

    Instances are pickled by their path and open the file again; one instance must not be called
    by two threads at the same time.

    Attributes:
        bundled_name: of the weights that ship with camdigits.
        card: what the weights are.
    """

    bundled_name = "line.tflite"
    card: ModelCard

    def __init__(self, weights: Path | None = None, num_threads: int = 1) -> None:
        """Open weights; None takes the bundled ones.

        Raises:
            WeightsError: if the weights or their card are missing, damaged or do not fit.
            DependencyError: if LiteRT is not installed.
        """
        path = bundled(self.bundled_name) if weights is None else Path(weights)
        check_file(path, LINE)
        self.card = read_card(card_path(path), LINE)
        self._network = LineNetwork(read_weights(path, self.card, LINE), str(path), num_threads)
        self._weights, self._num_threads = weights, num_threads

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._weights, self._num_threads)

    def __call__(self, strips: Sequence[Plane]) -> list[LineText]:
        """Return what stands on each strip; see `LineReader`."""
        windows = self._network(stack_windows(strips))
        texts, start = [], 0
        for strip in strips:
            count = len(windows_of(strip.shape[1]))
            frames = joined(windows[start : start + count])
            texts.append(LineText(tuple(tokens_of(frames)), frames))
            start += count
        return texts


def joined(windows: Frames) -> Frames:
    """Return the frames of a whole strip: of each window those nearest to its middle.

    Args:
        windows: ``(n, 80, 25)``, of one strip from left to right, n at least 1.
    """
    step, margin = STEP // FRAME_PX, (WINDOW - STEP) // 2 // FRAME_PX
    parts = [window[margin : margin + step] for window in windows]
    parts[0] = windows[0][: margin + step]
    parts[-1] = windows[-1][margin if len(windows) > 1 else 0 :]
    return np.concatenate(parts)


def tokens_of(frames: Frames) -> list[Token]:
    """Return the characters of a strip by their frames, from left to right.

    Args:
        frames: ``(n, 25)``, probabilities of `CHARACTERS`.
    """
    best = frames.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best, prepend=-1, append=-1))
    tokens = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        code = int(best[start])
        if code == BLANK:
            continue
        run = frames[start:end]
        weight = run[:, code]
        middle = start + float(weight @ np.arange(end - start) / weight.sum())
        column, width = (middle + 0.5) * FRAME_PX, (end - start) * FRAME_PX
        tokens.append(Token(CHARACTERS[code], column, width, float(weight.max())))
    return tokens


def best_text(frames: Frames) -> list[int]:
    """Return the likeliest characters of a strip as places in `CHARACTERS`: repeats count once."""
    best = frames.argmax(axis=1)
    starts = best[np.flatnonzero(np.diff(best, prepend=-1))]
    return [int(code) for code in starts if code != BLANK]
