"""A list of columns to be searched, of which some are chosen."""

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QVBoxLayout, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

NAME = Qt.ItemDataRole.UserRole
MOST = 10
SCORES = (
    "how much the column alone says of the target. F compares how far the means of the classes are apart "
    "with the spread within them; |r| is the correlation with the target. Larger says more."
)
"""Columns that can be drawn against each other at once: more cells could not be read."""


class ColumnPicker(QWidget):
    """Says which columns are drawn. A line below says why these, or why not one more.

    Signals:
        changed(tuple): the places of the columns that are chosen now.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rule = ""
        self._chosen: tuple[int, ...] = ()
        self._title = role_label("Columns", "title")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        describe(self.search, "Search the columns", "List only columns whose names contain this.")
        self._model = QStandardItemModel(self)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterRole(NAME)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        describe(self.list, "Columns that are drawn", "Space switches a column on or off.")
        self.list.setToolTip("")
        self.list.setModel(self._found)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note = role_label("", "muted")
        self.note.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._title, self.search):
            self._layout.addWidget(part)
        self._layout.addWidget(self.list, 1)
        self._layout.addWidget(self.note)
        self.search.textChanged.connect(self._found.setFilterFixedString)
        self._model.itemChanged.connect(self._take)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The places of the columns that are chosen."""
        items = (self._model.item(row) for row in range(self._model.rowCount()))
        return tuple(item.row() for item in items if item.checkState() == Qt.CheckState.Checked)

    def show_columns(
        self,
        names: tuple[str, ...],
        texts: tuple[str, ...],
        scores: tuple[str, ...],
        chosen: tuple[int, ...],
        rule: str,
    ) -> None:
        """List columns by a short text with a figure each; `rule` says which are chosen at first."""
        self._rule, self._chosen = rule, chosen
        self._model.clear()
        for place, (name, text, score) in enumerate(zip(names, texts, scores, strict=True)):
            item = QStandardItem(f"{text}  –  {score}")
            item.setData(name, NAME)
            item.setToolTip(f"{name}\n{score}: {SCORES}")
            item.setCheckable(True)
            item.setCheckState(Qt.CheckState.Checked if place in chosen else Qt.CheckState.Unchecked)
            self._model.appendRow(item)
        self.search.clear()
        self._say(rule)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        keep_font(self._title, body_font(theme, bold=True))
        for part in (self.search, self.list):
            keep_font(part, body_font(theme))
        keep_font(self.note, body_font(theme, theme.size_small))
        self.list.setSpacing(theme.px(2))
        self._layout.setSpacing(theme.px(6))

    def _take(self, item: QStandardItem) -> None:
        chosen = self.chosen
        if chosen == self._chosen:
            return
        if len(chosen) > MOST:
            item.setCheckState(Qt.CheckState.Unchecked)
            self._say(f"At most {MOST} columns can be read at once: switch one off first.", "warning")
            return
        self._chosen = chosen
        self._say(self._rule)
        self.changed.emit(chosen)

    def _say(self, words: str, role: str = "muted") -> None:
        self.note.setText(words)
        self.note.setProperty("role", role)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
