"""What is asked of cameras and streams."""

from __future__ import annotations

import argparse

from camdigits.cli.options.arguments import rate, seconds, size
from camdigits.config import BACKENDS, CameraConfig

_DEFAULT = CameraConfig()


def add_camera_arguments(group: argparse._ArgumentGroup) -> None:
    """Add what `camera_config` returns."""
    group.add_argument(
        "--size",
        type=size,
        default=_DEFAULT.size_wh,
        metavar="WxH",
        help="size to ask a camera for (default: 1280x720); it gives the nearest that it has",
    )
    group.add_argument("--fps", type=rate, metavar="N", help="frames a second to ask a camera for")
    group.add_argument(
        "--backend",
        choices=BACKENDS,
        default=_DEFAULT.backend,
        help="OpenCV's way to the camera (default: auto, that of the system)",
    )
    _add_waiting_arguments(group)
    group.add_argument(
        "--every",
        type=_some_seconds,
        metavar="SECONDS",
        help="ask an http address that holds a picture for it again after so long, as a camera "
        "(default: it is read once)",
    )
    group.add_argument(
        "--insecure",
        action="store_true",
        help="read https and rtsps addresses whose certificate is not trusted, as that of most "
        "cameras, which nobody signed",
    )


def _add_waiting_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--stall",
        type=_some_seconds,
        metavar="SECONDS",
        help="how long the next picture may stay away (default: four times as long as ever, 1.7 s "
        "at least, and 30 s while a stream has sent fewer than five)",
    )
    group.add_argument(
        "--frozen",
        type=_some_seconds,
        metavar="SECONDS",
        help="take a camera or stream for lost that shows the same picture for so long (default: "
        "that is told once)",
    )
    group.add_argument(
        "--reconnect",
        type=seconds,
        default=_DEFAULT.reconnect_s,
        metavar="SECONDS",
        help="how long to open a camera or stream again that was lost (default: 10)",
    )


def camera_config(args: argparse.Namespace) -> CameraConfig:
    """Return the settings that the arguments of `add_camera_arguments` ask for."""
    return CameraConfig(
        size_wh=args.size,
        fps=args.fps,
        backend=args.backend,
        reconnect_s=args.reconnect,
        stall_s=args.stall,
        frozen_s=args.frozen,
        every_s=args.every,
        insecure=args.insecure,
    )


def _some_seconds(text: str) -> float:
    value = seconds(text)
    if not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value
