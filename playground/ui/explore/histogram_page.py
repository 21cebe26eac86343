"""The page of the histograms, with what bars and outlines mean."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.experiment.exploring import DataTable
from playground.experiment.histograms import Histogram, histograms
from playground.ui.background import Background
from playground.ui.explore.histogram_wall import HistogramWall
from playground.ui.plots.legend import Legend
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

OUTLINES = ("Outline", "Dashed outline")


class HistogramPage(QWidget):
    """Shows a histogram of every column; they are counted when the page is first seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._table: DataTable | None = None
        self._is_due = False
        self._background = Background(self)
        self._background.done.connect(self._take)
        self.wall = HistogramWall(theme)
        self.legend = Legend(theme)
        self.caption = role_label("", "muted")
        self.caption.setWordWrap(True)
        self.area = QScrollArea()
        describe(self.area, "All histograms", "")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.wall)
        self._head = QHBoxLayout()
        self._head.addWidget(self.caption, 3)
        self._head.addWidget(self.legend, 2)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.area, 1)

    @property
    def is_busy(self) -> bool:
        """Whether rows are still being counted."""
        return self._background.is_busy

    def show_table(self, table: DataTable) -> None:
        """Count the rows of another table, as soon as somebody looks."""
        self._table, self._is_due = table, True
        if table.class_names:
            self.legend.show_classes(table.class_names)
        else:
            self.legend.clear()
        if self.isVisible():
            self._count()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self.wall.apply_theme(theme)
        self.legend.apply_theme(theme)
        keep_font(self.caption, body_font(theme, theme.size_small))
        self._layout.setSpacing(theme.px(12))
        self._layout.setContentsMargins(0, theme.px(12), 0, 0)

    def cancel(self) -> None:
        """Count nothing more."""
        self._background.cancel()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what has not been counted yet."""
        super().showEvent(event)
        if self._is_due:
            self._count()

    def _count(self) -> None:
        table, self._is_due = self._table, False
        assert table is not None
        self._background.start(lambda _tell, stop: (table, histograms(table, stop)))

    def _take(self, result: object) -> None:
        assert isinstance(result, tuple)
        table, found = result
        self.wall.show_histograms(table, found)
        self.caption.setText(caption(table, found))


def caption(table: DataTable, found: tuple[Histogram, ...]) -> str:
    """Return what is drawn, in sentences."""
    first, *others = table.parts
    by_class = ", by class" if table.class_names else ""
    drawn = [f"Bars: {len(first.rows):,} {first.name} rows{by_class}."]
    drawn += [
        f"{how}: {len(one.rows):,} {one.name} rows." for how, one in zip(OUTLINES, others, strict=False)
    ]
    missing = sum(one.missing for one in found)
    whole = "no value is missing" if not missing else f"{missing:,} values are missing"
    figures = f"Heights are per cent of each part's rows; figures are of the {first.name} rows; {whole}."
    return " ".join([*drawn, figures])
