"""The inspector's page for a layer that is not Dense: its parameters, and what it does in words."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from playground.engine.layers import LAYERS, LayerShape
from playground.experiment.flow import dense_before
from playground.experiment.model import Layer
from playground.tables import Parameter, by_key
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import LabelledSlider, describe, keep_font, role_label, theme_descendants

SLIDER_WIDTH = 170


class KindPage(QWidget):
    """Shows one layer at a time; there is a slider for every parameter of every kind.

    Signals:
        edited(key, value, gesture): the person chose another value of a parameter.
        refused(str): what was typed cannot be used.
    """

    edited = Signal(str, object, object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.parameters = {
            (kind.key, spec.key): LabelledSlider(spec.label, spec.help, _steps(spec))
            for kind in LAYERS
            for spec in kind.parameters
        }
        self.formula = QLabel()
        self.help = role_label("", "muted")
        self.shape = role_label("", "muted")
        self.shape.setToolTip(
            "What comes in → what goes out, for B rows in a batch, and how many numbers training changes."
        )
        self.frozen = QCheckBox("Frozen")
        describe(
            self.frozen,
            "Frozen",
            "No step changes its scales, shifts and averages.",
        )
        for label in (self.formula, self.help):
            label.setWordWrap(True)
            label.setMinimumWidth(1)
        self._lay_out()
        for (_, key), slider in self.parameters.items():
            slider.edited.connect(lambda value, gesture, key=key: self.edited.emit(key, value, gesture))
            slider.refused.connect(self.refused)

    def _lay_out(self) -> None:
        numbers, words = QVBoxLayout(), QVBoxLayout()
        for slider in self.parameters.values():
            numbers.addWidget(slider)
        numbers.addWidget(self.shape)
        numbers.addWidget(self.frozen)
        for part in (self.help, self.formula):
            words.addWidget(part)
        for column in (numbers, words):
            column.setSpacing(2)
            column.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(numbers)
        self._row.addLayout(words, 1)

    def show_layer(self, layers: Sequence[Layer], index: int, shape: LayerShape) -> None:
        """Show the layer at `index`, whose shape this is."""
        layer = layers[index]
        kind = by_key(LAYERS, layer.kind, "kind of layer")
        for (key, name), slider in self.parameters.items():
            slider.setVisible(key == kind.key)
            if key == kind.key:
                if name == "span":
                    slider.set_values([*range(1, max(len(dense_before(layers, index)), 1) + 1)])
                slider.set_value(layer.parameter(name))
        self.frozen.setVisible(shape.trained > 0)
        self.help.setText(kind.help)
        self.formula.setText(kind.formula)
        count = "nothing to learn" if not shape.trained else f"{shape.trained:,} parameters"
        self.shape.setText(f"(B, {shape.inputs}) → (B, {shape.units}), {count}")

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        self._row.setSpacing(theme.px(24))
        keep_font(self.formula, number_font(theme, theme.size_body, bold=False))
        keep_font(self.help, body_font(theme))
        keep_font(self.shape, body_font(theme, theme.size_small))
        for slider in self.parameters.values():
            slider.setFixedWidth(theme.px(SLIDER_WIDTH))
        for label in (self.help, self.shape):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)


def _steps(spec: Parameter) -> list[float]:
    """Return what the slider of a parameter steps through: twentieths, and where the range ends."""
    if spec.key == "span":
        return [*range(int(spec.minimum), int(spec.maximum) + 1)]
    inner = [step / 20 for step in range(21) if spec.minimum <= step / 20 <= spec.maximum]
    return sorted({spec.minimum, *inner, spec.maximum})
