"""Finds out which kind of file somebody's network is in, by its content, and opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from camdigits.errors import WeightsError
from camdigits.networks.model_card import MAX_WEIGHTS_BYTES
from camdigits.support.paths import exists, is_file, is_folder
from camdigits.training.adopt.stranger import Stranger

_HEAD = 512
TORCH = "export it to .onnx instead: see PyTorch in docs/train.md"
KINDS = (
    "a .json with its .h5, an .h5, .keras, .weights.h5, .tflite or .onnx, or the folder of a "
    "SavedModel"
)


def open_stranger(path: Path) -> list[Stranger]:
    """Open a network; nothing in its files is run.

    Args:
        path: one of `KINDS`.

    Returns:
        What it is; several where only measuring can tell which of them.

    Raises:
        WeightsError: if it is missing, damaged, too large, or of another kind.
        DependencyError: if what reads this kind is not installed.
    """
    try:
        if not exists(path):
            raise WeightsError(f"there is no file {path}; name {KINDS}")
        if is_folder(path):
            return _open_folder(path)
        if not is_file(path) or path.stat().st_size > MAX_WEIGHTS_BYTES:
            limit = MAX_WEIGHTS_BYTES >> 20
            raise WeightsError(f"{path} is no file, or larger than {limit} MiB; use another")
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from error
    return _opener(path, head)(path)


def _open_folder(path: Path) -> list[Stranger]:
    from camdigits.training.adopt.saved_model import open_saved_model

    if not is_file(path / "saved_model.pb"):
        raise WeightsError(f"{path} is a folder without a saved_model.pb; name {KINDS}")
    return open_saved_model(path)


def _opener(path: Path, head: bytes) -> Callable[[Path], list[Stranger]]:
    from camdigits.training.adopt.keras_files import open_archive, open_hdf5, open_json

    if head[4:8] == b"TFL3":
        return _open_tflite
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return open_hdf5
    if path.suffix == ".onnx":
        return _open_onnx
    if path.suffix in (".pt", ".pth", ".pkl", ".pickle", ".joblib") or head[:1] == b"\x80":
        raise WeightsError(f"{path} holds code (Python's pickle), which is never run; {TORCH}")
    if head.startswith(b"PK"):
        return open_archive
    if head.lstrip()[:1] == b"{":
        return open_json
    if path.suffix in (".h5", ".hdf5", ".keras", ".tflite", ".json"):
        raise WeightsError(f"{path} is damaged or no {path.suffix} file; copy it again")
    raise WeightsError(f"{path} is no network that is known; name {KINDS}")


def _open_tflite(path: Path) -> list[Stranger]:
    size = path.stat().st_size
    return [Stranger(path, f"TensorFlow Lite, {size:,} bytes", ".tflite", path.read_bytes)]


def _open_onnx(path: Path) -> list[Stranger]:
    outside = path.with_name(path.name + ".data")
    if is_file(outside):
        raise WeightsError(
            f"the numbers of {path} lie in {outside.name}; export it in one file: "
            f"torch.onnx.export(..., external_data=False)"
        )
    return [Stranger(path, f"ONNX, {path.stat().st_size:,} bytes", ".onnx", path.read_bytes)]
