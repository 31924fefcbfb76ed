"""What a video claims to hold, what was found, and what the difference says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from av.container import InputContainer
from av.video.stream import VideoStream

from camdigits.sources.videos.container import stated_rate


@dataclass(frozen=True, slots=True)
class Claim:
    """What a container says about its video.

    Attributes:
        packets: how many coded frames its index lists; None where that is not known.
        frames: how many frames it has, for the message; None where unknown.
        is_estimate: that number follows from duration and rate.
        end_s: when the last frame ends, by the stream's clock in seconds; None if unknown.
        slack_s: how much earlier the last packet of a whole video may end.
    """

    packets: int | None
    frames: int | None
    is_estimate: bool
    end_s: float | None
    slack_s: float


@dataclass(slots=True)
class Found:
    """What was found in a video so far.

    Attributes:
        frames: frames delivered.
        packets: coded frames met, whatever the decoder made of them.
        undecodable: errors of the decoder after the first frame.
        corrupt: frames that the decoder gave up as damaged.
        broken_off: reading the container failed before its end.
        end_s: latest end of a packet, picture or sound, by the stream's clock in seconds.
    """

    frames: int = 0
    packets: int = 0
    undecodable: int = 0
    corrupt: int = 0
    broken_off: bool = False
    end_s: float = 0.0


def claim_of(container: InputContainer, stream: VideoStream, has_end: bool) -> Claim:
    """Return what the container says about its video.

    Args:
        container: opened.
        stream: its video.
        has_end: the end of the file can be seen, where an AVI keeps its index.
    """
    end_s, slack_s = _claimed_end(container, stream)
    packets = _listed_packets(container, stream, has_end)
    rate = stated_rate(stream)
    frames = packets or stream.frames or (round(end_s * rate) if end_s and rate else None)
    return Claim(packets, frames, not (packets or stream.frames), end_s, slack_s)


def complaint(claim: Claim, found: Found, is_cut: bool) -> str | None:
    """Return what is wrong with a video that was read to its end; None for a healthy one."""
    reason = _reason(claim, found, is_cut)
    if reason is None:
        return None
    claimed = ""
    if claim.frames is not None and claim.frames >= found.frames:
        claimed = f" of {'about ' if claim.is_estimate else ''}{claim.frames}"
    return f"{found.frames}{claimed} frames read: {reason}; copy or record it again"


def _reason(claim: Claim, found: Found, is_cut: bool) -> str | None:
    if is_cut:
        return "the file is cut off"
    if found.corrupt or found.undecodable:
        count = found.corrupt + found.undecodable
        return f"{count} {'frames are' if count > 1 else 'frame is'} damaged"
    if found.broken_off:
        return "the file is damaged"
    if claim.end_s is not None and found.end_s < claim.end_s - claim.slack_s:
        return "the video ends early"
    if claim.packets is not None and found.packets < claim.packets:
        return "some are missing"
    return None


def _listed_packets(container: InputContainer, stream: VideoStream, has_end: bool) -> int | None:
    """Return how many packets the index lists, where there is an index of all of them.

    The number of frames in the header says less: AVI counts the empty chunks that stand for
    repeated pictures, and MP4 what an edit list cuts away.
    """
    form = container.format.name
    if not (form.startswith("mov") or (form == "avi" and has_end)):
        return None
    # PyAV shows the index from 17 on.
    return len(stream.index_entries) or None


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
