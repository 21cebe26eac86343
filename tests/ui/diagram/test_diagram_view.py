"""The view as a whole: following the document and a run, zoom and fit, hints and words."""

from collections.abc import Callable

import pytest
from diagram_bench import Bench, network, snapshot
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.ui.diagram.hints import hint
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.links import LinkRef
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled

MakeBench = Callable[..., Bench]

# The off-screen platform says so whenever a menu pops up.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def with_data(dataset: str, *widths: int) -> Experiment:
    return edits.set_dataset(network(*widths), dataset)


def test_that_items_of_layers_that_stay_are_kept(bench: MakeBench) -> None:
    b = bench(4, 2)
    kept = b.scene.columns["layer2"]
    b.document.edit("Remove", edits.remove_layer, "layer1")
    assert b.scene.columns["layer2"] is kept
    assert list(b.scene.bundles) == [("inputs", "layer2"), ("layer2", "output")]
    assert len(b.scene.gaps) == 2


def test_that_moved_layers_glide_and_arrive(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(4, 2)
    b.panel.set_motion(True)
    b.document.edit("Move", edits.move_layer, "layer1", 2)
    moved = b.scene.columns["layer1"]
    assert moved.pos() != QPointF()
    qtbot.waitUntil(lambda: moved.pos() == QPointF())


def test_that_nothing_glides_when_motion_is_off(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.document.edit("Move", edits.move_layer, "layer1", 2)
    assert b.scene.columns["layer1"].pos() == QPointF()


def test_that_a_snapshot_fills_tiles_links_and_biases(bench: MakeBench) -> None:
    b = bench(4, 2)
    prepared = b.run()
    shown = snapshot(prepared)
    assert len(b.scene.columns["layer1"].atlas) == 4
    assert len(b.scene.columns["inputs"].atlas) == 2
    weights = b.scene.bundles["layer1", "layer2"].weights
    assert weights is not None
    assert (weights == shown.weights[1]).all()
    assert b.scene.columns["output"].bias(0) == pytest.approx(shown.biases[2][0])


def test_that_the_run_of_an_older_network_is_shown_only_where_it_fits(bench: MakeBench) -> None:
    b = bench(4, 2)
    prepared = b.run()
    b.document.edit("Wider", edits.set_units, "layer2", 3)
    b.panel.show_snapshot(snapshot(prepared, seed=1, state="playing"))
    assert b.scene.bundles["inputs", "layer1"].weights is not None
    assert b.scene.bundles["layer1", "layer2"].weights is None
    assert b.scene.columns["layer2"].bias(0) is None


@pytest.mark.parametrize(
    ("dataset", "tiles"), [("circle", 1), ("blobs", 3), ("plane", 1), ("curve", 1), ("fish", 1)]
)
def test_that_every_kind_of_data_is_drawn(bench: MakeBench, dataset: str, tiles: int) -> None:
    b = bench(experiment=with_data(dataset, 5, 32))
    b.run()
    column = b.column("output")
    assert len(column.tiles) == tiles
    assert len(b.scene.columns["output"].atlas) == tiles
    assert len(b.scene.columns["inputs"].face.labels) == len(b.experiment.data.features)
    assert not b.panel.grab().isNull()


def test_that_links_are_all_fresh_after_a_pause(bench: MakeBench) -> None:
    b = bench(*[8] * 6)
    prepared = b.run()
    b.panel.show_snapshot(snapshot(prepared, seed=5, state="paused"))
    assert not any(bundle.redraw() for bundle in b.scene.bundles.values())


def test_that_links_are_drawn_in_turn_while_training(
    bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.ui.diagram.scene.LINK_BUDGET", 0.0)
    b = bench(8, 8, 8)
    prepared = b.run()
    playing = snapshot(prepared, seed=5, state="playing")
    for _ in range(4):
        b.panel.show_snapshot(playing)
    assert not any(bundle.redraw() for bundle in b.scene.bundles.values())


# Looking ------------------------------------------------------------------------------------------------


def test_that_the_diagram_fits_itself_until_the_person_zooms(bench: MakeBench) -> None:
    b = bench(8, 8)
    view = b.view.viewport().rect()
    assert view.contains(b.view.mapFromScene(b.scene.content()).boundingRect().adjusted(2, 2, -2, -2))
    before = b.view.zoom.scale
    b.panel.resize(700, 420)
    assert (
        b.view.viewport()
        .rect()
        .contains(b.view.mapFromScene(b.scene.content()).boundingRect().adjusted(2, 2, -2, -2))
    )
    b.view.zoom.zoom_in()
    zoomed = b.view.zoom.scale
    b.panel.resize(900, 640)
    assert b.view.zoom.scale == zoomed
    b.view.zoom.fit()
    assert b.view.zoom.scale == pytest.approx(before)


def test_that_control_and_the_wheel_zoom_about_the_pointer(bench: MakeBench) -> None:
    b = bench(4, 2)
    place = QPointF(200, 150)
    under = b.view.mapToScene(place.toPoint())
    before = b.view.zoom.scale
    wheel(b, place, 120)
    assert b.view.zoom.scale == pytest.approx(before * 1.1)
    away = b.view.mapFromScene(under) - place.toPoint()
    assert away.manhattanLength() <= 2


@pytest.mark.parametrize(("turn", "limit"), [(120, 3.0), (-120, 0.3)])
def test_that_zoom_stays_within_its_limits(bench: MakeBench, turn: int, limit: float) -> None:
    b = bench(4)
    for _ in range(40):
        wheel(b, QPointF(100, 100), turn)
    assert b.view.zoom.scale == pytest.approx(limit)


def test_that_control_with_plus_minus_and_zero_zoom(bench: MakeBench) -> None:
    b = bench(4)
    fitted = b.view.zoom.scale
    control = Qt.KeyboardModifier.ControlModifier
    b.key(Qt.Key.Key_Equal, control)
    assert b.view.zoom.scale > fitted
    b.key(Qt.Key.Key_Minus, control)
    b.key(Qt.Key.Key_Minus, control)
    assert b.view.zoom.scale < fitted
    b.key(Qt.Key.Key_0, control)
    assert b.view.zoom.scale == pytest.approx(fitted)
    assert b.steps == 0


def test_that_a_zoomed_diagram_is_pushed_with_the_mouse(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.view.zoom.zoom_by(2.0)
    viewport = b.view.viewport()
    start = QPoint(viewport.width() // 2, 6)
    before = b.view.mapToScene(QPoint(0, 0))
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(40, 30))
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, pos=start + QPoint(40, 30))
    moved = (before - b.view.mapToScene(QPoint(0, 0))) * b.view.zoom.scale
    assert (moved.x(), moved.y()) == pytest.approx((40, 30), abs=2)


def wheel(b: Bench, place: QPointF, turn: int) -> None:
    viewport = b.view.viewport()
    event = QWheelEvent(
        place,
        viewport.mapToGlobal(place),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_that_another_experiment_is_fitted_again(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.view.zoom.zoom_by(2.0)
    b.document.apply(network(4, 2, 3, 5), "Another")
    assert b.view.zoom.fitted
    b.view.zoom.zoom_by(2.0)
    b.document.edit("Wider", edits.set_units, "layer1", 5)
    assert not b.view.zoom.fitted
    b.document.replace(network(4), "New")
    assert b.view.zoom.fitted


def test_that_a_layer_selected_by_key_is_scrolled_into_view(bench: MakeBench) -> None:
    b = bench(4, 4, 4)
    b.view.zoom.zoom_by(2.5)
    for key, layer in ((Qt.Key.Key_Right, "inputs"), (Qt.Key.Key_Left, "inputs")):
        b.key(key)
        assert b.selection.layer == layer
    assert sees(b, b.column("inputs").card.center().x())
    for _ in range(4):
        b.key(Qt.Key.Key_Right)
    assert b.selection.layer == "output"
    assert sees(b, b.column("output").card.center().x())


def sees(b: Bench, x: float) -> bool:
    return 0 <= b.view.mapFromScene(QPointF(x, 0)).x() < b.view.viewport().width()


@pytest.mark.parametrize("size", [(900, 640), (560, 380), (700, 900)])
@pytest.mark.parametrize("units", [8, 16, 200])
def test_that_the_sign_that_removes_a_tall_layer_is_all_visible(
    bench: MakeBench, units: int, size: tuple[int, int]
) -> None:
    b = bench(units)
    b.panel.resize(*size)
    b.selection.select("layer1")
    close = b.column("layer1").close
    assert close is not None
    assert b.view.viewport().rect().contains(b.view.mapFromScene(close).boundingRect())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_that_the_corner_between_scroll_bars_is_canvas(bench: MakeBench, theme: Theme) -> None:
    b = bench(8, 8)
    b.panel.apply_theme(theme)
    b.view.zoom.zoom_by(2.0)
    picture = b.view.grab().toImage()
    assert picture.pixelColor(picture.width() - 3, picture.height() - 3).name() == theme.canvas


# Words --------------------------------------------------------------------------------------------------


def test_that_the_network_is_told_in_words_and_kept_up_to_date(bench: MakeBench) -> None:
    b = bench(8)
    assert b.view.accessibleDescription().startswith("Network: 2 inputs, Dense 8 Tanh, Output 1 Tanh")
    b.document.edit("Wider", edits.set_units, "layer1", 9)
    assert "Dense 9 Tanh" in b.view.accessibleDescription()


def test_that_a_link_says_what_it_connects_and_its_weight(bench: MakeBench) -> None:
    b = bench(4, 2)
    prepared = b.run()
    weight = snapshot(prepared).weights[0][2, 0]
    expected = f"w from x₁ to neuron 3 of Dense 1: {weight:.3f}\nw₃₁, from j".replace("-", "−")
    assert hint(b.scene, Hit("link", "layer1", 2, 0)).startswith(expected)


def test_that_hovering_a_link_lights_it(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.run()
    bundle = b.scene.bundles["inputs", "layer1"]
    point = bundle.curve(LinkRef(0, 0)).pointAtPercent(0.5)
    found = b.scene.hit(point)
    assert found == Hit("link", "layer1", 0, 0)
    before = b.panel.grab().toImage()
    b.hover(point)
    assert b.panel.grab().toImage() != before


def test_that_every_part_has_a_hint(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.run()
    column = b.column("layer1")
    places = [
        getattr(column, part).center() for part in ("minus", "plus", "grip", "close", "activation", "title")
    ]
    places += [column.tiles[0].center(), column.tiles[0].bottomLeft(), b.column("inputs").title.center()]
    hints = [hint(b.scene, b.scene.hit(place)) for place in places]
    assert all(hints)
    assert len(set(hints)) == len(hints)


def test_that_a_badge_is_shown_with_its_reason(bench: MakeBench) -> None:
    b = bench(4, 2)
    everything = {"layer2": "Three neurons are dead.", "data": "d", "loss": "l", "training": "t"}
    b.panel.set_badges(everything)
    assert [item.face.badge for item in b.scene.columns.values()] == ["", "", "Three neurons are dead.", ""]
    box = b.scene.columns["layer2"].chrome.badge_box()
    assert hint(b.scene, b.scene.hit(box.center())) == "Three neurons are dead."
    b.hover(box.center())
    assert QToolTip.text() == "Three neurons are dead."
    b.panel.set_badges({})
    assert b.scene.hit(box.center()).part != "badge"


@pytest.mark.parametrize("projector", [False, True])
def test_that_another_theme_changes_the_whole_picture(bench: MakeBench, projector: bool) -> None:
    b = bench(4, 20)
    b.run()
    before = b.panel.grab().toImage()
    b.panel.apply_theme(scaled(DARK, projector))
    after = b.panel.grab().toImage()
    assert after != before
    assert after.pixelColor(3, after.height() - 3).name() == DARK.canvas


def test_that_what_does_not_fit_the_palette_is_in_a_menu(bench: MakeBench) -> None:
    b = bench(4)
    b.panel.resize(2400, 640)
    assert not b.palette.more.isVisible()
    b.panel.resize(480, 640)
    assert b.palette.more.isVisible()
    hidden = [key for key, chip in b.palette.activations.items() if not chip.isVisible()]
    b.selection.select("layer1")
    b.palette.more.click()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    labels = [action.text() for action in menu.actions()]
    assert len(labels) == len(hidden)
    assert all("Select a layer first" in action.toolTip() for action in menu.actions())
    menu.actions()[0].trigger()
    menu.close()
    assert b.experiment.layer("layer1").activation == hidden[0]


def test_that_class_names_stand_beside_the_outputs(bench: MakeBench) -> None:
    b = bench(experiment=with_data("blobs", 4))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    assert b.scene.columns["output"].face.labels == prepared.plan.class_names
