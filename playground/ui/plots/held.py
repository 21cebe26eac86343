"""The values at which a slice holds the columns it does not show: a pop-up of sliders."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.experiment.slices import medians
from playground.ui.figures import short
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import LabelledSlider
from playground.ui.widgets.base import describe, keep_font, role_label, theme_descendants

STEPS = 100
MOST_WHOLE = 200  # a column of whole numbers in a range up to this steps through them
WIDTH, TALLEST = 280, 420  # design pixels


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """A column that is held: its name, the values there are to choose from, and its median."""

    name: str
    values: tuple[float, ...]
    median: float

    @property
    def help(self) -> str:
        """Say what the data hold."""
        low, high = short(self.values[0]), short(self.values[-1])
        return f"In the data {self.name} is {low} to {high}; a double-click brings back {short(self.median)}."


def held_columns(prepared: Prepared, shown: tuple[str, ...]) -> tuple[HeldColumn, ...]:
    """Return the columns that the network sees and that are not `shown`."""
    middle = medians(prepared)
    found = []
    for name in prepared.plan.feature_keys:
        if name not in shown:
            column = prepared.sample.inputs[:, prepared.columns.index(name)]
            found.append(HeldColumn(name, _steps(column), middle[name]))
    return tuple(found)


def _steps(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    low, high = float(column.min()), float(column.max())
    if low == high:
        high = low + 1.0
    whole = bool((column == np.rint(column)).all()) and high - low <= MOST_WHOLE
    count = int(high - low) if whole else STEPS
    return tuple(float(value) for value in np.linspace(low, high, count + 1))


class HeldSlider(LabelledSlider):
    """A slider that a double-click puts back to the median."""

    def __init__(self, column: HeldColumn) -> None:
        super().__init__(column.name, column.help, list(column.values), short)
        self._median = column.median
        self.slider.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See a double-click on the slider."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._choose(self._median)
            return True
        return False

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Go back from beside the slider, too."""
        self._choose(self._median)


class HeldPopup(QWidget):
    """One slider for each held column, as many as there are.

    Signals:
        held(str, float): a column is to be held at another value.
        reset(): all columns are to be held at their medians.
    """

    held = Signal(str, float)
    reset = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.sliders: dict[str, HeldSlider] = {}
        self._title = role_label("Held at", "title")
        self.medians = QPushButton("Medians")
        describe(self.medians, "Medians", "Hold every column at its median over the training rows.")
        self.medians.clicked.connect(self.reset)
        self._content = QWidget()
        self._rows = QVBoxLayout(self._content)
        self._rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._content)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.medians)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(head)
        self._layout.addWidget(area, 1)
        self.apply_theme(theme)

    def show_columns(self, columns: tuple[HeldColumn, ...], values: Mapping[str, float]) -> None:
        """Have a slider for each of these columns, at these values."""
        if tuple(self.sliders) != tuple(column.name for column in columns):
            for slider in self.sliders.values():
                slider.deleteLater()
            self.sliders = {column.name: HeldSlider(column) for column in columns}
            for name, slider in self.sliders.items():
                slider.edited.connect(lambda value, _gesture, name=name: self.held.emit(name, float(value)))
                self._rows.insertWidget(self._rows.count() - 1, slider)
                slider.apply_theme(self._theme)
        for name, slider in self.sliders.items():
            slider.set_value(values[name])

    def open_beside(self, plot: QWidget) -> None:
        """Open to the left of the plot, whose picture changes with the sliders, within its window."""
        window = plot.window()
        room = window.rect().translated(window.mapToGlobal(QPoint(0, 0)))
        corner = plot.mapToGlobal(QPoint(0, 0))
        gap = self._theme.px(12)
        rows = self._content.sizeHint()
        head = self.medians.sizeHint().height() + 4 * gap
        height = min(rows.height() + head, self._theme.px(TALLEST), room.height())
        width = max(self._theme.px(WIDTH), rows.width() + 4 * gap)
        self.resize(width, height)
        top = min(corner.y(), room.bottom() - height)
        self.move(max(room.left(), corner.x() - width - gap), max(room.top(), top))
        self.show()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        keep_font(self.medians, body_font(theme))
        self._layout.setContentsMargins(*[theme.px(12)] * 4)
        self._rows.setContentsMargins(0, 0, theme.px(8), 0)
        self._rows.setSpacing(theme.px(4))
