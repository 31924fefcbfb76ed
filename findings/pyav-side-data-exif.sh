#!/usr/bin/env bash
# PyAV 18 raises ValueError for all side data of a JPEG's frame if the JPEG has EXIF.
#
# Versions:   av 18.1.0 and 17.0.0, Pillow 13.0.0
# Behaviour:  the FFmpeg of PyAV 18 puts EXIF beside the picture as side data of kind 31. PyAV's
#             enumeration ends before that, and the first use of frame.side_data, if only to look
#             for the display matrix that is there as well, is a ValueError. PyAV 17 gives one piece;
#             without EXIF both give none.
# Output:     ['31 is not a valid Type', 0] / [1, 0]
# Source:     FFmpeg's libavutil/frame.h (AV_FRAME_DATA_EXIF, added in 8.0) and PyAV's
#             av/sidedata/sidedata.pyx, which lists the kinds by name
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/read.py" << 'PYTHON'
import av
from PIL import Image

said = []
for has_exif in (True, False):
    picture, exif = Image.new("RGB", (64, 48), "white"), Image.Exif()
    exif[0x0112] = 6
    picture.save("page.jpg", exif=exif if has_exif else b"")
    with av.open("page.jpg") as container:
        frame = next(container.decode(video=0))
    try:
        said.append(len(frame.side_data))
    except ValueError as error:
        said.append(str(error))
print(said)
PYTHON

read_with() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check --only-binary :all: "av==$1" pillow==13.0.0
    (cd "$work" && "$work/$1/bin/python" read.py)
}

seen="$(read_with 18.1.0) / $(read_with 17.0.0)"
echo "$seen"
[ "$seen" = "['31 is not a valid Type', 0] / [1, 0]" ]
