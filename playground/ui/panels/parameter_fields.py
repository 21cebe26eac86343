"""The parameters of a record of a table, a field each: of an optimizer, of a schedule."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.tables import Parameter
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import NumberChoice, theme_descendants


class ParameterFields(QWidget):
    """Shows the parameters of one record at a time.

    Signals:
        edited(Parameter, float): the person chose another value.
        refused(str): what was typed cannot be used.
    """

    edited = Signal(object, float)
    refused = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._known: tuple[Parameter, ...] = ()
        self.fields: dict[str, NumberChoice] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_values(self, parameters: tuple[Parameter, ...], values: Mapping[str, float]) -> None:
        """Show a value for each of `parameters`, its default where `values` has none."""
        if parameters != self._known:
            self._known = parameters
            self._fill()
        for parameter in parameters:
            self.fields[parameter.key].set_value(values.get(parameter.key, parameter.default))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        self._layout.setSpacing(theme.px(8))

    def _fill(self) -> None:
        for field in self.fields.values():
            self._layout.removeWidget(field)
            field.setParent(None)
            field.deleteLater()
        self.fields = {}
        for parameter in self._known:
            field = NumberChoice(
                parameter.label,
                parameter.help,
                [parameter.default],
                minimum=parameter.minimum,
                maximum=parameter.maximum,
            )
            field.chosen.connect(lambda value, parameter=parameter: self.edited.emit(parameter, value))
            field.refused.connect(self.refused)
            self.fields[parameter.key] = field
            self._layout.addWidget(field)
        self.setVisible(bool(self._known))
        self.apply_theme(self._theme)
