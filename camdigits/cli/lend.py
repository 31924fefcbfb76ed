"""What the command lends its window: recognizer, debug view, a video file, the teach folder."""

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
    from camdigits.window import Services


def lend(recognizer: Recognizer, debugging: Debugging, request: Request) -> Services:
    """Return what the keys of the window need.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    from camdigits.classify import LiteRTClassifier
    from camdigits.examine import Examiner
    from camdigits.judge import LiteRTJudge
    from camdigits.teaching import Teacher, TeachFolder
    from camdigits.window import Services

    folder = TeachFolder(request.teach or teach_folder())
    # Its own, since a classifier serves one thread only.
    examine = Examiner(LiteRTClassifier(request.weights), LiteRTJudge())
    return Services(
        reader=recognizer,
        open_video=_open_video,
        teacher=Teacher(examine, folder),
        draw_debug=debugging.draw,
        place=state_folder() / "window.json",
        note=request.weights_note,
    )


def _open_video(path: Path) -> Sink:
    # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
    from camdigits.sinks.video import VideoSink

    return HeldSink(VideoSink(path))
