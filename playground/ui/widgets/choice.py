"""A choice from a table, or of a number, under a caption in small capitals."""

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.theme.fonts import body_font, caption_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Described, describe, role_label
from playground.ui.widgets.numbers import format_number, parse_number


class FlatCombo(QComboBox):
    """A combo box that the wheel changes only when it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Captioned(QWidget):
    """A caption over a combo box; what `Choice` and `NumberChoice` share."""

    def __init__(self, caption: str, help_text: str, combo: QComboBox, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._name = caption
        self._help = help_text
        self._caption = role_label(caption, "caption")
        self._combo = combo
        self._caption.setBuddy(combo)
        self._caption.setToolTip(help_text)
        describe(combo, caption, help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._caption)
        layout.addWidget(combo, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def combo(self) -> QComboBox:
        """The combo box itself."""
        return self._combo

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts; the caption stands where the combo's text begins."""
        self._caption.setFont(caption_font(theme))
        self._caption.setContentsMargins(theme.px(4), 0, 0, 0)


class Choice(_Captioned):
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
        self._combo.setFont(body_font(theme))

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
        committed(str): Enter, a pick from the list, or leaving the field.
    """

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # it would complete "0.0" to a number nobody meant
        self.activated.connect(lambda index: self.committed.emit(self.itemText(index)))

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Enter, give up on Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit(self.currentText())
            self._select_all()
        elif event.key() == Qt.Key.Key_Escape:
            self.committed.emit("")
            self._select_all()
        else:
            super().keyPressEvent(event)


class NumberChoice(_Captioned):
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
        self._combo.setFont(number_font(theme, theme.size_body, bold=False))
        texts = [self._combo.itemText(index) for index in range(self._combo.count())]
        widest = max(self._combo.fontMetrics().horizontalAdvance(text) for text in [*texts, "0.000001"])
        self._combo.setFixedWidth(widest + theme.px(40))

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
        allowed = f"{format_number(self._minimum)} and {format_number(self._maximum)}"
        return f"{problem}{self._name} must be between {allowed}."
