"""The two ways to the best weights, side by side: time, products, steps, loss and distance."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from playground.labs.closed_form import Outcome, cost_of_a_step, cost_of_solving
from playground.ui.figures import short
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe, keep_font, role_label

HEADINGS = (
    ("Time", "How long it took on this computer."),
    ("Products", "How many multiplications that takes: n p² + p³, or 2 n p in every step."),
    ("Steps", "How many steps were made."),
    ("J(w)", "The loss that was reached."),
    ("Distance", "How far the weights are from the best ones, relative to their length."),
)
SPARED = (2, 4, 5)
"""Columns that a narrow table does without: products, loss and distance."""
NARROW = 400  # design pixels
ENDS = {
    "": "Gradient descent …",
    "arrived": "Gradient descent",
    "diverged": "Gradient descent (diverged)",
    "stopped": "Gradient descent (not there yet)",
    "cancelled": "Gradient descent (stopped)",
}


class WaysTable(QWidget):
    """One row for each way."""

    def __init__(self) -> None:
        super().__init__()
        self._scale = LIGHT.scale
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._headings = [role_label(name, "muted") for name, _ in HEADINGS]
        for column, (label, (name, help_text)) in enumerate(zip(self._headings, HEADINGS, strict=True), 1):
            describe(label, name, help_text)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._layout.addWidget(label, 0, column)
        self.cells = [[QLabel("") for _ in range(len(HEADINGS) + 1)] for _ in range(2)]
        for row, cells in enumerate(self.cells, 1):
            for column, cell in enumerate(cells):
                if column:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._layout.addWidget(cell, row, column)
        self._layout.setColumnStretch(0, 1)
        self.apply_theme(LIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out, where there is no room for all, what the sentence below says, too."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW * self._scale
        for column in SPARED:
            for label in (self._headings[column - 1], *(cells[column] for cells in self.cells)):
                label.setVisible(not narrow)

    def show_outcome(self, found: Outcome) -> None:
        """Show what both ways came to."""
        n, p = found.shape
        steps = float(found.steps[-1])
        products = steps * cost_of_a_step(n, p)
        rows = (
            ("Normal equations", in_time(found.exact_seconds), counted(cost_of_solving(n, p)), "–",
             short(found.exact_loss), "0"),
            (ENDS[found.descended], in_time(found.seconds), counted(products), counted(steps),
             short(float(found.losses[-1])), short(found.distance)),
        )  # fmt: skip
        for cells, texts in zip(self.cells, rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.setText(text)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self._scale = theme.scale
        for label in self._headings:
            keep_font(label, body_font(theme, theme.size_small))
        for cells in self.cells:
            keep_font(cells[0], body_font(theme))
            for cell in cells[1:]:
                keep_font(cell, number_font(theme, theme.size_body, bold=False))
        self._layout.setHorizontalSpacing(theme.px(14))
        self._layout.setVerticalSpacing(theme.px(4))


def in_time(seconds: float) -> str:
    """Return a length of time in the unit that suits it."""
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= unit:
            return f"{short(seconds / unit)} {name}"
    return f"{short(seconds / 1e-6)} µs"


def counted(number: float) -> str:
    """Return a whole number in full, or in three figures where it is long."""
    return f"{number:,.0f}" if number < 1e7 else short(number)
