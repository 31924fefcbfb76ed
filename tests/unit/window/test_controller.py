"""What the keys and the mouse do, without a window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits import Box, ReadConfig, Recognizer, annotate
from camdigits.cli.reading.inspector import Inspector
from camdigits.drawing.debug_view import GROUND
from camdigits.errors import OutputError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.page.candidate_scoring import CandidateScorer
from camdigits.sinks.pictures.video import VideoSink
from camdigits.teaching.examples import Teacher, TeachFolder
from camdigits.types import Frame, Reading
from camdigits.window.controller import Controller
from camdigits.window.keys import action_of
from camdigits.window.services import Services
from tests.cli.pages import PAGE_WH, TEXT, blank, page

ESCAPE, BACKSPACE, LEFT, RIGHT = 27, 8, 0xFF51, 0xFF53


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TeachFolder:
    monkeypatch.chdir(tmp_path)
    return TeachFolder(tmp_path / "teach")


@pytest.fixture
def reader() -> Recognizer:
    return Recognizer()


@pytest.fixture
def controller(folder: TeachFolder, reader: Recognizer) -> Iterator[Controller]:
    teacher = Teacher(CandidateScorer(LiteRTClassifier(), LiteRTJudge()), folder)
    draw = Inspector(reader).draw
    controller = Controller(Services(reader, VideoSink, teacher, draw, "taught weights"))
    yield controller
    controller.close()


def show(
    controller: Controller, reader: Recognizer, index: int = 0, is_still: bool = False
) -> Reading:
    """Show the page, read as the reader does now."""
    reading = replace(reader.read(page()), source="clip.mp4", index=index, is_still=is_still)
    controller.show(Frame(page(), index, index / 30), reading)
    return reading


def press(controller: Controller, *keys: str | int) -> None:
    for key in keys:
        assert controller.press(ord(key) if isinstance(key, str) else key)


def click(controller: Controller, x: float, y: float) -> None:
    for event in (cv2.EVENT_LBUTTONDOWN, cv2.EVENT_LBUTTONUP):
        controller.follow_mouse(event, round(x), round(y))


def drag(controller: Controller, start: tuple[int, int], end: tuple[int, int]) -> None:
    controller.follow_mouse(cv2.EVENT_LBUTTONDOWN, *start)
    controller.follow_mouse(cv2.EVENT_MOUSEMOVE, *end)
    controller.follow_mouse(cv2.EVENT_LBUTTONUP, *end)


def taught(folder: TeachFolder) -> list[str]:
    return sorted(path.parent.name for path in folder.path.glob("*/*.png"))


def test_nothing_but_quitting_works_before_the_first_frame(controller: Controller):
    assert controller.picture() is None
    assert not controller.is_waiting
    assert not controller.press(ord("t"))
    click(controller, 5, 5)
    press(controller, "q")
    assert controller.closed


def test_key_without_a_meaning_does_nothing(controller: Controller, reader: Recognizer):
    show(controller, reader)
    assert not controller.press(-1)
    assert not controller.press(ord("7"))


def test_video_goes_on_until_it_is_paused(controller: Controller, reader: Recognizer):
    show(controller, reader)
    assert not controller.is_waiting
    press(controller, " ")
    assert controller.is_waiting
    press(controller, ".")
    assert not controller.is_waiting
    show(controller, reader, 1)
    assert controller.is_waiting
    press(controller, " ")
    assert not controller.is_waiting


@pytest.mark.parametrize("key", [" ", ".", "q"])
def test_last_frame_of_a_video_stays_until_it_is_let_go(
    controller: Controller, reader: Recognizer, key: str
):
    show(controller, reader)
    controller.finish()
    assert controller.is_waiting
    press(controller, "+", "h", "h")
    assert controller.is_waiting
    press(controller, key)
    assert not controller.is_waiting


def test_a_still_that_was_let_go_does_not_come_back(controller: Controller, reader: Recognizer):
    show(controller, reader, is_still=True)
    press(controller, " ")
    controller.finish()
    assert not controller.is_waiting


@pytest.mark.parametrize("key", [" ", ".", "n"])
def test_still_stays_until_the_next_is_asked_for(
    controller: Controller, reader: Recognizer, key: str
):
    show(controller, reader, is_still=True)
    assert controller.is_waiting
    press(controller, key)
    assert not controller.is_waiting
    show(controller, reader, is_still=True)
    assert controller.is_waiting


def test_save_writes_frame_marked_frame_and_record(controller: Controller, reader: Recognizer):
    Path("camdigits-0001.png").write_text("precious")
    reading = show(controller, reader, 4)
    press(controller, "s")
    assert Path("camdigits-0001.png").read_text() == "precious"
    assert np.array_equal(cv2.imread("camdigits-0002.png"), page())
    assert np.array_equal(cv2.imread("camdigits-0002-read.png"), annotate(page(), reading))
    record = json.loads(Path("camdigits-0002.json").read_text())
    assert record == next(reading.records("frames"))
    assert record["numbers"][0]["text"] == TEXT


def test_recording_is_a_video_of_what_was_shown(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "v")
    for index in range(1, 6):
        show(controller, reader, index)
    show(controller, reader, 0)  # another source begins
    press(controller, "v")
    with av.open("camdigits-0001.mp4") as video:
        assert video.streams.video[0].codec_context.name == "h264"
        frames = list(video.decode(video=0))
    assert len(frames) == 6
    assert frames[-1].time == pytest.approx(5 / 30, abs=0.01)
    picture = controller.picture()
    assert picture is not None
    assert (frames[0].width, frames[0].height) == PAGE_WH
    difference = np.abs(frames[0].to_ndarray(format="bgr24").astype(int) - picture[: PAGE_WH[1]])
    assert difference.mean() < 6


def test_recording_is_finished_when_the_window_closes(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "v")
    show(controller, reader, 1)
    controller.close()
    controller.close()
    with av.open("camdigits-0001.mp4") as video:
        assert len(list(video.decode(video=0))) == 1


def test_recording_that_fails_ends_and_the_window_goes_on(reader: Recognizer):
    class Full:
        def write(self, *_: object) -> None:
            raise OutputError("no space")

        def close(self) -> None: ...

    controller = Controller(Services(reader, lambda _: Full()))  # type: ignore[arg-type, return-value]
    show(controller, reader)
    press(controller, "v")
    show(controller, reader, 1)
    show(controller, reader, 2)
    controller.close()


def test_a_picture_is_not_recorded(controller: Controller, reader: Recognizer):
    show(controller, reader, is_still=True)
    press(controller, "v")
    controller.close()
    assert not list(Path().glob("*.mp4"))


def test_confidence_changes_in_steps_and_stays_in_range(controller: Controller, reader: Recognizer):
    show(controller, reader)
    usual = reader.min_confidence
    press(controller, "+")
    assert reader.min_confidence == pytest.approx(usual + 0.05, abs=0.01)
    press(controller, *"-" * 30)
    assert reader.min_confidence == 0.05
    press(controller, *"+" * 30)
    assert reader.min_confidence == 0.99


def test_polarity_goes_round(controller: Controller, reader: Recognizer):
    show(controller, reader)
    seen = []
    for _ in range(3):
        press(controller, "p")
        seen.append(reader.config.polarity)
    assert seen == ["dark", "light", "auto"]


def test_frame_that_stands_still_is_read_anew(controller: Controller, reader: Recognizer):
    show(controller, reader, is_still=True)
    before = controller.picture()
    press(controller, "p", "p")
    assert before is not None
    picture = controller.picture()
    assert picture is not None
    assert np.array_equal(picture[: PAGE_WH[1]], page())
    press(controller, "p")
    picture = controller.picture()
    assert picture is not None
    assert np.array_equal(picture[: PAGE_WH[1]], before[: PAGE_WH[1]])


def test_dragged_region_is_read_and_asked_again_all_is(controller: Controller, reader: Recognizer):
    show(controller, reader)
    drag(controller, (10, 20), (200, 200))  # without a key a drag means nothing
    assert reader.config.roi is None
    press(controller, "r")
    drag(controller, (310, 220), (100, 20))
    assert reader.config.roi == Box(100, 20, 210, 200)
    press(controller, "r")
    assert reader.config.roi is None


def test_region_is_in_source_pixels_however_it_is_shown(folder: TeachFolder):
    reader = Recognizer(ReadConfig(rotate=90))
    controller = Controller(Services(reader), mirror=True)
    image = np.zeros((90, 160, 3), np.uint8)  # shown turned, mirrored, and larger
    controller.show(Frame(image), Reading("", 0, 0.0, (160, 90)))
    picture = controller.picture()
    assert picture is not None
    scale = picture.shape[1] / 90
    press(controller, "r")
    # Turned clockwise the source's top left comes to the top right, mirrored to the top left.
    drag(controller, (0, 0), (round(30 * scale), round(40 * scale)))
    assert reader.config.roi == Box(0, 0, 40, 30)


def test_region_holds_for_its_source_only(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "r")
    drag(controller, (10, 20), (100, 200))
    controller.settings.restore_region()
    assert reader.config.roi is None


def test_escape_gives_up_a_region_before_it_quits(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "r", ESCAPE)
    assert not controller.closed
    press(controller, ESCAPE)
    assert controller.closed


def test_teaching_freezes_the_frame_and_keeps_answers(
    controller: Controller, reader: Recognizer, folder: TeachFolder
):
    show(controller, reader)
    press(controller, "t")
    assert controller.is_waiting
    press(controller, "5", 0xFFB5, "n", "0")
    assert taught(folder) == ["0", "5", "5", "none"]
    press(controller, BACKSPACE, BACKSPACE)
    assert taught(folder) == ["5", "5"]
    press(controller, "0", ESCAPE)
    assert not controller.is_waiting
    assert not controller.closed
    assert taught(folder) == ["0", "5", "5"]


def test_arrows_choose_the_digit_and_the_last_answer_counts(
    controller: Controller, reader: Recognizer, folder: TeachFolder
):
    show(controller, reader)
    press(controller, "t", RIGHT, "5", LEFT, LEFT, "7", RIGHT, "8")
    assert taught(folder) == ["5", "7", "8"]
    press(controller, "t", "t", RIGHT, "1")
    assert taught(folder) == ["1", "7", "8"]


def test_click_marks_the_digit_that_is_there(
    controller: Controller, reader: Recognizer, folder: TeachFolder
):
    reading = show(controller, reader)
    click(controller, *reading.digits[2].box.center)
    assert controller.is_waiting
    press(controller, "3")
    crop = Recognizer().read(page()).digits[2]
    (path,) = (folder.path / "3").iterdir()
    (around,) = (folder.path / "around" / "3").iterdir()
    margin = round(0.5 * max(crop.box.w, crop.box.h))
    left, top = crop.box.x - margin, crop.box.y - margin
    expected = page()[max(0, top) : crop.box.bottom + margin, left : crop.box.right + margin]
    assert np.array_equal(cv2.imread(str(around)), expected)
    assert cv2.imread(str(path)).shape == (28, 28, 3)


def test_digit_that_was_not_read_can_be_taught(
    controller: Controller, reader: Recognizer, folder: TeachFolder
):
    box = reader.read(page()).digits[0].box
    unread = Reading("clip.mp4", 0, 0.0, PAGE_WH, is_still=False)
    controller.show(Frame(page()), unread)
    press(controller, "t")
    assert not controller.is_waiting
    click(controller, 3, 3)
    assert not controller.is_waiting
    click(controller, *box.center)
    press(controller, "5", ESCAPE)
    assert taught(folder) == ["5"]


def test_empty_page_teaches_nothing(controller: Controller, folder: TeachFolder):
    controller.show(Frame(blank()), Reading("", 0, 0.0, PAGE_WH))
    press(controller, "t")
    click(controller, 300, 100)
    assert action_of(ord("7")) is None
    assert not controller.press(ord("7"))
    assert taught(folder) == []


def test_click_below_the_picture_means_nothing(controller: Controller, reader: Recognizer):
    show(controller, reader)
    click(controller, 100, PAGE_WH[1] + 10)
    assert not controller.is_waiting


def test_answer_that_cannot_be_saved_is_told_and_asked_again(
    controller: Controller, reader: Recognizer, folder: TeachFolder
):
    show(controller, reader)
    folder.path.write_text("in the way")
    press(controller, "t", "5")
    folder.path.unlink()
    press(controller, "5")
    assert taught(folder) == ["5"]


def test_marked_digit_stands_out_and_its_crop_is_shown(controller: Controller, reader: Recognizer):
    reading = show(controller, reader)
    plain = controller.picture()
    press(controller, "t")
    marked = controller.picture()
    assert plain is not None and marked is not None
    first, last = reading.digits[0].box, reading.digits[-1].box
    assert (marked[first.y - 3 : first.bottom + 3, first.x - 6] != plain[0, 0]).any()
    assert (marked[:, :, 2] == 240).sum() > 4 * first.h
    press(controller, "5", "n")
    answered = controller.picture()
    assert answered is not None
    assert not np.array_equal(answered, marked)
    inside = np.s_[last.y : last.bottom, last.x : last.right]
    assert np.array_equal(answered[inside], page()[inside])


def test_a_banner_leaves_the_crop_of_a_lesson_free(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "t")
    controller.banner = "the camera is lost; opening it again for up to 10 s"
    picture = controller.picture()
    assert (
        picture is not None
        and controller._session is not None
        and controller._session.current is not None
    )
    crop = controller._session.current.crop
    found = []
    for scale in range(2, 9):
        large = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
        match = cv2.matchTemplate(picture[:, :, 0], large, cv2.TM_CCOEFF_NORMED)
        found.append(float(match.max()))
    assert max(found) > 0.99


@pytest.mark.parametrize("key", ["s", "m", "d", "f", "h", "p", "+", "r", "t", "v"])
def test_keys_work_without_services(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    controller = Controller(Services())
    controller.show(Frame(page()), Reading("", 0, 0.0, PAGE_WH, is_still=False))
    press(controller, key)
    assert controller.picture() is not None
    controller.close()


def test_mirror_and_full_screen_are_switched(controller: Controller, reader: Recognizer):
    show(controller, reader)
    press(controller, "m", "f")
    assert controller.mirror and controller.full_screen
    press(controller, "m", "f")
    assert not controller.mirror and not controller.full_screen


def test_banner_stands_over_the_picture_until_it_is_taken_away(
    controller: Controller, reader: Recognizer
):
    show(controller, reader)
    plain = controller.picture()
    controller.banner = "camera 0 is lost"
    warned = controller.picture()
    assert plain is not None and warned is not None
    assert not np.array_equal(warned[:20], plain[:20])
    controller.banner = ""
    assert np.array_equal(controller.picture()[:20], plain[:20])


def test_next_frame_takes_the_banner_away(controller: Controller, reader: Recognizer):
    show(controller, reader)
    controller.banner = "camera 0 is lost"
    show(controller, reader, 1)
    assert controller.banner == ""


def test_notice_goes_after_a_while_although_the_frame_stays(
    controller: Controller, reader: Recognizer, monkeypatch: pytest.MonkeyPatch
):
    now = [0.0]
    monkeypatch.setattr("camdigits.window.status.time.monotonic", lambda: now[0])
    show(controller, reader, is_still=True)
    plain = controller.picture()
    press(controller, "p", "p", "p")
    told = controller.picture()
    assert plain is not None and told is not None
    assert not np.array_equal(told[PAGE_WH[1] :], plain[PAGE_WH[1] :])
    assert not controller.is_stale
    now[0] = 100.0
    assert controller.is_stale
    controller.picture()
    assert not controller.is_stale


def has_legend(controller: Controller) -> bool:
    """Return whether the ground of the debug view covers much of the picture."""
    picture = controller.picture()
    assert picture is not None
    return bool((picture == GROUND).all(axis=2).mean() > 0.1)


def test_d_shows_how_a_frame_is_read_until_it_is_pressed_again(
    controller: Controller, reader: Recognizer
):
    show(controller, reader)
    press(controller, "d")
    assert has_legend(controller)
    show(controller, reader, 1)
    assert has_legend(controller)
    press(controller, "d")
    assert not has_legend(controller)


@pytest.mark.parametrize("key", ["t", "r"])
def test_what_needs_the_mouse_shows_the_frame_itself(
    key: str, controller: Controller, reader: Recognizer
):
    show(controller, reader)
    press(controller, "d", key)
    assert not has_legend(controller)


def test_clicks_on_the_debug_view_are_no_places_of_the_frame(
    controller: Controller, reader: Recognizer
):
    reading = show(controller, reader)
    press(controller, "d")
    click(controller, *reading.digits[0].box.center)
    assert has_legend(controller)
    assert not controller.is_waiting


def test_turned_page_is_shown_and_taught_as_it_was_found_to_lie(folder: TeachFolder):
    reader = Recognizer(ReadConfig(rotate="auto"))
    teacher = Teacher(CandidateScorer(LiteRTClassifier(), LiteRTJudge()), folder)
    controller = Controller(Services(reader, teacher=teacher))
    image = np.ascontiguousarray(np.rot90(page(), 1))
    controller.show(Frame(image), reader.read(image))
    press(controller, "p", "p", "p")
    picture = controller.picture()
    assert picture is not None
    assert picture.shape[1] == PAGE_WH[0]
    press(controller, "t", *TEXT)
    assert taught(folder) == sorted(TEXT)
