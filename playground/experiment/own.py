"""A first experiment on rows of one's own: a small network that learns most tables well enough at first."""

from playground.data import Table
from playground.experiment import edits
from playground.experiment.model import DataSettings, Dense, Experiment, TrainingSettings

UNITS = (16, 8)
TRAIN_FRACTION = 0.8
ROWS_IN_ALL = 2_000_000
"""How many rows are looked at in a whole run: a large table needs fewer epochs."""


def experiment_on(table: Table) -> Experiment:
    """Return two ReLU layers, Adam and standard scaling on the rows of `table`; a fifth of them test it."""
    rows = len(table)
    layers = tuple(
        Dense(id=f"layer{place}", units=units, activation="relu", initializer="he_normal")
        for place, units in enumerate(UNITS, 1)
    )
    training = TrainingSettings(
        optimizer="adam", learning_rate=0.01, batch_size=10 if rows < 1000 else 32 if rows < 20_000 else 128
    )
    start = Experiment(
        data=DataSettings(train_fraction=TRAIN_FRACTION),
        layers=layers,
        training=training,
        epochs=min(max(ROWS_IN_ALL // rows, 20), 200),
    )
    return edits.set_table(start, table)
