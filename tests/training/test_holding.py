"""A session with frozen layers and switched off links: what stays, what comes back, what is carried."""

import numpy as np
from layer_cases import stack
from project_cases import begun, saved_and_opened
from run_cases import Launch, await_snapshot

from playground.engine.backends import make_backend
from playground.experiment import edits
from playground.experiment.held import NOTHING
from playground.experiment.model import Experiment, Stopping
from playground.experiment.prepare import prepare
from playground.training.holding import masks
from playground.training.messages import Hold, Look, Play, Rewind, SetNumber, StepEpoch
from playground.training.session import Session
from playground.training.still import still


def network(*layers: int | str, **training: object) -> Experiment:
    """Return a network of double precision that learns quickly."""
    made = edits.set_data(stack(*(layers or (3, 2))), samples=60)
    return edits.set_training(made, **{"precision": "float64", "optimizer": "adam", **training})


PLAIN = network()
LINK = edits.set_link(PLAIN, "layer2", 1, 2, False)
NEURON = edits.set_neuron(PLAIN, "layer1", 1, False)
FROZEN = edits.set_frozen(PLAIN, "layer2", True)


def weights(session: Session) -> list[np.ndarray]:
    return [array.copy() for array in session.layers()[0]]


def test_that_a_link_that_is_off_weighs_nothing_and_comes_back_as_it_was() -> None:
    session = begun(PLAIN)
    session.train(20)
    before = weights(session)
    session.hold(LINK.held)
    assert weights(session)[1][1, 2] == 0.0
    session.train(20)
    now = weights(session)
    assert now[1][1, 2] == 0.0
    assert (now[0] != before[0]).all()
    session.hold(NOTHING)
    np.testing.assert_array_equal(weights(session)[1][1, 2], before[1][1, 2])
    session.train(5)
    assert weights(session)[1][1, 2] != before[1][1, 2]


def test_that_links_go_on_and_off_one_by_one() -> None:
    session = begun(PLAIN)
    session.train(20)
    before, both = weights(session)[1], edits.set_link(LINK, "layer2", 0, 0, False)
    for held in (LINK.held, both.held, edits.set_link(both, "layer2", 1, 2, True).held):
        session.hold(held)
    after = weights(session)[1]
    assert after[0, 0] == 0.0
    assert after[1, 2] == before[1, 2]
    session.hold(NOTHING)
    np.testing.assert_array_equal(weights(session)[1], before)


def test_that_a_neuron_that_is_off_has_no_say_and_waits() -> None:
    session = begun(edits.set_training(PLAIN, regularizer="weight_decay", regularization_rate=0.1))
    session.train(20)
    before, biases = weights(session), session.layers()[1][0].copy()
    session.hold(NEURON.held)
    session.train(20)
    now = weights(session)
    assert not now[1][:, 1].any()
    np.testing.assert_array_equal(now[0][1], before[0][1])
    assert session.layers()[1][0][1] == biases[1]
    assert (now[0][[0, 2]] != before[0][[0, 2]]).all()


def test_that_the_curve_shows_at_once_what_a_link_was_good_for() -> None:
    session = begun(PLAIN)
    session.train(20)
    session.record()
    before = session.last[1]
    session.hold(edits.set_neuron(NEURON, "layer1", 0, False).held)
    assert session.last[1] != before
    session.hold(NOTHING)
    assert session.last[1] == before


def test_that_a_frozen_layer_stays_and_the_others_learn() -> None:
    session = begun(FROZEN)
    before = weights(session)
    session.train(30)
    now = weights(session)
    np.testing.assert_array_equal(now[1], before[1])
    assert (now[0] != before[0]).all()
    assert (now[2] != before[2]).all()


def test_that_rewind_goes_back_to_the_first_weights_with_the_links_off() -> None:
    session = begun(PLAIN)
    first = weights(session)
    session.train(10)
    session.hold(LINK.held)
    session.rewind()
    now = weights(session)
    assert now[1][1, 2] == 0.0
    np.testing.assert_array_equal(now[0], first[0])
    session.train(10)
    session.hold(NOTHING)
    assert weights(session)[1][1, 2] == first[1][1, 2]


def test_that_what_is_held_from_the_start_is_as_if_it_had_been_held_at_once() -> None:
    straight, later = begun(LINK), begun(PLAIN)
    later.hold(LINK.held)
    for session in (straight, later):
        session.train(25)
    np.testing.assert_array_equal(*(session.network.get_parameters() for session in (straight, later)))
    for session in (straight, later):
        session.hold(NOTHING)
    np.testing.assert_array_equal(*(session.network.get_parameters() for session in (straight, later)))


