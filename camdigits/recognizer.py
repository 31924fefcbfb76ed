"""The composition: from a picture to its reading, and the loop over a stream's frames."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from camdigits.candidates.usual import Usual
from camdigits.config import Polarity, ReadConfig
from camdigits.ink.binarize import InkMask
from camdigits.ink.plane import plane_of_image
from camdigits.networks.classifier import Classifier, LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.networks.line_reader import LiteRTLineReader
from camdigits.networks.print_detector import LiteRTPrintDetector, stack_print_views
from camdigits.page.candidate_scoring import CandidateScorer, ScoredCandidates
from camdigits.page.choose import NOT_SURE, Detection, Rejection, choose_digits
from camdigits.page.detector import Surroundings
from camdigits.page.frames import as_bgr
from camdigits.page.group import Links
from camdigits.page.image_reader import ImageReader
from camdigits.page.lines.numbers import LineReading, read_lines
from camdigits.page.ruling.walls import BordersOf
from camdigits.page.tiles import clipped, search_tiles
from camdigits.sources import SourceSpec, expand, open_source
from camdigits.sources.base import Source
from camdigits.sources.streamed import Streamed, checked_sources
from camdigits.types import Box, Digit, Frame, Reading

# A picture needs no more than is loaded above.
if TYPE_CHECKING:
    from camdigits.page.inspection import Inspection
    from camdigits.video.frame_loop import Onlooker


class Recognizer:
    """Reads digits and numbers on pictures, videos and cameras.

    Attributes:
        config: the settings; both may be changed between two frames.
        min_confidence: asked of numbers, 0 to 1; digits below are doubtful.
        threshold: confidence from which on the weights call something a digit, 0 to 1.
        print_threshold: probability from which on a number is told to be printed, 0 to 1.
        read_s: how long the last picture took to read, in seconds; None before the first.
    """

    read_s: float | None = None

    def __init__(
        self,
        config: ReadConfig | None = None,
        weights: str | PathLike[str] | None = None,
        classifier: Classifier | None = None,
    ) -> None:
        """Load the weights, which takes a few milliseconds.

        Args:
            config: the settings; None takes the defaults.
            weights: a ``.tflite`` with its model card beside it; None takes the bundled ones.
            classifier: names the digits in place of `weights`.

        Raises:
            WeightsError: if the weights or their card are missing, damaged or do not fit.
        """
        self.config = config or ReadConfig()
        if classifier is None:
            classifier = LiteRTClassifier(None if weights is None else Path(weights))
        judge = LiteRTJudge()
        self._scorer = CandidateScorer(classifier, judge)
        self._line_reader = LiteRTLineReader()
        self._print_detector = LiteRTPrintDetector()
        # A classifier serves one thread at a time: a window may ask while its frames are read.
        self._one_at_a_time = threading.Lock()
        wanted = self.config.min_confidence
        self.threshold = judge.card.threshold
        self.print_threshold = self._print_detector.card.threshold
        self.min_confidence = self.threshold if wanted is None else wanted

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the lock, which is no part of the settings, so that recognizers are pickled."""
        return {name: value for name, value in vars(self).items() if name != "_one_at_a_time"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _one_at_a_time=threading.Lock())

    def read(self, image: NDArray[Any], pixel_aspect: float = 1.0) -> Reading:
        """Read one picture.

        Args:
            image: ``(height, width, 3) uint8`` BGR, or ``(height, width) uint8`` grey; it is not
                written to.
            pixel_aspect: width of a pixel over its height, as the picture is to be shown.

        Returns:
            The digits and numbers, in reading order; boxes are in pixels of `image`.

        Raises:
            ValueError: if it is no array, one of another shape or dtype, or the aspect no ratio.
            UsageError: if the region of interest lies outside the picture.
        """
        if not 0 < pixel_aspect < math.inf:
            raise ValueError(f"a pixel's width over its height is above 0, found {pixel_aspect}")
        frame = Frame(as_bgr(image), pixel_aspect=pixel_aspect)
        return ImageReader(self, name="").read(frame)

    def stream(
        self,
        source: Streamed | Sequence[Streamed],
        onlooker: Onlooker | None = None,
    ) -> Generator[tuple[Frame, Reading]]:
        """Read every frame of a camera, video, picture, document, folder or opened source.

        Args:
            source: anything that ``camdigits run`` takes: camera index, device path, address of a
                network stream, path of a video, picture or folder, a glob, ``-`` for standard
                input; or a source that is already open, which is closed at the end; or a list of
                these, which are read one after the other.
            onlooker: shows every frame of a camera or live stream, such as a window; they are
                read in a thread meanwhile, always the newest one.

        Yields:
            Each frame with its reading, in order.  Digits of videos and cameras are tracked, and
            their readings carry events.

        Raises:
            TypeError: at once, if it is none of these.
            SourceOpenError: if the source cannot be opened.
            SourceDamagedError: after the last good frame of a damaged file.
            SourceError: if a camera or network stream broke off.
        """
        return self._stream(checked_sources(source), onlooker)

    def _stream(
        self, sources: Sequence[Streamed], onlooker: Onlooker | None
    ) -> Generator[tuple[Frame, Reading]]:
        for opened in _open_all(sources, self.config):
            with opened:
                reader = self.reader(opened.name, is_still=opened.is_still)
                if opened.is_still:
                    yield from ((frame, reader.read(frame)) for frame in opened)
                    continue
                from camdigits.video.frame_loop import open_loop

                with open_loop(opened, reader.read, onlooker, reader.prepare) as loop:
                    for frame in loop.frames():
                        yield from loop.take(frame)
                    yield from loop.rest()

    def reader(self, name: str = "", *, is_still: bool = False) -> ImageReader:
        """Return what reads frames one after the other that come from elsewhere.

        Args:
            name: of their source, for the readings.
            is_still: each is a picture of its own.
        """
        if is_still:
            return ImageReader(self, name)
        from camdigits.video.video_reader import VideoReader

        return VideoReader(self, name)

    def detect(self, image: NDArray[np.uint8], *, fast: bool = False) -> list[Detection]:
        """Find the digits of one upright picture, without joining or tracking them.

        Args:
            image: ``(height, width, 3) uint8`` BGR.
            fast: look less closely.

        Returns:
            The digits, in no particular order; boxes are in pixels of `image`.
        """
        gray = plane_of_image(image)
        found = self.search(gray, fast=fast)
        return [each for each in found if each.confidence >= self.min_confidence]

    def search(
        self,
        gray: NDArray[np.uint8],
        *,
        fast: bool = False,
        polarity: Polarity | None = None,
        show: Callable[[ScoredCandidates], object] | None = None,
        usual: Usual | None = None,
    ) -> list[Detection]:
        """Find the digits of one upright picture by its brightness; see `Detector.search`."""
        asked = polarity or self.config.polarity

        def look(part: NDArray[np.uint8]) -> list[Detection]:
            with self._one_at_a_time:
                scored = self._scorer.score(part, asked, fast=fast, usual=usual)
            if show is not None:
                show(scored)
            return clipped(self._choose(scored)[0], part)

        return search_tiles(gray, look, fast)

    def search_part(
        self,
        gray: NDArray[np.uint8],
        around: Surroundings,
        polarity: Polarity | None = None,
        highest_px: float = math.inf,
    ) -> list[Detection]:
        """Find the digits of a part of a video's frame; see `Detector.search_part`."""
        asked, share = polarity or self.config.polarity, around.share(gray)
        with self._one_at_a_time:
            scored = self._scorer.score_part(gray, asked, share, around.usual, highest_px)
        least = min(self.min_confidence, self.threshold)
        return clipped(choose_digits(scored, least, around.usual)[0], gray)

    def _choose(self, scored: ScoredCandidates) -> tuple[list[Detection], list[Rejection]]:
        """Choose the same digits however sure they are to be, for those in doubt are told, too."""
        return choose_digits(scored, min(self.min_confidence, self.threshold))

    def read_lines(
        self,
        gray: NDArray[np.uint8],
        digits: Sequence[Digit],
        borders: BordersOf,
        before: Links = frozenset(),
        struck: Sequence[Box] = (),
    ) -> LineReading:
        """Join the digits of a picture to numbers; see `Detector.read_lines`."""
        with self._one_at_a_time:
            return read_lines(gray, digits, self._line_reader, borders, before, struck)

    def detect_print(self, gray: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
        """Return how probable it is that each digit is printed; see `Detector.detect_print`."""
        with self._one_at_a_time:
            return self._print_detector(stack_print_views(gray, boxes))

    def inspect(self, image: NDArray[np.uint8], *, fast: bool = False) -> Inspection:
        """Find the digits of one upright picture, and return all that was found on the way.

        Args:
            image: ``(height, width, 3) uint8`` BGR.
            fast: look less closely.
        """
        from camdigits.page.inspection import Inspection

        gray = plane_of_image(image)
        masks: list[InkMask] = []
        with self._one_at_a_time:
            scored = self._scorer.score(gray, self.config.polarity, fast=fast, show=masks.append)
        found, rejections = self._choose(scored)
        sure = [each for each in found if each.confidence >= self.min_confidence]
        rejections += [Rejection(each.box, NOT_SURE) for each in found if each not in sure]
        return Inspection(
            image=image,
            masks=tuple(masks),
            candidates=tuple(scored.candidates),
            crops=scored.crops,
            probabilities=scored.agreed,
            detections=tuple(clipped(sure, gray)),
            rejections=tuple(rejections),
        )


def _open_all(sources: Sequence[Streamed], config: ReadConfig) -> Iterator[Source]:
    limits: dict[str, Any] = {"max_pixels": config.max_pixels, "pages": config.pages}
    for source in sources:
        if isinstance(source, SourceSpec):
            yield open_source(source, **limits)
        elif isinstance(source, str | int | PathLike):
            named = Path(source) if isinstance(source, PathLike) else source
            yield from (open_source(spec, **limits) for spec in expand([named]))
        else:
            yield source
