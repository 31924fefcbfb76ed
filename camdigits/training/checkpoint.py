"""Keeps a training's state after every epoch, so that a stopped one can go on.

The state lies in a hidden folder where the model will be, and is gone when the model is there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import OutputError, UsageError
from camdigits.support.paths import is_file
from camdigits.training.progress import EpochReport
from camdigits.training.settings import TrainSettings

FOLDER = ".camdigits-resume"
MAX_BYTES = 1 << 30


class Checkpoint:
    """The state of one training, on disk.

    Everything that the next epoch depends on is in it: the network with the statistics of its
    normalisation and the states of its dropout, the optimizer with its step count, and what the
    epochs brought.  So a resumed training ends bit for bit where an uninterrupted one does.
    """

    def __init__(self, out: Path, run: dict[str, Any], *, resume: bool) -> None:
        """Begin, or find a state to go on from.

        Args:
            out: the folder of the model to be.
            run: what must be the same for a state to fit, as JSON can say it.
            resume: go on from the state in `out`; False forgets it at the first epoch's end.
        """
        self._path, self._run, self._resume = out / FOLDER / "state.npz", run, resume

    def restore(self, model: Any) -> tuple[EpochReport, ...]:
        """Put the kept state into a compiled model and return what its epochs brought.

        Returns:
            One report per epoch; none, with the model as it was, if the training is not resumed.

        Raises:
            UsageError: if the state does not fit the training or the model.
        """
        if not self._resume:
            return ()
        record, arrays = _load(self._path)
        if record["run"] != self._run:
            raise UsageError(
                f"the training in {self._path.parent} had other settings or data; "
                f"repeat those, or start anew without --resume"
            )
        variables = _variables(model)
        if [tuple(each.shape) for each in variables] != [each.shape for each in arrays]:
            raise _unfit(self._path)
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        return tuple(EpochReport(**report) for report in record["reports"])

    def keep(self, model: Any, reports: Sequence[EpochReport]) -> None:
        """Write the state after an epoch; the one before stays until this one is whole.

        Raises:
            OutputError: if it cannot be written.
        """
        record = {"run": self._run, "reports": [asdict(report) for report in reports]}
        arrays = {f"v{place}": each.numpy() for place, each in enumerate(_variables(model))}
        text = np.frombuffer(json.dumps(record).encode(), np.uint8)
        staged = self._path.with_name("next.npz")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with staged.open("wb") as file:
                np.savez(file, record=text, **arrays)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(self._path)
        except OSError as error:
            raise OutputError(
                f"the state of the training cannot be kept in {self._path.parent}: {error.strerror}"
            ) from error

    def forget(self) -> None:
        """Remove the state; nothing happens if there is none."""
        shutil.rmtree(self._path.parent, ignore_errors=True)


def kept_settings(out: Path) -> TrainSettings:
    """Return the settings of the training that was stopped.

    Args:
        out: the folder of the model to be.

    Raises:
        UsageError: if there is none.
    """
    path = out / FOLDER / "state.npz"
    record, _ = _load(path)
    return TrainSettings.from_record(record["run"]["settings"], path)


def has_checkpoint(out: Path) -> bool:
    """Return whether a training was stopped that would have put its model into `out`."""
    return (out / FOLDER / "state.npz").is_file()


def _variables(model: Any) -> list[Any]:
    """Return all of a compiled model's state; metrics begin anew each epoch and are left out."""
    metrics = {id(each) for metric in model.metrics for each in metric.variables}
    own = [each for each in model.variables if id(each) not in metrics]
    return [*own, *model.optimizer.variables]


def _load(path: Path) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    if not is_file(path):
        raise UsageError(
            f"there is no stopped training in {path.parent.parent}; start without --resume"
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unfit(path)
        with np.load(path, allow_pickle=False) as archive:
            record = json.loads(archive["record"].tobytes())
            arrays = [archive[f"v{place}"] for place in range(len(archive.files) - 1)]
        if not isinstance(record["run"]["settings"], dict) or not record["reports"]:
            raise _unfit(path)
    except UsageError:
        raise
    except Exception as error:  # whatever zipfile, NumPy and json raise on a damaged file
        raise _unfit(path) from error
    return record, arrays


def _unfit(path: Path) -> UsageError:
    return UsageError(f"{path} is damaged or not of this training; start anew without --resume")
