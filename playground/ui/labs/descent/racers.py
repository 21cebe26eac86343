"""Who races: the list of optimizers, and the rate and parameters of the one that is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from playground.engine.optimizers import OPTIMIZERS, Adam
from playground.labs.race import Entrant
from playground.tables import Parameter
from playground.ui.labs.parts import Button
from playground.ui.panels.parameter_fields import ParameterFields
from playground.ui.plots.overlay import Look, looks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Choice,
    LabelledSlider,
    describe,
    format_number,
    keep_font,
    theme_descendants,
)

MOST = 8
RATES = [
    *(float(f"{digit}e{power}") for power in range(-6, 1) for digit in (1, 1.5, 2, 3, 4, 5, 6, 8)),
    *(10.0, 100.0, 1e3, 1e6, 1e9),
]
"""What the slider steps through; any other number between the ends can be typed."""


@dataclass(frozen=True, slots=True)
class Racer:
    """An entrant in its lane: the lane gives it its colour, its dashes and its marker as long as it races."""

    lane: int
    entrant: Entrant

    @property
    def name(self) -> str:
        """What it is called: of several with the same optimizer, what tells them apart is said."""
        entrant = self.entrant
        if entrant.kind.solves:
            return entrant.kind.label
        raw = "" if entrant.corrected or entrant.optimizer != Adam.key else ", raw"
        beta = f", β {format_number(entrant.hyper['beta'])}" if "beta" in entrant.hyper else ""
        return f"{entrant.kind.label} {format_number(entrant.rate)}{beta}{raw}"

    def look(self, theme: Theme) -> Look:
        """Return how its path is drawn."""
        return _looks(theme)[self.lane]

    def marker(self, theme: Theme) -> str:
        """Return the marker at the end of its path."""
        return theme.class_markers[self.lane]


@lru_cache(maxsize=4)
def _looks(theme: Theme) -> tuple[Look, ...]:
    return tuple(looks(theme)[:MOST])


class _List(QListWidget):
    """A list that leaves letters and Space to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows alone."""
        if event.text().strip() or event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Racers(QWidget):
    """Shows and edits the racers.

    Signals:
        changed(): somebody else races, or otherwise.
        chosen(): another racer is chosen.
        refused(str): what was typed cannot be used.
    """

    changed = Signal()
    chosen = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.racers: tuple[Racer, ...] = ()
        self._notes: tuple[str, ...] = ()
        self.list = _List()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self.list, "Racers", "Who takes part. Choose one to see and change it below.")
        self.list.currentRowChanged.connect(self._choose)
        self.add = Button("Add", "Let another optimizer take part.")
        self.remove = Button("Remove", "Take the chosen one out of the race.")
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.optimizer = Choice("Optimizer", "Who makes the steps of the chosen racer.")
        self.optimizer.set_items(OPTIMIZERS)
        self.optimizer.chosen.connect(self._set_optimizer)
        self.rate = LabelledSlider("Learning rate α", "How large its steps are.", RATES)
        self.rate.edited.connect(lambda value, _gesture: self._edit(rate=float(value)))
        self.fields = ParameterFields(theme)
        self.fields.edited.connect(self._set_parameter)
        self.corrected = QCheckBox("Correct the bias")
        describe(
            self.corrected,
            "Correct the bias",
            "Adam divides its running means by 1 − βᵗ, since they begin at 0; without that its first steps "
            "are too long.",
        )
        self.corrected.clicked.connect(lambda on: self._edit(corrected=on))
        for source in (self.rate, self.fields):
            source.refused.connect(self.refused)
        self._lay_out()
        self.apply_theme(theme)

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.addWidget(self.add)
        self._line.addWidget(self.remove)
        self._line.addStretch(1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.list)
        self._layout.addLayout(self._line)
        for widget in (self.optimizer, self.rate, self.fields, self.corrected):
            self._layout.addWidget(widget)

    # For the page ---------------------------------------------------------------------------------------

    @property
    def index(self) -> int:
        """Which of the racers is chosen."""
        return max(0, self.list.currentRow())

    def show_entrants(self, entrants: Sequence[Entrant]) -> None:
        """Let these race, in lanes from the first; says nothing to anyone."""
        self._put(tuple(Racer(lane, entrant) for lane, entrant in enumerate(entrants)), 0)

    def show_notes(self, notes: Sequence[str]) -> None:
        """Say beside each name how it stands."""
        self._notes = tuple(notes)
        for row, (racer, note) in enumerate(zip(self.racers, notes, strict=True)):
            item = self.list.item(row)
            text = f"{racer.name}  {note}" if note else racer.name
            if item.text() != text:
                item.setText(text)
                item.setToolTip(text)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        for widget in (self.list, self.corrected):
            keep_font(widget, body_font(theme))
        self.list.setIconSize(QSize(theme.px(26), theme.px(16)))
        self._layout.setSpacing(theme.px(8))
        self._line.setSpacing(theme.px(8))
        self._fill(self.index)

    # Own ------------------------------------------------------------------------------------------------

    def _put(self, racers: tuple[Racer, ...], index: int) -> None:
        self.racers = racers
        self._fill(index)
        self._show_chosen()

    def _fill(self, index: int) -> None:
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for racer in self.racers:
            self.list.addItem(racer.name)
            self.list.item(self.list.count() - 1).setIcon(_swatch(racer, self._theme))
        self.list.setCurrentRow(index)
        self.list.blockSignals(blocked)
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * len(self.racers) + self._theme.px(6))
        self.add.setEnabled(len(self.racers) < MOST)
        self.remove.setEnabled(len(self.racers) > 1)

    def _show_chosen(self) -> None:
        if not self.racers:
            return
        entrant = self.racers[self.index].entrant
        self.optimizer.set_key(entrant.optimizer)
        self.rate.set_value(entrant.rate)
        self.rate.setVisible(not entrant.kind.solves)
        known = tuple(one for one in entrant.kind.parameters if one.key != "iterations")
        self.fields.show_values(known, entrant.hyper)
        self.corrected.setVisible(entrant.optimizer == Adam.key)
        self.corrected.setChecked(entrant.corrected)

    def _choose(self, _row: int) -> None:
        self._show_chosen()
        self.chosen.emit()

    def _edit(self, **changes: object) -> None:
        index = self.index
        racer = self.racers[index]
        entrant = replace(racer.entrant, **changes)  # type: ignore[arg-type]
        racers = (*self.racers[:index], replace(racer, entrant=entrant), *self.racers[index + 1 :])
        self.racers = racers
        self.list.item(index).setText(racers[index].name)
        self._show_chosen()
        self.changed.emit()

    def _set_optimizer(self, key: str) -> None:
        self._edit(optimizer=key, hyper={}, corrected=True)

    def _set_parameter(self, parameter: Parameter, value: float) -> None:
        self._edit(hyper={**self.racers[self.index].entrant.hyper, parameter.key: value})

    def _add(self) -> None:
        taken = {racer.lane for racer in self.racers}
        lane = next(lane for lane in range(MOST) if lane not in taken)
        entrant = self.racers[self.index].entrant
        self._put((*self.racers, Racer(lane, entrant)), len(self.racers))
        self.changed.emit()

    def _remove(self) -> None:
        index = self.index
        left = self.racers[:index] + self.racers[index + 1 :]
        self._put(left, min(index, len(left) - 1))
        self.changed.emit()


def _swatch(racer: Racer, theme: Theme) -> QIcon:
    """Return a piece of the path with its marker."""
    width, height, look = theme.px(26), theme.px(16), racer.look(theme)
    picture = QPixmap(width, height)
    picture.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.pen(theme))
    painter.drawLine(0, height // 2, width, height // 2)
    painter.setPen(QPen(qcolor(theme.outline), theme.stroke))
    painter.setBrush(qcolor(look.colour))
    size = 0.55 * height
    marker = QTransform.fromScale(size, size).map(Symbols[racer.marker(theme)])
    painter.drawPath(marker.translated(QPointF(width / 2, height / 2)))
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # else it would be tinted
    return icon
