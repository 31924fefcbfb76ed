"""Reads the frames of one source: some are searched, what was found is followed on the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from camdigits.config import ReadConfig
from camdigits.ink.luma import coarse, luma_of
from camdigits.ink.plane import PlaneMaker
from camdigits.page.choose import Detection
from camdigits.page.detector import Detector, Plane, Surroundings
from camdigits.page.image_reader import Found, ImageReader, to_source
from camdigits.page.orientation.turns import Sight
from camdigits.page.orientation.view import View
from camdigits.page.ruling.search import find_ruling
from camdigits.page.tiles import shifted
from camdigits.page.whole import standing
from camdigits.types import Box, Event, Frame, Luma
from camdigits.video.change.regions import holds, joined, seen_around
from camdigits.video.change.schedule import Outlook, SearchSchedule
from camdigits.video.follower import Follower
from camdigits.video.line_follower import LineRules, PrintRule
from camdigits.video.motion import Motion, middles_of
from camdigits.video.sharpness import sharpness
from camdigits.video.track import as_box, boxes_of


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
        self._around: Surroundings | None = None
        self._detections: list[Detection] = []
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
        changes = None if outlook is None else self._changes(outlook)
        regions = self._regions(changes)
        # Asked for one polarity, nothing else is looked for; else what was found before guides.
        if view is not None and regions is not None and outlook is not None:
            sight = self._search_regions(frame, luma, view, regions, outlook.motion)
        else:
            around = None if outlook is None else self._around
            usual = None if around is None else around.usual
            (sight,) = self._search(frame, luma, self._schedule.polarity, usual)
            regions, self._around = None, sight.around
        view = sight.view
        found = self._follow(sight, frame, outlook, regions, changes)
        # While the page may still lie another way, each frame is looked at anew.
        is_known = self._detector.config.rotate != "auto" or self._orientation.is_settled
        self._schedule.searched(
            sight.detections,
            frame.time_s,
            is_settled=is_known and self._follower.is_settled,
            is_whole=regions is None,
        )
        self._detections = sight.detections
        return view, found

    def _changes(self, outlook: Outlook) -> list[Box] | None:
        """Return where another look at a frame may tell more, in pixels of the view.

        None stands for everywhere.
        """
        if outlook.changes is None or self._around is None or not self._orientation.is_settled:
            return None
        return [*outlook.changes, *self._follower.unsettled(outlook.motion)]

    def _regions(self, changes: Sequence[Box] | None) -> list[Box] | None:
        """Return the parts of a frame to search, in pixels of the view; None for all of it."""
        if changes is None or self._around is None:
            return None
        return joined(changes, self._around.usual.height, self._around.size_wh)

    def _search_regions(
        self, frame: Frame, luma: Luma, view: View, regions: Sequence[Box], motion: Motion
    ) -> Sight:
        """Find the digits of some regions; those of the others are what they were.

        Args:
            frame: that is read.
            luma: its brightness.
            view: of it.
            regions: in pixels of the view.
            motion: how the picture moved since it was searched last.
        """
        assert self._around is not None
        plane = view.cut(self._plane_of(frame, luma))
        size_wh, digit_px = (plane.shape[1], plane.shape[0]), self._around.usual.height
        asked, guess = self._detector.config.polarity, self._schedule.polarity
        found: list[Detection] = []
        for place, region in enumerate(regions):
            box = seen_around(region, digit_px, size_wh)
            part = plane[box.y : box.bottom, box.x : box.right]
            polarity = guess if asked == "auto" else asked
            shown = self._detector.search_part(part, self._around, polarity, region.h)
            there = [shifted(each, box.x, box.y) for each in shown]
            # Where regions overlap, the first one has its say.
            found += [
                each
                for each in there
                if holds([region], each.box) and not holds(regions[:place], each.box)
            ]
        bounds = Box(0, 0, *size_wh)
        for each in _moved(self._detections, motion):
            if bounds.intersection(each.box) and not holds(regions, each.box):
                found.append(replace(each, box=each.box.clipped(bounds)))
        return Sight(view, plane, found, around=self._around)

    def _plane_of(self, frame: Frame, luma: Luma) -> Plane:
        return self._planes.plane_of(frame, luma)

    def _follow(
        self,
        sight: Sight,
        frame: Frame,
        outlook: Outlook | None,
        regions: Sequence[Box] | None,
        changes: Sequence[Box] | None,
    ) -> Found:
        """Join what was found to what the frames before showed."""
        view, plane, detections = sight.view, sight.plane, sight.detections
        events: tuple[Event, ...] = ()
        shift: complex | None = None
        if self._view is not None and self._view != view:
            # Another part is read, in which all that both show stands elsewhere.
            shift, outlook, changes = self._view.shift_to(view), None, None
            if shift is None:  # the page lies another way
                gone = self._follower.restart(frame)
                events = to_source(self._view, Found((), (), gone)).events
        self._view = view
        self._follower.ask_for(self._detector.min_confidence)
        cut = Frame(plane, frame.index, frame.time_s)
        kept = standing(detections)
        struck = {each.struck for each in detections if each.struck is not None}
        detector = self._detector
        read_lines = partial(detector.read_lines, plane, struck=tuple(struck))
        rule = PrintRule(
            partial(detector.detect_print, plane), detector.print_threshold, detector.config.writing
        )
        if outlook is not None:
            self._follower.expect(outlook.motion, outlook.hides, is_guess=outlook.is_guess)
        elif shift is not None:
            self._follower.expect(Motion(shift=shift))
        elif not self._schedule.is_same_scene:
            self._follower.expect(None)
        new = kept if regions is None else [each for each in kept if holds(regions, each.box)]
        rules = LineRules(read_lines, partial(find_ruling, plane, kept), rule)
        found = self._follower.update(new, sharpness(plane), cut, rules, regions, changes)
        there = to_source(view, Found(*found))
        return there._replace(events=events + there.events)


def _moved(detections: Sequence[Detection], motion: Motion) -> Iterator[Detection]:
    """Yield digits after the picture moved, with what was struck out with them."""

    boxes = motion.moved(boxes_of(detections))
    for row, each in zip(boxes, detections, strict=True):
        moved = replace(each, box=as_box(row))
        if each.struck is not None:
            moved = replace(moved, struck=as_box(motion.moved(middles_of([each.struck]))[0]))
        yield moved


def _fits(frame: Frame, view: View) -> bool:
    """Return whether a view is of frames like this one."""
    return (frame.size_wh, frame.pixel_aspect) == (view.size_wh, view.pixel_aspect)
