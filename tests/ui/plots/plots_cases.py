"""Runs and snapshots for the tests of the plots: real data, made-up answers."""

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment.model import DataSettings, Experiment, Output, TrainingSettings
from playground.experiment.prepare import Prepared, prepare
from playground.experiment.slices import principal_slice
from playground.training.messages import History, Picture, SliceImage, Snapshot
from playground.training.pictures import Painter
from playground.training.session import Session
from playground.training.signals import LayerSignals, Signals, histogram

FloatArray = npt.NDArray[np.float64]

FISH_INPUTS = ("length1", "length2")
LINEAR = Output(activation="linear")
SOFTMAX = Output(activation="softmax")

KINDS = ("signed", "unit", "one_hot", "regression", "line", "table", "species")


@cache
def prepared(kind: str) -> Prepared:
    """Return a prepared run of one of `KINDS`."""
    return prepare(_experiment(kind))


def _experiment(kind: str) -> Experiment:
    if kind == "unit":
        training = TrainingSettings(loss="binary_cross_entropy")
        return Experiment(output=Output(activation="sigmoid"), training=training)
    if kind == "one_hot":
        training = TrainingSettings(loss="softmax_cross_entropy")
        return Experiment(data=DataSettings(dataset="blobs", classes=4), output=SOFTMAX, training=training)
    if kind == "regression":
        return Experiment(data=DataSettings(dataset="plane"), output=LINEAR)
    if kind == "line":
        return Experiment(data=DataSettings(dataset="curve", features=("x",)), output=LINEAR)
    if kind == "species":
        from playground.data import dataset

        data = DataSettings(dataset="fish_species", features=dataset("fish_species").inputs, scaling="log")
        training = TrainingSettings(loss="softmax_cross_entropy")
        return Experiment(data=data, output=SOFTMAX, training=training)
    if kind == "table":
        from playground.data import dataset

        inputs = dataset("fish").inputs[:2]
        data = DataSettings(dataset="fish", features=inputs, scaling="standard")
        return Experiment(data=data, output=LINEAR)
    return Experiment()


def answers(run: Prepared, side: int = 40) -> FloatArray:
    """Return outputs a network might give on the probe: a slope over the plane, the targets of a table."""
    plan = run.plan
    if plan.encoding == "one_hot" and plan.kind == "table":
        return np.asarray(np.eye(plan.output_units)[run.probe.positions.astype(int)].T)
    if plan.kind != "plane":
        return np.sin(run.probe.positions)[None] if plan.kind == "line" else run.probe.positions[None]
    x1, x2 = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
    if plan.encoding == "one_hot":
        raw = np.exp(4 * np.stack([x1, x2, -x1, -x2]))
        return np.asarray(raw / raw.sum(axis=0))
    slope = np.clip(x1 + 0.5 * x2, -1, 1)
    return ((slope + 1) / 2 if plan.encoding == "unit" else slope)[None]


def history(epochs: int, start: int = 0, restart: bool = False) -> History:
    """Return falling loss curves with a metric that rises."""
    epoch = np.arange(start + 1, start + epochs + 1, dtype=np.float64)
    loss = 1.0 / epoch
    return History(epoch, loss, loss + 0.05, 1 - loss, 1 - loss - 0.05, restart)


def sliced(run: Prepared, side: int = 40) -> SliceImage | None:
    """Return a picture of the plane of the principal components: stripes of classes, or a slope."""
    if run.plan.kind != "table":
        return None
    slope = np.tile(np.linspace(0, 1, side), (side, 1))
    if run.plan.task == "regression":
        targets = run.sample.targets
        values = (targets.min() + slope * np.ptp(targets))[None]
    else:
        count = run.plan.output_units
        values = np.eye(count)[np.minimum((slope * count).astype(int), count - 1)].transpose(2, 0, 1)
    return SliceImage(principal_slice(run), np.ascontiguousarray(values))


def filled_slice(image: SliceImage, value: float) -> SliceImage:
    """Return a picture of the same slice with one value everywhere."""
    return SliceImage(image.slice, np.full_like(image.values, value))


def predictions(run: Prepared) -> FloatArray:
    """Return answers to all rows: for a regression nearly right, of classes each third row is wrong."""
    targets = np.asarray(run.sample.targets, np.float64)
    rows = np.arange(len(targets))
    if run.plan.task == "regression":
        return targets * np.linspace(0.8, 1.2, len(targets))
    return np.asarray((targets + (rows % 3 == 0)) % len(run.plan.class_names))


def signals(run: Prepared, epochs: float = 30.0, steps: int = 30) -> Signals:
    """Return made-up signals in which gradients fall from layer to layer on the way back."""
    shapes = run.plan.shapes
    layers = []
    for layer, shape in enumerate(shapes):
        small = 10.0 ** (layer - len(shapes))
        bell = np.random.default_rng(layer).normal(size=max(shape.trained, 20))
        made = [histogram(bell * scale) for scale in (1.0, small, 1.0)]
        layers.append(LayerSignals(*made, small, 2.0, small / 50, shape.units, 0, 0))
    return Signals(epochs, steps, 256, tuple(layers))


def snapshot(run: Prepared, epochs: int = 30, output: FloatArray | None = None) -> Snapshot:
    """Return a snapshot of a run with made-up answers."""
    answer = answers(run) if output is None else output
    session = Session(run, NumpyBackend())
    weights, biases = session.layers()
    layers = Painter(session, 0.0).paint(fine=False).layers[:-1]
    return Snapshot(
        run_id=1,
        state="paused",
        step=epochs,
        epoch=epochs,
        steps_in_epoch=0,
        position=float(epochs),
        history=history(epochs),
        weights=weights,
        biases=biases,
        spaces=session.spaces(),
        picture=Picture(layers=(*layers, answer), output=answer, slice=sliced(run)),
        predictions=predictions(run),
        watched_mae=None,
        steps_per_second=0.0,
        signals=signals(run),
    )


def spoilt(given: Snapshot, value: float) -> Snapshot:
    """Return a snapshot in which every number is `value`."""
    points = given.history
    curves = [np.full(len(points), value) for _ in range(4)]
    filled = np.full_like(given.picture.output, value)
    image = given.picture.slice
    return replace(
        given,
        history=History(points.epoch, *curves),
        weights=tuple(np.full(layer.shape, value) for layer in given.weights),
        biases=tuple(np.full(layer.shape, value) for layer in given.biases),
        spaces=tuple(np.full(layer.shape, value) for layer in given.spaces),
        picture=Picture(
            layers=tuple(np.full(layer.shape, value) for layer in given.picture.layers),
            output=filled,
            slice=image and filled_slice(image, value),
        ),
        predictions=np.full_like(given.predictions, value),
        signals=given.signals and spoilt_signals(given.signals, value),
    )


def spoilt_signals(given: Signals, value: float) -> Signals:
    """Return signals in which every number is `value`."""
    with np.errstate(all="ignore"):
        bars = histogram(np.full(20, value))
    layer = LayerSignals(bars, bars, bars, value, value, value, 3, 0, 0)
    return replace(given, layers=(layer,) * len(given.layers))


def nothing(given: Snapshot) -> Snapshot:
    """Return a snapshot without any new point of the curves."""
    return replace(given, history=history(0))
