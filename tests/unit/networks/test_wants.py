"""What networks of somebody else want, and crops put in that form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from camdigits.networks.feeding import feed, probabilities
from camdigits.networks.wants import Wants, side_of

CROPS = np.random.default_rng(1).integers(0, 256, (3, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize(
    ("shape", "side"),
    [
        ((28, 28, 1), (28, 1, False)),
        ((28, 28), (28, 1, False)),
        ((784,), (28, 1, False)),
        ((1, 28, 28), (28, 1, False)),
        ((1, 784), (28, 1, False)),
        ((32, 32, 3), (32, 3, False)),
        ((3, 20, 20), (20, 3, True)),
    ],
)
def test_square_pictures_are_found_in_a_shape(shape, side):
    assert side_of(shape) == side


@pytest.mark.parametrize("shape", [(), (1,), (785,), (28, 30), (28, 28, 2), (4, 4), (300, 300)])
def test_other_inputs_are_refused(shape):
    with pytest.raises(ValueError, match=r"input|pictures of"):
        side_of(shape)


@pytest.mark.parametrize(
    ("shape", "fed"),
    [
        ((28, 28, 1), CROPS[..., None]),
        ((784,), CROPS.reshape(3, -1)),
        ((3, 28, 28), np.stack([CROPS] * 3, axis=1)),
        ((28, 28, 3), np.stack([CROPS] * 3, axis=-1)),
    ],
)
def test_crops_are_laid_out_as_the_shape_says(shape, fed):
    np.testing.assert_array_equal(feed(Wants(shape, 0, 255), CROPS), fed.astype(np.float32))


def test_paper_and_ink_have_the_values_that_are_wanted():
    crops = np.array([[0, 255]], np.uint8).repeat(14, axis=1).repeat(28, axis=0)[None]

    assert set(np.unique(feed(Wants((28, 28), 1, -1), crops))) == {-1, 1}


def test_crops_are_padded_cropped_or_exchanged():
    padded = feed(Wants((32, 32), 7, 0, "pad"), CROPS)
    np.testing.assert_allclose(padded[:, 2:-2, 2:-2], 7 - CROPS * (7 / 255), atol=1e-5)
    assert (padded[:, :2] == 7).all() and (padded[:, :, -2:] == 7).all()
    middle = feed(Wants((20, 20), 0, 255, "crop"), CROPS)
    np.testing.assert_array_equal(middle, CROPS[:, 4:24, 4:24])
    turned = feed(Wants((28, 28), 0, 255, transposed=True), CROPS)
    np.testing.assert_array_equal(turned, CROPS.transpose(0, 2, 1))
    assert feed(Wants((40, 40), 0, 1), CROPS[:0]).shape == (0, 40, 40)


def test_logits_become_probabilities_and_others_no_digit():
    raw = np.log(np.array([[0.5, 0.3, *[0.02] * 8, 0.04]], np.float32)) + 3
    wants = Wants((28, 28), 0, 1, kind="logits", outputs=11)

    read = probabilities(wants, raw)

    np.testing.assert_allclose(read, [[0.5, 0.3, *[0.02] * 8, 0.04]], atol=1e-6)
    assert wants.classes[-1] == "none"


def test_outputs_are_put_in_the_order_of_the_digits():
    raw = np.eye(10, dtype=np.float32)
    wants = Wants((28, 28), 0, 1, digits=(9, 0, 1, 2, 3, 4, 5, 6, 7, 8))

    assert probabilities(wants, raw).argmax(axis=1).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_a_card_says_it_all():
    wants = Wants((1, 32, 32), -0.42, 2.82, "pad", True, "logits", 47, tuple(range(9, -1, -1)))
    record = wants.as_record()

    assert Wants.from_record(record["input"], record["output"]) == wants


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("input", "shape", [28, 29]),
        ("input", "shape", [10**9]),
        ("input", "shape", ["28", 28]),
        ("input", "ground", "0"),
        ("input", "ink", float("nan")),
        ("input", "ink", 10**300),
        ("input", "fit", "stretch"),
        ("output", "kind", "eval"),
        ("output", "count", 9),
        ("output", "count", 10**9),
        ("output", "digits", [0] * 10),
        ("output", "digits", [*range(9), 10]),
    ],
)
def test_a_card_that_cannot_be_right_is_refused(key: str, name: str, value: Any):
    record = Wants((28, 28), 0, 1).as_record()
    record[key][name] = value

    with pytest.raises(ValueError):
        Wants.from_record(record["input"], record["output"])
