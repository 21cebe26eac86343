"""One line below the figures: what the snapshots of a run with warm restarts are worth together."""

import math

from PySide6.QtWidgets import QLabel, QSizePolicy

from playground.training.ensemble import MOST_MEMBERS
from playground.training.messages import EnsembleFigures
from playground.ui.figures import four_digits, percent_in_tenths, short
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

HELP = (
    "A snapshot of the network is kept at the end of each cycle of the learning rate. "
    f"The ensemble answers the mean of the snapshots, of the last {MOST_MEMBERS} at most: where they err in "
    "different places, the mean is closer to the truth than each of them."
)


class EnsembleLine(QLabel):
    """Says in a sentence how good the ensemble is; hidden where the learning rate has no cycles."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "muted")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_figures(
        self, figures: EnsembleFigures | None, own_loss: float, task: str, watched: str = "test"
    ) -> bool:
        """Show what was measured beside the network's own loss; return whether another height is needed.

        `task` is what is learned, "classification" or "regression", `watched` the rows that were asked.
        """
        if figures is None:
            was_shown = not self.isHidden()
            self.hide()
            return was_shown
        text = in_words(figures, own_loss, watched)
        if text != self.text():
            self.setText(text)
            describe(self, text, f"{_metric_in_words(figures.watched_metric, task, watched)}{HELP}")
        was_hidden = self.isHidden()
        self.show()
        return was_hidden or self.heightForWidth(self.width()) != self.height()

    def fit(self, width: int) -> None:
        """Take the height that the text needs; Qt answers -1 where there is none yet."""
        self.setFixedHeight(max(0, self.heightForWidth(width)))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self, body_font(theme, theme.size_small))


def in_words(figures: EnsembleFigures, own_loss: float, watched: str) -> str:
    """Return the ensemble's loss beside the network's own, or when the first snapshot comes."""
    if not figures.members:
        return f"The first snapshot is taken at epoch {figures.next_epoch:,}."
    snapshots = "1 snapshot" if figures.members == 1 else f"{figures.members} snapshots"
    loss, own = four_digits(figures.watched_loss), four_digits(own_loss)
    return f"Ensemble of {snapshots}: {watched} loss {loss} (this network {own})"


def _metric_in_words(value: float, task: str, watched: str) -> str:
    """Return a sentence on the ensemble's metric; empty where it has none."""
    if not math.isfinite(value):
        return ""
    if task == "regression":
        return f"The ensemble's {watched} R² is {short(value)}. "
    return f"The ensemble's {watched} accuracy is {percent_in_tenths(value)}. "
