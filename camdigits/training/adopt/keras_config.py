"""Builds the network that the JSON of a Keras model describes, of Keras 2 or 3.

Keras 3 itself refuses the JSON of Keras 2, and would run what a file says; here our own code builds
what is listed in `camdigits.training.adopt.layers`, and nothing else.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from camdigits.errors import WeightsError
from camdigits.networks.engines import MAX_INPUT
from camdigits.networks.mnist_form import SIDE
from camdigits.training.adopt.layers import (
    IDLE,
    MAX_MAP,
    MAX_PARAMETERS,
    make_layer,
    parameters_of,
)
from camdigits.training.models.backend import load_keras

MAX_LAYERS = 300
MODELS = ("Sequential", "Functional", "Model")
"""Kinds of models, which may stand inside each other as layers."""


@dataclass(slots=True)
class Node:
    """A layer of the network that was built, or a model inside it.

    Attributes:
        key: what the group of its weights is called in files of Keras 3.
        layer: the layer; None of a model.
        parts: of a model, its layers.
    """

    key: str
    layer: Any = None
    parts: list[Node] = field(default_factory=list)

    def leaves(self) -> Iterator[Node]:
        """Yield the layers, in order."""
        if self.layer is not None:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Built:
    """A network without its weights.

    Attributes:
        model: the ``keras.Model``.
        nodes: its layers, in the order of the file.
        keras: version of the Keras that described it, "2" or "3" where the file does not say.
    """

    model: Any
    nodes: list[Node]
    keras: str


def build_config(text: bytes | str, version: str | None = None) -> Built:
    """Build the network that a model's JSON describes.

    Args:
        text: the JSON.
        version: of the Keras that wrote it, where the file around it says.

    Raises:
        WeightsError: if it describes none, or one that is not built; the text says why.
    """
    try:
        record = json.loads(text)
        found = str(version or record.get("keras_version") or _guess(record))
        builder = _Builder(int(found.split(".")[0]))
        source, target, nodes = builder.model(record, None)
        return Built(load_keras().Model(source, target, name="adopted"), nodes, found)
    except WeightsError:
        raise
    except RecursionError as error:
        raise WeightsError("its architecture is nested too deeply") from error
    except Exception as error:  # whatever a foreign structure and Keras make of each other
        reason = " ".join(str(error).split())
        raise WeightsError(f"its architecture cannot be built ({reason:.120})") from error


class _Builder:
    """Calls layer after layer on an input that is only a shape."""

    def __init__(self, major: int) -> None:
        self._major, self._count, self._parameters = major, 0, 0

    def model(self, record: dict[str, Any], given: Any) -> tuple[Any, Any, list[Node]]:
        """Return input, output and layers of a model; `given` is what another feeds it."""
        config = record["config"]
        if record.get("class_name") not in MODELS:
            raise WeightsError(f"it is a {record.get('class_name')!r:.40}, not a Keras model")
        layers = config if isinstance(config, list) else config["layers"]
        source = given if given is not None else self._input(layers, config)
        keys = _keys(layers)
        if record["class_name"] == "Sequential":
            return source, *self._chain(layers, source, keys)
        return source, *self._graph(layers, config, source, keys)

    def _input(self, layers: list[Any], config: Any) -> Any:
        shape = tuple(
            SIDE if length is None else int(length) for length in _input_shape(layers, config)
        )
        if not shape or min(shape) < 1 or math.prod(shape) > MAX_INPUT:
            raise WeightsError(f"its input of {shape} is no picture of a digit")
        return load_keras().Input(shape)

    def _chain(self, layers: list[Any], x: Any, keys: list[str]) -> tuple[Any, list[Node]]:
        nodes = []
        for layer, key in zip(layers, keys, strict=True):
            x, node = self._call(layer, key, [x])
            nodes.append(node)
        return x, nodes

    def _graph(
        self, layers: list[Any], config: Any, source: Any, keys: list[str]
    ) -> tuple[Any, list[Node]]:
        (first,), (last,) = _ends(config["input_layers"]), _ends(config["output_layers"])
        nodes = {layer["name"]: Node(key) for layer, key in zip(layers, keys, strict=True)}
        made, waiting = {first: source}, [each for each in layers if each["name"] != first]
        while waiting:
            ready = [each for each in waiting if set(_feeds(each)) <= made.keys()]
            if not ready:
                raise WeightsError("its layers feed each other in a circle")
            for layer in ready:
                name = layer["name"]
                inputs = [made[each] for each in _feeds(layer)]
                made[name], nodes[name] = self._call(layer, nodes[name].key, inputs)
            waiting = [each for each in waiting if each["name"] not in made]
        return made[last], list(nodes.values())

    def _call(self, layer: dict[str, Any], key: str, inputs: list[Any]) -> tuple[Any, Node]:
        kind, config = str(layer["class_name"]), layer["config"]
        self._count += 1
        if self._count > MAX_LAYERS:
            raise WeightsError(f"it has more than {MAX_LAYERS} layers")
        if IDLE.fullmatch(kind):
            return inputs[0], Node(key)
        if kind in MODELS:
            _, made, parts = self.model(layer, inputs[0])
            return made, Node(key, None, parts)
        own = make_layer(kind, config, f"layer{self._count}", self._major)
        self._parameters += parameters_of(kind, config, tuple(inputs[0].shape[1:]))
        if self._parameters > MAX_PARAMETERS:
            raise WeightsError(f"it has more than {MAX_PARAMETERS:,} numbers")
        made = own(inputs if len(inputs) > 1 else inputs[0])
        if math.prod(made.shape[1:]) > MAX_MAP:
            raise WeightsError(f"its layer {kind} makes more than {MAX_MAP:,} numbers of a picture")
        return made, Node(key, own)


def _input_shape(layers: list[Any], config: Any) -> list[Any]:
    """Return the shape of an input, without the batch: it stands in one of five places."""
    first = layers[0]["config"]
    if isinstance(first, dict):
        for key in ("batch_shape", "batch_input_shape"):
            if first.get(key):
                return list(first[key][1:])
        if first.get("layers"):
            return _input_shape(first["layers"], first)
    built = config.get("build_input_shape") if isinstance(config, dict) else None
    built = built or layers[0].get("build_config", {}).get("input_shape")
    if not built:
        raise WeightsError("its architecture does not say what goes in")
    return list(built[1:])


def _ends(names: Any) -> list[str]:
    """Return the layers at one end; Keras 3 has no list around a single one."""
    ends = [names] if names and isinstance(names[0], str) else names
    if len(ends) != 1:
        raise WeightsError(f"it has {len(ends)} inputs or outputs, not one of each")
    return [str(ends[0][0])]


def _feeds(layer: dict[str, Any]) -> list[str]:
    """Return the names of the layers that feed one."""
    nodes = layer.get("inbound_nodes") or []
    if len(nodes) > 1:
        raise WeightsError("it uses a layer twice, and such networks are not read")
    if not nodes:
        raise WeightsError("it has a layer that nothing feeds")
    if isinstance(nodes[0], dict):
        return list(_histories(nodes[0]["args"]))
    return [str(each[0]) for each in nodes[0]]


def _histories(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _histories(each)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield str(value["config"]["keras_history"][0])


def _keys(layers: list[Any]) -> list[str]:
    """Return what Keras 3 calls the layers' weights: by kind, counted."""
    seen: Counter[str] = Counter()
    keys = []
    for layer in layers:
        kind = _snake(str(layer["class_name"]))
        keys.append(f"{kind}_{seen[kind]}" if seen[kind] else kind)
        seen[kind] += 1
    return keys


def _snake(kind: str) -> str:
    kind = re.sub(r"\W+", "", kind)
    kind = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub("([a-z])([A-Z])", r"\1_\2", kind).lower()


def _guess(record: dict[str, Any]) -> str:
    """Return "3" for what only Keras 3 writes."""
    return "3" if "module" in record or "registered_name" in record else "2"
