"""What a person is told of teaching: what it is worth, and what a stop leaves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.cli.terminal.messages import say
from camdigits.support.printable import printable
from camdigits.support.user_folders import TAUGHT_NAME, teach_folder

if TYPE_CHECKING:
    from camdigits.training.fine_tuner import Taught


@contextmanager
def resumable(out: Path) -> Iterator[None]:
    """Say what is left if a training is stopped."""
    from camdigits.training.checkpoint import has_checkpoint

    try:
        yield
    except KeyboardInterrupt:
        if has_checkpoint(out):
            say("stopped; the same command with --resume goes on after the last whole epoch")
        raise


@contextmanager
def replaced_weights(out: Path) -> Iterator[Path | None]:
    """Lend a copy of the weights that lie in a folder and may be replaced; None lends the bundled.

    Until the end of the context, to compare with the new ones.
    """
    names = (TAUGHT_NAME, Path(TAUGHT_NAME).with_suffix(".json"))
    with tempfile.TemporaryDirectory(prefix="camdigits-") as folder:
        try:
            for name in names:
                shutil.copy(out / name, folder)
        except OSError:  # there are none, or none that can be used
            yield None
        else:
            yield Path(folder) / TAUGHT_NAME


def tell_worth(taught: Taught, folder: Path, before: Path | None) -> None:
    """Print what teaching changed on digits that were not learnt, and on what was taught before.

    Args:
        taught: what was learnt.
        folder: that it was learnt from.
        before: the weights that were used until now; None for the bundled ones.
    """
    from camdigits.training.cross_validation import PARTS, Change, read_other_hand, read_unlearnt

    changes: list[Change] = []
    try:
        say(f"the weights are written; now {PARTS} trials on digits that are left out of learning")
        changes += read_unlearnt(taught.lesson)
    except KeyboardInterrupt:
        say("stopped; the new weights are kept, and were not tried on digits they have not learnt")
        raise
    if changes:
        whole = Change(*(sum(getattr(c, n) for c in changes) for n in ("before", "after", "count")))
        print(f"of your digits, left out of learning in turns, {whole}")
        if whole.after < whole.before:
            print("so your other digits will be read worse: teach more of them, or go back")
    else:
        print("these are too few to say how your other digits will be read: teach 10 or more")
    hand = teach_folder()
    if hand.resolve() != folder.resolve():
        weights = taught.card.path.with_suffix(".tflite")
        change = read_other_hand(hand, before, weights)
        if change is not None:
            print(f"of the digits in {printable(str(hand))}, {change}")
