from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
import pytest

from camdigits.training.data.dataset import Digits

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

import make_demo_clip

CLIP = Path(__file__).parents[3] / "camdigits/assets/demo.mp4"


def test_clip_is_small_and_plays_in_every_browser() -> None:
    assert CLIP.stat().st_size <= 1_000_000
    with av.open(str(CLIP)) as file:
        stream = file.streams.video[0]
        assert (stream.codec.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == make_demo_clip.FRAME_WH
        assert stream.frames == round(make_demo_clip.SECONDS * make_demo_clip.FPS)


def test_clearest_keeps_the_digits_nearest_to_their_mean() -> None:
    images = np.zeros((30, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 200
    images[::3] = 255
    labels = np.repeat(np.arange(10, dtype=np.uint8), 3)
    kept = make_demo_clip.clearest(Digits(images, labels), share=0.67)
    assert kept.labels.tolist() == labels[np.arange(30) % 3 > 0].tolist()
    assert not (kept.images == 255).any()


@pytest.mark.parametrize(("time_s", "part"), [(0.0, 0.0), (1.0, 0.0), (2.0, 0.5), (3.0, 1.0)])
def test_moves_begin_and_end_softly(time_s: float, part: float) -> None:
    assert make_demo_clip.ease(time_s, 1.0, 3.0) == part
    assert abs(make_demo_clip.ease(time_s + 1e-4, 1.0, 3.0) - part) < 1e-4


def test_view_is_centred_where_the_table_says() -> None:
    still = np.zeros((round(make_demo_clip.SECONDS * make_demo_clip.FPS) + 1, 3), np.float32)
    for time_s, x, y, zoom, _ in make_demo_clip.VIEWS:
        view = make_demo_clip.view_at(time_s, still)
        assert view @ (x, y, 1.0) == pytest.approx((640.0, 360.0, 1.0))
        assert np.linalg.det(view) == pytest.approx(zoom**2)
