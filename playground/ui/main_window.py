"""The main window: lays out the panels, and says what every action does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPixmapCache,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QToolBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from playground.data.importing import is_rows_file
from playground.experiment import edits
from playground.experiment.check import check
from playground.experiment.diff import redealt
from playground.experiment.model import SEED, Experiment
from playground.experiment.painting import painted_table
from playground.experiment.prepare import Prepared
from playground.settings import Settings
from playground.training.messages import Failure, Look, Snapshot
from playground.training.remedies import Remedy
from playground.ui.actions import ACTIONS, MENUS, make_actions, set_icons, show_undo_texts
from playground.ui.autosave import Autosave
from playground.ui.bridge import TrainingBridge
from playground.ui.code_desk import CodeDesk
from playground.ui.compare_desk import CompareDesk
from playground.ui.device_menu import DeviceMenu
from playground.ui.diagram.panel import NetworkPanel
from playground.ui.dialogs.messages import show_about, show_failure, show_shortcuts, wants_back
from playground.ui.document import Document
from playground.ui.drops import can_be_opened, dropped_file
from playground.ui.explore_desk import ExploreDesk
from playground.ui.export_desk import ExportDesk
from playground.ui.file_desk import FileDesk
from playground.ui.import_desk import ImportDesk
from playground.ui.instruments.context import Context
from playground.ui.keeper import Keeper
from playground.ui.keyboard import TypingEnd, belongs_to
from playground.ui.labs.desk import LabDesk
from playground.ui.panels.data_panel import DataPanel
from playground.ui.panels.dock_title import DockTitle, fill_dock
from playground.ui.panels.inspector import USUAL_HEIGHT, Inspector
from playground.ui.panels.status import StatusLine
from playground.ui.panels.time_strip import TimeStrip
from playground.ui.panels.top_bar import TopBar
from playground.ui.picture_desk import DIAGRAM, PictureDesk
from playground.ui.runs import RunShelf
from playground.ui.selection import Selection
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.menu import ThemeMenu
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.instruments.desk import InstrumentDesk
    from playground.ui.panels.output_panel import OutputPanel

LAYOUT_VERSION = 1
UNSEEN = ("offscreen", "minimal")
"""Platforms on which nobody can answer a question."""
FRAME = 36
KEPT_PICTURES = (
    64_000  # kilobytes in which Qt keeps cards, points and axes: its own limit is for coarse screens
)


class MainWindow(QMainWindow):
    """The window.

    Signals:
        settings_changed(Settings): something to be remembered has changed.
    """

    settings_changed = Signal(object)

    def __init__(
        self,
        document: Document,
        bridge: TrainingBridge,
        themes: ThemeManager,
        settings: Settings,
        geometry: QSettings | None = None,
        last: Path | None = None,
        autosaves: Path | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        QPixmapCache.setCacheLimit(KEPT_PICTURES)
        self.document, self.bridge, self.themes, self.settings = document, bridge, themes, settings
        self.selection = Selection(document, self)
        self._geometry = geometry
        self.keeper = Keeper(document, bridge, self)
        self.runs = RunShelf(self)
        self.desk = FileDesk(self, document, self.keeper, lambda: self.settings, last)
        self.autosave = None if autosaves is None else Autosave(self.keeper, autosaves, self)
        self.imports = ImportDesk(self, document, lambda: self.settings, lambda: themes.theme)
        self.exports = ExportDesk(self, document, bridge, lambda: self.settings, themes)
        self.explore = ExploreDesk(self, document, bridge, themes)
        self.comparisons = CompareDesk(self, document, bridge, self.runs, themes)
        self.labs = LabDesk(self, document, self.desk, self.keeper, lambda: self.settings, themes)
        self.explore.row_chosen.connect(self.selection.choose_example)
        self.pictures = PictureDesk(self, document, bridge, self.keeper, themes, lambda: self.settings)
        self.code = CodeDesk(self, document, bridge, themes, lambda: self.settings.last_folder)
        self._output_panel: OutputPanel | None = None
        self._instruments: InstrumentDesk | None = None
        self._completed = False
        self._since: float | None = None
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.actions_by_key = make_actions(self, self._handlers())
        self._make_panels(themes.theme)
        self._make_menus()
        self._connect()
        self.apply_theme(themes.theme)
        self._take_settings()
        self._show_undo_texts()
        self.desk.show_title()
        self._show_what_fits()
        self.actions_by_key["reopen_last"].setEnabled(self.desk.last_there is not None)
        # The frame round the window takes room, too.
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize() - QSize(0, FRAME)))
        self._first_state = self.saveState(LAYOUT_VERSION)
        self._laid_out = self._restore_geometry()
        self.network.view.setFocus()

    # Making ---------------------------------------------------------------------------------------------

    def _make_panels(self, theme: Theme) -> None:
        self.top_bar = TopBar(self.document, self.actions_by_key, theme)
        bar = QToolBar("Training")
        bar.setObjectName("top_tool_bar")
        bar.setMovable(False)
        bar.addWidget(self.top_bar)
        bar.toggleViewAction().setVisible(False)
        self.addToolBar(bar)
        self.network = NetworkPanel(self.document, self.selection, theme)
        self.setCentralWidget(self.network)
        self.data_panel = DataPanel(self.document, theme)
        self.inspector = Inspector(self.document, self.selection, theme)
        self.status = StatusLine(lambda: self.bridge.curves, theme)
        area = Qt.DockWidgetArea
        self.docks = {
            "data": self._dock("Data", self.data_panel, area.LeftDockWidgetArea),
            "output": self._dock("Output", QWidget(), area.RightDockWidgetArea),
            "inspector": self._dock("Inspector", self.inspector, area.BottomDockWidgetArea),
        }
        self.code.place(
            self._dock("Code", self.code.panel, area.BottomDockWidgetArea), self.docks["inspector"]
        )
        title = self.docks["inspector"].titleBarWidget()
        assert isinstance(title, DockTitle)
        self.inspector.title_changed.connect(title.label.setText)
        self.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
        self.time = TimeStrip(self.actions_by_key, theme)
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.time)
        rows.addWidget(self.status)
        self.statusBar().addWidget(below, 1)
        self.statusBar().setSizeGripEnabled(False)

    def _complete(self) -> None:
        """Make the plots and start: their library takes a sixth of a second, so the window is shown first."""
        from playground.ui.instruments.desk import InstrumentDesk
        from playground.ui.panels.output_panel import OutputPanel

        panel = OutputPanel(self.document, self.selection, self.themes.theme)
        panel.set_options(self.settings)
        panel.options_changed.connect(lambda options: self._change_settings(**options))
        panel.ensemble_chosen.connect(self.bridge.show_ensemble)
        panel.evaluation_asked.connect(self.bridge.evaluate)
        self.bridge.setting_changed.connect(panel.mark)
        self.data_panel.paint_asked.connect(panel.painting.begin_blank)
        paint = self.actions_by_key["paint"]
        panel.output_choice.paint_button.setDefaultAction(paint)
        panel.painting.strip.clear.setDefaultAction(self.actions_by_key["clear_points"])
        panel.painting.toggled.connect(paint.setChecked)
        panel.painting.noticed.connect(self.status.notice)
        placeholder = self.docks["output"].widget()
        fill_dock(self.docks["output"], panel)
        placeholder.deleteLater()
        panel.picture_asked.connect(self.pictures.export_picture)
        self.pictures.panel = panel
        self._output_panel = panel
        context = Context(
            self.document,
            self.selection,
            self.bridge,
            self.keeper,
            lambda *said: self.status.notice(*said),
            self.runs,
        )
        desk = InstrumentDesk(self, context, self.themes.theme, self._instruments_menu, self.docks)
        panel.look_changed.connect(lambda _look: self._ask_to_look())
        desk.look_changed.connect(self._ask_to_look)
        desk.picture_asked.connect(self.pictures.export_picture)
        self._instruments = desk
        desk.set_motion(self.settings.motion)
        self.apply_theme(self.themes.theme)
        self.bridge.start()
        if self.autosave is not None:
            self._keep_as_you_go(self.autosave)

    def _keep_as_you_go(self, autosave: Autosave) -> None:
        """Offer what the last window left behind, then keep what is open."""
        autosave.troubled.connect(lambda text: self.status.notice(text, warning=True))
        self.desk.kept.connect(autosave.forget)
        if QApplication.platformName() not in UNSEEN:
            autosave.offer(
                lambda name: wants_back(self, name),
                lambda left: self.desk.open_untitled(left, "Reopen"),
                self.desk.last,
            )
            self.actions_by_key["reopen_last"].setEnabled(self.desk.last_there is not None)
        autosave.start()

    @property
    def output_panel(self) -> "OutputPanel":
        """The panel of plots; there is none before the window was first shown."""
        if self._output_panel is None:
            raise RuntimeError("The plots are made when the window is first shown.")
        return self._output_panel

    @property
    def instruments(self) -> "InstrumentDesk":
        """What owns the instruments; there is none before the window was first shown."""
        if self._instruments is None:
            raise RuntimeError("The instruments are made when the window is first shown.")
        return self._instruments

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock_{title.lower()}")
        fill_dock(dock, widget)
        dock.setTitleBarWidget(DockTitle(dock, self.themes.theme))
        self.addDockWidget(area, dock)
        return dock

    def _make_menus(self) -> None:
        menus = {title: self.menuBar().addMenu(title) for title in MENUS}
        for spec in ACTIONS:
            menu = menus[spec.menu]
            if spec.separator_before:
                menu.addSeparator()
            menu.addAction(self.actions_by_key[spec.key])
            if spec.key == "open":
                self.desk.add_menus(menu)
        menus["Train"].addSeparator()
        self.device_menu = DeviceMenu(lambda: self.bridge.device, self)
        self.device_menu.chosen.connect(self._set_device)
        menus["Train"].addMenu(self.device_menu)
        menus["View"].addSeparator()
        for dock in self.docks.values():
            menus["View"].addAction(dock.toggleViewAction())
        self._instruments_menu = menus["View"].addMenu("Instruments")
        self.theme_menu = ThemeMenu(self)
        self.theme_menu.chosen.connect(lambda key: self._change_settings(theme=key))
        menus["View"].addMenu(self.theme_menu)

    def _connect(self) -> None:
        self.document.experiment_changed.connect(self.status.drop_notice)
        self.document.experiment_changed.connect(self._show_what_fits)
        self.document.experiment_changed.connect(self._tell_of_fresh_start)
        self.document.experiment_changed.connect(self.desk.tell_what_is_left)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._keep_focus)
        self.document.refused.connect(lambda text: self.status.notice(text, warning=True))
        stack = self.document.undo_stack
        stack.indexChanged.connect(self._show_undo_texts)
        self.desk.title_changed.connect(self._show_title)
        self.network.view.picture_asked.connect(lambda: self.pictures.export_picture(DIAGRAM))
        for desk in (self.desk, self.imports, self.exports, self.pictures):
            desk.noticed.connect(self.status.notice)
            desk.settings_asked.connect(lambda changes: self._change_settings(**changes))
        self.code.noticed.connect(self.status.notice)
        for notices in (self.runs.noticed, self.comparisons.noticed, self.labs.noticed):
            notices.connect(self.status.notice)
        self.runs.open_asked.connect(lambda run: self.desk.open_kept(run.project, run.name))
        self.bridge.run_started.connect(self._start_run)
        self.bridge.snapshot_arrived.connect(self._show_snapshot)
        self.bridge.playing_changed.connect(self.top_bar.set_playing)
        self.bridge.preparing.connect(self.status.show_preparing)
        self.bridge.cannot_train.connect(self._cannot_train)
        self.bridge.failed.connect(self._show_failure)
        self.top_bar.speed_chosen.connect(lambda speed: self._change_settings(speed=speed))
        self.status.findings.chosen.connect(self._try)
        self.time.look_asked.connect(self.bridge.look_back)
        self.time.changes_chosen.connect(self._show_changes)
        self.data_panel.look.clicked.connect(self.explore.open)
        self.themes.theme_changed.connect(self.apply_theme)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "new": self.desk.new,
            "open": self.desk.ask_and_open,
            "reopen_last": self.desk.reopen_last,
            "save": self.desk.save,
            "save_as": self.desk.save_as,
            "export": self.exports.export_network,
            "export_picture": self.pictures.export_picture,
            "export_history": self.pictures.export_history,
            "export_animation": self.pictures.export_animation,
            "export_report": self.pictures.export_report,
            "import_data": self.imports.ask_and_import,
            "export_data": self.exports.export_rows,
            "paste_data": self.imports.paste,
            "quit": self.close,
            "undo": self.document.undo_stack.undo,
            "redo": self.document.undo_stack.redo,
            "paste_link": self.desk.paste_link,
            "copy_link": self.desk.copy_link,
            "paint": lambda: self.output_panel.painting.toggle(),
            "clear_points": lambda: self.output_panel.painting.clear(),
            "add_layer": lambda: self.network.view.keys.add_layer(),
            "remove_layer": lambda: self.network.view.keys.remove_layer(),
            "add_neuron": lambda: self.network.view.keys.change_units(1),
            "remove_neuron": lambda: self.network.view.keys.change_units(-1),
            "freeze": lambda: self.network.view.keys.toggle_frozen(),
            "switch_neuron": lambda: self.network.view.keys.toggle_neuron(),
            "switch_link": lambda: self.network.view.keys.toggle_link(),
            "set_weight": lambda: self.network.view.touch.open_first(),
            "new_weights": self.new_weights,
            "new_data": lambda: self.data_panel.draw_new_sample(),
            "play": lambda: self.bridge.set_playing(not self.bridge.playing),
            "step_epoch": self.bridge.step_epoch,
            "step_batch": self.bridge.step_batch,
            "rewind": self.bridge.rewind,
            "keep_run": lambda: self.runs.keep(self.keeper, self.bridge),
            "remedy": lambda: self.status.findings.try_first(),
            "look_back": lambda: self.time.step(-1),
            "look_forward": lambda: self.time.step(1),
            "back_to_now": lambda: self.bridge.look_back(None),
            "resume_here": self.bridge.resume,
            "compare": self.comparisons.compare,
            "many_seeds": self.comparisons.try_seeds,
            "evaluate": self.bridge.evaluate,
            "zoom_in": lambda: self.network.view.zoom.zoom_in(),
            "zoom_out": lambda: self.network.view.zoom.zoom_out(),
            "zoom_fit": lambda: self.network.view.zoom.fit(),
            "look_at_data": self.explore.open,
            "code": self.code.toggle,
            "projector": lambda: self._change_settings(projector=not self.settings.projector),
            "motion": lambda: self._change_settings(motion=not self.settings.motion),
            "full_screen": self._toggle_full_screen,
            "restore_panels": self.restore_panels,
            "shortcuts": lambda: show_shortcuts(self),
            "about": lambda: show_about(self),
            **self.labs.handlers,
        }

    # Runs -----------------------------------------------------------------------------------------------

    def _ask_to_look(self) -> None:
        """Have the run answer what all views in sight show."""
        self.bridge.look(self.output_panel.look | self.instruments.look | Look(since=self._since))

    def _show_changes(self, since: float | None) -> None:
        """Have diagram and output show what the last epochs have changed; None: the run itself."""
        self._since = since
        self._ask_to_look()

    def _start_run(self, prepared: Prepared, continues: bool) -> None:
        self.network.start_run(prepared)
        self.output_panel.start_run(prepared, continues)
        self.instruments.start_run(prepared)
        self.inspector.start_run(prepared)
        self.data_panel.split.start_run(prepared)
        self.actions_by_key["evaluate"].setEnabled(prepared.has_validation)
        self.status.start_run(prepared)
        self.time.watched = prepared.watched
        for problem in prepared.problems:
            if problem.where == "device":
                self.status.notice(problem.message, warning=True)

    def _cannot_train(self, reason: str) -> None:
        self.status.show_error(reason)
        self.actions_by_key["evaluate"].setEnabled(False)
        self.instruments.clear()
        if painted_table(self.document.experiment.data) is not None:
            self.output_panel.show_blank()
            self.data_panel.split.clear()

    def _tell_of_fresh_start(self, old: Experiment, new: Experiment) -> None:
        """Say why the network begins afresh, which no other edit of the same data brings about."""
        if old.data.dataset == new.data.dataset and redealt(old.data, new.data):
            self.status.notice(
                "Other rows judge now, so the network begins afresh: it may have learnt from them.",
                False,
            )

    def _show_what_fits(self, *_change: object) -> None:
        """Show what is unwise about the experiment, and offer only commands that make sense for it."""
        problems = check(self.document.experiment)
        self.status.show_experiment(self.document.experiment)
        self.network.set_badges({problem.where: problem.message for problem in problems})
        dataset = self.document.experiment.data.source
        self.actions_by_key["new_data"].setEnabled(not dataset.fixed_samples)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.network.show_snapshot(snapshot)
        self.output_panel.show_snapshot(snapshot)
        self.instruments.show_snapshot(snapshot)
        self.inspector.show_snapshot(snapshot)
        self.top_bar.show_snapshot(snapshot)
        self.status.show_snapshot(snapshot)
        self.time.show_snapshot(snapshot)

    def _try(self, remedy: Remedy) -> None:
        """Do what was proposed, and say so."""
        if remedy.change is not None and not self.document.edit(remedy.label, remedy.change):
            return
        if remedy.command:
            playing = self.bridge.playing
            {"recover": self.bridge.recover, "rewind": self.bridge.rewind}[remedy.command]()
            if playing:
                self.bridge.set_playing(True)
        undo = " Undo (Ctrl+Z) takes the setting back." if remedy.change is not None else ""
        self.status.notice(f"Done: {remedy.label[:1].lower()}{remedy.label[1:]}.{undo}")

    def _show_failure(self, failure: Failure) -> None:
        self.status.show_error(failure.message)
        show_failure(self, failure)

    def new_weights(self) -> None:
        """Draw other starting weights: the next seed."""
        seed = (self.document.experiment.training.seed + 1) % SEED[1]
        self.document.edit("New starting weights", edits.set_seed, seed)

    # Files ----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one dropped file, or a link."""
        if can_be_opened(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped file or link, or import dropped rows."""
        event.acceptProposedAction()
        path = dropped_file(event)
        if not path:
            self.desk.open_link(event.mimeData().text())
        elif is_rows_file(Path(path)):
            self.imports.import_file(Path(path))
        else:
            self.desk.open_file(Path(path))

    # Settings -------------------------------------------------------------------------------------------

    def _change_settings(self, **changes: object) -> None:
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        scale = self.themes.theme.scale
        self._take_settings()
        if self.themes.theme.scale != scale:
            self._share_width()
        self.settings_changed.emit(self.settings)

    def _take_settings(self) -> None:
        settings = self.settings
        self.themes.set_preference(settings.theme)  # type: ignore[arg-type]
        self.themes.set_projector(settings.projector)
        self.theme_menu.mark(settings.theme)
        self.actions_by_key["projector"].setChecked(settings.projector)
        self.actions_by_key["motion"].setChecked(settings.motion)
        self.network.set_motion(settings.motion)
        self.top_bar.set_speed(settings.speed)
        self.bridge.set_speed(settings.speed)
        if self._instruments is not None:
            self._instruments.set_motion(settings.motion)
        if self._output_panel is not None:
            self._output_panel.set_options(settings)

    def _set_device(self, key: str) -> None:
        self.bridge.set_device(key)
        self._change_settings(device=key)

    # Showing --------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        set_icons(self.actions_by_key, theme)
        for panel in (
            self.network,
            self.data_panel,
            self._output_panel,
            self.inspector,
            self.status,
            self.time,
            self.top_bar,
            self._instruments,
        ):
            if panel is not None:
                panel.apply_theme(theme)
        for dock in self.docks.values():
            title = dock.titleBarWidget()
            assert isinstance(title, DockTitle)
            title.apply_theme(theme)
        self.data_panel.setMinimumWidth(theme.px(236))
        self.docks["output"].widget().setMinimumWidth(theme.px(300))

    def _share_width(self) -> None:
        """Give the panels at the sides their usual width; the diagram has the rest."""
        theme = self.themes.theme
        self.resizeDocks(
            [self.docks["data"], self.docks["output"]],
            [theme.px(252), max(theme.px(340), round(self.width() * 0.32))],
            Qt.Orientation.Horizontal,
        )
        self.resizeDocks([self.docks["inspector"]], [theme.px(USUAL_HEIGHT)], Qt.Orientation.Vertical)

    def _show_undo_texts(self, *_change: object) -> None:
        show_undo_texts(self.actions_by_key, self.document.undo_stack)

    def _show_title(self, name: str, modified: bool) -> None:
        self.setWindowTitle(f"{name}[*] – Neural-network playground")
        self.setWindowModified(modified)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_by_key["full_screen"].setChecked(self.isFullScreen())

    def restore_panels(self) -> None:
        """Put every panel back where it was at first."""
        self.instruments.close_all()
        self.restoreState(self._first_state, LAYOUT_VERSION)
        self._share_width()

    def _restore_geometry(self) -> bool:
        """Put the window where it was; False when it has never been anywhere."""
        if self._geometry is None:
            return False
        geometry, state = self._geometry.value("geometry"), self._geometry.value("state")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return False
        return self.restoreGeometry(geometry) and self.restoreState(state, LAYOUT_VERSION)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the width when the window is first shown: before that nobody knows how wide it is."""
        super().showEvent(event)
        if not self._laid_out:
            self._laid_out = True
            self._share_width()
        if not self._completed:
            self._completed = True
            TypingEnd(self)
            QTimer.singleShot(0, self._complete)

    def _keep_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Give the keyboard to the diagram when nothing else has it, so that its keys always work.

        When a panel that has it is closed, Qt gives it to the next control: Space would rewind the training.
        """
        if new is None:
            free = self.isActiveWindow() and QApplication.activePopupWidget() is None
        else:
            hidden = [dock for dock in self.findChildren(QDockWidget) if dock.isHidden()]
            gone = old is not None and isValid(old) and any(dock.isAncestorOf(old) for dock in hidden)
            free = gone and new.window() is self
        if free:
            self.network.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Let the focused control have its own keys before the shortcuts."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_key and belongs_to(QApplication.focusWidget(), cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, remember the layout, and stop the training thread."""
        if not self.desk.may_close():
            event.ignore()
            return
        if self._geometry is not None:
            self._geometry.setValue("geometry", self.saveGeometry())
            self._geometry.setValue("state", self.saveState(LAYOUT_VERSION))
        self.comparisons.close()
        self.labs.close()
        self.bridge.close()
        if self.autosave is not None:
            self.autosave.close()
        super().closeEvent(event)
