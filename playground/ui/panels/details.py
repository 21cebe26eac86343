"""A small pop-up beside the optimizer: its own parameters, the seed of the weights, the precision."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.tables import Parameter, by_key
from playground.experiment import edits
from playground.experiment.model import SEED, Experiment
from playground.ui.document import Document
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, NumberChoice, format_number, keep_font, theme_descendants
from playground.ui.widgets.base import role_label

PRECISIONS = (
    Item("float32", "float32", "About seven digits: fast, and enough for training."),
    Item("float64", "float64", "About sixteen digits: slower, for looking at tiny differences."),
)


class TrainingDetails(QWidget):
    """Shows and edits what few people change; follows the document while it is open."""

    def __init__(self, document: Document, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._theme = theme
        self._optimizer = ""
        self._parameters: dict[str, NumberChoice] = {}
        self._layout = QVBoxLayout(self)
        self._title = role_label("", "title")
        self._layout.addWidget(self._title)
        self.seed = NumberChoice(
            "Seed of the weights",
            "The same seed always draws the same starting weights and the same order of mini-batches.",
            [float(seed) for seed in range(5)],
            minimum=SEED[0],
            maximum=SEED[1],
            whole=True,
        )
        self.precision = Choice("Precision", "How many digits every number of the network has.")
        self.precision.set_items(PRECISIONS)
        self._layout.addWidget(self.seed)
        self._layout.addWidget(self.precision)
        self.seed.chosen.connect(self._set_seed)
        self.precision.chosen.connect(self._set_precision)
        self.seed.refused.connect(document.refused)
        document.experiment_changed.connect(self._follow)
        self._show(document.experiment)

    def open_below(self, place: QPoint) -> None:
        """Open with the top left corner at the global point `place`."""
        self.adjustSize()
        self.move(place)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        self._layout.setContentsMargins(*[theme.px(16)] * 4)
        self._layout.setSpacing(theme.px(8))

    @property
    def parameters(self) -> dict[str, NumberChoice]:
        """The controls of the optimizer's own parameters, by key."""
        return self._parameters

    def _follow(self, _old: Experiment, new: Experiment) -> None:
        self._show(new)

    def _show(self, experiment: Experiment) -> None:
        training = experiment.training
        optimizer = by_key(OPTIMIZERS, training.optimizer, "optimizer")
        if optimizer.key != self._optimizer:
            self._optimizer = optimizer.key
            self._title.setText(optimizer.label)
            self._fill(optimizer.parameters)
        for parameter in optimizer.parameters:
            value = training.optimizer_parameters.get(parameter.key, parameter.default)
            self._parameters[parameter.key].set_value(value)
        self.seed.set_value(float(training.seed))
        self.precision.set_key(training.precision)

    def _fill(self, parameters: tuple[Parameter, ...]) -> None:
        for control in self._parameters.values():
            self._layout.removeWidget(control)
            control.setParent(None)
            control.deleteLater()
        self._parameters = {}
        for place, parameter in enumerate(parameters, 1):
            control = NumberChoice(
                parameter.label,
                parameter.help,
                [parameter.default],
                minimum=parameter.minimum,
                maximum=parameter.maximum,
            )
            control.chosen.connect(lambda value, parameter=parameter: self._set(parameter, value))
            control.refused.connect(self._document.refused)
            self._parameters[parameter.key] = control
            self._layout.insertWidget(place, control)
        self.apply_theme(self._theme)

    def _set(self, parameter: Parameter, value: float) -> None:
        before = self._document.experiment.training.optimizer_parameters
        self._document.edit(
            f"Set {parameter.label} to {format_number(value)}",
            edits.set_training,
            optimizer_parameters={**before, parameter.key: value},
        )

    def _set_seed(self, value: float) -> None:
        self._document.edit(f"Use seed {value:.0f} for the weights", edits.set_seed, int(value))

    def _set_precision(self, key: str) -> None:
        self._document.edit(f"Compute in {key}", edits.set_training, precision=key)
