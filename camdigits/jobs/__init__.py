"""A file as a unit of work: its records, read in a process that may crash.

`read_file` takes a path and returns records; both can be pickled, so that what maps functions over
values in other processes or on other machines can map it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from camdigits.support.lazy import lazy_names

if TYPE_CHECKING:
    from camdigits.jobs.files import FileRecords as FileRecords
    from camdigits.jobs.files import read_file as read_file

_HOMES = {"FileRecords": "camdigits.jobs.files", "read_file": "camdigits.jobs.files"}

__all__ = list(_HOMES)

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
