"""What is at a path; what cannot be looked at is an error on every Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from camdigits.support.paths import exists, is_file, is_folder

QUESTIONS = (exists, is_file, is_folder)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("file", (True, True, False)),
        ("folder", (True, False, True)),
        ("link", (True, True, False)),
        ("pipe", (True, False, False)),
        ("nothing", (False, False, False)),
        ("file/below", (False, False, False)),
        ("circle", (False, False, False)),
        ("zero\0byte", (False, False, False)),
    ],
)
def test_what_is_there(tmp_path: Path, name: str, answers: tuple[bool, ...]) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe")

    assert tuple(question(tmp_path / name) for question in QUESTIONS) == answers


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_overlong_name_cannot_be_looked_at(
    tmp_path: Path, question: Callable[[Path], bool]
) -> None:
    with pytest.raises(OSError, match="File name too long"):
        question(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_closed_folder_cannot_be_looked_into(
    tmp_path: Path, question: Callable[[Path], bool]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "file").touch()
    closed.chmod(0)

    with pytest.raises(PermissionError):
        question(closed / "file")
