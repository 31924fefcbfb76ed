"""Names and reasons as people are told of them: on one line, steering no terminal."""

from __future__ import annotations


def printable(name: str) -> str:
    r"""Return a text with everything escaped that could steer a terminal or break a line.

    Bytes of a file name that are no UTF-8 become ``\xff``, wherever people are told of it.
    """
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in name)


def _escaped(mark: str) -> str:
    if "\udc80" <= mark <= "\udcff":  # a byte that is no UTF-8, as os.fsdecode hands it over
        return f"\\x{ord(mark) - 0xDC00:02x}"
    return mark.encode("unicode_escape").decode("ascii")


def reason(error: Exception) -> str:
    """Return what an operating system error says, without the file name that it may repeat."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return printable(str(error)) or type(error).__name__
