"""The model card: the JSON file beside the weights that says what they are, and makes them valid.

Keys of the card, all required but where nothing checks them:

=============== ===================================================================================
schema          1
name            of the model and, with a suffix, of its files: ``lenet``
architecture    the network's family: ``lenet``
layers          one line per layer
parameters      number of trained numbers
input           ``{"shape": [28, 28, 1], "dtype": "float32", "range": [0, 1]}``, ink 1 on 0; of the
                judge ``[40, 40, 3]``, of the line reader ``[32, 160, 1]``
classes         what the outputs mean, in order: ``"0"`` to ``"9"``, and perhaps ``"none"``; of the
                judge its verdicts, of the line reader its characters, of the print detector
                ``"hand"`` and ``"print"``
data            name of the training data, sha256 of its arrays, counts of its splits
settings        everything that `camdigits.training.TrainSettings` held
command         repeats the training, on the same data
teacher         only of a network that had one: ``file``, ``sha256``, ``settings``, ``accuracy``
versions        of camdigits, Python and the packages that trained
accuracy        ``test`` and ``validation`` in 0-1, ``interval_95`` (Wilson) and ``n`` of the test,
                ``calibration_error`` (expected error of the confidence on the test split, 0-1),
                ``confusion`` (10 x 10, test digits of the row read as the column's)
history         what each epoch brought; for people, and not checked
temperature     divides the logits before the probabilities are taken; 1 leaves them as they are
threshold       confidence, 0 to 1, below which a reading is not reported
threshold_rule  how it was chosen
no_digits       ``n`` drawn pictures of no digit, and the share that ``passed`` the threshold; for
                people, and not checked
files           sha256 of every other file of the model, by name
=============== ===================================================================================
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camdigits.errors import WeightsError
from camdigits.support.paths import is_file

SCHEMA = 1
"""Version of the card that this program writes and reads."""

DIGITS = tuple("0123456789")
VERDICTS = (*DIGITS, "part", "several", "other")
"""What the judge says of a candidate: one whole digit, and which; a part of one; several; anything
else."""

CHARACTERS = (*DIGITS, *".,:/-+x÷·=()", "other", "wall", "blank")
"""What the line reader sees in a frame: a digit, a mark or a sign, a letter or another sign, an
upright ruled line, or nothing (the blank of CTC)."""

WRITINGS = ("hand", "print")
"""What the print detector says of a digit: it is written by hand, or printed."""


@dataclass(frozen=True, slots=True)
class Form:
    """What goes into a network and what comes out.

    Attributes:
        shape: height, width and channels of a picture; values are float32 in 0-1.
        classes: what the outputs may mean, in order.
        command: makes such a network.
    """

    shape: tuple[int, int, int]
    classes: tuple[tuple[str, ...], ...]
    command: str

    @property
    def input(self) -> dict[str, Any]:
        """The input as cards write it."""
        return {"shape": list(self.shape), "dtype": "float32", "range": [0, 1]}


CLASSIFIER = Form((28, 28, 1), (DIGITS, (*DIGITS, "none")), "camdigits train")
"""Names digits: ink 1 on 0."""
JUDGE = Form((40, 40, 3), (VERDICTS,), "camdigits train --judge")
"""Tells digits from what is none; see `camdigits.networks.judge.stack_views`."""
LINE = Form((32, 160, 1), (CHARACTERS,), "camdigits train --lines")
"""Reads lines of writing; see `camdigits.networks.line_strips`."""
PRINT = Form((40, 40, 2), (WRITINGS,), "camdigits train --print")
"""Tells print from handwriting; see `camdigits.networks.print_detector.stack_print_views`."""

MAX_CARD_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is.

    Attributes:
        path: the card's file.
        name: of the model.
        architecture: family of the network.
        parameters: number of trained numbers.
        classes: what the outputs mean, in order; the ten digits come first.
        accuracy: share of the test split read rightly, 0 to 1.
        threshold: confidence, 0 to 1, below which a reading is not reported.
        temperature: divides the logits before the probabilities are taken, above 0.
        files: sha256 (lower-case hex) of the model's files by name.
        record: the whole card, as its JSON says it.
    """

    path: Path
    name: str
    architecture: str
    parameters: int
    classes: tuple[str, ...]
    accuracy: float
    threshold: float
    temperature: float
    files: Mapping[str, str]
    record: Mapping[str, Any] = field(repr=False, compare=False)


def bundled(name: str) -> Path:
    """Return the path of a file that ships with camdigits as its weights."""
    # `importlib.resources` takes as long to load as a network.
    home = importlib.import_module("camdigits.weights").__file__
    assert home is not None
    return Path(home).with_name(name)


