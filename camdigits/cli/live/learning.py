"""What learns on the page what was taught: ``camdigits train --teach`` in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from camdigits.support.user_folders import taught_folder, teach_folder

if TYPE_CHECKING:
    from camdigits.web.api.learn import LearningService


@contextmanager
def open_learning(folder: Path | None) -> Iterator[LearningService | None]:
    """Lend it; None where training is not installed.

    Args:
        folder: with what is taught; None takes the user's own.
    """
    from camdigits.web.api.learn import LearningService

    if find_spec("keras") is None or find_spec("tensorflow") is None:
        yield None
        return
    folder, taught = folder or teach_folder(), taught_folder()
    command = [sys.executable, "-m", "camdigits", "train", "--teach", str(folder)]
    with LearningService(command, folder, taught, taught.with_name("taught-before")) as learning:
        yield learning
