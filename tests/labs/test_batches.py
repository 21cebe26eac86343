"""The table of epochs and iterations is the trainer's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import SGD
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.labs.batches import BatchRefused, epoch, iterations
from playground.tables import by_key


def test_that_six_rows_in_twos_make_three_iterations() -> None:
    assert iterations(6, 2) == 3
    assert [len(batch) for batch in epoch(6, 2, 0, 0)] == [2, 2, 2]


@given(st.integers(1, 300), st.data(), st.integers(0, 2**40), st.integers(0, 50))
def test_that_an_epoch_uses_every_row_exactly_once(
    rows: int, data: st.DataObject, seed: int, at: int
) -> None:
    size = data.draw(st.integers(1, rows))
    batches = epoch(rows, size, seed, at)
    assert len(batches) == iterations(rows, size) == int(np.ceil(rows / size))
    assert sorted(np.concatenate(batches).tolist()) == list(range(rows))
    assert all(len(batch) == size for batch in batches[:-1])


@pytest.mark.parametrize(("rows", "size", "seed"), [(6, 2, 0), (20, 6, 3), (7, 7, 1), (5, 1, 2)])
def test_that_the_table_says_what_the_trainer_does(rows: int, size: int, seed: int) -> None:
    network = Network(NumpyBackend(), (LayerShape(1, 1),), "float64")
    numbers = np.arange(rows, dtype=float)[:, None]
    trainer = Trainer(
        network,
        by_key(LOSSES, "mse", "loss"),
        SGD(network.backend, network.size, "float64"),
        numbers,
        numbers,
        learning_rate=0.0,
        batch_size=size,
        regularizer=REGULARIZERS[0],
        regularization_rate=0.0,
        seed=seed,
    )
    for number in range(3):
        for batch in epoch(rows, size, seed, number):
            assert trainer.next_batch()[3][:, 0].tolist() == batch.tolist()
            trainer.run(1)
    assert trainer.epoch == 3


def test_that_two_epochs_have_orders_of_their_own() -> None:
    first, second = (np.concatenate(epoch(60, 4, 0, number)).tolist() for number in (0, 1))
    assert first != second


@pytest.mark.parametrize(
    ("rows", "size", "words"), [(6, 7, "at most 6"), (6, 0, "B at least 1"), (0, 1, "N at least 1")]
)
def test_that_a_batch_that_cannot_be_drawn_is_refused_in_words(rows: int, size: int, words: str) -> None:
    with pytest.raises(BatchRefused, match=words):
        epoch(rows, size, 0, 0)
