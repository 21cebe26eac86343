"""The sliders of rows that are generated: how many, of what shape and balance, and how chance blurs them."""

import math

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.data import Dataset
from playground.data.drawn import BALANCE, FLIPPED, JITTER, TARGET_NOISE, Choices
from playground.experiment import edits
from playground.experiment.model import CLASSES, NOISE, Experiment
from playground.tables import Parameter
from playground.ui.document import Document
from playground.ui.figures import percent
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import Disclosure, LabelledSlider, theme_descendants

SAMPLE_STEPS = [
    *(20, 50, 100, 150, 200, 250, 300, 400, 500, 600, 800),
    *(1000, 1200, 1500, 2000, 3000, 5000, 10_000, 20_000),
]
NOISE_STEP = 0.05
NOISE_HELP = "Under More are two kinds of noise that are the same for all data sets."
MORE_HELP = (
    "The shape of the data, noise in the inputs and in the answers apart, and how large the classes are."
)


class RowsSection(QWidget):
    """Shows and edits how rows are drawn; what does not apply to the data set is hidden."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._theme = LIGHT
        self._known: tuple[Parameter, ...] = ()
        self._is_unusual = False
        self.shape: dict[str, LabelledSlider] = {}
        self._make_sliders()
        self.more = Disclosure("More", MORE_HELP)
        self._rest = QWidget()
        self._lay_out()
        self._connect()

    def _make_sliders(self) -> None:
        self.samples = LabelledSlider("Samples", "How many points there are in all.", SAMPLE_STEPS)
        self.classes = LabelledSlider("Classes", "How many clusters, each a class.", (*CLASSES, 1))
        self.noise = LabelledSlider("Noise", NOISE_HELP, (*NOISE, NOISE_STEP), two_digits)
        self.jitter = LabelledSlider(
            "Jitter",
            "Moves every point by chance once it has its answer: the standard deviation, as in the plot.",
            (*JITTER, NOISE_STEP),
            two_digits,
        )
        self.flipped = LabelledSlider(
            "Flipped labels",
            "So many points, wherever they are, get the label of another class and stay in their place.",
            (*FLIPPED, NOISE_STEP),
            percent,
        )
        self.target_noise = LabelledSlider(
            "Target noise",
            "Makes every target wrong by chance: the standard deviation, as a part of that of the targets.",
            (*TARGET_NOISE, NOISE_STEP),
            two_digits,
        )
        self.balance = LabelledSlider(
            "Class balance",
            "The share of the first class among the points; of more than two, among it and any other one.",
            (*BALANCE, NOISE_STEP),
            percent,
        )

    def _lay_out(self) -> None:
        self._layout, self._inner, self._shapes = QVBoxLayout(self), QVBoxLayout(self._rest), QVBoxLayout()
        for layout in (self._layout, self._inner):
            layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.samples, self.classes, self.noise, self.more, self._rest):
            self._layout.addWidget(widget)
        self._inner.addLayout(self._shapes)
        for slider in (self.jitter, self.flipped, self.target_noise, self.balance):
            self._inner.addWidget(slider)
        self._rest.hide()

    def _connect(self) -> None:
        self.more.toggled.connect(self._rest.setVisible)
        for name, slider in self._fields.items():
            slider.edited.connect(lambda value, gesture, name=name: self._set(name, value, gesture))
            slider.refused.connect(self._document.refused)

    @property
    def _fields(self) -> dict[str, LabelledSlider]:
        """The sliders whatever the data set, by their field of the document, from top to bottom."""
        names = ("samples", "classes", "noise", "jitter", "flipped", "target_noise", "balance")
        return {name: getattr(self, name) for name in names}

    @property
    def tab_order(self) -> list[QWidget]:
        """What takes the focus, from top to bottom."""
        every = list(self._fields.values())
        first = [part for one in every[:3] for part in (one.field, one.slider)]
        rest = [part for one in (*self.shape.values(), *every[3:]) for part in (one.field, one.slider)]
        return [*first, self.more, *rest]

    # Showing --------------------------------------------------------------------------------------------

    def show_experiment(self, experiment: Experiment, dataset: Dataset) -> None:
        """Show how the rows of an experiment are drawn from its data set."""
        self.setVisible(not dataset.fixed_samples)
        if dataset.fixed_samples:
            return
        data = experiment.data
        for name, slider in self._fields.items():
            slider.set_value(getattr(data, name))
        self.noise.set_label(dataset.noise_label)
        self.noise.setToolTip(f"{dataset.noise_help} {NOISE_HELP}")
        if dataset.parameters != self._known:
            self._known = dataset.parameters
            self._fill()
        for parameter in self._known:
            self.shape[parameter.key].set_value(data.parameters.get(parameter.key, parameter.default))
        labelled = dataset.task == "classification"
        self.classes.setVisible(dataset.classes_adjustable)
        self.flipped.setVisible(labelled)
        self.target_noise.setVisible(not labelled)
        self.balance.setVisible(labelled)
        self._show_more(data.choices)

    def _show_more(self, asked: Choices) -> None:
        """Say what is under More, and open it when something there is not as usual any more."""
        unusual = asked != Choices(asked.samples, asked.noise, asked.classes, asked.seed)
        if unusual and not self._is_unusual:
            self.more.setChecked(True)
        self._is_unusual = unusual
        self.more.setText(f"More: {'shape, ' if self._known else ''}noise{' •' if unusual else ''}")

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        for layout in (self._layout, self._inner, self._shapes):
            layout.setSpacing(theme.px(8))

    def _fill(self) -> None:
        """Make a slider for every parameter of the shape."""
        for slider in self.shape.values():
            self._shapes.removeWidget(slider)
            slider.hide()
            slider.deleteLater()
        self.shape = {parameter.key: self._slider_of(parameter) for parameter in self._known}
        for slider in self.shape.values():
            slider.apply_theme(self._theme)
            self._shapes.addWidget(slider)

    def _slider_of(self, parameter: Parameter) -> LabelledSlider:
        kind = int if parameter.stepped else float
        values = (kind(parameter.minimum), kind(parameter.maximum), kind(parameter.step))
        slider = LabelledSlider(parameter.label, parameter.help, values)
        slider.edited.connect(lambda value, gesture: self._set_shape(parameter, value, gesture))
        slider.refused.connect(self._document.refused)
        return slider

    # Editing --------------------------------------------------------------------------------------------

    def _set(self, name: str, value: float, gesture: object) -> None:
        text = f"Set {name.replace('_', ' ').replace('flipped', 'flipped labels')}"
        self._document.edit(text, edits.set_data, merge=(name, gesture), **{name: value})

    def _set_shape(self, parameter: Parameter, value: float, gesture: object) -> None:
        text, merge = f"Set {parameter.label.lower()}", ("shape", parameter.key, gesture)
        if not self._document.edit(text, edits.set_shape, parameter.key, value, merge=merge):
            data = self._document.experiment.data
            self.shape[parameter.key].set_value(data.parameters.get(parameter.key, parameter.default))


def two_digits(value: float) -> str:
    """Return a value with two decimals, a whole one without."""
    return f"{value:.2f}" if not math.isclose(value, round(value)) else f"{value:.0f}"
