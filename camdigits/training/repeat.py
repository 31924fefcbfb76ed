"""Finds out from a model card how a training is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from camdigits.errors import UsageError
from camdigits.networks.model_card import ModelCard, read_card
from camdigits.training.data.dataset import Dataset, Source, load_dataset
from camdigits.training.sets.distilled import Teacher
from camdigits.training.settings import TrainSettings


def settings_like(
    path: Path, data: Source | Callable[[], Dataset] = None, teacher: Path | None = None
) -> TrainSettings:
    """Return the settings that repeat a training.

    Args:
        path: the card of the model that it made.
        data: what `load_dataset` takes, or what returns them, which is asked last; must be what
            the card's model learnt from.
        teacher: the network that taught it, if one did.

    Raises:
        UsageError: if the card does not say how, or data or teacher are not its own.
        WeightsError: if the card or the teacher is missing or damaged.
        DataError: if the data are.
    """
    card = read_card(path)
    if "taught" in card.record:
        raise UsageError(
            f"{path} was taught a handwriting; repeat it with --teach and the same pictures"
        )
    record = card.record.get("settings")
    if not isinstance(record, dict):
        raise UsageError(f"the model card {path} lacks the settings; name the options instead")
    settings = TrainSettings.from_record(record, path)
    _must_be_its_data(card, data() if callable(data) else load_dataset(data))
    return replace(settings, teacher=_its_teacher(card, settings, teacher))


def _must_be_its_data(card: ModelCard, dataset: Dataset) -> None:
    expected = _text(card.record.get("data"), "sha256")
    found = dataset.sha256
    if expected != found:
        raise UsageError(
            f"{card.path} was trained on data of sha256 {expected:.12}, not {found:.12}; give "
            f"those, or name the options instead of --like"
        )


def _its_teacher(card: ModelCard, settings: TrainSettings, given: Path | None) -> Path | None:
    if settings.teacher is None:
        if given is not None:
            raise UsageError(f"{card.path} had no teacher; leave out --teacher")
        return None
    if given is None:
        raise UsageError(f"{card.path} had a teacher; name it: --teacher {settings.teacher}")
    expected = _text(card.record.get("teacher"), "sha256")
    found = Teacher(given).record["sha256"]
    if expected != found:
        raise UsageError(
            f"{card.path} had the teacher of sha256 {expected:.12}, and {given} has {found:.12}; "
            f"give that one, or name the options instead of --like"
        )
    return given


def _text(record: Any, key: str) -> str:
    return str(record.get(key)) if isinstance(record, dict) else "None"
