"""Turns a trained Keras model into files."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.litert import Network
from camdigits.quiet import quiet_stderr
from camdigits.training.lessons import to_input

TOLERANCE = 1e-5
"""How far probabilities of an export may be from those of the model it was made of."""


def tflite_bytes(model: Any) -> bytes:
    """Return the content of a ``.tflite`` file of a Keras model, any batch size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), quiet_stderr():
            model.export(str(path), format="litert", verbose=False)
        return path.read_bytes()


def keras_bytes(model: Any) -> bytes:
    """Return the content of a ``.keras`` file of a model, without optimizer state.

    The archive that Keras writes carries the date in three ways; without them the same model
    gives the same bytes.
    """
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        bare.save(str(path))
        return _without_dates(path)


def json_h5_bytes(model: Any) -> dict[str, bytes]:
    """Return the content of ``NAME.weights.h5`` and of the architecture ``NAME.json``, by name.

    The ending ``.weights.h5`` is the only one that Keras 3 writes weights to.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{model.name}.weights.h5"
        model.save_weights(str(path))
        architecture = json.dumps(json.loads(model.to_json()), indent=2) + "\n"
        return {path.name: path.read_bytes(), f"{model.name}.json": architecture.encode()}


def check_agreement(model: Any, network: Network, images: NDArray[np.uint8]) -> None:
    """Assert that a model and its export give the same probabilities on real digits.

    Args:
        model: the Keras model.
        network: its ``.tflite``.
        images: ``(n, 28, 28) uint8`` in MNIST form.
    """
    difference = np.abs(model.predict(to_input(images), verbose=0) - network(images)).max()
    assert difference <= TOLERANCE, f"the export differs from the model by {difference}"


def _without_dates(path: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name == "metadata.json":
                metadata = json.loads(member)
                del metadata["date_saved"]
                member = json.dumps(metadata).encode()
            target.writestr(zipfile.ZipInfo(name), member)
    return content.getvalue()
