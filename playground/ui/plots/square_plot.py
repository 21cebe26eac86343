"""A plot of rows in the plane: a square in the middle, with its legend below."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QWidget

from playground.ui.plots.legend import Legend
from playground.ui.plots.row_plot import RowPlot
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.tokens import Theme


class SquarePlot(RowPlot):
    """Keeps what is plotted square, so that a unit across is as long as a unit up.

    A subclass says in `_below` how high what stands below the legend is, and sizes its points in
    `_size_points`.
    """

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, label, help_text, parent)
        self.legend = Legend(theme)
        self._legend_row = QHBoxLayout()
        self._legend_row.addWidget(self.legend)
        self._layout.addLayout(self._legend_row)
        self._layout.addSpacerItem(QSpacerItem(0, 0, vData=QSizePolicy.Policy.Expanding))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self.legend.apply_theme(theme)

    def _size_points(self) -> None:
        """Make the points as large as the plot has room for."""
        raise NotImplementedError

    def _below(self) -> int:
        """Return the height of what stands below the legend."""
        return 0

    def height_for_width(self, width: int) -> int:
        """Return the height in which the square is as wide as `width` allows."""
        across, down = self._around()
        inner = max(1, width - 6 - across)
        return 6 + inner + down + self._gap() + self.legend.heightForWidth(inner) + self._below()

    def _around(self) -> tuple[int, int]:
        """Return the room beside the square and above and below it."""
        left, bottom = self._axis_room()
        across, down = self._margins()
        return across + left, down + bottom

    def _arrange(self) -> None:
        """Keep the plotted square square and in the middle, with the legend below it."""
        across, down = self._around()
        left = self._axis_room()[0]
        inner = self.contentsRect().adjusted(3, 3, -3, -3)
        room = max(1, inner.width() - across)
        below = self._gap() + self.legend.heightForWidth(room) + self._below()
        side = max(1, min(room, inner.height() - down - below))
        spare = (inner.width() - side - across) // 2
        self._plot_row.setContentsMargins(spare, 0, spare, 0)
        self._plot.setMaximumSize(side + across, side + down)
        # As wide as the square, so that it stands below it; wider only where it would need more lines.
        least = self.legend.minimumSizeHint().width()
        fits = side >= least and self.legend.heightForWidth(side) == self.legend.heightForWidth(room)
        start = spare + left if fits else left
        self._legend_row.setContentsMargins(
            start, self._gap(), inner.width() - start - side if fits else 0, 0
        )
        self.legend.setFixedHeight(self.legend.heightForWidth(side if fits else room))
        # At once: in its old shape the plot would show another range till the layout's turn comes.
        self._layout.activate()
        super()._arrange()
        self._size_points()

    def _place_labels(self, *view: object) -> None:
        super()._place_labels(*view)
        self._size_points()

    def _x_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high, thirds=True)

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high, thirds=True)

    def _gap(self) -> int:
        return self._theme.px(8)
