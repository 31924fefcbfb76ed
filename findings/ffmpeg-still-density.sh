#!/usr/bin/env bash
# FFmpeg gives one picture a pixel aspect of 102:49 as JPEG or PNG, and of 49:102 as TIFF.
#
# Versions:   av 18.1.0 and 17.0.0 (FFmpeg of their wheels), Pillow 13.0.0
# Behaviour:  a picture with 204 pixels an inch across and 98 down has pixels 98/204 as wide as high:
#             the denser way they are narrower. So says FFmpeg of a TIFF; of a JPEG and a PNG with the
#             same resolution it takes the two numbers in their order, and has them twice as wide.
# Output:     {'jpeg': 2.08, 'png': 2.08, 'tiff': 0.48}, twice
# Source:     ITU-T T.871 10.1 (JFIF): width to height = Vdensity to Hdensity; W3C PNG 11.3.4.3: pHYs
#             holds pixels per unit, X first; FFmpeg's mjpegdec.c and pngdec.c set num to the first
#             of the two, tiff.c divides them the other way
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/read.py" << 'PYTHON'
import av
from PIL import Image

said = {}
for form in ("jpeg", "png", "tiff"):
    path = f"page.{form}"
    Image.new("L", (204, 98), 200).save(path, form, dpi=(204, 98))
    with av.open(path) as container:
        stream = container.streams.video[0]
        next(container.decode(stream))
        said[form] = round(float(stream.codec_context.sample_aspect_ratio or 0), 2)
print(said)
PYTHON

read_with() {
    python3 -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check --only-binary :all: "av==$1" pillow==13.0.0
    (cd "$work" && "$work/$1/bin/python" read.py)
}

seen="$(read_with 18.1.0) / $(read_with 17.0.0)"
echo "$seen"
one="{'jpeg': 2.08, 'png': 2.08, 'tiff': 0.48}"
[ "$seen" = "$one / $one" ]
