"""Epochs below one another, each a line of batches: which rows have been used, which come next."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.labs.batches import IntArray
from playground.ui.labs.batches.flow import Spaces, Spot, flow, largest_side
from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

SIDES = (72, 64, 56, 48, 44, 40, 36, 32, 28, 24, 20, 18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4)
DIGIT = 5
"""Design pixels of a square that a digit of a row's number needs at least."""
LARGE_ENOUGH = 12
"""Design pixels of a square for which fewer epochs are shown."""
ROOM, CAPTION, BELOW = 4, 24, 6
"""Design pixels round the table, of an epoch's name, and between epochs."""
TO_COME = 0.78
"""How much of the ground a batch takes that is still to come."""


@dataclass(frozen=True, eq=False, slots=True)
class Epoch:
    """An epoch: its number, from 0, and the rows of each of its iterations."""

    number: int
    batches: tuple[IntArray, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """An epoch with the place of each of its squares, and of its caption."""

    epoch: Epoch
    caption: QRect
    groups: tuple[tuple[Spot, ...], ...]


class EpochTable(QWidget):
    """Draws every row of the data as a square with its number, coloured by the iteration that uses it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        describe(self, "Epochs and iterations", "Each square is a row of the data, each group a batch.")
        self.setToolTip("")  # that of the square under the pointer is said instead
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._epochs: tuple[Epoch, ...] = ()
        self._done = 0
        self._spaces = Spaces(SIDES[0], 2, 10, 20)
        self._placed: tuple[_Placed, ...] = ()
        self._canvas: QPixmap | None = None
        self._squares: dict[tuple[str, str, bool], QPixmap] = {}

    def show_epochs(self, epochs: Sequence[Epoch], done: int) -> None:
        """Show these epochs; `done` iterations have been made since the first epoch of all."""
        before, was, known = self._current, self._done, self._epochs
        same = [one.number for one in epochs] == [one.number for one in known] and all(
            a.batches is b.batches for a, b in zip(epochs, known, strict=True)
        )
        self._epochs, self._done = tuple(epochs), done
        if same and self._current == before:
            self._paint(range(min(was, done), max(was, done) + 1))
        else:
            self._place()
        self.update()

    @property
    def _current(self) -> int:
        """The place, among the epochs, of the one whose iterations are being made."""
        for index, one in enumerate(self._epochs):
            if self._done < (one.number + 1) * len(one.batches):
                return index
        return max(len(self._epochs) - 1, 0)

    @property
    def shown(self) -> tuple[int, ...]:
        """The numbers of the epochs that there is room for."""
        return tuple(placed.epoch.number for placed in self._placed)

    @property
    def side(self) -> int:
        """Pixels of a square."""
        return self._spaces.side

    def state(self, epoch: Epoch, iteration: int) -> str:
        """Return whether an iteration is "done", "next" or "to come"."""
        index = epoch.number * len(epoch.batches) + iteration
        return "done" if index < self._done else "next" if index == self._done else "to come"

    def place_of(self, number: int, iteration: int, position: int) -> QRect:
        """Return the square of a row by its epoch, iteration and position in the batch."""
        placed = next(one for one in self._placed if one.epoch.number == number)
        return QRect(*placed.groups[iteration][position], self.side, self.side)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._place()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Ask for room for a few squares."""
        return QSize(self._theme.px(160), self._theme.px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the squares anew."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Say which row the square under the pointer is, and when it is used."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def words_at(self, x: int, y: int) -> str:
        """Return what there is to say about a place; empty where there is no square."""
        for placed in self._placed:
            for iteration, group in enumerate(placed.groups):
                for position, (left, top) in enumerate(group):
                    if left <= x < left + self.side and top <= y < top + self.side:
                        row = int(placed.epoch.batches[iteration][position])
                        when = {"done": "used", "next": "used next", "to come": "to be used"}
                        state = when[self.state(placed.epoch, iteration)]
                        where = f"iteration {iteration + 1} of epoch {placed.epoch.number + 1}"
                        return f"Row {row}: {state} in {where}."
        return ""

    # Placing --------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Show as many epochs as leave the squares large enough, and place their squares."""
        theme = self._theme
        best: tuple[list[Epoch], Spaces] = ([], self._spaces)
        for count in range(len(self._epochs), 0, -1):
            start = max(0, self._current - (count > 1)) if count < len(self._epochs) else 0
            spaces = self._fitted(count)
            if not best[0] or spaces.side > best[1].side:
                best = list(self._epochs[start : start + count]), spaces
            if best[1].side >= theme.px(LARGE_ENOUGH):
                break
        epochs, self._spaces = best
        room, caption = theme.px(ROOM), theme.px(CAPTION)
        groups, high = flow(self._sizes, self._inner_width, self._spaces)
        placed, top = [], room
        for epoch in epochs:
            moved = tuple(tuple((x + room, y + top + caption) for x, y in group) for group in groups)
            placed.append(_Placed(epoch, QRect(room, top, self._inner_width, caption), moved))
            top += caption + high + theme.px(BELOW)
        self._placed = tuple(placed)
        self._canvas = None
        self._squares.clear()

    @property
    def _sizes(self) -> tuple[int, ...]:
        """Rows in each batch of an epoch: the same in all of them."""
        return tuple(len(batch) for batch in self._epochs[0].batches) if self._epochs else ()

    @property
    def _inner_width(self) -> int:
        return max(1, self.width() - 2 * self._theme.px(ROOM))

    def _fitted(self, count: int) -> Spaces:
        """Return the largest squares with which so many epochs fit below one another."""
        theme = self._theme
        height = (self.height() - 2 * theme.px(ROOM)) // count - theme.px(CAPTION + BELOW)
        base = Spaces(1, max(2, theme.px(2)), theme.px(5), theme.px(5))
        sides = tuple(theme.px(side) for side in SIDES)
        return largest_side(self._sizes, self._inner_width, height, sides, base)

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show the picture of the table; what has not changed in it is not painted again."""
        if self._canvas is None:
            self._canvas = QPixmap(self.size() * self.devicePixelRatioF())
            self._canvas.setDevicePixelRatio(self.devicePixelRatioF())
            self._canvas.fill(qcolor(self._theme.surface))
            self._paint(range(self._first_index, self._last_index))
        QPainter(self).drawPixmap(0, 0, self._canvas)

    @property
    def _first_index(self) -> int:
        """The first iteration that is shown, counted from the first epoch of all."""
        first = self._placed[0].epoch if self._placed else None
        return first.number * len(first.batches) if first else 0

    @property
    def _last_index(self) -> int:
        return self._first_index + sum(len(placed.epoch.batches) for placed in self._placed)

    def _paint(self, indices: range) -> None:
        """Paint these iterations anew, and the names of their epochs."""
        if self._canvas is None:
            return
        painter = QPainter(self._canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for placed in self._placed:
            begin = placed.epoch.number * len(placed.epoch.batches)
            touched = range(max(indices.start, begin), min(indices.stop, begin + len(placed.groups)))
            for index in touched:
                self._paint_batch(painter, placed.epoch, index - begin, placed.groups[index - begin])
            if touched:
                self._paint_caption(painter, placed)
        painter.end()

    def _paint_caption(self, painter: QPainter, placed: _Placed) -> None:
        theme, epoch = self._theme, placed.epoch
        count = len(epoch.batches)
        done = min(max(self._done - epoch.number * count, 0), count)
        now = done < count and self._done >= epoch.number * count
        painter.fillRect(placed.caption, qcolor(theme.surface))
        painter.setFont(body_font(theme, bold=now))
        painter.setPen(qcolor(theme.text if now or done else theme.muted))
        words = f"Epoch {epoch.number + 1}:  {done} of {count} iterations done"
        painter.drawText(placed.caption, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_batch(self, painter: QPainter, epoch: Epoch, iteration: int, group: Sequence[Spot]) -> None:
        theme, side = self._theme, self.side
        state = self.state(epoch, iteration)
        colour = theme.classes[iteration % len(theme.classes)]
        fill = mix(colour, theme.surface, TO_COME) if state == "to come" else colour
        square = self._square(colour, fill, state == "next")
        for x, y in group:
            painter.drawPixmap(x - 1, y - 1, square)
        digits = len(str(sum(len(batch) for batch in epoch.batches) - 1))
        if side < theme.px(max(12, DIGIT * digits + 4)):
            return
        ink = theme.muted
        if state != "to come":
            ink = max((theme.text, theme.surface), key=lambda one: contrast(one, fill))
        size = max(theme.px(8), min(side * 2 // 5, theme.px(22)))
        painter.setFont(number_font(theme, size, bold=state == "next"))
        painter.setPen(qcolor(ink))
        for (x, y), row in zip(group, epoch.batches[iteration].tolist(), strict=True):
            painter.drawText(QRectF(x, y, side, side), Qt.AlignmentFlag.AlignCenter, str(row))

    def _square(self, colour: str, fill: str, ringed: bool) -> QPixmap:
        """Return the picture of a square with a pixel of ground round it, which covers what was there."""
        key = (colour, fill, ringed)
        if key not in self._squares:
            theme, side, ratio = self._theme, self.side, self.devicePixelRatioF()
            picture = QPixmap(QSize(side + 2, side + 2) * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(qcolor(theme.surface))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            wide = min(3 * theme.stroke, side / 5) if ringed else theme.stroke
            painter.setPen(QPen(qcolor(theme.text if ringed else colour), wide))
            painter.setBrush(qcolor(fill))
            inset = 1 + wide / 2
            box = QRectF(0, 0, side + 2, side + 2).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(box, side / 8, side / 8)
            painter.end()
            self._squares[key] = picture
        return self._squares[key]
