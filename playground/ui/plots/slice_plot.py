"""The answer of a network of many inputs on a plane through its rows, like the decision boundary of two."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.experiment.prepare import Extent, Prepared
from playground.experiment.slices import Slice, column_slice, medians, principal_slice
from playground.training.messages import FloatArray, Look, Snapshot
from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.boundary import BoundaryPlot
from playground.ui.plots.held import HeldPopup, held_columns
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo
from playground.ui.widgets.base import describe, keep_font, role_label

PRINCIPAL = "principal components"
CALM_MS = 120
FURTHER = (0.75, 1.5)  # standard deviations a held column from which points are drawn faint, and fainter


class SlicePlot(BoundaryPlot):
    """A plane of two columns, the others held, or of the first two principal components.

    Rows fall straight down on the plane, and are drawn the fainter the further away they are: what the map
    says there is not what the network answers to them.
    """

    WORDS = (
        "Output on a slice",
        "What the network answers on a plane through the data; points far from it are faint.",
    )

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._slice: Slice | None = None
        self._axes_shown: tuple[str, str] | None = None  # None: the principal components
        self._held: dict[str, float] = {}
        self._fallen: npt.NDArray[np.float64] = np.empty((0, 2))
        self._faint: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._popup: HeldPopup | None = None
        self._make_controls()
        super().__init__(theme, parent)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._draw_points)
        self.card.taken.connect(self._hold_chosen)
        self._controls = QHBoxLayout()
        for word, combo in zip(self._words, (self.across, self.up), strict=True):
            self._controls.addWidget(word)
            self._controls.addWidget(combo)
        self._controls.addStretch(1)
        self._controls.addWidget(self.held_button)
        self._layout.insertLayout(self._layout.count() - 1, self._controls)
        self.apply_theme(theme)

    def _make_controls(self) -> None:
        self.across, self.up = FlatCombo(), FlatCombo()
        self._words = (role_label("across", "muted"), role_label("up", "muted"))
        describe(self.across, "Across", "What the slice shows from left to right.")
        describe(self.up, "Up", "What the slice shows from bottom to top.")
        self.held_button = QPushButton("Held at…")
        describe(
            self.held_button, "Held at…", "Choose the values of the columns that the slice does not show."
        )
        self.held_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.held_button.clicked.connect(self.open_held)
        self.across.activated.connect(self._across_chosen)
        self.up.activated.connect(self._up_chosen)

    # For the owner --------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """Ask for the picture of the slice, and what the points need."""
        return Look(predictions=super().look.predictions, slice=self._slice)

    @property
    def slice(self) -> Slice | None:
        """The plane shown."""
        return self._slice

    @property
    def popup(self) -> HeldPopup:
        """The sliders of the held columns, made when they are first asked for."""
        if self._popup is None:
            self._popup = HeldPopup(self._theme, self)
            self._popup.held.connect(self._hold)
            self._popup.reset.connect(lambda: self.hold({}))
        return self._popup

    def resemble(self, other: AxesView) -> None:
        """Show the plane of another view, with its options."""
        if isinstance(other, SlicePlot):
            self._held = dict(other._held)
            self._turn(other._axes_shown)
        super().resemble(other)

    def start_run(self, prepared: Prepared) -> None:
        """Show the rows of a run on the plane shown before, where it has such columns."""
        keys = prepared.plan.feature_keys
        if self._axes_shown is not None and not set(self._axes_shown) <= set(keys):
            self._axes_shown = None
        self._held = {name: value for name, value in self._held.items() if name in keys}
        super().start_run(prepared)
        self._offer_axes(keys)
        self.look_changed.emit()

    def show_axes(self, across: str, up: str) -> None:
        """Show the plane of two columns."""
        self._turn((across, up))

    def show_components(self) -> None:
        """Show the plane of the principal components."""
        self._turn(None)

    def hold(self, values: dict[str, float]) -> None:
        """Hold the columns that are not shown at these values, or else at their medians."""
        self._held = dict(values)
        self._cut()

    def show_neuron(self, image: FloatArray | None, title: str = "", is_output: bool = False) -> None:
        """Show the network's answer still: a neuron's is known along the rows, not on the plane."""

    def clear(self) -> None:
        """Draw nothing."""
        self._slice = None
        self._write_axes("", "")
        super().clear()
        self._offer_axes(())

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        for combo in (self.across, self.up):
            combo.set_look(theme, body_font(theme))
        for word in self._words:
            keep_font(word, body_font(theme, theme.size_small))
        keep_font(self.held_button, body_font(theme))
        if self._popup is not None:
            self._popup.apply_theme(theme)
        super().apply_theme(theme)

    def open_held(self) -> None:
        """Open the sliders."""
        if self._prepared is not None and self._axes_shown is not None:
            self._fill_popup(self.popup)
            self.popup.open_beside(self)

    # The plane ------------------------------------------------------------------------------------------

    @property
    def _extent(self) -> Extent | None:
        return None if self._slice is None else self._slice.extent

    def _lay_plane(self) -> None:
        self._choose_plane()
        super()._lay_plane()

    def _choose_plane(self) -> None:
        if self._prepared is None:
            return
        if self._axes_shown is None:
            self._slice = principal_slice(self._prepared)
        else:
            self._slice = column_slice(self._prepared, *self._axes_shown, self._held)
        rows = self._prepared.sample.inputs
        self._fallen = self._slice.place(rows)
        self._faint = np.searchsorted(FURTHER, self._slice.distance(rows))
        self._name_axes()

    def _rows_on_plane(self, _prepared: Prepared) -> npt.NDArray[np.float64]:
        return self._fallen

    def _levels(self, _prepared: Prepared) -> npt.NDArray[np.intp] | None:
        return self._faint

    def _answers_of(self, snapshot: Snapshot) -> FloatArray | None:
        image = snapshot.picture.slice
        return image.values if image is not None and image.slice == self._slice else None

    def _where(self, x: float, y: float) -> str:
        names = self._axes_shown or ("component 1", "component 2")
        return f"{names[0]} = {short(x)}, {names[1]} = {short(y)}"

    def _name_axes(self) -> None:
        """Write beside the axes what has room there."""
        if self._slice is None:
            return
        metrics, area = QFontMetrics(body_font(self._theme, self._theme.size_small)), self._plot_area()
        cut = Qt.TextElideMode.ElideRight
        across, up = self._slice.labels
        self._write_axes(
            metrics.elidedText(across, cut, area.width()), metrics.elidedText(up, cut, area.height())
        )

    def _turn(self, axes: tuple[str, str] | None) -> None:
        self._axes_shown = axes
        self._output = None  # that of another plane
        self._cut()
        if self._prepared is not None:
            self._offer_axes(self._prepared.plan.feature_keys)
        self._redraw()
        self.fit()

    def _cut(self) -> None:
        """Lay the plane anew, and ask for its picture."""
        before = self._extent, self._fallen
        self._choose_plane()
        if self._extent == before[0] and np.array_equal(self._fallen, before[1]):
            # Only how faint the points are is another: that may wait till the slider rests.
            self._calm.start()
        else:
            super()._lay_plane()
        self._show_card()
        self.look_changed.emit()
        if self._popup is not None and self._popup.isVisible():
            self._fill_popup(self._popup)

    # Controls -------------------------------------------------------------------------------------------

    def _offer_axes(self, keys: tuple[str, ...]) -> None:
        shown = self._axes_shown
        for combo, place in ((self.across, 0), (self.up, 1)):
            combo.clear()
            if combo is self.across and keys:
                combo.addItem(PRINCIPAL, "")
            for key in keys:
                combo.addItem(key, key)
            combo.setCurrentIndex(combo.findData(shown[place]) if shown else 0)
        self.across.setVisible(bool(keys))
        for widget in (self.up, *self._words):
            widget.setVisible(shown is not None)
        self.held_button.setVisible(shown is not None and len(keys) > 2)
        self.card.take.setVisible(shown is not None and len(keys) > 2)

    def _across_chosen(self) -> None:
        chosen = str(self.across.currentData())
        if not chosen:
            self.show_components()
        elif self._prepared is not None:
            old = self._axes_shown or ("", "")
            others = [key for key in self._prepared.plan.feature_keys if key != chosen]
            # The same column twice would be no plane: the two change places.
            up = old[0] if old[1] == chosen else old[1]
            self.show_axes(chosen, up or others[0])

    def _up_chosen(self) -> None:
        chosen = str(self.up.currentData())
        if self._axes_shown is not None:
            across, up = self._axes_shown
            self.show_axes(up if across == chosen else across, chosen)

    def _fill_popup(self, popup: HeldPopup) -> None:
        if self._prepared is not None and self._axes_shown is not None:
            columns = held_columns(self._prepared, self._axes_shown)
            popup.show_columns(columns, {**medians(self._prepared), **self._held})

    def _hold(self, name: str, value: float) -> None:
        self._held[name] = value
        self._cut()

    def _hold_chosen(self) -> None:
        """Lay the slice through the row whose card is open."""
        if self._prepared is not None and self.chosen_row is not None:
            row = self._prepared.sample.inputs[self.chosen_row].tolist()
            self.hold(dict(zip(self._prepared.columns, row, strict=True)))

    # Shape ----------------------------------------------------------------------------------------------

    def _place_labels(self, *view: object) -> None:
        super()._place_labels(*view)
        self._name_axes()

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self.across, self.up, *self._words, self.held_button)

    def _axis_names(self) -> tuple[str, str]:
        return "", ""  # they are there, as long as there is room for

    def _axis_room(self) -> tuple[int, int]:
        return self._theme.px(60), self._theme.px(36)

    def _below(self) -> int:
        if self._posed:
            return 0
        return max(self.held_button.sizeHint().height(), self.up.sizeHint().height())
