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
files           sha256 of every other file of the model, by name; files that were renamed are found
                by their sha256
=============== ===================================================================================
Of a network of somebody else (``camdigits adopt``) "input" and "output" say what it wants and
gives (`camdigits.networks.wants.Wants`), "adopted" which file it was, "pages" how it was tried, and
"parameters", "layers", "settings", "teacher" and "history" are missing.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from camdigits.errors import WeightsError
from camdigits.networks.card_fields import CardFields
from camdigits.networks.wants import Wants
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
        name: what such a network is called.
    """

    shape: tuple[int, int, int]
    classes: tuple[tuple[str, ...], ...]
    command: str
    name: str

    @property
    def takes_adopted(self) -> bool:
        """Whether networks of somebody else may be of this form."""
        return self is CLASSIFIER

    @property
    def input(self) -> dict[str, Any]:
        """The input as cards write it."""
        return {"shape": list(self.shape), "dtype": "float32", "range": [0, 1]}


CLASSIFIER = Form(
    (28, 28, 1), (DIGITS, (*DIGITS, "none")), "camdigits train", "a network that names digits"
)
"""Names digits: ink 1 on 0."""
JUDGE = Form(
    (40, 40, 3),
    (VERDICTS,),
    "camdigits train --judge",
    "the judge, which tells digits from what is none",
)
"""Tells digits from what is none; see `camdigits.networks.judge.stack_views`."""
LINE = Form((32, 160, 1), (CHARACTERS,), "camdigits train --lines", "the line reader")
"""Reads lines of writing; see `camdigits.networks.line_strips`."""
PRINT = Form((40, 40, 2), (WRITINGS,), "camdigits train --print", "the print detector")
"""Tells print from handwriting; see `camdigits.networks.print_detector.stack_print_views`."""

FORMS = (CLASSIFIER, JUDGE, LINE, PRINT)
ADOPT = "camdigits adopt"
"""Makes weights and card of a network of somebody else."""
CARD = "model card"
RUN = (".tflite", ".onnx")
"""Endings of files that are read with; the second only of adopted networks."""

MAX_CARD_BYTES = 1 << 20
MAX_WEIGHTS_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is.

    Attributes:
        path: the card's file.
        name: of the model.
        architecture: family of the network.
        parameters: number of trained numbers; None of an adopted network.
        classes: what the outputs mean, in order; the ten digits come first.
        accuracy: share of the test split read rightly, 0 to 1.
        threshold: confidence, 0 to 1, below which a reading is not reported.
        temperature: divides the logits before the probabilities are taken, above 0.
        files: sha256 (lower-case hex) of the model's files by name.
        record: the whole card, as its JSON says it.
        wants: what an adopted network takes and gives; None of one that camdigits trained.
    """

    path: Path
    name: str
    architecture: str
    parameters: int | None
    classes: tuple[str, ...]
    accuracy: float
    threshold: float
    temperature: float
    files: Mapping[str, str]
    record: Mapping[str, Any] = field(repr=False, compare=False)
    wants: Wants | None = None


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
        record = json.loads(_read(path, MAX_CARD_BYTES, CARD, form))
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"the model card {path} is not JSON; train again") from error
    if not isinstance(record, dict):
        raise WeightsError(f"the model card {path} is not a JSON object; train again")
    if "class_name" in record and "schema" not in record:
        raise WeightsError(
            f"{path} is the architecture of a Keras model and no model card; "
            f"make weights of it with: {ADOPT} {path}"
        )
    return _card(path, record, form)


def read_weights(path: Path, card: ModelCard, form: Form = CLASSIFIER) -> bytes:
    """Return the content of a weights file that is what its card says.

    Args:
        path: the file, at most 256 MiB; its name is looked up in ``card.files``.
        card: the model's card.
        form: what the network takes and gives.

    Raises:
        WeightsError: if the file is missing, too large, or not the one of the card.
    """
    content = _read(path, MAX_WEIGHTS_BYTES, "weights file", form)
    digest = hashlib.sha256(content).hexdigest()
    if card.files.get(path.name, digest) != digest:
        raise WeightsError(
            f"{path} is damaged or not the file of its card {card.path.name} (sha256 differs); "
            f"copy or train both again"
        )
    if digest not in card.files.values():  # weights and card may have been renamed together
        raise WeightsError(f"the model card {card.path} does not know {path.name}; train again")
    return content


def _read(path: Path, limit: int, kind: str, form: Form) -> bytes:
    try:
        if not is_file(path):
            command = form.command
            if form.takes_adopted and kind == CARD:
                command = f"{ADOPT} {path.with_suffix('.tflite')}"
            raise WeightsError(f"the {kind} {path} is missing; make one with: {command}")
        if path.stat().st_size > limit:
            raise WeightsError(f"the {kind} {path} is larger than {limit >> 20} MiB; use another")
        return path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the {kind} {path} cannot be read: {error.strerror}") from error


def _card(path: Path, record: dict[str, Any], form: Form) -> ModelCard:
    fields = CardFields(path, record)
    schema = fields.get("schema")
    if schema != SCHEMA:
        raise fields.refuse("schema", schema, f"{SCHEMA}, the one this version reads")
    wants = _wants(path, record, form, fields)
    classes = list(wants.classes) if wants else fields.get("classes")
    if not isinstance(classes, list) or tuple(classes) not in form.classes:
        expected = " or ".join(", ".join(names) for names in form.classes)
        raise fields.refuse("classes", classes, expected)
    return ModelCard(
        path=path,
        name=fields.text("name"),
        architecture=fields.text("architecture"),
        parameters=fields.count("parameters", MAX_WEIGHTS_BYTES // 4) if wants is None else None,
        classes=tuple(classes),
        accuracy=fields.number("test", 0, 1, fields.record("accuracy")),
        threshold=fields.number("threshold", 0, 1),
        temperature=fields.number("temperature", 0.01, 100),
        files=fields.digests("files"),
        record=record,
        wants=wants,
    )


def _wants(path: Path, record: dict[str, Any], form: Form, fields: CardFields) -> Wants | None:
    """Return what an adopted network wants; None of one of our own, if it is of this form."""
    found = fields.get("input")
    if form is CLASSIFIER and "output" in record:
        try:
            return Wants.from_record(found, record["output"])
        except ValueError as error:
            raise WeightsError(
                f"the model card {path} cannot be right ({error}); {ADOPT} the network again"
            ) from error
    if found == form.input:
        return None
    for other in FORMS:
        if found == other.input:
            raise WeightsError(
                f"{path} is the card of {other.name}, not of {form.name}; name weights made with: "
                f"{form.command}"
            )
    raise fields.refuse("input", found, f"{form.input}")
