"""Small pictures of data sets for the gallery, drawn from real rows and the right way up."""

import json
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from playground import paths
from playground.data import EXPRESSION, OWN, Dataset, Sample, Scaler
from playground.ui.theme.colour import qcolor
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme

ROWS = 110
STORED = 60
MOST_ROWS = 200
"""Of a table that has more, so many are drawn: enough to see what it is like."""
MARGIN = 0.1

Points = npt.NDArray[np.float64]


def dataset_preview(dataset: Dataset, theme: Theme, size: int, ratio: float = 2.0) -> QPixmap:
    """Return a square picture of `dataset`, `size` logical pixels wide, for a screen of this pixel ratio.

    Those of the data sets that ship are kept; rows of one's own change.
    """
    make = _picture if dataset.key in (OWN, EXPRESSION) else _kept_picture
    return make(dataset, theme, size, ratio)


def paint_preview(theme: Theme, size: int, ratio: float = 2.0) -> QPixmap:
    """Return a square picture that invites to paint one's own points."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    rim = round(size * 0.27)
    icon("paint", theme, "accent").paint(painter, QRect(0, 0, size, size).adjusted(rim, rim, -rim, -rim))
    painter.end()
    return pixmap


def _picture(dataset: Dataset, theme: Theme, size: int, ratio: float) -> QPixmap:
    sample, points = _drawn(dataset)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, dataset, sample, points, theme, size)
    painter.end()
    return pixmap


_kept_picture = lru_cache(maxsize=64)(_picture)


def _drawn(dataset: Dataset) -> tuple[Sample, Points]:
    """Return some rows and the points (n, 2) that stand for them; of a slow data set, what is stored."""
    stored = _stored().get(dataset.key)
    if stored is not None:
        targets = np.array(stored["targets"])
        names = tuple(str(number) for number in range(dataset.classes or 0))
        points = np.array(stored["points"])
        return Sample(points, targets, names), points
    sample = _thinned(dataset.make(ROWS, 0.0, dataset.classes or 2, np.random.default_rng(3)))
    return sample, _axes(dataset, sample)


def _thinned(sample: Sample) -> Sample:
    """Return rows evenly from the whole sample, no more than are drawn."""
    if len(sample) <= MOST_ROWS:
        return sample
    some = np.linspace(0, len(sample) - 1, MOST_ROWS).astype(int)
    return replace(sample, inputs=sample.inputs[some], targets=sample.targets[some], splits={})


@cache
def _stored() -> dict[str, Any]:
    """Return the pictures of those data sets whose rows take long to be loaded."""
    path = paths.resources() / "datasets" / "previews.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def stored_preview(dataset: Dataset) -> dict[str, Any]:
    """Return what is to be stored of a data set whose rows take long to be loaded."""
    sample = dataset.make(dataset.default_samples, 0.0, dataset.classes or 2, np.random.default_rng(3))
    some = np.random.default_rng(3).choice(len(sample), STORED, replace=False)
    points = np.round(_axes(dataset, sample)[some], 2)
    return {"points": points.tolist(), "targets": sample.targets[some].tolist()}


def _draw(
    painter: QPainter, dataset: Dataset, sample: Sample, points: Points, theme: Theme, size: int
) -> None:
    low, high = _range(dataset, points)
    unit = (points - low) / np.maximum(high - low, 1e-12)
    inner = size * (1 - 2 * MARGIN)
    side = max(2.2, size / 22) * theme.stroke**0.5
    strength = _strength(sample)
    painter.setPen(QPen(qcolor(theme.outline, 60), 0.4))
    for index, (x, y) in enumerate(unit):
        centre = QPointF(size * MARGIN + x * inner, size * (1 - MARGIN) - y * inner)
        painter.setBrush(_colour(sample, strength, index, theme))
        box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        if sample.class_names and int(sample.targets[index]) == 0:
            painter.drawRect(box)
        else:
            painter.drawEllipse(box)


def _axes(dataset: Dataset, sample: Sample) -> Points:
    """Return what is drawn across and up: both inputs in a plane, two principal components of a table with
    classes, else an input and the target.
    """
    if dataset.kind == "plane":
        return sample.inputs[:, :2]
    if sample.class_names and sample.inputs.shape[1] > 1:
        return Scaler.fit_whitening(sample.inputs).apply(sample.inputs)[:, :2]
    return np.column_stack([sample.inputs[:, 0], sample.targets.astype(np.float64)])


def _range(dataset: Dataset, points: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    if dataset.kind == "plane" and dataset.domain is not None:
        domain = np.array(dataset.domain)
        return domain[:, 0], domain[:, 1]
    return points.min(axis=0), points.max(axis=0)


def _strength(sample: Sample) -> npt.NDArray[np.float64]:
    """Return each target as a share of the largest, for regression."""
    targets = sample.targets.astype(np.float64)
    return targets / max(float(np.abs(targets).max(initial=0.0)), 1e-12)


def _colour(sample: Sample, strength: npt.NDArray[np.float64], index: int, theme: Theme) -> QColor:
    if sample.class_names:
        return qcolor(theme.classes[int(sample.targets[index]) % len(theme.classes)])
    value = float(strength[index])
    token = theme.positive if value >= 0 else theme.negative
    return qcolor(token, 60 + round(195 * abs(value)))
