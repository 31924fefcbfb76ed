"""What the command lends its windows: recognizer, debug view, a video file, the teach folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.wrappers import HeldSink
from camdigits.folders import state_folder, teach_folder

if TYPE_CHECKING:
    from camdigits.cli.debug import Debugging
    from camdigits.cli.request import Request
    from camdigits.recognizer import Recognizer
    from camdigits.sinks.base import Sink
    from camdigits.teaching import Teacher
    from camdigits.web.school import School
    from camdigits.window import Services


def lend(recognizer: Recognizer, debugging: Debugging, request: Request) -> Services:
    """Return what the keys of the window need.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    from camdigits.window import Services

    return Services(
        reader=recognizer,
        open_video=_open_video,
        teacher=_open_teacher(request.weights, request.teach),
        draw_debug=debugging.draw,
        place=state_folder() / "window.json",
        note=request.weights_note,
    )


def open_school(weights: Path | None, folder: Path | None) -> School:
    """Return what the page of a browser teaches with.

    Args:
        weights: the classifier's weights; None takes the bundled ones.
        folder: for what is taught; None takes the user's own.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    from camdigits.web.school import School

    return School(_open_teacher(weights, folder))


def _open_teacher(weights: Path | None, folder: Path | None) -> Teacher:
    from camdigits.classify import LiteRTClassifier
    from camdigits.examine import Examiner
    from camdigits.judge import LiteRTJudge
    from camdigits.teaching import Teacher, TeachFolder

    # Its own, since a classifier serves one thread only.
    examine = Examiner(LiteRTClassifier(weights), LiteRTJudge())
    return Teacher(examine, TeachFolder(folder or teach_folder()))


def _open_video(path: Path) -> Sink:
    # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
    from camdigits.sinks.video import VideoSink

    return HeldSink(VideoSink(path))
