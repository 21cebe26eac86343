"""The page "Shapes": a network's matrices and how many numbers are in them, and a quiz about it."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from playground.labs.quiz import Question
from playground.labs.shapes import LECTURE, LayerSizes, drawn_layer, layers_of, named, parameters, sums
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.neuron.matrix_view import MatrixView
from playground.ui.labs.neuron.network_view import NetworkView
from playground.ui.labs.neuron.quiz_box import QuizBox
from playground.ui.labs.neuron.roomy_page import RoomyPage
from playground.ui.labs.neuron.width_row import WidthRow
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Button
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, LabelledSlider
from playground.ui.widgets.segments import Segments

MOST_WIDTHS = 7
OWN = "own"
LOOK, QUIZ = "look", "quiz"
SIDES = (
    Item(LOOK, "Look", "Draw a network and see its shapes."),
    Item(QUIZ, "Quiz", "Questions about shapes and counts, with hints and worked answers."),
)
APART, COLUMN = "apart", "column"


class ShapesPage(RoomyPage):
    """A network by its widths, the table of its shapes, one layer as a matrix, and questions about them."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "A layer of n neurons on m values is a matrix W with n rows and m columns, and n biases: z = W "
            "x + b. "
            "The weight wij leads from value j to neuron i.",
        )
        self._widths: tuple[int, ...] = (2, 3, 1)
        self._layer, self._cell = 0, (0, 0)
        self._edited: dict[tuple[int, int], float] = {}
        self.sides = Segments("What to do", SIDES)
        self.sides.chosen.connect(lambda _key: self._show())
        self.column.addWidget(self.sides)
        self._controls = QStackedWidget()
        self._controls.addWidget(self._make_controls())
        self._controls.addWidget(self._make_quiz_controls())
        self.column.addWidget(self._controls, 1)
        self._fill_stage()
        self._take((2, 3, 1))
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> QWidget:
        self.preset = Choice("Network", "Networks of the course, or one of your own.")
        presets = [Item(named(widths), named(widths), text) for widths, text in LECTURE]
        self.preset.set_items([*presets, Item(OWN, "your own", "The widths below.")])
        self.preset.chosen.connect(self._take_preset)
        self.rows = tuple(WidthRow(f"Layer {index}") for index in range(MOST_WIDTHS))
        for row in self.rows:
            row.changed.connect(lambda _value: self._take(self._typed()))
            row.refused.connect(lambda why: self.say(why, True))
        self.add = Button("Add a layer", "One more hidden layer before the last one.")
        self.add.clicked.connect(self._add_layer)
        self.remove = Button("Remove a layer", "One hidden layer fewer: the last of them goes.")
        self.remove.clicked.connect(self._remove_layer)
        self.layer = Choice("Matrix of", "Whose matrix is written out.")
        self.layer.chosen.connect(lambda key: self._choose_layer(int(key)))
        self.form = Choice("Biases", "How the biases are written.")
        self.form.set_items(
            [
                Item(APART, "beside W", "z = W x + b."),
                Item(COLUMN, "as a column", "z = [b W] [1 x], the lecture's form with x0 = 1."),
            ]
        )
        self.form.chosen.connect(lambda _key: self._show())
        self.weight = LabelledSlider(
            "w11", "The chosen weight: change it and see which sum changes.", (-2.0, 2.0, 0.5), short
        )
        self.weight.edited.connect(lambda value, _gesture: self._edit(float(value)))
        self.weight.refused.connect(lambda why: self.say(why, True))
        parts = (self.preset, *self.rows, self.add, self.remove, self.layer, self.form, self.weight)
        return _stacked(parts)

    def _make_quiz_controls(self) -> QWidget:
        self.score = Note("Score", "How many questions were right at the first try.")
        self.again = Button("New quiz", "Begin again with other questions.")
        self.again.clicked.connect(lambda: self.quiz.begin(self.quiz.seed + 1))
        return _stacked((self.score, self.again))

    def _fill_stage(self) -> None:
        self.network = NetworkView()
        self.network.pointed.connect(lambda link: self._point(*link))
        self.network.layer_chosen.connect(self._choose_layer)
        self.table = Note("Shapes", "The shape of W and b of each layer, and how many numbers are in them.")
        self.matrix = MatrixView()
        self.matrix.pointed.connect(lambda i, j: self._point(self._layer, i, j))
        area = self.matrix_area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.matrix)
        look = QWidget()
        self._look = QVBoxLayout(look)
        self._look.setContentsMargins(0, 0, 0, 0)
        self._upper = QHBoxLayout()
        self._upper.addWidget(self.network, 3)
        self.put_beside(self.table, self._upper, 2)
        self._look.addLayout(self._upper, 1)
        self._look.addWidget(area, 1)
        self.quiz = QuizBox()
        self.quiz_network = NetworkView()
        self.quiz.asked.connect(self._asked)
        self.quiz.judged.connect(self._judged)
        quiz = QWidget()
        self._quiz = QVBoxLayout(quiz)
        self._quiz.setContentsMargins(0, 0, 0, 0)
        self._quiz.addWidget(self.quiz)
        self._quiz.addWidget(self.quiz_network, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(look)
        self._pages.addWidget(quiz)
        self.stage.addWidget(self._pages, 1)

    # The network ----------------------------------------------------------------------------------------

    @property
    def widths(self) -> tuple[int, ...]:
        """The network that is shown, inputs first."""
        return self._widths

    def _typed(self) -> tuple[int, ...]:
        return tuple(row.value for row in self.rows[: len(self._widths)])

    def _take_preset(self, key: str) -> None:
        self._take(next((widths for widths, _ in LECTURE if named(widths) == key), self._widths))

    def _take(self, widths: tuple[int, ...]) -> None:
        """Show another network."""
        self._widths = widths
        self._layer = min(self._layer, len(widths) - 2)
        self._cell, self._edited = (0, 0), {}
        names = ["Inputs", *(f"Layer {index}" for index in range(1, len(widths)))]
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(widths))
            if index < len(widths):
                row.set_name(names[index])
                row.set_value(widths[index])
        known = {named(one) for one, _ in LECTURE}
        self.preset.set_key(named(widths) if named(widths) in known else OWN)
        self.add.setEnabled(len(widths) < MOST_WIDTHS)
        self.remove.setEnabled(len(widths) > 2)
        self.layer.set_items(
            [Item(str(i), f"layer {i + 1}", f"W of layer {i + 1}.") for i in range(len(widths) - 1)]
        )
        self.layer.set_key(str(self._layer))
        self._show()

    def _add_layer(self) -> None:
        self._take((*self._widths[:-1], 4, self._widths[-1]))

    def _remove_layer(self) -> None:
        self._take((*self._widths[:-2], self._widths[-1]))

    def _choose_layer(self, layer: int) -> None:
        if layer != self._layer:
            self._layer, self._cell, self._edited = layer, (0, 0), {}
            self.layer.set_key(str(layer))
        self._show()

    def _point(self, layer: int, i: int, j: int) -> None:
        """Choose the weight w_ij of a layer, wherever it was pointed at."""
        if layer != self._layer:
            self._choose_layer(layer)
        self._cell = i, j
        self._show()

    def _edit(self, value: float) -> None:
        self._edited[self._cell] = value
        self._show()

    # Showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        looks = self.sides.key == LOOK
        self._controls.setCurrentIndex(0 if looks else 1)
        self._pages.setCurrentIndex(0 if looks else 1)
        self.table.setVisible(looks)
        if not looks:
            self._asked(self.quiz.question)
            return
        self.network.show_network(self._widths, self._layer, self._cell)
        self._write_table()
        size = layers_of(self._widths)[self._layer]
        weights, biases, x = drawn_layer(size, 0)
        before = sums(weights, biases, x)
        for cell, value in self._edited.items():
            weights[cell] = value
        z = sums(weights, biases, x)
        i, j = self._cell
        self.matrix.show_layer((weights, biases, x, z), self._cell, self.form.key == COLUMN)
        self.weight.set_label(f"w{_name(i, j)}")
        self.weight.set_value(float(weights[i, j]))
        self._describe_cell(size, np.flatnonzero(z != before))

    def _write_table(self) -> None:
        layers = layers_of(self._widths)
        accent = self._theme.accent_strong
        rows = []
        for index, one in enumerate(layers):
            mark = f' style="color:{accent}"' if index == self._layer else ""
            cells = (f"{index + 1}", f"{one.units} × {one.inputs}", f"{one.units}", f"{one.size:,}")
            rows.append("".join(f"<td align=right{mark}>&nbsp;&nbsp;{cell}</td>" for cell in cells))
        heads = "".join(
            f"<td align=right>&nbsp;&nbsp;<b>{head}</b></td>" for head in ("layer", "W", "b", "numbers")
        )
        terms = " + ".join(f"({one.inputs} + 1) × {one.units}" for one in layers)
        self.table.show_rich(
            f"<table><tr>{heads}</tr>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
            f"<p>{terms} = <b>{parameters(self._widths):,}</b> parameters</p>"
        )

    def _describe_cell(self, size: LayerSizes, changed: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> None:
        i, j = self._cell
        source = f"x{j + 1}" if self._layer == 0 else f"neuron {j + 1} of layer {self._layer}"
        column = j + 2 if self.form.key == COLUMN else j + 1
        what = f"w{_name(i, j)} leads from {source} to neuron {i + 1}, in row {i + 1}, column {column}."
        if len(changed):
            self.say(f"{what} Of all {size.units} sums only z{int(changed[0]) + 1} has changed with it.")
        else:
            self.say(f"{what} Change it at the left: which of the {size.units} sums will change?")

    def _asked(self, asked: Question) -> None:
        self.quiz_network.show_network(asked.widths)
        self._write_score()
        if self.sides.key == QUIZ:
            self.say("Work it out on paper first; a hint costs nothing, and the first answer is what counts.")

    def _judged(self, words: str, warning: bool) -> None:
        self._write_score()
        self.say(words, warning)

    def _write_score(self) -> None:
        self.score.show_rich(f"<b>{self.quiz.score}</b>")

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self.matrix_area.setMaximumHeight(self.matrix.most_height)
        for layout in (self._look, self._upper, self._quiz):
            layout.setSpacing(theme.px(12))
        self._write_table()


def _name(i: int, j: int) -> str:
    """Return the indices of a weight as they are written: 21, and 12,3 where that could be two weights."""
    return f"{i + 1}{j + 1}" if i < 9 and j < 9 else f"{i + 1},{j + 1}"


def _stacked(widgets: tuple[QWidget, ...]) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 8, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return page
