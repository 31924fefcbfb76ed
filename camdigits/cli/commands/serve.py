"""``camdigits serve``: the window in a browser, and an API for programs."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace

from camdigits.cli.options.arguments import (
    add_decimal,
    add_min_confidence,
    add_teach,
    add_view,
    add_weights,
    add_writing,
    view_config,
    writing_of,
)
from camdigits.cli.options.extent import add_max_pixels
from camdigits.cli.options.server import add_server_options, load_web, serve_app, server_options
from camdigits.cli.options.weights import CurrentWeights, choose_weights, try_weights
from camdigits.config import ReadConfig

NAME = "serve"

_DESCRIPTION = """\
Serves a page that reads digits with the camera of the browser that opens it, or on a
photo or video that is dropped on it, and an HTTP and WebSocket API for programs (/docs).
Prints the page's address. Ctrl-C ends it.

Without --host, or with 127.0.0.1, only this machine can open it. With another address
others can, who need the token in what is printed. Browsers give the camera only to https
or to localhost, so the server then speaks https with a certificate of its own, which
browsers warn of once.
"""

_EPILOG = """\
examples:
  camdigits serve                              for a browser on this machine
  camdigits serve --host 0.0.0.0               for phones in this network
  curl --data-binary @photo.jpg http://127.0.0.1:8765/v1/read
"""

MAX_PIXELS = 50_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``serve`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    add_server_options(parser.add_argument_group("address"))
    reading = parser.add_argument_group("reading")
    add_min_confidence(reading, unless=", unless the page asks otherwise")
    add_decimal(reading)
    add_writing(reading)
    add_view(reading)
    add_max_pixels(
        reading,
        MAX_PIXELS,
        "refuse pictures with more pixels, before they are decoded, and frames with more than a "
        "fifth of that (default: 50M)",
    )
    add_weights(reading)
    add_teach(reading)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    load_web("serve")
    weights = choose_weights(args.weights)
    if weights.path is not None and not weights.is_taught:
        try_weights(weights.path)
    current = CurrentWeights(args.weights)
    from camdigits.cli.live.learning import open_learning
    from camdigits.cli.live.window_services import open_teaching
    from camdigits.web.api.reader_pool import ReaderPool
    from camdigits.web.app import make_app
    from camdigits.web.server.limits import FRAME_PART, Limits

    limits = Limits(
        picture_pixels=args.max_pixels, frame_pixels=max(1, args.max_pixels // FRAME_PART)
    )
    with weights.hint():
        pool = ReaderPool(_config(args), current, limits)
        teaching = open_teaching(weights.path, args.teach)
    with (
        nullcontext() if args.weights else open_learning(args.teach) as learning,
        serve_app(
            lambda rules: make_app(pool, rules, teaching, learning=learning),
            limits,
            server_options(args),
        ) as server,
    ):
        server.wait()
    return 0


def _config(args: argparse.Namespace) -> ReadConfig:
    return replace(
        view_config(args),
        min_confidence=args.min_confidence,
        decimal=args.decimal,
        writing=writing_of(args),
    )
