"""A snapshot with everything that any view needs, made at leisure from the weights of one that has less."""

from dataclasses import replace

import numpy as np

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment.held import NOTHING
from playground.experiment.prepare import Prepared
from playground.training.carry import Carry
from playground.training.messages import History, Look, Snapshot
from playground.training.pictures import Painter
from playground.training.session import Session
from playground.training.signal_meter import SignalMeter


def still(prepared: Prepared, snapshot: Snapshot, look: Look, history: History | None = None) -> Snapshot:
    """Return the snapshot as if the run were paused there and `look` had been asked for.

    What it shows comes from its weights, at full resolution; the run itself is not touched. `history` stands
    in for the points of the curves, of which a snapshot has the latest alone.
    """
    carry = Carry(
        prepared.plan,
        snapshot.weights,
        snapshot.biases,
        snapshot.epoch,
        snapshot.step,
        snapshot.position,
    )
    # The links that are off are 0 in the snapshot; what was off when the run began may be on.
    as_seen = replace(prepared, plan=replace(prepared.plan, held=NOTHING))
    session = Session(as_seen, NumpyBackend(), carry)
    painter = Painter(session, budget_seconds=0.0)
    painter.show_slice(look.slice)
    return replace(
        snapshot,
        state="paused",
        picture=painter.paint(fine=True),
        predictions=session.predictions() if look.predictions else np.empty(0),
        signals=SignalMeter(session).take(at_once=True) if look.signals else None,
        spaces=session.spaces() if look.spaces else (),
        history=snapshot.history if history is None else history,
    )
