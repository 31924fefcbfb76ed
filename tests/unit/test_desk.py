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
from camdigits.classify import LiteRTClassifier
from camdigits.cli.debug import Debugging
from camdigits.debugview import GROUND
from camdigits.errors import OutputError
from camdigits.examine import Examiner
from camdigits.judge import LiteRTJudge
from camdigits.keys import action_of
from camdigits.sinks.video import VideoSink
from camdigits.teaching import Teacher, TeachFolder
from camdigits.types import Frame, Reading
from camdigits.window import Services
from camdigits.window.desk import Desk
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
def desk(folder: TeachFolder, reader: Recognizer) -> Iterator[Desk]:
    teacher = Teacher(Examiner(LiteRTClassifier(), LiteRTJudge()), folder)
    draw = Debugging(reader, None).draw
    desk = Desk(Services(reader, VideoSink, teacher, draw, "taught weights"))
    yield desk
    desk.close()


def show(desk: Desk, reader: Recognizer, index: int = 0, is_still: bool = False) -> Reading:
    """Show the page, read as the reader does now."""
    reading = replace(reader.read(page()), source="clip.mp4", index=index, is_still=is_still)
    desk.show(Frame(page(), index, index / 30), reading)
    return reading


def press(desk: Desk, *keys: str | int) -> None:
    for key in keys:
        assert desk.press(ord(key) if isinstance(key, str) else key)


def click(desk: Desk, x: float, y: float) -> None:
    for event in (cv2.EVENT_LBUTTONDOWN, cv2.EVENT_LBUTTONUP):
        desk.follow_mouse(event, round(x), round(y))


def drag(desk: Desk, start: tuple[int, int], end: tuple[int, int]) -> None:
    desk.follow_mouse(cv2.EVENT_LBUTTONDOWN, *start)
    desk.follow_mouse(cv2.EVENT_MOUSEMOVE, *end)
    desk.follow_mouse(cv2.EVENT_LBUTTONUP, *end)


def taught(folder: TeachFolder) -> list[str]:
    return sorted(path.parent.name for path in folder.path.glob("*/*.png"))


def test_nothing_but_quitting_works_before_the_first_frame(desk: Desk):
    assert desk.picture() is None
    assert not desk.is_waiting
    assert not desk.press(ord("t"))
    click(desk, 5, 5)
    press(desk, "q")
    assert desk.closed


def test_key_without_a_meaning_does_nothing(desk: Desk, reader: Recognizer):
    show(desk, reader)
    assert not desk.press(-1)
    assert not desk.press(ord("7"))


def test_video_goes_on_until_it_is_paused(desk: Desk, reader: Recognizer):
    show(desk, reader)
    assert not desk.is_waiting
    press(desk, " ")
    assert desk.is_waiting
    press(desk, ".")
    assert not desk.is_waiting
    show(desk, reader, 1)
    assert desk.is_waiting
    press(desk, " ")
    assert not desk.is_waiting


@pytest.mark.parametrize("key", [" ", ".", "n"])
def test_still_stays_until_the_next_is_asked_for(desk: Desk, reader: Recognizer, key: str):
    show(desk, reader, is_still=True)
    assert desk.is_waiting
    press(desk, key)
    assert not desk.is_waiting
    show(desk, reader, is_still=True)
    assert desk.is_waiting


def test_save_writes_frame_marked_frame_and_record(desk: Desk, reader: Recognizer):
    Path("camdigits-0001.png").write_text("precious")
    reading = show(desk, reader, 4)
    press(desk, "s")
    assert Path("camdigits-0001.png").read_text() == "precious"
    assert np.array_equal(cv2.imread("camdigits-0002.png"), page())
    assert np.array_equal(cv2.imread("camdigits-0002-read.png"), annotate(page(), reading))
    record = json.loads(Path("camdigits-0002.json").read_text())
    assert record == next(reading.records("frames"))
    assert record["numbers"][0]["text"] == TEXT


