"""One line below the figures: what the test rows say, once they are asked.

With a validation part the test rows are not looked at until then. Every look is counted, over all runs with
the same test rows: whoever chooses among networks by several looks gets a score that is too good.
"""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Evaluation, Snapshot
from playground.ui.figures import figures, four_digits
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
        self._run: tuple[Evaluation, ...] = ()
        self.looks: list[str] = []
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
        """Begin with another run; the looks go on counting while the test rows are the same."""
        old, self._prepared = self._prepared, prepared
        same = (
            old is not None
            and old.sample.inputs is prepared.sample.inputs
            and np.array_equal(old.test_rows, prepared.test_rows)
        )
        if not same:
            self.looks.clear()
        self._run = ()
        self._say(WAITING)
        self.setVisible(prepared.has_validation)

    def show_snapshot(self, snapshot: Snapshot) -> bool:
        """Take in what the test rows have said since; return whether another height is needed."""
        new = snapshot.evaluations[len(self._run) :]
        if not new or self._prepared is None:
            return False
        self._run = snapshot.evaluations
        self.looks += [in_words(one, self._prepared) for one in new]
        count = len(self.looks)
        self._say(self.looks[-1] if count == 1 else f"{self.looks[-1]} ({count} looks so far)")
        return self.sizeHint().height() != self.height()

    def fit(self, width: int) -> None:
        """Take the height that the text needs beside the button."""
        room = max(1, width - self.button.sizeHint().width() - 8)
        needed = max(self.text.heightForWidth(room), self.button.sizeHint().height())
        self.setFixedHeight(max(0, needed))

    def _say(self, text: str) -> None:
        self.text.setText(text)
        earlier = "\n".join(self.looks[-MOST_SHOWN:])
        help_text = f"{earlier}\n{TOO_GOOD}" if len(self.looks) > 1 else HELP
        describe(self.text, text, help_text)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self.text, body_font(theme, theme.size_small))


def in_words(found: Evaluation, prepared: Prepared) -> str:
    """Return what the test rows said, in a sentence."""
    start = f"Test at epoch {found.epoch:,}: loss {four_digits(found.loss)}"
    if found.mae is None or found.rmse is None:
        return f"{start}, accuracy {found.metric:.1%}".replace("%", " %")
    unit = f" {prepared.sample.unit}" if prepared.sample.unit else ""
    errors = f"MAE {figures(found.mae, 3)}{unit}, RMSE {figures(found.rmse, 3)}{unit}"
    return f"{start}, R² {four_digits(found.metric)}, {errors}"
