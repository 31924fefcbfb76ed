#!/usr/bin/env bash
# On Python 3.14 TensorFlow and Keras asked for together install two distributions of one package.
#
# Versions:   tensorflow 2.22.0rc0 (all that pip finds for Python 3.14), keras 3.15.1,
#             keras-nightly 3.16.0.dev2026102704
# Behaviour:  the release candidate asks for keras-nightly where releases ask for keras. Both own
#             keras/__init__.py; pip installs one over the other without a word, and `pip check` is
#             content. Which one is imported is the last that was installed, whatever `pip list` says;
#             taking keras-nightly away again leaves a keras that is listed and cannot be used.
# Output:     rc asks for keras-nightly; imported 3.16.0.dev2026102704, listed keras 3.15.1; afterwards
#             keras has no file
# Source:     the wheels' own METADATA and RECORD
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

python3 -m venv "$work/venv"
pip=$work/venv/bin/pip

# What it asks for, without its 640 MB of code.
asks=$("$pip" install -q --dry-run --no-deps --ignore-installed --only-binary :all: \
    --python-version 3.14 --target "$work/none" --report - tensorflow==2.22.0rc0 2> /dev/null \
    | grep -oE '"keras[a-z-]*' | sort -u | tr -d '"')
[ "$asks" = "keras-nightly" ]

"$pip" install -q --no-deps keras==3.15.1
"$pip" install -q --no-deps keras-nightly==3.16.0.dev2026102704
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
imported=$(grep -oE '^__version__ = .*' "$site/keras/src/version.py" | tr -d '"' | cut -d' ' -f3)
listed=$("$pip" list --format freeze | grep -E '^keras==')
"$pip" uninstall -q -y keras-nightly
left=$("$work/venv/bin/python" -c 'import keras; print(keras.__file__)')

echo "$asks; imported $imported, listed $listed; afterwards keras.__file__ is $left"
[ "$imported" = "3.16.0.dev2026102704" ] && [ "$listed" = "keras==3.15.1" ] && [ "$left" = "None" ]
