"""A plot with its controls above it, for docks that may be wide and low."""

import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from playground.ui.plots.base import PlotView
from playground.ui.plots.legend import Legend
from playground.ui.plots.tool_row import HEIGHT, ToolRow
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

ROOMY = 230
"""Design pixels of height from which there is room for what the axes mean, and for the legend's own line."""


class ToolPlot(PlotView):
    """Has a row of tools above the plot; the legend is in it while there is little height, and else below.

    Subclasses say in `_labels` what the axes mean.
    """

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, label, help_text, parent)
        self._named = ("", "")
        self.tools = ToolRow()
        self.legend = Legend(theme)
        self._layout.insertWidget(0, self.tools)
        self._layout.addWidget(self.legend)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.tools.apply_theme(theme)
        self.legend.apply_theme(theme)
        super().apply_theme(theme)

    def _labels(self) -> tuple[str, str]:
        """Return what is written across and up."""
        return "", ""

    def _name_axes(self) -> None:
        """Write beside the axes what has room there."""
        metrics, area = QFontMetrics(body_font(self._theme, self._theme.size_small)), self._plot_area()
        across, up = self._labels() if self._roomy else ("", "")
        cut = pg.QtCore.Qt.TextElideMode.ElideRight
        names = metrics.elidedText(across, cut, area.width()), metrics.elidedText(up, cut, area.height())
        if names != self._named:
            self._named = names
            self._write_axes(*names)

    @property
    def _roomy(self) -> bool:
        return self._posed or self.height() >= self._theme.px(ROOMY)

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self.tools)

    def _axis_room(self) -> tuple[int, int]:
        return self._theme.px(60 if self._roomy else 44), self._theme.px(36 if self._roomy else 22)

    def _arrange(self) -> None:
        self._place_legend()
        for axis, size in zip(self._axes(), self._axis_room(), strict=True):
            (axis.setWidth if axis.orientation == "left" else axis.setHeight)(size)
        super()._arrange()
        self._name_axes()

    def _place_legend(self) -> None:
        """Put the legend among the tools where height is scarce and it fits, and else below the plot."""
        hint = self.legend.sizeHint()
        above = not self._roomy and not self.tools.isHidden() and hint.width() < self.width() - 16
        if above != (self.legend.parent() is self.tools):
            if above:
                self.tools.add(self.legend)
            else:
                self.tools.remove(self.legend)
                self._layout.addWidget(self.legend)
            self.legend.show()
        if above:
            self.legend.setFixedHeight(self._theme.px(HEIGHT))
        else:
            self.legend.setFixedHeight(self.legend.heightForWidth(max(1, self.width() - 8)))
