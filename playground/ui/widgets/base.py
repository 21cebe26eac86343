"""What the widgets share: the record they show, small labels, fonts that stay, and handing on the theme."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget

from playground.ui.theme.tokens import Theme

_gestures = count(1)


class Described(Protocol):
    """A record of any table: something with a key, a label and a help text."""

    @property
    def key(self) -> str:
        """Name in files."""
        ...

    @property
    def label(self) -> str:
        """Name on screen."""
        ...

    @property
    def help(self) -> str:
        """One sentence for the tooltip."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """A record for choices that come from no table."""

    key: str
    label: str
    help: str


def next_gesture() -> int:
    """Return a number no gesture had before: edits that carry the same one belong together."""
    return next(_gestures)


def role_label(text: str, role: str) -> QLabel:
    """Return a label that the style sheet colours by its role ("caption", "muted", "title", ...)."""
    label = QLabel(text)
    label.setProperty("role", role)
    return label


class _FontKeeper(QObject):
    """Gives a widget its font back when Qt has taken it away."""

    MOMENTS = (
        QEvent.Type.FontChange,
        QEvent.Type.StyleChange,
        QEvent.Type.Polish,
        QEvent.Type.ParentChange,
        QEvent.Type.Show,
    )

    def __init__(self, widget: QWidget, font: QFont) -> None:
        super().__init__(widget)
        self.font = font
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the font at every moment at which Qt may have set another one."""
        if event.type() in self.MOMENTS and isinstance(watched, QWidget) and watched.font() != self.font:
            watched.setFont(self.font)
        return False


def keep_font(widget: QWidget, font: QFont) -> None:
    """Give `widget` a font for good.

    Under an application's style sheet Qt forgets a font when the widget is polished: when it is first shown,
    gets another parent, or floats out of the window.
    """
    keeper = widget.findChild(_FontKeeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if keeper is None:
        _FontKeeper(widget, font)
    else:
        keeper.font = font
    widget.setFont(font)


class Figure(QLabel):
    """A number that changes all the time: it keeps its size, or the window would be laid out each time."""

    def set_look(self, font: QFont, widest: str = "", room: int = 0) -> None:
        """Take a font, and the size of `widest` with so many pixels of room."""
        keep_font(self, font)
        metrics = QFontMetrics(font)
        self.setFixedSize(metrics.horizontalAdvance(widest) + room, metrics.height())
        self._widen()

    def show_text(self, text: str) -> bool:
        """Show `text`, in a wider place where it needs one; say whether another one was shown before."""
        if text == self.text():
            return False
        self.setText(text)
        self._widen()
        return True

    def _widen(self) -> None:
        needed = QFontMetrics(self.font()).horizontalAdvance(self.text())
        if needed > self.minimumWidth():
            self.setFixedWidth(needed)


def theme_descendants(root: QObject, theme: Theme) -> None:
    """Call `apply_theme` of every themed widget below `root`, stopping at each: it sees to its own."""
    for child in root.children():
        apply = getattr(child, "apply_theme", None)
        if callable(apply):
            cast(Callable[[Theme], None], apply)(theme)
        else:
            theme_descendants(child, theme)


def describe(widget: QWidget, name: str, help_text: str) -> None:
    """Give a control its tooltip and the name and description a screen reader says."""
    widget.setToolTip(help_text)
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(help_text)
