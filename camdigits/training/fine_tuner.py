"""Fine-tunes a trained network to the handwriting of its owner.

A network that learns from new digits alone forgets the old ones.  So it learns from the new ones,
varied anew each epoch, among MNIST digits and drawings of no digit whose targets are what the
network said of them before (Li and Hoiem, "Learning without Forgetting", 2016).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.networks.model_card import ModelCard
from camdigits.training.checkpoint import Checkpoint
from camdigits.training.data.dataset import Digits, Source, load_dataset
from camdigits.training.data.labelled_folder import Labelled, read_labelled_folder
from camdigits.training.fit import fit
from camdigits.training.models.backend import make_reproducible
from camdigits.training.models.card import Past
from camdigits.training.models.install import check_target, install
from camdigits.training.models.keras_classifier import KerasClassifier
from camdigits.training.progress import EpochReport, NoProgress, Progress
from camdigits.training.report.evaluation import measure
from camdigits.training.sets.augment import Distortion, distort
from camdigits.training.sets.base import Inputs, one_hot, to_input
from camdigits.training.sets.camera import GENTLE
from camdigits.training.sets.negatives import draw_negatives
from camdigits.training.settings import DEFAULT_OUT, TrainSettings
from camdigits.training.trainer import describe, split

REPLAYED = 15_000
"""MNIST digits shown in an epoch."""
TAUGHT = 3_000
"""Pictures made of the owner's digits in an epoch."""
OTHERS = 1_500
"""Pictures of no digit in an epoch; half of them the owner's, if there are any."""

SETTINGS = TrainSettings("camera", epochs=10, batch_size=128, learning_rate=0.0003)


@dataclass(frozen=True, slots=True)
class Taught:
    """What teaching brought.

    Attributes:
        card: of the new weights.
        before: share of the folder's digits that the old weights read rightly, 0 to 1.
        after: the same of the new weights, which learnt from these very digits.
        mnist_before: share of MNIST's test digits that the old weights read rightly, 0 to 1.
        lesson: what was learnt from, to learn parts of it.
    """

    card: ModelCard
    before: float
    after: float
    mnist_before: float
    lesson: Lesson


def teach(
    folder: Path,
    data: Source = None,
    out: Path = DEFAULT_OUT,
    progress: Progress | None = None,
    *,
    resume: bool = False,
) -> Taught:
    """Fine-tune the bundled weights on labelled pictures and write them like `train` does.

    Args:
        folder: what `camdigits.training.data.labelled_folder.read_labelled_folder` takes.
        data: what `load_dataset` takes; None takes Keras's copy of MNIST.
        out: folder for the files, made if it is missing; a model that lies there is replaced.
        progress: told how far the training is; None tells nobody.
        resume: go on after the last whole epoch of the training that was stopped in `out`.

    Raises:
        DataError: if pictures or MNIST are missing or damaged; nothing was written.
        WeightsError: if the bundled weights are damaged.
        DependencyError: if TensorFlow or Keras is not installed.
        OutputError: if `out` cannot be written.
        UsageError: if there is nothing to resume, or it had other pictures, data or weights.
    """
    check_target(out)
    labelled = read_labelled_folder(folder)
    make_reproducible(SETTINGS.seed)
    weights = bundled_weights()
    source = KerasClassifier(weights)
    if source.card is None:
        raise WeightsError(f"{weights} has no model card; install camdigits again")
    dataset, origin = load_dataset(data), _origin(labelled, source.card)
    training, validation = split(dataset.train, TrainSettings(seed=_seed_of(source.card)))
    before = measure(source, labelled.digits).accuracy
    # Not the card's figure, which may be of other digits; nothing is chosen by it.
    mnist_before = measure(source, dataset.test).accuracy
    lesson = Lesson(weights, _training_set(source.model, labelled, training), validation)
    kept = {"settings": SETTINGS.as_dict(), "data": dataset.sha256, "taught": origin}
    checkpoint = Checkpoint(out, kept, resume=resume)
    history = lesson.learn(source.model, (progress or NoProgress(), checkpoint))
    counts = {"train": len(training), "validation": len(validation), "test": len(dataset.test)}
    files, record = describe(source.model, validation, dataset, Past(SETTINGS, counts, history))
    record["command"] = "camdigits train --teach DIR"
    record["taught"] = origin
    card = install(out, source.model.name, files, record)
    checkpoint.forget()
    after = measure(source, labelled.digits).accuracy
    return Taught(card, before, after, mnist_before, lesson)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a network is taught.

    Attributes:
        weights: those that it begins as.
        training_set: the owner's digits among others.
        validation: digits to measure with after each epoch.
    """

    weights: Path
    training_set: FineTuningSet
    validation: Digits

    def learn(
        self, model: Any, watch: tuple[Progress, Checkpoint | None]
    ) -> tuple[EpochReport, ...]:
        """Teach a model in place, and return what each epoch brought."""
        return fit(model, self.training_set, self.validation, SETTINGS, watch)

    @property
    def labelled(self) -> Labelled:
        """The owner's digits."""
        return self.training_set.labelled

    def without(self, places: NDArray[np.intp]) -> Lesson:
        """Return the lesson without the owner's digits at these places."""
        kept = np.setdiff1d(np.arange(len(self.labelled.digits)), places)
        labelled = replace(self.labelled, digits=self.labelled.digits.take(kept))
        return replace(self, training_set=replace(self.training_set, labelled=labelled))


