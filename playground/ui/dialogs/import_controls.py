"""The right side of the import: how the file is read, and what is learnt from which columns."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from playground.data.importing_columns import EMPTY, MAX_VALUES, Column, Sheet
from playground.data.importing_layout import DELIMITERS, ENCODINGS, Layout, Said
from playground.data.importing_table import Choices, class_count, usual_goal
from playground.data.table import MAX_TABLE_CLASSES
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, describe, keep_font, role_label, theme_descendants
from playground.ui.widgets.segments import Segments

DELIMITER_ITEMS = tuple(
    Item(key, label, f"{label} between the columns.") for key, label in DELIMITERS.items()
)
DECIMAL_ITEMS = (
    Item("point", "Point: 1.5", "Numbers are written with a decimal point."),
    Item("comma", "Comma: 1,5", "Numbers are written with a decimal comma."),
)
ENCODING_ITEMS = tuple(Item(key, label, f"The text is {label}.") for key, label in ENCODINGS.items())
HEADER_ITEMS = (
    Item("names", "Column names", "The first line names the columns."),
    Item("values", "Values", "The first line is a row like the others; the columns are numbered."),
)
GOAL_ITEMS = (
    Item("regression", "Number", "Regression: the network answers with a number."),
    Item("binary", "Two classes", "The network says which of two classes it is."),
    Item("multi-class", "Classes", "The network says which of several classes it is."),
)


def heading(text: str) -> QLabel:
    """Return the heading of a part of the dialog."""
    return role_label(text, "title")


class ReadingControls(QWidget):
    """Shows how a file was read. Whatever the person changes is said, the rest is detected again.

    Signals:
        changed(Said): read the file in this way.
    """

    changed = Signal(object)

    def __init__(self, with_encoding: bool) -> None:
        super().__init__()
        self._said = Said()
        self._title = heading("How it is read")
        self.delimiter = Choice("Delimiter", "What stands between two columns.")
        self.delimiter.set_items(DELIMITER_ITEMS)
        self.delimiter.set_key(",")
        self.decimal = Choice("Decimals", "How a number's decimals are set off.")
        self.decimal.set_items(DECIMAL_ITEMS)
        self.encoding = Choice("Encoding", "How letters are written as bytes; a wrong one spoils accents.")
        self.encoding.set_items(ENCODING_ITEMS)
        self.encoding.setVisible(with_encoding)
        self.header = Choice("First line", "Whether the first line names the columns.")
        self.header.set_items(HEADER_ITEMS)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._title, 0, 0, 1, 2)
        for place, choice in enumerate((self.delimiter, self.decimal, self.header, self.encoding)):
            self._layout.addWidget(choice, 1 + place // 2, place % 2)
        self._layout.setColumnStretch(0, 1)
        self._layout.setColumnStretch(1, 1)
        self.delimiter.chosen.connect(lambda key: self._say(delimiter=key))
        self.decimal.chosen.connect(lambda key: self._say(decimal_comma=key == "comma"))
        self.encoding.chosen.connect(lambda key: self._say(encoding=key))
        self.header.chosen.connect(lambda key: self._say(header=key == "names"))

    def show_layout(self, layout: Layout) -> None:
        """Show how the file was read."""
        self.delimiter.set_key(layout.delimiter)
        self.decimal.set_key("comma" if layout.decimal_comma else "point")
        self.encoding.set_key(layout.encoding)
        self.header.set_key("names" if layout.header else "values")

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, bold=True))
        self._layout.setVerticalSpacing(theme.px(4))
        self._layout.setHorizontalSpacing(theme.px(8))

    def _say(self, **what: object) -> None:
        self._said = replace(self._said, **what)  # type: ignore[arg-type]
        self.changed.emit(self._said)


class LearningControls(QWidget):
    """Shows and changes what is learnt from which columns.

    Signals:
        changed(Choices): the person chose otherwise.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self._choices: Choices | None = None
        self._title = heading("What to learn")
        self.target = Choice("Target", "The column that the network is to answer with.")
        self.goal = Segments("Task", GOAL_ITEMS)
        self._inputs_title = heading("Learn it from")
        self.all = _link("All", "Use every column that can be used.")
        self.none = _link("None", "Use no column, to choose a few.")
        self._model = QStandardItemModel(self)
        self.inputs = QListView()
        describe(self.inputs, "Columns to learn from", "Space switches a column on or off.")
        self.inputs.setToolTip("")
        self.inputs.setModel(self._model)
        self.inputs.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.inputs.setUniformItemSizes(True)
        self._lay_out()
        self.target.chosen.connect(self._choose_target)
        self.goal.chosen.connect(self._choose_goal)
        self.all.clicked.connect(lambda: self._choose_features(self._usable()))
        self.none.clicked.connect(lambda: self._choose_features(()))
        self._model.itemChanged.connect(self._take_checks)

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.addWidget(self._inputs_title)
        self._line.addStretch(1)
        self._line.addWidget(self.all)
        self._line.addWidget(self.none)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._title, self.target, self.goal):
            self._layout.addWidget(part)
        self._layout.addLayout(self._line)
        self._layout.addWidget(self.inputs, 1)

    def show_sheet(self, sheet: Sheet, choices: Choices) -> None:
        """Show the columns of a file and what is chosen of them."""
        self._sheet = sheet
        items = [Item(column.name, column.name, f"Holds: {column.label}.") for column in sheet.columns]
        self.target.set_items(
            items,
            {one.name: f"It cannot be learnt: {one.why}." for one in sheet.columns if not _learnable(one)},
        )
        self.show_choices(choices)

    def show_choices(self, choices: Choices) -> None:
        """Show other choices from the same file."""
        assert self._sheet is not None
        self._choices = choices
        target = self._sheet.column(choices.target)
        self.target.set_key(choices.target)
        self.goal.set_key(choices.goal)
        self.goal.set_unavailable(_impossible_goals(target))
        self._model.blockSignals(True)
        same = self._model.rowCount() == len(self._sheet.columns)
        if not same:
            self._model.clear()
        for row, column in enumerate(self._sheet.columns):
            item = self._model.item(row) if same else QStandardItem()
            self._fill(item, column, choices)
            if not same:
                self._model.appendRow(item)
        self._model.blockSignals(False)
        self._model.layoutChanged.emit()

    def _fill(self, item: QStandardItem, column: Column, choices: Choices) -> None:
        is_target = column.name == choices.target
        item.setText(f"{column.name}  –  {'target' if is_target else column.label}")
        item.setData(column.name, Qt.ItemDataRole.UserRole)
        item.setToolTip(f"“{column.name}” is left out at first: {column.why}." if column.why else "")
        item.setEditable(False)
        item.setCheckable(True)
        item.setEnabled(not is_target and _usable(column))
        on = column.name in choices.features
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        for title in (self._title, self._inputs_title):
            keep_font(title, body_font(theme, bold=True))
        for widget in (self.inputs, self.all, self.none):
            keep_font(widget, body_font(theme))
        self._layout.setSpacing(theme.px(4))
        self.inputs.setMinimumHeight(theme.px(72))
        self.inputs.setSpacing(theme.px(2))

    def _choose_target(self, name: str) -> None:
        assert self._sheet is not None
        assert self._choices is not None
        old = self._sheet.column(self._choices.target)
        column = self._sheet.column(name)
        wanted = {*self._choices.features, *(() if old.why else (old.name,))} - {name}
        self._emit(
            replace(self._choices, target=name, features=self._in_order(wanted), goal=usual_goal(column))
        )

    def _choose_goal(self, key: str) -> None:
        assert self._choices is not None
        self._emit(replace(self._choices, goal=key))  # type: ignore[arg-type]

    def _choose_features(self, names: tuple[str, ...]) -> None:
        assert self._choices is not None
        self._emit(replace(self._choices, features=names))

    def _take_checks(self, _item: QStandardItem) -> None:
        items = [self._model.item(row) for row in range(self._model.rowCount())]
        on = {
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        }
        self._choose_features(self._in_order(on))

    def _usable(self) -> tuple[str, ...]:
        assert self._sheet is not None
        assert self._choices is not None
        names = {column.name for column in self._sheet.columns if _usable(column) and not column.why}
        return self._in_order(names - {self._choices.target})

    def _in_order(self, names: set[str]) -> tuple[str, ...]:
        assert self._sheet is not None
        return tuple(name for name in self._sheet.names if name in names)

    def _emit(self, choices: Choices) -> None:
        self.show_choices(choices)
        self.changed.emit(choices)


def _link(text: str, help_text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "link")
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, text, help_text)
    return button


def _usable(column: Column) -> bool:
    """Say whether a column can be an input at all."""
    return column.why != EMPTY and (column.numbers is not None or len(column.values) <= MAX_VALUES)


def _learnable(column: Column) -> bool:
    """Say whether a column can be the target at all."""
    return column.kind != "constant" and (
        column.numbers is not None or len(column.values) <= MAX_TABLE_CLASSES
    )


def _impossible_goals(column: Column) -> dict[str, str]:
    """Return why a column cannot be learnt in one way or the other."""
    count = class_count(column)
    reasons = {}
    if column.numbers is None:
        reasons["regression"] = f"“{column.name}” holds words, not numbers."
    if count != 2:
        reasons["binary"] = f"“{column.name}” has {count:,} different values, not two."
    if not 2 < count <= MAX_TABLE_CLASSES:
        reasons["multi-class"] = (
            f"“{column.name}” has {count:,} different values; several classes are 3 to {MAX_TABLE_CLASSES}."
        )
    return reasons
