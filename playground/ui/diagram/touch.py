"""Setting weights and biases in the diagram: which number is meant, and where its field opens."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QGraphicsView

from playground.experiment.hold_edits import why_not_set
from playground.experiment.model import INPUTS_ID
from playground.training.numbers import IN_THE_PAST, NumberRef, name_of, sources_of
from playground.ui.diagram import number_words
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.number_editor import NumberEditor
from playground.ui.diagram.outline import layer_name
from playground.ui.diagram.scene import DiagramScene
from playground.ui.document import Document
from playground.ui.selection import Selection
from playground.ui.theme.tokens import Theme

CHOOSE = "Choose a neuron first: walk to it with the arrow keys, or click it. Then W sets its weights."
NO_RUN = "The network is still being prepared: try again in a moment."


def number_at(hit: Hit) -> NumberRef | None:
    """Return the weight or bias that a part of the diagram stands for."""
    if hit.layer is None or hit.part not in ("link", "bias"):
        return None
    return NumberRef(hit.layer, hit.index, hit.source if hit.part == "link" else None)


class Touch(QObject):
    """Opens the field for a number, lets Tab walk through those of a neuron, and lights what it is about."""

    def __init__(
        self,
        view: QGraphicsView,
        scene: DiagramScene,
        document: Document,
        selection: Selection,
        theme: Theme,
    ) -> None:
        super().__init__(view)
        self._view, self._scene = view, scene
        self._document, self._selection = document, selection
        self._ref: NumberRef | None = None
        self.editor = NumberEditor(document, theme, view.viewport())
        self.editor.closed.connect(self._closed)
        self.editor.next_asked.connect(self._go_on)
        selection.hovered_link_changed.connect(lambda _link: self.light())

    def open(self, ref: NumberRef, place: QPoint | None = None) -> bool:
        """Open the field for a number: at a place of the view, else where the number is drawn."""
        plan, value = self._scene.plan, self._scene.value_of(ref)
        name = None if plan is None else name_of(plan, ref)
        middle = self._scene.place_of(ref)
        if plan is None or value is None or name is None or middle is None:
            self._document.refused.emit(NO_RUN)
            return False
        experiment = self._document.experiment
        held = why_not_set(experiment, ref.layer, ref.unit, ref.source)
        reason = IN_THE_PAST if self._scene.looks_back else held
        if reason:
            self._document.refused.emit(reason)
            return False
        self._ref = ref
        self.editor.open(
            name,
            value,
            plan.training.precision,
            number_words.title(experiment, ref),
            number_words.notation(experiment, ref),
            place or self._view.mapFromScene(middle),
        )
        self.light()
        return True

    def open_first(self) -> None:
        """Open the first number of the neuron that is pointed at or pinned."""
        neuron, plan = self._selection.shown_neuron, self._scene.plan
        if neuron is None or neuron.layer == INPUTS_ID:
            self._document.refused.emit(CHOOSE)
            return
        sources = None if plan is None else sources_of(plan, neuron.layer)
        if plan is not None and sources is None:
            name = layer_name(self._document.experiment, neuron.layer)
            self._document.refused.emit(f"{name} has no weights to set: choose a neuron of a Dense layer.")
            return
        bias = NumberRef(neuron.layer, neuron.index)
        ref = next(
            one
            for one in (*(NumberRef(neuron.layer, neuron.index, at) for at in range(sources or 0)), bias)
            if not why_not_set(self._document.experiment, one.layer, one.unit, one.source)
        )
        middle = self._scene.place_of(ref)
        if middle is not None:
            self._view.ensureVisible(middle.x(), middle.y(), 1.0, 1.0)
        self.open(ref)

    def show_snapshot(self) -> None:
        """Show in the open field what training has made of its number."""
        if self._ref is None:
            return
        value = self._scene.value_of(self._ref)
        if value is None or self._scene.looks_back:
            self.editor.cancel()
        else:
            self.editor.show_value(value)

    def light(self) -> None:
        """Light what is pointed at, in the diagram or elsewhere; else what the field is about."""
        self._scene.light_number(self._selection.hovered_link or self._ref)

    def _go_on(self, by: int) -> None:
        """Open the next number of the same neuron: its weights in their order, then its bias."""
        ref, plan = self._ref, self._scene.plan
        sources = None if ref is None or plan is None else sources_of(plan, ref.layer)
        if ref is None or sources is None:
            return
        at = sources if ref.source is None else ref.source
        for _ in range(sources + 1):
            at = (at + by) % (sources + 1)
            following = NumberRef(ref.layer, ref.unit, None if at == sources else at)
            if not why_not_set(self._document.experiment, following.layer, following.unit, following.source):
                self.open(following)
                return

    def _closed(self, back: bool) -> None:
        self._ref = None
        self.light()
        if back:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.editor.apply_theme(theme)
