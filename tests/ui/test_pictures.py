"""Pictures of plots and of the diagram, as SVG and PNG."""

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.messages import Look, Snapshot
from playground.training.pictures import Painter
from playground.training.session import Session
from playground.ui import pictures
from playground.ui.pictures import Drawing, PictureError, as_image, as_png, as_svg
from playground.ui.plots import PLOTS, Plot
from playground.ui.plots.boundary import BoundaryPlot
from playground.ui.plots.loss import CurvePlot
from playground.ui.seen import Seen
from playground.ui.svg import SVG, tidied
from playground.ui.theme.tokens import DARK, LIGHT

FITTING = [
    pytest.param(plot, kind, id=f"{plot.key}-{kind}")
    for kind in cases.KINDS
    for plot in PLOTS
    if plot.fits(cases.prepared(kind).plan)
]


@pytest.fixture(autouse=True)
def made_up_stills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let snapshots without weights be drawn: the answers are made up, too."""

    def still(run: Prepared, shown: Snapshot, _look: Look, _history: object = None) -> Snapshot:
        return shown

    monkeypatch.setattr(pictures, "still", still)


def seen(kind: str, name: str = "A run") -> Seen:
    run = cases.prepared(kind)
    shown = cases.snapshot(run)
    return Seen(Experiment(name=name), run, shown, shown.history)


def texts(svg: bytes) -> list[str]:
    return ["".join(one.itertext()).strip() for one in ElementTree.fromstring(svg).iter(f"{{{SVG}}}text")]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\ufffe", "\uffff"])
def test_that_a_name_with_signs_that_xml_forbids_is_drawn(qtbot: QtBot, sign: str) -> None:
    with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed", f"a{sign}b\tc")) as drawing:
        said = texts(as_svg(drawing))
    assert any("a" in text and "b" in text and sign not in text for text in said)


def plot_of(key: str) -> Plot:
    return next(plot for plot in PLOTS if plot.key == key)


@pytest.mark.parametrize(("plot", "kind"), FITTING)
def test_that_every_plot_is_an_svg_with_title_figures_and_named_axes(
    qtbot: QtBot, plot: Plot, kind: str
) -> None:
    with pictures.plot_drawing(plot, LIGHT, seen(kind)) as drawing:
        svg = as_svg(drawing)
        across, up = drawing_axes(plot, kind)
    said = texts(svg)
    assert any(text.startswith("A run: ") for text in said)
    assert any("epoch 30" in text and "train loss" in text for text in said)
    assert across in said
    assert up in said
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == f"0 0 {drawing.size.width()} {drawing.size.height()}"
    assert (root.get("width"), root.get("height")) == tuple(str(root.get("viewBox")).split()[2:])
    assert not [part for part in root.iter(f"{{{SVG}}}g") if not len(part)]


def drawing_axes(plot: Plot, kind: str) -> tuple[str, str]:
    """What stands beside the axes, as the plot itself knows it."""
    view = plot.make(LIGHT)
    view.resize(688, 720)
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view.show()
    view.start_run(cases.prepared(kind))
    view.pose()
    view.sharpen()
    left, bottom = (axis.labelText for axis in view._axes())
    view.deleteLater()
    assert left
    assert bottom
    return bottom, left


@pytest.mark.parametrize(("plot", "kind"), FITTING)
def test_that_only_what_lies_on_a_grid_is_pixels_in_an_svg(qtbot: QtBot, plot: Plot, kind: str) -> None:
    with pictures.plot_drawing(plot, LIGHT, seen(kind)) as drawing:
        images = list(ElementTree.fromstring(as_svg(drawing)).iter(f"{{{SVG}}}image"))
    maps = plot.key in ("boundary", "slice", "distributions", "landscape")
    heat = plot.key in ("boundary", "slice", "hidden_space", "surface")
    legend_bar = plot.key == "landscape" or (heat and cases.prepared(kind).plan.encoding != "one_hot")
    assert len(images) == maps + legend_bar


def test_that_every_text_keeps_its_width_in_any_font(qtbot: QtBot) -> None:
    with pictures.plot_drawing(plot_of("confusion"), LIGHT, seen("species")) as drawing:
        svg = as_svg(drawing)
    every = ElementTree.fromstring(svg).iter(f"{{{SVG}}}text")
    found = [one for one in every if len("".join(one.itertext())) > 1]
    assert len(found) > 20
    assert all(float(one.get("textLength", 0)) > 0 for one in found)
    assert b"sans-serif" in svg
    assert {"Bream", "Whitefish", "precision %", "recall %"} <= set(texts(svg))


def test_that_a_long_title_is_broken_into_lines_and_not_cut(qtbot: QtBot) -> None:
    name = " ".join(f"word{n}" for n in range(28))
    with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed", name)) as drawing:
        said = texts(as_svg(drawing))
        height = drawing.size.height()
    with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed")) as drawing:
        assert drawing.size.height() < height
    assert "word27" in " ".join(said).replace(":", "")
    assert not any("…" in text for text in said)


def test_that_a_png_is_as_large_as_its_scale_says_and_in_the_theme_asked_for(qtbot: QtBot) -> None:
    for theme in (LIGHT, DARK):
        with pictures.plot_drawing(plot_of("boundary"), theme, seen("signed")) as drawing:
            image = QImage.fromData(as_png(drawing, 3.0), "PNG")
            assert image.size() == drawing.size * 3
            assert image.pixelColor(0, 0).name() == theme.surface


def test_that_lines_are_as_thick_at_every_scale(qtbot: QtBot) -> None:
    shares = []
    for scale in (1.0, 4.0):
        with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed")) as drawing:
            image = as_image(drawing, scale).convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
        blue = int(LIGHT.curve_test.removeprefix("#"), 16)
        shares.append(np.count_nonzero(pixels == blue) / len(pixels))
    assert shares[1] > 0.6 * shares[0] > 0


def test_that_a_picture_too_large_for_other_programs_is_refused_in_words(qtbot: QtBot) -> None:
    with pytest.raises(PictureError, match="smaller scale"):
        as_image(Drawing("wide", QSize(9000, 10), lambda _painter: None), 4.0)


def test_that_a_picture_is_like_the_view_on_screen(qtbot: QtBot) -> None:
    run = cases.prepared("signed")
    own = BoundaryPlot(LIGHT)
    qtbot.addWidget(own)
    own.resize(400, 440)
    own.show()
    own.start_run(run)
    own.set_show_train(False)
    own.show_neuron(np.zeros((8, 8)), "Dense 1, neuron 2")
    qtbot.keyClick(own, Qt.Key.Key_Plus)
    twin = BoundaryPlot(LIGHT)
    qtbot.addWidget(twin)
    twin.start_run(run)
    twin.resemble(own)
    assert twin.range == pytest.approx(own.range)
    assert twin.title == "Dense 1, neuron 2"
    with pictures.plot_drawing(plot_of("boundary"), LIGHT, seen("signed"), own) as drawing:
        said = texts(as_svg(drawing))
    assert "A run: decision boundary (Dense 1, neuron 2)" in said


def test_that_marks_and_the_log_scale_of_the_curves_are_in_the_picture(qtbot: QtBot) -> None:
    own = CurvePlot(LIGHT, "loss")
    qtbot.addWidget(own)
    own.start_run(cases.prepared("signed"))
    own.mark(12.0, "rate 0.1")
    own.set_log(True)
    twin = CurvePlot(LIGHT, "loss")
    qtbot.addWidget(twin)
    twin.start_run(cases.prepared("signed"))
    twin.resemble(own)
    twin.pose()
    assert twin._marks == [(12.0, "rate 0.1")]
    assert twin._axis_names()[1] == "loss (log scale)"


def test_that_a_sheet_is_gone_after_its_picture(qtbot: QtBot) -> None:
    with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed")):
        pass
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]


# The diagram --------------------------------------------------------------------------------------------


def diagram(experiment: Experiment) -> Drawing:
    run = prepare(experiment)
    session = Session(run, NumpyBackend())
    weights, biases = session.layers()
    picture = Painter(session, 0.0).paint(fine=True)
    shown = cases.snapshot(cases.prepared("signed"))
    shown = replace(shown, weights=weights, biases=biases, picture=picture)
    return pictures.diagram_drawing(LIGHT, Seen(experiment, run, shown, shown.history))


def test_that_the_diagram_has_a_line_for_each_weight_and_nothing_to_click(qtbot: QtBot) -> None:
    experiment = files.example("circle")
    svg = as_svg(diagram(experiment))
    said = texts(svg)
    assert f"{experiment.name}: network" in said
    assert {"x₁", "x₂", "Output"} <= set(said)
    # Signs to click are level strokes; the curve of a weight is the one path with control points.
    curves = list(ElementTree.fromstring(svg).iter(f"{{{SVG}}}path"))
    widths = [shape.units for shape in prepare(experiment).plan.shapes]
    weights = sum(a * b for a, b in pairwise([len(experiment.data.features), *widths]))
    assert sum("C" in str(path.get("d")) for path in curves) >= weights


def test_that_long_names_of_inputs_are_not_cut_in_the_diagram(qtbot: QtBot) -> None:
    formula = "x1*x2 + x1*x2*x1 + x1*x2*x1*x2 + x1*x2*x1*x2*x1"
    experiment = edits.add_formula(files.example("circle"), formula)
    label = prepare(experiment).plan.feature_labels[-1]
    said = texts(as_svg(diagram(experiment)))
    assert label in said
    assert not any("…" in text for text in said)


# SVG ----------------------------------------------------------------------------------------------------


def test_that_strange_names_do_not_break_the_svg(qtbot: QtBot) -> None:
    name = 'a <script>alert("1")</script> & more'
    with pictures.plot_drawing(plot_of("loss"), LIGHT, seen("signed", name)) as drawing:
        svg = as_svg(drawing)
    assert b"<script" not in svg
    assert any("<script>" in text for text in texts(svg))


def test_that_empty_groups_and_paths_fall_away_and_pixels_stand_for_millimetres() -> None:
    size = 'width="10mm" height="5mm" viewBox="0 0 40 20"'
    paths = '<path d=""/></g><g><path d="M0,0 L1,1"/><path d=" "/>'
    raw = f'<svg xmlns="{SVG}" {size}><g><g/></g><g>{paths}</g></svg>'
    root = ElementTree.fromstring(tidied(raw.encode()))
    assert (root.get("width"), root.get("height")) == ("40", "20")
    assert [len(group) for group in root] == [1]


def test_that_a_widget_is_drawn_as_it_is(qtbot: QtBot) -> None:
    label = QLabel("Hello there")
    qtbot.addWidget(label)
    label.resize(120, 30)
    label.show()
    drawing = pictures.widget_drawing(label, "Label")
    assert "Hello there" in texts(as_svg(drawing))
    assert as_image(drawing, 2.0).size() == QSize(240, 60)
