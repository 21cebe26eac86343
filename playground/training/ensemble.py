"""The snapshots of a run with warm restarts, and what they answer together.

Huang et al. (2017), "Snapshot ensembles: train 1, get M for free": where a cycle of the learning rate ends,
the network has settled in a valley; a copy is kept, and the jump of the rate leads on to another valley. The
copies err in different places, so that the mean of their answers is often better than each of them.
"""

import math
from collections import deque
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Array, HostArray
from playground.engine.curves import Watch
from playground.engine.losses import Loss
from playground.engine.network import Network
from playground.engine.schedules import SLACK, Hyper, restarts
from playground.tables import by_key
from playground.training.messages import EnsembleFigures
from playground.training.standing import Snapshots

CYCLIC = "warm_restarts"
"""The schedule that has cycles."""

MOST_MEMBERS = 5
"""Snapshots that are kept, the last ones: they are the best trained, each further one would add less than the
one before, and so many can be asked for every picture of the output."""


class Ensemble:
    """Copies of `network`'s parameters, taken at the end of each cycle after epoch `epoch`.

    `hyper` are the values of the schedule's parameters. What the copies answer is asked of a network of its
    own, so that the one that is trained is only ever read.

    Attributes:
        next_epoch: the whole epoch at whose end the next snapshot is due.
    """

    def __init__(self, network: Network, loss: Loss, watch: Watch, hyper: Hyper, epoch: int) -> None:
        self._loss, self._hyper = loss, hyper
        self._activation = by_key(ACTIVATIONS, network.layers[-1].activation, "activation")
        self.settle(network, watch)
        self._members: deque[tuple[int, HostArray]] = deque(maxlen=MOST_MEMBERS)
        self._figures: EnsembleFigures | None = None
        self.next_epoch = next_end(epoch, hyper)

    def settle(self, network: Network, watch: Watch) -> None:
        """Go on with `network` in place of the one that was trained so far: on another backend, perhaps."""
        self._trained, self._watch = network, watch
        # It answers weighted sums: a mean of probabilities near 1 has to be computed from them.
        layers = (*network.layers[:-1], replace(network.layers[-1], activation="linear"))
        self._asked = Network(network.backend, layers, str(network.dtype))

    @property
    def members(self) -> tuple[HostArray, ...]:
        """The parameters (P,) of the snapshots, the oldest first."""
        return tuple(parameters for _, parameters in self._members)

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs at whose end the snapshots were taken, the oldest first."""
        return tuple(epoch for epoch, _ in self._members)

    def standing(self) -> Snapshots:
        """Return the snapshots there are, and when the next one is due."""
        return Snapshots(self.epochs, self.members, self.next_epoch)

    def resume(self, taken: Snapshots) -> None:
        """Go on with the snapshots of another one, and take the next when that one would have."""
        self._members = deque(zip(taken.epochs, taken.members, strict=True), maxlen=MOST_MEMBERS)
        self._figures = None
        self.next_epoch = taken.next_epoch

    def offer(self, epoch: int) -> None:
        """Take a snapshot if one is due now that the network has done `epoch` epochs."""
        if epoch >= self.next_epoch:
            self._members.append((epoch, self._trained.get_parameters()))
            self.next_epoch = next_end(epoch, self._hyper)
            self._figures = None

    def outputs(self, rows: Array) -> npt.NDArray[np.float64]:
        """Return the mean of the snapshots' outputs (n, outputs) for encoded rows (n, features)."""
        return self._mean(self._weighted_sums(rows))

    def figures(self) -> EnsembleFigures:
        """Return test loss and metric of the mean output, not a number while there is no snapshot."""
        if self._figures is None:
            loss, metric = self._measure() if self._members else (math.nan, math.nan)
            self._figures = EnsembleFigures(self.epochs, self.next_epoch, loss, metric)
        return self._figures

    def _measure(self) -> tuple[float, float]:
        z = self._weighted_sums(self._watch.x)
        y = self._asked.backend.to_host(self._watch.y).astype(np.float64)
        mean = self._mean(z)
        together = mean_logits(z) if self._loss.from_logits else mean
        with np.errstate(all="ignore"):
            losses = self._loss.value(together, mean, y)
        loss = float(np.mean(losses)) if len(losses) else math.nan
        return loss, self._watch.score(mean, y)

    def _weighted_sums(self, rows: Array) -> npt.NDArray[np.float64]:
        """Return each snapshot's weighted sums of the output layer, (members, n, outputs)."""
        answers: list[HostArray] = []
        for parameters in self.members:
            self._asked.set_parameters(parameters)
            last = self._asked.outputs(rows, len(self._asked.layers) - 1)[0]
            answers.append(self._asked.backend.to_host(last))
        return np.array(answers, dtype=np.float64)

    def _mean(self, z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        with np.errstate(all="ignore"):
            return np.asarray(np.mean([self._activation.value(one) for one in z], axis=0))


def next_end(epoch: int, hyper: Hyper) -> int:
    """Return the first whole epoch after `epoch` by whose end a cycle of the warm restarts is over."""
    length, growth = hyper
    # The cycle after one that begins at s begins at growth s + length; and an epoch more, against rounding.
    later = restarts(epoch, growth * epoch + length + 1.0, hyper)
    return math.ceil(later[0] - SLACK)


def mean_logits(z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weighted sums (n, k) whose probabilities are the mean of those of z (members, n, k).

    Of a softmax, or of a sigmoid where k is 1. Computed by logarithms alone, so that a probability that is 1
    to the last digit still has its loss; softmax sums are right up to a constant of each row.
    """
    if z.shape[2] > 1:
        chances = z - np.logaddexp.reduce(z, axis=2, keepdims=True)
        return np.asarray(np.logaddexp.reduce(chances, axis=0))
    # log s(z) = -log(1 + e^-z), and log(1 - s(z)) = -log(1 + e^z).
    yes, no = -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)
    return np.asarray(np.logaddexp.reduce(yes, axis=0) - np.logaddexp.reduce(no, axis=0))
