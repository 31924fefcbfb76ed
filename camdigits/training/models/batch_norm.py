"""Batch normalisation for as long as a network learns.

Ioffe and Szegedy, "Batch Normalization", 2015: layers whose output has mean 0 and standard
deviation 1 in every batch learn faster, and what they learn reads new digits better.  Once the
network has learnt, the normalisation is a scale and a shift of each map, which the layer before
takes in (Jacob and others, "Quantization and Training of Neural Networks", 2018, section 3.2): the
network that is left has the layers and the size of the one that was asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from camdigits.training.models.architectures import NORM_MOMENTUM
from camdigits.training.models.backend import load_keras
from camdigits.training.recipes import RECIPES
from camdigits.training.settings import TrainSettings


def learner_of(model: Any, settings: TrainSettings) -> Any:
    """Return what learns in place of an untrained network: itself, or that with normalisation.

    Args:
        model: a ``keras.Sequential``.
        settings: whose recipe says which.
    """
    return normalised(model) if RECIPES[settings.recipe].normalises else model


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
            layers.BatchNormalization(momentum=NORM_MOMENTUM, name=_norm(layer.name)),
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
