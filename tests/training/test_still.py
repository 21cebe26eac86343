"""A snapshot with everything, made from the weights of one that has less."""

import numpy as np

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import files
from playground.experiment.prepare import Prepared, prepare
from playground.experiment.slices import principal_slice
from playground.training.messages import Look, Snapshot
from playground.training.pictures import FINE, Painter
from playground.training.session import Session
from playground.training.still import still


def trained(name: str) -> tuple[Prepared, Session, Snapshot]:
    prepared = prepare(files.example(name))
    session = Session(prepared, NumpyBackend())
    session.train(60)
    weights, biases = session.layers()
    coarse = Painter(session, 0.0).paint(fine=False)
    shown = Snapshot(
        run_id=1,
        state="playing",
        step=session.trainer.step,
        epoch=session.trainer.epoch,
        steps_in_epoch=1,
        position=session.last[0],
        history=session.take_history(),
        weights=weights,
        biases=biases,
        picture=coarse,
        predictions=np.empty(0),
        watched_mae=None,
        steps_per_second=0.0,
    )
    return prepared, session, shown


def test_that_a_still_of_a_playing_run_is_fine_and_of_the_very_same_weights() -> None:
    prepared, session, shown = trained("spiral")
    made = still(prepared, shown, Look(predictions=True))
    assert made.picture.output.shape == (1, FINE.output, FINE.output)
    np.testing.assert_array_equal(made.picture.output, Painter(session, 0.0).paint(fine=True).output)
    np.testing.assert_array_equal(made.predictions, session.predictions())
    assert (made.state, made.step, made.epoch) == ("paused", shown.step, shown.epoch)


def test_that_a_still_has_the_slice_that_is_asked_for_and_nothing_else_is_worked_out() -> None:
    prepared, _, shown = trained("fish")
    wanted = principal_slice(prepared)
    made = still(prepared, shown, Look(slice=wanted))
    assert made.picture.slice is not None
    assert made.picture.slice.slice == wanted
    assert not len(made.predictions)


def test_that_running_averages_and_scales_of_norms_are_those_of_the_run() -> None:
    prepared, session, shown = trained("deep-circle")
    made = still(prepared, shown, Look(predictions=True))
    np.testing.assert_array_equal(made.predictions, session.predictions())
