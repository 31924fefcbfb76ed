"""Digits in MNIST form without MNIST: OpenCV's font."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.networks.mnist_form import to_mnist_form


def draw_digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return ``(10, 28, 28) uint8`` images of the digits 0 to 9, and their labels."""
    images = np.zeros((10, 28, 28), np.uint8)
    for digit in range(10):
        canvas = np.zeros((60, 60), np.uint8)
        cv2.putText(canvas, str(digit), (12, 48), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 4)
        images[digit] = to_mnist_form(canvas)
    return images, np.arange(10, dtype=np.uint8)
