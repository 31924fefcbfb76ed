"""Batch normalisation for as long as a network learns.

Ioffe and Szegedy, "Batch Normalization", 2015: layers whose output has mean 0 and deviation 1 in
every batch learn faster, and what they learn reads new digits better.  Once the network has learnt,
the normalisation is a factor and a summand for each map, and the layer before can take both in
(Jacob and others, "Quantization and Training of Neural Networks", 2018, section 3.2): the network
that is left has the layers and the size of the one that was asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from camdigits.training.backend import load_keras

MOMENTUM = 0.9
"""How far the statistics that reading uses stay as they are at each batch: with Keras's 0.99 they
are still far from the data's after an epoch of few steps."""


def normalised(model: Any) -> Any:
    """Return an untrained network like another, with normalisation in front of each ReLU.

    Args:
        model: a ``keras.Sequential``; one that has normalisation already is returned as it is.
    """
    layers = load_keras().layers
    if any(isinstance(layer, layers.BatchNormalization) for layer in model.layers):
        return model
    parts: list[Any] = []
    for layer in model.layers:
        config = layer.get_config()
        if config.get("activation") != "relu":
            parts.append(type(layer).from_config(config))
            continue
        # Normalisation subtracts the mean, and with it any bias.
        bare = {**config, "activation": None, "use_bias": False}
        parts += [
            type(layer).from_config(bare),
            layers.BatchNormalization(momentum=MOMENTUM, name=_norm(layer.name)),
            layers.Activation("relu", name=f"{layer.name}_relu"),
        ]
    return load_keras().Sequential([model.inputs[0], *parts], name=model.name)


def fold(trained: Any, model: Any) -> Any:
    """Give a network what another has learnt that `normalised` made of it, and return it.

    Args:
        trained: what `normalised` returned.
        model: what `normalised` was given; its weights are replaced.
    """
    if trained is model:
        return model
    for layer in model.layers:
        weights = trained.get_layer(layer.name).get_weights()
        if len(weights) == 1:
            norm = trained.get_layer(_norm(layer.name))
            gamma, beta, mean, variance = norm.get_weights()
            factor = gamma / np.sqrt(variance + norm.epsilon)
            weights = [weights[0] * factor, beta - mean * factor]
        layer.set_weights(weights)
    return model


def _norm(name: str) -> str:
    return f"{name}_norm"
