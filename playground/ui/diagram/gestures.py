"""The drags a person can do on the diagram, each an object that commits one edit at its end.

A gesture knows neither mouse nor widgets: it is told where the pointer is, in the scene, or None outside the
diagram, and answers with what the ghost should say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from playground.engine.layers import LAYERS
from playground.experiment import edits
from playground.experiment.flow import width_of
from playground.experiment.model import INPUTS_ID, MAX_UNITS, OUTPUT_ID, Dense, Experiment
from playground.tables import by_key
from playground.ui.diagram import outline
from playground.ui.diagram.scene import DiagramScene
from playground.ui.document import Document
from playground.ui.selection import Selection

BETWEEN = "Drop it between the inputs and the output."
ONTO = "Drop it onto a layer."
HOME = "The layer stays where it was: drop it in another gap to move it, or on the strip below to remove it."


@dataclass(frozen=True, slots=True)
class Stage:
    """What a gesture acts on."""

    document: Document
    selection: Selection
    scene: DiagramScene
    show_bin: Callable[[bool, bool], None]  # (shown, lit)
    over_bin: Callable[[], bool]
    room: Callable[[], QRectF]  # what of the scene can be seen, less the bin
    say: Callable[[str], None]  # at the pointer


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a drop here would do: the chip's text (empty for no chip), and why not when it is refused."""

    text: str
    refusal: str = ""


class Gesture(Protocol):
    """One drag from its start to its end."""

    cursor: Qt.CursorShape

    def start(self) -> None:
        """Begin: the pointer has moved far enough."""

    def move(self, point: QPointF | None) -> Verdict:
        """Follow the pointer."""

    def finish(self) -> None:
        """Commit what the last move promised, as one edit."""

    def cancel(self) -> None:
        """Leave everything as it was."""


def refusal(experiment: Experiment, function: Callable[..., Experiment], *args: Any, **kwargs: Any) -> str:
    """Return why an edit would be refused, empty when it would not."""
    try:
        function(experiment, *args, **kwargs)
    except edits.EditRefused as refused:
        return str(refused)
    return ""


def insert_layer(document: Document, selection: Selection, index: int, kind: str = "dense") -> bool:
    """Add a layer in gap `index` and select it; every way to add a layer ends here."""
    if not document.edit("Add layer", edits.add_layer, index, kind=kind):
        return False
    selection.select(document.experiment.layers[index].id)
    return True


class AddLayer:
    """A layer's chip from the palette into a gap."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, kind: str) -> None:
        self._stage = stage
        self._kind = by_key(LAYERS, kind, "kind of layer")
        self._gap: int | None = None

    def start(self) -> None:
        """Begin."""
        self._gap = None

    def move(self, point: QPointF | None) -> Verdict:
        """Light what a drop here would change."""
        scene = self._stage.scene
        gap = None if point is None else scene.layout.gap_at(point)
        reason = BETWEEN
        if gap is not None:
            reason = refusal(scene.experiment, edits.add_layer, gap, kind=self._kind.key)
        self._gap = gap
        scene.light_gap(None if reason else gap)
        return Verdict(self._kind.label, reason)

    def finish(self) -> None:
        """Commit as one edit."""
        self._stage.scene.light_gap(None)
        if self._gap is not None:
            insert_layer(self._stage.document, self._stage.selection, self._gap, self._kind.key)
        else:
            self._stage.say(BETWEEN)

    def cancel(self) -> None:
        """Put everything back."""
        self._stage.scene.light_gap(None)


class DropActivation:
    """An activation chip from the palette onto a layer."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, activation: str) -> None:
        self._stage = stage
        self._activation = activation
        self._layer: str | None = None

    def start(self) -> None:
        """Begin."""
        self._layer = None

    def move(self, point: QPointF | None) -> Verdict:
        """Light what a drop here would change."""
        scene = self._stage.scene
        self._layer = None if point is None else layer_at(scene, point)
        reason = ONTO
        if self._layer is not None:
            reason = refusal(scene.experiment, edits.set_activation, self._layer, self._activation)
        scene.light_layer(None if reason else self._layer)
        return Verdict(outline.activation_label(self._activation), reason)

    def finish(self) -> None:
        """Commit as one edit."""
        self._stage.scene.light_layer(None)
        if self._layer is not None:
            # A refused one goes to the document too: it tells the whole window why.
            self._stage.document.edit("Set activation", edits.set_activation, self._layer, self._activation)
        else:
            self._stage.say(ONTO)

    def cancel(self) -> None:
        """Put everything back."""
        self._stage.scene.light_layer(None)


