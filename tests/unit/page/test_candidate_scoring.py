"""What classifier and judge are asked: whole candidates first, pieces only where it may pay."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.candidates.propose import propose, propose_faint
from camdigits.candidates.segment import Candidate, find_candidates
from camdigits.ink.binarize import InkMask, components
from camdigits.networks.model_card import VERDICTS
from camdigits.page.candidate_scoring import CandidateScorer


def mask_with(*rings: tuple[int, int]) -> InkMask:
    """Rings of 40x50 pixels; their left edges and the row they stand on."""
    ink = np.zeros((200, 600), np.uint8)
    for x, y in rings:
        cv2.ellipse(ink, (x + 20, y + 25), (17, 23), 0, 0, 360, 255, 4)
    contrast = (ink // 255 * 100).astype(np.uint8)
    return InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))


def candidates(*rings: tuple[int, int]) -> list[Candidate]:
    return find_candidates(mask_with(*rings), 10, set())


class Asked:
    """A classifier and a judge that answer the same to everything, and count."""

    def __init__(self, confidence: float, is_digit: float) -> None:
        self.crops: list[int] = []
        self.views: list[int] = []
        self._confidence, self._is_digit = confidence, is_digit

    def classify(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.crops.append(len(crops))
        answer = np.zeros((len(crops), 10), np.float32)
        answer[:, 0] = self._confidence
        return answer

    def judge(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.views.append(len(views))
        answer = np.zeros((len(views), len(VERDICTS)), np.float32)
        answer[:, 0] = self._is_digit
        return answer


def test_nothing_proposed_is_nothing_examined():
    asked = Asked(0.9, 0.9)
    scored = CandidateScorer(asked.classify, asked.judge)([])
    assert len(scored) == 0
    assert scored.agreed.shape == (0, 10)


def test_what_the_classifier_does_not_know_is_not_shown_to_the_judge():
    asked = Asked(0.1, 0.9)
    scored = CandidateScorer(asked.classify, asked.judge)(candidates((50, 50), (200, 50)))
    assert len(scored) >= 2
    assert sum(asked.views) == 0
    assert not scored.agreed.any()


@pytest.mark.parametrize(("is_digit", "pieces"), [(0.99, False), (0.2, True)])
def test_wide_candidate_is_cut_only_where_it_is_no_sure_digit(is_digit, pieces):
    asked = Asked(0.99, is_digit)
    (wide,) = candidates((50, 50))
    assert wide.could_be_several
    scored = CandidateScorer(asked.classify, asked.judge)([wide])
    assert (len(scored) > 1) == pieces


class SureOf:
    """A classifier and a judge that are sure of the first so many candidates, and of no other."""

    def __init__(self, sure: int) -> None:
        self._sure = sure

    def classify(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.full((len(crops), 10), 0.9, np.float32)

    def judge(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        answer = np.zeros((len(views), len(VERDICTS)), np.float32)
        answer[: self._sure, 0] = 1.0
        return answer


@pytest.mark.parametrize(("sure", "polarity", "pieces"), [
    (4, "dark", True),
    (4, "light", False),
    (3, "light", True),
])  # fmt: skip
def test_ink_of_a_polarity_that_no_digit_has_is_not_cut_apart(sure, polarity, pieces):
    digits = candidates(*((50 + 100 * place, 50) for place in range(sure)))
    (wide,) = candidates((50, 130))
    wide = replace(wide, mask=replace(wide.mask, polarity=polarity))
    knows = SureOf(sure)
    scored = CandidateScorer(knows.classify, knows.judge)([*digits, wide])
    assert (len(scored) > sure + 1) == pieces


def test_touching_digits_are_examined_piece_by_piece_in_a_second_call():
    asked = Asked(0.9, 0.3)
    (row,) = candidates(*((50 + 37 * place, 50) for place in range(5)))
    assert not row.could_be_digit
    scored = CandidateScorer(asked.classify, asked.judge)([row])
    assert len(asked.crops) == 2
    assert len(scored) >= 5


@pytest.mark.parametrize(("sure", "is_cut"), [(4, False), (3, True)])
def test_ink_far_lower_than_the_sure_digits_is_not_cut(sure, is_cut):
    ink = np.zeros((200, 600), np.uint8)
    for place in range(sure):
        cv2.ellipse(ink, (50 + 100 * place, 60), (24, 40), 0, 0, 360, 255, 4)
    for place in range(3):
        cv2.ellipse(ink, (40 + 16 * place, 150), (8, 10), 0, 0, 360, 255, 2)
    contrast = (ink // 255 * 100).astype(np.uint8)
    mask = InkMask(255 - contrast, ink, contrast, "dark", 1 / 2, *components(ink))
    asked = Asked(0.99, 0.99)
    scored = CandidateScorer(asked.classify, asked.judge)(find_candidates(mask, 10, set()))
    assert (len(asked.crops) == 2) == is_cut
    assert (len(scored) > sure) == is_cut


def test_agreed_probability_is_that_of_both():
    asked = Asked(0.8, 0.5)
    (scored_one,) = CandidateScorer(asked.classify, asked.judge)(candidates((50, 50))[:1]).agreed[
        :1
    ]
    assert scored_one[0] == pytest.approx(0.4, rel=1e-4)


class Says:
    """A classifier and a judge of their own opinions, each the probability of some digits."""

    def __init__(
        self, by_classifier: dict[int, float], by_judge: dict[int, float], is_taught: bool = False
    ) -> None:
        self._by_classifier, self._by_judge = by_classifier, by_judge
        self.is_taught = is_taught

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        answer = np.zeros((len(crops), 10), np.float32)
        answer[:, list(self._by_classifier)] = list(self._by_classifier.values())
        return answer

    def judge(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        answer = np.zeros((len(views), len(VERDICTS)), np.float32)
        answer[:, list(self._by_judge)] = list(self._by_judge.values())
        return answer


@pytest.mark.parametrize(("is_taught", "label"), [(False, 0), (True, 2)])
def test_judge_has_a_say_in_the_name_but_where_the_classifier_knows_the_hand(is_taught, label):
    says = Says({2: 0.6, 0: 0.4}, {0: 0.9, 2: 0.1}, is_taught)
    scored = CandidateScorer(says, says.judge)(candidates((50, 50))[:1])
    assert scored.agreed[0].argmax() == label
    assert scored.probabilities[0].sum() == pytest.approx(1.0, rel=1e-4)


def test_name_that_neither_is_sure_of_is_not_made_surer():
    says = Says({2: 0.4, 3: 0.3, 0: 0.3}, {0: 1.0})
    scored = CandidateScorer(says, says.judge)(candidates((50, 50))[:1])
    assert scored.agreed[0].argmax() == 0
    assert scored.agreed[0].sum() == pytest.approx(0.4 / 0.6, rel=1e-3)


def page_with(*digits: tuple[int, int]) -> NDArray[np.uint8]:
    """Rings of 44 pixels on white paper: where they begin, and how dark their ink is."""
    picture = np.full((720, 1280), 230, np.uint8)
    for x, ink in digits:
        cv2.ellipse(picture, (x, 300), (17, 22), 0, 0, 360, ink, 4, cv2.LINE_AA)
    return picture


PAGE = page_with((200, 30), (300, 30), (370, 150))


@pytest.mark.parametrize(("confidence", "fast", "is_found"), [
    (0.99, False, True),
    (0.99, True, False),
    (0.35, False, False),
])  # fmt: skip
def test_fainter_ink_is_looked_at_in_stills_that_have_sure_digits(confidence, fast, is_found):
    asked = Asked(confidence, 0.99)
    scored = CandidateScorer(asked.classify, asked.judge).score(PAGE, "dark", fast=fast)
    faint = [each for each in scored.candidates if abs(each.box.x - 351) < 4]
    assert bool(faint) == is_found


def test_fainter_ink_is_not_looked_at_beside_one_sure_digit_alone():
    asked = Asked(0.99, 0.99)
    scored = CandidateScorer(asked.classify, asked.judge).score(
        page_with((200, 30), (250, 160)), "dark"
    )
    assert not [each for each in scored.candidates if abs(each.box.x - 231) < 4]


def test_fainter_ink_is_less_probably_a_digit():
    asked = Asked(0.99, 0.9)
    scored = CandidateScorer(asked.classify, asked.judge).score(PAGE, "dark")
    sure = {
        is_faint: {
            round(float(sure), 3)
            for each, sure in zip(scored.candidates, scored.agreed.max(axis=1), strict=True)
            if (abs(each.box.x - 351) < 4) == is_faint
        }
        for is_faint in (False, True)
    }
    assert sure == {False: {0.891}, True: {round(0.8 * 0.891, 3)}}


def test_faint_ink_that_shows_a_digit_known_already_is_not_asked_about_again():
    asked = Asked(0.99, 0.99)
    page = page_with((200, 30), (300, 30))
    assert list(propose_faint(page, "dark"))
    CandidateScorer(asked.classify, asked.judge).score(page, "dark")
    first, *others = asked.crops
    assert first > 0
    assert sum(others) == 0


def ring_of(height: int, width: int, ring_px: int, at: int) -> NDArray[np.uint8]:
    picture = np.full((height, width), 220, np.uint8)
    axes = (round(0.35 * ring_px), ring_px // 2)
    for x in range(at, width - at + 1, 2 * ring_px):
        cv2.ellipse(picture, (x, height // 2), axes, 0, 0, 360, 40, max(3, ring_px // 5))
    return picture


@pytest.mark.parametrize(("picture", "is_alone"), [
    (ring_of(100, 100, 76, 50), True),
    (ring_of(400, 600, 40, 40), False),
], ids=["it fills the picture", "others are small"])  # fmt: skip
def test_where_digits_fill_the_picture_nothing_else_is_looked_at(
    picture: NDArray[np.uint8], is_alone: bool
):
    asked = Asked(0.9, 0.9)
    scored = CandidateScorer(asked.classify, asked.judge).score(picture)
    assert len(scored)
    assert all(each.mask.margin_px > 0 for each in scored.candidates) == is_alone


@pytest.mark.parametrize("is_digit", [0.0, 0.5])
def test_beside_ink_that_is_not_surely_a_digit_everything_is_looked_at(is_digit: float):
    asked = Asked(0.9, is_digit)
    scorer = CandidateScorer(asked.classify, asked.judge)
    picture = ring_of(100, 100, 76, 50)
    margins = {each.mask.margin_px > 0 for each in scorer.score(picture).candidates}
    assert margins == ({True, False} if is_digit else {False})
    assert list(propose(picture))


@pytest.mark.parametrize("fast", [False, True])
def test_small_writing_is_looked_at_enlarged_on_stills(fast: bool):
    asked = Asked(0.9, 0.9)
    picture = np.full((720, 1280), 220, np.uint8)
    for x in range(100, 1200, 40):
        cv2.ellipse(picture, (x, 300), (3, 4), 0, 0, 360, 40, 1, cv2.LINE_AA)
    widths = []
    scorer = CandidateScorer(asked.classify, asked.judge)
    scorer.score(picture, fast=fast, show=lambda mask: widths.append(mask.ink.shape[1]))
    assert (max(widths) > 2 * 1280) == (not fast)
