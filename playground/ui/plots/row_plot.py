"""Plots whose points are rows of the data: a click on one says what it consists of."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.plots.base import PlotView
from playground.ui.plots.items import Rings
from playground.ui.plots.row_card import RowCard
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

EXAMPLE_RING = 19  # design pixels: round the ring of the row whose card is open
NEAR = 9  # design pixels from a point within which it is meant


class RowPlot(PlotView):
    """Click a point, or press Enter, to see its row; Page Down and Page Up go on, Esc closes.

    Subclasses say in `_places` where each row is drawn, and call `_ring_example` when that has changed.

    Signals:
        row_chosen(int): the person chose a row.
    """

    row_chosen = Signal(int)

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, label, help_text, parent)
        self._prepared: Prepared | None = None
        self._predictions: FloatArray = np.empty(0)
        self._chosen: int | None = None
        self._example: int | None = None
        self._ring, self._example_ring = Rings(self._view), Rings(self._view)
        self.card = RowCard(theme, self)
        self.card.closed.connect(lambda: self.choose_row(None))
        self.card.stepped.connect(self._step)
        self._view.sigRangeChanged.connect(self._show_card)

    @property
    def look(self) -> Look:
        """Ask for the answers to all rows while a row is looked at."""
        return Look(predictions=self._chosen is not None)

    @property
    def chosen_row(self) -> int | None:
        """The row whose card is open."""
        return self._chosen

    def choose_row(self, row: int | None) -> None:
        """Say what a row consists of; None closes the card."""
        if row != self._chosen:
            self._chosen = row
            self._show_card()
            self.look_changed.emit()
            if row is not None:
                self.row_chosen.emit(row)

    def show_example(self, row: int | None) -> None:
        """Ring the row that is followed through the network; None rings none."""
        self._example = row
        self._ring_example()

    @property
    def ringed_example(self) -> int | None:
        """The row that is ringed as the one followed; None where it is not drawn."""
        return self._example if self._example_ring.count else None

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self.card.apply_theme(theme)
        self._ring.set_look(theme, theme.text, 13)
        self._example_ring.set_look(theme, theme.accent, EXAMPLE_RING)

    # For subclasses -------------------------------------------------------------------------------------

    def _places(self) -> FloatArray:
        """Return where each row of the data is drawn, (rows, 2); nan where it is not."""
        raise NotImplementedError

    def _take_predictions(self, snapshot: Snapshot) -> bool:
        """Keep the answers of a snapshot; say whether it has any."""
        if not len(snapshot.predictions):
            return False
        self._predictions = snapshot.predictions
        if self._chosen is not None:
            self._show_card()
        return True

    def _forget_rows(self) -> None:
        """Let go of the rows of a run that is over."""
        self._predictions = np.empty(0)
        self.choose_row(None)

    def _ring_example(self) -> None:
        """Ring the example where its row is drawn now."""
        places = self._places()
        row = self._example
        place = np.empty((0, 2)) if row is None else places[row : row + 1]
        self._example_ring.show_places(place[np.isfinite(place).all(axis=1)])

    # Own ------------------------------------------------------------------------------------------------

    def _show_card(self, *_change: object) -> None:
        if self._chosen is None or self._prepared is None:
            self._ring.show_places(np.empty((0, 2)))
            self.card.dismiss()
            return
        place = self._places()[self._chosen]
        if not np.isfinite(place).all():
            self.choose_row(None)
            return
        self._ring.show_places(place[None])
        answer = float(self._predictions[self._chosen]) if len(self._predictions) else None
        gap = self._theme.px(NEAR)
        point = QRect(0, 0, 2 * gap, 2 * gap)
        point.moveCenter(self.place_of(float(place[0]), float(place[1])))
        self.card.show_row(self._prepared, self._chosen, answer, point, self.rect())

    def _distances(self, x: float, y: float) -> FloatArray:
        """Return how far each row is drawn from a place, in pixels; infinite where it is not drawn."""
        wide, high = self._view.viewPixelSize()
        away = (self._places() - [x, y]) / [wide, high]
        return np.asarray(np.nan_to_num(np.hypot(away[:, 0], away[:, 1]), nan=np.inf))

    def _row_near(self, x: float, y: float) -> int | None:
        """Return the row drawn at a place, None where there is none."""
        away = self._distances(x, y)
        row = int(away.argmin()) if len(away) else 0
        return row if len(away) and away[row] <= self._theme.px(NEAR) else None

    def _clicked(self, x: float, y: float) -> None:
        self.choose_row(self._row_near(x, y))

    def _step(self, by: int) -> None:
        """Go on to another row that is drawn."""
        drawn = np.flatnonzero(np.isfinite(self._places()).all(axis=1))
        if self._chosen is not None and len(drawn):
            self.choose_row(int(drawn[(np.searchsorted(drawn, self._chosen) + by) % len(drawn)]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the card of the row in the middle with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._prepared is not None:
            middle = self._view.viewRect().center()
            away = self._distances(middle.x(), middle.y())
            if np.isfinite(away).any():
                self.choose_row(int(away.argmin()))
        else:
            super().keyPressEvent(event)

    def _place_labels(self, *view: object) -> None:
        super()._place_labels(*view)
        if self._chosen is not None:
            self._show_card()
