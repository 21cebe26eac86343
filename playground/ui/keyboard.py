"""Keeps single-key shortcuts (Space, R, S, ?) away from controls that need the key themselves."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit

TYPING = (QLineEdit, QAbstractSpinBox, QComboBox)


class KeyGuard(QObject):
    """An event filter of the application that lets the focused control have its own keys first.

    Qt offers every key to the shortcuts before the focused widget sees it; a widget that accepts the
    `ShortcutOverride` keeps it. Buttons do not, so that Space could never press a focused check box.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept the override of keys that the focused widget uses."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and _needs(QApplication.focusWidget(), event):
                event.accept()
                return True
        return super().eventFilter(watched, event)


def _needs(widget: QObject | None, event: QKeyEvent) -> bool:
    if isinstance(widget, TYPING):
        return bool(event.text()) or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Insert)
    return isinstance(widget, QAbstractButton) and event.key() == Qt.Key.Key_Space
