"""A choice from a table, or of a number, under a caption in small capitals."""

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from playground.ui.theme.fonts import body_font, caption_font, number_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Described, describe, keep_font, role_label
from playground.ui.widgets.numbers import format_number, format_range, is_for_window, parse_number

Index = QModelIndex | QPersistentModelIndex


class _Marked(QStyledItemDelegate):
    """Draws a combo box's list, with a check mark at the value it has."""

    def __init__(self, combo: "FlatCombo") -> None:
        super().__init__(combo)
        self._combo = combo

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a line of the list; its end is kept free for the mark."""
        super().paint(painter, option, index)
        if index.row() != self._combo.currentIndex():
            return
        side = self._combo.theme.px(14)
        box = option.rect.adjusted(0, 0, -side // 2, 0)
        icon("done", self._combo.theme, "accent").paint(
            painter, box.right() - side, box.center().y() - side // 2, side, side
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a line with room for the mark."""
        return super().sizeHint(option, index) + QSize(2 * self._combo.theme.px(14), 0)


class FlatCombo(QComboBox):
    """A combo box as wide as the text it shows, which the wheel changes only when it has the focus.

    A click opens the list and leaves the keyboard's focus where it is; in a narrow place the text is cut.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._font = body_font(LIGHT)
        self._framed = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setItemDelegate(_Marked(self))
        self.currentTextChanged.connect(self.updateGeometry)

    def set_look(self, theme: Theme, font: QFont) -> None:
        """Take a theme, and the font of the text."""
        self.theme, self._font = theme, font
        keep_font(self, font)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room that the text shown needs."""
        return QSize(
            self._width(QFontMetrics(self._font).horizontalAdvance(self.currentText())), self._height()
        )

    def minimumSizeHint(self) -> QSize:
        """Return the room that a text cut short needs."""
        text = QFontMetrics(self._font).horizontalAdvance(self.currentText())
        return QSize(self._width(min(text, self.theme.px(56))), self._height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box; Qt's own would break the text off in the middle of a letter."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        if self.isEditable():
            return
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, field, self).width() - 2
        full = option.currentText
        cut = self.fontMetrics().elidedText(full, Qt.TextElideMode.ElideRight, room)
        option.currentText = cut
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:  # noqa: N802
        """Open the list, as wide as its longest line, in a rounded frame of its own."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * self.theme.px(6))
        if not self._framed:
            self._framed = True
            frame = view.window()
            frame.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            frame.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
            frame.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _width(self, text: int) -> int:
        # Border, padding and the arrow, as the style sheet has them.
        return text + self.theme.px(28) + 8

    def _height(self) -> int:
        return QFontMetrics(self._font).height() + 2 * self.theme.px(1) + 4


class Captioned(QWidget):
    """A caption over a value: a combo box, a field, a text. All of them have their text on one line."""

    def __init__(
        self, caption: str, help_text: str, value: QWidget, line: bool = True, parent: QWidget | None = None
    ) -> None:
        """Make the pair; without `line` the value has a height of its own."""
        super().__init__(parent)
        self._name = caption
        self._help = help_text
        self._caption = role_label(caption, "caption")
        self._value_widget = value
        self._line = line
        self._caption.setBuddy(value)
        self._caption.setToolTip(help_text)
        describe(value, caption, help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._caption)
        if value.sizePolicy().expandingDirections() & Qt.Orientation.Horizontal:
            layout.addWidget(value)
        else:
            layout.addWidget(value, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts; the caption stands where the value's text begins."""
        keep_font(self._caption, caption_font(theme))
        self._caption.setContentsMargins(theme.px(4), 0, 0, 0)
        self._caption.setFixedHeight(theme.px(14))
        if self._line:
            self._value_widget.setFixedHeight(theme.px(26))


class _Combo(Captioned):
    """A caption over a combo box; what `Choice` and `NumberChoice` share."""

    def __init__(self, caption: str, help_text: str, combo: FlatCombo, parent: QWidget | None) -> None:
        super().__init__(caption, help_text, combo, parent=parent)
        self._combo = combo

    @property
    def combo(self) -> FlatCombo:
        """The combo box itself."""
        return self._combo


