"""Puts crops in the form that a network of somebody else wants, and makes sense of its outputs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camdigits.networks.mnist_form import SIDE
from camdigits.networks.wants import Wants, side_of
from camdigits.support.resample import resample

Crops = NDArray[np.uint8]
Values = NDArray[np.float32]


def feed(wants: Wants, crops: Crops) -> Values:
    """Return crops as a network takes them.

    Args:
        wants: what it takes.
        crops: ``(n, 28, 28) uint8`` in MNIST form, ink 255 on 0; n may be 0.

    Returns:
        ``(n, *shape) float32``.
    """
    if wants.transposed:
        crops = np.ascontiguousarray(crops.transpose(0, 2, 1))
    side, channels, is_first = side_of(wants.shape)
    fitted = _fitted(crops, side, wants.fit)
    scale = np.float32((wants.ink - wants.ground) / 255)
    values = fitted.astype(np.float32) * scale + np.float32(wants.ground)
    if channels == 3:
        values = np.stack([values] * 3, axis=1 if is_first else -1)
    return np.ascontiguousarray(values.reshape(len(crops), *wants.shape))


def probabilities(wants: Wants, raw: Values) -> Values:
    """Return the probabilities of the classes of `wants` that outputs mean.

    Args:
        wants: what the network gives.
        raw: ``(n, outputs) float32``, finite.

    Returns:
        ``(n, 10 or 11) float32`` in 0-1; each row sums to 1.
    """
    if wants.kind == "logits":
        raw = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares = np.maximum(raw, np.float32(1e-12))
    shares = shares / shares.sum(axis=1, keepdims=True)
    digits = shares[:, list(wants.digits)]
    if wants.outputs == len(wants.digits):
        return np.asarray(digits, np.float32)
    others = np.maximum(1 - digits.sum(axis=1, keepdims=True), 0)
    return np.concatenate([digits, others], axis=1).astype(np.float32)


def _fitted(crops: Crops, side: int, fit: str) -> Crops:
    if side == SIDE:
        return crops
    if fit == "resize":
        fitted = np.empty((len(crops), side, side), np.uint8)
        for place, crop in enumerate(crops):
            fitted[place] = resample(crop, (side, side))
        return fitted
    before = abs(side - SIDE) // 2
    if side < SIDE:
        return crops[:, before : before + side, before : before + side]
    after = side - SIDE - before
    return np.pad(crops, ((0, 0), (before, after), (before, after)))
