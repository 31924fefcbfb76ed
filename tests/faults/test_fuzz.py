"""A small fixed corpus of what `tools/fuzz.py` does, and what it has found."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="measures memory as POSIX does")

from fuzzing import cases, driver, seeds
from fuzzing.mutate import mutated, mutated_json

TOOLS = Path(driver.__file__).parents[1]
CORPUS = {"images": 170, "documents": 70, "videos": 30, "records": 200, "cards": 100, "weights": 40}


@pytest.mark.parametrize(("kind", "count"), CORPUS.items())
def test_corpus_is_read_or_refused_in_one_line(kind: str, count: int) -> None:
    report = driver.run(kind, range(count))

    wrong = [failure for failure in report.failures if failure["outcome"] != "crash"]
    assert not wrong
    assert report.cases == count
    assert 0 < report.counts["read"] < count
    assert report.counts["refused"] > 0


@pytest.mark.parametrize("kind", CORPUS)
def test_seeds_themselves_are_read(kind: str) -> None:
    for name, data in cases.KINDS[kind].seeds().items():
        assert cases.outcome_of(cases.Case(kind, 0, name, data)) == "read", name


def test_a_number_makes_the_same_case_each_time() -> None:
    assert cases.make_case("images", 7) == cases.make_case("images", 7)
    assert cases.make_case("images", 7) != cases.make_case("images", 24)


def test_changes_leave_the_seed_alone_and_change_something() -> None:
    rng, data = random.Random(1), seeds.images()["gray.png"]
    before = bytes(data)
    assert sum(mutated(data, rng) != before for _ in range(50)) > 40
    text = json.dumps({"a": [1, {"b": 2}]}).encode()
    assert len({mutated_json(text, rng) for _ in range(50)}) > 20
    assert data == before


DOING = """
import ctypes, json, os, sys, time

sys.path.insert(0, {tools!r})
from fuzzing import cases, driver, seeds

def read(case):
    if case.number == 2:
        {code}

cases.KINDS = {{"images": cases.Kind(seeds.images, lambda data, _: data, read)}}
driver.LIMIT_S, driver.MEMORY_MIB = 1.0, 100

if __name__ == "__main__":
    ballast = b"x" * (400 << 20)  # what the parent holds is not what a case takes
    report = driver.run("images", range(5))
    print(json.dumps([report.cases, dict(report.counts), report.failures]))
"""
"""A reader that goes wrong in one of five cases; children import it as their main module."""


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("ctypes.string_at(0)", "crash", "SIGSEGV; File"),
        ("time.sleep(60)", "hang", "over 1 s; File"),
        ("raise KeyError('surprise')", "traceback", "KeyError: 'surprise'"),
        ("os._exit(3)", "crash", "exit code 3"),
        pytest.param(
            "b'x' * (200 << 20)",
            "memory",
            " MiB",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="measures in /proc"),
        ),
    ],
)
def test_driver_tells_what_went_wrong_and_goes_on(
    code: str, outcome: str, words: str, tmp_path: Path
) -> None:
    script = tmp_path / "doing.py"
    script.write_text(DOING.format(code=code, tools=str(TOOLS)))

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=200, check=True
    )

    case_count, counts, [failure] = json.loads(done.stdout)
    assert case_count == 5
    assert counts == {"read": 4, outcome: 1}
    assert failure["case"] == "images:2"
    assert failure["outcome"] == outcome
    assert words in failure["details"]
