"""Gives each instrument a dock and an entry in the menu, and shows it the run while it is in sight."""

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget
from shiboken6 import isValid

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.instruments.context import Context
from playground.ui.instruments.table import PANELS, Panel
from playground.ui.panels.dock_title import DockTitle
from playground.ui.panels.inspector import USUAL_HEIGHT
from playground.ui.plots import PLOTS, Plot, PlotView
from playground.ui.run_view import RunView
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe

MOST_ABREAST = 3
"""Instruments that are put side by side; more share a place, with tabs."""
HEIGHT = 0.42
"""Part of the window's height that the first instrument is given."""
SMALL, LARGE = 700, 880
"""Heights of the window in usual pixels: in a small one there is no room below, in a large one for both."""

Kind = Plot | Panel


class InstrumentDesk(QObject):
    """Owns the docks of the instruments, which make their widgets when they are first shown.

    While a run plays, one instrument every other frame is drawn, in turn: however many are open, a frame
    takes little longer. What is not in sight is neither drawn nor asked for.

    Signals:
        look_changed(): `look` is another one.
        picture_asked(str): a picture of the plot with this key is wanted.
    """

    look_changed = Signal()
    picture_asked = Signal(str)

    def __init__(
        self, window: QMainWindow, context: Context, theme: Theme, menu: QMenu, docks: dict[str, QDockWidget]
    ) -> None:
        super().__init__(window)
        self._window, self._context, self._theme = window, context, theme
        self._inspector, self._output = docks["inspector"], docks["output"]
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._views: dict[str, RunView] = {}
        self._behind: list[str] = []
        self._rests = True
        self._motion = True
        kinds: list[Kind] = [*(plot for plot in PLOTS if plot.group == "instrument"), *PANELS]
        self.kinds = {kind.key: kind for kind in kinds}
        self.docks: dict[str, QDockWidget] = {}
        self.actions: dict[str, QAction] = {}
        menu.setToolTipsVisible(True)
        for kind in self.kinds.values():
            self._offer(kind, menu)
        context.selection.changed.connect(self._follow)

    def _offer(self, kind: Kind, menu: QMenu) -> None:
        """Make the entry and the dock of an instrument; its widget too, where it was open the last time."""
        key = kind.key
        self.actions[key] = action = menu.addAction(kind.label)
        action.setCheckable(True)
        action.setToolTip(kind.help)
        action.triggered.connect(lambda _on: self._open_or_close(key))
        self.docks[key] = dock = self._dock(kind)
        if not dock.isHidden():
            self._make(key)
            action.setChecked(True)
        dock.visibilityChanged.connect(lambda _on: self._sight_changed(key))

    def _dock(self, kind: Kind) -> QDockWidget:
        dock = QDockWidget(kind.label, self._window)
        dock.setObjectName(f"dock_instrument_{kind.key}")
        dock.setTitleBarWidget(DockTitle(dock, self._theme))
        dock.setWidget(QWidget())
        dock.toggleViewAction().setVisible(False)
        if not self._window.restoreDockWidget(dock):
            self._window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            dock.hide()
        return dock

    # Opening --------------------------------------------------------------------------------------------

    def _open_or_close(self, key: str) -> None:
        """Close what is in sight, and bring into sight what is not, be it only behind a tab."""
        if self.in_sight(key):
            self.docks[key].close()
        else:
            self.open(key)
        self.actions[key].setChecked(not self.docks[key].isHidden())

    def close_all(self) -> None:
        """Close every instrument."""
        for dock in self.docks.values():
            dock.close()

    def open(self, key: str) -> RunView:
        """Bring an instrument into sight, and return its widget."""
        dock = self.docks[key]
        if key not in self._views:
            self._make(key)
        if dock.isHidden():
            self._place(dock)
        dock.raise_()
        return self._views[key]

    def _place(self, dock: QDockWidget) -> None:
        """Put a dock beside the instruments that are open."""
        there = [
            other
            for other in self.docks.values()
            if other is not dock and not other.isHidden() and not other.isFloating()
        ]
        dock.show()
        if dock.isFloating():
            return
        if not there:
            self._place_first(dock)
        elif len(there) < MOST_ABREAST and not self._window.tabifiedDockWidgets(there[-1]):
            self._window.splitDockWidget(there[-1], dock, Qt.Orientation.Horizontal)
        else:
            self._window.tabifyDockWidget(there[-1], dock)  # a split among tabs would leave it behind them

    def _place_first(self, dock: QDockWidget) -> None:
        """Put a dock where there is room for it: below the inspector, over it, or over the output."""
        window, down = self._window, Qt.Orientation.Vertical
        high = window.height() / self._theme.scale
        if high < SMALL:
            window.tabifyDockWidget(self._output, dock)
            return
        height = max(dock.height(), round(window.height() * HEIGHT))
        if high < LARGE:
            window.tabifyDockWidget(self._inspector, dock)
            window.resizeDocks([dock], [height], down)
        else:
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock, down)
            window.resizeDocks([self._inspector, dock], [1, height], down)

    def _make(self, key: str) -> None:
        kind = self.kinds[key]
        view = kind.make(self._theme) if isinstance(kind, Plot) else kind.make(self._context, self._theme)
        describe(view, kind.label, "")
        view.setAccessibleDescription(kind.help)
        view.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock = self.docks[key]
        placeholder = dock.widget()
        dock.setWidget(view)
        placeholder.deleteLater()
        view.look_changed.connect(self.look_changed)
        if isinstance(view, PlotView):
            view.menu_asked.connect(lambda place, key=key: self._open_menu(key, place))
        view.set_motion(self._motion)
        self._views[key] = view
        self._begin(key)

    # Showing --------------------------------------------------------------------------------------------

    def in_sight(self, key: str) -> bool:
        """Return whether an instrument can be seen: it is open, and no tab covers it."""
        view = self._views.get(key)
        # A dock that is just being closed says so before what is in it is hidden.
        closed = view is None or self.docks[key].isHidden()
        return view is not None and not closed and view.isVisible() and not view.visibleRegion().isEmpty()

    @property
    def look(self) -> Look:
        """What the instruments in sight need from the run."""
        wanted = Look()
        for key, view in self._views.items():
            if self.in_sight(key):
                wanted |= view.look
        return wanted

    def start_run(self, prepared: Prepared) -> None:
        """Show the beginning of a run."""
        self._prepared, self._snapshot = prepared, None
        self._behind.clear()
        for key, action in self.actions.items():
            action.setEnabled(self._fits(key))
            if key in self._views:
                self._begin(key)
        self.look_changed.emit()

    def _begin(self, key: str) -> None:
        """Show a view the run as far as it is."""
        view = self._views[key]
        if self._prepared is None or not self._fits(key):
            view.clear()
            return
        view.start_run(self._prepared)
        view.show_layer(self._context.selection.layer)
        if self._snapshot is not None:
            view.show_snapshot(self._snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the state of the run: all of it in a pause, one instrument now and then while it plays."""
        self._snapshot = snapshot
        seen = [key for key in self._views if self._fits(key) and self.in_sight(key)]
        if snapshot.state != "playing":
            self._behind.clear()
            for key in seen:
                self._views[key].show_snapshot(snapshot)
            return
        # One takes about as long to draw as the rest of a frame: the next frame is left to itself.
        self._rests = not self._rests
        self._behind = [key for key in self._behind if key in seen] or seen
        if self._behind and not self._rests:
            self._views[self._behind.pop(0)].show_snapshot(snapshot)

    def clear(self) -> None:
        """Show nothing: there is no run."""
        self._prepared = self._snapshot = None
        for view in self._views.values():
            view.clear()

    def _follow(self) -> None:
        """Tell the views which layer is selected."""
        for key, view in self._views.items():
            if self._fits(key):
                view.show_layer(self._context.selection.layer)

    def set_motion(self, on: bool) -> None:
        """Let views glide from one picture to the next, or jump."""
        self._motion = on
        for view in self._views.values():
            view.set_motion(on)

    def _fits(self, key: str) -> bool:
        return self._prepared is not None and self.kinds[key].fits(self._prepared.plan)

    def _sight_changed(self, key: str) -> None:
        """Show what has happened meanwhile to what comes into sight, and ask for what it needs."""
        if not isValid(self.actions[key]):  # the window is being taken down
            return
        is_open = not self.docks[key].isHidden()
        was_open = self.actions[key].isChecked()
        self.actions[key].setChecked(is_open)
        if was_open and not any(action.isChecked() for action in self.actions.values()):
            # The last one gives back the height that the first one was given.
            least = [self._theme.px(USUAL_HEIGHT)]
            self._window.resizeDocks([self._inspector], least, Qt.Orientation.Vertical)
        if is_open and key not in self._views:  # a layout was restored in which it was open
            self._make(key)
        if key in self._views and self._snapshot is not None and self._fits(key):
            self._views[key].show_snapshot(self._snapshot)
        self.look_changed.emit()

    def _open_menu(self, key: str, place: QPoint) -> None:
        view = self._views[key]
        assert isinstance(view, PlotView)
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show everything", view.fit)
        menu.addAction("Export picture…", lambda: self.picture_asked.emit(key))
        menu.popup(place)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        for dock in self.docks.values():
            title = dock.titleBarWidget()
            assert isinstance(title, DockTitle)
            title.apply_theme(theme)
        for view in self._views.values():
            view.apply_theme(theme)
