"""What a video claims to hold, what was found, and what the difference says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from av.container import InputContainer
from av.video.stream import VideoStream


@dataclass(frozen=True, slots=True)
class Claim:
    """What a container says about its video.

    Attributes:
        frames: how many frames there are, exactly; None where that is not known.
        about_frames: the same as far as it helps a reader of the message.
        end_s: when the last frame ends, by the stream's clock in seconds; None if unknown.
        slack_s: how much earlier the last packet of a whole video may end.
    """

    frames: int | None
    about_frames: int | None
    end_s: float | None
    slack_s: float


@dataclass(slots=True)
class Found:
    """What was found in a video so far.

    Attributes:
        frames: frames delivered.
        left_out: packets that the container itself hides, as cuts without re-encoding do.
        undecodable: errors of the decoder after the first frame.
        corrupt: frames that the decoder gave up as damaged.
        broken_off: reading the container failed before its end.
        end_s: latest end of a packet, picture or sound, by the stream's clock in seconds.
    """

    frames: int = 0
    left_out: int = 0
    undecodable: int = 0
    corrupt: int = 0
    broken_off: bool = False
    end_s: float = 0.0


def claim_of(container: InputContainer, stream: VideoStream, is_cut: bool) -> Claim:
    """Return what the container says about its video.

    Args:
        container: opened.
        stream: its video.
        is_cut: the file is known to be cut off, so its index is missing.
    """
    end_s, slack_s = _claimed_end(container, stream)
    rate = stream.guessed_rate or stream.average_rate
    about = stream.frames or (round(end_s * rate) if end_s and rate else None)
    return Claim(_exact_frames(container, stream, is_cut), about, end_s, slack_s)


def complaint(claim: Claim, found: Found, is_cut: bool) -> str | None:
    """Return what is wrong with a video that was read to its end; None for a healthy one."""
    reason = _reason(claim, found, is_cut)
    if reason is None:
        return None
    claimed = max(claim.about_frames or 0, found.frames)
    of_claimed = f" of {'' if claim.frames else 'about '}{claimed}" if claim.about_frames else ""
    return f"{found.frames}{of_claimed} frames read: {reason}; copy or record it again"


def _reason(claim: Claim, found: Found, is_cut: bool) -> str | None:
    if is_cut:
        return "the file is cut off"
    if found.corrupt or found.undecodable:
        count = found.corrupt + found.undecodable
        return f"{count} {'frames are' if count > 1 else 'frame is'} damaged"
    if found.broken_off:
        return "the file is damaged"
    missing = (claim.frames or 0) - found.frames - found.left_out
    ends_early = claim.end_s is not None and found.end_s < claim.end_s - claim.slack_s
    # Open groups of pictures at the start of a cut recording cost a healthy file some frames.
    if ends_early or missing > max(2, (claim.frames or 0) // 50):
        return "the video ends early"
    return None


def _exact_frames(container: InputContainer, stream: VideoStream, is_cut: bool) -> int | None:
    if container.format.name.startswith("mov"):
        return stream.frames or None
    # The header of an AVI also counts the empty chunks that stand for repeated pictures.
    index = getattr(stream, "index_entries", None)
    if container.format.name == "avi" and not is_cut and index and len(index) <= stream.frames:
        return len(index)
    return None


def _claimed_end(container: InputContainer, stream: VideoStream) -> tuple[float | None, float]:
    """Return when the video ends, in seconds, and how far that may be off."""
    if not container.format.name.startswith("matroska"):
        return None, 0.0
    tag = re.fullmatch(r"(\d+):(\d+):([\d.]+)", stream.metadata.get("DURATION", ""))
    if tag:
        end_s = int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])
        return end_s, 0.5 + end_s / 50
    others = len(container.streams) - len(container.streams.video) - len(container.streams.audio)
    if container.duration is None or others or len(container.streams.audio) > 1:
        return None, 0.0
    # The whole file's duration: its longest stream's, rounded by some writers to seconds.
    end_s = container.duration / 1_000_000
    return end_s, 1.0 + end_s / 50
