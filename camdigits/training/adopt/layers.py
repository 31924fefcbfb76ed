"""The layers of strangers' Keras models that are built, each by our own call with checked values.

Nothing in a file is run or looked up by its name: a layer or an activation that is not listed here
is refused, and so is any value that is not a number, a switch or one of a few words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from camdigits.errors import WeightsError
from camdigits.training.models.backend import load_keras

_CONV = ("filters", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias")
_POOL = ("pool_size", "strides", "padding")
_NORM = ("axis", "epsilon", "center", "scale")

LAYERS: dict[str, tuple[str, ...]] = {
    "Conv1D": (*_CONV, "groups"),
    "Conv2D": (*_CONV, "groups"),
    "SeparableConv2D": (*_CONV, "depth_multiplier"),
    "DepthwiseConv2D": (*_CONV[1:], "depth_multiplier"),
    "MaxPooling1D": _POOL,
    "MaxPooling2D": _POOL,
    "AveragePooling1D": _POOL,
    "AveragePooling2D": _POOL,
    "GlobalAveragePooling1D": ("keepdims",),
    "GlobalAveragePooling2D": ("keepdims",),
    "GlobalMaxPooling2D": ("keepdims",),
    "Dense": ("units", "activation", "use_bias"),
    "Flatten": (),
    "Reshape": ("target_shape",),
    "Permute": ("dims",),
    "ZeroPadding2D": ("padding",),
    "Cropping2D": ("cropping",),
    "BatchNormalization": _NORM,
    "LayerNormalization": _NORM,
    "Activation": ("activation",),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope",),
    "ELU": ("alpha",),
    "PReLU": ("shared_axes",),
    "Softmax": ("axis",),
    "Rescaling": ("scale", "offset"),
    "Add": (),
    "Subtract": (),
    "Multiply": (),
    "Average": (),
    "Maximum": (),
    "Minimum": (),
    "Concatenate": ("axis",),
}
"""Kinds of layers, and the settings of each that decide what it computes."""

IDLE = re.compile(
    "InputLayer|ActivityRegularization|AlphaDropout|Dropout|Gaussian(Dropout|Noise)|"
    r"SpatialDropout[12]D|Random\w+"
)
"""Kinds of layers that do nothing once a network has learnt."""

ACTIVATIONS = {
    **{name: name for name in ("elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu")},
    **{
        name: name for name in ("linear", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid")
    },
    **{name: name for name in ("silu", "softmax", "softplus", "softsign", "tanh")},
    "swish": "silu",
    "softmax_v2": "softmax",
}
"""Activations by the names that files have for them, and the names that Keras 3 has."""

MAX_PARAMETERS = 1 << 26
MAX_MAP = 1 << 22
"""Numbers that a network has, and that a layer makes of one picture, at most."""

_WORDS = {"valid", "same", "causal"}


def make_layer(kind: str, config: Mapping[str, Any], name: str, keras_major: int) -> Any:
    """Return a layer as a file describes it, not yet built.

    Args:
        kind: its class in Keras.
        config: its settings.
        name: given to it.
        keras_major: of the Keras that wrote the file; some defaults were others in 2.

    Raises:
        WeightsError: if it is not one of `LAYERS`, or set to what cannot be.
    """
    if kind not in LAYERS:
        why = ", which runs code of its own" if kind in ("Lambda", "TFOpLambda") else ""
        raise WeightsError(f"it has a layer {kind!r:.40}{why}, and such layers are not read")
    if config.get("data_format") == "channels_first":
        raise WeightsError("its pictures have channels first, and such layers are not read")
    config = dict(config)
    if kind in ("LeakyReLU", "ReLU") and "alpha" in config:
        config["negative_slope"] = config.pop("alpha")
    values: dict[str, Any] = {}
    for key in LAYERS[kind]:
        if key == "activation":
            values[key] = activation(config.get(key), keras_major)
        elif key in config:
            values[key] = _checked(key, config[key])
    if kind == "BatchNormalization" and isinstance(values.get("axis"), list):
        values["axis"] = values["axis"][0] if len(values["axis"]) == 1 else -1
    return getattr(load_keras().layers, kind)(**values, name=name)


def activation(value: object, keras_major: int) -> Any:
    """Return an activation for a layer: a name that Keras 3 knows, or what computes it.

    Raises:
        WeightsError: if it is not one of `ACTIVATIONS`, or a layer of `LAYERS` without weights.
    """
    if isinstance(value, dict):
        module = str(value.get("module") or "builtins")
        inside = value.get("config")
        if isinstance(inside, dict) and str(value.get("class_name")) in (
            "LeakyReLU",
            "ReLU",
            "ELU",
        ):
            return make_layer(str(value["class_name"]), inside, "activation", keras_major)
        is_own = module.split(".")[0] in ("builtins", "keras", "tensorflow", "tf_keras")
        value = inside if is_own and isinstance(inside, str) else value
    if value is None:
        return None
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise WeightsError(f"it has an activation {value!r:.40}, and only Keras's own are read")
    if value == "hard_sigmoid" and keras_major < 3:
        return _old_hard_sigmoid
    return ACTIVATIONS[value]


def parameters_of(kind: str, config: Mapping[str, Any], shape: tuple[int, ...]) -> int:
    """Return at most how many numbers a layer has, before it makes room for them.

    Args:
        kind: of the layer.
        config: its settings, checked by `make_layer`.
        shape: of what it takes, without the batch.
    """
    if kind == "PReLU":
        return math.prod(shape)
    size = config.get("kernel_size") or 1
    area = math.prod(size) if isinstance(size, list) else int(size) ** 2
    made = config.get("filters") or config.get("units") or 4
    wide = shape[-1] if shape else 1
    return wide * int(made) * area * int(config.get("depth_multiplier") or 1)


def _old_hard_sigmoid(x: Any) -> Any:
    """Return what Keras 1 and 2 call so; that of Keras 3 rises by a sixth, not a fifth."""
    ops = load_keras().ops
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def _checked(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _WORDS:
        return value
    if isinstance(value, int | float) and abs(value) <= 1 << 20:
        return value
    if isinstance(value, list | tuple) and len(value) <= 4:
        return [_checked(key, each) for each in value]
    raise WeightsError(f"one of its layers has {key} {value!r:.40}, which cannot be")