class Choice(_Combo):
    """One of a table's records.

    Signals:
        chosen(str): the person chose the record with this key, another one than before.
    """

    chosen = Signal(str)

    def __init__(self, caption: str, help_text: str, parent: QWidget | None = None) -> None:
        combo = FlatCombo()
        super().__init__(caption, help_text, combo, parent)
        self._key = ""
        combo.activated.connect(self._activated)
        self.apply_theme(LIGHT)

    @property
    def key(self) -> str:
        """The key shown; empty when there are no items."""
        return self._key

    def set_items(self, items: Sequence[Described], unavailable: Mapping[str, str] | None = None) -> None:
        """Offer `items`; those in `unavailable` cannot be chosen, and its sentence says why.

        The key shown stays if it is still there, else the first one is shown.
        """
        reasons = unavailable or {}
        self._combo.clear()
        for index, item in enumerate(items):
            self._combo.addItem(item.label, item.key)
            reason = reasons.get(item.key)
            tip = item.help if reason is None else f"{item.help} {reason}"
            self._combo.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
            if reason is not None:
                cast(QStandardItemModel, self._combo.model()).item(index).setEnabled(False)
        keys = [item.key for item in items]
        self._show(self._key if self._key in keys else (keys[0] if keys else ""))

    def set_key(self, key: str) -> None:
        """Show the item `key` without saying so to anyone; KeyError when it is not offered."""
        if self._combo.findData(key) < 0:
            raise KeyError(key)
        self._show(key)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        super().apply_theme(theme)
        self._combo.set_look(theme, body_font(theme))

    def _show(self, key: str) -> None:
        self._key = key
        self._combo.setCurrentIndex(self._combo.findData(key))
        tip = self._combo.currentData(Qt.ItemDataRole.ToolTipRole)
        self._combo.setToolTip(f"{self._help} {tip}".strip() if tip else self._help)

    def _activated(self, index: int) -> None:
        key = str(self._combo.itemData(index))
        if key != self._key:
            self._show(key)
            self.chosen.emit(key)


class _NumberCombo(FlatCombo):
    """An editable combo box that says when a number was typed or picked.

    Signals:
        committed(str): Enter, a pick from the list, or leaving the field. The first two give the focus away.
    """

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # it would complete "0.0" to a number nobody meant
        self.activated.connect(self._picked)

    def _picked(self, index: int) -> None:
        self.committed.emit(self.itemText(index))
        self.clearFocus()

    def _select_all(self) -> None:
        line = self.lineEdit()
        if line is not None:
            line.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number, so that typing replaces it."""
        super().focusInEvent(event)
        self._select_all()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit what was typed, unless only the list of presets has opened."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.committed.emit(self.currentText())

    def event(self, event: QEvent) -> bool:
        """Let the window have its shortcuts."""
        line = self.lineEdit()
        if line is not None and is_for_window(event, line.isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Enter, give up on Escape; both leave the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit(self.currentText())
            self.clearFocus()
        elif event.key() == Qt.Key.Key_Escape:
            self.committed.emit("")
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class NumberChoice(_Combo):
    """A number from a list of presets, or any other one typed between a minimum and a maximum.

    Signals:
        chosen(float): the person chose another number.
        refused(str): what was typed cannot be used; the sentence says why. The number is the old one.
    """

    chosen = Signal(float)
    refused = Signal(str)

    def __init__(
        self,
        caption: str,
        help_text: str,
        presets: Sequence[float],
        minimum: float | None = None,
        maximum: float | None = None,
        whole: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make the choice; the range is that of the presets when none is given."""
        combo = _NumberCombo()
        super().__init__(caption, help_text, combo, parent)
        self._minimum = min(presets) if minimum is None else minimum
        self._maximum = max(presets) if maximum is None else maximum
        self._whole = whole
        self._value = presets[0]
        for preset in presets:
            combo.addItem(format_number(preset), preset)
        combo.committed.connect(self._committed)
        self.set_value(self._value)
        self.apply_theme(LIGHT)

    @property
    def value(self) -> float:
        """The number shown."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value` without saying so to anyone."""
        self._value = value
        index = self._combo.findData(value)
        self._combo.setCurrentIndex(index)
        if index < 0:
            self._combo.setEditText(format_number(value))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts; the field is wide enough for every preset and for eight figures."""
        super().apply_theme(theme)
        font = number_font(theme, theme.size_body, bold=False)
        self._combo.set_look(theme, font)
        texts = [self._combo.itemText(index) for index in range(self._combo.count())]
        widest = max(QFontMetrics(font).horizontalAdvance(text) for text in [*texts, "0.00001"])
        self._combo.setFixedWidth(widest + theme.px(28) + 4)

    def _committed(self, text: str) -> None:
        if text in ("", format_number(self._value)):
            self.set_value(self._value)
            return
        number = parse_number(text)
        if number is None or not self._minimum <= number <= self._maximum:
            self.set_value(self._value)
            self.refused.emit(self._reason(text, number))
            return
        value = float(round(number)) if self._whole else number
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.chosen.emit(value)

    def _reason(self, text: str, number: float | None) -> str:
        problem = f"“{text.strip()}” is not a number. " if number is None else ""
        return f"{problem}{self._name} must be between {format_range(self._minimum, self._maximum)}."
