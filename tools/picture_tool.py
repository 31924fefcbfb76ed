"""The command line of tools that make one picture of the docs from digits."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import CamdigitsError

QUALITY = 88
"""Of the JPEG, 0 to 100."""

Make = Callable[[Path, int], NDArray[np.uint8]]


def run(make: Make, seed: int, doc: str | None, arguments: Sequence[str] | None) -> int:
    """Make the picture that the arguments ask for, and return the exit code.

    Args:
        make: returns it, BGR, of the digits of a file and the page of a seed.
        seed: of the page, unless asked for another.
        doc: of the tool.
        arguments: of the command line; None takes the process's own.
    """
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--data", type=Path, required=True, help="mnist.npz")
    parser.add_argument("--seed", type=int, default=seed, help="of the page")
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    try:
        picture = make(options.data, options.seed)
    except CamdigitsError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    cv2.imwrite(str(options.out), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return 0
