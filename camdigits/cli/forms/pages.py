"""Pages of forms: served to one person on this machine until that is done."""

from __future__ import annotations

import argparse
import secrets
import threading
from typing import TYPE_CHECKING

from camdigits.cli.options.server import LOOPBACK, port
from camdigits.cli.terminal.messages import say
from camdigits.cli.terminal.signals import hold_stop_signals

if TYPE_CHECKING:
    from camdigits.web.forms.app import Work

_LEAVE_S = 30.0
"""For a write to be finished after Ctrl-C."""


def add_port(parser: argparse.ArgumentParser) -> None:
    """Add ``--port``."""
    parser.add_argument(
        "--port",
        type=port,
        default=0,
        metavar="N",
        help="of the page's address; only this machine can open it (default: any that is free)",
    )


def show(work: Work, at: int) -> None:
    """Serve a page, say where it is, and return once the person is done.

    Args:
        work: what the page is for.
        at: port; 0 takes any that is free.

    Raises:
        CamdigitsError: if nobody can be served there.
    """
    from camdigits.web.forms.app import make_app
    from camdigits.web.server.access import AccessRules
    from camdigits.web.server.address import address_of
    from camdigits.web.server.limits import Limits
    from camdigits.web.server.web_server import WebServer, bind

    # Others who work on the same machine reach its addresses too, and sheets are personal.
    token = secrets.token_urlsafe(24)
    ended = threading.Event()
    app = make_app(work, AccessRules(token=token), ended)
    listener = bind(LOOPBACK, at)
    try:
        server = WebServer(app, listener, Limits(), tell=say)
    except BaseException:
        listener.close()
        raise
    try:
        say("only a browser on this machine can open it; Ctrl-C ends, and loses nothing")
        print(address_of(LOOPBACK, listener.getsockname()[1], False, token), flush=True)
        server.wait(ended)
    finally:
        with hold_stop_signals(_LEAVE_S):
            work.close()
            server.close()
