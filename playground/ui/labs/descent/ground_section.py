"""Where the race runs: a known surface, a formula of one's own, or a slice of the open network's loss."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.data.formula import FUNCTIONS, parse
from playground.labs.surfaces import NAMES, SURFACES, Surface
from playground.tables import by_key
from playground.training.landscape import NoSlice
from playground.ui.background import Background
from playground.ui.labs.descent.scene import (
    NETWORK,
    OWN,
    Choices,
    Scene,
    names_of_weights,
    scene_of_formula,
    scene_of_network,
    scene_of_surface,
)
from playground.ui.labs.parts import Button
from playground.ui.seen import Seen
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Choice,
    FormulaEdit,
    Item,
    NumberChoice,
    SeedLine,
    theme_descendants,
)

RANDOM, WEIGHTS = "random", "weights"
EXAMPLE = "x^2/4 + sin(3*x) + y^2 + 1"
NO_RUN = "There is no network yet: build one in the window behind, press Play, and come back."
MOST_SEED = 999_999


class GroundSection(QWidget):
    """The chooser of the surface, with what belongs to each kind below it.

    Signals:
        changed(Scene): the race runs on this from now on.
        refused(str): there is no such surface; the sentence says why.
        drawing(bool): a map of the network's loss is being drawn, or not any more.
    """

    changed = Signal(object)
    refused = Signal(str)
    drawing = Signal(bool)

    def __init__(self, theme: Theme, seen: Callable[[], Seen | None]) -> None:
        super().__init__()
        self._seen = seen
        self._seed = 0
        self._text = EXAMPLE
        self.kind = Choice("Surface", "What the racers go down.")
        self.kind.set_items(
            [
                *SURFACES,
                Item(OWN, "Formula of your own", "Write the height as a formula of x and y."),
                Item(NETWORK, "This network's loss", "A slice through the weights of the open network."),
            ]
        )
        self.kind.chosen.connect(lambda _key: self.show_ground())
        names = ", ".join(one.name for one in FUNCTIONS)
        self.formula = FormulaEdit(
            "Formula", f"The height over x and y, then Enter. There are: {names}.", lambda t: parse(t, NAMES)
        )
        self.formula.show_text(EXAMPLE)
        self.formula.committed.connect(self._take_formula)
        self.formula.refused.connect(self.refused)
        self.reach = NumberChoice(
            "Map from −r to r",
            "How far the map of your formula reaches.",
            [1.0, 2.0, 3.0, 5.0, 10.0],
            1e-3,
            1e6,
        )
        self.reach.set_value(3.0)
        self.reach.chosen.connect(lambda _value: self.show_ground())
        self._make_network_part()
        for field in (self.reach, self.seeds):
            field.refused.connect(self.refused)
        self._work = Background(self, "playground-slice", (NoSlice, ValueError))
        self._work.done.connect(self._take)
        self._work.refused.connect(self._refuse)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.kind, *self._of_formula, *self._of_network):
            self._layout.addWidget(widget)
        self._show_parts()
        self.apply_theme(theme)

    def _make_network_part(self) -> None:
        self.plane = Choice("Plane", "Which two directions through the weights the map shows.")
        self.plane.set_items(
            [
                Item(RANDOM, "Random directions", "Two random directions, as long as each neuron's weights."),
                Item(WEIGHTS, "Two weights", "Two weights of your choice; all others stay as they are."),
            ]
        )
        self.plane.chosen.connect(lambda _key: self.show_ground())
        self.seeds = SeedLine(
            "Other directions",
            "Draw two other random directions.",
            "Seed of the directions",
            "The same seed draws the same directions.",
        )
        self.seeds.show_seed(0)
        self.seeds.next_asked.connect(lambda: self._set_seed(self._seed + 1))
        self.seeds.chosen.connect(self._set_seed)
        self.first = Choice("Across", "The weight along the horizontal axis.")
        self.second = Choice("Up", "The weight along the vertical axis.")
        for choice in (self.first, self.second):
            choice.chosen.connect(lambda _key: self.show_ground())
        self.again = Button(
            "Take the weights as they are now", "Draw the map around the network's present weights."
        )
        self.again.clicked.connect(lambda: self.show_ground())
        self._of_formula: tuple[QWidget, ...] = (self.formula, self.reach)
        self._of_network: tuple[QWidget, ...] = (self.plane, self.seeds, self.first, self.second, self.again)

    # For the page ---------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a map is being drawn."""
        return self._work.is_busy

    def choose(self, key: str) -> None:
        """Run on another surface."""
        self.kind.set_key(key)
        self.show_ground()

    def show_ground(self) -> None:
        """Make what is chosen, and hand it on."""
        self._show_parts()
        self._work.cancel()
        self.drawing.emit(False)
        if self.kind.key == NETWORK:
            self._draw_network()
        elif self.kind.key == OWN:
            self._take_formula(self._text)
        else:
            surface: Surface = by_key(SURFACES, self.kind.key, "surface")
            self.changed.emit(scene_of_surface(surface))

    def end(self) -> None:
        """Draw no more."""
        self._work.end(2.0)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        self._layout.setSpacing(theme.px(8))

    # Own ------------------------------------------------------------------------------------------------

    def _show_parts(self) -> None:
        key = self.kind.key
        for kind, widgets in ((OWN, self._of_formula), (NETWORK, self._of_network)):
            for widget in widgets:
                widget.setVisible(key == kind)
        self.seeds.setVisible(key == NETWORK and self.plane.key == RANDOM)
        for choice in (self.first, self.second):
            choice.setVisible(key == NETWORK and self.plane.key == WEIGHTS)

    def _take_formula(self, text: str) -> None:
        try:
            scene = scene_of_formula(text, self.reach.value)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self._text = text
        self.changed.emit(scene)

    def _set_seed(self, seed: int) -> None:
        self._seed = seed % (MOST_SEED + 1)
        self.seeds.show_seed(self._seed)
        self.show_ground()

    def _draw_network(self) -> None:
        seen = self._seen()
        if seen is None:
            self.refused.emit(NO_RUN)
            return
        choices = Choices(self._seed)
        if self.plane.key == WEIGHTS:
            names = names_of_weights(seen.prepared.plan.shapes)
            self._offer(names)
            first, second = (int(choice.key) for choice in (self.first, self.second))
            choices = Choices(self._seed, (first, second))
        self.drawing.emit(True)
        self._work.start(partial(scene_of_network, seen, choices))

    def _offer(self, names: list[tuple[int, str]]) -> None:
        items = [Item(str(place), name, f"The number “{name}” of the network.") for place, name in names]
        fresh = not self.second.key
        for choice in (self.first, self.second):
            choice.set_items(items)
        if fresh and len(items) > 2:  # the first two weights of the first neuron
            self.first.set_key(items[1].key)
            self.second.set_key(items[2].key)

    def _take(self, made: object) -> None:
        self.drawing.emit(False)
        if isinstance(made, Scene):
            self.changed.emit(made)

    def _refuse(self, reason: str) -> None:
        self.drawing.emit(False)
        self.refused.emit(reason)
