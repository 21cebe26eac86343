"""A session trains, rewinds, carries weights over and hands out read-only host copies."""

import numpy as np
import pytest

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.pictures import FINE, Painter
from playground.training.session import Session


def network(*units: int, dataset: str = "circle") -> Experiment:
    experiment = edits.set_dataset(Experiment(), dataset)
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count)
    return edits.set_optimizer(experiment, "adam")


def trained(experiment: Experiment, epochs: int = 5) -> Session:
    session = Session.for_experiment(experiment)
    for _ in range(epochs):
        session.train_epoch()
    return session


def test_that_rewind_goes_back_to_the_same_weights_and_the_same_run() -> None:
    session = Session.for_experiment(network(4))
    start = session.layers()
    session.train_epoch()
    after = session.layers()
    session.rewind()
    for first, again in zip(start[0], session.layers()[0], strict=True):
        np.testing.assert_array_equal(first, again)
    assert session.trainer.step == 0
    session.train_epoch()
    for first, again in zip(after[0], session.layers()[0], strict=True):
        np.testing.assert_array_equal(first, again)


def test_that_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    one, two = trained(network(4)), trained(network(4))
    other = trained(edits.set_seed(network(4), 1))
    assert one.last == two.last
    assert one.last != other.last


def test_that_settings_change_without_losing_what_was_learnt() -> None:
    session = trained(network(4))
    weights, step = session.layers()[0], session.trainer.step
    session.change(session.settings.replace(learning_rate=0.0, optimizer="sgd", batch_size=1))
    session.train_epoch()
    assert session.trainer.step > step
    for before, after in zip(weights, session.layers()[0], strict=True):
        np.testing.assert_array_equal(before, after)


def test_that_an_optimizer_keeps_its_memory_when_another_setting_changes() -> None:
    session = trained(network(4))
    optimizer = session.trainer.optimizer
    session.change(session.settings.replace(learning_rate=0.5))
    assert session.trainer.optimizer is optimizer
    session.change(session.settings.replace(optimizer="momentum"))
    assert session.trainer.optimizer is not optimizer


def carried(before: Experiment, after: Experiment) -> tuple[Session, Session]:
    old = trained(before)
    fresh = Session.for_experiment(after)
    return old, Session(fresh.prepared, fresh.backend, old.carry())


def test_that_a_wider_layer_keeps_the_neurons_it_had() -> None:
    experiment = network(4, 3)
    old, new = carried(experiment, edits.set_units(experiment, "layer1", 6))
    np.testing.assert_array_equal(new.network.weights[0][:4], old.network.weights[0])
    np.testing.assert_array_equal(new.network.weights[1][:, :4], old.network.weights[1])
    assert new.carried is not None
    assert new.carried.kept == (4 * 3) + (3 * 5) + 4
    assert new.trainer.epoch == old.trainer.epoch


def test_that_a_new_feature_keeps_the_weights_of_the_others() -> None:
    experiment = network(4)
    old, new = carried(experiment, edits.toggle_feature(experiment, "x1_squared"))
    np.testing.assert_array_equal(new.network.weights[0][:, [0, 1]], old.network.weights[0])


def test_that_a_layer_put_in_between_leaves_the_others_as_they_are() -> None:
    experiment = network(4, 4)
    old, new = carried(experiment, edits.add_layer(experiment, 2, units=4))
    np.testing.assert_array_equal(new.network.weights[0], old.network.weights[0])
    np.testing.assert_array_equal(new.network.weights[1], old.network.weights[1])
    untouched = Session(new.prepared, new.backend)
    np.testing.assert_array_equal(new.network.weights[3], untouched.network.weights[3])


def test_that_another_initializer_draws_the_layer_afresh() -> None:
    experiment = network(4)
    old, new = carried(experiment, edits.set_initializer(experiment, "layer1", "zeros"))
    assert not new.network.weights[0].any()
    np.testing.assert_array_equal(new.network.weights[1], old.network.weights[1])


def test_that_an_output_unit_is_not_carried_to_another_class() -> None:
    experiment = network(4)
    _, new = carried(experiment, edits.set_activation(experiment, "output", "softmax"))
    untouched = Session(new.prepared, new.backend)
    np.testing.assert_array_equal(new.network.weights[1], untouched.network.weights[1])


def test_that_the_curve_never_goes_back_when_a_run_is_taken_over_in_mid_epoch() -> None:
    experiment = network(4)
    old = trained(experiment, 3)
    old.train(5)
    old.record()
    fresh = Session.for_experiment(edits.set_units(experiment, "layer1", 6))
    new = Session(fresh.prepared, fresh.backend, old.carry())
    new.train_epoch()
    positions = [old.last[0], *new.take_history().epoch]
    assert positions == sorted(positions)


def test_that_nothing_is_carried_from_a_network_that_was_not_trained() -> None:
    assert Session.for_experiment(network(4)).carry() is None


def test_that_divergence_is_noticed() -> None:
    experiment = edits.set_training(network(4, dataset="plane"), learning_rate=100.0, optimizer="sgd")
    session = trained(edits.set_activation(experiment, "layer1", "linear"), 20)
    assert session.diverged


class Clock:
    """A clock that goes on by a tick whenever somebody looks at it."""

    now, tick = 0.0, 0.0

    def perf_counter(self) -> float:
        self.now += self.tick
        return self.now


@pytest.mark.parametrize("name", files.examples())
def test_that_pictures_have_an_image_of_every_neuron(name: str) -> None:
    session = Session.for_experiment(files.example(name))
    plan, probe = session.prepared.plan, session.prepared.probe
    picture = Painter(session, 1.0).paint(fine=False)
    for layer, shape in zip(picture.layers, plan.shapes, strict=True):
        side = probe.resolution
        assert layer.shape == (shape.units, *((side, side) if plan.kind == "plane" else (side,)))
    assert picture.output.shape[0] == plan.output_units


def test_that_the_picture_of_a_plane_is_the_right_way_up() -> None:
    session = Session.for_experiment(network(dataset="plane"))
    session.network.weights[0][...] = [[0.0, 1.0]]
    session.network.biases[0][...] = 0.0
    output = Painter(session, 1.0).paint(fine=True).output[0]
    assert output.shape == (FINE.output, FINE.output)
    assert output[0].max() < 0 < output[-1].min()


def test_that_the_picture_gets_coarser_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("playground.training.rhythm.time", clock)
    painter = Painter(Session.for_experiment(network(4)), 0.01)
    clock.tick = 1.0
    before = painter.paint(fine=False).output.size
    clock.now += 100.0
    clock.tick = 0.0001
    assert painter.paint(fine=False).output.size < before
    clock.now += 100.0
    assert painter.paint(fine=False).output.size == before


def test_that_the_summary_has_what_the_command_line_promises() -> None:
    for name, metric in (("circle", "accuracy"), ("fish", "r2")):
        summary = Session.for_experiment(files.example(name)).summary(name)
        assert set(summary) == {
            "name", "epochs", "steps", "device", "parameters", "train_loss", "test_loss", metric,
            "stopped", "ensemble",
        }  # fmt: skip
