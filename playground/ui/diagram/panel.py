"""The panel of the network: a headline, the palette, and the diagram with its zoom buttons."""

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Changes, Snapshot
from playground.ui.diagram.health import HealthWatch
from playground.ui.diagram.palette import Palette
from playground.ui.diagram.view import DiagramView
from playground.ui.document import Document
from playground.ui.selection import Selection
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font, role_label

HINT = "drag a layer into a gap, or an activation onto a layer"


def since_when(changes: Changes) -> str:
    """Return in words how far back a comparison goes."""
    then = f"the training since epoch {int(changes.then.position):,}"
    return then if changes.epochs == math.inf else f"{then}, the nearest that is kept,"


class ZoomButtons(QWidget):
    """−, fit and + for the view, in the corner of the panel: over the diagram they would hide parts of it."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        zoom = view.zoom
        for text, name, tip, run in (
            ("−", "Zoom out", "Zoom out (Ctrl+−)", zoom.zoom_out),
            ("Fit", "Fit", "Fit the whole network into the view (Ctrl+0)", zoom.fit),
            ("+", "Zoom in", "Zoom in (Ctrl++)", zoom.zoom_in),
        ):
            button = QToolButton(self)
            button.setText(text)
            button.setAccessibleName(name)
            button.setToolTip(tip)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl with +, − and 0 do the same
            button.clicked.connect(run)
            row.addWidget(button)


class NetworkPanel(QWidget):
    """Headline, palette and diagram."""

    def __init__(
        self, document: Document, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("network_panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = DiagramView(document, selection, theme)
        self.palette_row = Palette(document, selection, self.view, theme)
        self._health = HealthWatch()
        self._title = role_label("Network", "title")
        self._hint = role_label(HINT, "muted")
        # The hint may be cut where there is no room; it must not keep the window wide.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setToolTip(HINT)
        self._zoom = ZoomButtons(self.view)
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._hint, 1)
        self._head.addWidget(self._zoom)
        self._rows = QVBoxLayout()
        self._rows.addLayout(self._head)
        self._rows.addWidget(self.palette_row)
        self._column.addLayout(self._rows)
        self._column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setTabOrder(self.palette_row.more, self.view)
        self.apply_theme(theme)

    def start_run(self, prepared: Prepared) -> None:
        """Show a new run."""
        self.view.start_run(prepared)
        self._health.start_run(prepared)
        self.view.diagram.set_health({})

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the state of the run."""
        self.view.show_snapshot(snapshot)
        changes = snapshot.changes
        self._say(HINT if changes is None else f"Links show what {since_when(changes)} has changed.")
        notes = self._health.notes(snapshot)
        if notes is not None:
            self.view.diagram.set_health(notes)

    def _say(self, text: str) -> None:
        """Say something beside the headline."""
        if self._hint.text() != text:
            self._hint.setText(text)
            self._hint.setToolTip(text)

    def set_motion(self, on: bool) -> None:
        """Switch the gliding of moved layers on or off."""
        self.view.set_motion(on)

    def set_badges(self, badges: Mapping[str, str]) -> None:
        """Show a warning mark on layers."""
        self.view.set_badges(badges)

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        keep_font(self._hint, body_font(theme, theme.size_small))
        self._head.setSpacing(theme.px(12))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self._rows.setContentsMargins(theme.px(20), theme.px(12), theme.px(12), 0)
        self._rows.setSpacing(theme.px(12))
        self.palette_row.apply_theme(theme)
        self.view.apply_theme(theme)
