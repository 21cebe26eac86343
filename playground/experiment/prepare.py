"""Makes the rows a plan is trained and looked at with: sample, split, scale, encode, probe."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.data import OWN
from playground.data.base import Dataset, Parts, Sample
from playground.data.drawn import Choices, draw
from playground.data.features import design_matrix
from playground.data.linked import linked_sample, linked_split
from playground.data.scaling import SCALINGS, Scaler, logarithmic
from playground.data.seedrandom import SeedRandom
from playground.data.split import folds, split
from playground.experiment.check import Problem, errors
from playground.experiment.model import RANDOM_SPLIT, DataSettings, Experiment
from playground.experiment.plan import DataShape, Plan, make_plan
from playground.experiment.usual import class_count
from playground.tables import by_key

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]
Extent = tuple[tuple[float, float], ...]

THUMBNAIL = 32
MOST_SHOWN = 1000
LINE_POINTS = 160
TABLE_POINTS = 160


class CannotTrainError(ValueError):
    """The experiment has an error that keeps it from being trained; the message says which."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The points at which every neuron is looked at.

    `points` are raw inputs (m, d). For data in a plane they form a `resolution` x `resolution` grid over
    `extent`, lowest x2 first; for a line they run along it; for a table they are rows in the order of their
    target. `positions` is the horizontal axis for a line (the input) or a table (the target).
    `inputs` is the picture of every chosen feature on these points.
    """

    kind: str
    points: FloatArray
    resolution: int
    extent: Extent
    positions: FloatArray
    inputs: tuple[FloatArray, ...]


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs: the plan, the rows in both forms, and the probe.

    `x` (n, features) and `y` (n, outputs) are all rows as the network takes them. It learns from the training
    rows of `parts`; what it is watched on while it does are the validation rows, or the test rows where there
    is no validation part.
    `stream` stands where a link to TensorFlow Playground begins to draw weights; None where there is no link,
    or other weights are asked for. It must be copied before it is used.
    """

    plan: Plan
    problems: tuple[Problem, ...]
    sample: Sample
    parts: Parts
    x: FloatArray
    y: FloatArray
    columns: tuple[str, ...]
    input_scaler: Scaler
    target_scaler: Scaler
    probe: Probe
    stream: SeedRandom | None = None

    @property
    def has_validation(self) -> bool:
        """Whether the test rows wait until they are asked for."""
        return len(self.parts.validation) > 0

    @property
    def watched(self) -> str:
        """What the rows that training is watched on are called."""
        return "validation" if self.has_validation else "test"

    @property
    def train_rows(self) -> IndexArray:
        """Numbers of the rows that the network learns from."""
        return self.parts.train

    @property
    def watched_rows(self) -> IndexArray:
        """Numbers of the rows that training is watched on."""
        return self.parts.validation if self.has_validation else self.parts.test

    @property
    def test_rows(self) -> IndexArray:
        """Numbers of the rows that are kept for the end."""
        return self.parts.test

    @cached_property
    def shown_rows(self) -> IndexArray:
        """Numbers of the training and watched rows that are followed through the layers: `MOST_SHOWN`."""
        rows: IndexArray = np.sort(np.concatenate((self.train_rows, self.watched_rows)))
        chosen: IndexArray = rows[np.linspace(0, len(rows) - 1, min(MOST_SHOWN, len(rows))).astype(int)]
        return chosen

    @cached_property
    def test_name(self) -> str:
        """A short name for the test rows: the same rows have the same name."""
        sample, rows = self.sample, self.test_rows
        return _digest(sample.inputs[rows], sample.targets[rows])[:16]

    @cached_property
    def rows_name(self) -> str:
        """A name for all rows and the part that each is in: the same rows have the same name."""
        return _digest(self.sample.inputs, self.sample.targets, *self.parts.all)

    @property
    def x_train(self) -> FloatArray:
        """Training rows as the network takes them, (n, features)."""
        return self.x[self.train_rows]

    @property
    def y_train(self) -> FloatArray:
        """Training targets as the network is to answer them, (n, outputs)."""
        return self.y[self.train_rows]

    @property
    def x_watched(self) -> FloatArray:
        """The rows that training is watched on, (n, features)."""
        return self.x[self.watched_rows]

    @property
    def y_watched(self) -> FloatArray:
        """Targets of the rows that training is watched on, (n, outputs)."""
        return self.y[self.watched_rows]

    def encode_inputs(self, inputs: FloatArray) -> FloatArray:
        """Return the design matrix (n, features) of raw `inputs` (n, d), scaled as in training."""
        return self.input_scaler.apply(design_matrix(inputs, self.plan.feature_keys, self.columns))

    def decode_outputs(self, outputs: FloatArray) -> FloatArray:
        """Return network outputs (n, k) in the target's own unit; those of a classifier stay as they are."""
        return self.target_scaler.invert(outputs) if self.plan.encoding == "real" else outputs


