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

from camdigits.networks.litert import Network
from camdigits.support.stderr import discard_stderr
from camdigits.training.sets.base import to_input

TOLERANCE = 1e-5
"""How far probabilities of an export may be from those of the model it was made of."""
INT8_TOLERANCE = 0.02
"""The same of an export in 8 bits, on the mean of all."""


def tflite_bytes(model: Any) -> bytes:
    """Return the content of a ``.tflite`` file of a Keras model, any batch size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), discard_stderr():
            model.export(str(path), format="litert", verbose=False)
        return path.read_bytes()


def int8_tflite_bytes(model: Any) -> bytes:
    """Return the content of a ``.tflite`` file of a Keras model that multiplies in 8 bits.

    TensorFlow calls it dynamic range quantisation: weights are kept in 8 bits, and each picture's
    values are put into 8 bits by their own range, so that nothing depends on the rest of a batch.
    Input and output stay float32.
    """
    from tensorflow import lite

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), discard_stderr():
        converter = lite.TFLiteConverter.from_keras_model(model)
        converter.optimizations = [lite.Optimize.DEFAULT]
        return bytes(converter.convert())


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


def check_agreement(
    model: Any, network: Network, images: NDArray[np.uint8], *, is_int8: bool = False
) -> None:
    """Assert that a model and its export give the same probabilities on real pictures.

    Args:
        model: the Keras model.
        network: its ``.tflite``.
        images: ``(n, 28, 28) uint8`` in MNIST form, or ``(n, 40, 40, 3) uint8`` views.
        is_int8: it multiplies in 8 bits.
    """
    differences = np.abs(model.predict(to_input(images), verbose=0) - network(images))
    difference = differences.mean() if is_int8 else differences.max()
    limit = INT8_TOLERANCE if is_int8 else TOLERANCE
    assert difference <= limit, f"the export differs from the model by {difference}"


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