def test_recording_is_a_video_of_what_was_shown(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "v")
    for index in range(1, 6):
        show(desk, reader, index)
    show(desk, reader, 0)  # another source begins
    press(desk, "v")
    with av.open("camdigits-0001.mp4") as video:
        assert video.streams.video[0].codec_context.name == "h264"
        frames = list(video.decode(video=0))
    assert len(frames) == 6
    assert frames[-1].time == pytest.approx(5 / 30, abs=0.01)
    picture = desk.picture()
    assert picture is not None
    assert (frames[0].width, frames[0].height) == PAGE_WH
    difference = np.abs(frames[0].to_ndarray(format="bgr24").astype(int) - picture[: PAGE_WH[1]])
    assert difference.mean() < 6


def test_recording_is_finished_when_the_window_closes(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "v")
    show(desk, reader, 1)
    desk.close()
    desk.close()
    with av.open("camdigits-0001.mp4") as video:
        assert len(list(video.decode(video=0))) == 1


def test_recording_that_fails_ends_and_the_window_goes_on(reader: Recognizer):
    class Full:
        def write(self, *_: object) -> None:
            raise OutputError("no space")

        def close(self) -> None: ...

    desk = Desk(Services(reader, lambda _: Full()))  # type: ignore[arg-type, return-value]
    show(desk, reader)
    press(desk, "v")
    show(desk, reader, 1)
    show(desk, reader, 2)
    desk.close()


def test_a_picture_is_not_recorded(desk: Desk, reader: Recognizer):
    show(desk, reader, is_still=True)
    press(desk, "v")
    desk.close()
    assert not list(Path().glob("*.mp4"))


def test_confidence_changes_in_steps_and_stays_in_range(desk: Desk, reader: Recognizer):
    show(desk, reader)
    usual = reader.min_confidence
    press(desk, "+")
    assert reader.min_confidence == pytest.approx(usual + 0.05, abs=0.01)
    press(desk, *"-" * 30)
    assert reader.min_confidence == 0.05
    press(desk, *"+" * 30)
    assert reader.min_confidence == 0.99


def test_polarity_goes_round(desk: Desk, reader: Recognizer):
    show(desk, reader)
    seen = []
    for _ in range(3):
        press(desk, "p")
        seen.append(reader.config.polarity)
    assert seen == ["dark", "light", "auto"]


def test_frame_that_stands_still_is_read_anew(desk: Desk, reader: Recognizer):
    show(desk, reader, is_still=True)
    before = desk.picture()
    press(desk, "p", "p")
    assert before is not None
    picture = desk.picture()
    assert picture is not None
    assert np.array_equal(picture[: PAGE_WH[1]], page())
    press(desk, "p")
    picture = desk.picture()
    assert picture is not None
    assert np.array_equal(picture[: PAGE_WH[1]], before[: PAGE_WH[1]])


def test_dragged_region_is_read_and_asked_again_all_is(desk: Desk, reader: Recognizer):
    show(desk, reader)
    drag(desk, (10, 20), (200, 200))  # without a key a drag means nothing
    assert reader.config.roi is None
    press(desk, "r")
    drag(desk, (310, 220), (100, 20))
    assert reader.config.roi == Box(100, 20, 210, 200)
    press(desk, "r")
    assert reader.config.roi is None


def test_region_is_in_source_pixels_however_it_is_shown(folder: TeachFolder):
    reader = Recognizer(ReadConfig(rotate=90))
    desk = Desk(Services(reader), mirror=True)
    image = np.zeros((90, 160, 3), np.uint8)  # shown turned, mirrored, and larger
    desk.show(Frame(image), Reading("", 0, 0.0, (160, 90)))
    picture = desk.picture()
    assert picture is not None
    scale = picture.shape[1] / 90
    press(desk, "r")
    # Turned clockwise the source's top left comes to the top right, mirrored to the top left.
    drag(desk, (0, 0), (round(30 * scale), round(40 * scale)))
    assert reader.config.roi == Box(0, 0, 40, 30)


def test_region_holds_for_its_source_only(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "r")
    drag(desk, (10, 20), (100, 200))
    desk.settings.restore_region()
    assert reader.config.roi is None


def test_escape_gives_up_a_region_before_it_quits(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "r", ESCAPE)
    assert not desk.closed
    press(desk, ESCAPE)
    assert desk.closed


