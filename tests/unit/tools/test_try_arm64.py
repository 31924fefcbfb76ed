"""What the trial on an emulated processor makes of two machines' records."""

from __future__ import annotations

from typing import Any

from try_arm64 import compare


def record_of(*digits: tuple[int, float], texts: tuple[str, ...] = ("12",)) -> dict[str, Any]:
    """Return a frame's record with digits side by side, each of a label and a confidence."""
    return {
        "digits": [
            {"box": [20 * place, 0, 9, 16], "label": label, "confidence": confidence}
            for place, (label, confidence) in enumerate(digits)
        ],
        "numbers": [{"text": text} for text in texts],
    }


def test_equal_records_agree() -> None:
    record = record_of((1, 0.9), (2, 0.8))

    agreed = compare({"a": record, "b": record}, {"a": record, "b": record})

    assert (agreed.photos, agreed.same_bytes, agreed.same_texts, agreed.same_digits) == (2,) * 4
    assert (agreed.digits, agreed.confidence, agreed.others) == (4, 0.0, [])


def test_other_confidence_is_measured_and_let_pass() -> None:
    agreed = compare({"a": record_of((1, 0.9), (2, 0.8))}, {"a": record_of((1, 0.875), (2, 0.8))})

    assert (agreed.same_bytes, agreed.same_texts, agreed.same_digits) == (0, 1, 1)
    assert abs(agreed.confidence - 0.025) < 1e-9
    assert agreed.others == []


def test_other_labels_texts_and_missing_photos_are_named() -> None:
    here = {name: record_of((1, 0.9)) for name in "abc"}
    there = {"a": record_of((7, 0.9)), "b": record_of((1, 0.9), texts=("1", "2"))}

    agreed = compare(here, there)

    assert agreed.photos == 2
    assert (agreed.same_texts, agreed.same_digits) == (1, 1)
    assert agreed.others == ["a", "b", "c"]
