"""What a data set is: a frozen record with a pure function from choices and a random stream to rows.

Every data set is one `Dataset` in the table `playground.data.DATASETS`. Its `generate` function draws the
rows in whatever order is convenient; `Dataset.make` checks the choices, shuffles, and seals the arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

Task = Literal["classification", "regression"]
Kind = Literal["plane", "line", "table"]

PLANE_COLUMNS = ("x1", "x2")
PLANE_DOMAIN = ((-6.0, 6.0), (-6.0, 6.0))
TWO_CLASSES = ("negative", "positive")
MAX_NOISE = 0.5
MIN_CLASSES, MAX_CLASSES = 2, 8


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows drawn from a data set; the arrays are read-only once `Dataset.make` has returned them.

    `inputs` is (n, d); `targets` is (n,): class indices (int64) for classification, numbers (float64) for
    regression. `provided_split` holds row indices (train, test) where the data came with a split; rows may be
    in neither part. `unit` is the target's unit, "" when it has none. `doubtful` names rows that are known to
    be wrong, each with what is wrong about it.
    """

    inputs: FloatArray
    targets: FloatArray | IndexArray
    class_names: tuple[str, ...] = ()
    provided_split: tuple[IndexArray, IndexArray] | None = None
    unit: str = ""
    doubtful: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.targets)


Generate = Callable[[int, float, int, np.random.Generator], Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One entry of the gallery.

    `domain` is the plot range of each input, None for a table. `classes` is the usual number of classes, None
    for regression; it can be chosen only where `classes_adjustable`. With `fixed_samples` the rows are what
    they are: sample count, noise and seed change nothing. `has_doubtful_rows` says that some rows are known
    to be wrong, and `is_ready` whether `make` needs no more time than any other: a library may have to be
    loaded first.
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
    classes: int | None = None
    classes_adjustable: bool = False
    fixed_samples: bool = False
    has_provided_split: bool = False
    has_doubtful_rows: bool = False
    is_ready: Callable[[], bool] = lambda: True

    def make(self, samples: int, noise: float, classes: int, rng: np.random.Generator) -> Sample:
        """Draw `samples` rows in random order, `classes` of them where that can be chosen.

        Raises ValueError when a choice is out of range.
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
        drawn = self.generate(samples, noise, classes, rng)
        order = rng.permutation(len(drawn))
        return sealed(replace(drawn, inputs=drawn.inputs[order], targets=drawn.targets[order]))


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
    for array in (sample.inputs, sample.targets, *(sample.provided_split or ())):
        array.setflags(write=False)
    return sample