def test_teaching_freezes_the_frame_and_keeps_answers(
    desk: Desk, reader: Recognizer, folder: TeachFolder
):
    show(desk, reader)
    press(desk, "t")
    assert desk.is_waiting
    press(desk, "5", 0xFFB5, "n", "0")
    assert taught(folder) == ["0", "5", "5", "none"]
    press(desk, BACKSPACE, BACKSPACE)
    assert taught(folder) == ["5", "5"]
    press(desk, "0", ESCAPE)
    assert not desk.is_waiting
    assert not desk.closed
    assert taught(folder) == ["0", "5", "5"]


def test_arrows_choose_the_digit_and_the_last_answer_counts(
    desk: Desk, reader: Recognizer, folder: TeachFolder
):
    show(desk, reader)
    press(desk, "t", RIGHT, "5", LEFT, LEFT, "7", RIGHT, "8")
    assert taught(folder) == ["5", "7", "8"]
    press(desk, "t", "t", RIGHT, "1")
    assert taught(folder) == ["1", "7", "8"]


def test_click_marks_the_digit_that_is_there(desk: Desk, reader: Recognizer, folder: TeachFolder):
    reading = show(desk, reader)
    click(desk, *reading.digits[2].box.center)
    assert desk.is_waiting
    press(desk, "3")
    crop = Recognizer().read(page()).digits[2]
    (path,) = (folder.path / "3").iterdir()
    (around,) = (folder.path / "around" / "3").iterdir()
    margin = round(0.5 * max(crop.box.w, crop.box.h))
    left, top = crop.box.x - margin, crop.box.y - margin
    expected = page()[max(0, top) : crop.box.bottom + margin, left : crop.box.right + margin]
    assert np.array_equal(cv2.imread(str(around)), expected)
    assert cv2.imread(str(path)).shape == (28, 28, 3)


def test_digit_that_was_not_read_can_be_taught(desk: Desk, reader: Recognizer, folder: TeachFolder):
    box = reader.read(page()).digits[0].box
    unread = Reading("clip.mp4", 0, 0.0, PAGE_WH, is_still=False)
    desk.show(Frame(page()), unread)
    press(desk, "t")
    assert not desk.is_waiting
    click(desk, 3, 3)
    assert not desk.is_waiting
    click(desk, *box.center)
    press(desk, "5", ESCAPE)
    assert taught(folder) == ["5"]


def test_empty_page_teaches_nothing(desk: Desk, folder: TeachFolder):
    desk.show(Frame(blank()), Reading("", 0, 0.0, PAGE_WH))
    press(desk, "t")
    click(desk, 300, 100)
    assert action_of(ord("7")) is None
    assert not desk.press(ord("7"))
    assert taught(folder) == []


def test_click_below_the_picture_means_nothing(desk: Desk, reader: Recognizer):
    show(desk, reader)
    click(desk, 100, PAGE_WH[1] + 10)
    assert not desk.is_waiting


def test_answer_that_cannot_be_saved_is_told_and_asked_again(
    desk: Desk, reader: Recognizer, folder: TeachFolder
):
    show(desk, reader)
    folder.path.write_text("in the way")
    press(desk, "t", "5")
    folder.path.unlink()
    press(desk, "5")
    assert taught(folder) == ["5"]


def test_marked_digit_stands_out_and_its_crop_is_shown(desk: Desk, reader: Recognizer):
    reading = show(desk, reader)
    plain = desk.picture()
    press(desk, "t")
    marked = desk.picture()
    assert plain is not None and marked is not None
    first, last = reading.digits[0].box, reading.digits[-1].box
    assert (marked[first.y - 3 : first.bottom + 3, first.x - 6] != plain[0, 0]).any()
    assert (marked[:, :, 2] == 240).sum() > 4 * first.h
    press(desk, "5", "n")
    answered = desk.picture()
    assert answered is not None
    assert not np.array_equal(answered, marked)
    inside = np.s_[last.y : last.bottom, last.x : last.right]
    assert np.array_equal(answered[inside], page()[inside])


