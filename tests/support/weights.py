"""Copies the bundled weights and changes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from camdigits.networks.classifier import bundled_weights


def copy_weights(folder: Path, content: bytes | None = None, **card: Any) -> Path:
    """Write ``lenet.tflite`` and its card into a folder, and return the path of the weights.

    Args:
        folder: where to.
        content: of the weights, None for the bundled one; the card's sha256 follows.
        card: keys of the card to replace.
    """
    bundled = bundled_weights()
    content = bundled.read_bytes() if content is None else content
    record = json.loads(bundled.with_suffix(".json").read_text())
    record["files"]["lenet.tflite"] = hashlib.sha256(content).hexdigest()
    weights = folder / "lenet.tflite"
    weights.write_bytes(content)
    weights.with_suffix(".json").write_text(json.dumps(record | card))
    return weights


def poisoned_weights() -> bytes:
    """Return the bundled weights with NaN for the bias of the last layer."""
    from ai_edge_litert.interpreter import Interpreter

    content = bundled_weights().read_bytes()
    interpreter = Interpreter(model_content=content)
    biases = [
        np.asarray(interpreter.get_tensor(tensor["index"])).tobytes()
        for tensor in interpreter.get_tensor_details()
        if tuple(tensor["shape"]) == (10,)
    ]
    assert len(biases) == 1
    nan = np.full(10, np.nan, np.float32).tobytes()
    assert content.count(biases[0]) == 1
    return content.replace(biases[0], nan)
