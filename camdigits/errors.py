"""The errors of camdigits, and the exit code that each one ends the command with.

CamdigitsError (1)
 +-- UsageError (2)           arguments that make no sense
 |    +-- FormError           the file of a form that describes none
 +-- SourceError (3)          a source broke off, or cannot be read
 |    +-- SourceOpenError     it could not be opened
 |    +-- SourceDamagedError  it opened, but not all of it could be read
 |    +-- SourceCrashedError  the process that read it crashed or was killed
 +-- OutputError (1)          a picture, video or records file could not be written
 +-- WeightsError (1)         weights that are missing, damaged or of another shape
 +-- DataError (1)            training data that is missing, damaged or of another shape
 +-- DependencyError (1)      a package or system library is missing
 +-- NothingReadError (4)     nothing was read although ``--require`` asked for it

Every message is one line: what happened, the value, and what to do.
"""

from __future__ import annotations

MOST_CHARACTERS = 6000
"""Of a text for people; the longest names of files fit in."""


class CamdigitsError(Exception):
    """Something a user can cause or mend; the text is one line for the user."""

    exit_code = 1

    def __str__(self) -> str:
        return bounded(super().__str__())


class UsageError(CamdigitsError):
    """Arguments that make no sense, alone or together."""

    exit_code = 2


class ManyLinesError(CamdigitsError):
    """Several things at once.

    Args:
        lines: what is wrong, one line for each thing.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)

    def __str__(self) -> str:
        return bounded("; ".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each thing that is wrong."""
        return self.args


class FormError(ManyLinesError, UsageError):
    """The file of a form cannot be read, or describes none; a line for each fault."""


class SourceError(CamdigitsError):
    """A source broke off or cannot be read."""

    exit_code = 3


class SourceOpenError(SourceError):
    """A source could not be opened; nothing of it was read."""


class SourceDamagedError(ManyLinesError, SourceError):
    """A source is damaged or ends early; its good frames were delivered before this was raised.

    A line for each part that could not be read.
    """


class SourceCrashedError(SourceError):
    """The process that read a source crashed or was killed; what it had read was delivered."""


class OutputError(CamdigitsError):
    """A picture, video or records file could not be written."""


class WeightsError(CamdigitsError):
    """Weights are missing, damaged, of another shape, or do not match their card."""


class DataError(CamdigitsError):
    """Training or test data are missing, damaged or of another shape; nothing was written."""


class DependencyError(CamdigitsError):
    """A package or system library is missing; the text names what to install."""


class NothingReadError(CamdigitsError):
    """Nothing was read although the user required a reading."""

    exit_code = 4


def bounded(text: str) -> str:
    """Return a text, without its middle if it is too long for people."""
    if len(text) <= MOST_CHARACTERS:
        return text
    half = MOST_CHARACTERS // 2
    return f"{text[:half]} [...] {text[-half:]}"
