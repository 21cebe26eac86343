"""A layout that fills lines from left to right and breaks where the width ends."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_TALLEST = 524_287  # Qt's own limit


class FlowLayout(QLayout):
    """Places items one after the other like words in a text; its height follows from its width."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Append an item (called by addWidget)."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Return the item at `index`, or None beyond the end, as Qt asks for."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Remove and return the item at `index`, or None beyond the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """Claim no spare room."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that the items need at `width`."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Place the items in `rect`."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the smallest size: one item a line."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        """Return the size of the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def columns(self, width: int) -> int:
        """Return how many items of the first one's width fit side by side in `width`."""
        if not self._items:
            return 1
        step = self._items[0].sizeHint().width() + self.spacing()
        return max(1, (width + self.spacing()) // max(1, step))

    def _place(self, rect: QRect, move: bool) -> int:
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        y = area.y()
        for line in self._break(area.width()):
            if move:
                self._place_line(line, QPoint(area.x(), y), area.width())
            y += max(item.sizeHint().height() for item in line) + self.spacing()
        return max(y - self.spacing(), area.y()) - rect.y() + margins.bottom()

    def _break(self, width: int) -> list[list[QLayoutItem]]:
        """Return the items of each line."""
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            step = item.sizeHint().width()
            if not lines or x + step > width:
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += step + self.spacing()
        return lines

    def _place_line(self, line: list[QLayoutItem], place: QPoint, width: int) -> None:
        """Place one line; an item that likes to grow takes what room is left."""
        used = sum(item.sizeHint().width() + self.spacing() for item in line) - self.spacing()
        for item in line:
            # Never wider than the line: a long name is cut there rather than under the next panel.
            size = item.sizeHint().boundedTo(QSize(width, _TALLEST))
            if item.expandingDirections() & Qt.Orientation.Horizontal:
                grown = size.width() + max(0, width - used)
                size.setWidth(min(grown, item.maximumSize().width()))
            item.setGeometry(QRect(place, size))
            place += QPoint(size.width() + self.spacing(), 0)
