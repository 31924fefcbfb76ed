"""Puts the numbers of an HDF5 file into a network, in the layouts of Keras 1 to 3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.training.adopt.keras_config import Built, Node
from camdigits.training.models.loading import arrays_of

_CONTAINERS = ("layers", "_layer_checkpoint_dependencies", "_layers")
"""What Keras 3 and the last versions of Keras 2 call the list of a model's layers."""
_MAX_TEXT = 1 << 20

Values = list[NDArray[np.float32]]


def read_architecture(path: Path) -> tuple[str, str | None] | None:
    """Return the JSON of the whole model that an HDF5 file holds, and its Keras; None of weights.

    Raises:
        WeightsError: if it is damaged.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            config, version = file.attrs.get("model_config"), file.attrs.get("keras_version")
    except Exception as error:  # whatever h5py raises on a foreign file
        raise WeightsError(f"{path} is damaged or holds no Keras weights; copy it again") from error
    return None if config is None else (_text(config), None if version is None else _text(version))


def fill(built: Built, weights: Path, name: Path) -> None:
    """Put weights into a network, each array where it belongs, all of them or none.

    Args:
        built: the network.
        weights: an HDF5 file.
        name: what messages call it.

    Raises:
        WeightsError: if it is damaged, or holds other arrays than the network needs.
    """
    import h5py

    try:
        with h5py.File(weights, "r") as file:
            for _ in arrays_of(file, name):
                pass
            root = file.get("model_weights", file)
            is_old = "layer_names" in root.attrs or "layer_names0" in root.attrs
            pairs = _old_pairs(root, built) if is_old else _new_pairs(root, built.nodes)
            for variable, array in pairs:
                _must_fit(variable, array, name)
                variable.assign(np.asarray(array[()], np.float32))
    except WeightsError:
        raise
    except Exception as error:  # whatever h5py and Keras raise on a foreign file
        raise WeightsError(f"{name} is damaged or holds no Keras weights; copy it again") from error


def legacy_arrays(path: Path) -> list[tuple[int, ...]] | None:
    """Return the shapes of a file in the layout of Keras 1 and 2, in order; None of another one."""
    import h5py

    with h5py.File(path, "r") as file:
        root = file.get("model_weights", file)
        if "layer_names" not in root.attrs:
            return None
        return [array.shape for group in _old_groups(root) for array in group]


def _old_pairs(root: Any, built: Built) -> list[tuple[Any, Any]]:
    """Pair by order, as Keras 2 did: names count on in a process and differ."""
    groups = [group for group in _old_groups(root) if group]
    wanted = [variables for node in built.nodes if (variables := _variables(node))]
    found = [len(group) for group in groups]
    if found != [len(each) for each in wanted]:
        raise WeightsError(
            f"its {len(wanted)} layers have other weights than the {len(groups)} in the file"
        )
    return [
        pair
        for variables, group in zip(wanted, groups, strict=True)
        for pair in zip(variables, group, strict=True)
    ]


def _old_groups(root: Any) -> list[list[Any]]:
    return [
        [root[name][_text(each)] for each in _names(root[name], "weight_names")]
        for name in map(_text, _names(root, "layer_names"))
    ]


def _names(group: Any, key: str) -> list[Any]:
    """Return a list of names, which Keras cuts in numbered pieces where it is long."""
    if key in group.attrs:
        return list(group.attrs[key])
    pieces: list[Any] = []
    while (piece := group.attrs.get(f"{key}{len(pieces)}")) is not None:
        pieces.append(piece)
    return [name for piece in pieces for name in piece]


def _new_pairs(root: Any, nodes: list[Node]) -> list[tuple[Any, Any]]:
    container = next((root[key] for key in _CONTAINERS if key in root), root)
    pairs: list[tuple[Any, Any]] = []
    for node in nodes:
        if node.parts:
            pairs += _new_pairs(container[node.key], node.parts)
            continue
        variables = _variables(node)
        if not variables:
            continue
        held = container[node.key]["vars"]
        if len(held) != len(variables):
            raise WeightsError(f"its layer {node.key} has {len(held)} arrays, not {len(variables)}")
        pairs += [(each, held[str(place)]) for place, each in enumerate(variables)]
    return pairs


def _variables(node: Node) -> list[Any]:
    """Return the numbers of a layer or of a model in the order of files: what learns first."""
    layers = [leaf.layer for leaf in node.leaves()]
    learning = [each for layer in layers for each in layer.trainable_weights]
    return learning + [each for layer in layers for each in layer.non_trainable_weights]


def _must_fit(variable: Any, array: Any, name: Path) -> None:
    if tuple(array.shape) != tuple(variable.shape):
        raise WeightsError(
            f"{name} has an array of {tuple(array.shape)} where its architecture has "
            f"{tuple(variable.shape)}"
        )


def _text(value: Any) -> str:
    text = value.decode() if isinstance(value, bytes) else str(value)
    if len(text) > _MAX_TEXT:
        raise WeightsError("its architecture is larger than 1 MiB")
    return text
