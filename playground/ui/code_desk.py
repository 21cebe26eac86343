"""Keeps the panel "Code" to the experiment on screen, while it is shown, and saves what it shows."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMessageBox, QTabBar, QToolButton

from playground import paths
from playground.export import ExportFailedError, export, script_exporter
from playground.export.code import SCRIPTS, Script
from playground.export.code.recipe import recipe_of, recipe_of_pipeline
from playground.export.model import TrainedModel, trained_model
from playground.export.pipeline import pipeline_of
from playground.tables import by_key
from playground.ui.background import Background
from playground.ui.bridge import TrainingBridge
from playground.ui.dialogs.saving import ask_path, file_name
from playground.ui.document import Document
from playground.ui.panels.code_panel import CodePanel
from playground.ui.panels.dock_title import DockTitle
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe

MOST_SHOWN = 1000
"""Weights beyond which the panel only names them."""
LIVE_MS = 400
"""How often trained weights are written anew while they change."""
BEGINNINGS = ("model = ", "class Network(", "a0 = ", "W1 = ", "# What was learnt", "# Before training")
"""What the lines begin with at which the network begins."""
UNTRAINED = "# There are no trained weights to show yet: press Play, or Step.\n"


class CodeDesk(QObject):
    """Writes the script when the experiment has changed and the panel is in sight.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
    """

    noticed = Signal(str, bool)

    def __init__(
        self,
        window: QMainWindow,
        document: Document,
        bridge: TrainingBridge,
        themes: ThemeManager,
        folder: Callable[[], str],
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._bridge = window, document, bridge
        self._themes, self._folder = themes, folder
        self._dock: QDockWidget | None = None
        self._shown: tuple[str, bool] | None = None
        self.panel = CodePanel(themes.theme)
        self.panel.chosen.connect(self.refresh)
        self.panel.save_asked.connect(self._ask_and_save)
        self._live = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._live.timeout.connect(self.refresh)
        self._background = Background(self, "playground-code", (ExportFailedError,))
        self._background.done.connect(lambda said: self.noticed.emit(str(said), False))
        self._background.refused.connect(self._refuse)
        document.experiment_changed.connect(lambda _old, _new: self.refresh())
        bridge.snapshot_arrived.connect(self._follow)
        themes.theme_changed.connect(self._apply_theme)

    def place(self, dock: QDockWidget, beside: QDockWidget) -> None:
        """Take the dock of the panel, which shares the place of another one and is hidden at first."""
        self._dock = dock
        self._window.tabifyDockWidget(beside, dock)
        for tabs in self._window.findChildren(QTabBar):
            for arrow in tabs.findChildren(QToolButton):
                describe(arrow, arrow.accessibleName(), "Show more of the panels that share this place.")
        dock.hide()
        dock.visibilityChanged.connect(lambda _visible: self.refresh())
        dock.toggleViewAction().setVisible(False)

    def toggle(self) -> None:
        """Bring the panel into sight, or hide it when it is there."""
        dock = self._dock
        assert dock is not None
        if self._in_sight():
            dock.hide()
            return
        dock.show()
        dock.raise_()
        wanted = max(dock.height(), round(self._window.height() * 0.4))
        self._window.resizeDocks([dock], [wanted], Qt.Orientation.Vertical)

    def _in_sight(self) -> bool:
        return self.panel.isVisible() and not self.panel.visibleRegion().isEmpty()

    # Showing --------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the script of the experiment as it is now, unless nobody can see it."""
        if not self.panel.isVisible():
            return
        chosen = self.panel.languages.key, self.panel.trained.isChecked()
        same = chosen == self._shown
        self.panel.view.show_code(self.text(MOST_SHOWN), mark=same and not chosen[1])
        if not same:
            self.panel.view.go_to(BEGINNINGS)
        self._shown = chosen

    def text(self, most: int | None = None) -> str:
        """Return the script that is chosen; with `most`, larger weights are only named.

        While an edit has outdated the weights, it is the script that trains.
        """
        script = self._script
        if not self.panel.trained.isChecked() or self._bridge.is_outdated:
            return script.training(recipe_of(self._document.experiment))
        snapshot, prepared = self._bridge.snapshot, self._bridge.prepared
        if snapshot is None or prepared is None:
            return UNTRAINED
        pipeline = pipeline_of(self._document.experiment, prepared, snapshot.weights, snapshot.biases)
        return script.trained(recipe_of_pipeline(pipeline), most)

    @property
    def _script(self) -> Script:
        return by_key(SCRIPTS, self.panel.languages.key, "script")

    def _follow(self, _snapshot: object) -> None:
        """Write trained weights anew, a little later: they change many times a second."""
        if self.panel.isVisible() and self.panel.trained.isChecked() and not self._live.isActive():
            self._live.start()

    def _apply_theme(self, theme: Theme) -> None:
        self.panel.apply_theme(theme)
        title = self._dock.titleBarWidget() if self._dock is not None else None
        if isinstance(title, DockTitle):
            title.apply_theme(theme)

    # Saving ---------------------------------------------------------------------------------------------

    def _ask_and_save(self) -> None:
        """Ask for a file and write what is on screen; a script with weights is run and compared first."""
        if self._background.is_busy:
            self.noticed.emit("The last script is still being read back: wait a moment.", True)
            return
        script, trains = self._script, not self.panel.trained.isChecked()
        name, kinds = file_name(self._document.experiment.name), {f"{script.label} script": script.suffix}
        path = ask_path(self._window, "Save the script", self._folder(), name, kinds)
        if path is not None:
            self.save(path, script, trains)

    def save(self, path: Path, script: Script, trains: bool) -> None:
        """Write a script: the one that trains as it is, the one with weights after it was run alone."""
        try:
            if trains:
                paths.write_atomically(path, self.text().encode("utf-8"))
                self.noticed.emit(f"Wrote {path.name}.", False)
                return
            model = self._model()
        except (OSError, ExportFailedError) as error:
            self._refuse(f"{path} could not be written: {error}")
            return
        self.noticed.emit(f"Running {path.name} by itself, to compare what it answers …", False)
        form = script_exporter(script)
        self._background.start(lambda _tell, _stop: f"Wrote {path.name}: {export(model, path, form)}.")

    def _model(self) -> TrainedModel:
        """Return the network as it was last shown; ExportFailedError when there is none."""
        if self._bridge.is_outdated:
            raise ExportFailedError("the network is just being made anew. Try again in a moment.")
        snapshot, prepared = self._bridge.snapshot, self._bridge.prepared
        if snapshot is None or prepared is None:
            raise ExportFailedError("there is no trained network yet. Press Play, or Step.")
        return trained_model(self._document.experiment, prepared, snapshot.weights, snapshot.biases)

    def _refuse(self, words: str) -> None:
        QMessageBox.warning(self._window, "The script was not written", words)
