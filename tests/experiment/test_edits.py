"""Edits are pure, keep the document valid, and refuse in words."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import DATASETS
from playground.engine.activations import ACTIVATIONS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.check import check, errors
from playground.experiment.edits import EditRefused
from playground.experiment.model import MAX_LAYERS, MAX_UNITS, Experiment
from playground.experiment.usual import class_count


def network(*units: int) -> Experiment:
    experiment = Experiment()
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count)
    return experiment


def units(experiment: Experiment) -> list[int]:
    return [layer.units for layer in experiment.layers]


@pytest.mark.parametrize(("gap", "expected"), [(0, [9, 3, 5]), (1, [3, 9, 5]), (2, [3, 5, 9])])
def test_that_a_layer_is_inserted_into_its_gap(gap: int, expected: list[int]) -> None:
    assert units(edits.add_layer(network(3, 5), gap, units=9)) == expected


@pytest.mark.parametrize(
    ("layer", "gap", "expected"),
    [
        (0, 0, [1, 2, 3]),
        (0, 1, [1, 2, 3]),
        (0, 2, [2, 1, 3]),
        (0, 3, [2, 3, 1]),
        (2, 0, [3, 1, 2]),
        (2, 1, [1, 3, 2]),
        (1, 3, [1, 3, 2]),
    ],
)
def test_that_a_layer_moves_into_the_gap_it_is_dropped_on(layer: int, gap: int, expected: list[int]) -> None:
    experiment = network(1, 2, 3)
    assert units(edits.move_layer(experiment, experiment.layers[layer].id, gap)) == expected


def test_that_an_edit_leaves_the_experiment_it_was_given_alone() -> None:
    experiment = network(3)
    before = experiment.model_dump()
    edits.add_layer(experiment, 0)
    edits.set_units(experiment, experiment.layers[0].id, 7)
    assert experiment.model_dump() == before


def test_that_what_is_not_changed_is_shared() -> None:
    experiment = network(3, 5)
    changed = edits.set_units(experiment, experiment.layers[0].id, 4)
    assert changed.layers[1] is experiment.layers[1]
    assert changed.data is experiment.data


def test_that_an_id_is_never_given_to_two_layers() -> None:
    experiment = network(1, 2, 3)
    experiment = edits.remove_layer(experiment, experiment.layers[1].id)
    experiment = edits.add_layer(experiment, 0)
    assert len({layer.id for layer in experiment.layers}) == 3


REFUSALS: tuple[tuple[Callable[[Experiment], Experiment], str], ...] = (
    (lambda e: edits.add_layer(e, 9), "between the inputs and the output"),
    (lambda e: edits.remove_layer(e, "output"), "belongs to every network"),
    (lambda e: edits.remove_layer(e, "inputs"), "belong to every network"),
    (lambda e: edits.move_layer(e, "nowhere", 0), "no layer 'nowhere'"),
    (lambda e: edits.set_units(e, "output", 3), "follows from the data"),
    (lambda e: edits.set_units(e, e.layers[0].id, 0), f"between 1 and {MAX_UNITS}"),
    (lambda e: edits.set_activation(e, e.layers[0].id, "softmax"), "at the output only"),
    (lambda e: edits.set_activation(e, "inputs", "tanh"), "no activation"),
    (lambda e: edits.set_training(e, learning_rate=1e9), "learning rate"),
    (lambda e: edits.set_training(e, learning_rate=float("nan")), "learning rate"),
    (lambda e: edits.set_training(e, batch_size=0), "batch size"),
    (lambda e: edits.set_data(e, noise=3.0), "noise"),
    (lambda e: edits.set_data(e, split="course"), "does not come with such a split"),
    (lambda e: edits.toggle_feature(e, "weight"), "not a feature"),
    (
        lambda e: edits.set_loss(edits.set_dataset(e, "plane"), "binary_cross_entropy"),
        "is for classification",
    ),
)


@pytest.mark.parametrize(("edit", "words"), REFUSALS)
def test_that_an_edit_that_makes_no_sense_is_refused_in_words(
    edit: Callable[[Experiment], Experiment], words: str
) -> None:
    with pytest.raises(EditRefused, match=words):
        edit(network(4))


def test_that_there_is_an_end_to_adding_layers() -> None:
    experiment = network(*[1] * MAX_LAYERS)
    with pytest.raises(EditRefused, match=str(MAX_LAYERS)):
        edits.add_layer(experiment, 0)


def test_that_the_last_feature_cannot_be_switched_off() -> None:
    experiment = edits.toggle_feature(network(), "x2")
    with pytest.raises(EditRefused, match="At least one"):
        edits.toggle_feature(experiment, "x1")


def test_that_features_keep_the_order_of_their_table() -> None:
    experiment = network()
    for key in ("sin_x1", "x1", "x1"):
        experiment = edits.toggle_feature(experiment, key)
    assert experiment.data.features == ("x1", "x2", "sin_x1")


@pytest.mark.parametrize("key", [dataset.key for dataset in DATASETS])
def test_that_every_data_set_can_be_chosen_and_then_trained(key: str) -> None:
    experiment = edits.set_dataset(network(4), key)
    assert errors(check(experiment)) == ()


@pytest.mark.parametrize("start", [dataset.key for dataset in DATASETS])
@pytest.mark.parametrize("end", [dataset.key for dataset in DATASETS])
def test_that_any_data_set_may_follow_any_other(start: str, end: str) -> None:
    experiment = edits.set_dataset(edits.set_dataset(network(4), start), end)
    assert errors(check(experiment)) == ()


@pytest.mark.parametrize("key", [dataset.key for dataset in DATASETS if dataset.task == "classification"])
@pytest.mark.parametrize("loss", [loss.key for loss in LOSSES])
def test_that_a_loss_brings_the_output_it_needs_or_is_refused(key: str, loss: str) -> None:
    experiment = edits.set_dataset(network(4), key)
    try:
        experiment = edits.set_loss(experiment, loss)
    except EditRefused:
        assert class_count(experiment) > 2
    assert errors(check(experiment)) == ()


@pytest.mark.parametrize("activation", [record.key for record in ACTIVATIONS])
def test_that_an_output_activation_brings_a_loss_that_can_be_computed(activation: str) -> None:
    experiment = edits.set_activation(network(4), "output", activation)
    assert errors(check(experiment)) == ()


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "softmax"])
def test_that_the_output_a_person_chose_survives_changes_of_the_data(activation: str) -> None:
    experiment = edits.set_activation(network(4), "output", activation)
    for changed in (
        edits.set_data(experiment, noise=0.2, samples=300),
        edits.set_data(experiment, seed=5),
        edits.set_dataset(experiment, "xor"),
    ):
        assert changed.output == experiment.output
        assert changed.training == experiment.training


def test_that_a_sigmoid_output_for_many_classes_keeps_a_loss_that_can_be_computed() -> None:
    experiment = edits.set_activation(edits.set_dataset(network(4), "blobs"), "output", "sigmoid")
    assert errors(check(experiment)) == ()


def test_that_another_optimizer_starts_with_its_own_parameters() -> None:
    experiment = network()
    for optimizer in OPTIMIZERS:
        values = {parameter.key: parameter.maximum for parameter in optimizer.parameters}
        chosen = edits.set_optimizer(experiment, optimizer.key)
        experiment = edits.set_training(chosen, optimizer_parameters=values)
        assert chosen.training.optimizer_parameters == {}


@given(st.lists(st.integers(1, 64), max_size=6), st.integers(0, 6), st.integers(0, 6))
def test_that_moving_a_layer_there_and_back_changes_nothing(sizes: list[int], source: int, gap: int) -> None:
    experiment = network(*sizes)
    if source >= len(sizes) or gap > len(sizes):
        return
    layer = experiment.layers[source].id
    moved = edits.move_layer(experiment, layer, gap)
    back = source if moved.index(layer) > source else source + 1
    assert edits.move_layer(moved, layer, back) == experiment
