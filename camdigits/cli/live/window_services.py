"""What the keys of a window need: recognizer, debug view, a video file, the teach folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.reading.inspector import Inspector
from camdigits.cli.reading.sink_wrappers import HeldSink
from camdigits.support.user_folders import state_folder, teach_folder

if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.recognizer import Recognizer
    from camdigits.sinks.base import Sink
    from camdigits.teaching.examples import Teacher
    from camdigits.web.api.teach import TeachingService
    from camdigits.window.services import Services


def window_services(recognizer: Recognizer, request: Request) -> Services:
    """Return what the keys of the window need.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    from camdigits.window.services import Services

    return Services(
        reader=recognizer,
        open_video=_open_video,
        teacher=_open_teacher(request.weights, request.teach),
        draw_debug=Inspector(recognizer).draw,
        place=state_folder() / "window.json",
        note=request.weights_note,
    )


def open_teaching(weights: Path | None, folder: Path | None) -> TeachingService:
    """Return what the page of a browser teaches with.

    Args:
        weights: the classifier's weights; None takes the bundled ones.
        folder: for what is taught; None takes the user's own.

    Raises:
        WeightsError: if the weights cannot be used.
    """
    from camdigits.web.api.teach import TeachingService

    return TeachingService(_open_teacher(weights, folder))


def _open_teacher(weights: Path | None, folder: Path | None) -> Teacher:
    from camdigits.networks.classifier import LiteRTClassifier
    from camdigits.networks.judge import LiteRTJudge
    from camdigits.page.candidate_scoring import CandidateScorer
    from camdigits.teaching.examples import Teacher, TeachFolder

    # Its own, since a classifier serves one thread only.
    scorer = CandidateScorer(LiteRTClassifier(weights), LiteRTJudge())
    return Teacher(scorer, TeachFolder(folder or teach_folder()))


def _open_video(path: Path) -> Sink:
    # Only here: on macOS the two FFmpegs of OpenCV and PyAV print warnings about each other.
    from camdigits.sinks.pictures.video import VideoSink

    return HeldSink(VideoSink(path))
