"""Runs cases in a child process that may hang or crash, and counts what came of them."""

from __future__ import annotations

import faulthandler
import multiprocessing
import resource
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from camdigits.jobs.child_processes import ending, leave_terminal

LIMIT_S = 30.0
"""A drawn page of a document takes three seconds where nothing else runs."""
MEMORY_MIB = 1500
"""What one case may add to the resident memory of its process."""
_START_S = 120.0

_spawn = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class Report:
    """What came of the cases of one kind.

    Attributes:
        cases: how many were tried.
        counts: how many were "read", "refused", a "hang", a "traceback", a "crash" of a decoder,
            or took too much "memory".
        failures: name and details of each case that was neither read nor refused.
    """

    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, seed: str, outcome: str) -> None:
        """Count one case."""
        what, _, details = outcome.partition(": ")
        self.cases += 1
        self.counts[what] += 1
        if what not in ("read", "refused"):
            self.failures.append(
                {"case": name, "seed": seed, "outcome": what, "details": details.strip()}
            )


def run(kind: str, numbers: Iterable[int]) -> Report:
    """Try the cases of a kind; one child does many, and a new one goes on where it fell."""
    report, waiting = Report(), list(numbers)
    while waiting:
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder, "trace")
            done = 0
            for number, seed, outcome in _results(kind, waiting, trace):
                report.add(f"{kind}:{number}", seed, outcome)
                done += 1
        waiting = waiting[done:]
    return report


def _results(kind: str, numbers: list[int], trace: Path) -> Iterator[tuple[int, str, str]]:
    """Yield number, seed and outcome of cases, up to the first that hangs or crashes."""
    here, there = _spawn.Pipe()
    child = _spawn.Process(target=_work, args=(there, kind, numbers, str(trace)), daemon=True)
    child.start()
    there.close()
    try:
        for place, number in enumerate(numbers):
            seed, outcome = "?", ""
            try:
                if here.poll(_START_S if place == 0 else LIMIT_S):
                    seed = here.recv()
                    outcome = here.recv() if here.poll(LIMIT_S) else ""
                outcome = outcome or f"hang: over {LIMIT_S:g} s{_stack(trace)}"
            except EOFError:
                child.join()
                outcome = f"crash: {ending(child.exitcode or 0)}{_stack(trace)}"
            yield number, seed, outcome
            if outcome.startswith(("hang", "crash")):
                return
    finally:
        child.kill()
        child.join()


def _stack(trace: Path) -> str:
    """Return where the child was, by Python's account: that names the decoder."""
    with suppress(OSError):
        lines = [line.strip() for line in trace.read_text().splitlines() if "File " in line]
        return "".join(f"; {line}" for line in lines[:4])
    return ""


def _work(connection: Connection[Any, Any], kind: str, numbers: list[int], trace: str) -> None:
    leave_terminal()
    from fuzzing.cases import make_case, outcome_of

    with Path(trace).open("w") as file:
        faulthandler.enable(file)
        for number in numbers:
            case = make_case(kind, number)
            connection.send(case.seed)
            # A hang leaves its stack, too, shortly before the limit.
            faulthandler.dump_traceback_later(LIMIT_S * 0.9, file=file)
            before_mib = _most_mib()
            outcome = outcome_of(case)
            taken_mib = _most_mib() - before_mib
            if taken_mib > MEMORY_MIB:
                outcome = f"memory: {taken_mib:.0f} MiB"
            connection.send(outcome)
        faulthandler.cancel_dump_traceback_later()
        faulthandler.disable()
    connection.close()


def _most_mib() -> float:
    """Return the most memory that this process has held.

    Linux counts what the parent held before the `exec` as the child's own in `getrusage`, so that
    a large parent would hide what a case takes; the kernel's high-water mark knows it apart.
    """
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
