"""Makes pictures of high dynamic range, HLG and PQ, look as a camera without it records them.

Phones film in HLG, HDR displays and films use PQ.  Shown as they are, white paper is grey: of 255
steps HLG gives it 191, PQ 148.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from camdigits.types import Image

PQ, HLG = 16, 18
"""Transfer characteristics of ITU-T H.273: SMPTE ST 2084, ARIB STD-B67."""

_PAPER_NITS = 203.0
"""Luminance of diffuse white in PQ (ITU-R BT.2408)."""
_PAPER_HLG = 0.75
"""The same in HLG's signal."""
_KNEE = 0.9
"""Of the result; brighter than that is compressed, so that lamps do not wash out the paper."""


def to_sdr(bgr: Image, transfer: int) -> Image:
    """Return a picture in the brightness of ordinary video; as it is where it has that.

    Each colour goes by itself, and colours stay those of BT.2020: a little paler than they were.

    Args:
        bgr: ``(H, W, 3) uint8``, signals of the transfer characteristics over the whole range.
        transfer: number of these, as H.273 counts.
    """
    if transfer not in (PQ, HLG):
        return bgr
    return np.asarray(cv2.LUT(bgr, _table(transfer)), np.uint8)


@functools.cache
def _table(transfer: int) -> Image:
    """Return ``(256,) uint8``: what becomes of each step."""
    signal = np.arange(256) / 255
    if transfer == PQ:
        light = _pq_nits(signal) / _PAPER_NITS
    else:
        light = _hlg_light(signal) / _hlg_light(np.array(_PAPER_HLG))
    coded = np.where(light < 0.018, 4.5 * light, 1.099 * light**0.45 - 0.099)  # BT.709
    room = 1 - _KNEE
    bright = _KNEE + room * (1 - np.exp(-np.maximum(coded - _KNEE, 0) / room))
    return np.asarray(np.where(coded < _KNEE, coded, bright) * 255 + 0.5, np.uint8)


def _hlg_light(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the light of the scene, 0-1 (ITU-R BT.2100, inverse of the HLG OETF)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)


def _pq_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the light of the display in cd/m2 (ITU-R BT.2100, PQ EOTF)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = signal ** (1 / m2)
    light: NDArray[np.float64] = (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    return 10_000 * light
