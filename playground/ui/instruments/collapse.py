"""Shows that a stack of linear layers is one matrix, and puts one layer in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.engine.activations import ACTIVATIONS
from playground.engine.collapse import Affine, Stack, affine, collapsed, products, stacks
from playground.engine.layers import LayerShape
from playground.experiment.collapse_edit import collapse
from playground.experiment.plan import DataShape, Plan, make_plan
from playground.experiment.prepare import Prepared
from playground.experiment.refused import EditRefused
from playground.experiment.words import layer_names
from playground.tables import by_key
from playground.training.carry import Carry
from playground.training.messages import Snapshot
from playground.ui.background import Background
from playground.ui.instruments.product import Product, Term
from playground.ui.plots.base import NO_RUN
from playground.ui.run_view import RunView
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, describe, keep_font, role_label

if TYPE_CHECKING:
    from playground.ui.instruments.context import Context

AT_ONCE = 200_000
"""Products of numbers that are made on the window's thread; more take longer than 2 ms."""
REPLACE = "Replace them by one layer"
REPLACE_HELP = (
    "Put one Dense layer in their place, with the product as its weights: the network answers as before. "
    "Undo brings the layers back."
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a stack is in numbers: its product, and its factors where it is nothing but a product."""

    stack: Stack
    whole: Affine
    factors: tuple[tuple[str, Affine], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A stack to choose."""

    key: str
    label: str
    help: str = "Show these layers as one matrix."


class CollapsePanel(RunView):
    """Says which layers of the network are one matrix, shows the product, and offers to replace them."""

    def __init__(self, context: "Context", theme: Theme) -> None:
        super().__init__()
        self._context, self._theme = context, theme
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._stacks: tuple[Stack, ...] = ()
        self._found: Found | None = None
        self._background = Background(self, "playground-collapse")
        self._background.done.connect(self._show_found)
        self._make()
        self.apply_theme(theme)
        self.clear()

    def _make(self) -> None:
        self.words = role_label("", "muted")
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(1)
        self.which = Choice("Layers", "Which of the stacks of linear layers is shown.")
        self.which.chosen.connect(lambda _key: self._compute())
        self.replace = QPushButton(REPLACE)
        describe(self.replace, REPLACE, REPLACE_HELP)
        self.replace.clicked.connect(self._replace)
        self.product = Product()
        describe(self.product, "Product of the layers' matrices", "The matrices, and what they are together.")
        self.area = QScrollArea()
        self.area.setWidget(self.product)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrow keys scroll it
        describe(self.area, "Matrices", "The layers' matrices from the last to the first, and their product.")
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row = QHBoxLayout()
        self._row.addWidget(self.replace)
        self._row.addWidget(self.which)
        self._row.addStretch(1)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.addWidget(self.words)
        self._column.addLayout(self._row)
        self._column.addWidget(self.area)
        self._column.addStretch(1)
        # In a low dock all of it scrolls up and down, and the product for itself to the side.
        outer = QScrollArea()
        outer.setWidgetResizable(True)
        outer.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(outer)
        self.replace.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _fit_area(self) -> None:
        """Make the area as high as the product and the bar below it."""
        self.area.setFixedHeight(
            self.product.height() + self.area.horizontalScrollBar().sizeHint().height() + 2
        )

    # The run --------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Look which layers of the network are one."""
        self._prepared, self._snapshot, self._found = prepared, None, None
        self._background.cancel()
        shapes = prepared.plan.shapes
        self._stacks = stacks(shapes)
        items = [Item(str(n), _and(_names(shapes, one.dense))) for n, one in enumerate(self._stacks)]
        self.which.set_items(items)
        if items:
            self.which.set_key(items[0].key)
        self._say(in_words(shapes, self._chosen) if self._chosen else why_not(shapes))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the product of the weights as they are."""
        self._snapshot = snapshot
        self._compute()

    def clear(self) -> None:
        """Show nothing, and say how to begin."""
        self._prepared = self._snapshot = self._found = None
        self._background.cancel()
        self._stacks = ()
        self._say(NO_RUN)

    @property
    def _chosen(self) -> Stack | None:
        """The stack that is shown."""
        if not self._stacks:
            return None
        return self._stacks[int(self.which.key or 0)]

    def _say(self, words: str) -> None:
        self.words.setText(words)
        shown = bool(self._stacks)
        self.replace.setVisible(shown)
        self.which.setVisible(len(self._stacks) > 1)
        self.area.setVisible(shown)
        self.replace.setEnabled(self._found is not None)

    def _compute(self) -> None:
        """Multiply the matrices: at once, or beside the window where that takes a while."""
        stack, snapshot, prepared = self._chosen, self._snapshot, self._prepared
        if stack is None or snapshot is None or prepared is None:
            return
        shapes, weights, biases = prepared.plan.shapes, snapshot.weights, snapshot.biases
        if len(weights) != len(shapes):
            return
        if products(shapes, stack) <= AT_ONCE:
            self._background.cancel()
            self._show_found(found(shapes, weights, biases, stack))
        elif not self._background.is_busy:  # the next snapshot comes soon enough
            self._background.start(lambda _tell, _over: found(shapes, weights, biases, stack))

    def _show_found(self, result: object) -> None:
        assert isinstance(result, Found)
        assert self._prepared is not None
        if result.stack != self._chosen:
            return
        self._found = result
        self._say(in_words(self._prepared.plan.shapes, result.stack))
        factors = [
            Term(name, one.matrix, "·" if place else "") for place, (name, one) in enumerate(result.factors)
        ]
        whole = Term("together: W", result.whole.matrix, "=" if factors else "")
        self.product.show_terms([*factors, whole, Term("b", result.whole.shift[:, None], "x +")])
        self._fit_area()

    # Replacing ------------------------------------------------------------------------------------------

    def _replace(self) -> None:
        """Put one layer in the place of the stack, as one step; the network answers as before."""
        context, prepared, snapshot, stack = self._context, self._prepared, self._snapshot, self._chosen
        if prepared is None or snapshot is None or stack is None:
            return
        document, ids = context.document, prepared.plan.layer_ids
        first, last = ids[stack.first], ids[stack.last]
        if context.bridge.is_outdated or snapshot.problem is not None:
            context.notice("These weights cannot be multiplied now: rewind, or wait for the run.", True)
            return
        try:
            changed = collapse(document.experiment, first, last)
        except EditRefused as refused:
            document.refused.emit(str(refused))
            return
        plan, _ = make_plan(changed, DataShape.of(prepared.sample))
        context.bridge.offer(carry_of(plan, prepared.plan, snapshot, stack))
        document.edit(f"Collapse {len(stack.dense)} layers into one", collapse, first, last)

    def apply_theme(self, theme: Theme) -> None:
        """Take another theme's fonts and colours."""
        self._theme = theme
        keep_font(self.words, body_font(theme))
        keep_font(self.replace, body_font(theme))
        self.which.apply_theme(theme)
        self.product.apply_theme(theme)
        side = theme.px(16)
        self._column.setContentsMargins(side, theme.px(4), side, theme.px(8))
        self._column.setSpacing(theme.px(6))
        self._row.setSpacing(theme.px(12))
        self._fit_area()


# Numbers ------------------------------------------------------------------------------------------------


def found(
    shapes: Sequence[LayerShape], weights: Sequence[np.ndarray], biases: Sequence[np.ndarray], stack: Stack
) -> Found:
    """Return what a stack is in numbers; a Dropout is no factor, and with a Skip there are none."""
    places = range(stack.last, stack.first - 1, -1)
    kinds = {shapes[place].kind for place in places}
    names = _names(shapes, range(len(shapes)))
    factors = tuple(
        (names[place], affine(shapes[place], weights[place], biases[place]))
        for place in places
        if "skip" not in kinds and shapes[place].kind != "dropout"
    )
    return Found(stack, collapsed(shapes, weights, biases, stack), factors)


def carry_of(plan: Plan, before: Plan, snapshot: Snapshot, stack: Stack) -> Carry:
    """Return the weights for the network in which the stack is one layer."""
    whole = collapsed(before.shapes, snapshot.weights, snapshot.biases, stack)
    weights = list(snapshot.weights)
    if snapshot.asleep is not None:
        weights = [one + asleep for one, asleep in zip(weights, snapshot.asleep, strict=True)]
    weights[stack.first : stack.last + 1] = [whole.matrix]
    biases = list(snapshot.biases)
    biases[stack.first : stack.last + 1] = [whole.shift]
    return Carry(plan, tuple(weights), tuple(biases), snapshot.epoch, snapshot.step, snapshot.position)


# Words --------------------------------------------------------------------------------------------------


def _names(shapes: Sequence[LayerShape], places: Sequence[int]) -> list[str]:
    names = [*layer_names(shapes[:-1]), "Output"]
    return [names[place] for place in places]


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def in_words(shapes: Sequence[LayerShape], stack: Stack) -> str:
    """Return what a stack is, and how many numbers would do."""
    inside = shapes[stack.first : stack.last + 1]
    count = sum(shape.trained for shape in inside)
    enough = inside[-1].units * (inside[0].inputs + 1)
    last = by_key(ACTIVATIONS, inside[-1].activation, "activation")
    bent = "" if last.key == "linear" else f" {last.label} bends only what comes out at the end."
    kinds = {shape.kind for shape in inside}
    more = ""
    if "dropout" in kinds:
        more += " Dropout passes everything on when the network answers."
    if "skip" in kinds:
        more += " What a Skip adds is in the matrix, too."
    return (
        f"{_and(_names(shapes, stack.dense))} are one matrix: nothing bends between them. "
        f"{len(stack.dense)} layers with {count:,} parameters say what one layer with {enough:,} says."
        f"{bent}{more}"
    )


def why_not(shapes: Sequence[LayerShape]) -> str:
    """Return why no layers of a network are one matrix, and what to do to see some collapse."""
    names = _names(shapes, range(len(shapes)))
    dense = [place for place, shape in enumerate(shapes) if shape.kind == "dense"]
    if len(dense) == 1:
        return (
            f"{names[dense[0]]} is the only layer with weights, and one matrix already. Add a Dense layer "
            "with the activation Linear before it to see two collapse into one."
        )
    bent = [place for place in dense[:-1] if shapes[place].activation != "linear"]
    if bent:
        label = by_key(ACTIVATIONS, shapes[bent[-1]].activation, "activation").label
        return (
            f"Nothing collapses: {label} bends what {names[bent[-1]]} passes on, and that is what makes two "
            f"layers more than one. Choose Linear as the activation of {names[bent[-1]]} to see it collapse "
            "with the layer behind it."
        )
    between = next(name for name, shape in zip(names, shapes, strict=True) if shape.kind != "dense")
    return (
        f"Nothing collapses: {between} stands between the linear layers, and no matrix does what it does. "
        "Remove it to see them collapse."
    )
