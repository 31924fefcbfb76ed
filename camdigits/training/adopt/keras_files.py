"""Opens Keras models in all the files that Keras 1 to 3 wrote them to, as data only."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from camdigits.errors import WeightsError
from camdigits.networks.model_card import MAX_CARD_BYTES, MAX_WEIGHTS_BYTES
from camdigits.support.paths import is_file
from camdigits.training.adopt.keras_config import Built, build_config
from camdigits.training.adopt.keras_weights import fill, legacy_arrays, read_architecture
from camdigits.training.adopt.stranger import Stranger
from camdigits.training.models.backend import load_keras
from camdigits.training.models.export import tflite_bytes
from camdigits.training.models.loading import member

ADOPTING = "camdigits adopt"
_LENET = [(5, 5, 1, 6), (6,), (5, 5, 6, 16), (16,), (400, 120), (120,), (120, 84), (84,)]
"""Shapes of the tutorial's LeNet, but for its last layer."""
ACTIVATIONS, POOLS = ("relu", "tanh", "sigmoid"), ("MaxPooling2D", "AveragePooling2D")


def open_archive(path: Path) -> list[Stranger]:
    """Open a ``.keras``.

    Raises:
        WeightsError: if it is damaged, or holds no network that is read.
    """
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.weights.h5"
        try:
            with zipfile.ZipFile(path) as archive:
                config = member(path, archive, "config.json", MAX_CARD_BYTES)
                weights.write_bytes(member(path, archive, weights.name, MAX_WEIGHTS_BYTES))
                version = _version(path, archive)
        except WeightsError:
            raise
        except Exception as error:  # whatever zipfile and its decompressors raise
            raise WeightsError(f"{path} is damaged or no Keras model; copy it again") from error
        load_keras(ADOPTING)
        with told(path):
            built = build_config(config, version)
        return [_filled(built, weights, path, "whole model")]


def open_hdf5(path: Path) -> list[Stranger]:
    """Open an ``.h5``: a whole model, or weights with their architecture beside them.

    Weights alone that have the shapes of the tutorial's LeNet are taken for one, once with each
    activation and pooling that it may have: which it was is found out by measuring.

    Raises:
        WeightsError: if it is damaged, or its architecture is missing or not read.
    """
    whole = read_architecture(path)
    load_keras(ADOPTING)
    if whole is not None:
        with told(path):
            built = build_config(*whole)
        return [_filled(built, path, path, "whole model")]
    for architecture in _beside(path, (".json",)):
        if is_architecture(architecture):
            return _pair(architecture, path)
    shapes = legacy_arrays(path) or []
    if shapes[:-2] == _LENET and shapes[-2][0] == 84:
        return [_lenet(path, *kind) for kind in _lenet_kinds()]
    raise WeightsError(
        f"{path} holds weights without their architecture; put what model.to_json() gives beside "
        f"it as {_stem(path)}.json"
    )


def open_json(path: Path) -> list[Stranger]:
    """Open an architecture with the weights beside it.

    Raises:
        WeightsError: if it is none, or its weights are missing or others.
    """
    for weights in _beside(path, (".weights.h5", ".h5", ".hdf5", "_weights.h5")):
        load_keras(ADOPTING)
        return _pair(path, weights)
    raise WeightsError(
        f"{path} has no weights beside it; put them there as {_stem(path)}.h5 or "
        f"{_stem(path)}.weights.h5"
    )


def is_architecture(path: Path) -> bool:
    """Return whether a file is the JSON of a Keras model, not a model card."""
    try:
        if path.stat().st_size > MAX_CARD_BYTES:
            return False
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "class_name" in record


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say of which file a refusal is."""
    try:
        yield
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error


def _pair(architecture: Path, weights: Path) -> list[Stranger]:
    if architecture.stat().st_size > MAX_CARD_BYTES or not is_architecture(architecture):
        raise WeightsError(f"{architecture} describes no Keras model; use another file")
    with told(architecture):
        built = build_config(architecture.read_bytes())
    return [_filled(built, weights, weights, f"architecture of {architecture.name}", architecture)]


def _filled(
    built: Built, weights: Path, name: Path, what: str, architecture: Path | None = None
) -> Stranger:
    with told(architecture or name):
        fill(built, weights, name)
    layers = sum(1 for node in built.nodes for _ in node.leaves())
    count = f"{layers} layers, {built.model.count_params():,} numbers"
    return Stranger(
        name, f"{what}, Keras {built.keras}, {count}", ".tflite", _converted(built.model)
    )


def _converted(model: Any) -> Callable[[], bytes]:
    return lambda: tflite_bytes(model)


def _lenet_kinds() -> Iterator[tuple[str, str]]:
    for pool in POOLS:
        for activation in ACTIVATIONS:
            yield activation, pool


def _lenet(path: Path, activation: str, pool: str) -> Stranger:
    layers: list[tuple[str, dict[str, Any]]] = [
        ("Conv2D", {"filters": 6, "kernel_size": [5, 5], "padding": "same"}),
        (pool, {"pool_size": [2, 2]}),
        ("Conv2D", {"filters": 16, "kernel_size": [5, 5], "padding": "valid"}),
        (pool, {"pool_size": [2, 2]}),
        ("Flatten", {}),
        ("Dense", {"units": 120}),
        ("Dense", {"units": 84}),
        ("Dense", {"units": (legacy_arrays(path) or [()])[-1][0], "activation": "softmax"}),
    ]
    for kind, config in layers:
        if kind in ("Conv2D", "Dense"):
            config.setdefault("activation", activation)
    layers[0][1]["batch_input_shape"] = [None, 28, 28, 1]
    described = [{"class_name": kind, "config": config} for kind, config in layers]
    record = {"class_name": "Sequential", "config": described, "keras_version": "2"}
    words = {"MaxPooling2D": "maxima", "AveragePooling2D": "means"}[pool]
    found = f"weights without architecture, taken for a LeNet with {activation} and {words} pooled"
    return _filled(build_config(json.dumps(record)), path, path, found)


def _beside(path: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    for ending in endings:
        partner = path.with_name(_stem(path) + ending)
        if is_file(partner):
            yield partner


def _stem(path: Path) -> str:
    for ending in (".weights.h5", "_weights.h5"):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return path.stem


def _version(path: Path, archive: zipfile.ZipFile) -> str | None:
    if "metadata.json" not in archive.namelist():
        return None
    record = json.loads(member(path, archive, "metadata.json", MAX_CARD_BYTES))
    return str(record.get("keras_version"))
