"""Putting a finished model where it belongs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from camdigits.errors import OutputError, WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.training.models.install import check_target, install


def model() -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files and the card of a model that is whole."""
    weights = bundled_weights()
    return {"lenet.tflite": weights.read_bytes()}, json.loads(
        weights.with_suffix(".json").read_text()
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_model_is_written_with_its_card(tmp_path: Path) -> None:
    files, record = model()
    out = tmp_path / "new" / "folder"

    card = install(out, "lenet", files, record)

    assert names(out) == {"lenet.tflite", "lenet.json"}
    assert card.record == record
    assert card.path == out / "lenet.json"


def test_a_model_replaces_the_one_before_and_leaves_other_files(tmp_path: Path) -> None:
    files, record = model()
    install(tmp_path, "lenet", files, record | {"threshold": 0.1})
    (tmp_path / "notes.txt").write_text("mine")

    card = install(tmp_path, "lenet", files, record | {"threshold": 0.9})

    assert card.threshold == 0.9
    assert names(tmp_path) == {"lenet.tflite", "lenet.json", "notes.txt"}


def test_a_model_that_does_not_open_replaces_nothing(tmp_path: Path) -> None:
    files, record = model()
    install(tmp_path, "lenet", files, record)

    with pytest.raises(WeightsError):
        install(tmp_path, "lenet", {"lenet.tflite": b"broken"}, record)

    assert (tmp_path / "lenet.tflite").read_bytes() == files["lenet.tflite"]
    assert names(tmp_path) == {"lenet.tflite", "lenet.json"}


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_an_interruption_never_leaves_a_card_beside_other_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    files, record = model()
    files["lenet.keras"] = b"first"
    install(tmp_path, "lenet", files, record)
    moves: list[Path] = []
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if len(moves) == moved:
            raise KeyboardInterrupt
        moves.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        install(tmp_path, "lenet", files, record)

    assert names(tmp_path) == {"lenet.tflite", "lenet.keras"}


def test_a_full_disk_leaves_the_model_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, record = model()
    install(tmp_path, "lenet", files, record)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        install(tmp_path, "lenet", files, record | {"threshold": 0.1})

    assert names(tmp_path) == {"lenet.tflite", "lenet.json"}
    assert json.loads((tmp_path / "lenet.json").read_text()) == record


def test_a_folder_that_can_be_made_is_a_target_and_is_not_made_yet(tmp_path: Path) -> None:
    check_target(tmp_path)
    check_target(tmp_path / "a" / "b")
    check_target(Path("relative-and-absent"))

    assert names(tmp_path) == set()


@pytest.mark.parametrize("inside", ["", "/below"])
def test_a_file_is_no_target(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="is not a folder; name another folder"):
        check_target(Path(f"{tmp_path}/file{inside}"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_no_target(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(OutputError, match="no permission"):
        check_target(tmp_path / "below")


def test_an_overlong_name_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="File name too long"):
        check_target(tmp_path / ("x" * 300))
