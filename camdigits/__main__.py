"""``python -m camdigits`` is the ``camdigits`` command."""

from camdigits.cli import command

if __name__ == "__main__":
    command()