def test_that_a_link_that_was_off_in_a_file_comes_back_as_it_was() -> None:
    session = begun(PLAIN)
    session.train(20)
    before = weights(session)[1][1, 2]
    session.hold(LINK.held)
    opened = saved_and_opened(session, LINK)
    opened.train(10)
    opened.hold(NOTHING)
    assert weights(opened)[1][1, 2] == before


def test_that_a_project_is_opened_with_links_off_that_were_on_when_it_was_kept() -> None:
    session = begun(PLAIN)
    session.train(20)
    project = session.project(PLAIN)
    opened = Session(prepare(LINK), make_backend("numpy"), project=project)
    assert weights(opened)[1][1, 2] == 0.0
    opened.hold(NOTHING)
    np.testing.assert_array_equal(weights(opened)[1], weights(session)[1])


def test_that_a_new_run_takes_over_what_sleeps() -> None:
    session = begun(LINK)
    session.hold(NOTHING)
    session.train(20)
    before = weights(session)[1]
    session.hold(LINK.held)
    carry = session.carry()
    assert carry is not None
    wider = edits.set_units(LINK, "layer1", 5)
    after = Session(prepare(wider), make_backend("numpy"), carry)
    assert weights(after)[1][1, 2] == 0.0
    after.hold(NOTHING)
    np.testing.assert_array_equal(weights(after)[1][:, :3], before)


def test_that_moving_to_another_backend_holds_on() -> None:
    session = begun(LINK)
    session.train(10)
    session.move_to(make_backend("compiled"))
    session.train(10)
    assert weights(session)[1][1, 2] == 0.0
    session.hold(NOTHING)
    assert weights(session)[1][1, 2] != 0.0


def test_that_the_best_weights_are_looked_for_anew_when_something_is_held() -> None:
    session = begun(network(learning_rate=0.5, stopping=Stopping(patience=2)))
    session.train(40)
    session.hold(LINK.held)
    session.train(100_000)
    assert session.stopped
    assert weights(session)[1][1, 2] == 0.0


def test_that_the_best_weights_of_before_do_not_bring_a_link_back_that_is_off() -> None:
    session = begun(network(learning_rate=0.5, stopping=Stopping(patience=2)))
    session.train(10)
    there = session.past()
    session.train(5)
    session.hold(LINK.held)
    session.return_to(there)
    session.train(100_000)
    assert session.stopped
    assert weights(session)[1][1, 2] == 0.0


def test_that_a_link_that_is_off_does_not_make_the_first_weights_others() -> None:
    session = begun(LINK)
    assert not session.touched
    assert session.carry() is None
    session.set_number(SetNumber("layer2", 0, 0, 5.0))
    assert session.touched


def test_that_what_is_gone_is_ignored() -> None:
    held = edits.set_link(NEURON, "layer2", 1, 2, False).held
    plan = prepare(network(1, 1)).plan
    off, still = masks(plan, held)
    assert not off.any()
    assert not still.any()


def test_that_links_behind_other_layers_are_found() -> None:
    plan = prepare(edits.set_neuron(network(3, "batch_norm", "dropout", 2), "layer1", 1, False)).plan
    off, _ = masks(plan, plan.held)
    start = 9 + 12
    assert np.flatnonzero(off).tolist() == [start + 2, start + 4 + 2]


def test_that_a_run_takes_the_command_while_it_plays_and_says_what_sleeps(launch: Launch) -> None:
    one = launch(PLAIN)
    one.send(Play())
    assert await_snapshot(one, lambda s: s.epoch > 3).asleep is None
    one.send(Hold(LINK.held))
    off = await_snapshot(one, lambda s: s.asleep is not None)
    assert off.weights[1][1, 2] == 0.0
    assert off.asleep is not None
    assert off.asleep[1][1, 2] != 0.0
    assert np.count_nonzero(np.concatenate([layer.ravel() for layer in off.asleep])) == 1
    one.send(Rewind())
    one.send(Hold(NOTHING))
    assert await_snapshot(one, lambda s: s.asleep is None and s.step == 0).weights[1][1, 2] != 0.0


def test_that_a_still_picture_is_of_the_links_as_they_are(launch: Launch) -> None:
    one = launch(LINK)
    one.send(Hold(NOTHING))
    one.send(StepEpoch())
    shown = await_snapshot(one, lambda s: s.epoch == 1)
    made = still(one.prepared, shown, Look(predictions=True))
    session = begun(PLAIN)
    session.train(shown.step)
    np.testing.assert_allclose(made.predictions, session.predictions())
