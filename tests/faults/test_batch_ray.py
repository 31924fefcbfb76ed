"""A batch on a Ray cluster of two machines, both on loopback."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.pages import write_clip, write_page
from tests.cli.test_process import camdigits
from tests.faults.test_batch import (
    assert_read_as_alone,
    batch,
    finished,
)
from tests.faults.test_jobs import await_end, children_of
from tests.support.readers import attempts
from tests.support.xvfb import wait_until

pytest.importorskip("ray", reason="Ray is not installed (pip install 'camdigits[ray]')")

PATIENCE_S = 200


@pytest.fixture(scope="module")
def cluster(reader_home: Path) -> Iterator[Any]:
    """Two nodes with one processor each, whose workers begin with the reader's code."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
    cluster = Cluster()
    try:
        try:
            cluster.add_node(**node)
            cluster.second = cluster.add_node(num_cpus=1, object_store_memory=100_000_000)
        except Exception as error:
            skip_if_too_busy(str(error))
            raise
        yield cluster
    finally:
        cluster.shutdown()


def test_a_node_may_die_and_a_file_may_be_poisoned(
    cluster: Any,
    reader: Path,
    tmp_path: Path,
) -> None:
    names = ("held-1", "held-2", "1", "bad", "2", "3")
    pages = [write_page(tmp_path / f"{name}.png") for name in names]
    files = [*pages, write_clip(tmp_path / "clip.mp4")]
    out = tmp_path / "out"
    command = (*files, "--out", out, "--engine", "ray", "--address", cluster.address)
    process = batch(*command)
    wait_until(lambda: len(attempts(reader)) == 2, "one page held on each node", PATIENCE_S)

    [raylet] = cluster.second.all_processes["raylet"]
    workers = family(raylet.process.pid)
    cluster.remove_node(cluster.second, allow_graceful=False)
    # Orphaned, a worker lives on for a moment, in which it could finish the page.
    await_end(workers)
    (reader / "go").touch()
    told, errors = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 3
    assert told.startswith("7 sources: 6 done, 1 crashed; ")
    [line] = errors.splitlines()
    assert line.startswith(f"camdigits: {pages[3]}: ")
    begun = attempts(reader)
    assert begun.count("held-1") + begun.count("held-2") == 3
    assert begun.count("bad") == 2
    good = [file for file in files if file.stem != "bad"]
    assert_read_as_alone(good, out, tmp_path)
    assert not (out / "unfinished").exists()

    write_page(tmp_path / "new.png")
    process = batch(*command, tmp_path / "new.png", "--retry-failed")
    told, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 3
    assert told.startswith("8 sources: 7 done, 1 crashed; 6 of them before; ")
    assert sorted(attempts(reader)[len(begun) :]) == ["bad", "bad", "new"]


def test_a_cluster_of_its_own_ends_with_the_batch(reader: Path, tmp_path: Path) -> None:
    page, out = write_page(tmp_path / "1.png"), tmp_path / "out"
    clips = [write_clip(tmp_path / f"clip{place}.mp4", 900) for place in range(2)]
    process = batch(page, *clips, "--out", out, "--engine", "ray", "--jobs", 2)
    wait_until(lambda: finished(out) or process.poll(), "the first file", PATIENCE_S)
    if process.poll() == 1:
        skip_if_too_busy(process.communicate()[1])
    ray = family(process.pid)
    assert len(ray) > 2

    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, *told) == (130, "", "")
    # Which file is the first one is for the machine to say.
    assert 0 < len(finished(out)) < 3
    await_end(ray)


def test_a_cluster_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    page = write_page(tmp_path / "1.png")

    done = camdigits(
        "batch", page, "--out", tmp_path / "out", "--engine", "ray", "--address", "127.0.0.1:9"
    )

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(b"camdigits: there is no Ray cluster at 127.0.0.1:9: ")


def skip_if_too_busy(told: str) -> None:
    """Skip where a node is not up within the 30 s that Ray grants it."""
    if "timed out during startup" in told:
        pytest.skip("this machine is too busy for Ray to start within its 30 s")


def family(process_id: int) -> list[int]:
    """Return the children of a process, their children, and so on."""
    children = children_of(process_id)
    return children + [each for child in children for each in family(child)]
