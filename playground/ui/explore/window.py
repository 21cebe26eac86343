"""The window in which a person looks at the data before anything is learnt from it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.exploring import DataTable, Values, tabulate
from playground.experiment.model import DataSettings
from playground.experiment.prepare import Prepared
from playground.ui.background import Background
from playground.ui.explore.histogram_page import HistogramPage
from playground.ui.explore.row_page import RowPage
from playground.ui.explore.scatter_page import ScatterPage
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, describe, keep_font, role_label
from playground.ui.widgets.segments import Segments

SIZE = (1080, 720)
MARGIN = 40
RAW, SCALED = "raw", "scaled"
VALUES: tuple[Item, ...] = (
    Item(RAW, "Raw values", "Features and target in their own units."),
    Item(SCALED, "As the network sees them", "After scaling, and with the target encoded as it is learnt."),
)


class ExploreWindow(QDialog):
    """Shows the rows of the present run in three ways, raw or as the network is given them.

    Signals:
        row_chosen(int): the person went to a row.
    """

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("explore_window")
        self.setWindowTitle("Look at the data")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._source: tuple[DataSettings, Prepared] | None = None
        self._background = Background(self)
        self._background.done.connect(self._take)
        self.title = role_label("", "title")
        self.scaling = role_label("", "muted")
        self.values = Segments("Which values are shown", VALUES)
        self.values.chosen.connect(lambda _key: self._tabulate())
        self.scatter, self.histograms, self.rows = ScatterPage(theme), HistogramPage(theme), RowPage(theme)
        self._pages = (self.scatter, self.histograms, self.rows)
        self.tabs = QTabWidget()
        describe(self.tabs.tabBar(), "Ways to look at the data", "")
        self.tabs.addTab(self.scatter, "Scatter matrix")
        self.tabs.addTab(self.histograms, "Histograms")
        self.tabs.addTab(self.rows, "Design matrix")
        self.empty = role_label("", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.tabs)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addStretch(1)
        self._head.addWidget(self.scaling)
        self._head.addWidget(self.values)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.stack, 1)
        self.scatter.row_chosen.connect(self._choose_row)
        self.rows.row_chosen.connect(self.scatter.matrix.choose_row)
        self.scatter.row_chosen.connect(self.row_chosen)
        self.rows.row_chosen.connect(self.row_chosen)
        self.finished.connect(lambda _result: self._cancel())
        self.apply_theme(theme)
        room = parent.window().size()
        wide, high = (theme.px(side) for side in SIZE)
        self.resize(min(wide, room.width() - MARGIN), min(high, room.height() - MARGIN))

    @property
    def is_busy(self) -> bool:
        """Whether something is still being worked out."""
        return self._background.is_busy or any(page.is_busy for page in self._pages)

    def show_rows(self, data: DataSettings, prepared: Prepared) -> None:
        """Show the rows of a run."""
        self._source = data, prepared
        self.title.setText(data.source.label)
        self._tabulate()

    def say(self, words: str) -> None:
        """Show a sentence where there are no rows to show."""
        self._source = None
        self._background.cancel()
        self.empty.setText(words)
        self.stack.setCurrentWidget(self.empty)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        for page in (self.scatter, self.histograms, self.rows, self.values):
            page.apply_theme(theme)
        keep_font(self.title, body_font(theme, theme.size_title, bold=True))
        keep_font(self.tabs.tabBar(), body_font(theme))
        for label in (self.empty, self.scaling):
            keep_font(label, body_font(theme))
        self._head.setSpacing(theme.px(12))
        self._layout.setSpacing(theme.px(10))
        self._layout.setContentsMargins(*[theme.px(20)] * 4)

    def _tabulate(self) -> None:
        if self._source is None:
            return
        (data, prepared), values = self._source, self._values()
        if self.stack.currentWidget() is self.empty:
            self.empty.setText("The rows are being gathered …")
        self._background.start(lambda _tell, _stop: tabulate(data, prepared, values))

    def _values(self) -> Values:
        return "scaled" if self.values.key == SCALED else "raw"

    def _take(self, table: object) -> None:
        assert isinstance(table, DataTable)
        self.scaling.setText(f"Scaling: {table.scaling}" if table.scaling else "")
        if self.stack.currentWidget() is self.empty:
            self.stack.setCurrentWidget(self.tabs)
            self.tabs.tabBar().setFocus()
        for page in self._pages:
            page.show_table(table)

    def _choose_row(self, row: int) -> None:
        self.scatter.matrix.choose_row(row)
        self.rows.choose_row(row)

    def _cancel(self) -> None:
        self._background.cancel()
        for page in self._pages:
            page.cancel()
