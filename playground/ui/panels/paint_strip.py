"""The tools for painting points: which one, which class or value, how large and how scattered."""

from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from playground.data.painting import MOST_CLASSES
from playground.data.stroke import Brush
from playground.ui.theme.colour import qcolor
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import FlowLayout, Item, LabelledSlider
from playground.ui.widgets.base import describe

TOOLS = (
    Item("brush", "Brush (B)", "Press for points, drag for more; the right button erases."),
    Item("erase", "Erase (E)", "Take away the points within the circle."),
    Item("move", "Move (M)", "Drag a point to another place; then a digit gives it another class or value."),
)
ICONS = {"brush": "paint", "erase": "erase", "move": "move"}
SIZES = (0.0, 2.0, 0.1)
JITTERS = (0.0, 1.0, 0.05)
VALUES = (-1.0, 1.0, 0.05)
NEW = 0.4  # how opaque the marker is of a class that is not there yet
MARK = 12  # design pixels


def value_of(digit: int) -> float:
    """Return the value that a digit from 1 to 9 stands for: nine of them from -1 to 1."""
    return (digit - 5) / 4


class PaintStrip(QWidget):
    """Shows and changes the brush.

    Signals:
        brush_changed(Brush): the person chose another tool, class, value, size or jitter.
        target_chosen(float): the class or value was chosen, be it the same as before.
        refused(str): what was typed cannot be used; the sentence says why.
    """

    brush_changed = Signal(object)
    target_chosen = Signal(float)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.brush = Brush()
        self._theme = LIGHT
        self._classes = 2
        self.tools: dict[str, QToolButton] = {}
        self.chips: list[QToolButton] = []
        self.clear = QToolButton()
        self.size_slider = LabelledSlider(
            "Size", "The radius of brush and eraser.", SIZES, _short, inline=True
        )
        self.jitter = LabelledSlider(
            "Jitter", "How far chance moves each point.", JITTERS, _short, inline=True
        )
        self.value = LabelledSlider("Value", "The number the points are given.", VALUES, _signed, inline=True)
        self._make_buttons()
        self._lay_out()
        self.size_slider.edited.connect(lambda value, _gesture: self._change(radius=value))
        self.jitter.edited.connect(lambda value, _gesture: self._change(jitter=value))
        self.value.edited.connect(lambda value, _gesture: self.choose_target(value))
        for slider in (self.size_slider, self.jitter, self.value):
            slider.refused.connect(self.refused)
        self.show_brush(self.brush)

    def _make_buttons(self) -> None:
        self._tool_group, self._chip_group = QButtonGroup(self), QButtonGroup(self)
        for item in TOOLS:
            button = _button(item.label, item.help)
            button.clicked.connect(lambda _=False, key=item.key: self._change(tool=key))
            self._tool_group.addButton(button)
            self.tools[item.key] = button
        for index in range(MOST_CLASSES):
            chip = _button(f"Class {index + 1}", "")
            chip.clicked.connect(lambda _=False, index=index: self.choose_target(float(index)))
            self._chip_group.addButton(chip)
            self.chips.append(chip)

    def _lay_out(self) -> None:
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(0)
        self.clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for button in (*self.tools.values(), self.clear):
            tools.addWidget(button)
        self._line = QWidget()
        self._flow = FlowLayout(self._line, 0)
        for chip in self.chips:
            self._flow.addWidget(chip)
        self._upper.addWidget(self._tools, 0, Qt.AlignmentFlag.AlignTop)
        self._upper.addWidget(self._line, 1)
        self._upper.addWidget(self.value, 1)
        for slider in (self.size_slider, self.jitter):
            self._lower.addWidget(slider, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._upper)
        layout.addLayout(self._lower)

    # For the owner --------------------------------------------------------------------------------------

    def show_brush(self, brush: Brush) -> None:
        """Show a brush without saying so to anyone."""
        self.brush = brush
        self.tools[brush.tool].setChecked(True)
        self.size_slider.set_value(brush.radius)
        self.jitter.set_value(brush.jitter)
        self.jitter.setEnabled(brush.tool == "brush")
        self.size_slider.setEnabled(brush.tool != "move")
        if self._classes:
            self.chips[int(brush.target)].setChecked(True)
        else:
            self.value.set_value(brush.target)

    def offer(self, classes: int, afresh: bool = False) -> None:
        """Offer so many classes and a new one, or with 0 classes a value.

        A new class stays chosen only while the classes are the same, and not where one begins `afresh`.
        """
        changed = bool(classes) != bool(self._classes)
        last = classes - 1 if afresh or classes != self._classes else min(classes, MOST_CLASSES - 1)
        self._classes = classes
        if classes:
            target = 0.0 if changed else min(self.brush.target, float(last))
        else:
            target = 1.0 if changed else self.brush.target
        self.show_brush(Brush(self.brush.tool, target, self.brush.radius, self.brush.jitter))
        for index, chip in enumerate(self.chips):
            chip.setVisible(index < min(classes + 1, MOST_CLASSES) and classes > 0)
            new = "A new class, from the first point on" if index == classes else "Paint this class"
            describe(chip, f"Class {index + 1}", f"{new} ({index + 1}).")
        self._line.setVisible(classes > 0)
        self.value.setVisible(not classes)
        self._mark_chips()
        self.fit(self.width())

    def choose_tool(self, key: str) -> None:
        """Take another tool, as when its button is pressed."""
        self.tools[key].click()

    def choose_target(self, target: float) -> None:
        """Paint another class or value from now on."""
        self._change(target=target)
        self.target_chosen.emit(target)

    def fit(self, width: int) -> None:
        """Take the height that the buttons need at a width."""
        room = width - self._tools.sizeHint().width() - self._upper.spacing()
        self._line.setFixedHeight(self._flow.heightForWidth(max(1, room)))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        side = QSize(theme.px(16), theme.px(16))
        for key, button in self.tools.items():
            button.setIcon(icon(ICONS[key], theme))
            button.setIconSize(side)
        for chip in self.chips:
            chip.setIconSize(side)
        self.clear.setIconSize(side)
        for line in (self._upper, self._lower):
            line.setSpacing(theme.px(12))
        for slider in (self.size_slider, self.jitter, self.value):
            slider.apply_theme(theme)
        self._mark_chips()

    # Own ------------------------------------------------------------------------------------------------

    def _change(self, **changes: object) -> None:
        values = {key: getattr(self.brush, key) for key in Brush.__slots__}
        self.show_brush(Brush(**{**values, **changes}))
        self.brush_changed.emit(self.brush)

    def _mark_chips(self) -> None:
        for index, chip in enumerate(self.chips):
            chip.setIcon(_marker(index, self._theme, NEW if index >= self._classes else 1.0))


def _button(name: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, name, f"{name}: {help_text}" if help_text else name)
    return button


def _marker(index: int, theme: Theme, opacity: float) -> QIcon:
    """Return the marker of a class in its colour, as the plots draw it."""
    side, ratio = theme.px(16), 2
    picture = QPixmap(side * ratio, side * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    painter.translate(side / 2, side / 2)
    pen = QPen(qcolor(theme.outline), theme.stroke)
    pen.setCosmetic(True)
    symbol = theme.class_markers[index % len(theme.class_markers)]
    drawSymbol(painter, symbol, theme.px(MARK), pen, qcolor(theme.classes[index % len(theme.classes)]))
    painter.end()
    return QIcon(picture)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
