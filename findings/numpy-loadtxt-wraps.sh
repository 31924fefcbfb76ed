#!/usr/bin/env bash
# np.loadtxt into uint8 makes 44 of 300 up to NumPy 2.2, and calls that "parsing via a float".
#
# Versions:   numpy 2.2.6 and 2.3.0
# Behaviour:  a table of pixels with 300, -1 or 0.5 in it is read as 44, 255 and 0. All three come with
#             the DeprecationWarning that integers are parsed via a float, which Python shows for
#             __main__ alone: an importing program sees nothing. From 2.3 on it is a ValueError.
# Output:     2.2.6 [44, 255, 0] DeprecationWarning / 2.3.0 ValueError
# Source:     NumPy's release notes 1.23.0 (deprecated) and 2.3.0 (expired); that whole numbers out of
#             range are meant as well, and wrap, stands in neither
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/read.py" << 'PYTHON'
import io
import warnings

import numpy as np

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        row = np.loadtxt(io.StringIO("300,-1,0.5\n"), np.uint8, delimiter=",").tolist()
        print(np.__version__, row, *{each.category.__name__ for each in caught})
    except ValueError:
        print(np.__version__, "ValueError")
PYTHON

read_with() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check --only-binary :all: "numpy==$1"
    "$work/$1/bin/python" "$work/read.py"
}

seen="$(read_with 2.2.6) / $(read_with 2.3.0)"
echo "$seen"
[ "$seen" = "2.2.6 [44, 255, 0] DeprecationWarning / 2.3.0 ValueError" ]
