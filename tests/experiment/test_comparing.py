"""What differs between two experiments is said in a few words."""

import numpy as np
import pytest

from playground.data import Table
from playground.experiment import edits, files
from playground.experiment.comparing import ALIKE, contrasts, in_a_sentence, name_after
from playground.experiment.model import Experiment


@pytest.fixture
def circle() -> Experiment:
    return files.example("circle")


def test_that_nothing_differs_between_an_experiment_and_itself(circle: Experiment) -> None:
    assert contrasts(circle, circle.replace()) == ()
    assert name_after(circle, circle) == ALIKE
    assert "alike" in in_a_sentence(circle, circle)


def test_that_a_name_is_made_of_what_was_changed(circle: Experiment) -> None:
    changed = edits.set_training(circle, learning_rate=0.1)
    for layer in circle.layers:
        changed = edits.set_activation(changed, layer.id, "relu")
    assert name_after(circle, changed) == "ReLU, rate 0.1"


def test_that_the_first_run_is_named_after_its_experiment(circle: Experiment) -> None:
    assert name_after(None, circle) == "Circle"


def test_that_the_only_difference_stands_in_a_sentence(circle: Experiment) -> None:
    changed = circle
    for layer in circle.layers:
        changed = edits.set_activation(changed, layer.id, "relu")
    assert in_a_sentence(circle, changed) == "Only the activation differs: Tanh against ReLU."


def test_that_many_differences_make_a_short_name(circle: Experiment) -> None:
    changed = edits.set_training(circle, learning_rate=0.5, batch_size=3, seed=9, precision="float64")
    assert name_after(circle, changed) == "rate 0.5, batch 3, seed 9 and 1 more"


@pytest.mark.parametrize("change", [{"noise": 0.2}, {"samples": 300}, {"split_seed": 4}, {"seed": 2}])
def test_that_other_rows_are_a_difference_in_the_data(circle: Experiment, change: dict[str, float]) -> None:
    (only,) = contrasts(circle, edits.set_data(circle, **change))
    assert only.what == "data"


def test_that_every_field_of_the_training_counts(circle: Experiment) -> None:
    for change in (
        {"regularizer": "l2", "regularization_rate": 0.1},
        {"clipping": "norm"},
        {"schedule": "warm_restarts"},
        {"stopping": {"at_end": True}},
    ):
        assert len(contrasts(circle, edits.set_training(circle, **change))) == 1


def test_that_what_is_held_is_a_difference(circle: Experiment) -> None:
    layer = circle.layers[0].id
    frozen = edits.set_frozen(circle, layer, True)
    assert in_a_sentence(circle, frozen) == "Only the held part differs: nothing held against 1 layer frozen."
    both = edits.set_link(edits.set_link(frozen, layer, 0, 0, False), layer, 0, 1, False)
    assert name_after(frozen, both) == "1 layer frozen and 2 links off"
    (one,) = contrasts(edits.set_link(circle, layer, 0, 0, False), edits.set_link(circle, layer, 0, 1, False))
    assert one.name == "other held part"


def test_that_equal_tables_are_the_same_data_and_others_are_not() -> None:
    def table(scale: float) -> Table:
        return Table("Mine", ("a",), scale * np.arange(20.0)[:, None], "b", np.arange(20.0))

    one, same, other = (edits.set_table(Experiment(), table(scale)) for scale in (1.0, 1.0, 2.0))
    assert contrasts(one, same) == ()
    (only,) = contrasts(one, other)
    assert only.name == "other data"
