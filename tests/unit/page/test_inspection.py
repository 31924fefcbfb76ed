"""What happened on the way from a picture to its digits."""

from __future__ import annotations

import numpy as np
import pytest

from camdigits import ReadConfig, Recognizer
from camdigits.page.choose import Detection, Rejection
from camdigits.page.inspection import UNKNOWN, Inspection
from camdigits.types import Box
from tests.cli.pages import TEXT, blank, page

SPOT = Box(10, 10, 20, 30)


class Found:
    """As much of a candidate as an inspection looks at."""

    def __init__(self, box: Box) -> None:
        self.box = box


def probabilities_of(*labels: int) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[list(labels)]


def inspection_of(boxes: list[Box], labels: list[int], **values: object) -> Inspection:
    crops = np.zeros((len(boxes), 28, 28), np.uint8)
    nothing = {"detections": (), "rejections": ()} | values
    return Inspection(
        image=np.zeros((100, 100, 3), np.uint8),
        masks=(),
        candidates=tuple(Found(box) for box in boxes),
        crops=crops,
        probabilities=probabilities_of(*labels),
        **nothing,
    )


def test_detections_are_those_of_detect_and_every_candidate_has_a_verdict() -> None:
    recognizer = Recognizer()
    inspection = recognizer.inspect(page())

    detected = recognizer.detect(page())
    assert [(d.box, d.label) for d in inspection.detections] == [(d.box, d.label) for d in detected]
    verdicts = inspection.verdicts()
    accepted = [place for place, verdict in enumerate(verdicts) if not verdict]
    labels = inspection.probabilities[accepted].argmax(axis=1)
    assert sorted(map(str, labels)) == sorted(TEXT)
    assert UNKNOWN not in verdicts
    assert len(verdicts) == len(inspection.candidates) == len(inspection.crops)


@pytest.mark.parametrize("polarity", ["dark", "light"])
def test_masks_are_those_of_the_polarity(polarity: str) -> None:
    inspection = Recognizer(ReadConfig(polarity=polarity)).inspect(page())
    assert {mask.polarity for mask in inspection.masks} == {polarity}


def test_blank_picture_has_masks_and_no_candidates() -> None:
    inspection = Recognizer().inspect(blank())
    assert inspection.masks
    assert (inspection.candidates, inspection.verdicts()) == ((), [])


def test_of_candidates_on_one_spot_the_one_read_alike_is_the_digit() -> None:
    detection = Detection(SPOT, probabilities_of(6)[0])
    rejection = Rejection(SPOT, "part of another digit")
    inspection = inspection_of(
        [SPOT, SPOT], [5, 6], detections=(detection,), rejections=(rejection,)
    )
    assert inspection.verdicts() == ["part of another digit", ""]


def test_digit_cut_at_the_frame_keeps_its_candidate() -> None:
    detection = Detection(SPOT, probabilities_of(3)[0])
    wider = Box(8, 10, 22, 30)
    inspection = inspection_of([Box(60, 60, 9, 9), wider], [1, 3], detections=(detection,))
    assert inspection.verdicts() == [UNKNOWN, ""]


def test_reasons_of_candidates_on_one_spot_stay_in_order() -> None:
    rejections = tuple(Rejection(SPOT, reason) for reason in ("a blob", "too small"))
    assert inspection_of([SPOT, SPOT], [1, 1], rejections=rejections).verdicts() == [
        "a blob",
        "too small",
    ]
