"""The panels round the diagram: they fit narrow windows, say the right numbers, leave the keyboard free."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import edits, files
from playground.experiment.model import OUTPUT_ID
from playground.settings import Settings
from playground.ui.figures import four_digits
from playground.ui.panels.dock_title import DockTitle
from playground.ui.plots import BoundaryPlot
from playground.ui.selection import NeuronRef

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(("projector", "room"), [(False, 968), (True, 1232)])
def test_that_the_bar_fits_a_narrow_window(make_window: MakeWindow, projector: bool, room: int) -> None:
    experiment = files.example("circle")
    training = experiment.training.replace(regularizer="l2", regularization_rate=0.001)
    window = make_window(experiment.replace(training=training), Settings(motion=False, projector=projector))
    bar = window.top_bar
    assert bar.minimumSizeHint().width() <= room
    bar.setFixedWidth(bar.minimumSizeHint().width())
    layout = bar.layout()
    assert layout is not None
    layout.activate()
    shown = [child for child in bar.findChildren(QWidget) if child.isVisible()]
    assert all(child.mapTo(bar, child.rect().topRight()).x() < bar.width() for child in shown)
    assert bar.overflow.isVisible()
    assert bar.loss.window() is not window


def test_that_the_figures_of_a_pause_are_those_of_the_last_point(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    window.bridge.play_until(40)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and window.bridge.snapshot.epoch >= 40)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and window.bridge.snapshot.state == "paused")
    assert window.output_panel.figures.train_loss.text == four_digits(window.bridge.curves.last_train_loss)


def test_that_a_long_epoch_is_shown_in_full(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    snapshot = window.bridge.snapshot
    assert snapshot is not None
    window.top_bar.show_snapshot(replace(snapshot, epoch=12_345_678))
    epoch = window.top_bar.epoch
    window.top_bar.layout().activate()
    assert epoch.text() == "12,345,678"
    assert epoch.width() >= epoch.fontMetrics().horizontalAdvance("12,345,678")


def test_that_choices_come_back_when_the_window_grows(make_window: MakeWindow, qtbot: QtBot) -> None:
    bar = make_window(files.example("circle")).top_bar
    bar.setFixedWidth(bar.minimumSizeHint().width())
    assert bar.task.window() is not bar.window()
    bar.setFixedWidth(bar.sizeHint().width())
    assert bar.task.window() is bar.window()
    assert not bar.overflow.isVisible()
    qtbot.waitUntil(lambda: bar.task.isVisible() and bar.loss.isVisible())


def test_that_a_click_leaves_the_keyboard_to_the_diagram(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    data = window.data_panel
    for control in (data.gallery.tiles[1], data.features.chips[2], window.output_panel.options["discretize"]):
        QTest.mouseClick(control, LEFT)
        assert not control.hasFocus()
        assert control.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_that_a_number_that_is_typed_counts_once_a_button_is_clicked(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    field, button = window.data_panel.drawn.samples.field, window.top_bar.step
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setText("300")
    QTest.mouseClick(window.windowHandle(), LEFT, pos=button.mapTo(window, button.rect().center()))
    assert window.document.experiment.data.samples == 300
    assert not field.hasFocus()


def test_that_a_field_lets_the_window_have_its_shortcuts(make_window: MakeWindow) -> None:
    field = make_window(files.example("circle")).data_panel.drawn.samples.field

    def keeps(key: Qt.Key) -> bool:
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        event.ignore()
        field.event(event)
        return event.isAccepted()

    assert not keeps(Qt.Key.Key_S)
    assert not keeps(Qt.Key.Key_Z)
    assert keeps(Qt.Key.Key_C)
    QTest.keyClicks(field, "7")
    assert keeps(Qt.Key.Key_Z)


def test_that_each_turn_of_the_wheel_can_be_undone_alone(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.activateWindow()
    slider, stack = window.data_panel.drawn.samples.slider, window.document.undo_stack
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    before = stack.count()
    for _ in range(2):
        place, phase = QPointF(slider.rect().center()), Qt.ScrollPhase.NoScrollPhase
        modifiers, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
        turn = QWheelEvent(
            place, slider.mapToGlobal(place), QPoint(), QPoint(0, 120), button, modifiers, phase, False
        )
        QApplication.sendEvent(slider, turn)
    assert stack.count() == before + 2


def test_that_a_sigmoid_output_looks_the_same_when_it_is_pinned(make_window: MakeWindow) -> None:
    experiment = edits.set_loss(files.example("circle"), "binary_cross_entropy")
    window = make_window(experiment)
    plot = window.output_panel.outputs.currentWidget()
    assert isinstance(plot, BoundaryPlot)
    plain = plot.legend.texts
    window.selection.pin(NeuronRef(OUTPUT_ID, 0))
    assert plot.title
    assert plot.legend.texts == plain == ("0", "1")


def test_that_nothing_jumps_when_a_neuron_is_enlarged(make_window: MakeWindow) -> None:
    window = make_window(files.example("blobs"))
    plot = window.output_panel.outputs.currentWidget()
    assert isinstance(plot, BoundaryPlot)
    before = plot.place_of(0, 0)
    window.selection.hover(NeuronRef(window.document.experiment.layers[0].id, 0))
    assert plot.title
    assert plot.place_of(0, 0) == before


def test_that_the_data_panel_never_scrolls_sideways(make_window: MakeWindow) -> None:
    panel = make_window(files.example("spiral")).data_panel
    panel.sample.field.setFocus()
    assert panel.horizontalScrollBar().maximum() == 0
    body = panel.widget()
    assert body is not None
    assert body.minimumSizeHint().width() <= panel.viewport().width()


def test_that_a_high_enough_data_panel_has_no_scroll_bar(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("spiral"))
    window.resize(1280, 1200)
    qtbot.waitUntil(lambda: window.data_panel.verticalScrollBar().maximum() == 0)


def test_that_a_floated_dock_moves_and_offers_to_come_back(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    dock = window.docks["output"]
    title = dock.titleBarWidget()
    assert isinstance(title, DockTitle)
    before = dock.mapToGlobal(QPoint(0, 0))
    title._float.click()
    assert dock.isFloating()
    assert dock.pos() != before
    assert title._float.accessibleName() == "Put Output back"
    assert title._frame.isVisible()
    title._float.click()
    assert title._float.accessibleName() == "Float Output"


def test_that_the_font_of_a_field_survives_floating(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"), Settings(motion=False, projector=True))
    window.selection.select(window.document.experiment.layers[0].id)
    window.docks["inspector"].setFloating(True)
    size = window.themes.theme.size_body
    assert window.inspector.units.font().pixelSize() == size
    assert window.inspector.units.lineEdit().font().pixelSize() == size
    assert window.inspector.shape.font().pixelSize() == size


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "0.2500"), (0.00013, "1.3e−4"), (1.2e-6, "1.2e−6"), (-0.5, "−0.5000"), (0.0, "0.0000")],
)
def test_that_losses_are_written_briefly(value: float, text: str) -> None:
    assert four_digits(value) == text


def test_that_the_scaling_of_the_target_is_offered_where_it_says_something(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("fish"))
    choice = window.data_panel.target_scaling
    assert choice.isVisibleTo(window)
    choice.combo.setFocus()
    qtbot.keyClick(choice.combo, Qt.Key.Key_Down)
    assert window.document.experiment.data.target_scaling == "none"
    window.document.edit("Unscaled", edits.set_data, scaling="none")
    assert not choice.isVisibleTo(window)
    window.document.open(files.example("spiral"))
    assert not choice.isVisibleTo(window)
