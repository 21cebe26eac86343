"""A first experiment on any data: a small network that learns most of it well enough at first."""

from playground.data import Table, dataset
from playground.experiment import edits
from playground.experiment.model import DataSettings, Dense, Experiment, TrainingSettings

UNITS = (16, 8)
TRAIN_FRACTION = 0.8
ROWS_IN_ALL = 2_000_000
"""How many rows are looked at in a whole run: a large table needs fewer epochs."""


def experiment_on(table: Table) -> Experiment:
    """Return a first experiment on rows of one's own."""
    return edits.set_table(_start(len(table)), table)


def experiment_with(key: str) -> Experiment:
    """Return a first experiment with a data set that ships."""
    return edits.set_dataset(_start(dataset(key).default_samples), key)


def _start(rows: int) -> Experiment:
    """Return two ReLU layers and Adam, trained as long as suits so many rows; a fifth of them test it."""
    layers = tuple(
        Dense(id=f"layer{place}", units=units, activation="relu", initializer="he_normal")
        for place, units in enumerate(UNITS, 1)
    )
    training = TrainingSettings(
        optimizer="adam", learning_rate=0.01, batch_size=10 if rows < 1000 else 32 if rows < 20_000 else 128
    )
    return Experiment(
        data=DataSettings(train_fraction=TRAIN_FRACTION),
        layers=layers,
        training=training,
        epochs=min(max(ROWS_IN_ALL // rows, 20), 200),
    )
