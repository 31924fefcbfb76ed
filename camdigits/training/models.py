"""The networks that can be trained."""

from __future__ import annotations

from typing import Any

from camdigits.training.backend import load_keras

LENET_PARAMETERS = 61_706


def build_lenet() -> Any:
    """Build the LeNet of the tutorial that this project continues, untrained.

    LeCun, Bottou, Bengio, Haffner: "Gradient-Based Learning Applied to Document Recognition",
    1998, describes LeNet-5.  This one differs as the tutorial does: 28x28 input padded inside the
    first layer, ReLU for tanh, max pooling for trained averages, every map connected to every
    other, a dense layer for the third convolution, softmax for radial basis functions.

    Returns:
        A ``keras.Model`` from ``(n, 28, 28, 1) float32`` in 0-1, ink 1 on 0, to
        ``(n, 10) float32`` probabilities; 61,706 parameters.
    """
    keras = load_keras()
    layers = keras.layers
    # Named, because automatic names count up in a process and would end up in the .tflite.
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(16, 5, padding="valid", activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation="relu", name="dense1"),
            layers.Dense(84, activation="relu", name="dense2"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
        name="lenet",
    )
    assert model.count_params() == LENET_PARAMETERS
    return model


def describe_layers(model: Any) -> list[str]:
    """Return one line per layer: its kind, what it is set to, and the shape that it puts out."""
    return [
        " ".join([type(layer).__name__, *_settings(layer), _shape(layer)]) for layer in model.layers
    ]


def _settings(layer: Any) -> list[str]:
    config = layer.get_config()
    size = config.get("kernel_size") or config.get("pool_size")
    return [
        str(part)
        for part in (
            config.get("filters"),
            "x".join(map(str, size)) if size else None,
            config.get("padding") if "kernel_size" in config else None,
            config.get("activation"),
        )
        if part
    ]


def _shape(layer: Any) -> str:
    return "-> " + "x".join(str(side) for side in layer.output.shape[1:])
