"""Makes weights with a card of a network that somebody else trained."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits import __version__
from camdigits.errors import OutputError, WeightsError
from camdigits.networks.classifier import sharpen
from camdigits.networks.engines import Engine, ForeignNetwork, open_engine
from camdigits.networks.model_card import ADOPT, MAX_WEIGHTS_BYTES, SCHEMA, ModelCard
from camdigits.training.adopt.opening import open_stranger
from camdigits.training.adopt.probe import FINAL, TEMPERATURES, Way, describe, find_wants
from camdigits.training.adopt.stranger import Stranger
from camdigits.training.calibrate import RULE, Calibration, calibrate, calibration_error
from camdigits.training.data.dataset import Dataset, Digits, load_dataset
from camdigits.training.models.card import accuracy_record
from camdigits.training.models.install import check_target, install
from camdigits.training.pages import render_page
from camdigits.training.report.evaluation import measure
from camdigits.training.settings import TrainSettings
from camdigits.training.trainer import split

DEFAULT_OUT = Path("camdigits-adopted")
SEED = 1
PAGES = ("nothing", "clutter", "blank", "nothing", "clutter", "nothing") * 2
"""Kinds of pages without a digit that it is tried on."""
PAGE_WH = (960, 540)

Images = Sequence[NDArray[np.uint8]]
CountDigits = Callable[[Path | None, Images], int]
"""How many digits are read on pictures with weights; None are the bundled ones."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What adopting leaves to its caller.

    Attributes:
        tell: is told what was found, line by line.
        count_digits: reads pages.
    """

    tell: Callable[[str], None]
    count_digits: CountDigits


def adopt(
    path: Path, data: Path | None, out: Path, tasks: Tasks, *, force: bool = False
) -> ModelCard:
    """Write a network that somebody else trained as weights with a card.

    Args:
        path: what `open_stranger` takes.
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing.
        tasks: what the caller does.
        force: files that exist may be replaced.

    Returns:
        The card, as it lies in `out`.

    Raises:
        WeightsError: if the file holds no network that reads digits; nothing was written.
        DataError: if the data are missing or damaged.
        DependencyError: if what reads this kind of file is not installed.
        OutputError: if `out` cannot be written, or has a model of that name, without `force`.
    """
    check_target(out)
    name = _name_of(path)
    _must_be_free(out, name, force)
    dataset = load_dataset(data)
    _, validation = split(dataset.train, TrainSettings(seed=SEED))
    order = np.random.default_rng(SEED).permutation(len(dataset.train))
    stranger, content, engine, way = _find(open_stranger(path), dataset.train.take(order[:FINAL]))
    tasks.tell(f"{path.name}: {stranger.what}")
    tasks.tell(describe(way.wants))
    network = ForeignNetwork(engine, way.wants, str(path))
    file = f"{name}{stranger.suffix}"
    record = {
        "schema": SCHEMA,
        "name": name,
        "architecture": "adopted",
        "adopted": {"file": path.name, "what": stranger.what},
        **way.wants.as_record(),
        "classes": list(way.wants.classes),
        **_measured(network, dataset, validation),
        "command": f"{ADOPT} {path.name}",
        "versions": _versions(stranger.suffix),
        "files": {file: hashlib.sha256(content).hexdigest()},
    }
    _tell_measured(record, tasks.tell)
    record["pages"] = _try_on_pages((name, {file: content}, record), validation, tasks)
    return install(out, name, {file: content}, record)


def _find(strangers: list[Stranger], digits: Digits) -> tuple[Stranger, bytes, Engine, Way]:
    """Return which of the networks that it may be reads best."""
    found = []
    refusal = WeightsError("there is no network")
    for stranger in strangers:
        content = stranger.convert()
        if len(content) > MAX_WEIGHTS_BYTES:
            raise WeightsError(f"{stranger.path} becomes larger than {MAX_WEIGHTS_BYTES >> 20} MiB")
        engine = open_engine(content, f"{stranger.path.with_suffix(stranger.suffix)}")
        try:
            way = find_wants(engine, digits)
        except WeightsError as error:
            refusal = WeightsError(f"{stranger.path} {error}")
            continue
        found.append((stranger, content, engine, way))
    if not found:
        raise refusal
    return max(found, key=lambda each: (each[3].accuracy, -each[3].surprise))


def _measured(network: ForeignNetwork, dataset: Dataset, validation: Digits) -> dict[str, Any]:
    """Return what a card says of how a network reads."""
    calibration: Calibration = calibrate(network, validation, SEED, TEMPERATURES)
    read = sharpen(network(dataset.test.images), 1 / calibration.temperature)
    test = measure(lambda _: read, dataset.test)
    error = calibration_error(read[:, :10], dataset.test.labels)
    counts = {"validation": len(validation), "test": len(dataset.test)}
    return {
        "data": {"name": dataset.name, "sha256": dataset.sha256, **counts},
        "accuracy": accuracy_record(test, measure(network, validation), error),
        "temperature": calibration.temperature,
        "threshold": calibration.threshold,
        "threshold_rule": RULE,
        "no_digits": {"n": calibration.drawn, "passed": round(calibration.passed, 5)},
    }


def _tell_measured(record: dict[str, Any], tell: Callable[[str], None]) -> None:
    test, others = record["accuracy"], record["no_digits"]
    low, high = test["interval_95"]
    tell(
        f"{test['test']:.2%} of {test['n']:,} test digits right (95 % interval {low:.2%} to "
        f"{high:.2%}); its confidence is off by {test['calibration_error']:.2%} after a "
        f"temperature of {record['temperature']:g}"
    )
    knows = "also knows what is none" if len(record["classes"]) > 10 else "knows digits only"
    tell(
        f"{knows}: of {others['n']:,} drawings of no digit {others['passed']:.0%} pass at the "
        f"confidence that 99 % of the digits have"
    )


def _try_on_pages(
    model: tuple[str, dict[str, bytes], dict[str, Any]], digits: Digits, tasks: Tasks
) -> dict[str, int]:
    """Return how many digits are read on pages without any, with a network and the bundled one."""
    rng = np.random.default_rng(SEED)
    pages = [render_page(rng, digits.images, digits.labels, kind, PAGE_WH).image for kind in PAGES]
    name, files, record = model
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder), name, files, record)
        false = tasks.count_digits(Path(folder) / next(iter(files)), pages)
    bundled = tasks.count_digits(None, pages)
    tasks.tell(
        f"on {len(pages)} page{'s' * (len(pages) > 1)} without a digit the judge lets {false} "
        f"digits of it pass (of the bundled weights {bundled})"
    )
    return {"n": len(pages), "false": false, "bundled": bundled}


def _versions(suffix: str) -> dict[str, str]:
    runtime = {".onnx": "onnxruntime", ".tflite": "ai-edge-litert"}[suffix]
    return {
        "camdigits": __version__,
        "python": platform.python_version(),
        runtime: version(runtime),
        "numpy": version("numpy"),
    }


def _name_of(path: Path) -> str:
    stem = path.resolve().name if path.is_dir() else path.name.partition(".")[0]
    return re.sub(r"[^\w.-]", "-", stem)[:64] or "network"


def _must_be_free(out: Path, name: str, force: bool) -> None:
    """Refuse to replace a card that is not of an adopted network, or anything without `force`."""
    for suffix in (".json", ".tflite", ".onnx"):
        there = out / f"{name}{suffix}"
        if suffix == ".json" and there.exists() and not _is_card(there):
            raise OutputError(f"{there} is no model card and would be replaced; name another --out")
        if there.exists() and not force:
            raise OutputError(f"{there} exists: use --force to replace it, or name another --out")


def _is_card(path: Path) -> bool:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "schema" in record
