"""The output plots show the right thing in the right place."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from playground.ui.figures import short
from playground.ui.plots import BoundaryPlot, CurveFitPlot, PredictedPlot
from playground.ui.plots.base import PlotView
from playground.ui.plots.items import MapLayer, Spots
from playground.ui.plots.legend import Legend
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import DARK, LIGHT

STRONG = {
    name: mix(LIGHT.neutral, getattr(LIGHT, name), LIGHT.heat_strength) for name in ("negative", "positive")
}


def show(qtbot: QtBot, view: PlotView) -> None:
    qtbot.addWidget(view)
    view.resize(420, 480)
    with qtbot.waitExposed(view):
        view.show()


@pytest.fixture
def boundary(qtbot: QtBot) -> BoundaryPlot:
    view = BoundaryPlot(LIGHT)
    show(qtbot, view)
    return view


def colour_at(view: PlotView, x: float, y: float) -> str:
    return view.grab().toImage().pixelColor(view.place_of(x, y)).name()


def darkest(view: PlotView, x: float, y: float, down: bool = False) -> int:
    """Return how light the darkest pixel near a place is: a thin line may pass between two pixels."""
    image, place = view.grab().toImage(), view.place_of(x, y)
    steps = [(0, i) if down else (i, 0) for i in (-2, -1, 0, 1, 2)]
    return min(image.pixelColor(place.x() + i, place.y() + j).lightness() for i, j in steps)


def near(found: str, expected: str) -> bool:
    a, b = QColor(found), QColor(expected)
    return all(abs(p - q) <= 3 for p, q in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True))  # type: ignore[index]


def quarters(kind: str) -> np.ndarray:
    """Return outputs that are high where x1 is high or x2 is low, so that every axis error shows."""
    values = -np.ones((40, 40))
    values[:20, 20:] = 1.0
    return (values if kind == "signed" else (values + 1) / 2)[None]


@pytest.mark.parametrize("kind", ["signed", "unit"])
def test_that_the_map_is_the_right_way_up_in_both_encodings(boundary: BoundaryPlot, kind: str) -> None:
    run = cases.prepared(kind)
    boundary.start_run(run)
    boundary.set_show_train(False)
    boundary.show_snapshot(cases.snapshot(run, output=quarters(kind)))
    assert near(colour_at(boundary, 4, -4), STRONG["positive"])
    for x, y in ((-4, -4), (-4, 4), (4, 4)):
        assert near(colour_at(boundary, x, y), STRONG["negative"])


def test_that_the_points_lie_on_the_map_where_their_inputs_are(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    boundary.show_snapshot(cases.snapshot(run, output=np.zeros((1, 20, 20))))
    image = boundary.grab().toImage()
    row = int(np.argmax(np.abs(run.sample.inputs[run.train_rows][:, 0])))
    x, y = run.sample.inputs[run.train_rows][row]
    seen = image.pixelColor(boundary.place_of(float(x), float(y))).name()
    assert seen == LIGHT.classes[int(run.sample.targets[run.train_rows][row])]


def test_that_the_map_is_square_in_every_shape_of_window(boundary: BoundaryPlot, qtbot: QtBot) -> None:
    boundary.start_run(cases.prepared("signed"))
    for width, height in ((420, 480), (700, 300), (250, 600)):
        boundary.resize(width, height)
        qtbot.waitUntil(lambda: side(boundary)[0] == pytest.approx(side(boundary)[1], abs=2))
        assert boundary.range == pytest.approx((-6, 6, -6, 6), abs=0.1)
        assert min(side(boundary)) > 0.5 * min(width, height)


def side(view: PlotView) -> tuple[int, int]:
    low, high = view.place_of(-6, -6), view.place_of(6, 6)
    return high.x() - low.x(), low.y() - high.y()


def test_that_test_points_are_shown_on_demand(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    without = boundary.grab().toImage()
    boundary.set_show_test(True)
    with_them = boundary.grab().toImage()
    assert with_them != without
    boundary.set_show_test(False)
    assert boundary.grab().toImage() == without


def test_that_training_and_test_points_look_different(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    train = boundary.grab().toImage()
    boundary.start_run(replace(run, parts=replace(run.parts, train=run.test_rows, test=run.train_rows)))
    boundary.set_show_train(False)
    boundary.set_show_test(True)
    assert boundary.grab().toImage() != train


def test_that_the_contour_and_the_decision_can_be_switched(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    boundary.set_show_train(False)
    boundary.show_snapshot(cases.snapshot(run))
    with_line = boundary.grab().toImage()
    assert darkest(boundary, 0, 0) < QColor(LIGHT.muted).lightness()
    boundary.set_show_contour(False)
    assert darkest(boundary, 0, 0) > QColor(LIGHT.muted).lightness()
    assert boundary.grab().toImage() != with_line
    boundary.set_discretize(True)
    assert near(colour_at(boundary, 0.6, 0), STRONG["positive"])
    assert near(colour_at(boundary, -0.6, 0), STRONG["negative"])


def test_that_a_new_answer_is_painted_and_the_points_are_not_painted_again(
    boundary: BoundaryPlot, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []
    for kind in (MapLayer, Spots):
        original = kind.paint
        monkeypatch.setattr(
            kind,
            "paint",
            lambda *given, kind=kind, original=original: (painted.append(kind), original(*given)),
        )
    run = cases.prepared("signed")
    boundary.start_run(run)
    boundary.show_snapshot(cases.snapshot(run))
    qtbot.waitUntil(lambda: MapLayer in painted and Spots in painted)
    painted.clear()
    boundary.show_snapshot(cases.snapshot(run, output=np.ones((1, 20, 20))))
    qtbot.waitUntil(lambda: MapLayer in painted)
    assert Spots not in painted


def test_that_each_class_has_its_colour_on_the_map(boundary: BoundaryPlot) -> None:
    run = cases.prepared("one_hot")
    boundary.start_run(run)
    boundary.set_show_train(False)
    boundary.set_discretize(True)
    boundary.show_snapshot(cases.snapshot(run))
    for index, (x, y) in enumerate(((5, 0.5), (0.5, 5), (-5, 0.5), (0.5, -5))):
        expected = mix(LIGHT.neutral, LIGHT.classes[index], LIGHT.heat_strength)
        assert near(colour_at(boundary, x, y), expected)


def test_that_a_neuron_takes_the_place_of_the_output_until_it_is_left(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    boundary.set_show_train(False)
    boundary.show_snapshot(cases.snapshot(run, output=np.ones((1, 20, 20))))
    boundary.show_neuron(-np.ones((32, 32)), "Dense 1, neuron 3")
    assert boundary.title == "Dense 1, neuron 3"
    assert near(colour_at(boundary, 3, 3), STRONG["negative"])
    boundary.show_snapshot(cases.snapshot(run, output=np.ones((1, 20, 20))))
    assert near(colour_at(boundary, 3, 3), STRONG["negative"])
    boundary.show_neuron(None)
    assert boundary.title == ""
    assert near(colour_at(boundary, 3, 3), STRONG["positive"])


def test_that_a_neuron_with_large_answers_is_scaled_and_the_legend_says_so(boundary: BoundaryPlot) -> None:
    boundary.start_run(cases.prepared("signed"))
    boundary.show_neuron(np.full((32, 32), 8.0), "ReLU")
    assert boundary.legend.texts == ("−8", "+8")
    boundary.show_neuron(None)
    assert boundary.legend.texts == ("−1", "+1")


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        ("signed", (4, -4), "output 1.00 (positive)"),
        ("signed", (-4, 4), "output −1.00 (negative)"),
        ("unit", (4, -4), "output 1.00 (positive)"),
        ("unit", (-4, -4), "output 0.00 (negative)"),
    ],
)
def test_that_pointing_says_the_inputs_and_the_answer(
    boundary: BoundaryPlot, kind: str, place: tuple[float, float], words: str
) -> None:
    run = cases.prepared(kind)
    boundary.start_run(run)
    boundary.show_snapshot(cases.snapshot(run, output=quarters(kind)))
    boundary.point_out(boundary.place_of(*place))
    where, answer = boundary.readout.split("\n")
    assert where.startswith("x₁ = ")
    assert answer == words


def test_that_pointing_names_the_class_and_how_sure_it_is(boundary: BoundaryPlot) -> None:
    run = cases.prepared("one_hot")
    boundary.start_run(run)
    boundary.show_snapshot(cases.snapshot(run))
    boundary.point_out(boundary.place_of(5.5, 0))
    assert run.plan.class_names[0] in boundary.readout
    assert boundary.readout.endswith("%)")


def test_that_nothing_is_said_beside_the_map_or_before_the_first_answer(boundary: BoundaryPlot) -> None:
    run = cases.prepared("signed")
    boundary.start_run(run)
    boundary.point_out(boundary.place_of(0, 0))
    assert boundary.readout == ""
    boundary.show_snapshot(cases.snapshot(run))
    boundary.point_out(boundary.place_of(0, 0))
    assert boundary.readout != ""
    boundary.point_out(QPoint(2, 2))
    assert boundary.readout == ""


def test_that_the_legend_names_signs_classes_and_ranges(boundary: BoundaryPlot) -> None:
    run = cases.prepared("one_hot")
    boundary.start_run(run)
    assert boundary.legend.texts == run.plan.class_names
    boundary.start_run(cases.prepared("signed"))
    assert boundary.legend.texts == ("−1", "+1")
    boundary.start_run(cases.prepared("unit"))
    assert boundary.legend.texts == ("0", "1")
    targets = cases.prepared("regression").sample.targets
    boundary.start_run(cases.prepared("regression"))
    assert float(boundary.legend.texts[1]) == pytest.approx(np.abs(targets).max(), rel=0.01)


def test_that_dragging_pans_and_a_double_click_brings_everything_back(
    boundary: BoundaryPlot, qtbot: QtBot
) -> None:
    boundary.start_run(cases.prepared("signed"))
    for _ in range(3):
        qtbot.keyClick(boundary, Qt.Key.Key_Plus)
    assert boundary.range != pytest.approx((-6, 6, -6, 6), abs=0.1)
    canvas = boundary.childAt(boundary.place_of(0, 0))
    assert canvas is not None
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert boundary.range == pytest.approx((-6, 6, -6, 6), abs=0.1)


def test_that_a_zoom_survives_a_new_run_on_the_same_plane(boundary: BoundaryPlot, qtbot: QtBot) -> None:
    boundary.start_run(cases.prepared("signed"))
    qtbot.keyClick(boundary, Qt.Key.Key_Plus)
    zoomed = boundary.range
    boundary.start_run(cases.prepared("unit"))
    assert boundary.range == zoomed


def test_that_the_fitted_curve_passes_where_the_network_answers(qtbot: QtBot) -> None:
    run = cases.prepared("line")
    view = CurveFitPlot(LIGHT)
    show(qtbot, view)
    view.start_run(run)
    view.set_show_train(False)
    view.set_show_test(False)
    positions = run.probe.positions
    view.show_snapshot(cases.snapshot(run, output=np.full((1, len(positions)), 2.0)))
    middle = float(positions[len(positions) // 2])
    assert darkest(view, middle, 2.0, down=True) <= QColor(LIGHT.accent).lightness()
    view.point_out(view.place_of(middle, 0.0))
    assert "output 2" in view.readout
    view.show_neuron(np.zeros(len(positions)), "Dense 1, neuron 2")
    assert darkest(view, middle, 0.0, down=True) <= QColor(LIGHT.text).lightness() + 20
    assert view.title == "Dense 1, neuron 2"


def test_that_a_right_prediction_lies_on_the_diagonal_and_can_be_pointed_at(qtbot: QtBot) -> None:
    run = cases.prepared("table")
    view = PredictedPlot(DARK)
    show(qtbot, view)
    view.start_run(run)
    true = run.sample.targets.astype(np.float64)
    view.show_snapshot(replace(cases.snapshot(run), predictions=true.copy()))
    largest = float(true.max())
    view.point_out(view.place_of(largest, largest))
    assert view.readout.count(f"{short(largest)} {run.sample.unit}") == 2
    view.point_out(view.place_of(float(true.min()), largest))
    assert view.readout == ""


def test_that_a_legend_breaks_into_lines_where_it_is_narrow(qtbot: QtBot) -> None:
    legend = Legend(LIGHT)
    qtbot.addWidget(legend)
    legend.show_classes(tuple(f"class number {i}" for i in range(8)))
    assert legend.heightForWidth(150) > legend.heightForWidth(2000)
    legend.resize(300, legend.heightForWidth(300))
    assert legend.grab().toImage().convertToFormat(QImage.Format.Format_RGB32).allGray() is False
    assert "class number 7" in legend.accessibleDescription()
