"""Measures the signals of a session, on buffers of its own: the training goes on as if nobody looked.

How large an update is can only be said of a single step. So now and then the meter asks the session for one
step by itself, and compares the weights before and after: how training is divided into calls makes no
difference to it.
"""

import math

import numpy as np

from playground.engine.backends.base import Array, HostArray
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.network import Network
from playground.tables import by_key
from playground.training.health import dead, saturated
from playground.training.rhythm import Rhythm
from playground.training.session import Session
from playground.training.signals import LayerSignals, Signals, histogram

ROWS = 256
"""Training rows that are looked at, at most."""
LEAST_ROWS, MOST_WORK = 16, 3e8
"""With fewer rows, large networks cost no more multiplications than this for a pass."""
LEAST_SECONDS = 0.15
"""Between two measurements while a run plays."""


class SignalMeter:
    """Measures a session's signals: in a pause whenever asked, while it plays with steps of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rhythm: Rhythm[Signals] = Rhythm(LEAST_SECONDS)
        self._latest: Signals | None = None
        self._scratch: Network | None = None
        self._rows: Array = None
        self._targets: Array = None
        self._count = 0
        self._ratios: tuple[int, list[float]] = (0, [])

    @property
    def is_due(self) -> bool:
        """Whether it is time for another step by itself."""
        return self._rhythm.is_due

    def forget(self) -> None:
        """Let go of the buffers and of what was measured."""
        self._rhythm.forget()
        self._latest = self._scratch = self._rows = self._targets = None

    def step(self, until: float = math.inf) -> int:
        """Have the session make one step, not beyond epoch `until`, and measure; return the steps made."""
        network = self._session.network
        before = network.get_parameters()
        made = self._session.train(1, until)
        if made:
            after = network.get_parameters()
            pairs = zip(self._weights(before), self._weights(after), strict=True)
            self._ratios = self._session.trainer.step, [_ratio(old, new) for old, new in pairs]
        self._latest = self._rhythm.get(self._measured, at_once=False)
        return made

    def take(self, at_once: bool) -> Signals:
        """Return the signals as they are, or, unless they are wanted `at_once`, as of the last `step`."""
        if at_once or self._latest is None:
            self._latest = self._rhythm.get(self._measured, at_once=True)
        return self._latest

    def _measured(self) -> Signals:
        session, scratch = self._session, self._network()
        scratch.parameters[...] = session.network.parameters
        trainer, to_host = session.trainer, session.backend.to_host
        answers = [to_host(a).T for a in scratch.outputs(self._rows)]
        weights = self._weights(to_host(scratch.parameters))
        # A training pass: it moves the running averages of this network, which are copied anew each time.
        scratch.chance = (trainer.bits, trainer.step)
        scratch.loss_and_gradients(self._rows, self._targets, session.loss)
        gradients = self._weights(to_host(scratch.gradients))
        layers = zip(scratch.layers, weights, gradients, answers, self._last_ratios(), strict=True)
        return Signals(
            position=max(trainer.progress, session.last[0]),
            step=trainer.step,
            rows=self._count,
            layers=tuple(_layer(*figures) for figures in layers),
        )

    def _last_ratios(self) -> list[float]:
        """Return those of the last step made by itself, not a number where the run was rewound since."""
        step, ratios = self._ratios
        if ratios and step <= self._session.trainer.step:
            return ratios
        return [math.nan] * len(self._session.network.layers)

    def _network(self) -> Network:
        """Return the network to measure with, made with its rows when it is first asked for."""
        if self._scratch is None:
            session, prepared = self._session, self._session.prepared
            self._scratch = Network(session.backend, session.network.layers, session.settings.precision)
            total = len(prepared.x_train)
            self._count = min(total, max(LEAST_ROWS, min(ROWS, int(MOST_WORK / max(1, self._scratch.size)))))
            chosen = np.linspace(0, total - 1, self._count).astype(np.int64)
            asarray, precision = session.backend.asarray, session.settings.precision
            self._rows = asarray(prepared.x_train[chosen], precision)
            self._targets = asarray(prepared.y_train[chosen], precision)
        return self._scratch

    def _weights(self, flat: HostArray) -> list[HostArray]:
        """Return what each layer learns but for its biases, (units, n), of a flat vector (P,)."""
        network = self._session.network
        return [
            block[:, 1 : _learning_columns(shape)]
            for shape, block in zip(network.layers, network.blocks_of(flat), strict=True)
        ]


def _learning_columns(shape: LayerShape) -> int:
    return shape.columns - by_key(LAYERS, shape.kind, "kind of layer").kept


def _layer(
    shape: LayerShape, weights: HostArray, gradients: HostArray, answers: HostArray, ratio: float
) -> LayerSignals:
    return LayerSignals(
        weights=histogram(weights),
        gradients=histogram(gradients),
        activations=histogram(answers),
        gradient_norm=_norm(gradients) if gradients.size else math.nan,
        weight_norm=_norm(weights) if weights.size else math.nan,
        update_ratio=ratio,
        units=shape.units,
        dead=int(dead(shape, answers).sum()),
        saturated=int(saturated(shape, answers).sum()),
    )


def _ratio(old: HostArray, new: HostArray) -> float:
    with np.errstate(all="ignore"):
        return float(np.divide(_norm(new.astype(np.float64) - old), _norm(old))) if old.size else math.nan


def _norm(numbers: HostArray) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(numbers.astype(np.float64)))
