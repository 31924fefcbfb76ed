"""What a network of somebody else wants to see and what it gives.

Its card says it in place of what the program's own networks have in common
(`camdigits.networks.model_card`): how large, which values paper and ink have, how a crop is made
to fit, and which output means which digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FITS = ("resize", "pad", "crop")
"""How a crop of 28x28 becomes another size: scaled, with paper around it, or its middle."""
KINDS = ("probabilities", "independent", "logits")
"""What comes out: softmax, one sigmoid for each class, or anything of which the largest counts."""
SIDES = (8, 256)
"""Smallest and largest picture that is fed."""
MAX_OUTPUTS = 1000


@dataclass(frozen=True, slots=True)
class Wants:
    """What a network takes and gives.

    Attributes:
        shape: of one input; its sides are equal, in any order of axes, or are one; channels are
            one or three.
        ground: value of blank paper.
        ink: value of full ink.
        fit: one of `FITS`.
        transposed: rows and columns change places.
        kind: of the outputs: one of `KINDS`.
        outputs: how many there are.
        digits: the output that means 0, the one that means 1 and so on; others mean no digit.
    """

    shape: tuple[int, ...]
    ground: float
    ink: float
    fit: str = "resize"
    transposed: bool = False
    kind: str = "probabilities"
    outputs: int = 10
    digits: tuple[int, ...] = tuple(range(10))

    @classmethod
    def from_record(cls, source: object, target: object) -> Wants:
        """Return what a card says under "input" and "output".

        Raises:
            ValueError: if that cannot be; the text says what.
        """
        given, gives = _mapping(source, "input"), _mapping(target, "output")
        shape, digits = _integers(given.get("shape")), _integers(gives.get("digits"))
        wants = cls(
            shape=shape,
            ground=_number(given.get("ground")),
            ink=_number(given.get("ink")),
            fit=str(given.get("fit")),
            transposed=given.get("transposed") is True,
            kind=str(gives.get("kind")),
            outputs=_integers([gives.get("count")])[0],
            digits=digits,
        )
        side_of(shape)
        is_known = wants.fit in FITS and wants.kind in KINDS
        is_place = len(set(digits)) == 10 and all(0 <= each < wants.outputs for each in digits)
        if not (is_known and is_place and 10 <= wants.outputs <= MAX_OUTPUTS):
            raise ValueError(f"input {given!r:.60} and output {gives!r:.60}")
        return wants

    def as_record(self) -> dict[str, dict[str, Any]]:
        """Return "input" and "output" as a card says them."""
        return {
            "input": {
                "shape": list(self.shape),
                "dtype": "float32",
                "ground": self.ground,
                "ink": self.ink,
                "fit": self.fit,
                "transposed": self.transposed,
            },
            "output": {"kind": self.kind, "count": self.outputs, "digits": list(self.digits)},
        }

    @property
    def classes(self) -> tuple[str, ...]:
        """What the probabilities mean: the ten digits, and "none" where there are more outputs."""
        digits = tuple("0123456789")
        return digits if self.outputs == len(digits) else (*digits, "none")

    @property
    def side(self) -> int:
        """Height and width of the picture that the network takes."""
        return side_of(self.shape)[0]


def side_of(shape: tuple[int, ...]) -> tuple[int, int, bool]:
    """Return the side of the pictures of an input, its channels, and whether they come first.

    Raises:
        ValueError: if it takes no square pictures of one or three channels.
    """
    sides = [length for length in shape if length != 1]
    channels, is_first = 1, False
    if len(sides) == 3 and 3 in (sides[0], sides[2]):
        is_first = sides[0] == 3
        channels, sides = 3, sides[1:] if is_first else sides[:2]
    if len(sides) == 1:
        sides = [math.isqrt(max(sides[0], 0))] * 2
    is_square = len(sides) == 2 and sides[0] == sides[1]
    if not is_square or math.prod(shape) != channels * sides[0] ** 2:
        raise ValueError(f"an input of {shape}, which is no square picture")
    if not SIDES[0] <= sides[0] <= SIDES[1]:
        raise ValueError(f"pictures of {sides[0]} pixels, not {SIDES[0]} to {SIDES[1]}")
    return sides[0], channels, is_first


def _mapping(value: object, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{key} {value!r:.40}")
    return value


def _integers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(each) is int for each in value):
        raise ValueError(f"{value!r:.40} for whole numbers")
    return tuple(value)


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(float(value)) <= 1000:  # type: ignore[arg-type]
        raise ValueError(f"{value!r:.40} for a value of paper or ink")
    return float(value)  # type: ignore[arg-type]
