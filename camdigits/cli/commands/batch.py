"""``camdigits batch``: read many files, here or on a cluster."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from camdigits.cli.options.arguments import add_reading, count, place, read_config
from camdigits.cli.options.weights import choose_weights, try_weights
from camdigits.cli.terminal.messages import say
from camdigits.errors import SourceError, UsageError

if TYPE_CHECKING:
    from camdigits.batch.engines import OpenEngine
    from camdigits.batch.run import Report

NAME = "batch"

_DESCRIPTION = """\
Reads videos and pictures, and writes into a folder a JSON Lines file of each one's records and
one table of them all, summary.csv. Started again, it goes on: what is finished is skipped as long
as the file, the weights and the settings are the same.

SOURCE is a video, a picture, a pattern of them, or a folder, which stands for all that is in it
and in the folders inside it.
"""

_EPILOG = """\
examples:
  camdigits batch recordings --out read          a folder and all folders inside it
  find /mnt/tapes -name '*.mp4' -print0 | camdigits batch --from - --out read
  camdigits batch recordings --out read --retry-failed
  camdigits batch recordings --out read --engine ray --address auto

in the folder: records/ with a file for each source, under its own path; summary.csv; batch.jsonl,
by which the batch goes on

exit codes: 0 all were read to their end, 3 some were not (they are listed), 1 failed, 2 wrong
arguments, 130, 143, 129 ended by Ctrl-C, SIGTERM, SIGHUP; the same command goes on from there
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``batch`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="what to read")
    parser.add_argument(
        "--from",
        dest="list",
        metavar="FILE",
        help="read what is listed in a file, too: one source a line, or each with a zero byte "
        "behind it; - is standard input",
    )
    parser.add_argument(
        "--out", type=place, required=True, metavar="DIR", help="the folder for the results"
    )
    parser.add_argument(
        "--retry-failed",
        action="store_true",
        help="read those again that were not read to their end",
    )
    parser.add_argument(
        "--records",
        choices=("events", "frames", "both"),
        help="what records hold: numbers as they appear, change and go, what each frame shows, or "
        "both (default: frames for pictures, events for video)",
    )
    _add_engine_arguments(parser.add_argument_group("who reads"))
    add_reading(parser.add_argument_group("reading"))
    parser.add_argument("-q", "--quiet", action="store_true", help="only errors")


def _add_engine_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="processes on this machine, or a Ray cluster: pip install 'camdigits[ray]' "
        "(default: local)",
    )
    group.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="the Ray cluster, or auto for the one that runs here (default: one of its own)",
    )
    group.add_argument(
        "--jobs",
        type=count,
        metavar="N",
        help="files that are read at the same time (default: one for each processor)",
    )


def run(args: argparse.Namespace) -> int:
    """Read all sources and return the exit code."""
    from camdigits.batch.file_work import Reads
    from camdigits.batch.find import find, read_list
    from camdigits.batch.run import Batch
    from camdigits.batch.weights import digests
    from camdigits.cli.terminal.batch_progress import open_batch_progress

    names = [*args.sources, *(read_list(args.list) if args.list else [])]
    if not names:
        raise UsageError("nothing to read: name a SOURCE, or a list of them with --from")
    weights = choose_weights(args.weights)
    if not args.quiet:
        weights.tell()
    path = None if weights.path is None else weights.path.absolute()
    with weights.hint():
        if path is not None and not weights.is_taught:
            try_weights(path)
        reads = Reads(read_config(args), path, args.records, digests(path))
        batch = Batch(args.out, reads, args.retry_failed)
        open_engine, files = _engine(args), find(names)
        with open_batch_progress(args.quiet) as progress:
            report = batch.read(files, open_engine, progress)
    for summary in report.bad_before:
        say(f"{summary.error} (before; --retry-failed reads it again)")
    if not args.quiet:
        _tell(report, progress.totals(), args.out)
    return 0 if report.is_all_done else SourceError.exit_code


def _engine(args: argparse.Namespace) -> OpenEngine:
    """Return what opens the engine that was asked for.

    Raises:
        UsageError: if there is an address without Ray.
    """
    if args.engine == "ray":
        from camdigits.batch.ray_engine import RayEngine

        return lambda: RayEngine(args.address, args.jobs)
    if args.address:
        raise UsageError("--address is that of a Ray cluster; add --engine ray")
    from camdigits.batch.engines import LocalEngine
    from camdigits.jobs.child_processes import cpu_count

    return lambda: LocalEngine(args.jobs or cpu_count())


def _tell(report: Report, totals: str, out: Path) -> None:
    """Print how the batch ended."""
    from camdigits.batch.file_work import ExitReason
    from camdigits.batch.output_paths import TABLE
    from camdigits.support.printable import printable

    counts = ", ".join(
        f"{report.counts[name]} {name}" for name in get_args(ExitReason) if report.counts[name]
    )
    count = report.counts.total()
    before = count - report.read
    told = f"{count} {'source' if count == 1 else 'sources'}: {counts}"
    if before:
        told += f"; {before} of them before"
    print(f"{told}; {totals}; {printable(str(out / TABLE))}")
