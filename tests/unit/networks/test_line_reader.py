"""Characters out of frames, as CTC writes them."""

from __future__ import annotations

import pickle
import shutil

import numpy as np
import pytest

from camdigits.errors import WeightsError
from camdigits.networks.line_reader import (
    BLANK,
    FRAME_PX,
    LiteRTLineReader,
    best_text,
    bundled_line_reader,
    joined,
    tokens_of,
)
from camdigits.networks.line_strips import STEP, WINDOW
from camdigits.networks.model_card import CHARACTERS


def frames(codes: list[int], confidence: float = 0.9) -> np.ndarray:
    rest = (1 - confidence) / (len(CHARACTERS) - 1)
    said = np.full((len(codes), len(CHARACTERS)), rest, np.float32)
    said[np.arange(len(codes)), codes] = confidence
    return said


def test_repeats_count_once_and_a_blank_parts_them() -> None:
    assert best_text(frames([BLANK, 1, 1, BLANK, 1, 7, 7, BLANK])) == [1, 1, 7]


def test_tokens_stand_in_the_middle_of_their_frames() -> None:
    dot = CHARACTERS.index(".")
    tokens = tokens_of(frames([BLANK, 4, 4, 4, BLANK, dot, BLANK]))

    assert [token.name for token in tokens] == ["4", "."]
    assert [token.column for token in tokens] == pytest.approx([2.5 * FRAME_PX, 5.5 * FRAME_PX])
    assert tokens[0].width == 3 * FRAME_PX
    assert tokens[0].confidence == pytest.approx(0.9)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_windows_are_joined_to_the_frames_of_their_strip(count: int) -> None:
    step = STEP // FRAME_PX
    numbered = np.arange(count * step + WINDOW // FRAME_PX)
    windows = np.stack([numbered[n * step :][: WINDOW // FRAME_PX] for n in range(count)])
    whole = joined(np.repeat(windows[..., None], len(CHARACTERS), 2).astype(np.float32))

    assert whole[:, 0].tolist() == numbered[: (count - 1) * step + WINDOW // FRAME_PX].tolist()


def test_bundled_line_reader_says_the_same_alone_and_in_a_batch() -> None:
    strips = list(np.random.default_rng(0).integers(0, 256, (7, 32, 230), dtype=np.uint8))
    reader = pickle.loads(pickle.dumps(LiteRTLineReader()))
    together = reader(strips)

    assert reader([]) == []
    for strip, text in zip(strips, together, strict=True):
        (alone,) = reader([strip])
        assert alone.tokens == text.tokens
        assert np.array_equal(alone.frames, text.frames)


def test_missing_line_reader_is_named(tmp_path) -> None:
    for name in ("line.tflite", "line.json"):
        shutil.copy(bundled_line_reader().with_name(name), tmp_path)
    (tmp_path / "line.tflite").unlink()

    with pytest.raises(WeightsError, match="is missing; make one with: camdigits train --lines"):
        LiteRTLineReader(tmp_path / "line.tflite")