def _digest(*arrays: npt.NDArray[Any]) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def prepare(
    experiment: Experiment,
    devices: tuple[str, ...] | None = None,
    device: str = "auto",
    memory: int | None = None,
    parts: Parts | None = None,
) -> Prepared:
    """Return everything a run of `experiment` needs; CannotTrainError when it has an error.

    `devices`, `device` and `memory` are as for `make_plan`. `parts` are rows to train and to test on in the
    place of those that the experiment asks for.
    """
    dataset = experiment.data.source
    sample = make_sample(experiment.data, class_count(experiment))
    plan, problems = make_plan(experiment, DataShape.of(sample), devices, device, memory)
    found = errors(problems)
    if found:
        raise CannotTrainError(found[0].message)
    parts = parts or _split(experiment.data, sample)
    scaling = by_key(SCALINGS, experiment.data.scaling, "scaling")
    raw = design_matrix(sample.inputs, experiment.data.features, dataset.inputs)
    _require_finite(raw, plan)
    input_scaler = scaling.fit(raw[parts.train])
    target_scaler = _target_scaler(plan, sample, parts.train)
    problems = (*problems, *_log_problems(experiment, raw[parts.train]))
    return Prepared(
        plan=plan,
        problems=problems,
        sample=sample,
        parts=parts,
        x=input_scaler.apply(raw),
        y=encode_targets(sample, plan, target_scaler),
        columns=dataset.inputs,
        input_scaler=input_scaler,
        target_scaler=target_scaler,
        probe=_probe(dataset, sample, experiment.data.features, input_scaler if scaling.mixes else None),
        stream=_stream(experiment),
    )


def _require_finite(features: FloatArray, plan: Plan) -> None:
    """Raise CannotTrainError that names a feature of the person's own without a value, and where."""
    bad = np.argwhere(~np.isfinite(features))
    if len(bad):
        row, column = bad[np.argsort(bad[:, 1], kind="stable")[0]]
        count = int(np.count_nonzero(bad[:, 1] == column))
        raise CannotTrainError(
            f"The feature {plan.feature_keys[column]} has no finite value in {count:,} of {len(features):,} "
            f"rows, first in row {row + 1}: change the formula, or switch the feature off."
        )


def _log_problems(experiment: Experiment, train_rows: FloatArray) -> tuple[Problem, ...]:
    """Return which inputs have no logarithm, where one is asked for."""
    if not by_key(SCALINGS, experiment.data.scaling, "scaling").takes_logs:
        return ()
    logged = logarithmic(train_rows)
    left = [label for key, label in zip(logged, experiment.data.features, strict=True) if not key]
    if not left:
        return ()
    names = ", ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
    message = f"There is no logarithm of 0 or less, so these inputs stay as they are: {names}."
    return (Problem("warning", "data", message),)


@lru_cache(maxsize=16)
def _cached_sample(source: Dataset, choices: Choices) -> Sample:
    return draw(source, choices)


@lru_cache(maxsize=16)
def _cached_link(key: str, noise: float, seed: str) -> tuple[Sample, SeedRandom]:
    stream = SeedRandom(seed)
    return linked_sample(key, noise, stream), stream


def _stream(experiment: Experiment) -> SeedRandom | None:
    data = experiment.data
    if data.link_seed is None or experiment.training.seed != 0:
        return None
    return _cached_link(data.dataset, data.noise, data.link_seed)[1]


def make_sample(data: DataSettings, classes: int) -> Sample:
    """Return the rows that `data` asks for; the same settings always give the same rows."""
    if data.table is not None and data.dataset == OWN:
        return data.table.sample()
    if data.link_seed is not None:
        return _cached_link(data.dataset, data.noise, data.link_seed)[0]
    try:
        return _cached_sample(data.source, replace(data.choices, classes=max(classes, 2)))
    except ValueError as error:
        raise CannotTrainError(str(error)) from error


