"""The sliders of rows that are generated: how many, of how many classes, and how chance blurs them."""

import math

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.data import Dataset
from playground.experiment import edits
from playground.experiment.model import CLASSES, NOISE, Experiment
from playground.ui.document import Document
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import LabelledSlider, theme_descendants

SAMPLE_STEPS = [
    *(20, 50, 100, 150, 200, 250, 300, 400, 500, 600, 800),
    *(1000, 1200, 1500, 2000, 3000, 5000, 10_000, 20_000),
]


class RowsSection(QWidget):
    """Shows and edits how rows are drawn; what does not apply to the data set is hidden."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.samples = LabelledSlider("Samples", "How many points there are in all.", SAMPLE_STEPS)
        self.noise = LabelledSlider("Noise", "How much chance blurs the data.", (*NOISE, 0.05), two_digits)
        self.classes = LabelledSlider("Classes", "How many clusters, each a class.", (*CLASSES, 1))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        sliders = {"samples": self.samples, "classes": self.classes, "noise": self.noise}
        for name, slider in sliders.items():
            self._layout.addWidget(slider)
            slider.edited.connect(lambda value, gesture, name=name: self._set(name, value, gesture))
            slider.refused.connect(document.refused)

    @property
    def tab_order(self) -> list[QWidget]:
        """What takes the focus, from top to bottom."""
        return [part for one in (self.samples, self.classes, self.noise) for part in (one.field, one.slider)]

    def show_experiment(self, experiment: Experiment, dataset: Dataset) -> None:
        """Show how the rows of an experiment are drawn from its data set."""
        data = experiment.data
        self.samples.set_value(data.samples)
        self.noise.set_value(data.noise)
        self.noise.setToolTip(dataset.noise_help)
        self.classes.set_value(data.classes)
        self.classes.setVisible(dataset.classes_adjustable)
        self.setVisible(not dataset.fixed_samples)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        self._layout.setSpacing(theme.px(8))

    def _set(self, name: str, value: float, gesture: object) -> None:
        self._document.edit(f"Set {name}", edits.set_data, merge=(name, gesture), **{name: value})


def two_digits(value: float) -> str:
    """Return a value with two decimals, a whole one without."""
    return f"{value:.2f}" if not math.isclose(value, round(value)) else f"{value:.0f}"
