"""Writes the annotated video."""

from __future__ import annotations

from contextlib import suppress
from errno import EIO
from fractions import Fraction
from pathlib import Path

import av.error

from camdigits.drawing.annotation import annotate
from camdigits.errors import OutputError
from camdigits.sinks.pictures.containers import container_for
from camdigits.sinks.pictures.encoder import VideoEncoder, playable_until
from camdigits.sinks.pictures.sound import SoundSource
from camdigits.sinks.records.text import clock
from camdigits.support.context_manager import Closeable
from camdigits.support.output_file import check_target, claim_partial, publish, remove_quietly
from camdigits.support.printable import printable, reason
from camdigits.types import Frame, Reading

_FALLBACK_FPS = 30.0
_FALLBACK_CONSTANT_FPS = 60.0
"""Where each picture has a place of its own: as many as browsers record at most."""
_LAST_PICTURE_TOLERANCE_S = 0.1
_LONGEST_LOSS_S = 5.0
"""More than what an encoder and a muxer hold back."""
_FAILURES = (av.error.FFmpegError, OSError)


class VideoSink(Closeable):
    """Writes annotated frames to a video file; its suffix chooses the format.

    The file is called ``NAME.partial.SUFFIX`` until it is finished, and what is written of it
    plays at any time, also if the process is killed.  Pictures keep their times, counted from
    the first one; those of another size than the first are fitted into it.  Pixels that are not
    square are told in the file, except in WebM, for which PyAV has no way.  Nothing is left of a
    video without frames.
    """

    def __init__(
        self,
        path: Path,
        *,
        fps: float | None = None,
        force: bool = False,
        source: Path | None = None,
        sound: SoundSource | None = None,
    ) -> None:
        """Check that the file may be written; it is created with the first frame.

        Args:
            path: the file to write.
            fps: frames a second to be expected, above 0; a hint, except for ``.avi``, which
                knows a constant rate only and gives every frame a place of its own.
            force: an existing file may be replaced.
            source: the file that is read meanwhile; it is never overwritten.
            sound: the opened source whose frames are written, if it has sound; none of its
                frames may have been taken yet.

        Raises:
            UsageError: if the suffix is not known.
            OutputError: if the file exists without `force`, is the source or has no folder.
        """
        self._container = container_for(path)
        check_target(path, force, source)
        self._path, self._force = path, force
        usual = _FALLBACK_FPS if self._container.tick_s else _FALLBACK_CONSTANT_FPS
        self._rate = Fraction(fps or usual).limit_denominator(1001)
        self._partial: Path | None = None
        self._encoder: VideoEncoder | None = None
        self._start_s = 0.0
        self._is_closed = False
        self._sound = sound
        if sound is not None:
            sound.keep_audio()

    def write(self, frame: Frame, reading: Reading) -> None:
        """Draw the reading onto the frame and append it.

        Raises:
            OutputError: if the file could not be written further; it says what is left where.
        """
        if self._is_closed:
            raise OutputError(f"{printable(str(self._path))} is closed: no frame can follow")
        picture = annotate(frame.image, reading)
        try:
            if self._encoder is None:
                # A camera's first frames are dropped while all this is opened, and MP4 forgets
                # what came before its first picture.
                self._start_s = frame.time_s
                self._partial = claim_partial(self._path)
                self._encoder = VideoEncoder(
                    self._partial, self._container, self._rate, frame, self._sound
                )
            self._encoder.add(picture, frame.time_s - self._start_s)
        except _FAILURES as error:
            raise self._given_up(error) from error

    def close(self) -> None:
        """Finish the file and give it its name; a second call does nothing.

        Raises:
            OutputError: if it could not be finished; it says what is left where.
        """
        if self._is_closed or self._encoder is None or self._partial is None:
            self._is_closed = True
            return
        try:
            self._encoder.finish()
            _check_end(self._partial, self._encoder.last_s)
            publish(self._partial, self._path, self._force)
        except _FAILURES as error:
            raise self._given_up(error) from error
        finally:
            self._is_closed = True

    def leave(self, error: BaseException | None) -> None:
        """Finish the file; where another output failed, under the name of one that is not whole.

        Raises:
            OutputError: see `close`; or the other output's, with what is left of this one.
        """
        if self._is_closed or self._encoder is None or not isinstance(error, OutputError):
            self.close()
            return
        with suppress(*_FAILURES):
            self._encoder.finish()
        name = printable(str(self._path))
        raise self._left(f"{error}, and {name} is not whole") from error

    def _given_up(self, error: Exception) -> OutputError:
        """Keep what plays of the file, and return the error that says so."""
        return self._left(f"cannot write {printable(str(self._path))}: {reason(error)}")

    def _left(self, problem: str) -> OutputError:
        """Close the file, and return the error that says what of it can be played."""
        self._is_closed = True
        if self._encoder is not None:
            with suppress(*_FAILURES):
                self._encoder.abandon()
        if self._partial is None:
            return OutputError(problem)
        last_s = self._encoder.last_s if self._encoder is not None else 0.0
        until_s = playable_until(self._partial, max(0.0, last_s - _LONGEST_LOSS_S))
        if until_s is None:
            remove_quietly(self._partial)
            return OutputError(f"{problem}; nothing of it could be kept")
        name = printable(str(self._partial))
        return OutputError(f"{problem}; {name} plays and holds it up to {clock(until_s)}")


def _check_end(path: Path, last_s: float) -> None:
    """Look at a finished file: a full disk may go unnoticed until somebody plays it.

    Raises:
        OSError: if it does not play to its last picture.
    """
    until_s = playable_until(path, max(0.0, last_s - 1.0))
    if until_s is None or until_s < last_s - _LAST_PICTURE_TOLERANCE_S:
        raise OSError(EIO, "the finished file is not whole")
