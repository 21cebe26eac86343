"""What a run has changed since an earlier state of it: its weights, and what it answers."""

import math

import numpy as np

from playground.engine.network import Network
from playground.training.answering import frozen
from playground.training.messages import Changes, Picture
from playground.training.pictures import Painter
from playground.training.session import Session
from playground.training.timeline import Checkpoint, Timeline


class Comparer:
    """Compares a session with its own past, through a network that is never trained."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._then: Network | None = None

    def changes(
        self, timeline: Timeline, epochs: float, painter: Painter, picture: Picture
    ) -> Changes | None:
        """Return what the last `epochs` have changed, as near to that as there is a state; None without one.

        `picture` is what the session answers now.
        """
        then = state_before(timeline, self._session.position - epochs)
        if then is None:
            return None
        network = self._asked(then)
        pairs = zip(self._session.layers()[0], network.layers_of(network.get_parameters())[0], strict=True)
        with np.errstate(all="ignore"):
            weights = tuple(frozen(np.asarray(now - before)) for now, before in pairs)
            output = picture.output - painter.output_of(network, picture.output)
        return Changes(then.moment, epochs, weights, frozen(np.asarray(output)))

    def _asked(self, then: Checkpoint) -> Network:
        if self._then is None:
            plan, session = self._session.prepared.plan, self._session
            self._then = Network(session.backend, plan.shapes, session.settings.precision)
        self._then.set_parameters(then.past.standing.kept.parameters)
        return self._then


def state_before(timeline: Timeline, position: float) -> Checkpoint | None:
    """Return the last state that is kept up to a position in epochs, or else the first."""
    found = next(timeline.back_from(position if math.isfinite(position) else -math.inf), None)
    return found or (timeline.at(0) if timeline.moments else None)