def test_a_banner_leaves_the_crop_of_a_lesson_free(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "t")
    desk.banner = "the camera is lost; opening it again for up to 10 s"
    picture = desk.picture()
    assert picture is not None and desk._lesson is not None and desk._lesson.current is not None
    crop = desk._lesson.current.crop
    found = []
    for scale in range(2, 9):
        large = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
        match = cv2.matchTemplate(picture[:, :, 0], large, cv2.TM_CCOEFF_NORMED)
        found.append(float(match.max()))
    assert max(found) > 0.99


@pytest.mark.parametrize("key", ["s", "m", "d", "f", "h", "p", "+", "r", "t", "v"])
def test_keys_work_without_services(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    desk = Desk(Services())
    desk.show(Frame(page()), Reading("", 0, 0.0, PAGE_WH, is_still=False))
    press(desk, key)
    assert desk.picture() is not None
    desk.close()


def test_mirror_and_full_screen_are_switched(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "m", "f")
    assert desk.mirror and desk.full_screen
    press(desk, "m", "f")
    assert not desk.mirror and not desk.full_screen


def test_banner_stands_over_the_picture_until_it_is_taken_away(desk: Desk, reader: Recognizer):
    show(desk, reader)
    plain = desk.picture()
    desk.banner = "camera 0 is lost"
    warned = desk.picture()
    assert plain is not None and warned is not None
    assert not np.array_equal(warned[:20], plain[:20])
    desk.banner = ""
    assert np.array_equal(desk.picture()[:20], plain[:20])


def test_next_frame_takes_the_banner_away(desk: Desk, reader: Recognizer):
    show(desk, reader)
    desk.banner = "camera 0 is lost"
    show(desk, reader, 1)
    assert desk.banner == ""


def test_notice_goes_after_a_while_although_the_frame_stays(
    desk: Desk, reader: Recognizer, monkeypatch: pytest.MonkeyPatch
):
    now = [0.0]
    monkeypatch.setattr("camdigits.window.status.time.monotonic", lambda: now[0])
    show(desk, reader, is_still=True)
    plain = desk.picture()
    press(desk, "p", "p", "p")
    told = desk.picture()
    assert plain is not None and told is not None
    assert not np.array_equal(told[PAGE_WH[1] :], plain[PAGE_WH[1] :])
    assert not desk.is_stale
    now[0] = 100.0
    assert desk.is_stale
    desk.picture()
    assert not desk.is_stale


def has_legend(desk: Desk) -> bool:
    """Return whether the ground of the debug view covers much of the picture."""
    picture = desk.picture()
    assert picture is not None
    return bool((picture == GROUND).all(axis=2).mean() > 0.1)


def test_d_shows_how_a_frame_is_read_until_it_is_pressed_again(desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "d")
    assert has_legend(desk)
    show(desk, reader, 1)
    assert has_legend(desk)
    press(desk, "d")
    assert not has_legend(desk)


@pytest.mark.parametrize("key", ["t", "r"])
def test_what_needs_the_mouse_shows_the_frame_itself(key: str, desk: Desk, reader: Recognizer):
    show(desk, reader)
    press(desk, "d", key)
    assert not has_legend(desk)


def test_clicks_on_the_debug_view_are_no_places_of_the_frame(desk: Desk, reader: Recognizer):
    reading = show(desk, reader)
    press(desk, "d")
    click(desk, *reading.digits[0].box.center)
    assert has_legend(desk)
    assert not desk.is_waiting


def test_turned_page_is_shown_and_taught_as_it_was_found_to_lie(folder: TeachFolder):
    reader = Recognizer(ReadConfig(rotate="auto"))
    teacher = Teacher(Examiner(LiteRTClassifier(), LiteRTJudge()), folder)
    desk = Desk(Services(reader, teacher=teacher))
    image = np.ascontiguousarray(np.rot90(page(), 1))
    desk.show(Frame(image), reader.read(image))
    press(desk, "p", "p", "p")
    picture = desk.picture()
    assert picture is not None
    assert picture.shape[1] == PAGE_WH[0]
    press(desk, "t", *TEXT)
    assert taught(folder) == sorted(TEXT)
