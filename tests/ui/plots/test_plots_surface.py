"""The surface over the plane: where it is seen from, what hides what, what it says, and how it is turned."""

import math
from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.ui.plots.relief import HEIGHT, STEEPEST, Eye, height_at, light, lit, surface
from playground.ui.plots.surface import SurfacePlot
from playground.ui.theme.tokens import LIGHT


@pytest.fixture
def view(qtbot: QtBot) -> SurfacePlot:
    plot = SurfacePlot(LIGHT)
    qtbot.addWidget(plot)
    plot.resize(500, 400)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def shown(view: SurfacePlot, kind: str = "signed") -> SurfacePlot:
    run = cases.prepared(kind)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    return view


def test_that_from_straight_above_the_box_is_the_plane_upright() -> None:
    eye = Eye(turn=0.0, tilt=STEEPEST)
    x, y, _ = eye.project(np.array([0.5, 0.25, 0.3]), (100.0, 100.0), 10.0).tolist()
    assert (x, y) == pytest.approx((105.0, 97.5))


def test_that_from_the_side_height_is_height_and_far_is_deep() -> None:
    eye = Eye(turn=0.0, tilt=0.0)
    near, far = eye.project(np.array([[0.0, -1.0, 0.5], [0.0, 1.0, 0.5]]), (0.0, 0.0), 10.0)
    assert near[1] == far[1] == pytest.approx(-5.0)
    assert near[2] < far[2]


@pytest.mark.parametrize("turn", np.linspace(-3.0, 3.0, 13))
def test_that_what_is_painted_first_is_further_away(turn: float) -> None:
    eye = Eye(turn=turn, tilt=0.5)
    rows_back, columns_back = eye.flips
    depth = eye.project(surface(np.zeros((4, 4))), (0.0, 0.0), 1.0)[..., 2]
    ordered = depth[:: -1 if rows_back else 1, :: -1 if columns_back else 1]
    assert (np.diff(ordered, axis=0) <= 1e-12).all()
    assert (np.diff(ordered, axis=1) <= 1e-12).all()


def test_that_the_eye_goes_neither_below_the_floor_nor_over_the_top_nor_through_the_box() -> None:
    eye = Eye()
    assert eye.turned(0.0, 99.0).tilt == STEEPEST
    assert 0 < eye.turned(0.0, -99.0).tilt < 0.2
    assert eye.nearer(1e9).zoom < 10
    assert eye.nearer(1e-9).zoom > 0.1
    assert abs(eye.turned(100.0, 0.0).turn) <= math.pi


@pytest.mark.parametrize("tilt", [0.1, 0.6, 1.5])
def test_that_the_whole_box_fits_into_the_picture(tilt: float) -> None:
    eye = Eye(turn=0.7, tilt=tilt)
    corners = np.array([[x, y, z * HEIGHT] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    seen = eye.project(corners, (0.0, 0.0), eye.size(400.0, 300.0))
    assert np.abs(seen[:, 0]).max() < 200
    assert np.abs(seen[:, 1]).max() < 150


def test_that_heights_between_the_points_are_on_the_line_between_them() -> None:
    heights = np.add.outer(np.linspace(-1, 1, 5), np.linspace(0, 2, 5))
    assert height_at(heights, np.array([[0.3, -0.6], [1.0, 1.0]])).tolist() == pytest.approx([0.7, 3.0])


def test_that_a_slope_towards_the_light_is_lighter_than_one_away_from_it() -> None:
    slope = np.tile(np.linspace(-1, 1, 5), (5, 1))
    towards, away = light(surface(slope)), light(surface(-slope))
    assert towards.mean() > away.mean()
    assert np.isfinite(light(surface(np.full((3, 3), np.nan)))).all()
    grey = np.full((1, 1), 0xFF808080, np.uint32)
    assert lit(grey, np.zeros((1, 1)))[0, 0] < lit(grey, np.ones((1, 1)))[0, 0]


def test_that_the_pointer_is_told_the_inputs_and_the_output(view: SurfacePlot) -> None:
    shown(view).fit()
    view.point_out(view.place_of_vertex(0, 0))
    assert "x₁ = −6.0, x₂ = −6.0" in view.readout
    assert "output: −1" in view.readout


def test_that_it_is_turned_by_drag_and_keys_and_zoomed_by_the_wheel(view: SurfacePlot, qtbot: QtBot) -> None:
    shown(view)
    start = view.eye
    middle = QPoint(200, 200)
    canvas = view.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(canvas, middle + QPoint(30, 10))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 10))
    dragged = view.eye
    assert dragged.turn != start.turn
    assert dragged.tilt > start.tilt
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.eye.turn != dragged.turn
    wheel = QWheelEvent(
        QPointF(middle),
        QPointF(canvas.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, wheel)
    assert view.eye.zoom > 1
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert view.eye == start


def test_that_of_many_classes_one_can_be_chosen(view: SurfacePlot) -> None:
    shown(view, "one_hot")
    assert view.shown.currentText() == "most probable class"
    before = view.grab().toImage()
    view.shown.setCurrentIndex(2)
    view.shown.activated.emit(2)
    assert view.grab().toImage() != before


def test_that_a_view_like_another_looks_from_the_same_place(view: SurfacePlot, qtbot: QtBot) -> None:
    shown(view)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    other = SurfacePlot(LIGHT)
    qtbot.addWidget(other)
    shown(other).resemble(view)
    assert other.eye == view.eye


def test_that_a_hole_where_there_is_no_number_does_not_empty_the_rest(view: SurfacePlot) -> None:
    run = cases.prepared("regression")
    view.start_run(run)
    answers = cases.snapshot(run)
    holed = answers.picture.output.copy()
    holed[:, 10:14, 10:14] = np.nan
    view.show_snapshot(replace(answers, picture=replace(answers.picture, output=holed)))
    with_hole = view.grab().toImage()
    view.show_snapshot(answers)
    assert view.grab().toImage() != with_hole
