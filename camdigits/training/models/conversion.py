"""Writes a trained network in the form that somebody wants it in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from camdigits.errors import OutputError, UsageError
from camdigits.networks.classifier import bundled_weights
from camdigits.support.printable import printable
from camdigits.training.models.export import json_h5_bytes, keras_bytes, tflite_bytes
from camdigits.training.models.install import check_target, install, put
from camdigits.training.models.keras_classifier import KerasClassifier
from camdigits.training.settings import EXPORT_FORMATS


def export(
    kind: str, out: Path, weights: Path | None = None, force: bool = False
) -> tuple[Path, ...]:
    """Write a network as files of another kind, whole or not at all.

    Args:
        kind: "json-h5" (architecture ``NAME.json`` and ``NAME.weights.h5``), "keras" or "tflite"
            (each with the model card ``NAME.json``, if the source has one).
        out: folder for the files, made if it is missing.
        weights: what `KerasClassifier` takes; None takes the bundled ones.
        force: files that exist may be replaced.

    Returns:
        The files.

    Raises:
        WeightsError: if the weights cannot be loaded.
        UsageError: if this kind cannot be made of these weights.
        DependencyError: if TensorFlow or Keras is not installed.
        OutputError: if `out` cannot be written, has a ``NAME.json`` of the other meaning, or any
            of the files without `force`.
    """
    if kind not in EXPORT_FORMATS:
        raise UsageError(f"{kind!r:.40} is no format; use {' or '.join(EXPORT_FORMATS)}")
    if weights is not None and weights.suffix == ".tflite":
        raise UsageError(f"{weights} cannot be turned back; name the .keras it was made with")
    check_target(out)
    source = KerasClassifier(weights or bundled_weights(), purpose="camdigits export")
    model, name = source.model, source.model.name
    _must_mean(out / f"{name}.json", is_card=kind != "json-h5")
    suffix = "weights.h5" if kind == "json-h5" else kind
    for path in (out / f"{name}.{suffix}", out / f"{name}.json"):
        if path.exists() and not force:
            raise OutputError(f"{printable(str(path))} exists: use --force to replace it")
    if kind == "json-h5":
        content = json_h5_bytes(model)
        put(out, content)
        return tuple(out / each for each in content)
    made = tflite_bytes(model) if kind == "tflite" else keras_bytes(model)
    content = {f"{name}.{kind}": made}
    if source.card is not None:
        install(out, name, content, {**source.card.record, "files": _digests(content)})
        return out / f"{name}.{kind}", out / f"{name}.json"
    if kind == "tflite":
        raise UsageError(f"{weights} has no model card, without which a .tflite is not read")
    put(out, content)
    return (out / f"{name}.keras",)


def _digests(content: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}


def _must_mean(path: Path, *, is_card: bool) -> None:
    """Refuse to put an architecture where a model card lies, or the other way round."""
    try:
        there = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return
    if isinstance(there, dict) and ("schema" in there) != is_card:
        kind = "an architecture" if is_card else "a model card"
        raise OutputError(f"{path} is {kind} and would be replaced; name another folder")
