"""Who has the keyboard: the control that needs a key, and a field no longer than a person types in it.

Qt offers every key to the shortcuts before the focused widget sees it. A widget that accepts the
`ShortcutOverride` keeps the key; one that does not passes the offer on to its parents, at last to the window.
Buttons pass it on, so that without this Space could never press a focused check box.

Most buttons take no focus by a click, so that Space still plays after it. A field would then keep a number
that stands there and is not in use.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from playground.ui.widgets.numbers import NumberEdit

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


class TypingEnd(QObject):
    """Has a press of the mouse beside a number's field end the typing there, whatever is pressed."""

    def __init__(self, window: QWidget) -> None:
        """Watch a window that is shown already."""
        super().__init__(window)
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the focus away from the field, which then commits; the press itself goes on."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            field = QApplication.focusWidget()
            if isinstance(field, NumberEdit) or (isinstance(field, QComboBox) and field.isEditable()):
                at = field.mapFromGlobal(event.globalPosition().toPoint())
                if not field.rect().contains(at):
                    field.clearFocus()
        return False