class MoveCard:
    """A layer's card to another gap, into the bin, or out of the diagram."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, layer: str, grabbed: QPointF) -> None:
        self._stage = stage
        self._layer = layer
        self._grabbed = grabbed
        self._gap: int | None = None
        self._remove = False
        self._beside = False

    def start(self) -> None:
        """Begin."""
        self._stage.selection.select(self._layer)
        self._stage.show_bin(True, False)

    def move(self, point: QPointF | None) -> Verdict:
        """Light what a drop here would change."""
        stage, scene = self._stage, self._stage.scene
        name = self._name()
        if point is not None:
            scene.lift(self._layer, self._grabbed, point, stage.room())
        self._remove = point is None or stage.over_bin()
        self._gap = None
        self._beside = False
        if self._remove or point is None:
            reason = refusal(scene.experiment, edits.remove_layer, self._layer)
            stage.show_bin(True, not reason)
            scene.light_gap(None)
            return Verdict(f"Remove {name}", reason)
        stage.show_bin(True, False)
        gap = scene.layout.gap_at(point)
        self._beside = gap is None
        here = scene.experiment.index(self._layer)
        self._gap = None if gap in (here, here + 1) else gap
        reason = BETWEEN
        if gap is not None:
            reason = refusal(scene.experiment, edits.move_layer, self._layer, gap)
        scene.light_gap(None if reason else self._gap)
        # The card itself follows the pointer: a chip beside it would say the same again.
        return Verdict(name, reason) if reason else Verdict("")

    def finish(self) -> None:
        """Commit as one edit."""
        document, layer = self._stage.document, self._layer
        self.cancel()
        if self._remove:
            document.edit("Remove layer", edits.remove_layer, layer)
        elif self._gap is not None:
            document.edit("Move layer", edits.move_layer, layer, self._gap)
        else:
            self._stage.say(BETWEEN if self._beside else HOME)

    def cancel(self) -> None:
        """Put everything back."""
        self._stage.scene.put_down(self._layer)
        self._stage.scene.light_gap(None)
        self._stage.show_bin(False, False)

    def _name(self) -> str:
        experiment = self._stage.scene.experiment
        layer = experiment.layer(self._layer)
        return f"Dense · {layer.units}" if isinstance(layer, Dense) else outline.slim_label(layer)


class DragWidth:
    """The handle at a card's lower edge: down for more neurons, up for fewer."""

    cursor = Qt.CursorShape.SizeVerCursor

    def __init__(self, stage: Stage, layer: str, grabbed: QPointF) -> None:
        self._stage = stage
        self._layer = layer
        self._grabbed = grabbed
        self._before = width_of(stage.scene.experiment, layer)
        self._after = self._before

    def start(self) -> None:
        """Begin."""
        self._stage.selection.select(self._layer)

    def move(self, point: QPointF | None) -> Verdict:
        """Light what a drop here would change."""
        scene = self._stage.scene
        if point is None:
            self._after = self._before
            scene.preview_width(self._layer, None)
            return Verdict(f"{self._before} neurons", "Let go here to leave the layer as it is.")
        down = point.y() - self._grabbed.y()
        self._after = self._units(down)
        scene.preview_width(self._layer, down)
        if self._after == self._before:
            return Verdict(f"{self._before} neurons")
        return Verdict(f"{self._before} → {self._after}")

    def finish(self) -> None:
        """Commit as one edit."""
        self.cancel()
        if self._after != self._before:
            self._stage.document.edit("Change width", edits.set_units, self._layer, self._after)

    def cancel(self) -> None:
        """Put everything back."""
        self._stage.scene.preview_width(self._layer, None)

    def _units(self, down: float) -> int:
        """Return the number of neurons: one for each tile's height, a share of a block's."""
        column = self._stage.scene.layout.column(self._layer)
        if column is None:
            return self._before
        if column.block is not None:
            share = 2.0 ** (2.0 * down / column.block.height())
            return max(1, min(int(self._before * share + 0.5), MAX_UNITS))
        return max(1, min(self._before + round(down / max(column.tile * 0.8, 10.0)), MAX_UNITS))


def layer_at(scene: DiagramScene, point: QPointF) -> str | None:
    """Return the column whose card, with a little room around it, is at `point`."""
    for column in scene.layout.columns:
        if column.card.adjusted(-6, -8, 6, 26).contains(point):
            return column.spec.id
    return None


def gap_after(experiment: Experiment, layer: str | None) -> int:
    """Return the gap behind the selected layer; before the output when nothing is selected."""
    if layer == INPUTS_ID:
        return 0
    if layer in (None, OUTPUT_ID):
        return len(experiment.layers)
    return experiment.index(str(layer)) + 1
