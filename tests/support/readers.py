"""Readers that die on some pictures and wait on others, in whatever process of a batch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

READER = """
import os, signal, sys, time
from pathlib import Path

here = Path({folder!r})

def attempt(name):
    with (here / "attempts").open("a") as file:
        file.write(Path(name).stem + "\\n")

def decode(data, name, *more):
    attempt(name)
    if "bad" in name or "once" in name and (here / "attempts").read_text().count("once") == 1:
        os.kill(os.getpid(), signal.SIGSEGV)
    while "held" in name and not (here / "go").exists():
        time.sleep(0.05)
    return decoded(data, name, *more)

if "default_worker" in str(sys.orig_argv) or "--multiprocessing-fork" in sys.orig_argv:
    from camdigits.sources.images import image
    decoded, image.ImageSource.decode = image.ImageSource.decode, decode
"""
"""Begins every reader: of pictures it crashes on "bad", once on "once", and waits with "held"."""


@pytest.fixture(name="reader_home", scope="module")
def reader_home_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder from which every Python that is started takes `READER`; holds what it writes."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "sitecustomize.py").write_text(READER.format(folder=str(folder)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{Path.cwd()}")
        yield folder


@pytest.fixture(name="reader")
def reader_fixture(reader_home: Path) -> Path:
    """The same folder, with nothing begun yet."""
    for name in ("attempts", "go"):
        (reader_home / name).unlink(missing_ok=True)
    return reader_home


def attempts(reader: Path) -> list[str]:
    """Return the stems of the pictures that were begun, in this order."""
    file = reader / "attempts"
    return file.read_text().splitlines() if file.exists() else []
