"""The palette above the diagram: the kinds of layers and the activations, to drag or to click."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from playground.engine.activations import ACTIVATIONS, Activation
from playground.engine.layers import LAYERS, LayerKind
from playground.experiment import edits
from playground.experiment.model import INPUTS_ID
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.messages import Snapshot
from playground.ui.diagram.gestures import AddLayer, DropActivation, Gesture, gap_after, insert_layer
from playground.ui.diagram.ghost import paint_grip
from playground.ui.diagram.look import look_of, text_width
from playground.ui.diagram.menus import new_menu
from playground.ui.diagram.outline import activation_of
from playground.ui.diagram.signs import SIGNS, paint_sign
from playground.ui.diagram.tips import wrapped
from playground.ui.diagram.view import DiagramView
from playground.ui.document import Document
from playground.ui.selection import Selection
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FEWEST = 3  # activations that have to fit beside the layers, or they get a row of their own
# The most used first; the others follow in the order of their table.
PREFERRED = ("tanh", "relu", "sigmoid", "swish", "linear", "leaky_relu", "softmax", "step")


class Chip(QAbstractButton):
    """One thing to drag onto the diagram; a click does the same to the selected layer."""

    def __init__(self, text: str, view: DiagramView, make: Callable[[], Gesture] | None) -> None:
        super().__init__()
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click Space is to play
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._view = view
        self._make = make
        self._theme: Theme | None = None
        self.curve: QPolygonF | None = None
        self.sign = ""
        if make is not None:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.current = False
        self._focused_by_key = False

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.resize(self.sizeHint())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self._make is not None:
            self._view.gestures.arm(event.globalPosition().toPoint(), self._make)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag."""
        if self._make is None:
            super().mouseMoveEvent(event)
            return
        self._view.gestures.move(event.globalPosition().toPoint())
        if self._view.gestures.active:
            self.setDown(False)  # a drag is no click

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or click."""
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._make and self._view.gestures.release(event.globalPosition().toPoint()):
            self.setDown(False)
            return
        super().mouseReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus when the keyboard brought it."""
        self._focused_by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is gone."""
        self._focused_by_key = False
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer to keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the size of icon and text."""
        theme = self._theme
        if theme is None:
            return QSize(60, 30)
        look = look_of(theme)
        icon = 31 if self.curve is not None else 16 if self._make is not None else 0
        icon += 20 if self.sign else 0
        return QSize(round(text_width(look.label, self.text())) + theme.px(icon + 22), theme.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the widget."""
        theme = self._theme
        if theme is None:
            return
        look = look_of(theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        hot = self.underMouse() or self.isDown()
        layer = self.curve is None and self._make is not None
        ring = self._focused_by_key or self.current
        painter.setPen(look.pen(theme.accent, 1.5) if ring else look.hairline if layer else Qt.PenStyle.NoPen)
        ground = theme.raised_hover if hot else theme.surface if layer else theme.raised
        painter.setBrush(qcolor(ground))
        radius = theme.px(6) if layer else box.height() / 2
        painter.drawRoundedRect(box, radius, radius)
        left = theme.px(10)
        if layer:
            paint_grip(painter, theme, box.left() + theme.px(9), box.center().y(), theme.muted)
            left = theme.px(24)
            if self.sign:
                centre = QPointF(theme.px(31), box.center().y() + 0.5)
                paint_sign(painter, theme, self.sign, centre, theme.px(14), theme.accent_strong)
                left = theme.px(43)
        elif self.curve is not None:
            paint_grip(painter, theme, box.left() + theme.px(9), box.center().y(), theme.muted, 0.8)
            self._paint_curve(painter, theme, QPointF(theme.px(19), box.center().y()))
            left = theme.px(43)
        painter.setPen(qcolor(theme.text if self._make is not None else theme.muted))
        painter.setFont(look.label)
        painter.drawText(box.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_curve(self, painter: QPainter, theme: Theme, corner: QPointF) -> None:
        assert self.curve is not None
        side = theme.px(20)
        painter.setPen(look_of(theme).pen(theme.accent, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [corner + QPointF(p.x() * side, -p.y() * side * 0.36) for p in self.curve.toList()]
        painter.drawPolyline(QPolygonF(points))


def activation_curve(record: Activation) -> QPolygonF:
    """Return the shape of an activation over -3..3 as points in 0..1 by -1..1."""
    z = np.linspace(-3.0, 3.0, 25)
    if record.output_only:
        y = 1.0 / (1.0 + np.exp(-2 * z))  # softmax of two scores z and -z
    else:
        y = np.empty_like(z)
        record.apply(z, y)
    y = y - (y.max() + y.min()) / 2
    largest = float(np.max(np.abs(y))) or 1.0
    return QPolygonF([QPointF(i / 24, v / largest) for i, v in enumerate(y.tolist())])


class Palette(QWidget):
    """The chips: layers and activations in one row where there is room for both, else in two.

    The activations that do not fit the width are in the menu "more…".
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        view: DiagramView,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._view = view
        self._theme = theme
        self.setAccessibleName("Palette")
        self.layers = {record.key: self._layer_chip(record) for record in LAYERS}
        self.dense = self.layers["dense"]
        self.activations = {key: self._activation_chip(key) for key in palette_order()}
        self.more = Chip("more…", view, None)
        self.more.setParent(self)
        self.more.setToolTip("More activations: select a layer first, then choose one here")
        self.more.setAccessibleName("More activations")
        self.more.clicked.connect(self._open_more)
        selection.changed.connect(self._mark_current)
        document.experiment_changed.connect(self._mark_current)
        self.apply_theme(theme)

    def start_run(self, prepared: Prepared) -> None:
        """The palette shows nothing of a run."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The palette shows nothing of a run."""

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        for chip in (*self.layers.values(), *self.activations.values(), self.more):
            chip.apply_theme(theme)
        self._arrange()
        self._mark_current()

    def _layer_chip(self, record: LayerKind) -> Chip:
        chip = Chip(record.label, self._view, lambda: AddLayer(self._view.stage, record.key))
        chip.setParent(self)
        chip.sign = record.key if record.key in SIGNS else ""
        chip.setAccessibleName(f"{record.label} layer")
        key = " (Insert)" if record.key == "dense" else ""
        chip.setToolTip(
            wrapped(f"{record.help}\nDrag it into a gap, or click to add it after the selected layer{key}")
        )
        chip.clicked.connect(lambda: self._add_layer(record.key))
        return chip

    def _activation_chip(self, key: str) -> Chip:
        record = by_key(ACTIVATIONS, key, "activation")
        chip = Chip(record.label, self._view, lambda: DropActivation(self._view.stage, key))
        chip.setParent(self)
        chip.curve = activation_curve(record)
        chip.setAccessibleName(f"Activation {record.label}")
        chip.setToolTip(f"{record.help} Drag it onto a layer, or click to use it in the selected layer.")
        chip.clicked.connect(lambda: self.set_activation(key))
        return chip

    def _add_layer(self, kind: str) -> None:
        index = gap_after(self._document.experiment, self._selection.layer)
        insert_layer(self._document, self._selection, index, kind)

    def set_activation(self, key: str) -> None:
        """Set the activation of the selected layer; say why when there is none."""
        layer = self._selection.layer
        if layer is None:
            self._document.refused.emit("Select a layer first: click one, or drag the activation onto it.")
            return
        self._document.edit("Set activation", edits.set_activation, layer, key)

    def _mark_current(self) -> None:
        """Ring the activation of the selected layer."""
        from_layer = self._selection.layer
        present = None
        if from_layer not in (None, INPUTS_ID):
            present = activation_of(self._document.experiment, str(from_layer))
        for key, chip in self.activations.items():
            if chip.current != (key == present):
                chip.current = key == present
                chip.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the chips in rows and hide the activations that do not fit."""
        gap, wide = self._theme.px(6), self._theme.px(14)
        x, y = self._arrange_layers(gap)
        chips = list(self.activations.values())
        least = sum(chip.width() + gap for chip in chips[:FEWEST]) + self.more.width()
        x += wide - gap
        if x + least > self.width():
            x, y = 0, y + self.dense.height() + gap
        self.setFixedHeight(y + self.dense.height())
        total = x + sum(chip.width() + gap for chip in chips) - gap
        limit = self.width() if total <= self.width() else self.width() - self.more.width()
        fits = True
        for chip in chips:
            fits = fits and x + chip.width() <= limit
            chip.setVisible(fits)
            if fits:
                chip.move(x, y)
                x += chip.width() + gap
        self.more.setVisible(not fits)
        self.more.move(x, y)

    def _arrange_layers(self, gap: int) -> tuple[int, int]:
        """Put the layers' chips in as many rows as they need; return where the next chip would be."""
        x = y = 0
        for chip in self.layers.values():
            if x and x + chip.width() > self.width():
                x, y = 0, y + chip.height() + gap
            chip.move(x, y)
            x += chip.width() + gap
        return x, y

    def _open_more(self) -> None:
        menu = new_menu(self, "More activations")
        for key, chip in self.activations.items():
            if chip.isHidden():
                record = by_key(ACTIVATIONS, key, "activation")
                action = menu.addAction(record.label)
                action.setToolTip(f"{record.help} Select a layer first, then choose it here.")
                action.triggered.connect(lambda _checked=False, key=key: self.set_activation(key))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def palette_order() -> tuple[str, ...]:
    """Return the keys of all activations, the most used first."""
    keys = [record.key for record in ACTIVATIONS]
    return (*(key for key in PREFERRED if key in keys), *(key for key in keys if key not in PREFERRED))
