"""One case: a seed file, changed as its number says, and what reading it came to."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from camdigits.errors import CamdigitsError
from camdigits.measuring.truth import load_truth
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.networks.line_reader import LiteRTLineReader
from camdigits.networks.model_card import CLASSIFIER, JUDGE, LINE, PRINT, read_card
from camdigits.networks.print_detector import LiteRTPrintDetector
from camdigits.recognizer import Recognizer
from camdigits.sources.byte_reader import Reader
from camdigits.sources.media import open_media
from fuzzing import seeds
from fuzzing.mutate import mutated, mutated_json


@dataclass(frozen=True, slots=True)
class Case:
    """A changed file.

    Attributes:
        kind: "images", "documents", "videos", "records", "cards" or "weights".
        number: chooses the seed file and its changes.
        seed: name of the file that was changed.
        data: what it was changed into.
    """

    kind: str
    number: int
    seed: str
    data: bytes

    @property
    def name(self) -> str:
        """Kind and number, as the command line takes it."""
        return f"{self.kind}:{self.number}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is done to one kind of files.

    Attributes:
        seeds: returns the valid ones by name.
        change: returns changed data.
        read: reads a case as camdigits would; raises `CamdigitsError` where it refuses.
    """

    seeds: Callable[[], seeds.Seeds]
    change: Callable[[bytes, random.Random], bytes]
    read: Callable[[Case], None]


def make_case(kind: str, number: int) -> Case:
    """Return the case of a number; the same one each time, as far as the encoders are the same."""
    rng = random.Random(f"{kind}:{number}")
    files = KINDS[kind].seeds()
    name = sorted(files)[number % len(files)]
    return Case(kind, number, name, KINDS[kind].change(files[name], rng))


def outcome_of(case: Case) -> str:
    """Read a case; return "read", "refused", or "traceback" with what it says."""
    try:
        KINDS[case.kind].read(case)
    except CamdigitsError as error:
        return "refused" if str(error).isprintable() else f"traceback: unprintable {error!r}"
    except Exception:
        return f"traceback: {traceback.format_exc()}"
    return "read"


_recognizers: list[Recognizer] = []


def _read_media(case: Case) -> None:
    if not _recognizers:
        _recognizers.append(Recognizer())
    # A name that holds what may be part of one: line breaks and escapes.
    with open_media(Reader(io.BytesIO(case.data)), f"{case.seed}\n\x1b[2J") as source:
        for _, reading in _recognizers[0].stream(source):
            list(reading.records("both"))


def _read_card(case: Case) -> None:
    form = {"judge": JUDGE, "line": LINE, "print": PRINT}.get(case.seed, CLASSIFIER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{case.seed}.json")
        path.write_bytes(case.data)
        read_card(path, form)


def _read_weights(case: Case) -> None:
    """Open weights with a card that vouches for them, as a stranger's would."""
    card = json.loads(seeds.cards()[case.seed])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{case.seed}.tflite")
        path.write_bytes(case.data)
        card["files"] = {path.name: hashlib.sha256(case.data).hexdigest()}
        path.with_suffix(".json").write_text(json.dumps(card))
        readers = {"judge": LiteRTJudge, "line": LiteRTLineReader, "print": LiteRTPrintDetector}
        readers.get(case.seed, LiteRTClassifier)(path)


def _read_truth(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "truth.json")
        path.write_bytes(case.data)
        load_truth(path)


KINDS: Mapping[str, Kind] = {
    "images": Kind(seeds.images, mutated, _read_media),
    "documents": Kind(seeds.documents, mutated, _read_media),
    "videos": Kind(seeds.videos, mutated, _read_media),
    "records": Kind(seeds.truths, mutated_json, _read_truth),
    "cards": Kind(seeds.cards, mutated_json, _read_card),
    "weights": Kind(seeds.weights, mutated, _read_weights),
}
"""Every kind by its name."""
