"""Reading model cards, true and false ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from camdigits.errors import WeightsError
from camdigits.networks import model_card as modelcard
from camdigits.networks.classifier import bundled_weights
from camdigits.networks.model_card import DIGITS, read_card


def bundled_record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(bundled_weights().with_suffix(".json").read_text())
    return record


def write(folder: Path, record: object) -> Path:
    path = folder / "card.json"
    path.write_text(json.dumps(record))
    return path


def test_a_card_says_what_its_file_says(tmp_path: Path) -> None:
    record = bundled_record()
    path = write(tmp_path, record)

    card = read_card(path)

    assert card.path == path
    assert card.name == card.architecture == "lenet"
    assert card.threshold == record["threshold"]
    assert card.accuracy == record["accuracy"]["test"]
    assert card.files == record["files"]
    assert card.record == record


def test_bundled_card_has_every_documented_key() -> None:
    lines = (modelcard.__doc__ or "").splitlines()
    first, last = [number for number, line in enumerate(lines) if line.startswith("=====")]
    rows = [line for line in lines[first + 1 : last] if not line.startswith(" ")]
    always = {row.split()[0] for row in rows if "only of a network" not in row}

    assert set(bundled_record()) - {"teacher"} == always


def test_a_class_for_no_digit_is_known(tmp_path: Path) -> None:
    classes = [*DIGITS, "none"]

    assert read_card(write(tmp_path, bundled_record() | {"classes": classes})).classes == tuple(
        classes
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("schema", None),
        ("name", ""),
        ("name", "../../etc"),
        ("name", "a\nb"),
        ("name", ["lenet"]),
        ("architecture", 3),
        ("parameters", 0),
        ("parameters", -5),
        ("parameters", 10**30),
        ("parameters", 61706.0),
        ("parameters", True),
        ("input", {"shape": [28, 28, 3], "dtype": "float32", "range": [0, 1]}),
        ("input", {"shape": [28, 28, 1], "dtype": "float32", "range": [0, 255]}),
        ("input", []),
        ("classes", list("987654321")),
        ("classes", list(range(10))),
        ("classes", [[]]),
        ("classes", "0123456789"),
        ("threshold", 1.01),
        ("threshold", -0.5),
        ("threshold", float("nan")),
        ("threshold", float("inf")),
        ("threshold", "0.5"),
        ("threshold", True),
        ("threshold", 10**400),
        ("temperature", 0),
        ("temperature", 1e9),
        ("accuracy", {"test": 99.2}),
        ("accuracy", {}),
        ("accuracy", 0.99),
        ("files", []),
        ("files", {"lenet.tflite": "abc"}),
        ("files", {"lenet.tflite": 7}),
    ],
)
def test_a_card_that_says_what_cannot_be_is_refused(
    tmp_path: Path, key: str, value: object
) -> None:
    path = write(tmp_path, bundled_record() | {key: value})

    with pytest.raises(WeightsError) as caught:
        read_card(path)

    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 200


@pytest.mark.parametrize(
    "key", ["schema", "name", "input", "classes", "accuracy", "temperature", "threshold", "files"]
)
def test_a_card_that_lacks_a_key_is_refused(tmp_path: Path, key: str) -> None:
    record = bundled_record()
    del record[key]

    with pytest.raises(WeightsError, match=f"lacks '{key}'"):
        read_card(write(tmp_path, record))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html>",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"schema": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "page", "list", "null", "not UTF-8", "deep", "long number"],
)
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(content)

    with pytest.raises(WeightsError, match="is not"):
        read_card(path)


def test_a_huge_card_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(b" " * ((1 << 20) + 1))

    with pytest.raises(WeightsError, match="larger than 1 MiB"):
        read_card(path)


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_card_that_is_no_file_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsError, match="is missing"):
        read_card(tmp_path / name)
