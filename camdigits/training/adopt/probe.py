"""Finds out by measuring what a network wants to see: size, values, polarity, kind of outputs.

It reads digits whose labels are known in every way that is common; the way in which it reads most
of them is its own.  Ways that come out alike differ little in what they feed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.engines import Engine
from camdigits.networks.feeding import Values, feed, probabilities
from camdigits.networks.mnist_form import SIDE
from camdigits.networks.wants import Wants
from camdigits.training.calibrate import choose_temperature, surprise
from camdigits.training.data.dataset import Digits

FIRST, FINAL, FINALISTS = 400, 3_000, 4
"""Digits that every way reads, and that the best ways read, so many of them."""
ALIKE = 0.005
"""Ways whose surprises differ by less are alike, and the more common one is taken.

The likelihood tells more than the accuracy, which values that are too large by far often leave
nearly as it is: a small network of PyTorch read 93.7 % of the digits in its own way and 92.1 % when
fed with 0 to 255, at surprises of 0.20 and 0.44.
"""
TEMPERATURES = (0.02, 20.0)
"""Networks that did not learn with cross-entropy are off by more than our own."""
LEAST = 0.5
"""Share of the digits that a reader of digits gets right at least."""

MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
LEVELS = {
    (0.0, 1.0): "0 to 1, ink bright",
    (0.0, 255.0): "0 to 255, ink bright",
    (-1.0, 1.0): "-1 to 1, ink bright",
    (-0.5, 0.5): "-0.5 to 0.5, ink bright",
    (round(-MNIST_MEAN / MNIST_STD, 4), round((1 - MNIST_MEAN) / MNIST_STD, 4)): (
        "standardised by MNIST's mean and deviation, ink bright"
    ),
    (1.0, 0.0): "0 to 1, ink dark",
    (255.0, 0.0): "0 to 255, ink dark",
    (1.0, -1.0): "-1 to 1, ink dark",
    (0.5, -0.5): "-0.5 to 0.5, ink dark",
}
"""Values of paper and of full ink, and how people say it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to feed a network, and how it reads then.

    Attributes:
        wants: the way.
        accuracy: share of the digits read rightly, 0 to 1.
        surprise: mean negative log likelihood of the true labels, at the best temperature.
    """

    wants: Wants
    accuracy: float
    surprise: float


def find_wants(engine: Engine, digits: Digits) -> Way:
    """Return the way in which a network reads digits best.

    Args:
        engine: computes it.
        digits: that it is tried on, ten at least.

    Raises:
        WeightsError: if its input or output is not that of a reader of digits; the text says why.
    """
    if engine.outputs < 10:
        raise WeightsError(
            f"gives {engine.outputs} numbers for a picture; a reader of digits gives ten or more"
        )
    try:
        ways = list(_ways(engine))
    except ValueError as error:
        raise WeightsError(f"has {error}") from error
    best = _best(engine, digits, ways)
    if best is None or best.accuracy < 0.8:  # data may lie transposed, as EMNIST does
        others = [replace(way, transposed=True) for way in ways]
        turned = _best(engine, digits, others)
        if turned and (best is None or turned.accuracy > best.accuracy):
            best = turned
    if best is None or best.accuracy < LEAST:
        share = f"{best.accuracy:.0%}" if best else "none"
        raise WeightsError(
            f"reads {share} of the digits in the best of {2 * len(ways)} ways to show them: it is "
            f"no reader of digits, or learnt on pictures of another kind"
        )
    return best


def describe(wants: Wants) -> str:
    """Return what a network wants and gives, in words."""
    levels = LEVELS.get((wants.ground, wants.ink), f"paper {wants.ground:g}, ink {wants.ink:g}")
    fits = {"resize": "scaled", "pad": "with paper around them", "crop": "their middle"}
    fit = "" if wants.side == SIDE else f" (crops of 28x28 {fits[wants.fit]})"
    lies = ", rows and columns exchanged" if wants.transposed else ""
    kinds = {
        "probabilities": "probabilities (softmax)",
        "independent": "probabilities of each class by itself (sigmoid)",
        "logits": "logits",
    }
    order = "" if wants.digits == tuple(range(10)) else f", digits in the order {_order(wants)}"
    return (
        f"wants {wants.side}x{wants.side}{fit}, {levels}{lies}; gives {wants.outputs} "
        f"{kinds[wants.kind]}{order}"
    )


def _order(wants: Wants) -> str:
    places = sorted(range(10), key=lambda digit: wants.digits[digit])
    return "".join(map(str, places))


def _ways(engine: Engine) -> Iterator[Wants]:
    side = Wants(engine.shape, 0, 1).side
    fits = ("resize",) if side == SIDE else ("resize", "pad") if side > SIDE else ("resize", "crop")
    for fit in fits:
        for ground, ink in LEVELS:
            yield Wants(engine.shape, ground, ink, fit, outputs=engine.outputs)


def _best(engine: Engine, digits: Digits, ways: list[Wants]) -> Way | None:
    first = digits.take(np.arange(min(FIRST, len(digits))))
    tried = [way for each in ways if (way := _try(engine, first, each))]
    tried.sort(key=lambda way: way.surprise)
    more = digits.take(np.arange(min(FINAL, len(digits))))
    final = [way for each in tried[:FINALISTS] if (way := _try(engine, more, each.wants))]
    least = min((way.surprise for way in final), default=0.0)
    alike = [way for way in final if way.surprise <= least + ALIKE]
    return min(alike, key=_rank, default=None)


def _rank(way: Way) -> tuple[int, float]:
    return list(LEVELS).index((way.wants.ground, way.wants.ink)), way.surprise


def _try(engine: Engine, digits: Digits, wants: Wants) -> Way | None:
    """Return how a network reads when it is shown digits in one way; None where it gives NaN."""
    raw = engine(feed(wants, digits.images))
    if not np.isfinite(raw).all():
        return None
    wants = replace(wants, kind=_kind(raw), digits=_places(raw, digits.labels))
    read = probabilities(wants, raw)
    temperature = choose_temperature(read, digits.labels, TEMPERATURES)
    accuracy = float((read[:, :10].argmax(axis=1) == digits.labels).mean())
    return Way(wants, accuracy, surprise(read, digits.labels, math.log(temperature)))


def _kind(raw: Values) -> str:
    if raw.min() >= -1e-3 and raw.max() <= 1 + 1e-2:
        # Those of 8 bits are off by 1/256 each.
        return "probabilities" if np.abs(raw.sum(axis=1) - 1).max() < 0.05 else "independent"
    return "logits"


def _places(raw: Values, labels: NDArray[np.uint8]) -> tuple[int, ...]:
    """Return the output that means each digit: its own place, unless others fit far better."""
    usual = tuple(range(10))
    largest = raw.argmax(axis=1)
    if (largest == labels).mean() >= LEAST:
        return usual
    counts = np.zeros((10, raw.shape[1]), np.int64)
    np.add.at(counts, (labels, largest), 1)
    found = tuple(int(each) for each in counts.argmax(axis=1))
    return found if len(set(found)) == 10 else usual
