"""Where a server of this command is found: its arguments, and what is said of it."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import place
from camdigits.cli.options.token import file_or_token, token_of
from camdigits.cli.terminal.messages import say
from camdigits.errors import DependencyError, UsageError
from camdigits.support.user_folders import data_folder

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from camdigits.web.server.access import AccessRules
    from camdigits.web.server.limits import Limits
    from camdigits.web.server.web_server import WebServer

WEB_PACKAGES = ("cryptography", "segno", "starlette", "uvicorn", "websockets")
"""What the extra ``web`` installs."""

LOOPBACK = "127.0.0.1"
PORT = 8765


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where a server listens, and how.

    Attributes:
        host: name or address of this machine's.
        port: 0 takes any that is free.
        tls: files of a certificate and its key; None makes a pair where one is needed.
        is_plain: http even where others reach it.
        token: the token, or the file that keeps it; None for a new one where one is needed.
    """

    host: str = LOOPBACK
    port: int = PORT
    tls: tuple[Path, Path] | None = None
    is_plain: bool = False
    token: str | Path | None = None


def port(text: str) -> int:
    """Return a port's number.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def add_server_options(group: argparse._ArgumentGroup) -> None:
    """Add what says where a server listens; see `server_options`."""
    group.add_argument(
        "--host",
        default=LOOPBACK,
        metavar="ADDRESS",
        help="listen for other machines, too, at this address of the machine; 0.0.0.0 for all of "
        f"them (default: {LOOPBACK}, which this machine alone reaches)",
    )
    group.add_argument(
        "--port", type=port, default=PORT, metavar="N", help=f"0 for any (default: {PORT})"
    )
    group.add_argument(
        "--token",
        metavar="FILE|VALUE",
        help="the token that everybody needs, so that it stays the same: a file that keeps it, "
        "made if it is not there, or the token itself, which other users of this machine can see "
        "(default: a new one at each start, and none for this machine alone)",
    )
    group.add_argument(
        "--tls-cert", type=place, metavar="FILE", help="certificate for https, PEM (and --tls-key)"
    )
    group.add_argument("--tls-key", type=place, metavar="FILE", help="its key, PEM")
    group.add_argument(
        "--no-tls",
        action="store_true",
        help="with --host: http without a certificate; browsers on other machines then give no "
        "camera, and the token can be overheard",
    )


def server_options(args: argparse.Namespace) -> ServerOptions:
    """Return what the arguments of `add_server_options` ask for.

    Raises:
        UsageError: if they make no sense together.
    """
    if (args.tls_cert is None) != (args.tls_key is None):
        raise UsageError("--tls-cert and --tls-key belong together; give both")
    if args.no_tls and args.tls_cert:
        raise UsageError("--no-tls and --tls-cert contradict each other; drop one")
    tls = None if args.tls_cert is None else (args.tls_cert, args.tls_key)
    token = None if args.token is None else file_or_token(args.token)
    return ServerOptions(args.host, args.port, tls, args.no_tls, token)


def load_web(what: str) -> None:
    """Load the packages that serving needs.

    Raises:
        DependencyError: if one is missing.
    """
    try:
        for package in WEB_PACKAGES:
            importlib.import_module(package)
    except ImportError as error:
        raise DependencyError(
            f"{what} needs {error.name}; install it with: pip install 'camdigits[web]'"
        ) from error


def serve_app(
    make: Callable[[AccessRules], ASGIApp],
    limits: Limits,
    options: ServerOptions,
    is_result: bool = True,
) -> WebServer:
    """Start a server and say where it is.

    Args:
        make: returns what is served, given who is let in.
        limits: of what clients may send.
        options: where it listens.
        is_result: the address is what the command prints, on standard output.

    Raises:
        CamdigitsError: if it cannot listen there, or a token cannot be read or kept.
    """
    from camdigits.web.server.access import AccessRules
    from camdigits.web.server.address import address_of, is_loopback, names_of, qr_code, reached_by
    from camdigits.web.server.web_server import WebServer, bind

    is_open = not is_loopback(options.host)
    reached = reached_by(options.host)
    names = names_of(reached)
    token = token_of(options.token, is_open)
    listener = bind(options.host, options.port)
    try:
        tls = _tls(options, is_open, {*names, reached, LOOPBACK})
        known = names if is_open else frozenset({"localhost"})
        rules = AccessRules(known, is_open, token, is_kept=options.token is not None)
        server = WebServer(make(rules), listener, limits, tls, say)
    except BaseException:
        listener.close()
        raise
    address = address_of(reached, listener.getsockname()[1], tls is not None, token)
    _tell(is_open, tls is not None, options.token)
    if is_result:
        print(address, flush=True)
    else:
        say(f"open {address}")
    if is_open and sys.stderr.isatty():
        print(qr_code(address), file=sys.stderr, flush=True)
    return server


def _tls(options: ServerOptions, is_open: bool, names: set[str]) -> tuple[Path, Path] | None:
    """Return the files of the certificate and its key; None for http."""
    if options.tls is not None or options.is_plain or not is_open:
        return options.tls
    from camdigits.web.server.tls import own_pair

    pair = own_pair(data_folder() / "tls", names)
    made = "made and kept" if pair.is_new else "kept"
    say(
        f"https with a certificate of this machine's own, {made} in {pair.certificate.parent}; "
        "browsers warn of it once: compare its SHA-256 fingerprint, then go on"
    )
    say(f"fingerprint {pair.fingerprint}")
    return pair.certificate, pair.key


def _tell(is_open: bool, is_secure: bool, kept: str | Path | None) -> None:
    """Say who can open the address."""
    if not is_open:
        say("only this machine can open it; for phones and others: --host 0.0.0.0 (Ctrl-C ends)")
        return
    if not is_secure:
        say(
            "browsers give the camera only to https or to localhost, so other machines can send "
            "photos and videos alone; without --no-tls, or with --tls-cert, they have the camera"
        )
    how = "new at each start" if kept is None else "that of --token, as before"
    say(f"whoever has this address can use it, others cannot: the token in it is {how}")
