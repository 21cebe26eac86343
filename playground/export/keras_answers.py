"""Run as a program of its own: opens `.keras` files and answers rows.

Arguments in threes: a model, an array of rows, and where to put the answers, both `.npy`.
"""

import sys

import numpy as np


def main(arguments: list[str]) -> None:
    """Answer with each model in turn."""
    # Keras brings wrappers for scikit-learn where that can be imported, which doubles the time to start.
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    import keras

    for model, given, found in zip(arguments[::3], arguments[1::3], arguments[2::3], strict=True):
        opened = keras.models.load_model(model, compile=False, safe_mode=True)
        answers = opened(np.load(given, allow_pickle=False), training=False)
        np.save(found, keras.ops.convert_to_numpy(answers))


if __name__ == "__main__":
    main(sys.argv[1:])
