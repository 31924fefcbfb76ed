"""Loads networks from files of strangers, as data only.

No file says what is built: an architecture in JSON is only recognised as one of our own, which is
then built by our own code.  So there is nothing in a file that could run, no layer that could take
memory beyond measure, and weights go in only where number and shapes agree.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from camdigits.errors import WeightsError
from camdigits.networks.litert import load_interpreter
from camdigits.networks.model_card import ADOPT, MAX_CARD_BYTES, MAX_WEIGHTS_BYTES
from camdigits.support.paths import is_file
from camdigits.training.models.architectures import BUILDERS, build
from camdigits.training.models.backend import TRAINING, load_keras

MAX_OBJECTS = 1000
"""Groups and arrays in an HDF5 file; AlexNet has 60."""

_TELLING = (
    *("filters", "kernel_size", "strides", "padding", "dilation_rate", "data_format", "groups"),
    *("activation", "units", "use_bias", "pool_size", "axis", "epsilon", "rate"),
)
"""What makes a layer of a kind the layer it is; names, initial values and types do not."""


def load_model(path: Path, purpose: str = TRAINING) -> Any:
    """Load a network.

    Args:
        path: a ``.keras``; the ``.tflite`` of a LeNet that `camdigits train` made; a
            ``NAME.weights.h5`` or ``NAME.h5`` with its architecture ``NAME.json`` beside it, or
            that ``NAME.json``; an ``.h5`` that holds a whole model; or one in the layout of Keras 1
            and 2 that holds the weights of a LeNet.
        purpose: what needs the network, for the message where Keras is missing.

    Returns:
        A ``keras.Model`` as `.architectures.build` returns it, not compiled.

    Raises:
        WeightsError: if a file is missing, damaged, too large, or holds no network of ours.
        DependencyError: if TensorFlow or Keras is not installed.
    """
    _must_be_usable(path, MAX_WEIGHTS_BYTES)
    load_keras(purpose)
    if path.suffix == ".keras":
        return _load_archive(path)
    if path.suffix == ".tflite":
        return _load_lite(path)
    if path.name.endswith(".weights.h5"):
        architecture = path.with_name(path.name.removesuffix(".weights.h5") + ".json")
        return _load_pair(architecture, path)
    if path.suffix == ".json":
        return _load_pair(path, weights_of(path))
    text = architecture_of(path)
    model = build("lenet") if text is None else _recognise(path, text)
    _fill(model, path, path)
    return model


def weights_of(architecture: Path) -> Path:
    """Return the weights beside an architecture: those of Keras 3, or the tutorial's ``.h5``."""
    new, old = (architecture.with_suffix(ending) for ending in (".weights.h5", ".h5"))
    return old if is_file(old) and not is_file(new) else new


def architecture_of(path: Path) -> bytes | None:
    """Return the JSON of the network whose weights an ``.h5`` holds: in it, or beside it.

    None where there is neither; activations are nowhere then, and a LeNet has to be assumed.

    Raises:
        WeightsError: if the file is damaged.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            config = file.attrs.get("model_config")
    except Exception as error:  # whatever h5py raises on a foreign file
        raise WeightsError(f"{path} is damaged or holds no Keras weights; copy it again") from error
    if config is not None:
        return config if isinstance(config, bytes) else str(config).encode()
    beside = path.with_suffix(".json")
    if not is_file(beside) or beside.stat().st_size > MAX_CARD_BYTES:
        return None
    text = beside.read_bytes()
    return text if b'"class_name"' in text and b'"schema"' not in text else None


def _load_pair(architecture: Path, weights: Path) -> Any:
    _must_be_usable(architecture, MAX_CARD_BYTES)
    _must_be_usable(weights, MAX_WEIGHTS_BYTES)
    model = _recognise(architecture, architecture.read_bytes())
    _fill(model, weights, weights)
    return model


def _load_lite(path: Path) -> Any:
    """Put the numbers of a LeNet's ``.tflite`` into a model: they are those of its ``.keras``.

    TensorFlow Lite has the outputs of a layer first, Keras last.
    """
    model, found = build("lenet"), dict[tuple[int, ...], Any]()
    try:
        interpreter = load_interpreter()(model_content=path.read_bytes())
        for each in interpreter.get_tensor_details():
            with suppress(ValueError):  # what is computed only when it runs
                array = interpreter.get_tensor(each["index"])
                last = np.moveaxis(array, 0, -1) if array.ndim > 1 else array
                found[last.shape] = last
    except Exception as error:  # whatever LiteRT raises on a foreign file
        raise WeightsError(f"{path} is damaged or no .tflite; copy it again") from error
    try:
        model.set_weights([found[tuple(each.shape)] for each in model.weights])
    except KeyError:
        raise WeightsError(
            f"{path} does not hold the arrays of a LeNet; use another file"
        ) from None
    return model


def _load_archive(path: Path) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.weights.h5"
        try:
            with zipfile.ZipFile(path) as archive:
                config = member(path, archive, "config.json", MAX_CARD_BYTES)
                weights.write_bytes(member(path, archive, weights.name, MAX_WEIGHTS_BYTES))
        except WeightsError:
            raise
        except Exception as error:  # whatever zipfile and its decompressors raise
            raise WeightsError(f"{path} is damaged or no Keras model; copy it again") from error
        model = _recognise(path, config)
        _fill(model, weights, path)
    return model


def member(path: Path, archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a file in an archive.

    Raises:
        WeightsError: if it unpacks to more than `limit` bytes.
        KeyError: if it is not there.
    """
    if archive.getinfo(name).file_size > limit:
        raise WeightsError(f"{path}: its {name} is larger than {limit >> 20} MiB; use another file")
    return archive.read(name)


