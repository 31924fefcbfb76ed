"""The networks that can be trained.

Adding one is a function that builds it and a line in `BUILDERS` (with its name in
`camdigits.training.settings.ARCHITECTURES`, where the command line looks without Keras).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from camdigits.networks.model_card import CHARACTERS, LINE
from camdigits.training.models.backend import load_keras

LENET_PARAMETERS = 61_706
NORM_MOMENTUM = 0.9
"""How far the statistics of normalisation that reading uses stay as they are at each batch: with
Keras's 0.99 they are still far from the data's after an epoch of 430 batches or fewer."""


def build(architecture: str) -> Any:
    """Build a network, untrained, with its first weights from Keras's seed.

    Args:
        architecture: a name in `BUILDERS`.

    Returns:
        A ``keras.Model`` from ``(n, 28, 28, 1) float32``, ink 1 on 0, to ``(n, 10) float32``
        probabilities; its name is that of the architecture.
    """
    return BUILDERS[architecture]()


def build_lenet() -> Any:
    """Build the LeNet of the tutorial that this project continues, untrained.

    LeCun, Bottou, Bengio, Haffner: "Gradient-Based Learning Applied to Document Recognition",
    1998, describes LeNet-5.  This one differs as the tutorial does: 28x28 input padded inside the
    first layer, ReLU for tanh, max pooling for trained averages, every map connected to every
    other, a dense layer for the third convolution, softmax for radial basis functions.

    Returns:
        A ``keras.Model`` as `build` returns it; 61,706 parameters.
    """
    layers = load_keras().layers
    # Named, because automatic names count up in a process and would end up in the .tflite.
    model = _sequential(
        "lenet",
        [
            layers.Conv2D(6, 5, padding="same", activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(16, 5, padding="valid", activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation="relu", name="dense1"),
            layers.Dense(84, activation="relu", name="dense2"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
    )
    assert model.count_params() == LENET_PARAMETERS
    return model


def build_alexnet() -> Any:
    """Build AlexNet for 28x28 pictures, untrained.

    Krizhevsky, Sutskever, Hinton: "ImageNet Classification with Deep Convolutional Neural
    Networks", 2012.  Kept: five convolutions, overlapping 3x3 pooling after the first, second and
    fifth, ReLU, two dense layers with dropout.  Changed for small pictures of ten classes: the
    first convolution is 5x5 at stride 1 for 11x11 at stride 4, a quarter of the maps, 256 for
    4,096 dense units, no split over two cards, and batch normalisation of every convolution (Ioffe
    and Szegedy, 2015) for local response normalisation of two, which Keras does not have.

    Returns:
        A ``keras.Model`` as `build` returns it; 368,066 numbers.
    """
    return _sequential(
        "alexnet",
        [
            *_convolution("1", 24, 5, pool_padding="valid"),
            *_convolution("2", 64, 5, pool_padding="valid"),
            *_convolution("3", 96, 3),
            *_convolution("4", 96, 3),
            *_convolution("5", 64, 3, pool_padding="valid"),
            *_dense_end(),
        ],
    )


def build_zfnet() -> Any:
    """Build ZFNet for 28x28 pictures, untrained.

    Zeiler, Fergus: "Visualizing and Understanding Convolutional Networks", 2014, changes AlexNet
    so that its first layers keep more of the picture: smaller filters, smaller strides.  Kept:
    that, in the measure of 28x28 (3x3 in the first layer where our AlexNet has 5x5, and pooling
    that loses no border: 14, 7 and 4 pixels for 13, 6 and 2).  Changed: no strides in
    convolutions, and maps, dense units and normalisation as in `build_alexnet`.

    Returns:
        A ``keras.Model`` as `build` returns it; 564,290 numbers.
    """
    return _sequential(
        "zfnet",
        [
            *_convolution("1", 24, 3, pool_padding="same"),
            *_convolution("2", 64, 5, pool_padding="same"),
            *_convolution("3", 96, 3),
            *_convolution("4", 96, 3),
            *_convolution("5", 64, 3, pool_padding="same"),
            *_dense_end(),
        ],
    )


def build_allcnn() -> Any:
    """Build an all convolutional network for 28x28 pictures, untrained.

    Springenberg, Dosovitskiy, Brox, Riedmiller: "Striving for Simplicity: The All Convolutional
    Net", 2015.  Kept: two 3x3 convolutions and one with stride 2 in place of pooling, twice, with
    dropout after each.  Changed for small grey pictures: a third of the maps, 5x5 where the stride
    is 2, no padding in front of it, batch normalisation (Ioffe and Szegedy, 2015), and a small
    dense end for their 1x1 convolutions and average, since digits are centred.

    Returns:
        A ``keras.Model`` as `build` returns it; 326,826 numbers.
    """
    layers = load_keras().layers
    return _sequential(
        "allcnn",
        [
            *_convolution("1", 32, 3, padding="valid"),
            *_convolution("2", 32, 3, padding="valid"),
            *_convolution("3", 32, 5, strides=2),
            layers.Dropout(0.4, name="dropout1"),
            *_convolution("4", 64, 3, padding="valid"),
            *_convolution("5", 64, 3, padding="valid"),
            *_convolution("6", 64, 5, strides=2),
            layers.Dropout(0.4, name="dropout2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, use_bias=False, name="dense1"),
            *_normalised("7"),
            layers.Dropout(0.4, name="dropout3"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
    )


BUILDERS: dict[str, Callable[[], Any]] = {
    "lenet": build_lenet,
    "zfnet": build_zfnet,
    "alexnet": build_alexnet,
    "allcnn": build_allcnn,
}


def view_stage(number: int, maps: int, side: int, strides: int) -> list[Any]:
    """Return the layers of a stage of the networks that look at views.

    Args:
        number: of the stage, in the names of its layers.
        maps: that it makes.
        side: of its kernels, in pixels.
        strides: from one place of them to the next.
    """
    layers = load_keras().layers
    return [
        layers.Conv2D(maps, side, strides, padding="same", use_bias=False, name=f"conv{number}"),
        layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"norm{number}"),
        layers.ReLU(name=f"relu{number}"),
    ]


def build_line_reader() -> Any:
    """Build the network that reads lines, untrained.

    All of it is convolution, so that it is as fast as a picture is wide: the height is folded
    away, and what is left looks to both sides for the rest of a character and its neighbours.  Its
    columns are those of CTC (Graves, Fernandez, Gomez, Schmidhuber: "Connectionist Temporal
    Classification", 2006), which need no recurrence above them.

    Returns:
        A ``keras.Model`` from ``(n, 32, 160, 1) float32`` in 0-1 to ``(n, 80, 25) float32``
        logits of `camdigits.networks.model_card.CHARACTERS`; 132,329 numbers.
    """
    keras = load_keras()
    layers = keras.layers

    def stage(number: int, maps: int, side: tuple[int, int], strides: tuple[int, int]) -> Any:
        def apply(x: Any) -> Any:
            padding = "valid" if side[0] == 4 else "same"
            conv = layers.Conv2D(
                maps, side, strides, padding=padding, use_bias=False, name=f"conv{number}"
            )
            x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"norm{number}")(conv(x))
            return layers.ReLU(name=f"relu{number}")(x)

        return apply

    strips = keras.Input(LINE.shape, name="strips")
    x = stage(1, 16, (3, 3), (2, 2))(strips)
    x = stage(2, 32, (3, 3), (2, 1))(x)
    x = stage(3, 64, (3, 3), (2, 1))(x)
    x = stage(4, 128, (4, 1), (1, 1))(x)
    for number in (5, 6, 7, 8):
        beside = layers.DepthwiseConv2D(
            (1, 9), padding="same", use_bias=False, name=f"wide{number}"
        )
        x = layers.Add(name=f"add{number}")([x, stage(number, 128, (1, 1), (1, 1))(beside(x))])
    x = layers.Dropout(0.15, name="dropout")(x)
    x = layers.Conv2D(len(CHARACTERS), (1, 1), name="characters")(x)
    return keras.Model(strips, layers.Reshape((-1, len(CHARACTERS)), name="frames")(x), name="line")


def fold_input_scale(model: Any, pixel_max: int) -> None:
    """Make a network that learnt on pixels from 0 to `pixel_max` take them from 0 to 1.

    Its first layer multiplies by the scale: convolution is linear, so that the kernel can.
    """
    first = model.layers[0]
    first.kernel.assign(first.kernel * pixel_max)


def describe_layers(model: Any) -> list[str]:
    """Return one line per layer: its kind, what it is set to, and the shape that it puts out."""
    return [
        " ".join([type(layer).__name__, *_settings(layer), _shape(layer)]) for layer in model.layers
    ]


def _sequential(name: str, layers: list[Any]) -> Any:
    keras = load_keras()
    return keras.Sequential([keras.Input((28, 28, 1), name="image"), *layers], name=name)


def _convolution(
    number: str,
    maps: int,
    side: int,
    *,
    padding: str = "same",
    strides: int = 1,
    pool_padding: str = "",
) -> list[Any]:
    layers = load_keras().layers
    stage = [
        # Normalisation subtracts the mean, and with it any bias.
        layers.Conv2D(
            maps, side, strides=strides, padding=padding, use_bias=False, name=f"conv{number}"
        ),
        *_normalised(number),
    ]
    if pool_padding:
        pool = layers.MaxPooling2D(3, strides=2, padding=pool_padding, name=f"pool{number}")
        stage.append(pool)
    return stage


def _normalised(number: str) -> list[Any]:
    layers = load_keras().layers
    return [
        layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"norm{number}"),
        layers.Activation("relu", name=f"relu{number}"),
    ]


def _dense_end() -> list[Any]:
    layers = load_keras().layers
    return [
        layers.Flatten(name="flatten"),
        layers.Dense(256, activation="relu", name="dense1"),
        layers.Dropout(0.5, name="dropout1"),
        layers.Dense(256, activation="relu", name="dense2"),
        layers.Dropout(0.5, name="dropout2"),
        layers.Dense(10, activation="softmax", name="digits"),
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
            config.get("rate"),
        )
        if part
    ]


def _shape(layer: Any) -> str:
    return "-> " + "x".join(str(side) for side in layer.output.shape[1:])
