"""The stages on the way through a network: what goes in, what each layer answers, and where that lies."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.network import Network
from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.experiment.prepare import Prepared, plane_grid
from playground.experiment.words import layer_names
from playground.training.landscape import flat
from playground.training.messages import Snapshot
from playground.ui.plots.projection import Axes, Projection, along_components, along_neurons, resampled

FloatArray = npt.NDArray[np.float64]

POINTS = 33
"""Points along one side of the grid that is bent."""
SIDE = 64
"""Points along one side of the picture of what the later layers make of a plane."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the id of its layer, what it is called, and what each of its axes is called."""

    layer: str
    name: str
    axes: tuple[str, ...]


def stages_of(prepared: Prepared) -> tuple[Stage, ...]:
    """Return the stages of a run: the inputs, every hidden layer, and the output."""
    plan = prepared.plan
    plane = plan.kind == "plane"
    inputs = ("x₁", "x₂") if plane else plan.feature_labels
    found = [Stage(INPUTS_ID, "Inputs", inputs)]
    names = (*layer_names(plan.shapes[:-1]), "Output")
    for layer, name, shape in zip(plan.layer_ids, names, plan.shapes, strict=True):
        what = "neuron" if shape.kind == "dense" else "value"
        axes = tuple(f"{name}, {what} {unit + 1}" for unit in range(shape.units))
        if layer == OUTPUT_ID:
            classes = plan.encoding == "one_hot"
            axes = tuple(f"Output, {one}" for one in plan.class_names) if classes else ("Output",)
        found.append(Stage(layer, name, axes))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """Where all lies at a stage: rows (n, 2), and the probe's grid (K, K, 2) or line (K, 2), or None."""

    points: FloatArray
    grid: FloatArray | None
    projection: Projection


class Journey:
    """The places of rows and grid at each stage of one run, worked out when they are asked for."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.stages = stages_of(prepared)
        self.axes: dict[int, Axes] = {}
        self._snapshot: Snapshot | None = None
        self._seen: dict[int, Seen | None] = {}
        self._before: dict[int, Projection] = {}
        self._tails: dict[int, Network | None] = {}
        self.shares = 1 / 24 + (1 - 1 / 12) * np.arange(POINTS) / (POINTS - 1)

    def show(self, snapshot: Snapshot) -> None:
        """Take the state of the run."""
        self._snapshot = snapshot
        self._seen.clear()

    def choose(self, stage: int, axes: Axes) -> None:
        """See a stage along two neurons, or along the principal components."""
        self.axes[stage] = axes
        self._seen.pop(stage, None)

    def axes_at(self, stage: int) -> Axes:
        """Return what a stage is seen along: its neurons where there are two at most, or what was chosen."""
        few = len(self.stages[stage].axes) <= 2
        return self.axes.get(stage, (0, min(1, len(self.stages[stage].axes) - 1)) if few else None)

    def at(self, stage: int) -> Seen | None:
        """Return where everything lies at a stage; None when that is not known."""
        if stage not in self._seen:
            self._seen[stage] = self._look(stage)
        return self._seen[stage]

    def _look(self, stage: int) -> Seen | None:
        rows, images = self._rows(stage), self._images(stage)
        if rows is None:
            return None
        axes = self.axes_at(stage)
        if axes is None:
            projection = along_components(rows, self._before.get(stage))
            if projection is None:
                return None
            self._before[stage] = projection
        else:
            projection = along_neurons(rows.shape[1], axes)
        grid = None if images is None else projection.place(np.moveaxis(images, 0, -1))
        return Seen(projection.place(rows), grid, projection)

    def _rows(self, stage: int) -> npt.NDArray[np.floating] | None:
        prepared = self.prepared
        if stage == 0:
            plane = prepared.plan.kind == "plane"
            rows = prepared.sample.inputs[:, :2] if plane else prepared.x
            return rows[prepared.shown_rows]
        spaces = () if self._snapshot is None else self._snapshot.spaces
        return spaces[stage - 1] if len(spaces) == len(self.stages) - 1 else None

    def _images(self, stage: int) -> npt.NDArray[np.floating] | None:
        """Return the answers over the probe, (units, K, K) or (units, G); None for a table."""
        kind, layers = self.prepared.plan.kind, self._snapshot.picture.layers if self._snapshot else ()
        if kind == "table" or len(layers) != len(self.stages) - 1:
            return None
        if kind == "line":
            return np.stack(self.prepared.probe.inputs) if stage == 0 else layers[stage - 1]
        if stage == 0:
            (left, right), (low, high) = self.prepared.probe.extent
            across, up = left + self.shares * (right - left), low + self.shares * (high - low)
            return np.stack(np.meshgrid(across, up))
        return resampled(layers[stage - 1], self.shares)

    def answers_on_plane(self, stage: int, low: FloatArray, high: FloatArray) -> FloatArray | None:
        """Return what the later layers make of the plane of a layer of two neurons, (outputs, SIDE, SIDE).

        None for any other stage: there the other neurons would have to be held somewhere.
        """
        snapshot = self._snapshot
        two = stage > 0 and len(self.stages[stage].axes) == 2 and self.axes_at(stage) is not None
        if not two or snapshot is None or stage == len(self.stages) - 1:
            return None
        if stage not in self._tails:
            self._tails[stage] = self._tail(stage)
        network = self._tails[stage]
        if network is None or len(snapshot.weights) != len(self.stages) - 1:
            return None
        network.set_parameters(flat(snapshot.weights[stage:], snapshot.biases[stage:]))
        extent = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
        places = plane_grid(extent, SIDE)
        axes = self.axes_at(stage)
        answers = network.outputs(places if axes == (0, 1) else places[:, ::-1])[-1]
        decoded = self.prepared.decode_outputs(answers.astype(np.float64))
        return np.ascontiguousarray(decoded.T).reshape(-1, SIDE, SIDE)

    def _tail(self, stage: int) -> Network | None:
        """Return the layers after a stage as a network; None where one adds what came before the stage."""
        shapes = [replace(shape, source=shape.source - stage) for shape in self.prepared.plan.shapes[stage:]]
        if any(shape.kind == "skip" and shape.source < 0 for shape in shapes):
            return None
        return Network(NumpyBackend(), shapes, "float64")
