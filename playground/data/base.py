"""What a data set is: a frozen record with a pure function from choices and a random stream to rows.

Every data set is one `Dataset` in the table `playground.data.DATASETS`. Its `generate` function draws the
rows in whatever order is convenient; `Dataset.make` checks the choices, shuffles, and seals the arrays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from playground.tables import Parameter, check_parameters

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

Task = Literal["classification", "regression"]
Kind = Literal["plane", "line", "table"]

PART_NAMES = ("training", "validation", "test")
LEFT_OUT = "left out"
"""What a row is called that is in no part."""
PLANE_COLUMNS = ("x1", "x2")
PLANE_DOMAIN = ((-6.0, 6.0), (-6.0, 6.0))
TWO_CLASSES = ("negative", "positive")
MAX_NOISE = 0.5
MIN_CLASSES, MAX_CLASSES = 2, 8


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Row numbers of the training, the validation and the test part; rows may be in none of them."""

    train: IndexArray
    validation: IndexArray
    test: IndexArray

    @property
    def all(self) -> tuple[IndexArray, IndexArray, IndexArray]:
        """The three parts, in the order of `PART_NAMES`."""
        return self.train, self.validation, self.test

    def without(self, rows: Sequence[int]) -> "Parts":
        """Return the parts without some rows, in the same order."""
        return Parts(*(part[~np.isin(part, rows)] for part in self.all))

    def name_of(self, row: int) -> str:
        """Return the name of the part that a row is in, `LEFT_OUT` when it is in none."""
        return next((name for name, part in zip(PART_NAMES, self.all, strict=True) if row in part), LEFT_OUT)


@dataclass(frozen=True, slots=True)
class NamedSplit:
    """A division into parts that the data came with."""

    key: str
    label: str
    help: str


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows drawn from a data set; the arrays are read-only once `Dataset.make` has returned them.

    `inputs` is (n, d); `targets` is (n,): class indices (int64) for classification, numbers (float64) for
    regression. `splits` holds the parts by the key of each split that the data came with. `unit` is the
    target's unit, "" when it has none. `doubtful` names rows that are known to be wrong, each with what is
    wrong about it.
    """

    inputs: FloatArray
    targets: FloatArray | IndexArray
    class_names: tuple[str, ...] = ()
    splits: Mapping[str, Parts] = field(default_factory=dict)
    unit: str = ""
    doubtful: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.targets)


Generate = Callable[..., Sample]
"""Called with samples, noise, classes and a random stream, and the shape's parameters by their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One entry of the gallery.

    `domain` is the plot range of each input, None for a table. `classes` is the usual number of classes, None
    for regression; it can be chosen only where `classes_adjustable`. `noise_label` says in which part of the
    rows its noise is. `parameters` are the numbers that change its shape. With `fixed_samples` the rows are
    what they are: sample count, noise and seed change nothing. `has_doubtful_rows` says that some rows are
    known to be wrong, and `is_ready` whether `make` needs no more time than any other: a library may have to
    be loaded first.
    """

    key: str
    label: str
    help: str
    task: Task
    kind: Kind
    inputs: tuple[str, ...]
    target: str
    domain: tuple[tuple[float, float], ...] | None
    default_samples: int
    noise_help: str
    generate: Generate
    noise_label: str = "Noise"
    parameters: tuple[Parameter, ...] = ()
    classes: int | None = None
    classes_adjustable: bool = False
    fixed_samples: bool = False
    splits: tuple[NamedSplit, ...] = ()
    has_doubtful_rows: bool = False
    is_ready: Callable[[], bool] = lambda: True

    def make(
        self,
        samples: int,
        noise: float,
        classes: int,
        rng: np.random.Generator,
        parameters: Mapping[str, float] | None = None,
    ) -> Sample:
        """Draw `samples` rows in random order, `classes` of them where that can be chosen.

        `parameters` are those of the shape that differ from their defaults. Raises ValueError when a choice
        is out of range, or a parameter unknown.
        """
        if self.fixed_samples:
            return sealed(self.generate(samples, noise, classes, rng))
        if not 0.0 <= noise <= MAX_NOISE:
            raise ValueError(f"noise must be between 0 and {MAX_NOISE}, not {noise:g}")
        if self.classes_adjustable and not MIN_CLASSES <= classes <= MAX_CLASSES:
            raise ValueError(f"there can be {MIN_CLASSES} to {MAX_CLASSES} classes, not {classes}")
        fewest = classes if self.classes_adjustable else 2
        if samples < fewest:
            raise ValueError(f"at least {fewest} samples are needed, not {samples}")
        drawn = self.generate(samples, noise, classes, rng, **self._values(parameters or {}))
        order = rng.permutation(len(drawn))
        return sealed(replace(drawn, inputs=drawn.inputs[order], targets=drawn.targets[order]))

    def _values(self, chosen: Mapping[str, float]) -> dict[str, float]:
        """Return a value for every parameter."""
        check_parameters(self.label, self.parameters, chosen)
        return {spec.key: chosen.get(spec.key, spec.default) for spec in self.parameters}


def measured(**fields: Any) -> Dataset:
    """Return the data set of a table of real measurements: its rows are what they are."""
    help_text = "These are real measurements, so no noise is added."
    return Dataset(kind="table", domain=None, noise_help=help_text, fixed_samples=True, **fields)


def class_labels(count: int) -> tuple[str, ...]:
    """Return what `count` classes in the plane are called."""
    return TWO_CLASSES if count == 2 else tuple(f"class {index + 1}" for index in range(count))


def in_plane(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the points (x1, x2) as rows (n, 2)."""
    return np.column_stack((x1, x2))


def on_circle(radius: FloatArray, angle: FloatArray) -> FloatArray:
    """Return the points at `radius` and `angle` (n, 2), measured from the x2 axis as TF Playground does."""
    return in_plane(radius * np.sin(angle), radius * np.cos(angle))


def two_classes(inputs: FloatArray, positive: npt.NDArray[np.bool_]) -> Sample:
    """Return a sample whose class is 1 where `positive` (n,) and 0 elsewhere."""
    return Sample(inputs, positive.astype(np.int64), TWO_CLASSES)


def sealed(sample: Sample) -> Sample:
    """Make the arrays read-only: a sample is shared by the window and the training thread."""
    parts = [part for split in sample.splits.values() for part in split.all]
    for array in (sample.inputs, sample.targets, *parts):
        array.setflags(write=False)
    return sample
