"""Reads the frames of one source: some are searched, what was found is followed on the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from camdigits.choose import Detection
from camdigits.config import ReadConfig
from camdigits.follow import Follower
from camdigits.geometry import View
from camdigits.luma import coarse, luma_of
from camdigits.pace import Pace
from camdigits.sharpness import sharpness
from camdigits.still import Found, Plane, StillReader, to_source
from camdigits.types import Event, Frame, Luma

if TYPE_CHECKING:
    from camdigits.recognizer import Recognizer


class StreamReader(StillReader):
    """Reads the frames of one video or camera; remembers what is tracked and announced.

    Args:
        recognizer: finds the digits; its settings may change between two frames.
        name: of the source.
    """

    is_still = False

    def __init__(self, recognizer: Recognizer, name: str) -> None:
        super().__init__(recognizer, name)
        self._view: View | None = None
        self._asked: tuple[ReadConfig, float] | None = None
        self._pace = Pace()
        self._prepared: dict[int, tuple[View, tuple[Plane, int]]] = {}
        self._follower = Follower(
            recognizer.min_confidence, lambda text: recognizer.config.accepts(text)
        )

    def prepare(self, frame: Frame) -> None:
        """Reduce a frame's brightness if that is needed; each that was prepared is read."""
        view = self._view
        if view is not None and self._pace.needs_coarse and frame.size_wh == view.size_wh:
            self._prepared[frame.index] = view, coarse(view.cut(luma_of(frame).plane))

    def _next(self, frame: Frame, luma: Luma) -> tuple[View, Found]:
        """Follow what is known to the next frame of a video, or else search it."""
        view, asked = self._view, (self._recognizer.config, self._recognizer.min_confidence)
        size_wh = luma.plane.shape[1], luma.plane.shape[0]
        seen, small = self._prepared.pop(frame.index, (None, None))
        if view is not None and asked == self._asked and size_wh == view.size_wh:
            part = view.cut(luma.plane)
            motion = self._pace.look(part, frame.time_s, small if seen == view else None)
            if motion is not None:
                cut = Frame(part, frame.index, frame.time_s)
                digits, numbers, events = self._follower.stay(motion, cut)
                return view, to_source(view, digits, numbers, events)
        else:
            self._pace.forget()
        self._asked = asked
        # Asked for one polarity, nothing else is looked for; else what was found before guides.
        view, part, detections = self._search(luma, self._pace.polarity)
        found = self._follow(view, part, detections, frame)
        # While the page may still lie another way, each frame is looked at anew.
        is_known = self._recognizer.config.rotate != "auto" or self._orientation.is_settled
        self._pace.searched(
            detections, frame.time_s, is_settled=is_known and self._follower.is_settled
        )
        return view, found

    def _follow(self, view: View, plane: Plane, detections: list[Detection], frame: Frame) -> Found:
        """Join what was found to what the frames before showed."""
        events: tuple[Event, ...] = ()
        if self._view is not None and self._view != view:
            # The page lies another way or another part is read: all stands elsewhere now.
            gone = self._follower.restart(frame)
            events = to_source(self._view, (), (), gone)[2]
        self._view = view
        self._follower.ask_for(self._recognizer.min_confidence)
        cut = Frame(plane, frame.index, frame.time_s)
        found = self._follower.update(detections, sharpness(plane), cut)
        digits, numbers, new = to_source(view, *found)
        return digits, numbers, events + new
