"""A small card beside a point that says what its row consists of."""

from html import escape

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.ui.figures import short
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

MOST_COLUMNS = 12


class RowCard(QFrame):
    """Says the number, the part, the columns, the target and the answer of one row.

    Signals:
        closed(): Esc was pressed.
        stepped(int): the next (1) or the previous (-1) row is asked for.
        taken(): the row's values are to be held; offered only where somebody has connected it.
    """

    closed = Signal()
    stepped = Signal(int)
    taken = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Row")
        self._theme = theme
        self._before: QWidget | None = None
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self.take = QPushButton("Hold these values")
        describe(self.take, "Hold these values", "Lay the slice through this row.")
        self.take.clicked.connect(self.taken)
        self.take.setVisible(False)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._text)
        self._layout.addWidget(self.take)
        self.hide()

    @property
    def text(self) -> str:
        """What the card says, without the typography."""
        return self.accessibleDescription()

    def show_row(self, prepared: Prepared, row: int, answer: float | None, point: QRect, room: QRect) -> None:
        """Describe a row beside its point, within a room; the answer is None while it is not known."""
        title, lines = describe_row(prepared, row, answer)
        cells = "".join(
            f"<tr><td style='padding-right: {self._theme.px(10)}px'>{escape(name)}</td>"
            f"<td align='right'>{escape(value)}</td></tr>"
            for name, value in lines
        )
        self._text.setText(
            f"<span style='font-weight: 600'>{escape(title)}</span><table cellspacing='0'>{cells}</table>"
        )
        said = [f"{name} {value}" for name, value in lines]
        self.setAccessibleDescription("\n".join([title, *said]))
        self.adjustSize()
        self.move(_beside(point, self.rect(), room))
        if self.isHidden():
            self._before = QApplication.focusWidget()
            self.show()
            self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.raise_()

    def dismiss(self) -> None:
        """Disappear, and give the keyboard back to who had it."""
        had_focus = self.hasFocus() or self.take.hasFocus()
        self.hide()
        if had_focus and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        keep_font(self._text, body_font(theme, theme.size_small))
        keep_font(self.take, body_font(theme, theme.size_small))
        self._layout.setContentsMargins(*[theme.px(8)] * 4)
        self._layout.setSpacing(theme.px(6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc, go on to other rows with Page Down and Page Up."""
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key in steps:
            self.stepped.emit(steps[key])
        else:
            super().keyPressEvent(event)


def describe_row(prepared: Prepared, row: int, answer: float | None) -> tuple[str, list[tuple[str, str]]]:
    """Return a title and lines (name, value) that describe a row of the data."""
    sample, plan = prepared.sample, prepared.plan
    part = prepared.parts.name_of(row)
    values = sample.inputs[row].tolist()
    lines = [(name, short(value)) for name, value in zip(prepared.columns, values, strict=True)]
    if len(lines) > MOST_COLUMNS:
        left = len(lines) - MOST_COLUMNS
        lines = [*lines[:MOST_COLUMNS], (f"and {left} more", "")]
    target = float(sample.targets[row])
    said = "…" if answer is None else _in_words(prepared, answer)
    if plan.task == "classification" and answer is not None:
        said += " (right)" if answer == target else " (wrong)"
    lines += [("true", _in_words(prepared, target)), ("answer", said)]
    return f"Row {row:,} ({part})", lines


def _in_words(prepared: Prepared, value: float) -> str:
    names = prepared.plan.class_names
    if not names:
        return f"{short(value)} {prepared.sample.unit}".rstrip()
    return "no number" if np.isnan(value) else names[int(value)]


def _beside(point: QRect, card: QRect, room: QRect) -> QPoint:
    """Return where a card does not hide its point, as far as the room allows."""
    x = point.right() if point.right() + card.width() <= room.right() else point.left() - card.width()
    y = point.center().y() - card.height() // 2
    if x < room.left():
        # Too wide for either side: above or below.
        below = point.bottom() + card.height() <= room.bottom()
        y = point.bottom() if below else point.top() - card.height()
    x = max(room.left(), min(x, room.right() - card.width()))
    return QPoint(x, max(room.top(), min(y, room.bottom() - card.height())))
