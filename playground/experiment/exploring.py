"""The rows of a run as a person looks at them: features and target, raw or as the network sees them."""

from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

import numpy as np

from playground.data.base import LEFT_OUT, PART_NAMES, Sample
from playground.data.describing import correlations, decimals, f_ratios
from playground.data.features import design_matrix
from playground.data.scaling import SCALINGS, Scaler
from playground.experiment.model import DataSettings
from playground.experiment.prepare import FloatArray, IndexArray, Prepared, encode_targets
from playground.tables import by_key

Values = Literal["raw", "scaled"]

LONG_NAME = 24
"""Characters that are shown of a column's name wherever there is room for anything."""

LOOKED_AT = 2000
"""Rows that decide on how many decimals a column is written with."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows that are used alike: their name in a sentence ("training rows"), and their numbers."""

    name: str
    rows: IndexArray


def parts(prepared: Prepared) -> tuple[Part, ...]:
    """Return what the rows are divided into; the first part is the one that the network learns from."""
    named = zip(PART_NAMES, prepared.parts.all, strict=True)
    return tuple(Part(name, rows) for name, rows in named if len(rows))


@dataclass(frozen=True, slots=True, eq=False)
class DataTable:
    """All rows of the data: `x` (n, k) with `names`, `y` (n, t) with `target_names`.

    `classes` (n,) and `class_names` are those of a classification. `part` (n,) is an index of `parts`, or
    their number for a row that is left out; `used` are the numbers of the others. `decimals` (k + t,) say how
    to write each column, `spans` (k + t, 2) from what to what it goes. `scores` (k,) say how much each column
    tells of the target over the rows in use: the size of its correlation with a number, its F-ratio between
    classes; nan for a column that does not vary. `target` is the name of what is learnt.
    `scaling` is the label of the scaling that is applied, "" for raw values.
    """

    names: tuple[str, ...]
    x: FloatArray
    target_names: tuple[str, ...]
    y: FloatArray
    class_names: tuple[str, ...]
    classes: IndexArray | None
    parts: tuple[Part, ...]
    part: IndexArray
    used: IndexArray
    decimals: tuple[int | None, ...]
    spans: FloatArray
    scores: FloatArray
    target: str
    scaling: str = ""

    def __len__(self) -> int:
        return len(self.x)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of what can be drawn: the columns, and the target where it is a number."""
        return self.names if self.class_names else (*self.names, *self.target_names)

    def variable(self, index: int) -> FloatArray:
        """Return the numbers (n,) of one of `variables`."""
        return self.x[:, index] if index < len(self.names) else self.y[:, index - len(self.names)]

    @property
    def short_variables(self) -> tuple[str, ...]:
        """The names of `variables` without what all columns have in common."""
        return (*telling_names(self.names), *self.variables[len(self.names) :])

    def part_name(self, row: int) -> str:
        """Return what a row is used for."""
        index = int(self.part[row])
        return self.parts[index].name if index < len(self.parts) else LEFT_OUT

    def shape(self, part: Part) -> str:
        """Return the sizes of a part's design matrix and targets, in the field's words."""
        rows = f"{len(part.rows):,}"
        features = f"X: {rows} × {len(self.names):,} (rows × features)"
        return f"{features}, y: {rows} × {len(self.target_names):,}"


def tabulate(data: DataSettings, prepared: Prepared, values: Values) -> DataTable:
    """Return the rows of a run that was prepared of `data`, raw or as the network is given them."""
    sample, plan, divided = prepared.sample, prepared.plan, parts(prepared)
    raw, is_scaled = design_matrix(sample.inputs, plan.feature_keys, prepared.columns), values == "scaled"
    x = prepared.input_scaler.apply(raw) if is_scaled else raw
    targets = np.asarray(sample.targets, dtype=np.float64)[:, None]
    y = encode_targets(sample, plan, prepared.target_scaler) if is_scaled else targets
    part = np.full(len(sample), len(divided), dtype=np.int64)
    for index, one in enumerate(divided):
        part[one.rows] = index
    classes = sample.targets.astype(np.int64) if sample.class_names else None
    used = np.flatnonzero(part < len(divided))
    return DataTable(
        names=_scaled_names(data, prepared.input_scaler) if is_scaled else _raw_names(data),
        x=x,
        target_names=_target_names(data, sample, y.shape[1], is_scaled),
        y=y,
        class_names=sample.class_names,
        classes=classes,
        parts=divided,
        part=part,
        used=used,
        decimals=tuple(decimals(column[:LOOKED_AT]) for column in (*x.T, *y.T)),
        spans=np.array([(column.min(), column.max()) for column in (*x.T, *y.T)]),
        scores=_scores(x[used], targets[used, 0], None if classes is None else classes[used]),
        target=data.source.target,
        scaling=by_key(SCALINGS, plan.scaling, "scaling").label if is_scaled else "",
    )


def telling_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return long names without the words that all of them begin and end with, but for one: "… analyte 7 …".

    Names stay as they are where nothing is gained, or where one has nothing of its own.
    """
    words = [name.split(" ") for name in names]
    shortest = min(map(len, words), default=0)
    same = _alike(words)
    left = max(0, min(same, shortest - 1) - 1)
    right = max(0, min(_alike([one[::-1] for one in words]), shortest - left - 2))
    if left + right == 0 or max(map(len, names)) <= LONG_NAME:
        return names
    kept = (" ".join(one[left : len(one) - right]) for one in words)
    return tuple(f"{'… ' if left else ''}{name}{' …' if right else ''}" for name in kept)


def _alike(words: list[list[str]]) -> int:
    """Return with how many equal words all lists begin."""
    columns = zip(*words, strict=False) if len(words) > 1 else ()
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


def same_rows(before: Prepared, after: Prepared) -> bool:
    """Return whether two runs are given the same numbers, so that there is nothing new to look at."""
    old, new = before.plan, after.plan
    return (
        before.sample.inputs is after.sample.inputs
        and before.sample.targets is after.sample.targets
        and (old.feature_keys, old.encoding) == (new.feature_keys, new.encoding)
        and (old.scaling, old.target_scaling) == (new.scaling, new.target_scaling)
        and all(map(np.array_equal, before.parts.all, after.parts.all))
    )


def _raw_names(data: DataSettings) -> tuple[str, ...]:
    labels = {feature.key: feature.label for feature in data.known_features}
    return tuple(labels[key] for key in data.features)


def _scaled_names(data: DataSettings, scaler: Scaler) -> tuple[str, ...]:
    """Return what the network's inputs are called: components where columns are mixed, logarithms as such."""
    names = _raw_names(data)
    if scaler.rotation is not None:
        return tuple(f"component {number}" for number in range(1, len(names) + 1))
    if scaler.logged is None:
        return names
    return tuple(f"log {name}" if on else name for name, on in zip(names, scaler.logged, strict=True))


def _target_names(data: DataSettings, sample: Sample, columns: int, is_scaled: bool) -> tuple[str, ...]:
    """Return what the columns of the target are called: its name, or the classes' where each has a column."""
    if columns > 1:
        return sample.class_names
    name = data.source.target
    return (f"{name}, {sample.unit}" if sample.unit and not is_scaled else name,)


def _scores(x: FloatArray, targets: FloatArray, classes: IndexArray | None) -> FloatArray:
    if classes is not None:
        return f_ratios(x, classes)
    # A column at a time: the table of all correlations would be much larger.
    return np.array([abs(float(correlations(np.column_stack([c, targets]))[0, 1])) for c in x.T])
