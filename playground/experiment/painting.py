"""Where painting begins: the canvas of an experiment, and when painting leaves a problem what it was."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.data import OWN, painting
from playground.data.table import Table
from playground.experiment.model import DataSettings, Experiment
from playground.experiment.prepare import CannotTrainError, make_sample
from playground.experiment.refused import EditRefused
from playground.experiment.usual import class_count

NO_PLANE = "Points are painted in a plane, and {} is none: choose Paint, or another data set."


@dataclass(frozen=True, slots=True)
class Canvas:
    """What there is to see of painted points that are too few for a run: a plane."""

    task: str
    feature_keys: tuple[str, ...]
    kind: str = "plane"


def painted_table(data: DataSettings) -> Table | None:
    """Return the painted points in use, None where other data is."""
    return data.table if data.dataset == OWN and data.table is not None and data.table.painted else None


def canvas(experiment: Experiment) -> Table:
    """Return the points that painting begins with: those painted before, or the rows of a plane taken along.

    EditRefused where the data does not lie in a plane.
    """
    data, source = experiment.data, experiment.data.source
    if source.kind != "plane":
        raise EditRefused(NO_PLANE.format(source.label))
    table = painted_table(data)
    if table is not None:
        return table
    try:
        sample = make_sample(data, class_count(experiment))
    except CannotTrainError as error:
        raise EditRefused(str(error)) from error
    return painting.taken_along(sample, source.target)


def painted_over(old: Experiment, new: Experiment) -> bool:
    """Return whether one is the other with some points painted: what is asked of the network stays.

    So it is where half of the rows that were made are still there.
    """
    tables = [painted_table(experiment.data) for experiment in (old, new)]
    if (tables[0] is None) == (tables[1] is None) or class_count(old) != class_count(new):
        return False
    try:
        before, after = canvas(old), canvas(new)
    except EditRefused:
        return False
    made, painted = (before, after) if tables[0] is None else (after, before)
    same_columns = made.target == painted.target and bool(made.class_names) == bool(painted.class_names)
    return same_columns and 2 * int(np.isin(_places(made), _places(painted)).sum()) >= len(made)


def _places(table: Table) -> npt.NDArray[np.complex128]:
    """Return each point (n,) as one number, to be looked up among others."""
    return np.asarray(table.inputs[:, 0] + 1j * table.inputs[:, 1])
