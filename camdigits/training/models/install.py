"""Puts a finished model where it belongs, whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from camdigits.errors import OutputError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.networks.line_reader import LiteRTLineReader
from camdigits.networks.model_card import CLASSIFIER, JUDGE, LINE, PRINT, Form, ModelCard, read_card
from camdigits.networks.print_detector import LiteRTPrintDetector
from camdigits.support.paths import exists, is_folder


def check_target(out: Path) -> None:
    """Find out before a long training whether a model can be written.

    Raises:
        OutputError: if `out` is no folder, cannot be made, or cannot be written to.
    """
    try:
        existing = next(folder for folder in (out, *out.parents) if exists(folder))
    except OSError as error:
        raise OutputError(
            f"cannot write to {out}: {error.strerror}; name another folder"
        ) from error
    if not is_folder(existing):
        raise OutputError(f"{existing} is not a folder; name another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"no permission to write in {existing}; name another folder")


def install(
    out: Path,
    name: str,
    files: Mapping[str, bytes],
    record: Mapping[str, Any],
    form: Form = CLASSIFIER,
) -> ModelCard:
    """Write a model, replacing one that lies there.

    Everything is written and opened once in a hidden folder inside `out` first, which is on the
    same disk even where `out` is a link or a mounted volume.  Then the old card goes, the files
    are moved, and the new card comes last: a card makes a model valid, so that at no time half a
    model looks like one.

    Args:
        out: folder for the files, made if it is missing.
        name: of the model; the card becomes ``name.json``, and a ``name.tflite`` is opened once.
        files: content of the files by name.
        record: the card.
        form: what the model takes and gives.

    Returns:
        The card, as it lies in `out`.

    Raises:
        OutputError: if something cannot be written.
    """
    card_name = f"{name}.json"
    content = {**files, card_name: (json.dumps(record, indent=2) + "\n").encode()}
    put(out, content, check=lambda staged: _must_open(staged, name, files, form))
    return read_card(out / card_name, form)


def put(
    out: Path, content: Mapping[str, bytes], check: Callable[[Path], object] = lambda _: None
) -> None:
    """Write files that belong together, replacing those that lie there.

    The last one makes the others valid: it goes first and comes last.

    Args:
        out: folder for the files, made if it is missing.
        content: of the files by name.
        check: is given the folder with the files before they are moved; raises what is wrong.

    Raises:
        OutputError: if something cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".camdigits-", dir=out) as folder:
            staged = Path(folder)
            for file_name, data in content.items():
                _write(staged / file_name, data)
            check(staged)
            (out / list(content)[-1]).unlink(missing_ok=True)
            for file_name in content:
                (staged / file_name).replace(out / file_name)
    except OSError as error:
        raise OutputError(f"cannot write into the folder {out}: {error.strerror}") from error


def _must_open(folder: Path, name: str, files: Mapping[str, bytes], form: Form) -> None:
    if f"{name}.tflite" in files:
        readers = {JUDGE: LiteRTJudge, LINE: LiteRTLineReader, PRINT: LiteRTPrintDetector}
        readers.get(form, LiteRTClassifier)(folder / f"{name}.tflite")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
