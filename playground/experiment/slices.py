"""Planes through the rows of a table, on which a network of many inputs can be looked at like one of two."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.data.scaling import Scaler
from playground.experiment.prepare import Extent, FloatArray, Prepared, plane_grid

ROOM = 0.06
"""Share of the rows' range that is shown beyond them."""

LEAST_INPUTS = 2
"""Inputs without which there is no plane."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A plane in the space of the raw inputs: origin + a * directions[0] + b * directions[1].

    `origin` is (d,), `directions` (2, d). `weights` (d,) measure distances: one over the standard deviation
    of the training rows, 0 for a column that the network does not see. `labels` name the two axes, and
    `extent` is what is shown of each.
    """

    labels: tuple[str, str]
    origin: FloatArray
    directions: FloatArray
    weights: FloatArray
    extent: Extent

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Slice)
            and (self.labels, self.extent) == (other.labels, other.extent)
            and np.array_equal(self.origin, other.origin)
            and np.array_equal(self.directions, other.directions)
        )

    def __hash__(self) -> int:
        return hash((self.labels, self.extent))

    def points(self, resolution: int) -> FloatArray:
        """Return raw rows (resolution**2, d) in a grid over the extent, first axis fastest, lowest first."""
        return self.origin + plane_grid(self.extent, resolution) @ self.directions

    def place(self, rows: FloatArray) -> FloatArray:
        """Return where raw rows (n, d) fall on the plane, (n, 2): straight down in standard deviations."""
        return ((rows - self.origin) * self.weights) @ np.linalg.pinv(self.directions * self.weights)

    def distance(self, rows: FloatArray) -> FloatArray:
        """Return how far raw rows (n, d) lie from the plane, (n,): standard deviations a held column."""
        basis = self.directions * self.weights
        rest = (rows - self.origin) * self.weights - self.place(rows) @ basis
        held = max(1, np.count_nonzero(self.weights) - 2)
        return np.asarray(np.sqrt((rest**2).sum(axis=1) / held))


def medians(prepared: Prepared) -> dict[str, float]:
    """Return the median of each column over the training rows, by the column's name."""
    middle = np.median(prepared.sample.inputs[prepared.train_rows], axis=0)
    return dict(zip(prepared.columns, middle.tolist(), strict=True))


def column_slice(prepared: Prepared, across: str, up: str, held: Mapping[str, float]) -> Slice:
    """Return the plane of two columns, with the others at what `held` says, or else at their medians."""
    values = {**medians(prepared), **held, across: 0.0, up: 0.0}
    directions = np.zeros((2, len(prepared.columns)))
    for row, name in enumerate((across, up)):
        directions[row, prepared.columns.index(name)] = 1.0
    origin = np.array([values[name] for name in prepared.columns])
    return _slice(prepared, (across, up), origin, directions)


def principal_slice(prepared: Prepared) -> Slice:
    """Return the plane in which the standardised training rows spread most, through their mean."""
    seen = [prepared.columns.index(key) for key in prepared.plan.feature_keys]
    train = prepared.sample.inputs[prepared.train_rows]
    standard, whitening = Scaler.fit(train[:, seen]), Scaler.fit_whitening(train[:, seen])
    assert whitening.rotation is not None  # it is what whitening consists of
    components = (whitening.rotation * standard.scale[:, None])[:, :2]
    directions = np.zeros((2, len(prepared.columns)))
    directions[:, seen] = components.T * standard.scale
    rows = standard.apply(train[:, seen])
    shares = (rows @ components).var(axis=0) / max(float(rows.var(axis=0).sum()), np.finfo(np.float64).tiny)
    first, second = (f"component {n} ({share * 100:.0f} % of spread)" for n, share in enumerate(shares, 1))
    return _slice(prepared, (first, second), train.mean(axis=0), directions)


def _slice(prepared: Prepared, labels: tuple[str, str], origin: FloatArray, directions: FloatArray) -> Slice:
    seen = np.isin(prepared.columns, prepared.plan.feature_keys)
    rows = prepared.sample.inputs
    deviations = np.asarray(Scaler.fit(rows[prepared.train_rows]).scale)
    weights = np.where(seen, 1.0 / deviations, 0.0)
    # Made twice: where the rows fall says how far the plane is to be shown.
    unbounded = Slice(labels, origin, directions, weights, ())
    used = np.concatenate(prepared.parts.all)
    places = unbounded.place(rows[used])
    return Slice(labels, origin, directions, weights, tuple(_with_room(*axis) for axis in _ranges(places)))


def _ranges(places: FloatArray) -> list[tuple[float, float]]:
    return list(zip(places.min(axis=0).tolist(), places.max(axis=0).tolist(), strict=True))


def _with_room(low: float, high: float) -> tuple[float, float]:
    room = ROOM * (high - low) or 1.0
    return low - room, high + room