def card_path(weights: Path) -> Path:
    """Return where the card of a weights file lies: beside it, with the suffix ``.json``."""
    return weights.with_suffix(".json")


def read_card(path: Path, form: Form = CLASSIFIER) -> ModelCard:
    """Read a model card and check what it says.

    Args:
        path: the JSON file, at most 1 MiB.
        form: what the network must take and give.

    Raises:
        WeightsError: if it is missing, no JSON, or says something that cannot be.
    """
    try:
        record = json.loads(_read(path, MAX_CARD_BYTES, "model card", form))
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"the model card {path} is not JSON; train again") from error
    if not isinstance(record, dict):
        raise WeightsError(f"the model card {path} is not a JSON object; train again")
    return _Reader(path, record, form).card()


def read_weights(path: Path, card: ModelCard, form: Form = CLASSIFIER) -> bytes:
    """Return the content of a weights file that is what its card says.

    Args:
        path: the file, at most 256 MiB; its name is looked up in ``card.files``.
        card: the model's card.
        form: what the network takes and gives.

    Raises:
        WeightsError: if the file is missing, too large, or not the one of the card.
    """
    if path.name not in card.files:
        raise WeightsError(f"the model card {card.path} does not know {path.name}; train again")
    content = _read(path, MAX_WEIGHTS_BYTES, "weights file", form)
    if hashlib.sha256(content).hexdigest() != card.files[path.name]:
        raise WeightsError(
            f"{path} is damaged or not the file of its card {card.path.name} (sha256 differs); "
            f"copy or train both again"
        )
    return content


def _read(path: Path, limit: int, kind: str, form: Form) -> bytes:
    try:
        if not is_file(path):
            raise WeightsError(f"the {kind} {path} is missing; make one with: {form.command}")
        if path.stat().st_size > limit:
            raise WeightsError(f"the {kind} {path} is larger than {limit >> 20} MiB; use another")
        return path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the {kind} {path} cannot be read: {error.strerror}") from error


class _Reader:
    """Takes values out of a card's JSON and refuses what cannot be."""

    def __init__(self, path: Path, record: dict[str, Any], form: Form) -> None:
        self._path, self._record, self._form = path, record, form

    def card(self) -> ModelCard:
        schema = self._get("schema")
        if schema != SCHEMA:
            raise self._refuse("schema", schema, f"{SCHEMA}, the one this version reads")
        if self._get("input") != self._form.input:
            raise self._refuse("input", self._get("input"), f"{self._form.input}")
        return ModelCard(
            path=self._path,
            name=self._text("name"),
            architecture=self._text("architecture"),
            parameters=self._parameters(),
            classes=self._classes(),
            accuracy=self._number("test", 0, 1, self._object("accuracy")),
            threshold=self._number("threshold", 0, 1),
            temperature=self._number("temperature", 0.01, 100),
            files=self._files(),
            record=self._record,
        )

    def _refuse(self, key: str, found: object, expected: str) -> WeightsError:
        return WeightsError(
            f"the model card {self._path} says {key} {_short(found)}, not {expected}; train again"
        )

    def _get(self, key: str, record: dict[str, Any] | None = None) -> Any:
        record = self._record if record is None else record
        if key not in record:
            raise WeightsError(f"the model card {self._path} lacks {key!r}; train again")
        return record[key]

    def _object(self, key: str) -> dict[str, Any]:
        value = self._get(key)
        if not isinstance(value, dict):
            raise self._refuse(key, value, "an object")
        return value

    def _text(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or not re.fullmatch(r"[\w.-]{1,64}", value):
            raise self._refuse(key, value, "a short name")
        return value

    def _number(
        self, key: str, low: float, high: float, record: dict[str, Any] | None = None
    ) -> float:
        value = self._get(key, record)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self._refuse(key, value, f"a number from {low} to {high}")
        return float(value)

    def _parameters(self) -> int:
        value = self._get("parameters")
        if type(value) is not int or not 0 < 4 * value <= MAX_WEIGHTS_BYTES:
            raise self._refuse("parameters", value, "a number of parameters")
        return value

    def _classes(self) -> tuple[str, ...]:
        value = self._get("classes")
        if not isinstance(value, list) or tuple(value) not in self._form.classes:
            expected = " or ".join(", ".join(names) for names in self._form.classes)
            raise self._refuse("classes", value, expected)
        return tuple(value)

    def _files(self) -> dict[str, str]:
        files = self._object("files")
        for name, digest in files.items():
            if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
                raise self._refuse(f"sha256 of {_short(name)}", digest, "64 hex digits")
        return files


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
