"""Keeps single-key shortcuts (Space, R, S, ?) away from controls that need the key themselves.

Qt offers every key to the shortcuts before the focused widget sees it. A widget that accepts the
`ShortcutOverride` keeps the key; one that does not passes the offer on to its parents, at last to the window.
Buttons pass it on, so that without this Space could never press a focused check box.
"""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

TYPING = (QLineEdit, QAbstractSpinBox, QComboBox)


def belongs_to(widget: QObject | None, event: QKeyEvent) -> bool:
    """Return whether the key is for the focused `widget` rather than for a shortcut."""
    plain = event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.KeypadModifier,
    )
    if not plain:
        return False
    if isinstance(widget, TYPING):
        return bool(event.text()) or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Insert)
    return isinstance(widget, QAbstractButton) and event.key() == Qt.Key.Key_Space
