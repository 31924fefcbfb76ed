"""Teaching on the page: however fast the answers come, each one keeps its own digit."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.config import ReadConfig
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.page.candidate_scoring import CandidateScorer
from camdigits.recognizer import Recognizer
from camdigits.teaching.examples import Sight
from tests.support.media import encoded
from tests.web.conftest import Open, camera_picture, drop, wait_until
from tests.web.serving import Served

pytestmark = pytest.mark.browser

_SLOW_S = 0.3
"""How late the server answers, so that keys come while it works."""


@pytest.fixture
def tab(served: Served, open_page: Open) -> Any:
    """A page that teaches the four digits of a photo, by a slow server."""
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li:has-text('photo.png')")

    def slow(route: Any) -> None:
        time.sleep(_SLOW_S)
        route.continue_()

    tab.route("**/v1/look*", slow)
    tab.route("**/v1/teach*", slow)
    tab.keyboard.press("t")
    tab.wait_for_selector("#teaching:visible")
    return tab


def said_of(folder: Path) -> dict[int, str]:
    """Return under which name each digit of the photo, by its place, was saved."""
    scorer = CandidateScorer(LiteRTClassifier(), LiteRTJudge())
    sight = Sight(camera_picture(), ReadConfig(), scorer)
    digits = Recognizer().read(camera_picture()).digits
    crops = [example.crop for digit in digits if (example := sight.of(digit))]
    assert len(crops) == 4
    saved = {}
    for path in folder.glob("[0-9n]*/*.png"):
        crop = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(int)
        distances = [np.abs(crop - each).mean() for each in crops]
        # Digits that differ are 15 and more apart; cut out again, one may differ by 13 from itself.
        assert min(distances) < 15
        saved[int(np.argmin(distances))] = path.parent.name
    return saved


def note(tab: Any) -> str:
    return str(tab.locator("#teaching-note").inner_text())


def wait_for_note(tab: Any, text: str) -> None:
    wait_until(tab, f"document.querySelector('#teaching-note').textContent.includes({text!r})")


def test_answers_that_come_fast_each_keep_their_own_digit(tab: Any, folder: Path) -> None:
    for key in "1234":
        tab.keyboard.press(key)
    wait_for_note(tab, "Saved as 4")

    assert said_of(folder) == {0: "1", 1: "2", 2: "3", 3: "4"}
    assert "4 in all" in note(tab)
    assert "Every digit that is read here is named" in tab.locator("#teaching-text").inner_text()
    tab.keyboard.press("9")  # one too many names nothing anew
    tab.keyboard.press("Backspace")
    wait_for_note(tab, "taken back")
    assert said_of(folder) == {0: "1", 1: "2", 2: "3"}


def test_backspace_goes_back_to_the_digit_whose_answer_it_takes(tab: Any, folder: Path) -> None:
    for key in ("1", "2", "Backspace", "7", "3"):
        tab.keyboard.press(key)
    wait_for_note(tab, "Saved as 3")

    assert said_of(folder) == {0: "1", 1: "7", 2: "3"}


def test_taps_on_the_buttons_are_bound_as_fast_as_keys(tab: Any, folder: Path) -> None:
    press = "for (const i of [1, 2, 3]) document.querySelector(`[data-label='${i}']`).click()"
    tab.evaluate(press)
    wait_for_note(tab, "Saved as 3")

    assert said_of(folder) == {0: "1", 1: "2", 2: "3"}


def test_what_was_named_is_passed_over_and_a_second_word_counts(tab: Any, folder: Path) -> None:
    for key in ("ArrowRight", "2", "ArrowLeft", "8", "3", "4", "1"):
        tab.keyboard.press(key)
    wait_for_note(tab, "Saved as 1")

    assert said_of(folder) == {0: "1", 1: "8", 2: "3", 3: "4"}


def test_a_key_that_is_held_names_one_digit(tab: Any, folder: Path) -> None:
    for _ in range(3):
        tab.keyboard.down("6")
    tab.keyboard.up("6")
    tab.keyboard.press("1")
    wait_for_note(tab, "Saved as 1")

    assert said_of(folder) == {0: "6", 1: "1"}


def test_an_answer_that_could_not_be_saved_is_told_after_the_end_too(tab: Any) -> None:
    tab.unroute("**/v1/teach*")
    held: list[Any] = []
    tab.route("**/v1/teach*", lambda route: held.append(route))
    tab.keyboard.press("1")
    while not held:
        tab.wait_for_timeout(20)
    tab.keyboard.press("Escape")
    held[0].abort()

    tab.wait_for_selector("#alert:has-text('The 1 was not saved: camdigits does not answer')")