def encode_targets(sample: Sample, plan: Plan, scaler: Scaler) -> FloatArray:
    """Return the targets (n, outputs) as the network is to answer them."""
    column = sample.targets[:, None].astype(np.float64)
    if plan.encoding == "real":
        return scaler.apply(column)
    if plan.encoding == "one_hot":
        return np.eye(plan.output_units)[sample.targets.astype(np.int64)]
    return column * 2.0 - 1.0 if plan.encoding == "signed" else column


def plane_grid(extent: Extent, resolution: int) -> FloatArray:
    """Return the centres (resolution**2, 2) of a grid over `extent`, x1 fastest, lowest x2 first."""
    axes = [low + (np.arange(resolution) + 0.5) * (high - low) / resolution for low, high in extent]
    x1, x2 = np.meshgrid(axes[0], axes[1])
    return np.column_stack([x1.ravel(), x2.ravel()])


def fold_parts(experiment: Experiment, count: int, seed: int) -> tuple[Parts, ...]:
    """Return the rows to train and to test on for each of `count` folds of all rows of the data.

    Raises CannotTrainError when there are not that many rows.
    """
    used, classes = _used(experiment.data, make_sample(experiment.data, class_count(experiment)))
    try:
        tested = [used[rows] for rows in folds(len(used), count, seed, classes)]
    except ValueError as error:
        raise CannotTrainError(f"The data cannot be folded like that: {error}.") from error
    return tuple(Parts(np.setdiff1d(used, rows), used[:0], rows) for rows in tested)


def _left_out(data: DataSettings, sample: Sample) -> list[int]:
    """Return the rows that are known to be wrong, where they are to be left out."""
    return [row for row, _ in sample.doubtful] if data.leave_out_doubtful else []


def _used(data: DataSettings, sample: Sample) -> tuple[IndexArray, IndexArray | None]:
    """Return the rows that are dealt out by chance, and the class of each where there are any."""
    used = np.setdiff1d(np.arange(len(sample)), _left_out(data, sample))
    return used, sample.targets[used].astype(np.int64) if sample.class_names else None


def _split(data: DataSettings, sample: Sample) -> Parts:
    """Return the rows to train, to watch and to test on."""
    if data.split != RANDOM_SPLIT:
        return sample.splits[data.split].without(_left_out(data, sample))
    if data.link_seed is not None:
        return linked_split(len(sample.inputs), data.train_fraction)
    used, classes = _used(data, sample)
    shares = (data.train_fraction, data.split_seed, classes, data.validation_fraction)
    try:
        parts = split(len(used), *shares)
    except ValueError as error:
        raise CannotTrainError(f"The rows cannot be dealt out: {error}.") from error
    return Parts(used[parts.train], used[parts.validation], used[parts.test])


def _target_scaler(plan: Plan, sample: Sample, train_rows: IndexArray) -> Scaler:
    """Return the scaler of the targets, fitted to the training rows alone."""
    targets = sample.targets[train_rows][:, None].astype(np.float64)
    return by_key(SCALINGS, plan.target_scaling, "scaling").fit(targets)


def _probe(dataset: Dataset, sample: Sample, features: tuple[str, ...], mixer: Scaler | None) -> Probe:
    """Return the points to look at; `mixer` makes the inputs where they are not the features themselves."""
    resolution, extent = 0, dataset.domain or ()
    if dataset.kind == "plane":
        resolution = THUMBNAIL
        points = plane_grid(extent, resolution)
        positions = np.empty(0)
    elif dataset.kind == "line":
        resolution = LINE_POINTS
        positions = np.linspace(*extent[0], resolution)
        points = positions[:, None]
    else:
        order = np.argsort(sample.targets, kind="stable")
        chosen = order[np.linspace(0, len(order) - 1, min(TABLE_POINTS, len(order))).astype(int)]
        resolution = len(chosen)
        points, positions = sample.inputs[chosen], sample.targets[chosen].astype(np.float64)
    matrix = design_matrix(points, features, dataset.inputs)
    if mixer is not None:
        matrix = mixer.apply(matrix)
    shape = (resolution, resolution) if dataset.kind == "plane" else (resolution,)
    inputs = tuple(matrix[:, column].reshape(shape) for column in range(matrix.shape[1]))
    return Probe(dataset.kind, points, resolution, extent, positions, inputs)
