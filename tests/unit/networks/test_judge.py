"""Views show a candidate in its surroundings, whatever its size, light and polarity."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.candidates.segment import Candidate
from camdigits.errors import WeightsError
from camdigits.ink.binarize import InkMask, components
from camdigits.networks.judge import GROUND, INK, LiteRTJudge, bundled_judge, stack_views
from camdigits.types import Box


def page(height: int = 300, width: int = 400, ground: int = 200, ink: int = 100) -> Candidate:
    """A candidate: a bar of 60x20 pixels, with a second one on its right."""
    plane = np.full((height, width), ground, np.uint8)
    place = Box(width // 2 - 10, height // 2 - 30, 20, 60)
    plane[place.y : place.bottom, place.x : place.right] = ink
    plane[place.y : place.bottom, place.x + 50 : place.right + 50] = ink
    own = np.zeros_like(plane)
    own[place.y : place.bottom, place.x : place.right] = 255
    contrast = np.where(own > 0, ground - ink, 0).astype(np.uint8)
    mask = InkMask(plane, own, contrast, "dark", 1 / 8, *components(own))
    full = np.full((place.h, place.w), 255, np.uint8)
    return Candidate(place, place, full, float(ground - ink), 20.0, mask)


def test_no_candidates_give_no_views():
    assert stack_views([]).shape == (0, 40, 40, 3)


@pytest.mark.parametrize(("ground", "ink"), [(200, 100), (250, 20), (90, 70)])
def test_ground_and_ink_have_the_same_values_in_any_light(ground, ink):
    near, own, far = np.moveaxis(stack_views([page(ground=ground, ink=ink)])[0], -1, 0)
    assert near[2, 2] == pytest.approx(GROUND, abs=2)
    assert near[20, 20] == pytest.approx(INK, abs=2)
    assert far[2, 2] == pytest.approx(GROUND, abs=2)
    assert own[20, 20] == 255
    assert own[2, 2] == 0


def test_view_shows_the_neighbour_that_is_not_the_candidates_own():
    near, own, _ = np.moveaxis(stack_views([page()])[0], -1, 0)
    right = round(20 + 50 * 40 / 150)
    assert near[20, right] > 150
    assert own[20, right] == 0


def test_own_ink_stands_where_the_view_shows_it():
    near, own, _ = np.moveaxis(stack_views([page()])[0], -1, 0)
    assert near[own > 250].min() > 90


@pytest.mark.parametrize("corner", [Box(0, 0, 20, 60), Box(380, 240, 20, 60)])
def test_view_at_the_edge_goes_on_as_the_edge_does(corner):
    candidate = page()
    plane = candidate.mask.plane
    moved = Candidate(corner, corner, candidate.ink, 100.0, 20.0, candidate.mask)
    plane[corner.y : corner.bottom, corner.x : corner.right] = 100
    assert stack_views([moved]).shape == (1, 40, 40, 3)


@pytest.mark.parametrize("size", [(3, 2), (900, 700)])
def test_candidate_of_any_size_has_a_view(size):
    height, width = size
    plane = np.full((1000, 1000), 220, np.uint8)
    place = Box(40, 30, width, height)
    own = np.zeros_like(plane)
    cv2.rectangle(own, (40, 30), (39 + width, 29 + height), 255, -1)
    plane[own > 0] = 60
    mask = InkMask(plane, own, 220 - plane, "dark", 1 / 8, *components(own))
    full = np.full((height, width), 255, np.uint8)
    view = stack_views([Candidate(place, place, full, 160.0, 3.0, mask)])[0]
    assert view[20, 20, 0] == pytest.approx(INK, abs=3)


def test_bundled_judge_gives_probabilities_and_survives_pickling():
    judge = LiteRTJudge()
    views = np.random.default_rng(0).integers(0, 256, (3, 40, 40, 3), dtype=np.uint8)
    verdicts = judge(views)
    assert verdicts.shape == (3, 13)
    assert verdicts.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    assert np.array_equal(pickle.loads(pickle.dumps(judge))(views), verdicts)
    assert judge(views[:0]).shape == (0, 13)


def test_a_missing_judge_says_what_makes_one(tmp_path: Path) -> None:
    for name in ("judge.tflite", "judge.json"):
        shutil.copy(bundled_judge().with_name(name), tmp_path)
    (tmp_path / "judge.tflite").unlink()

    with pytest.raises(WeightsError, match="is missing; make one with: camdigits train --judge"):
        LiteRTJudge(tmp_path / "judge.tflite")

    (tmp_path / "judge.json").unlink()
    with pytest.raises(WeightsError, match="is missing; make one with: camdigits train --judge"):
        LiteRTJudge(tmp_path / "judge.tflite")
