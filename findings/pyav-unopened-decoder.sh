#!/usr/bin/env bash
# With PyAV 19 only the first packet of a decoder that cannot be opened raises an FFmpegError.
#
# Versions:   av 18.1.0 and 19.0.2 (FFmpeg 8.1 and 9.0); needs Python 3.12 or newer
# Behaviour:  a video that is larger than its decoder may take (option max_pixels) cannot be decoded.
#             PyAV 18 says so for each packet with an av.error.FFmpegError. PyAV 19 does for the first;
#             FFmpeg has taken the codec out of the context by then, and each further packet raises a
#             plain ValueError ("cannot decode unknown codec"), which `except FFmpegError` lets through.
# Output:     18.1.0 FFmpegError only / 19.0.2 FFmpegError, then ValueError
# Source:     av/codec/context.py of 19.0.2, CodecContext._decode
set -euo pipefail

for python in python3.14 python3.13 python3.12 python3; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2> /dev/null && break
    python=
done
[ -n "$python" ] || { echo "needs Python 3.12 or newer, for av 19" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/decode.py" << 'PYTHON'
import io

import av
import numpy as np

av.logging.set_level(None)
store = io.BytesIO()
with av.open(store, "w", format="mp4") as file:
    stream = file.add_stream("libx264", rate=25)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    for shade in range(4):
        picture = np.full((64, 64, 3), shade * 60, np.uint8)
        file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
    file.mux(stream.encode(None))

raised = []
with av.open(io.BytesIO(store.getvalue())) as file:
    stream = file.streams.video[0]
    stream.codec_context.options = {"max_pixels": "100"}
    for packet in file.demux(stream):
        try:
            stream.decode(packet)
        except av.error.FFmpegError:
            raised.append("FFmpegError")
        except ValueError:
            raised.append("ValueError")
kinds = ", then ".join(dict.fromkeys(raised))
print(av.__version__, kinds if "," in kinds else f"{kinds} only")
PYTHON

decode_with() {
    "$python" -m venv "$work/$1"
    "$work/$1/bin/pip" install -q --disable-pip-version-check --only-binary :all: "av==$1" numpy==2.4.6
    "$work/$1/bin/python" "$work/decode.py"
}

seen="$(decode_with 18.1.0) / $(decode_with 19.0.2)"
echo "$seen"
[ "$seen" = "18.1.0 FFmpegError only / 19.0.2 FFmpegError, then ValueError" ]
