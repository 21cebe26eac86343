"""Building 2-8-8-1 from an empty diagram in the real window: by mouse alone, and by keyboard alone."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment.model import Experiment
from playground.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def drag(source: QWidget, start: QPoint, target: QPoint) -> None:
    """Press at `start` of a widget, move in steps to the global point `target`, and release there."""
    begin = source.mapToGlobal(start)
    QTest.mousePress(source, LEFT, pos=start)
    for share in (0.1, 0.4, 0.7, 1.0):
        step = begin + QPoint(
            round((target.x() - begin.x()) * share), round((target.y() - begin.y()) * share)
        )
        QTest.mouseMove(source, source.mapFromGlobal(step))
    QTest.mouseRelease(source, LEFT, pos=source.mapFromGlobal(target))


def on_screen(window: MainWindow, point: QPointF) -> QPoint:
    """Return where a point of the diagram is on the screen."""
    view = window.network.view
    return view.viewport().mapToGlobal(view.mapFromScene(point))


def click_diagram(window: MainWindow, point: QPointF) -> None:
    viewport = window.network.view.viewport()
    QTest.mouseClick(viewport, LEFT, pos=viewport.mapFromGlobal(on_screen(window, point)))


def drop_dense(window: MainWindow, gap: int) -> None:
    chip = window.network.palette_row.dense
    band = window.network.view.diagram.layout.gaps[gap].band
    drag(chip, chip.rect().center(), on_screen(window, band.center()))


def widen(window: MainWindow, layer: str, units: int) -> None:
    """Click the plus below a card until it has that many neurons."""
    while window.document.experiment.layer(layer).units < units:
        before = window.document.experiment
        column = window.network.view.diagram.layout.column(layer)
        assert column is not None
        assert column.plus is not None
        click_diagram(window, column.plus.center())
        assert window.document.experiment != before


def walk_the_history(window: MainWindow, undo: Callable[[], None], redo: Callable[[], None]) -> None:
    """Undo everything step by step, then redo it, and see every state again."""
    stack = window.document.undo_stack
    states = [window.document.experiment]
    while stack.canUndo():
        undo()
        states.append(window.document.experiment)
    assert states[-1] == Experiment()
    assert len(set(map(repr, states))) == len(states)
    for state in reversed(states[:-1]):
        redo()
        assert window.document.experiment == state
    assert not stack.canRedo()


def await_epoch(window: MainWindow, qtbot: QtBot, epoch: int) -> None:
    qtbot.waitUntil(
        lambda: window.bridge.snapshot is not None and shown(window).epoch >= epoch, timeout=20_000
    )


def test_that_a_network_is_built_trained_undone_and_redone_by_mouse(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    drop_dense(window, 0)
    drop_dense(window, 1)
    first, second = (layer.id for layer in window.document.experiment.layers)
    widen(window, first, 8)
    widen(window, second, 8)
    assert [layer.units for layer in window.document.experiment.layers] == [8, 8]
    chip = window.network.palette_row.activations["relu"]
    card = window.network.view.diagram.layout.column(second)
    assert card is not None
    drag(chip, chip.rect().center(), on_screen(window, card.title.center()))
    assert window.document.experiment.layer(second).activation == "relu"

    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    QTest.mouseClick(window.top_bar.play, LEFT)
    await_epoch(window, qtbot, 20)
    QTest.mouseClick(window.top_bar.play, LEFT)
    qtbot.waitUntil(lambda: shown(window).state == "paused")
    assert shown(window).weights[1].shape == (8, 8)
    assert window.top_bar.epoch.text() == f"{shown(window).epoch:,}"

    walk_the_history(
        window,
        lambda: QTest.mouseClick(window.top_bar.undo, LEFT),
        lambda: QTest.mouseClick(window.top_bar.redo, LEFT),
    )


def test_that_a_network_is_built_trained_undone_and_redone_by_keyboard(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifiers)

    while QApplication.focusWidget() is not window.network.view:
        press(Qt.Key.Key_Tab)
    for _layer in range(2):
        press(Qt.Key.Key_Insert)
        for _ in range(4):
            press(Qt.Key.Key_Plus)
    assert [layer.units for layer in window.document.experiment.layers] == [8, 8]

    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    press(Qt.Key.Key_Space)
    await_epoch(window, qtbot, 20)
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown(window).state == "paused")
    press(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: shown(window).step == 0)
    press(Qt.Key.Key_S)
    await_epoch(window, qtbot, 1)

    control = Qt.KeyboardModifier.ControlModifier
    walk_the_history(
        window,
        lambda: press(Qt.Key.Key_Z, control),
        lambda: press(Qt.Key.Key_Y, control),
    )
