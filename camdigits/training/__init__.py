"""Trains and measures the network; needs the extra ``camdigits[train]``.

>>> from camdigits.training import TrainSettings, evaluate, train            # doctest: +SKIP
>>> card = train(out=Path("my-weights"), settings=TrainSettings(epochs=3))   # doctest: +SKIP
>>> evaluate(weights=Path("my-weights/lenet.tflite")).accuracy               # doctest: +SKIP
0.988
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camdigits.training.evaluation import Evaluation as Evaluation
    from camdigits.training.evaluation import evaluate as evaluate
    from camdigits.training.settings import TrainSettings as TrainSettings
    from camdigits.training.trainer import train as train

_HOMES = {
    "Evaluation": "camdigits.training.evaluation",
    "evaluate": "camdigits.training.evaluation",
    "TrainSettings": "camdigits.training.settings",
    "train": "camdigits.training.trainer",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Load public names when they are first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'camdigits.training' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
