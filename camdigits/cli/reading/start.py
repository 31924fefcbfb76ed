"""Begins a run: checks what is asked for, opens outputs, and has the sources read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stdout
from functools import partial

from camdigits.cli.live.viewer import Viewer
from camdigits.cli.live.window_services import window_services
from camdigits.cli.reading.output_plan import OutputPlan
from camdigits.cli.reading.request import Request, check_sense, open_results
from camdigits.cli.reading.session import Session
from camdigits.cli.reading.table_writer import TableWriter
from camdigits.cli.terminal.reading_progress import open_progress
from camdigits.recognizer import Recognizer
from camdigits.sinks.base import Sink
from camdigits.sources import SourceSpec, expand


def read_sources(request: Request) -> int:
    """Read everything that is asked for; outputs are checked before anything is read.

    Returns:
        The exit code: 3 if a source failed, else 0.

    Raises:
        UsageError: if the request makes no sense.
        WeightsError: if the weights cannot be used.
        OutputError: if something cannot be written; nothing more is read then.
        NothingReadError: if nothing was read although it was required, or within the time that
            was given, and no source failed.
    """
    specs = expand(request.sources, request.keep_passwords)
    check_sense(request, specs)
    plan = OutputPlan(request, specs)
    recognizer = Recognizer(request.config, request.weights)
    with ExitStack() as stack:
        progress = stack.enter_context(open_progress(0 if request.quiet else _file_count(specs)))
        stack.enter_context(redirect_stdout(progress.results(sys.stdout)))
        opened = open_results(request, with_source=len(specs) > 1)
        results: list[Sink] = [stack.enter_context(sink) for sink in opened]
        screen = None
        if request.server is not None:
            from camdigits.cli.live.browser_display import broadcast

            screen, events = stack.enter_context(broadcast(request, request.server, specs))
            results.append(events)
        viewer = stack.enter_context(
            Viewer(
                request.showing,
                request.mirror,
                partial(window_services, recognizer, request),
                request.quiet,
                screen,
            )
        )
        tables = stack.enter_context(TableWriter(request, plan.tables.has_source, progress))
        session = Session(recognizer, plan, viewer, progress, tables, request)
        return session.read(specs, results)


def _file_count(specs: Sequence[SourceSpec]) -> int:
    """Return how many sources have an end to wait for."""
    return sum(spec.kind in ("file", "stdin") for spec in specs)
