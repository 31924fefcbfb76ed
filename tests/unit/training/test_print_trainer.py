"""Training the print detector: settings, threshold, and the same settings give the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.errors import DataError, UsageError
from camdigits.networks.print_detector import LiteRTPrintDetector
from camdigits.training.print_trainer import (
    PARTS,
    PrintSettings,
    threshold_of,
    train_print_detector,
)
from tests.support.digits import needs_train_extra, write_npz

FONTS = sorted(Path("/usr/share/fonts").rglob("DejaVuSans*.ttf"))
needs_fonts = pytest.mark.skipif(
    not FONTS or not hasattr(cv2, "FontFace"), reason="needs a font file and OpenCV 5"
)


@pytest.mark.parametrize(
    "wrong", [{"pages": 3}, {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0}, {"seed": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError):
        PrintSettings(**wrong)


def test_command_repeats_the_settings():
    command = PrintSettings(pages=20, seed=4).command()
    assert command.startswith("camdigits train --print --fonts DIR ")
    assert "--pages 20" in command
    assert "--seed 4" in command


def test_threshold_lets_few_handwritten_digits_pass():
    hand, printed = np.linspace(0, 0.99, 1000), np.full(1000, 0.999)
    probabilities = np.concatenate([hand, printed]).astype(np.float32)
    writings = np.repeat([0, 1], 1000).astype(np.uint8)
    threshold = threshold_of(probabilities, writings)
    assert 0 < (hand >= threshold).mean() < 0.01
    assert threshold_of(probabilities[:10], writings[:10]) == 0.5


@needs_fonts
def test_fonts_to_measure_with_are_needed(tmp_path):
    (tmp_path / "fonts/learn").mkdir(parents=True)
    shutil.copy(FONTS[0], tmp_path / "fonts/learn")
    with pytest.raises(DataError, match="there are no fonts"):
        train_print_detector(tmp_path / "fonts", out=tmp_path / "out")


@needs_fonts
@needs_train_extra
@pytest.mark.train
def test_same_settings_give_the_same_detector_byte_for_byte(tmp_path):
    data = write_npz(tmp_path / "data.npz")
    for part in PARTS:
        (tmp_path / "fonts" / part).mkdir(parents=True)
        shutil.copy(FONTS[0], tmp_path / "fonts" / part)
    settings = PrintSettings(pages=16, epochs=1, batch_size=64)
    first, second = (
        train_print_detector(tmp_path / "fonts", data, tmp_path / name, settings)
        for name in ("a", "b")
    )
    assert (tmp_path / "a/print.tflite").read_bytes() == (tmp_path / "b/print.tflite").read_bytes()
    assert first.record == second.record
    assert set(first.record["data"]["fonts"]) == set(PARTS)
    detector = LiteRTPrintDetector(tmp_path / "a/print.tflite")
    assert detector(np.zeros((2, 40, 40, 2), np.uint8)).shape == (2,)
