#!/usr/bin/env bash
# The first numpy.unique of a plain array imports numpy.ma, and what calls it (setdiff1d, quantile) too.
#
# Versions:   numpy 2.2.6, 2.4.6 (Python 3.11)
# Behaviour:  since 2.3 unique looks for masked arrays by numpy.ma.is_masked before it chooses its way,
#             which loads the package, some 12 ms: a noticeable part of a short-lived command. isin does
#             not.
# Output:     2.2.6 unique=False setdiff1d=False isin=False / 2.4.6 unique=True setdiff1d=True isin=False
# Source:     numpy/lib/_arraysetops_impl.py, _unique1d: "not np.ma.is_masked(ar)"
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

loads() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check "numpy==$1"
    printf '%s' "$1"
    for call in "unique(np.arange(3))" "setdiff1d(np.arange(3), [1])" "isin(np.arange(3), [1])"; do
        printf ' %s=' "${call%%(*}"
        "$work/$1/bin/python" -c "import sys, numpy as np
np.$call
print('numpy.ma' in sys.modules, end='')"
    done
}

seen="$(loads 2.2.6) / $(loads 2.4.6)"
echo "$seen"
wanted="2.2.6 unique=False setdiff1d=False isin=False / 2.4.6 unique=True setdiff1d=True isin=False"
[ "$seen" = "$wanted" ]
