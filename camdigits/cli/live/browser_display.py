"""``run --serve``: what a camera sees or a video shows, and the numbers on it, for browsers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from camdigits.cli.live.viewer import check_served
from camdigits.cli.live.window_services import open_teaching
from camdigits.cli.options.server import ServerOptions, load_web, serve_app
from camdigits.cli.reading.source_files import may_be_live
from camdigits.sources import SourceSpec, open_source

if TYPE_CHECKING:
    from camdigits.cli.reading.request import Request
    from camdigits.web.streams.broadcast import EventSink, Screen


@contextmanager
def broadcast(
    request: Request, server: ServerOptions, specs: Sequence[SourceSpec]
) -> Iterator[tuple[Screen, EventSink]]:
    """Serve what is read until the block is left.

    Args:
        request: what is read, and how.
        server: where the server listens.
        specs: the sources of the request.

    Yields:
        What shows sources in place of a window, and a sink for what is read on them.

    Raises:
        UsageError: if something else than a camera, stream or video is read.
        SourceOpenError: if that cannot be read either.
        DependencyError: if a package is missing.
        CamdigitsError: if the server cannot listen.
    """
    has_videos = _check(request, specs)
    load_web("--serve")
    from camdigits.web.api.reader_pool import ReaderPool
    from camdigits.web.app import make_app
    from camdigits.web.server.limits import Limits
    from camdigits.web.streams.broadcast import Broadcast, EventSink, Screen

    if has_videos:
        from camdigits.cli.live.video_screen import VideoScreen as Screen
    limits, hub = Limits(), Broadcast()
    # The page has pictures that are turned already, and whole.
    config = replace(request.config, rotate=0, source_mirrored=False, roi=None)
    pool = ReaderPool(config, lambda: request.weights, limits)
    teaching = open_teaching(request.weights, request.teach)
    with serve_app(
        lambda rules: make_app(pool, rules, teaching, hub), limits, server, is_result=False
    ):
        yield Screen(hub, request.config), EventSink(hub, has_clock=not has_videos)


def _check(request: Request, specs: Sequence[SourceSpec]) -> bool:
    """Return whether a video is read, which is looked at before a browser is told of it."""
    is_polled, has_videos = request.camera.every_s is not None, False
    for spec in specs:
        if spec.kind == "file":
            # Why it cannot be read at all comes first.
            with open_source(spec, max_pixels=request.config.max_pixels) as source:
                check_served(source)
        is_address = spec.kind == "stream" and not may_be_live(spec, is_polled)
        has_videos = has_videos or spec.kind == "file" or is_address
    return has_videos
