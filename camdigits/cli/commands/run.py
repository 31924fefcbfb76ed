"""``camdigits run``: read cameras, streams, videos and pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.options.arguments import (
    add_reading,
    add_teach,
    count,
    is_folder_name,
    read_config,
    seconds,
)
from camdigits.cli.options.cameras import add_camera_arguments, camera_config
from camdigits.cli.options.outputs import add_exec, add_output_arguments, command_of, table_request
from camdigits.cli.options.server import ServerOptions, add_server_options, server_options
from camdigits.cli.options.weights import choose_weights, try_weights
from camdigits.errors import UsageError
from camdigits.window.keys import key_lines

if TYPE_CHECKING:
    from camdigits.cli.live.viewer import Showing

NAME = "run"

_DESCRIPTION = """\
Reads handwritten digits and prints the numbers that they form.

SOURCE is a camera (0 is the first one, or a device such as /dev/video2, or a part of its
name, see camdigits cameras), a network stream (http://, https://, rtsp://, rtsps://,
rtmp://, udp://, tcp://, rtp://, or an .m3u8 playlist), a video, a picture or a document
(PDF, a TIFF of several pages, a slide show), also behind http://, a folder or a pattern
of these, or - for one of them on standard input.
"""

_EPILOG = """\
examples:
  camdigits run 0                              the first camera, in a window (q ends)
  camdigits run 0 1                            two cameras side by side, a window each
  camdigits run photo.jpg -o read.jpg          print the numbers, save the marked photo
  camdigits run scan.pdf --pages 2-5           four pages of a document; -o read.pdf marks them
  camdigits run clip.mp4 -o read.mp4           print numbers as they appear, save the video
  camdigits run 'scans/*.png' --format csv     a table of a whole folder
  camdigits run sheet.jpg --table sheet.xlsx   the table on a page, for a spreadsheet
  camdigits run 0 --once --no-window           wait for one number, print it, end; --raw: just it
  camdigits run 0 --exec 'notify-send -- {{}}'   run a program for each number
  camdigits run 0 --once --match '\\d{{4}}' --timeout 10   one number of four digits, or exit code 4
  rpicam-vid -t 0 -o - | camdigits run -       a video stream on standard input
  camdigits run rtsp://camera/live --format jsonl | jq -r 'select(.event == "appeared").text'
  camdigits run http://camera/snapshot.jpg --every 2   a picture, looked at every 2 s
  camdigits run 0 --serve --host 0.0.0.0       show the camera and its numbers to browsers
  rpicam-vid -t 0 -o - | camdigits run - --serve   the same of a Raspberry Pi's camera

keys in the window:
{keys}

exit codes: 0 done, 1 failed, 2 wrong arguments, 3 a source could not be opened or broke
off or was damaged, 4 nothing read (--require, --timeout, --once), 130, 143, 129 ended by Ctrl-C,
SIGTERM, SIGHUP
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``run`` takes."""
    keys = "\n".join(f"  {line}" for line in key_lines())
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG.format(keys=keys)
    parser.add_argument(
        "sources", nargs="*", default=["0"], metavar="SOURCE", help="what to read (default: 0)"
    )
    outputs = parser.add_argument_group("output")
    add_output_arguments(outputs)
    add_exec(outputs)
    reading = parser.add_argument_group("reading")
    add_reading(reading)
    _add_file_arguments(reading)
    _add_ending_arguments(reading)
    live = parser.add_argument_group("cameras and streams")
    add_camera_arguments(live)
    live.add_argument(
        "--keep-passwords",
        action="store_true",
        help="write passwords of addresses into records (default: *** in their place)",
    )
    _add_window_arguments(parser.add_argument_group("window and messages"))
    serving = parser.add_argument_group("in a browser, in place of the window")
    serving.add_argument(
        "--serve",
        action="store_true",
        help="show a camera, stream or video, with its numbers, to browsers; prints the address",
    )
    add_server_options(serving)


def _add_file_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--max-frames", type=count, metavar="N", help="read at most N frames of each source"
    )
    group.add_argument(
        "--jobs",
        type=count,
        metavar="N",
        help="read N files at a time, each in a process of its own, so that a decoder that crashes "
        "takes down its own file alone (default for several files: one for each processor, at "
        "most 4; a single file is read without)",
    )


def _add_ending_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--once",
        action="store_true",
        help="print the first number that appears without doubt, then end; exit code 4 without one",
    )
    group.add_argument(
        "--raw",
        action="store_true",
        help="with --once: print the number alone, without name, time and line end",
    )
    group.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="end after so long, with exit code 4 if nothing was read",
    )
    group.add_argument(
        "--require", action="store_true", help="end with exit code 4 if nothing was read"
    )


def _add_window_arguments(group: argparse._ArgumentGroup) -> None:
    showing = group.add_mutually_exclusive_group()
    showing.add_argument(
        "--show",
        action="store_true",
        help="a window for files too, where videos go no faster than they were recorded; cameras "
        "have one anyway",
    )
    showing.add_argument("--no-window", action="store_true", help="no window for cameras either")
    group.add_argument(
        "--mirror", action="store_true", help="mirror the window (digits are read as they are)"
    )
    add_teach(group)
    group.add_argument(
        "-q", "--quiet", action="store_true", help="only results and errors, no progress"
    )


def run(args: argparse.Namespace) -> int:
    """Read all sources and return the exit code."""
    from camdigits.cli.reading.request import Request
    from camdigits.cli.reading.start import read_sources

    weights = choose_weights(args.weights)
    if weights.path is not None and not weights.is_taught:
        try_weights(weights.path)
    if args.verbose:
        weights.tell()
    request = Request(
        sources=args.sources,
        config=read_config(args),
        keep_passwords=args.keep_passwords,
        camera=camera_config(args),
        weights=weights.path,
        weights_note=weights.note,
        output=Path(args.output) if args.output else None,
        into_folder=is_folder_name(args.output),
        form=args.format,
        records=args.records,
        unique=args.unique,
        output_records=args.output_records,
        command=command_of(args.exec),
        raw=args.raw,
        table=table_request(args),
        force=args.force,
        showing=_showing(args),
        server=_server(args),
        mirror=args.mirror,
        debug=args.debug,
        teach=args.teach,
        max_frames=args.max_frames,
        once=args.once,
        require=args.require,
        timeout_s=args.timeout,
        quiet=args.quiet,
        verbose=args.verbose,
        jobs=args.jobs,
    )
    with weights.hint():
        return read_sources(request)


def _server(args: argparse.Namespace) -> ServerOptions | None:
    """Return where a server listens, None if none is asked for.

    Raises:
        UsageError: if there are options of a server without ``--serve``.
    """
    options = server_options(args)
    if args.serve:
        return options
    if options != ServerOptions():
        raise UsageError(
            "--host, --port, --token, --tls-cert, --tls-key and --no-tls go with --serve"
        )
    return None


def _showing(args: argparse.Namespace) -> Showing:
    if args.show or args.serve:
        return "always"
    return "never" if args.no_window else "live"
