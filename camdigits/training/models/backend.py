"""Keras on TensorFlow, loaded without a word on the terminal.

TensorFlow 2.21 writes to file descriptor 2 from C++ before it looks at any log level, so the
level alone does not silence it.
"""

from __future__ import annotations

import os
from typing import Any

from camdigits.errors import DependencyError
from camdigits.support.stderr import discard_stderr

TRAINING = "camdigits train"
"""What Keras is needed for, mostly."""


def load_keras(purpose: str = TRAINING) -> Any:
    """Import Keras with TensorFlow under it and return the module.

    The first call takes some seconds.  It sets the environment variables ``KERAS_BACKEND`` and,
    unless they are set, ``TF_CPP_MIN_LOG_LEVEL`` and ``TF_ENABLE_ONEDNN_OPTS``.

    Args:
        purpose: what needs it, for the message where it is missing.

    Raises:
        DependencyError: if they are not installed, or Keras runs on another backend already.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow leaves oneDNN off on processors without AVX-512, where a LeNet learns 2.7 times as
    # fast with it and a ZFNet 1.5 times; the results are as repeatable.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    try:
        with discard_stderr():
            import keras
            import tensorflow  # Keras would load it later, and loudly
    except ImportError as error:
        reason = str(error).split("\n")[0]
        raise DependencyError(
            f"{purpose} needs TensorFlow and Keras: pip install 'camdigits[train]' ({reason})"
        ) from error
    if keras.backend.backend() != "tensorflow":
        raise DependencyError(
            f"Keras was loaded with the backend {keras.backend.backend()}; "
            f"start Python again and load camdigits first"
        )
    # It warns aloud of networks that are opened one after the other, as teaching does.
    tensorflow.get_logger().setLevel("ERROR")
    # A user's ~/.keras/keras.json may say otherwise, and every layer would follow it.
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    return keras


def make_reproducible(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow, and let TensorFlow use deterministic kernels only.

    Holds for the whole process from here on.
    """
    keras = load_keras()
    import tensorflow

    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tensorflow.config.experimental.enable_op_determinism()
