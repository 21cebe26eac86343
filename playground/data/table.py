"""Rows that a person brought along: imported from a file, pasted, or painted.

A `Table` is part of the document, so it is frozen, compared by its contents, and written into files as plain
columns of numbers.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    Dataset,
    FloatArray,
    IndexArray,
    Kind,
    Sample,
)

OWN = "own"
"""The key of the data set whose rows are the document's table."""

MAX_TABLE_CLASSES = 20
MAX_COLUMNS = 200
MAX_ROWS = 200_000
MAX_NAME = 80
ROOM = 0.05
"""Share of a single input's range that is shown beyond it."""


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of inputs (n, d), and a target (n,): class indices where there are `class_names`.

    `about` says in a sentence where the rows come from. `painted` rows are points in the plane and have its
    columns x1 and x2; they alone may be fewer than two, since somebody is about to paint more. Two tables
    with the same contents are equal.

    Raises:
        ValueError: when shapes and names do not fit, a number is not finite, or there is too much of it.
    """

    name: str
    columns: tuple[str, ...]
    inputs: FloatArray
    target: str
    targets: FloatArray | IndexArray
    class_names: tuple[str, ...] = ()
    about: str = ""
    painted: bool = False

    def __post_init__(self) -> None:
        _check_names(self)
        _check_numbers(self)
        for array in (self.inputs, self.targets):
            array.setflags(write=False)

    @cached_property
    def digest(self) -> str:
        """A short name for the contents."""
        texts = (self.name, *self.columns, self.target, *self.class_names, self.about, str(self.painted))
        found = hashlib.sha256("\0".join(texts).encode())
        found.update(np.ascontiguousarray(self.inputs).data)
        found.update(np.ascontiguousarray(self.targets).data)
        return found.hexdigest()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Table) and self.digest == other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def kind(self) -> Kind:
        """How the rows can be drawn."""
        if self.painted:
            return "plane"
        return "line" if len(self.columns) == 1 and not self.class_names else "table"

    @property
    def domain(self) -> tuple[tuple[float, float], ...] | None:
        """The plot range of each input; None for a table."""
        if self.kind == "plane":
            return PLANE_DOMAIN
        if self.kind == "table":
            return None
        low, high = float(self.inputs.min()), float(self.inputs.max())
        room = ROOM * (high - low) or 1.0
        return ((low - room, high + room),)

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON has it: what `from_json` takes."""
        columns = dict(zip(self.columns, self.inputs.T.tolist(), strict=True))
        written = {"name": self.name, "about": self.about, "painted": self.painted, "inputs": columns}
        targets = {"name": self.target, "values": self.targets.tolist(), "classes": list(self.class_names)}
        return {**written, "target": targets}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Return the table that `as_json` wrote; ValueError says what is wrong with it."""
        try:
            columns, target = content["inputs"], content["target"]
            classes = tuple(target["classes"])
            inputs = [np.array(column, dtype=np.float64) for column in columns.values()]
            targets = np.array(target["values"], dtype=np.float64)
            if not inputs or len({v.shape for v in (*inputs, targets)}) != 1 or targets.ndim != 1:
                raise ValueError("a table needs columns, all equally long")
            return cls(
                name=_text(content, "name"),
                columns=tuple(columns),
                inputs=np.column_stack(inputs),
                target=_text(target, "name"),
                targets=_indices(targets) if classes else targets,
                class_names=classes,
                about=_text(content, "about"),
                painted=bool(content["painted"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"a table is not written as it should be: {error}") from error

    def sample(self) -> Sample:
        """Return the rows as every data set gives them."""
        return Sample(self.inputs, self.targets, self.class_names)


def _text(content: Mapping[str, Any], key: str) -> str:
    if not isinstance(content[key], str):
        raise ValueError(f"the {key} of a table must be a text")
    return str(content[key])


def _indices(values: FloatArray) -> IndexArray:
    indices = values.astype(np.int64)
    if not np.array_equal(indices, values):
        raise ValueError("the classes of a table are whole numbers")
    return indices


def _check_names(table: Table) -> None:
    names = (table.name, *table.columns, table.target, *table.class_names)
    if not all(isinstance(name, str) and 0 < len(name) <= MAX_NAME for name in names):
        raise ValueError(f"names of tables, columns and classes have 1 to {MAX_NAME} characters")
    for what, group in (("columns", (*table.columns, table.target)), ("classes", table.class_names)):
        twice = first_repeated(group)
        if twice is not None:
            raise ValueError(f"two {what} are called {twice!r}")
    if not 1 <= len(table.columns) <= MAX_COLUMNS:
        raise ValueError(f"a table has 1 to {MAX_COLUMNS} input columns, not {len(table.columns)}")
    if table.class_names and not 2 <= len(table.class_names) <= MAX_TABLE_CLASSES:
        raise ValueError(f"there can be 2 to {MAX_TABLE_CLASSES} classes, not {len(table.class_names)}")
    if table.painted and table.columns != PLANE_COLUMNS:
        raise ValueError("painted points have the columns x1 and x2")


def first_repeated(names: Sequence[str]) -> str | None:
    """Return the first name that was there before, None when all differ."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _check_numbers(table: Table) -> None:
    rows = len(table.targets)
    if table.inputs.shape != (rows, len(table.columns)) or table.targets.ndim != 1:
        raise ValueError(f"inputs {table.inputs.shape} and targets {table.targets.shape} do not fit together")
    if not (0 if table.painted else 2) <= rows <= MAX_ROWS:
        raise ValueError(f"a table has 2 to {MAX_ROWS:,} rows, not {rows:,}")
    if not (np.isfinite(table.inputs).all() and np.isfinite(table.targets).all()):
        raise ValueError("a table holds finite numbers only")
    count = len(table.class_names)
    if count and not (
        table.targets.dtype == np.int64 and ((table.targets >= 0) & (table.targets < count)).all()
    ):
        raise ValueError(f"class indices must be whole numbers from 0 to {count - 1}")


@lru_cache(maxsize=16)
def dataset_of(table: Table) -> Dataset:
    """Return the data set whose rows are those of `table`."""
    return Dataset(
        key=OWN,
        label=table.name,
        help=table.about or f"{len(table):,} rows of your own.",
        task="classification" if table.class_names else "regression",
        kind=table.kind,
        inputs=table.columns,
        target=table.target,
        domain=table.domain,
        default_samples=len(table),
        noise_help="These are rows of your own, so no noise is added.",
        generate=lambda *_choices: table.sample(),
        classes=len(table.class_names) or None,
        fixed_samples=True,
    )
