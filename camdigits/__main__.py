"""``python -m camdigits`` is the ``camdigits`` command."""

import sys

from camdigits.cli import main

if __name__ == "__main__":
    sys.exit(main())
