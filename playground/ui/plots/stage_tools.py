"""The controls of the hidden space: which layer is shown, along which axes, and the way through all."""

from PySide6.QtCore import QObject, Signal

from playground.ui.plots.projection import Axes
from playground.ui.plots.stages import Journey
from playground.ui.plots.tool_row import ToolRow

COMPONENTS = "principal components"


class StageTools(QObject):
    """Combo boxes and buttons in a row of tools; they show a stage, and say what is asked for.

    Signals:
        stage_chosen(int): this stage is to be shown.
        axes_chosen(object): the stage is to be seen along these axes.
    """

    stage_chosen = Signal(int)
    axes_chosen = Signal(object)

    def __init__(self, tools: ToolRow) -> None:
        super().__init__(tools)
        self._tools = tools
        self._stage = 0
        self._axes: Axes = None
        self.layer = tools.add_combo("Layer", "Which layer's answers are shown.")
        self.across = tools.add_combo("Across", "What is shown from left to right.")
        self.up = tools.add_combo("Up", "What is shown from bottom to top.")
        self.back = tools.add_button("rewind", "Layer before", "Go back to the layer before.")
        self.play = tools.add_button(
            "play", "Play through the layers", "Watch how layer after layer bends the plane of the inputs."
        )
        self.forward = tools.add_button("step", "Next layer", "Go on to the next layer.")
        self.layer.activated.connect(self.stage_chosen)
        self.across.activated.connect(self._across_chosen)
        self.up.activated.connect(self._up_chosen)
        self.back.clicked.connect(lambda: self.stage_chosen.emit(self._stage - 1))
        self.forward.clicked.connect(lambda: self.stage_chosen.emit(self._stage + 1))

    def show_stage(self, journey: Journey, stage: int) -> None:
        """Show a stage of a way through the layers, and what else there is."""
        self._stage, self._axes = stage, journey.axes_at(stage)
        layers: list[tuple[str, object]] = [(one.name, place) for place, one in enumerate(journey.stages)]
        self._tools.fill(self.layer, layers, stage)
        names = [name.rpartition(", ")[2] for name in journey.stages[stage].axes]
        principal: list[tuple[str, object]] = [(COMPONENTS, -1)] if len(names) > 2 else []
        across: list[tuple[str, object]] = [(f"across: {name}", place) for place, name in enumerate(names)]
        up: list[tuple[str, object]] = [(f"up: {name}", place) for place, name in enumerate(names)]
        axes = self._axes
        self._tools.fill(self.across, principal + across, -1 if axes is None else axes[0])
        self._tools.fill(self.up, [] if axes is None else up, None if axes is None else axes[1])
        self.back.setEnabled(stage > 0)
        self.forward.setEnabled(stage < len(journey.stages) - 1)

    def _across_chosen(self) -> None:
        chosen, axes = int(self.across.currentData()), self._axes
        if chosen < 0:
            self.axes_chosen.emit(None)
        elif axes is None:
            self.axes_chosen.emit((chosen, 1 if chosen == 0 else 0))
        else:
            # The same neuron twice would be a line: the two change places.
            self.axes_chosen.emit((chosen, axes[0] if axes[1] == chosen else axes[1]))

    def _up_chosen(self) -> None:
        chosen, axes = int(self.up.currentData()), self._axes
        if axes is not None:
            self.axes_chosen.emit((axes[1] if axes[0] == chosen else axes[0], chosen))
