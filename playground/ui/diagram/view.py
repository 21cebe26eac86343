"""The diagram's view: mouse, wheel and keys over the scene; zoom, pan and fit."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QMenu, QWidget

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.diagram import menus, outline
from playground.ui.diagram.bin import BinZone
from playground.ui.diagram.gestures import DragWidth, Gesture, MoveCard, Stage, insert_layer
from playground.ui.diagram.hits import CANVAS, Hit
from playground.ui.diagram.keys import Keys, change_units
from playground.ui.diagram.runner import GestureRunner
from playground.ui.diagram.scene import DiagramScene
from playground.ui.diagram.tips import Tips
from playground.ui.diagram.touch import Touch, number_at
from playground.ui.diagram.zoom import Corner, Zoom
from playground.ui.document import Document
from playground.ui.selection import NeuronRef, Selection
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CURSORS = {
    "activation": Qt.CursorShape.PointingHandCursor,
    "minus": Qt.CursorShape.PointingHandCursor,
    "plus": Qt.CursorShape.PointingHandCursor,
    "close": Qt.CursorShape.PointingHandCursor,
    "gap": Qt.CursorShape.PointingHandCursor,
    "tile": Qt.CursorShape.PointingHandCursor,
    "link": Qt.CursorShape.PointingHandCursor,
    "bias": Qt.CursorShape.PointingHandCursor,
    "grip": Qt.CursorShape.SizeVerCursor,
}
HELP = (
    "Arrow keys select layers and neurons. Insert adds a layer, Delete removes it, + and − change its width, "
    "Alt with an arrow moves it, Enter chooses the activation. W sets the weights of a neuron, F freezes the "
    "layer, O switches the neuron off, X the link between the neuron that is kept and the one pointed at."
)


class DiagramView(QGraphicsView):
    """Shows the network and lets it be built with mouse or keyboard.

    Signals:
        picture_asked(): the person wants a picture of the diagram.
    """

    picture_asked = Signal()

    def __init__(
        self, document: Document, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._theme = theme
        self.diagram = DiagramScene(document.experiment, theme, self)
        self.setScene(self.diagram)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        # It paints all of itself, so what lies behind need not be painted first.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 170)
        self.setAccessibleName("Network diagram")
        self._corner = Corner(theme)
        self.setCornerWidget(self._corner)
        self._bin = BinZone(theme, self.viewport())
        self.gestures = GestureRunner(self, theme)
        self.zoom = Zoom(self, self.diagram)
        self.tips = Tips(self, self.diagram)
        self.touch = Touch(self, self.diagram, document, selection, theme)
        self.stage = Stage(
            document, selection, self.diagram, self._bin.show_state, self._over_bin, self._room, self._say
        )
        self.keys = Keys(self.stage, self.open_activations)
        self._pressed: Hit | None = None
        self._panning: QPoint | None = None
        self._pan_from = QPoint()
        document.experiment_changed.connect(self._follow)
        document.opened.connect(self.zoom.fit)
        selection.changed.connect(self._show_selection)
        selection.shown_neuron_changed.connect(self._show_selection)
        selection.numbers_changed.connect(self.diagram.show_numbers)
        self.apply_theme(theme)
        self._describe()

    # The run, the theme, the document -------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Show the inputs of a new run."""
        self.diagram.start_run(prepared)
        self.zoom.follow()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what the neurons answer and the weights."""
        self.diagram.show_snapshot(snapshot)
        self.touch.show_snapshot()

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.setBackgroundBrush(qcolor(theme.canvas))
        self._corner.apply_theme(theme)
        self.diagram.apply_theme(theme)
        self.gestures.apply_theme(theme)
        self._bin.apply_theme(theme)
        self.touch.apply_theme(theme)
        self.zoom.follow()

    def set_motion(self, on: bool) -> None:
        """Switch the gliding of moved layers on or off."""
        self.diagram.motion = on

    def set_badges(self, badges: Mapping[str, str]) -> None:
        """Show a warning mark on layers, with its reason as tooltip."""
        self.diagram.set_badges(badges)

    def _follow(self, old: Experiment, new: Experiment) -> None:
        self.gestures.cancel()
        self._pressed = None
        self.touch.editor.cancel()
        self.diagram.set_experiment(new)
        if outline.is_another(old, new):
            self.zoom.fit()
        else:
            self.zoom.follow()
        self._show_selection()
        self._describe()

    def _show_selection(self) -> None:
        selection = self._selection
        self.diagram.show_selection(selection.layer, selection.neuron, selection.hovered)

    def _describe(self) -> None:
        words = outline.network_in_words(self._document.experiment)
        self.setAccessibleDescription(f"{words}. {HELP}")

    # Mouse ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        place = event.globalPosition().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._start_panning(place)
            return
        if event.button() != Qt.MouseButton.LeftButton or self.gestures.active:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.tips.hide()
        point = self.mapToScene(event.position().toPoint())
        self._pressed = self.diagram.hit(point)
        self._arm(self._pressed, place, point)

    def _arm(self, hit: Hit, place: QPoint, point: QPointF) -> None:
        """Prepare the drag that a press here may become."""
        column = self.diagram.layout.column(hit.layer) if hit.layer is not None else None
        movable = column is not None and column.spec.movable
        layer = hit.layer or ""

        def widen() -> Gesture:
            return DragWidth(self.stage, layer, point)

        def carry() -> Gesture:
            return MoveCard(self.stage, layer, point)

        if movable and hit.part == "grip":
            self.gestures.arm(place, widen)
        elif movable and hit.part in ("card", "tile", "bias", "activation", "badge", "health"):
            self.gestures.arm(place, carry)
        elif hit.part in ("canvas", "link"):
            self._start_panning(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second of two quick clicks as a click."""
        self.mousePressEvent(event)  # quick clicks on + are clicks

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag."""
        place = event.globalPosition().toPoint()
        if self._panning is not None:
            self._pan(place)
        elif self._pressed is not None or self.gestures.active:
            self.gestures.move(place)
        else:
            self._point_at(self.diagram.hit(self.mapToScene(event.position().toPoint())), place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or click."""
        moved = self._panning is not None and self._stop_panning()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        if self.gestures.release(event.globalPosition().toPoint()) or pressed is None or moved:
            return
        if self.diagram.hit(self.mapToScene(event.position().toPoint())) == pressed:
            self._click(pressed, event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        if not self.gestures.active:
            self._point_at(CANVAS, None)
        super().leaveEvent(event)

    def _point_at(self, hit: Hit, place: QPoint | None) -> None:
        """Light what is under the pointer; a link says at once what it is."""
        self.diagram.show_hot(hit)
        on_neuron = hit.part in ("tile", "bias") and hit.layer is not None
        self._selection.hover(NeuronRef(str(hit.layer), hit.index) if on_neuron else None)
        self._selection.hover_link(number_at(hit))
        self.viewport().setCursor(CURSORS.get(hit.part, Qt.CursorShape.ArrowCursor))
        if place is not None:
            self.tips.point_at(hit, place)

    def _click(self, hit: Hit, place: QPoint) -> None:
        layer, number = hit.layer, number_at(hit)
        if hit.part == "gap":
            insert_layer(self._document, self._selection, hit.index)
        elif hit.part == "canvas" or layer is None:
            self._selection.select(None)
        elif hit.part in ("minus", "plus"):
            change_units(self.stage, layer, 1 if hit.part == "plus" else -1)
        elif hit.part == "close":
            self._document.edit("Remove layer", edits.remove_layer, layer)
        else:
            self._selection.select(layer)
            if number is not None:
                self.tips.hide()
                self.touch.open(number, place)
            elif hit.part == "tile":
                neuron = NeuronRef(layer, hit.index)
                self._selection.pin(None if self._selection.neuron == neuron else neuron)
            elif hit.part == "activation":
                self.open_activations(layer)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of what is under the pointer."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        if keyboard:
            layer, hit = self._selection.layer, self._keyboard_hit()
            place = self._below(layer) if layer is not None else self.mapToGlobal(self.rect().center())
        else:
            hit, place = self.diagram.hit(self.mapToScene(event.pos())), event.globalPos()
        menu = self._menu_for(hit, self.mapToScene(event.pos()))
        menu.addSeparator()
        menu.addAction("Export picture…", self.picture_asked.emit)
        menu.popup(place)

    def _keyboard_hit(self) -> Hit:
        """Return what the keyboard points at: a neuron, or else the selected layer."""
        layer, at = self._selection.layer, self._selection.hovered or self._selection.neuron
        if at is not None and at.layer == layer:
            return Hit("tile", layer, at.index)
        return Hit("card", layer) if layer is not None else CANVAS

    def _menu_for(self, hit: Hit, point: QPointF) -> QMenu:
        document, selection = self._document, self._selection
        if hit.part in ("gap", "link", "canvas"):
            box = self.diagram.content()
            gap = hit.index if hit.part == "gap" else self.diagram.layout.gap_at(point)
            if hit.part == "link":
                return menus.link_menu(self, document, selection, hit, gap)
            if gap is not None and box.contains(point):
                return menus.gap_menu(self, document, selection, gap)
        if hit.layer is None:
            return menus.canvas_menu(self, document, selection, self.zoom.fit)
        selection.select(hit.layer)
        neuron = NeuronRef(hit.layer, hit.index) if hit.part in ("tile", "bias") else None
        return menus.menu_for(self, document, selection, hit.layer, neuron)

    def open_activations(self, layer: str) -> None:
        """Open the menu of activations below a layer's title."""
        menu = menus.activation_menu(self, self._document, layer)
        menu.popup(self._below(layer))

    def _below(self, layer: str) -> QPoint:
        column = self.diagram.layout.column(layer)
        assert column is not None
        box = column.activation or column.title
        corner = QPointF(column.card.left(), box.bottom() + 2)
        return self.viewport().mapToGlobal(self.mapFromScene(corner))

    # The bin --------------------------------------------------------------------------------------------

    def _over_bin(self) -> bool:
        # All that lies below its upper edge, a scroll bar too.
        place = self.viewport().mapFromGlobal(self.gestures.place)
        return self._bin.isVisible() and place.y() >= self._bin.y()

    def _room(self) -> QRectF:
        """Return what of the scene can be seen above the bin."""
        seen = self.viewport().rect().adjusted(0, 0, 0, -self._bin.height())
        return self.mapToScene(seen).boundingRect()

    def _say(self, text: str) -> None:
        self.tips.say(text, self.gestures.place)

    # Panning, wheel, keys -------------------------------------------------------------------------------

    def _start_panning(self, place: QPoint) -> None:
        self._panning = self._pan_from = place

    def _pan(self, place: QPoint) -> None:
        assert self._panning is not None
        step = place - self._panning
        self._panning = place
        if not self.zoom.fitted:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.zoom.scroll(step)

    def _stop_panning(self) -> bool:
        """End a pan; say whether the pointer has moved, so that it was no click."""
        place, self._panning = self._panning, None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return place is not None and (place - self._pan_from).manhattanLength() > 3

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        self.touch.editor.finish()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom.wheel(event.angleDelta().y(), event.position())
        else:
            self.zoom.scroll(
                event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            )
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer to keys."""
        if self.zoom.key(event):
            return
        if self.keys.handle(event):
            self._reveal()
        else:
            event.ignore()  # Space and the rest belong to the window

    def _reveal(self) -> None:
        """Scroll to what the keyboard has selected."""
        column = self.diagram.layout.column(self._selection.layer or "")
        if column is None:
            return
        neuron = self._selection.hovered
        on_it = neuron is not None and neuron.layer == column.spec.id and neuron.index < column.spec.units
        self.zoom.reveal(column.box_of(neuron.index) if neuron is not None and on_it else column.card)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the diagram and pinches."""
        # The diagram's own keys come before the window's shortcuts while it has the focus.
        shortcut = event.type() == QEvent.Type.ShortcutOverride
        if shortcut and isinstance(event, QKeyEvent) and self._owns(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.NativeGesture and self.zoom.pinch(event):
            return True
        return super().event(event)

    def _owns(self, event: QKeyEvent) -> bool:
        return self.keys.knows(event) or self.zoom.knows(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            if not self.gestures.active:
                self.tips.show(self.diagram.hit(self.mapToScene(event.pos())), event.globalPos())
            return True
        if event.type() == QEvent.Type.NativeGesture and self.zoom.pinch(event):
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select something when the keyboard comes here."""
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and self._selection.layer is None:
            self._selection.select(self.diagram.layout.columns[0].spec.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new size."""
        super().resizeEvent(event)
        self.touch.editor.finish()
        self._bin.settle()
        self.zoom.follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the view once it has its size."""
        super().showEvent(event)
        self.zoom.follow()
