"""Training the judge: the same settings give the same judge, and it learns."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits.errors import UsageError
from camdigits.networks.judge import LiteRTJudge
from camdigits.networks.litert import Network
from camdigits.networks.model_card import JUDGE, VERDICTS
from camdigits.training.judge_trainer import JudgeSettings, build_judge, train_judge
from camdigits.training.models.export import check_agreement, int8_tflite_bytes, tflite_bytes
from camdigits.training.sets.view_augment import vary
from tests.support.digits import needs_train_extra, write_npz


@pytest.mark.parametrize(
    "wrong", [{"pages": 3}, {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0}, {"seed": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError):
        JudgeSettings(**wrong)


def test_command_repeats_the_settings():
    command = JudgeSettings(pages=20, seed=4).command()
    assert command.startswith("camdigits train --judge ")
    assert "--pages 20" in command
    assert "--seed 4" in command


@needs_train_extra
@pytest.mark.train
def test_a_judge_in_8_bits_says_nearly_the_same_of_each_view_whatever_the_batch():
    rng = np.random.default_rng(0)
    views = rng.integers(0, 256, (64, 40, 40, 3), dtype=np.uint8)
    views[:3] //= 50  # nearly blank: their values have a range of their own
    model = build_judge()
    plain, small = tflite_bytes(model), int8_tflite_bytes(model)
    assert len(small) < 0.3 * len(plain)
    assert small == int8_tflite_bytes(model)
    full, network = (
        Network(content, name="judge", classes=len(VERDICTS), shape=JUDGE.shape)
        for content in (plain, small)
    )
    check_agreement(model, network, views, is_int8=True)
    said = network(views)
    assert 0 < np.abs(full(views) - said).max() < 0.1
    assert np.array_equal(said, np.concatenate([network(view[None]) for view in views]))


def test_varied_views_stay_views():
    images = np.random.default_rng(0).integers(0, 256, (5, 40, 40, 3), dtype=np.uint8)
    varied = vary(np.random.default_rng(1), images)
    assert varied.shape == images.shape
    assert varied.dtype == np.float32
    assert 0 <= varied.min() < varied.max() <= 1
    again = vary(np.random.default_rng(1), images)
    assert np.array_equal(varied, again)


@needs_train_extra
@pytest.mark.train
def test_same_settings_give_the_same_judge_byte_for_byte(tmp_path):
    data = write_npz(tmp_path / "data.npz")
    settings = JudgeSettings(pages=16, epochs=1, batch_size=64)
    first, second = (train_judge(data, tmp_path / name, settings) for name in ("a", "b"))
    assert (tmp_path / "a/judge.tflite").read_bytes() == (tmp_path / "b/judge.tflite").read_bytes()
    assert first.record == second.record
    assert first.record["settings"]["pages"] == 16
    judge = LiteRTJudge(tmp_path / "a/judge.tflite")
    assert judge(np.zeros((2, 40, 40, 3), np.uint8)).shape == (2, 13)
