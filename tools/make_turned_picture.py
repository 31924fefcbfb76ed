"""Makes the picture of a sheet that lies turned by about 30 degrees, as it was read.

    python tools/make_turned_picture.py --data mnist.npz docs/pictures/turned.jpg

The digits are those of MNIST that no training saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import picture_tool
from numpy.typing import NDArray

from camdigits import Recognizer, annotate
from camdigits.errors import DataError
from camdigits.training.data.dataset import load_dataset
from camdigits.training.pages.styles import STYLES
from camdigits.training.pages.varied import render_varied

SIZE_WH = 840, 525
SHEET = replace(
    STYLES["turned"],
    text="plain",
    fills=0.0,
    least_tilt=0.48,
    tilt=0.56,
    tip=0.03,
    digits=(14, 26),
    height_px=(46, 60),
    grounds=("paper",),
    rulings=("ruled", "none"),
    pens=("gel", "ballpoint"),
    things=0.0,
)


def make(data: Path, seed: int) -> NDArray[np.uint8]:
    """Return the picture, ``(height, width, 3) uint8`` BGR.

    Raises:
        DataError: if no number is read on the page of this seed at an angle.
    """
    digits = load_dataset(data).test
    drawn = digits.images, digits.labels
    image = render_varied(np.random.default_rng(seed), drawn, SHEET, SIZE_WH)[0]
    reading = Recognizer().read(image)
    if not reading.numbers or not reading.rotate:
        raise DataError(f"nothing is read at an angle on the page of seed {seed}; name another one")
    return annotate(image, reading)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the picture, and return the exit code."""
    return picture_tool.run(make, 9, __doc__, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
