"""Which of a page's plots are on its stage: all of them, or the one that there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from playground.ui.labs.page import LabPage
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import Choice, Item

ALL = "all"
LEAST = (640, 440)
"""Design pixels of a page on which all plots have room."""


class PlotChoice(Choice):
    """Shows all plots of a page, or one. Of a page too small for all, "all" is the first."""

    def __init__(self, page: LabPage, plots: Sequence[tuple[Item, QWidget]]) -> None:
        """Make the choice for plots that are laid out on the page already."""
        self._page, self._plots, self._scale = page, tuple(plots), LIGHT.scale
        super().__init__("Plots", "Which plots are shown; in a small window one at a time is enough.")
        self.set_items(
            [Item(ALL, "All plots", "All plots, where there is room."), *(item for item, _ in plots)]
        )
        self.chosen.connect(lambda _key: self.arrange())
        page.installEventFilter(self)

    def arrange(self) -> None:
        """Show what is chosen and has room."""
        roomy = all(
            side >= least * self._scale
            for side, least in zip((self._page.width(), self._page.height()), LEAST, strict=True)
        )
        first = self._plots[0][0].key
        key = first if self.key == ALL and not roomy else self.key
        holders: dict[QWidget, bool] = {}
        for item, plot in self._plots:
            shown = key in (ALL, item.key)
            plot.setVisible(shown)
            holder = plot.parentWidget()
            if holder is not None and holder is not self._page:
                holders[holder] = holders.get(holder, False) or shown
        # What holds hidden plots alone would keep their room.
        for holder, shown in holders.items():
            holder.setVisible(shown)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts, and what it leaves room for."""
        super().apply_theme(theme)
        self._scale = theme.scale
        self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the page change its size."""
        if event.type() == QEvent.Type.Resize:
            self.arrange()
        return super().eventFilter(watched, event)
