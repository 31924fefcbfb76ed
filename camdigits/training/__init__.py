"""Trains and measures the network; needs the extra ``camdigits[train]``.

>>> from camdigits.training import TrainSettings, evaluate, train            # doctest: +SKIP
>>> card = train(out=Path("my-weights"), settings=TrainSettings(epochs=3))   # doctest: +SKIP
>>> evaluate(weights=Path("my-weights/lenet.tflite")).accuracy               # doctest: +SKIP
0.988
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from camdigits.support.lazy import lazy_names

if TYPE_CHECKING:
    from camdigits.training.report.evaluation import Evaluation as Evaluation
    from camdigits.training.report.evaluation import evaluate as evaluate
    from camdigits.training.settings import TrainSettings as TrainSettings
    from camdigits.training.trainer import train as train

_HOMES = {
    "Evaluation": "camdigits.training.report.evaluation",
    "evaluate": "camdigits.training.report.evaluation",
    "TrainSettings": "camdigits.training.settings",
    "train": "camdigits.training.trainer",
}

__all__ = list(_HOMES)

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
