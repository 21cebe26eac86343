"""A slider with its name on the left and its value, which can be typed, on the right."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import describe, keep_font, next_gesture, role_label
from playground.ui.widgets.numbers import (
    NumberEdit,
    format_number,
    format_range,
    match_range,
    parse_number,
)


class JumpSlider(QSlider):
    """A slider that goes where it is pressed, and that the wheel moves only when it has the focus.

    Signals:
        gesture_started(): a press, a release, a fresh key press, a turn of the wheel: a new gesture.
    """

    gesture_started = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sliderReleased.connect(self.gesture_started)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle wherever the press is; Qt's own slider would only go one page there."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.gesture_started.emit()
        self.setSliderDown(True)
        self.setSliderPosition(self._value_at(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while it holds the handle."""
        if self.isSliderDown():
            self.setSliderPosition(self._value_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start a gesture with each fresh key press; a key held down goes on with it."""
        if not event.isAutoRepeat():
            self.gesture_started.emit()
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the slider has the focus."""
        if self.hasFocus():
            self.gesture_started.emit()
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slider, and a ring round the handle while it has the keyboard's focus."""
        super().paintEvent(event)
        if not self.hasFocus():
            return
        _, handle = self._parts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
        radius = self.height() / 2 - 1.25
        centre = QRectF(handle).center()
        painter.drawEllipse(centre, radius, radius)

    def _parts(self) -> tuple[QRect, QRect]:
        """Return where groove and handle are."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style, control = self.style(), QStyle.ComplexControl.CC_Slider
        groove = style.subControlRect(control, option, QStyle.SubControl.SC_SliderGroove, self)
        return groove, style.subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)

    def _value_at(self, position: QPoint) -> int:
        groove, handle = self._parts()
        span = groove.width() - handle.width()
        start = position.x() - groove.x() - handle.width() // 2
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), start, span, False)


class LabelledSlider(QWidget):
    """Name, value and a thin slider.

    The slider steps through `values`, which need not be evenly spaced; any number between the first and the
    last can be typed. Values are whole numbers when all of `values` are.

    Signals:
        edited(value, gesture): the person chose another value. Edits with the same `gesture` (a number that
            changes with each press and release) belong together and may be merged.
        refused(str): what was typed cannot be used; the sentence says why. The value is the old one.
    """

    edited = Signal(object, object)
    refused = Signal(str)

    def __init__(
        self,
        label: str,
        help_text: str,
        values: Sequence[float],
        format: Callable[[float], str] = format_number,
        parent: QWidget | None = None,
        inline: bool = False,
    ) -> None:
        """Make the slider; a tuple of three in `values` means (minimum, maximum, step).

        `inline` puts everything on one line.
        """
        super().__init__(parent)
        self._label = label
        self._values = _expand(values)
        self._whole = all(isinstance(value, int) for value in self._values)
        self._format = format
        self._gesture = next_gesture()
        self._value: float = self._values[0]
        self._name = role_label(label, "muted")
        self._field = NumberEdit()
        self._slider = JumpSlider()
        self._slider.setRange(0, len(self._values) - 1)
        self._slider.setPageStep(max(1, len(self._values) // 10))
        self.setToolTip(help_text)
        self._lay_out(inline)
        self._slider.valueChanged.connect(self._moved)
        self._slider.gesture_started.connect(self._start_gesture)
        self._field.committed.connect(self._typed)
        self.set_value(self._value)
        self.apply_theme(LIGHT)

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value

    @property
    def slider(self) -> QSlider:
        """The slider itself."""
        return self._slider

    @property
    def field(self) -> NumberEdit:
        """The field that shows the value and takes a typed one."""
        return self._field

    def set_value(self, value: float) -> None:
        """Show `value` without saying so to anyone."""
        self._value = value
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(self._nearest(value))
        self._slider.blockSignals(blocked)
        self._field.show_text(self._format(value))

    def set_label(self, label: str) -> None:
        """Show another name."""
        self._label = label
        self._name.setText(label)
        self._describe(self.toolTip())

    def set_values(self, values: Sequence[float]) -> None:
        """Step through other values; the value shown stays."""
        self._values = _expand(values)
        self._whole = all(isinstance(value, int) for value in self._values)
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(0, len(self._values) - 1)
        self._slider.blockSignals(blocked)
        self.set_value(self._value)

    def event(self, event: QEvent) -> bool:
        """Hand a new tooltip on to the parts, which cover the whole widget."""
        if event.type() == QEvent.Type.ToolTipChange:
            self._describe(self.toolTip())
        return super().event(event)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        keep_font(self._name, body_font(theme))
        self._field.apply_theme(theme)
        # Room for the widest value, so that the name is never pushed about.
        metrics = QFontMetrics(number_font(theme, theme.size_body))
        widest = max(metrics.horizontalAdvance(self._format(value)) for value in self._sampled())
        self._field.setFixedWidth(widest + theme.px(20))

    def _sampled(self) -> list[float]:
        return self._values[:: max(1, len(self._values) // 50)] + self._values[-1:] + [self._value]

    def _describe(self, help_text: str) -> None:
        describe(self._slider, self._label, help_text)
        describe(self._field, f"{self._label}, value", help_text)

    def _lay_out(self, inline: bool) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._name)
        if inline:
            line.setSpacing(8)
            line.addWidget(self._slider, 1)
        else:
            line.addStretch(1)
        line.addWidget(self._field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        if not inline:
            layout.addWidget(self._slider)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _nearest(self, value: float) -> int:
        return min(range(len(self._values)), key=lambda index: abs(self._values[index] - value))

    def _start_gesture(self) -> None:
        self._gesture = next_gesture()

    def _moved(self, index: int) -> None:
        self._choose(self._values[index])

    def _typed(self, text: str) -> None:
        minimum, maximum = self._values[0], self._values[-1]
        percent = self._format(minimum).endswith("%")
        number = parse_number(text)
        value = None if number is None else match_range(number, minimum, maximum, percent)
        self._field.revert()
        if value is None:
            problem = f"“{text.strip()}” is not a number. " if number is None else ""
            allowed = format_range(minimum, maximum, percent)
            self.refused.emit(f"{problem}{self._label} must be between {allowed}.")
            return
        self._start_gesture()
        self._choose(round(value) if self._whole else value)

    def _choose(self, value: float) -> None:
        if value != self._value:
            self.set_value(value)
            self.edited.emit(value, self._gesture)


def _expand(values: Sequence[float]) -> list[float]:
    """Return the values to step through; a tuple of three is (minimum, maximum, step)."""
    if not (isinstance(values, tuple) and len(values) == 3):
        return list(values)
    minimum, maximum, step = values
    count = round((maximum - minimum) / step)
    # Rounded, or 0.1 + 2 * 0.1 would be shown as 0.30000000000000004.
    return [round(minimum + index * step, 12) for index in range(count + 1)]
