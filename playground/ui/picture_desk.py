"""What can be taken away of a run besides its weights: pictures, its history, an animation, a report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from playground.export.history import history_names, write_history
from playground.export.model import ExportFailedError
from playground.settings import Settings
from playground.tables import by_key
from playground.ui.bridge import TrainingBridge
from playground.ui.dialogs.saving import ask_path, complain, file_name, write_or_complain
from playground.ui.document import Document
from playground.ui.keeper import Keeper
from playground.ui.seen import Seen
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.tokens import LIGHT
from playground.ui.widgets import Item

if TYPE_CHECKING:
    from playground.ui.dialogs.export_animation import AnimationDialog
    from playground.ui.dialogs.export_picture import PictureDialog
    from playground.ui.film import Script
    from playground.ui.main_window import MainWindow
    from playground.ui.panels.output_panel import OutputPanel
    from playground.ui.pictures import Drawing, Format

DIAGRAM, WINDOW = "diagram", "window"
DIAGRAM_ITEM = Item(DIAGRAM, "Network diagram", "All layers with what their neurons answer, and the weights.")
WINDOW_ITEM = Item(WINDOW, "The whole window", "Everything as it is laid out now.")
KINDS = {"png": "PNG picture", "svg": "SVG picture"}
NOTHING = "There is nothing to draw yet: the run has not begun. Put right what keeps it from being trained."


class PictureDesk(QObject):
    """Opens the dialogs, and writes what they ask for.

    `panel` is the panel of plots, once there is one.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        settings_asked(dict): the folder to be remembered.
    """

    noticed = Signal(str, bool)
    settings_asked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        bridge: TrainingBridge,
        keeper: Keeper,
        themes: ThemeManager,
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._bridge, self._keeper = window, document, bridge, keeper
        self._themes, self._settings = themes, settings
        self.panel: OutputPanel | None = None

    # Pictures -------------------------------------------------------------------------------------------

    def export_picture(self, key: str = "") -> None:
        """Ask which picture is wanted, beginning with the one named, else with the plot on screen."""
        seen = self._keeper.seen
        if seen is None or self.panel is None:
            self.noticed.emit(NOTHING, True)
            return
        from playground.ui.dialogs.export_picture import PictureDialog

        items = self.subjects(seen)
        wanted = key or self.panel.on_screen[0]
        first = wanted if wanted in [item.key for item in items] else items[0].key
        dialog = PictureDialog(self._window, items, first, self.drawn, self._themes.theme)
        dialog.asked.connect(lambda *asked: self._save_picture(dialog, *asked))
        dialog.open()

    def subjects(self, seen: Seen) -> list[Item]:
        """Return of what there can be a picture: the diagram, the plots that fit the run, the window."""
        from playground.ui.plots import PLOTS

        fitting = [plot for plot in PLOTS if plot.fits(seen.prepared.plan)]
        return [DIAGRAM_ITEM, *(Item(plot.key, plot.label, plot.help) for plot in fitting), WINDOW_ITEM]

    @contextmanager
    def drawn(self, key: str, as_on_screen: bool) -> Iterator["Drawing"]:
        """Yield a picture by its key; PictureError when there is nothing to draw any more."""
        from playground.ui import pictures
        from playground.ui.plots import PLOTS

        seen = self._keeper.seen
        if seen is None:
            raise pictures.PictureError(NOTHING)
        theme = self._themes.theme if as_on_screen else LIGHT
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            if key == WINDOW:
                with self._themes.lent(theme):
                    yield pictures.widget_drawing(self._window, "Window")
            elif key == DIAGRAM:
                yield pictures.diagram_drawing(theme, seen)
            else:
                plot = by_key(PLOTS, key, "plot")
                like = self.panel.view_of(key) if self.panel is not None else None
                with pictures.plot_drawing(plot, theme, seen, like, self._draws_ensemble()) as drawing:
                    yield drawing
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _draws_ensemble(self) -> bool:
        return self.panel is not None and self.panel.ensemble_option.isChecked()

    def _save_picture(
        self, dialog: "PictureDialog", key: str, kind: str, scale: float, as_on_screen: bool
    ) -> None:
        from playground.ui.pictures import PictureError, encoded

        try:
            with self.drawn(key, as_on_screen) as drawing:
                content = encoded(drawing, cast("Format", kind), scale)
        except PictureError as error:
            complain(dialog, "The picture was not written", str(error))
            return
        path = self._ask_path(dialog, "Export picture", drawing.name.lower(), KINDS[kind], f".{kind}")
        if path is not None and write_or_complain(dialog, path, content):
            dialog.accept()
            self.noticed.emit(f"Wrote {path.name}: {len(content) / 1000:,.0f} kB.", False)

    # History --------------------------------------------------------------------------------------------

    def export_history(self) -> None:
        """Ask for a file and write every point of the curves."""
        seen = self._keeper.seen
        if seen is None:
            self.noticed.emit("There is no history yet: the run has not begun.", True)
            return
        path = self._ask_path(self._window, "Export history as CSV", "history", "CSV", ".csv")
        if path is None:
            return
        history = seen.history
        metric = "accuracy" if seen.prepared.plan.task == "classification" else "r2"
        names = history_names(seen.prepared.watched, metric)
        columns = (
            history.epoch,
            history.train_loss,
            history.watched_loss,
            history.train_metric,
            history.watched_metric,
        )
        try:
            count = write_history(path, names, columns)
        except ExportFailedError as error:
            complain(self._window, "The history was not exported", str(error))
            return
        self.noticed.emit(f"Wrote {path.name}: {count:,} rows, read back, all equal.", False)

    # Animation ------------------------------------------------------------------------------------------

    def export_animation(self) -> None:
        """Ask what is to be filmed, and make the film; the open run goes on meanwhile."""
        seen = self._keeper.seen
        if seen is None or self.panel is None:
            self.noticed.emit(NOTHING, True)
            return
        from playground.ui.dialogs.export_animation import AnimationDialog

        items = [item for item in self.subjects(seen) if item.key != DIAGRAM]
        epochs = seen.snapshot.epoch or seen.experiment.epochs
        first = self.panel.on_screen[0]
        dialog = AnimationDialog(self._window, items, first, epochs, self._themes.theme)
        dialog.asked.connect(lambda script: self._film(dialog, script))
        dialog.told.connect(lambda text: self.noticed.emit(text, False))
        self._themes.theme_changed.connect(dialog.apply_theme)
        dialog.show()

    def _film(self, dialog: "AnimationDialog", script: "Script") -> None:
        from playground.ui.film import Film, PlotStage, Stage, WindowStage
        from playground.ui.plots import PLOTS

        film = dialog.film
        path = self._ask_path(dialog, "Export animation", "training", f"{film.label} film", film.suffix)
        if path is None:
            return
        experiment, key = self._document.experiment, dialog.what.key
        stage: Stage
        if key == WINDOW:
            stage = WindowStage(experiment, self._bridge.device, cast("MainWindow", self._window))
        else:
            plot, theme = by_key(PLOTS, key, "plot"), self._themes.theme if dialog.as_on_screen else LIGHT
            like = self.panel.view_of(key) if self.panel is not None else None
            stage = PlotStage(experiment, self._bridge.device, plot, theme, like)
        dialog.record(Film(stage, script, path, film, dialog))

    # Report ---------------------------------------------------------------------------------------------

    def export_report(self) -> None:
        """Ask for a file and write the report on the run."""
        seen = self._keeper.seen
        if seen is None:
            self.noticed.emit("There is nothing to report yet: the run has not begun.", True)
            return
        path = self._ask_path(self._window, "Export report", "report", "Web page", ".html")
        if path is None:
            return
        from playground.ui.report import report

        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            content = report(seen).encode("utf-8")
        finally:
            QGuiApplication.restoreOverrideCursor()
        if write_or_complain(self._window, path, content):
            self.noticed.emit(f"Wrote {path.name}: open it with any browser.", False)

    # Inside ---------------------------------------------------------------------------------------------

    def _ask_path(self, parent: QWidget, title: str, what: str, kind: str, suffix: str) -> Path | None:
        """Ask for a file, in the folder used last, and remember where it is."""
        name = file_name(self._document.experiment.name, what)
        path = ask_path(parent, title, self._settings().last_folder, name, {kind: suffix})
        if path is not None:
            self.settings_asked.emit({"last_folder": str(path.resolve().parent)})
        return path
