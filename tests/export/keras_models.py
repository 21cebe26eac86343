"""Run as a program of its own: has Keras build models as people do, save them, and answer rows.

Arguments: the folder to put `<name>.keras` and `<name>.npz` (rows and answers) into.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

RNG = np.random.default_rng(3)
ROWS = RNG.normal(size=(30, 4)).astype(np.float32)


def models() -> Iterator[tuple[str, Any]]:
    normalization = layers.Normalization()
    normalization.adapt(RNG.normal(2.0, 3.0, size=(50, 4)))
    yield (
        "sequential",
        keras.Sequential(
            [
                keras.Input((4,)),
                normalization,
                layers.Dense(6, activation="relu"),
                layers.BatchNormalization(),
                layers.Dense(6, use_bias=False),
                layers.BatchNormalization(scale=False),
                layers.Activation("silu"),
                layers.Dropout(0.4),
                layers.Dense(6),
                layers.LeakyReLU(negative_slope=0.01),
                layers.LayerNormalization(),
                layers.Dense(3, activation="softmax"),
            ]
        ),
    )
    yield (
        "without_input_layer",
        keras.Sequential(
            [layers.Rescaling(0.5, offset=[1, 2, 3, 4]), layers.Dense(5, "tanh"), layers.Dense(1)]
        ),
    )
    yield (
        "given_statistics",
        keras.Sequential(
            [
                keras.Input((4,)),
                layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 4.0, 9.0, 0.5]),
                layers.Dense(5),
                layers.ELU(),
                layers.Dense(5),
                layers.ReLU(),
                layers.Dense(1, activation="sigmoid"),
            ]
        ),
    )
    x = keras.Input((2, 2))
    h = layers.Dense(6, activation=keras.activations.selu)(layers.Flatten()(x))
    h = layers.Add()([h, layers.Dense(6, activation="mish")(h)])
    h = keras.ops.add(h, layers.Dense(6, activation="softplus")(h))
    yield "residual", keras.Model(x, layers.Softmax()(layers.Dense(3)(h)))
    x = keras.Input((4,))
    h = (x - np.array([1.0, 2.0, 3.0, 4.0], np.float32)) / 2.0
    yield "operations", keras.Model(x, layers.Dense(1)(layers.Dense(5, "hard_sigmoid")(h)) * 3.0 + 10.0)


def main(folder: Path) -> None:
    for name, model in models():
        rows = ROWS.reshape(-1, 2, 2) if name == "residual" else ROWS
        model(rows)
        for layer in model.layers:
            # What a Normalization has adapted to is fixed by then.
            if not isinstance(layer, layers.Normalization):
                layer.set_weights([_drawn(one) for one in layer.get_weights()])
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", rows=ROWS, answers=keras.ops.convert_to_numpy(model(rows)))


def _drawn(array: Any) -> Any:
    """Return other numbers in the place of those a layer begins with, above 0 where they are no weights."""
    return RNG.normal(size=array.shape) if array.ndim == 2 else RNG.uniform(0.2, 1.0, array.shape)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
