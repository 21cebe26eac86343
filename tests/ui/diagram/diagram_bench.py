"""A network panel with an experiment in it, and a hand that moves the mouse over it."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.experiment.model import Dense, Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.messages import History, Picture, RunState, Snapshot
from playground.ui.diagram.bin import BinZone
from playground.ui.diagram.layout import Column, ColumnSpec
from playground.ui.diagram.panel import NetworkPanel
from playground.ui.document import Document
from playground.ui.selection import Selection
from playground.ui.theme.tokens import LIGHT


def specs(inputs: int, *widths: int, outputs: int = 1) -> list[ColumnSpec]:
    """Return the columns of a network."""
    hidden = [ColumnSpec(f"layer{n}", "hidden", units) for n, units in enumerate(widths, start=1)]
    return [ColumnSpec("inputs", "inputs", inputs), *hidden, ColumnSpec("output", "output", outputs)]


def network(*widths: int, activation: str = "tanh") -> Experiment:
    """Return the default experiment with Dense layers layer1, layer2 and so on."""
    layers = (
        Dense(id=f"layer{number}", units=units, activation=activation)
        for number, units in enumerate(widths, start=1)
    )
    return Experiment(layers=tuple(layers))


def snapshot(prepared: Prepared, seed: int = 0, state: RunState = "paused") -> Snapshot:
    """Return a snapshot with made-up weights and answers of the right shapes."""
    rng = np.random.default_rng(seed)
    points = prepared.probe.inputs[0].shape
    shapes = prepared.plan.shapes
    answers = tuple(rng.uniform(-1, 1, (shape.units, *points)) for shape in shapes)
    none = np.zeros(0)
    return Snapshot(
        run_id=1,
        state=state,
        step=1,
        epoch=1,
        steps_in_epoch=1,
        position=1.0,
        history=History(none, none, none, none, none),
        weights=tuple(rng.normal(size=(shape.units, max(shape.columns - 1, 0))) for shape in shapes),
        biases=tuple(rng.normal(size=shape.units if shape.columns else 0) for shape in shapes),
        picture=Picture(answers, answers[-1]),
        predictions=np.zeros(len(prepared.sample.inputs)),
        watched_mae=None,
        steps_per_second=0.0,
    )


class Bench:
    """The widgets under test and a mouse: places are scene points unless said otherwise."""

    def __init__(self, experiment: Experiment, qtbot: QtBot) -> None:
        self.document = Document(experiment)
        self.selection = Selection(self.document)
        self.panel = NetworkPanel(self.document, self.selection, LIGHT)
        self.panel.set_motion(False)
        qtbot.addWidget(self.panel)
        self.panel.resize(900, 640)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.view = self.panel.view
        self.scene = self.view.diagram
        self.palette = self.panel.palette_row
        self.refusals: list[str] = []
        self.document.refused.connect(self.refusals.append)

    @property
    def experiment(self) -> Experiment:
        return self.document.experiment

    @property
    def bin(self) -> BinZone:
        return self.view.findChild(BinZone)

    @property
    def widths(self) -> list[int]:
        return [layer.units for layer in self.experiment.layers]

    @property
    def order(self) -> list[str]:
        return [layer.id for layer in self.experiment.layers]

    @property
    def steps(self) -> int:
        return self.document.undo_stack.count()

    def run(self, seed: int = 0) -> Prepared:
        """Show a run of the experiment as it is."""
        prepared = prepare(self.experiment)
        self.panel.start_run(prepared)
        self.panel.show_snapshot(snapshot(prepared, seed))
        return prepared

    def column(self, layer: str) -> Column:
        column = self.scene.layout.column(layer)
        assert column is not None
        return column

    def gap(self, index: int) -> QPointF:
        return QPointF(self.scene.layout.gaps[index].centre, 0.0)

    def on_screen(self, point: QPointF) -> QPoint:
        return self.view.viewport().mapToGlobal(self.view.mapFromScene(point))

    def press(self, widget: QWidget, place: QPoint) -> None:
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=widget.mapFromGlobal(place))

    def move(self, widget: QWidget, place: QPoint) -> None:
        QTest.mouseMove(widget, widget.mapFromGlobal(place))

    def release(self, widget: QWidget, place: QPoint) -> None:
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=widget.mapFromGlobal(place))

    def drag(self, widget: QWidget, start: QPoint, *places: QPoint, drop: bool = True) -> None:
        """Press at `start`, go to `places` in small steps, and let go at the last one."""
        self.press(widget, start)
        here = start
        for place in places:
            for share in (0.2, 0.5, 0.8, 1.0):
                step = here + QPoint(round((place - here).x() * share), round((place - here).y() * share))
                self.move(widget, step)
            here = place
        if drop:
            self.release(widget, here)

    def drag_chip(self, chip: QWidget, place: QPoint, drop: bool = True) -> None:
        self.drag(chip, chip.mapToGlobal(chip.rect().center()), place, drop=drop)

    def drag_scene(self, start: QPointF, *points: QPointF, drop: bool = True) -> None:
        places = [self.on_screen(point) for point in points]
        self.drag(self.view.viewport(), self.on_screen(start), *places, drop=drop)

    def hover(self, point: QPointF) -> None:
        self.move(self.view.viewport(), self.on_screen(point))

    def click(self, point: QPointF) -> None:
        place = self.on_screen(point)
        self.hover(point)
        self.press(self.view.viewport(), place)
        self.release(self.view.viewport(), place)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, key, modifier)
