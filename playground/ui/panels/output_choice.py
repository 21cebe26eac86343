"""Above the output: which view is shown, and what it shows in place of the network's answer."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.tables import by_key
from playground.ui.plots import PLOTS, Plot, RunKind
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import ElidedLabel, FlatCombo
from playground.ui.widgets.base import describe, keep_font, role_label


class OutputChoice(QWidget):
    """Offers the output views that fit a run, and remembers what was chosen for each kind of run.

    Signals:
        chosen(): the person chose another view.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kind = ("", "")
        self._remembered: dict[tuple[str, str], str] = {}
        self.combo = FlatCombo()
        self.combo.activated.connect(self._choose)
        self.only = role_label("", "title")
        self.caption = ElidedLabel()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.combo)
        self._row.addWidget(self.only)
        self._row.addWidget(self.caption, 1)
        self.paint_button = QToolButton()
        self.paint_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(self.paint_button)
        self.apply_theme(LIGHT)

    @property
    def plot(self) -> Plot:
        """The view to be shown."""
        return by_key(PLOTS, self.combo.currentData(), "plot")

    @property
    def first(self) -> Plot | None:
        """The view that fits the run best; None before there was one."""
        return by_key(PLOTS, self.combo.itemData(0), "plot") if self.combo.count() else None

    def offers(self, key: str) -> bool:
        """Return whether a view fits the run."""
        return self.combo.findData(key) >= 0

    def choose(self, key: str) -> None:
        """Show a view that is offered, as when the person chooses it."""
        self.combo.setCurrentIndex(self.combo.findData(key))
        self._choose()

    def offer(self, plan: RunKind) -> None:
        """Offer what fits a run: what was chosen last for such a run is chosen again, else the first."""
        fitting = [plot for plot in PLOTS if plot.group == "output" and plot.fits(plan)]
        self._kind = (plan.kind, plan.task)
        self.combo.clear()
        for index, plot in enumerate(fitting):
            self.combo.addItem(plot.label, plot.key)
            self.combo.setItemData(index, plot.help, Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(max(0, self.combo.findData(self._remembered.get(self._kind))))
        self.only.setText(fitting[0].label)
        self.combo.setVisible(len(fitting) > 1)
        self.only.setVisible(len(fitting) == 1)
        self._describe()

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        title = body_font(theme, theme.size_title, bold=True)
        self.combo.set_look(theme, title)
        keep_font(self.only, title)
        self.caption.set_look(theme, body_font(theme, theme.size_small))
        self._row.setSpacing(theme.px(8))
        self.paint_button.setIconSize(QSize(theme.px(16), theme.px(16)))
        # The same with and without a choice, or what is below would jump.
        self.setFixedHeight(max(self.combo.sizeHint().height(), self.paint_button.sizeHint().height()))

    def _choose(self) -> None:
        self._remembered[self._kind] = str(self.combo.currentData())
        self._describe()
        self.chosen.emit()

    def _describe(self) -> None:
        what = self.plot.help
        describe(self.combo, "Output", f"What is drawn below: {what[0].lower()}{what[1:]}")
