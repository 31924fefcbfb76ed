#!/usr/bin/env bash
# OpenCV 4.13 moved setLogLevel without an alias, inside the 4.x series.
#
# Versions:   opencv-python 4.12.0.88, 4.13.0.92 and 5.0.0.93
# Behaviour:  up to 4.12 the level of OpenCV's own messages is set by cv2.setLogLevel, and there is no
#             cv2.utils.logging; from 4.13 on it is the other way round. No name works in both, and no
#             DeprecationWarning came before.
# Output:     4.12.0 True False / 4.13.0 False True / 5.0.0 False True
# Source:     opencv/opencv pull request 27812 ("Tunned Python bindings for logging"), which announces
#             other names (cv2.utils.setLogLevel) than those that came
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

names() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check "opencv-python-headless==$1"
    "$work/$1/bin/python" -c 'import cv2
print(cv2.__version__, hasattr(cv2, "setLogLevel"), hasattr(cv2.utils, "logging"))'
}

seen="$(names 4.12.0.88) / $(names 4.13.0.92) / $(names 5.0.0.93)"
echo "$seen"
[ "$seen" = "4.12.0 True False / 4.13.0 False True / 5.0.0 False True" ]
