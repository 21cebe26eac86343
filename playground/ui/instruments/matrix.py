"""The instrument that shows a layer as its matrix, z = Wx + b, and lets each number be set."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.engine.layers import LAYERS
from playground.experiment.hold_edits import why_not_set
from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.messages import Snapshot
from playground.training.numbers import IN_THE_PAST, NumberRef, name_of, refusal, value_at
from playground.ui.diagram.outline import layer_name
from playground.ui.figures import MINUS, short
from playground.ui.instruments.context import Context
from playground.ui.instruments.matrix_model import Index, MatrixModel, Numbers, Role, shade
from playground.ui.run_view import RunView
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label
from playground.ui.widgets.choice import FlatCombo
from playground.ui.widgets.flow import FlowLayout
from playground.ui.widgets.stepped import SteppedEdit, number_in

EVERY = 0.1
"""Seconds between two looks at the numbers while a run plays."""
MOST_COPIED = 200_000
IN_FULL = f"{MINUS}0.123456789"
WIDEST = f"{MINUS}0.000123"
AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
STARTS_NUMBER = "0123456789+-.,"
EMPTY = "No network is running yet: press Play, and the weights of its layers are shown here."
HELP = (
    "Type to set a number, F2 or Enter to change it, Ctrl+C to copy the cells that are selected. A cell "
    "under the pointer lights its link in the diagram."
)


class MatrixTable(QTableView):
    """A table whose cells can be typed into at once, whatever the window's single keys mean."""

    def __init__(self, copy: Callable[[], None]) -> None:
        super().__init__()
        self._copy = copy

    def event(self, event: QEvent) -> bool:
        """Keep the keys that begin a number, and the one that copies, from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~(
                Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            )
            begins = not plain.value and event.text() != "" and event.text() in STARTS_NUMBER
            if begins or event.matches(QKeySequence.StandardKey.Copy):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy all that is selected, and edit with Enter as with F2."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class CellPainter(QStyledItemDelegate):
    """Paints a number on a ground of its sign and size, and edits it in full."""

    def __init__(self, model: MatrixModel, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.theme = theme
        self.lit: NumberRef | None = None
        self.editor: SteppedEdit | None = None
        self._edited = QPersistentModelIndex()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell: called for each one in sight, so that it does nothing twice."""
        model, theme = self._model, self.theme
        if model.numbers is None:
            return
        row, column, box = index.row(), index.column(), option.rect
        value, settable = model.value(row, column), model.is_settable(column)
        ground, ink = shade(theme, value < 0, model.level(value) if settable else 0)
        painter.fillRect(box, qcolor(ground))
        text, side = short(value), theme.px(6)
        if len(text) > len(WIDEST):
            room = box.width() - 2 * side
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(qcolor(ink if settable else theme.muted))
        painter.drawText(box.adjusted(0, 0, -side, 0), AT_RIGHT, text)
        if column == model.columnCount() - 1:
            painter.fillRect(QRect(box.left(), box.top(), theme.px(2), box.height()), qcolor(theme.muted))
        lit = model.is_at(self.lit, row, column)
        if lit or option.state & QStyle.StateFlag.State_Selected:
            self._frame(painter, box, ink if lit else theme.text, theme.px(2 if lit else 1))

    def _frame(self, painter: QPainter, box: QRect, token: str, width: int) -> None:
        """Frame a cell that is selected, and, more strongly, the one that is pointed at."""
        pen = QPen(qcolor(token), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(width // 2, width // 2, -width, -width))

    def createEditor(  # noqa: N802
        self, parent: QWidget, _option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Return the field in which a number is written."""
        self.editor, self._edited = SteppedEdit(parent=parent), QPersistentModelIndex(index)
        self.editor.setObjectName("cell_editor")
        self.editor.apply_theme(self.theme)
        name, words = (index.data(role) for role in (Role.AccessibleTextRole, Role.ToolTipRole))
        describe(self.editor, str(name), str(words))
        return self.editor

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        """Make room for the number in full, beside the cell's own edge."""
        parent = editor.parentWidget()
        room = option.rect if parent is None else parent.rect()
        width = QFontMetrics(editor.font()).horizontalAdvance(IN_FULL) + self.theme.px(20)
        box = QRect(option.rect)
        box.setWidth(min(max(box.width(), width), room.width()))
        box.moveLeft(max(min(box.left(), room.right() - box.width()), 0))
        editor.setGeometry(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Show the number in full."""
        assert isinstance(editor, SteppedEdit)
        if self._model.numbers is not None and not editor.is_typed:
            value = self._model.value(index.row(), index.column())
            editor.begin(value, self._model.numbers.plan.training.precision)

    def setModelData(self, editor: QWidget, _model: QObject, index: Index) -> None:  # noqa: N802
        """Set what was written; where nothing was, training has gone on meanwhile, and that stays."""
        assert isinstance(editor, SteppedEdit)
        if editor.is_typed:
            self._model.setData(index, editor.text())

    def destroyEditor(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Let go of the field."""
        self.editor = None
        super().destroyEditor(editor, index)

    def follow(self) -> None:
        """Show in the open field what training has made of its number, unless it is being written."""
        if self.editor is not None and self._edited.isValid():
            self.editor.show_value(self._model.value(self._edited.row(), self._edited.column()))


class MatrixPanel(RunView):
    """Shows the selected layer's numbers as an editable table."""

    def __init__(self, context: Context, theme: Theme) -> None:
        super().__init__()
        self._context = context
        self._theme = theme
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._layer: str | None = None
        self._looked = 0.0
        self.layers = FlatCombo()
        describe(self.layers, "Layer", "Whose numbers are shown: the layer that is selected in the diagram.")
        self.layers.activated.connect(lambda at: context.selection.select(self.layers.itemData(at)))
        self.formula = role_label("", "muted")
        self.words = QLabel(EMPTY)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.model = MatrixModel()
        self.table = MatrixTable(self.copy)
        self.cells = CellPainter(self.model, theme, self.table)
        self._set_up_table()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.words)
        self.pages.addWidget(self.table)
        head = FlowLayout()  # in a narrow panel the formula stands below
        head.addWidget(self.layers)
        head.addWidget(self.formula)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(head)
        self._layout.addWidget(self.pages, 1)
        context.selection.changed.connect(self._follow_selection)
        context.selection.hovered_link_changed.connect(self._light)
        self.model.typed.connect(self._set)
        self.apply_theme(theme)
        self.clear()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(self.cells)
        describe(table, "Matrix", HELP)
        table.setToolTip("")
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(
            triggers.DoubleClicked
            | triggers.EditKeyPressed
            | triggers.AnyKeyPressed
            | triggers.SelectedClicked
        )
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setMouseTracking(True)
        table.setShowGrid(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.horizontalHeader().setHighlightSections(False)
        table.verticalHeader().setHighlightSections(False)
        table.entered.connect(self._point_at)
        table.selectionModel().currentChanged.connect(lambda now, _before: self._point_at(now))
        table.viewport().installEventFilter(self)
        table.installEventFilter(self)

    # The run --------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Offer the layers of a run that is about to begin."""
        self._prepared, self._snapshot = prepared, None
        experiment = self._context.document.experiment
        self.layers.clear()
        for layer_id in (*(layer.id for layer in experiment.layers), OUTPUT_ID):
            self.layers.addItem(layer_name(experiment, layer_id), layer_id)
        self._follow_selection()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers as they are, ten times a second at most while they change by themselves."""
        now = time.monotonic()
        self._snapshot = snapshot
        if snapshot.state == "playing" and now - self._looked < EVERY:
            return
        self._looked = now
        self._show()

    def clear(self) -> None:
        """Show nothing, and say how to begin."""
        self._prepared = self._snapshot = None
        self.layers.clear()
        self.layers.hide()
        self._say(EMPTY)

    def _show(self) -> None:
        """Show the layer's numbers, or say that it has none."""
        prepared, snapshot, layer = self._prepared, self._snapshot, self._layer
        if prepared is None or snapshot is None or layer not in prepared.plan.layer_ids:
            return
        experiment = self._context.document.experiment
        if layer not in (OUTPUT_ID, *(one.id for one in experiment.layers)):
            return  # it has just been removed: the next run is without it
        number = prepared.plan.layer_ids.index(layer)
        shape = prepared.plan.shapes[number]
        self.layers.show()
        if not shape.columns:
            kind = by_key(LAYERS, shape.kind, "kind of layer")
            name = layer_name(experiment, layer)
            self._say(f"{name} has no matrix, and no numbers of its own. {kind.help} Select a Dense layer.")
            return
        weights, biases = snapshot.weights[number], snapshot.biases[number]
        self.model.show_numbers(Numbers(experiment, prepared.plan, layer, weights, biases))
        self.cells.follow()
        formula = by_key(LAYERS, shape.kind, "kind of layer").formula.partition(",")[0].replace("-", MINUS)
        dense = f"z = Wx + b,  W is {shape.units} × {shape.inputs}"
        self.formula.setText(dense if shape.kind == "dense" else formula)
        self.pages.setCurrentWidget(self.table)

    def _say(self, words: str) -> None:
        self.model.show_numbers(None)
        self.formula.clear()
        self.words.setText(words)
        self.pages.setCurrentWidget(self.words)

    # Selection ------------------------------------------------------------------------------------------

    def _follow_selection(self) -> None:
        """Show the selected layer; while none is, or the inputs, stay with the one before."""
        chosen = self._context.selection.layer
        if self._prepared is None:
            return
        there = self._prepared.plan.layer_ids
        if chosen in there and chosen != INPUTS_ID:
            self._layer = chosen
        elif self._layer not in there:
            self._layer = there[0]
        self.layers.setCurrentIndex(self.layers.findData(self._layer))
        if self.isVisible():  # else it is shown a snapshot as soon as it is in sight
            self._show()

    def _point_at(self, index: Index) -> None:
        """Light the link of a cell that the pointer or the keyboard is on."""
        self._context.selection.hover_link(self.model.ref_at(index))

    def _light(self, ref: NumberRef | None) -> None:
        """Light the cell of a link that is pointed at, and bring it into sight when that is elsewhere."""
        self.cells.lit = ref
        place = self.model.index_of(ref)
        if place.isValid() and self.isVisible() and not self.table.underMouse() and not self.table.hasFocus():
            self.table.scrollTo(place)
        self.table.viewport().update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Point at nothing when the pointer or the keyboard leaves the table."""
        if event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self._context.selection.hover_link(None)
        elif event.type() == QEvent.Type.FocusIn:
            self._point_at(self.table.currentIndex())
        return False

    # Setting and copying --------------------------------------------------------------------------------

    def _set(self, ref: NumberRef, text: str) -> None:
        """Set a number that was written, or say why it cannot be."""
        prepared, snapshot = self._prepared, self._context.bridge.snapshot
        if prepared is None or snapshot is None:
            return
        plan, number = prepared.plan, number_in(text)
        held = why_not_set(self._context.document.experiment, ref.layer, ref.unit, ref.source)
        past = IN_THE_PAST if snapshot.back is not None else ""
        reason = refusal(number, text, plan.training.precision) or past or held
        name, before = name_of(plan, ref), value_at(plan, snapshot.weights, snapshot.biases, ref)
        if reason:
            self._context.notice(reason, True)
        elif name is not None and before is not None and number is not None:
            self._context.document.set_number(name, before, number)
            self._snapshot = self._context.bridge.snapshot
            self._show()

    def copy(self) -> None:
        """Copy the selected cells in full, as tab-separated text."""
        cells = self.table.selectionModel().selectedIndexes()
        if not cells:
            self._context.notice("Nothing is selected: click a cell, or drag over some.", True)
            return
        if len(cells) > MOST_COPIED:
            self._context.notice(
                f"{len(cells):,} cells are too many to copy: File > Export network… writes all of them.", True
            )
            return
        lines: dict[int, list[str]] = {}
        for cell in sorted(cells, key=lambda cell: (cell.row(), cell.column())):
            text = self.model.full_text(cell.row(), cell.column()).replace(MINUS, "-")
            lines.setdefault(cell.row(), []).append(text)
        QApplication.clipboard().setText("".join("\t".join(line) + "\n" for line in lines.values()))
        what = "1 number is" if len(cells) == 1 else f"{len(cells):,} numbers are"
        self._context.notice(f"{what} on the clipboard, in full.", False)

    def sizeHint(self) -> QSize:
        """Return a size that shows some rows."""
        return QSize(self._theme.px(360), self._theme.px(240))

    # Looks ----------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts, sizes and colours."""
        self._theme = self.cells.theme = theme
        small, cell = body_font(theme, theme.size_small), number_font(theme, theme.size_body, bold=False)
        self.layers.set_look(theme, body_font(theme))
        keep_font(self.formula, small)
        self.formula.setFixedHeight(self.layers.sizeHint().height())
        keep_font(self.words, body_font(theme))
        keep_font(self.table, cell)
        for header in (self.table.horizontalHeader(), self.table.verticalHeader()):
            keep_font(header, small)
        width = QFontMetrics(cell).horizontalAdvance(WIDEST) + theme.px(16)
        self.table.horizontalHeader().setDefaultSectionSize(width)
        self.table.horizontalHeader().setMinimumSectionSize(theme.px(32))
        self.table.verticalHeader().setDefaultSectionSize(theme.px(24))
        self._layout.setContentsMargins(*(theme.px(n) for n in (16, 4, 16, 12)))
        self._layout.setSpacing(theme.px(6))
        self.table.viewport().update()