@dataclass(frozen=True, slots=True, eq=False)
class FineTuningSet:
    """The owner's digits among MNIST's; see `camdigits.training.sets.base.TrainingSet`.

    Attributes:
        labelled: the owner's.
        replayed: MNIST's.
        targets: ``(n, 10) float32``, what the network said of those.
        drawn: ``(m, 28, 28) uint8``, pictures of no digit.
        drawn_targets: ``(m, 10) float32``, what the network said of those.
        seed: of choice, order and variation.
    """

    labelled: Labelled
    replayed: Digits
    targets: Inputs
    drawn: NDArray[np.uint8]
    drawn_targets: Inputs
    seed: int

    def __len__(self) -> int:
        return min(REPLAYED, len(self.replayed)) + TAUGHT + OTHERS

    def __call__(self, epoch: int) -> tuple[Inputs, Inputs]:
        """Return an epoch."""
        rng = np.random.default_rng([self.seed, epoch])
        places = rng.permutation(len(self.replayed))[:REPLAYED]
        own = rng.permutation(np.resize(np.arange(len(self.labelled.digits)), TAUGHT))
        taught = self.labelled.digits.take(own)
        others, any_digit = self._others(rng)
        half = len(places) // 2
        pictures = [
            self.replayed.images[places[:half]],
            distort(rng, self.replayed.images[places[half:]], GENTLE),
            distort(rng, taught.images, Distortion()),
            others,
        ]
        targets = [self.targets[places], one_hot(taught.labels), any_digit]
        order = rng.permutation(len(self))
        return to_input(np.concatenate(pictures)[order]), np.concatenate(targets)[order]

    def _others(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Inputs]:
        own = self.labelled.others
        count = OTHERS // 2 if len(own) else 0
        shown = own[np.resize(rng.permutation(len(own)), count)]
        places = rng.permutation(len(self.drawn))[: OTHERS - count]
        return (
            np.concatenate([distort(rng, shown, GENTLE), self.drawn[places]]),
            np.concatenate([np.full((count, 10), 0.1, np.float32), self.drawn_targets[places]]),
        )


def _training_set(model: Any, labelled: Labelled, training: Digits) -> FineTuningSet:
    said = _said(model, training.images)
    # Where the network was wrong of a digit it was trained on, it shall not learn that again.
    wrong = said.argmax(axis=1) != training.labels
    said[wrong] = one_hot(training.labels[wrong])
    rng = np.random.default_rng([SETTINGS.seed, len(labelled.digits)])
    drawn = draw_negatives(rng, 3 * OTHERS, training.images)
    return FineTuningSet(labelled, training, said, drawn, _said(model, drawn), SETTINGS.seed)


def _said(model: Any, images: NDArray[np.uint8]) -> Inputs:
    said: Inputs = model.predict(to_input(images), batch_size=512, verbose=0)
    return said


def _seed_of(card: ModelCard) -> int:
    """Return the seed that parted training and validation digits when the weights were made."""
    settings = card.record.get("settings")
    seed = settings.get("seed") if isinstance(settings, dict) else None
    return seed if isinstance(seed, int) and 0 <= seed < 2**32 else SETTINGS.seed


def _origin(labelled: Labelled, card: ModelCard) -> dict[str, Any]:
    digest = hashlib.sha256()
    for array in (labelled.digits.images, labelled.digits.labels, labelled.others):
        digest.update(np.ascontiguousarray(array).data)
    return {
        "digits": np.bincount(labelled.digits.labels, minlength=10).tolist(),
        "none": len(labelled.others),
        "sha256": digest.hexdigest(),
        "weights": dict(card.files),
    }
