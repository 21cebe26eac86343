"""A page that also fits where the window is narrow for its type, as a projector's type may be."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.theme.tokens import Theme

NARROW = 760
"""Design pixels of a page below which it is narrow."""


class RoomyPage(LabPage):
    """Moves what stands beside the plots into the column, which scrolls, where the page is narrow.

    The introduction is then left out: it is read once, the plots are looked at all the time.
    """

    def __init__(self, context: LabContext, intro: str) -> None:
        super().__init__(context, intro)
        self._beside: list[tuple[QWidget, QBoxLayout, int]] = []
        self._narrow = False

    def put_beside(self, widget: QWidget, layout: QBoxLayout, stretch: int = 0) -> None:
        """Put a widget into a layout of the stage, or into the column while the page is narrow."""
        self._beside.append((widget, layout, stretch))
        layout.addWidget(widget, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move things where they fit."""
        super().resizeEvent(event)
        self._settle()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme, whose type may be larger."""
        super().apply_theme(theme)
        self._settle()

    def _settle(self) -> None:
        narrow = self.width() < self._theme.px(NARROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.intro.setVisible(not narrow)
        for widget, layout, stretch in self._beside:
            if narrow:
                self.column.addWidget(widget)
            else:
                layout.addWidget(widget, stretch)
