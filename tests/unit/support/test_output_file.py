"""How a finished file gets its name."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from camdigits.support.output_file import publish


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    path = tmp_path / "out.partial.mp4"
    path.write_bytes(b"new")
    return path


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system with hard links, and one without."""

    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if not request.param:
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("file_system")
def test_a_finished_file_gets_its_name(partial: Path):
    path = partial.with_name("out.mp4")
    publish(partial, path, force=False)
    assert path.read_bytes() == b"new"
    assert not partial.exists()


@pytest.mark.usefixtures("file_system")
def test_a_file_that_appeared_meanwhile_stays_and_so_does_the_new_one(partial: Path):
    path = partial.with_name("out.mp4")
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError, match="appeared meanwhile"):
        publish(partial, path, force=False)
    assert (path.read_bytes(), partial.read_bytes()) == (b"old", b"new")


def test_of_two_that_end_at_the_same_moment_one_is_told(
    partial: Path, monkeypatch: pytest.MonkeyPatch
):
    path = partial.with_name("out.mp4")
    path.write_bytes(b"old")
    # As it looks to a run that asks just before the other one's file appears.
    monkeypatch.setattr(Path, "exists", lambda path: False)
    with pytest.raises(FileExistsError, match="appeared meanwhile"):
        publish(partial, path, force=False)
    assert path.read_bytes() == b"old"


def test_force_replaces_what_is_there(partial: Path):
    path = partial.with_name("out.mp4")
    path.write_bytes(b"old")
    publish(partial, path, force=True)
    assert path.read_bytes() == b"new"
