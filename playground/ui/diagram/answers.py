"""Makes a run's answers ready for tiles: inputs, and outputs on the scale their encoding means."""

import numpy as np
import numpy.typing as npt

from playground.experiment.plan import Plan
from playground.experiment.prepare import Prepared
from playground.ui.diagram.cards import ColumnItem

FloatArray = npt.NDArray[np.floating]


def input_pictures(prepared: Prepared) -> FloatArray:
    """Return the inputs' pictures, each divided by its own largest magnitude: inputs differ in unit."""
    pictures = []
    for picture in prepared.probe.inputs:
        values = picture if prepared.plan.kind == "plane" else picture - picture.mean()
        largest = float(np.max(np.abs(values), initial=0.0))
        pictures.append(values / largest if largest > 0 else values)
    return np.stack(pictures)


def output_pictures(item: ColumnItem, plan: Plan, values: FloatArray) -> None:
    """Show the outputs: shares of classes in the classes' colours, 0..1 with its boundary as neutral."""
    if plan.encoding == "one_hot":
        item.show_classes(values)
    elif plan.encoding == "unit":
        item.show_answers(values * 2.0 - 1.0)
    else:
        item.show_answers(values)