def _must_be_usable(path: Path, limit: int) -> None:
    try:
        if not is_file(path):
            raise WeightsError(f"there is no file {path}; make one with: camdigits export")
        if path.stat().st_size > limit:
            raise WeightsError(f"{path} is larger than {limit >> 20} MiB; use another file")
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from error


def _recognise(path: Path, text: bytes) -> Any:
    """Build the network of ours that the JSON of a Keras model describes."""
    try:
        config = json.loads(text)
        found = _outline(config["config"])
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"{path} describes no Keras model; use another file") from error
    for name in BUILDERS:
        model = build(name)
        ours = _outline(json.loads(model.to_json())["config"])
        if len(ours) == len(found) and all(map(_agree, ours, found)):
            return model
    kinds = ", ".join(str(kind) for kind, _ in found)
    raise WeightsError(
        f"{path} describes a network that camdigits does not know ({kinds:.60}); "
        f"it knows {', '.join(BUILDERS)}; make weights of it with: {ADOPT} {path}"
    )


def _outline(config: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Return kind and settings of each layer; Keras 1 has a list where others have a mapping."""
    layers = config if isinstance(config, list) else config["layers"]
    return [
        (layer["class_name"], {key: layer["config"].get(key) for key in _TELLING})
        for layer in layers
        if layer["class_name"] != "InputLayer"
    ]


def _agree(ours: tuple[Any, dict[str, Any]], found: tuple[Any, dict[str, Any]]) -> bool:
    """Tell whether two layers are alike; older versions of Keras leave out what is usual."""
    return ours[0] == found[0] and all(
        value is None or value == ours[1][key] for key, value in found[1].items()
    )


def _fill(model: Any, weights: Path, name: Path) -> None:
    """Put the weights of an HDF5 file into a model; messages call the file `name`."""
    import h5py

    try:
        with h5py.File(weights, "r") as file:
            shapes = sorted(array.shape for array in arrays_of(file, name))
        if shapes != sorted(tuple(each.shape) for each in model.weights):
            raise WeightsError(
                f"{name} does not hold the {len(model.weights)} arrays of a {model.name}; "
                f"use another file"
            )
        model.load_weights(str(weights))
    except WeightsError:
        raise
    except Exception as error:  # whatever h5py and Keras raise on a foreign file
        raise WeightsError(f"{name} is damaged or holds no Keras weights; copy it again") from error


def arrays_of(file: Any, name: Path) -> Iterator[Any]:
    """Yield the arrays of an HDF5 file but for an optimizer's.

    Raises:
        WeightsError: if something in it reaches out of the file, or there is too much of it.
    """
    import h5py

    groups, count = [file], 0
    while groups:
        group = groups.pop()
        for key in group:
            count += 1
            is_link = not isinstance(group.get(key, getlink=True), h5py.HardLink)
            if is_link or count > MAX_OBJECTS:
                raise WeightsError(f"{name} has links or too many parts; use another file")
            item = group[key]
            if isinstance(item, h5py.Group):
                groups.append(item)
            elif item.external or item.is_virtual:
                raise WeightsError(f"{name} keeps its numbers in other files; use another file")
            elif not item.name.startswith(("/optimizer/", "/optimizer_weights/")):
                yield item
