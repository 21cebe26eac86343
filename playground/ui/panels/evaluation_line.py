"""One line below the figures: what the test rows say, once they are asked.

With a validation part the test rows are not looked at until then. Every look is counted, over all runs with
the same test rows: whoever chooses among networks by several looks gets a score that is too good.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from playground.experiment.evaluation import Evaluation
from playground.experiment.prepare import Prepared
from playground.ui.figures import four_digits, percent_in_tenths
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

WAITING = "The test rows wait until you evaluate."
HELP = (
    "Ask the test rows once your choices are made: how good is the network on rows that had no part in them? "
    "Every look is counted."
)
TOO_GOOD = (
    "Whoever chooses among several looks gets a score that is too good: make choices by the validation rows."
)
MOST_SHOWN = 12


class EvaluationLine(QWidget):
    """Asks for an evaluation and says what came of it; hidden where there is no validation part.

    Signals:
        asked(): the person wants to know what the test rows say.
    """

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._prepared: Prepared | None = None
        self._kept: tuple[Evaluation, ...] = ()
        self._begun = 0  # how many looks there were when the run began
        self.text = QLabel(WAITING)
        self.text.setProperty("role", "muted")
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton("Evaluate")
        self.button.setProperty("role", "slim")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.button, "Evaluate on the test rows", f"{HELP} (Ctrl+Shift+T)")
        self.button.clicked.connect(self.asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def start_run(self, prepared: Prepared) -> None:
        """Begin with another run."""
        self._prepared, self._begun = prepared, len(self._kept)
        self.setVisible(prepared.has_validation)
        self._show()

    def show_evaluations(self, kept: tuple[Evaluation, ...]) -> bool:
        """Show all looks that the document keeps; return whether another height is needed."""
        if kept == self._kept:
            return False
        self._begun = min(self._begun, len(kept))
        self._kept = kept
        self._show()
        return self.sizeHint().height() != self.height()

    @property
    def looks(self) -> list[str]:
        """What the test rows of this run have said so far, whatever network was asked."""
        if self._prepared is None:
            return []
        rows = self._prepared.test_name
        return [in_words(one, self._prepared) for one in self._kept if one.test_rows == rows]

    def _show(self) -> None:
        looks, of_this_run = self.looks, self._kept[self._begun :]
        count = "1 look" if len(looks) == 1 else f"{len(looks)} looks"
        if of_this_run and looks:
            self._say(looks, looks[-1] if len(looks) == 1 else f"{looks[-1]} ({count} so far)")
        else:
            self._say(looks, f"{WAITING} ({count} so far)" if looks else WAITING)

    def fit(self, width: int) -> None:
        """Take the height that the text needs beside the button."""
        room = max(1, width - self.button.sizeHint().width() - 8)
        needed = max(self.text.heightForWidth(room), self.button.sizeHint().height())
        self.setFixedHeight(max(0, needed))

    def _say(self, looks: list[str], text: str) -> None:
        self.text.setText(text)
        earlier = "\n".join(looks[-MOST_SHOWN:])
        describe(self.text, text, f"{earlier}\n{TOO_GOOD}" if looks else HELP)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self.text, body_font(theme, theme.size_small))


def in_words(found: Evaluation, prepared: Prepared) -> str:
    """Return what the test rows said, in a sentence."""
    start = f"Test at epoch {found.epoch:,}: loss {_short(found.loss)}"
    if prepared.plan.task == "classification":
        return f"{start}, accuracy {'–' if found.metric is None else percent_in_tenths(found.metric)}"
    unit = f" {prepared.sample.unit}" if prepared.sample.unit else ""
    errors = f"MAE {_short(found.mae)}{unit}, RMSE {_short(found.rmse)}{unit}"
    return f"{start}, R² {_short(found.metric)}, {errors}"


def _short(value: float | None) -> str:
    return "–" if value is None else four_digits(value)
