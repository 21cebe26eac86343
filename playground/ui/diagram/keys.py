"""The diagram from the keyboard: every drag and click has a key here."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from playground.experiment import edits
from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.ui.diagram import holding
from playground.ui.diagram.gestures import Stage, gap_after, insert_layer
from playground.ui.diagram.outline import activation_of
from playground.ui.selection import NeuronRef

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Keys:
    """Turns keys into selections and edits; `handle` says whether a key was for the diagram."""

    def __init__(self, stage: Stage, open_activations: Callable[[str], None]) -> None:
        self._stage = stage
        self._open_activations = open_activations
        self._table: dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]] = {
            (NONE, Key.Key_Left): lambda: self._step(-1),
            (NONE, Key.Key_Right): lambda: self._step(1),
            (NONE, Key.Key_Up): lambda: self._neuron(-1),
            (NONE, Key.Key_Down): lambda: self._neuron(1),
            (ALT, Key.Key_Left): lambda: self._move(-1),
            (ALT, Key.Key_Right): lambda: self._move(2),
            (NONE, Key.Key_Insert): self.add_layer,
            (CTRL, Key.Key_L): self.add_layer,
            (NONE, Key.Key_Plus): lambda: self.change_units(1),
            (NONE, Key.Key_Equal): lambda: self.change_units(1),
            (NONE, Key.Key_Minus): lambda: self.change_units(-1),
            (NONE, Key.Key_Delete): self.remove_layer,
            (NONE, Key.Key_Backspace): self.remove_layer,
            (NONE, Key.Key_Return): self._enter,
            (NONE, Key.Key_Enter): self._enter,
            (NONE, Key.Key_A): self._activations,
            (NONE, Key.Key_F): self.toggle_frozen,
            (NONE, Key.Key_O): self.toggle_neuron,
            (NONE, Key.Key_X): self.toggle_link,
            (NONE, Key.Key_Escape): self._escape,
        }

    def handle(self, event: QKeyEvent) -> bool:
        """Do what the key means; False when it means nothing here."""
        run = self._table.get(self._chord(event))
        if run is None:
            return False
        run()
        return True

    def knows(self, event: QKeyEvent) -> bool:
        """Return whether a key means something here."""
        return self._chord(event) in self._table

    @staticmethod
    def _chord(event: QKeyEvent) -> tuple[Qt.KeyboardModifier, Qt.Key]:
        # Shift is needed to type + on many keyboards, and the keypad has its own.
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Key.Key_Plus, Key.Key_Minus):
            plain &= ~Qt.KeyboardModifier.ShiftModifier
        return plain, Key(event.key())

    def _layers(self) -> list[str]:
        return [column.spec.id for column in self._stage.scene.layout.columns]

    def _step(self, by: int) -> None:
        layers, selection = self._layers(), self._stage.selection
        if selection.layer not in layers:
            selection.select(layers[0] if by > 0 else layers[-1])
            return
        at = layers.index(selection.layer) + by
        selection.hover(None)
        selection.select(layers[min(max(at, 0), len(layers) - 1)])

    def _neuron(self, by: int) -> None:
        selection, scene = self._stage.selection, self._stage.scene
        if selection.layer is None:
            selection.select(self._layers()[0])
        column = scene.layout.column(str(selection.layer))
        if column is None:
            return
        present = selection.hovered or selection.neuron
        last = column.spec.units - 1
        if present is None or present.layer != column.spec.id:
            index = 0 if by > 0 else last
        else:
            index = min(max(present.index + by, 0), last)
        selection.hover(NeuronRef(column.spec.id, index))

    def _move(self, by: int) -> None:
        experiment, layer = self._stage.document.experiment, self._stage.selection.layer
        if layer in (None, INPUTS_ID, OUTPUT_ID):
            self._stage.document.refused.emit("Select a hidden layer to move it.")
            return
        index = experiment.index(str(layer)) + by
        if 0 <= index <= len(experiment.layers):
            self._stage.document.edit("Move layer", edits.move_layer, layer, index)

    def add_layer(self) -> None:
        """Add a Dense layer after the selected one, or before the output."""
        stage = self._stage
        insert_layer(
            stage.document, stage.selection, gap_after(stage.document.experiment, stage.selection.layer)
        )

    def change_units(self, by: int) -> None:
        """Add neurons to the selected layer, or remove them."""
        layer = self._stage.selection.layer
        if layer is None:
            self._stage.document.refused.emit("Select a layer first, with the arrow keys or a click.")
            return
        change_units(self._stage, layer, by)

    def remove_layer(self) -> None:
        """Remove the selected layer."""
        stage, layer = self._stage, self._stage.selection.layer
        if layer is None:
            stage.document.refused.emit("Select a layer first, with the arrow keys or a click.")
            return
        layers = self._layers()
        if stage.document.edit("Remove layer", edits.remove_layer, layer):
            # Stay near, so that Delete pressed twice takes two neighbours.
            stage.selection.select(layers[layers.index(layer) - 1])

    def toggle_frozen(self) -> None:
        """Freeze the selected layer, or let it learn again."""
        holding.toggle_frozen(self._stage.document, self._stage.selection.layer)

    def toggle_neuron(self) -> None:
        """Switch the neuron that is pointed at, or else the one that is kept, off or on."""
        selection = self._stage.selection
        holding.toggle_neuron(self._stage.document, selection.hovered or selection.neuron)

    def toggle_link(self) -> None:
        """Switch the link between the neuron that is kept and the one that is pointed at off or on."""
        selection = self._stage.selection
        holding.toggle_link_between(self._stage.document, selection.neuron, selection.hovered)

    def _enter(self) -> None:
        selection = self._stage.selection
        if selection.hovered is not None:
            selection.pin(None if selection.neuron == selection.hovered else selection.hovered)
        else:
            self._activations()

    def _activations(self) -> None:
        layer = self._stage.selection.layer
        if layer is None or activation_of(self._stage.document.experiment, layer) is None:
            self._stage.document.refused.emit(
                "Select a layer with an activation first: a Dense one or the output."
            )
            return
        self._open_activations(layer)

    def _escape(self) -> None:
        selection = self._stage.selection
        if selection.hovered is not None or selection.neuron is not None:
            selection.hover(None)
            selection.pin(None)
        else:
            selection.select(None)


def change_units(stage: Stage, layer: str, by: int) -> None:
    """Add or remove neurons of a layer as one edit; refused ones say why."""
    column = stage.scene.layout.column(layer)
    units = column.spec.units if column is not None else 0
    stage.document.edit("Add neuron" if by > 0 else "Remove neuron", edits.set_units, layer, units + by)
