"""Draws what every neuron answers over the probe: coarse while training, fine when paused."""

from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.network import Network
from playground.experiment.prepare import THUMBNAIL, Prepared, plane_grid
from playground.experiment.slices import Slice
from playground.training.answering import frozen
from playground.training.ensemble import Ensemble
from playground.training.messages import FloatArray, Picture, SliceImage
from playground.training.rhythm import Rhythm
from playground.training.session import Session


@dataclass(frozen=True, slots=True)
class Resolution:
    """Points along one side: of every neuron's picture, and of the output's."""

    neurons: int
    output: int


FINE = Resolution(48, 120)
RUNNING = (
    Resolution(THUMBNAIL, 100),
    Resolution(THUMBNAIL, 64),
    Resolution(24, 48),
    Resolution(16, 32),
    Resolution(12, 20),
)
MOST_WORK = {True: 2e9, False: 3e8}
"""Multiplications a picture may cost, fine or while running: about a tenth and a fiftieth of a second."""


class Painter:
    """Makes pictures of a session: with fewer points when one takes long, and then not of every moment."""

    def __init__(self, session: Session, budget_seconds: float) -> None:
        self._session = session
        self._budget = budget_seconds
        self._level = 0
        self._shows_ensemble = False
        self._rhythm: Rhythm[Picture] = Rhythm()
        self._probe: Array = session.rows(session.prepared.probe.points)
        self._grids: dict[int, Array] = {}
        self._slice: Slice | None = None
        self._slices: dict[int, Array] = {}

    def show_slice(self, wanted: Slice | None) -> None:
        """Put this slice into the coming pictures, or none."""
        if wanted != self._slice:
            self._slice = wanted
            self._slices.clear()
            self._rhythm.forget()

    def show_ensemble(self, on: bool) -> None:
        """Draw the output of the snapshots' ensemble, once there is one, or that of the network."""
        self._shows_ensemble = on
        self._rhythm.forget()

    def paint(self, fine: bool) -> Picture:
        """Return the picture of every neuron, at full resolution when `fine`, else perhaps the last one."""
        return self._rhythm.get(lambda: self._painted(fine), at_once=fine)

    def output_of(self, network: Network, like: FloatArray) -> FloatArray:
        """Return what another network of the same shape answers where a picture of the output shows it."""
        prepared = self._session.prepared
        plane = prepared.plan.kind == "plane"
        rows = self._grid(prepared, like.shape[-1]) if plane else self._probe
        answers = self._session.backend.to_host(network.outputs(rows, len(network.layers) - 1)[0])
        decoded = prepared.decode_outputs(answers.astype(np.float64))
        return _as_images(decoded, like.shape[-1]) if plane else np.ascontiguousarray(decoded.T)

    def _painted(self, fine: bool) -> Picture:
        if not fine:
            self._adapt(self._rhythm.seconds)
        if self._session.prepared.plan.kind == "plane":
            return self._plane(self._affordable(fine))
        ensemble = self._ensemble()
        answers = self._session.outputs_of_rows(self._probe)
        output = ensemble.outputs(self._probe) if ensemble else answers[-1]
        decoded = self._session.prepared.decode_outputs(output.astype(np.float64))
        return Picture(
            layers=tuple(frozen(np.ascontiguousarray(a.T)) for a in answers),
            output=frozen(np.ascontiguousarray(decoded.T)),
            slice=None if self._slice is None else self._sliced(self._slice, self._affordable(fine).output),
        )

    def _adapt(self, seconds: float) -> None:
        """Adapt the resolution while running to how long the last picture took."""
        if seconds > self._budget and self._level < len(RUNNING) - 1:
            self._level += 1
        elif seconds < self._budget / 6 and self._level > 0:
            self._level -= 1

    def _affordable(self, fine: bool) -> Resolution:
        """Return the finest resolution that a network of this size can be drawn with in time."""
        ensemble = self._ensemble()
        parameters = self._session.prepared.plan.parameters * (len(ensemble.members) if ensemble else 1)
        choices = (FINE, *RUNNING) if fine else RUNNING[self._level :]
        for choice in choices:
            if parameters * choice.output**2 <= MOST_WORK[fine]:
                return choice
        return choices[-1]

    def _plane(self, resolution: Resolution) -> Picture:
        prepared, ensemble = self._session.prepared, self._ensemble()
        answers = self._session.outputs_of_rows(self._grid(prepared, resolution.neurons))
        grid = self._grid(prepared, resolution.output)
        output = ensemble.outputs(grid) if ensemble else self._session.output_of_rows(grid)
        return Picture(
            layers=tuple(_as_images(a, resolution.neurons) for a in answers),
            output=_as_images(prepared.decode_outputs(output.astype(np.float64)), resolution.output),
        )

    def _ensemble(self) -> Ensemble | None:
        """Return the ensemble whose answer is to be shown; None: the network's own."""
        ensemble = self._session.ensemble
        return ensemble if self._shows_ensemble and ensemble is not None and ensemble.members else None

    def _sliced(self, wanted: Slice, side: int) -> SliceImage:
        if side not in self._slices:
            self._slices[side] = self._session.rows(wanted.points(side))
        answers = self._session.output_of_rows(self._slices[side])
        decoded = self._session.prepared.decode_outputs(answers.astype(np.float64))
        return SliceImage(wanted, _as_images(decoded, side))

    def _grid(self, prepared: Prepared, side: int) -> Array:
        if side not in self._grids:
            self._grids[side] = self._session.rows(plane_grid(prepared.probe.extent, side))
        return self._grids[side]


def _as_images(answers: FloatArray, side: int) -> FloatArray:
    """Turn answers (side*side, units) into images (units, side, side), lowest x2 first."""
    return frozen(np.ascontiguousarray(answers.T).reshape(-1, side, side))
