"""The numbers of every step, as the lecture writes them, in a table whose last row is the step to come."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from playground.labs.slope import Step
from playground.ui.figures import short
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe, keep_font

MOST = 200
"""Rows at most: the last ones."""
ROWS_IN_SIGHT = 4
COLUMN = 84  # design pixels: of "−0.00493"
ROW = 21
NUMBERS = 46
NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex

COLUMNS: tuple[tuple[str, str, Callable[[Step], float]], ...] = (
    ("w", "The weight before the step.", lambda step: step.w),
    ("∇J(w)", "The gradient: the slope of the curve there.", lambda step: step.slope),
    ("α ∇J(w)", "What is taken off the weight.", lambda step: step.move),
    ("w_new", "The weight after the step: w − α ∇J(w).", lambda step: step.w_new),
    ("J(w)", "The loss before the step.", lambda step: step.value),
    ("J′", "What the tangent line promises: J − α g².", lambda step: step.predicted),
    ("J_new", "The loss after the step.", lambda step: step.value_new),
    ("J_new − J′", "What the tangent line leaves out: the remainder.", lambda step: step.remainder),
)


class StepsModel(QAbstractTableModel):
    """The cells; they are written when they are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Step] = []
        self._first = 0
        self._upcoming: Step | None = None

    def show_steps(self, steps: list[Step], upcoming: Step | None) -> None:
        """Show these steps and the one to come; what stays is only written anew."""
        first = max(0, len(steps) - MOST)
        shown = steps[first:]
        before, after = self.rowCount(), len(shown) + (upcoming is not None)
        if after > before:
            self.beginInsertRows(NOWHERE, before, after - 1)
        elif after < before:
            self.beginRemoveRows(NOWHERE, after, before - 1)
        self._first, self._steps, self._upcoming = first, shown, upcoming
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        if after:
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, len(COLUMNS) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, after - 1)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802
        """Return how many steps are shown."""
        return 0 if parent.isValid() else len(self._steps) + (self._upcoming is not None)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802
        """Return how many numbers a step has."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, or how it stands; the step to come is in italics."""
        row = index.row()
        step = self._steps[row] if row < len(self._steps) else self._upcoming
        if role == Qt.ItemDataRole.DisplayRole and step is not None:
            return short(COLUMNS[index.column()][2](step))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and step is self._upcoming:
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column with its tooltip, or the number of a step."""
        if orientation == Qt.Orientation.Horizontal:
            texts = {Qt.ItemDataRole.DisplayRole: 0, Qt.ItemDataRole.ToolTipRole: 1}
            return COLUMNS[section][texts[Qt.ItemDataRole(role)]] if role in texts else None
        if role == Qt.ItemDataRole.DisplayRole:
            return "next" if section == len(self._steps) else f"{self._first + section + 1:,}"
        return None


class StepsTable(QTableView):
    """Shows the last steps; older ones are scrolled to."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = StepsModel()
        self.steps.setParent(self)
        self.setModel(self.steps)
        describe(
            self, "Steps in numbers", "Every step that was made, and in italics the one that comes next."
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.apply_theme(LIGHT)

    def show_steps(self, steps: list[Step], upcoming: Step | None) -> None:
        """Show these steps and the one to come, the last of them in sight."""
        self.steps.show_steps(steps, upcoming)
        self.scrollToBottom()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        keep_font(self, number_font(theme, theme.size_body, bold=False))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            keep_font(header, body_font(theme, theme.size_small))
        self.horizontalHeader().setMinimumSectionSize(theme.px(COLUMN))
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.verticalHeader().setFixedWidth(theme.px(NUMBERS))
        self.setFixedHeight(theme.px((ROWS_IN_SIGHT + 1) * ROW + 16))
