"""Short dialogs: the list of shortcuts, about, and what went wrong in the training thread."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from playground import __version__
from playground.training.messages import Failure
from playground.ui.actions import ACTIONS, MENUS, shown
from playground.ui.widgets.base import role_label

DIAGRAM_KEYS = (
    ("← →", "Select the next layer"),
    ("↑ ↓", "Walk through its neurons; Enter keeps one large"),
    ("Insert", "Add a Dense layer after the selected one"),
    ("+  −", "Add or remove a neuron"),
    ("Delete", "Remove the selected layer"),
    ("Alt+←  Alt+→", "Move the selected layer"),
    ("A", "Choose the activation"),
    ("Esc", "Cancel a drag; select nothing"),
)
PAINTING_KEYS = (
    ("B  E  M", "Brush, eraser, move"),
    ("1 … 9", "Choose the class, or the value"),
    ("← → ↑ ↓", "Move the cross; with Shift a little"),
    ("Space", "Put points at the cross"),
    ("Delete", "Erase points there"),
    ("Esc", "Give up a stroke; leave painting"),
)


def wants_back(parent: QWidget, name: str) -> bool:
    """Ask whether to reopen what a window that was never closed has left behind."""
    buttons = QMessageBox.StandardButton
    text = (
        f"The last time ended unexpectedly. Reopen what was there, “{name}”? "
        "If not, it stays under File > Reopen last project."
    )
    answer = QMessageBox.question(parent, "Reopen", text, buttons.Yes | buttons.No, buttons.Yes)
    return answer == buttons.Yes


def show_shortcuts(parent: QWidget) -> None:
    """Show every shortcut, as the table of actions has them."""
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts_dialog")
    dialog.setWindowTitle("Keyboard shortcuts")
    layout = QVBoxLayout(dialog)
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    for column, groups in enumerate((("File", "Edit", "Network"), ("Train", "View", "Help"))):
        _fill(grid, column * 3, groups)
    row = _list(grid, 6, 0, "In the diagram", DIAGRAM_KEYS)
    _list(grid, 6, row, "While you paint points", PAINTING_KEYS)
    layout.addLayout(grid)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _fill(grid: QGridLayout, column: int, menus: tuple[str, ...]) -> None:
    row = 0
    for menu in (title for title in MENUS if title in menus):
        rows = [
            (" or ".join(shown(keys) for keys in spec.shortcuts), spec.text.rstrip("…"))
            for spec in ACTIONS
            if spec.menu == menu and spec.shortcuts
        ]
        row = _list(grid, column, row, menu, tuple(rows))


def _list(grid: QGridLayout, column: int, row: int, title: str, rows: tuple[tuple[str, str], ...]) -> int:
    heading = role_label(title, "title")
    heading.setStyleSheet("font-weight: 600")
    grid.addWidget(heading, row, column, 1, 2)
    for offset, (keys, text) in enumerate(rows, 1):
        grid.addWidget(role_label(keys, "muted"), row + offset, column)
        grid.addWidget(QLabel(text), row + offset, column + 1)
    return row + len(rows) + 1


def show_about(parent: QWidget) -> None:
    """Say which version this is and what it is for."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon,
        "About",
        f"<b>Neural-network playground {__version__}</b><br><br>"
        "Drag layers onto the diagram, press Play, and watch the network learn.<br>"
        "Every change can be undone; what was trained can be exported and used elsewhere.",
        QMessageBox.StandardButton.Close,
        parent,
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def show_notes(parent: QWidget, title: str, notes: Sequence[str]) -> None:
    """Show sentences to be read at leisure."""
    text = "\n".join(f"• {note}" for note in notes)
    box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, parent)
    box.setObjectName("notes")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def show_failure(parent: QWidget, failure: Failure) -> None:
    """Show an exception of the training thread, with the details to copy."""
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        "Training stopped",
        f"{failure.message}\n\nYour experiment is unharmed. Change it, or rewind, to train again.",
        QMessageBox.StandardButton.Close,
        parent,
    )
    box.setDetailedText(failure.details)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
