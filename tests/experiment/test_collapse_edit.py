"""One layer in the place of a stack: which layers go, what stays, and what is refused."""

import numpy as np
import pytest
from layer_cases import shorthand, stack

from playground.engine.backends import make_backend
from playground.experiment import edits
from playground.experiment.collapse_edit import collapse
from playground.experiment.edits import EditRefused
from playground.experiment.held import NOTHING
from playground.experiment.model import Dense, Experiment
from playground.experiment.prepare import prepare


def linear(*layers: int | str) -> Experiment:
    """Return a network whose hidden Dense layers are linear."""
    made = stack(*layers)
    for layer in made.layers:
        if isinstance(layer, Dense):
            made = edits.set_activation(made, layer.id, "linear")
    return made


def test_that_the_last_layer_of_a_stack_stays_in_its_place() -> None:
    experiment = edits.set_activation(linear(4, 5, 3), "layer2", "relu")
    one = collapse(experiment, "layer1", "layer2")
    assert [layer.id for layer in one.layers] == ["layer2", "layer3"]
    assert shorthand(one) == [5, 3]
    two = collapse(one, "layer3", "output")
    assert shorthand(two) == [5]
    assert two.output == experiment.output


def test_that_what_stands_between_goes_too() -> None:
    assert shorthand(collapse(linear(4, "batch_norm", 4, "dropout"), "layer1", "output")) == []
    assert shorthand(collapse(linear(4, 4, "skip"), "layer1", "output")) == []


def test_that_a_skip_over_the_stack_still_begins_where_it_began() -> None:
    experiment = edits.set_activation(linear(3, 3, 3, "skip 2"), "layer1", "tanh")
    one = collapse(experiment, "layer2", "output")
    assert shorthand(one) == [3]  # the Skip adds what came into the stack: it is a part of it
    over = edits.set_activation(linear(3, 4, 3, 3, "skip 3"), "layer1", "tanh")
    over = edits.set_activation(over, "layer4", "tanh")
    kept = collapse(over, "layer2", "layer4")
    assert shorthand(kept) == [3, 3, "skip 1"]


def test_that_a_skip_from_within_is_in_the_way() -> None:
    experiment = linear(3, 3, 3, "skip", 2)
    experiment = edits.set_activation(experiment, "layer3", "tanh")
    with pytest.raises(EditRefused, match="Skip adds values from within"):
        collapse(experiment, "layer1", "layer3")


@pytest.mark.parametrize(("first", "last"), [("layer1", "layer2"), ("layer2", "output"), ("gone", "output")])
def test_that_what_is_no_stack_is_refused(first: str, last: str) -> None:
    with pytest.raises(EditRefused, match="no stack of linear layers"):
        collapse(stack(3, 3), first, last)


def test_that_what_was_held_of_the_layers_goes_with_them() -> None:
    experiment = edits.set_frozen(linear(3, 2), "layer1", True)
    experiment = edits.set_neuron(experiment, "layer2", 0, False)
    experiment = edits.set_link(experiment, "output", 0, 1, False)
    assert collapse(experiment, "layer1", "output").held == NOTHING


def test_that_the_new_network_can_be_run() -> None:
    from playground.training.session import Session

    session = Session(prepare(collapse(linear(4, 3), "layer1", "output")), make_backend("numpy"))
    session.train(5)
    assert np.isfinite(session.last[1])
