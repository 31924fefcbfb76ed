#!/usr/bin/env bash
# OpenCV 5 has 64-bit integers, hands them out, and still wraps NumPy's to 32 bits on their way in.
#
# Versions:   opencv-python 5.0.0.93, numpy 2.4.6
# Behaviour:  5.0 added uint32, int64, uint64 and bool pictures (CV_32U, CV_64S, CV_64U, CV_Bool);
#             uint32 and bool go through cv2.flip as they are. int64, which NumPy makes of whole
#             numbers, and uint64 become int32 as in OpenCV 4, without a word: 2**40 + 5 is 5. Asked
#             for CV_64S, cv2.add gives int64, of numbers that were cut off before they were added;
#             cv2.FileStorage keeps them cut off. Time stamps in microseconds are what gets lost.
# Output:     uint32 uint32 [2147483653] / bool bool [True] / int64 int32 [5] / uint64 int32 [5] /
#             add int64 [10] / file int32 [5]
# Source:     measured; opencv pull request 26514 would have mended it, and was closed as too radical
#             a change of the Python API
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/wraps.py" << 'PYTHON'
import cv2
import numpy as np

for value in (np.uint32(2**31 + 5), np.bool_(True), np.int64(2**40 + 5), np.uint64(2**40 + 5)):
    flipped = cv2.flip(np.array([[value]]), 1)
    print(value.dtype, flipped.dtype, flipped[0].tolist(), end=" / ")

large = np.array([[2**40 + 5]])
assert large.dtype == np.int64
total = cv2.add(large, large, dtype=cv2.CV_64S)
print("add", total.dtype, total[0].tolist(), end=" / ")

mode = cv2.FILE_STORAGE_MEMORY
writer = cv2.FileStorage("places.yml", cv2.FILE_STORAGE_WRITE | mode)
writer.write("places", large)
text = writer.releaseAndGetString()
reader = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | mode)
kept = reader.getNode("places").mat()
print("file", kept.dtype, kept[0].tolist())
PYTHON

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python==5.0.0.93
seen=$("$work/venv/bin/python" "$work/wraps.py")

printf '%s\n' "$seen"
wanted='uint32 uint32 [2147483653] / bool bool [True] / int64 int32 [5] / uint64 int32 [5]'
wanted+=' / add int64 [10] / file int32 [5]'
if [ "$seen" != "$wanted" ]; then
    printf 'this has changed; it was: %s\n' "$wanted" >&2
    exit 1
fi
