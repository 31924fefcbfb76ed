"""Reads the frames of one source: some are searched, what was found is followed on the others."""

from __future__ import annotations

from functools import partial

from camdigits.config import ReadConfig
from camdigits.ink.luma import coarse, luma_of
from camdigits.ink.plane import PlaneMaker
from camdigits.page.image_reader import Detector, Found, ImageReader, Plane, to_source
from camdigits.page.orientation.turns import Sight
from camdigits.page.orientation.view import View
from camdigits.page.ruling.search import find_ruling
from camdigits.page.whole import standing
from camdigits.types import Event, Frame, Luma
from camdigits.video.change.schedule import Outlook, SearchSchedule
from camdigits.video.follower import Follower, PrintRule
from camdigits.video.sharpness import sharpness


class VideoReader(ImageReader):
    """Reads the frames of one video or camera; remembers what is tracked and announced.

    Args:
        detector: finds the digits.
        name: of the source.
    """

    is_still = False

    def __init__(self, detector: Detector, name: str) -> None:
        super().__init__(detector, name)
        self._view: View | None = None
        self._asked: tuple[ReadConfig, float] | None = None
        self._schedule, self._planes = SearchSchedule(), PlaneMaker()
        self._prepared: dict[int, tuple[View, tuple[Plane, int]]] = {}
        self._follower = Follower(
            detector.min_confidence,
            lambda text: detector.config.accepts(text),
            detector.threshold,
        )

    def prepare(self, frame: Frame) -> None:
        """Reduce a frame's brightness if that is needed; each that was prepared is read."""
        view = self._view
        if view is not None and self._schedule.needs_coarse and _fits(frame, view):
            self._prepared[frame.index] = view, coarse(view.cut(luma_of(frame).plane))

    def _next(self, frame: Frame, luma: Luma) -> tuple[View, Found]:
        """Follow what is known to the next frame of a video, or else search it."""
        view, asked = self._view, (self._detector.config, self._detector.min_confidence)
        seen, small = self._prepared.pop(frame.index, (None, None))
        if view is not None and asked == self._asked and _fits(frame, view):
            part = view.cut(luma.plane)
            outlook = self._schedule.look(part, frame.time_s, small if seen == view else None)
            if outlook is not None and not outlook.is_due:
                cut = Frame(part, frame.index, frame.time_s)
                followed = self._follower.stay(outlook.motion, cut, outlook.hides)
                return view, to_source(view, Found(*followed))
        else:
            outlook = None
            self._schedule.forget()
        if outlook is None:
            self._planes.forget()
        self._asked = asked
        # Asked for one polarity, nothing else is looked for; else what was found before guides.
        (sight,) = self._search(frame, luma, self._schedule.polarity)
        view, detections = sight.view, sight.detections
        found = self._follow(sight, frame, outlook)
        # While the page may still lie another way, each frame is looked at anew.
        is_known = self._detector.config.rotate != "auto" or self._orientation.is_settled
        self._schedule.searched(
            detections, frame.time_s, is_settled=is_known and self._follower.is_settled
        )
        return view, found

    def _plane_of(self, frame: Frame, luma: Luma) -> Plane:
        return self._planes.plane_of(frame, luma)

    def _follow(self, sight: Sight, frame: Frame, outlook: Outlook | None) -> Found:
        """Join what was found to what the frames before showed."""
        view, plane, detections = sight.view, sight.plane, sight.detections
        events: tuple[Event, ...] = ()
        if self._view is not None and self._view != view:
            # The page lies another way or another part is read: all stands elsewhere now.
            gone = self._follower.restart(frame)
            events = to_source(self._view, Found((), (), gone)).events
            outlook = None
        self._view = view
        self._follower.ask_for(self._detector.min_confidence)
        cut = Frame(plane, frame.index, frame.time_s)
        kept = standing(detections)
        ruling = find_ruling(plane, kept)
        struck = {each.struck for each in detections if each.struck is not None}
        detector = self._detector
        read_lines = partial(detector.read_lines, plane, struck=tuple(struck))
        rule = PrintRule(
            partial(detector.detect_print, plane), detector.print_threshold, detector.config.writing
        )
        if outlook is not None:
            self._follower.expect(outlook.motion, outlook.hides)
        elif not self._schedule.is_same_scene:
            self._follower.expect(None)
        found = self._follower.update(kept, sharpness(plane), cut, ruling, read_lines, rule)
        there = to_source(view, Found(*found))
        return there._replace(events=events + there.events)


def _fits(frame: Frame, view: View) -> bool:
    """Return whether a view is of frames like this one."""
    return (frame.size_wh, frame.pixel_aspect) == (view.size_wh, view.pixel_aspect)
