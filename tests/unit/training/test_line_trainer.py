"""Training the line reader: the same settings give the same one, and it learns."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.errors import UsageError
from camdigits.networks.line_reader import LineNetwork, LiteRTLineReader
from camdigits.support.edits import edit_distance
from camdigits.training.line_trainer import LineSettings, train_line_reader, with_probabilities
from camdigits.training.models.architectures import build_line_reader
from camdigits.training.models.export import int8_tflite_bytes
from tests.support.digits import needs_train_extra, write_npz


@pytest.mark.parametrize(
    "wrong", [{"pages": 3}, {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0}, {"seed": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError):
        LineSettings(**wrong)


def test_command_repeats_the_settings():
    command = LineSettings(pages=20, seed=4).command()
    assert command.startswith("camdigits train --lines ")
    assert "--pages 20" in command
    assert "--seed 4" in command


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("", "", 0), ("12", "12", 0), ("1.2", "12", 1), ("75", "7.6", 2)]
)
def test_edits_between_texts(one, other, edits):
    assert edit_distance(one, other) == edit_distance(other, one) == edits


@needs_train_extra
@pytest.mark.train
def test_a_line_reader_in_8_bits_is_small_and_says_nearly_the_same():
    model = with_probabilities(build_line_reader())
    assert model.count_params() < 200_000
    small = int8_tflite_bytes(model)
    assert len(small) < 250_000
    windows = np.random.default_rng(0).integers(0, 256, (5, 32, 160), dtype=np.uint8)
    said = LineNetwork(small, "line")(windows)
    full = model.predict(windows[..., None].astype(np.float32) / 255, verbose=0)
    assert np.abs(full - said).mean() < 0.02


@needs_train_extra
@pytest.mark.train
def test_training_repeats_itself_and_writes_a_line_reader(tmp_path):
    data = write_npz(tmp_path / "data.npz")
    settings = LineSettings(pages=16, epochs=1, batch_size=32)
    cards = [train_line_reader(data, tmp_path / name, settings) for name in "ab"]
    assert (tmp_path / "a/line.tflite").read_bytes() == (tmp_path / "b/line.tflite").read_bytes()
    assert cards[0].record["history"] == cards[1].record["history"]
    assert cards[0].record["command"] == settings.command()
    reader = LiteRTLineReader(tmp_path / "a/line.tflite")
    (text,) = reader([np.full((32, 100), 64, np.uint8)])
    assert text.frames.shape[1] == len(reader.card.classes)
