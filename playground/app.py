"""Composition root of the window: the only file that knows everybody."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from playground import paths
from playground.experiment import files
from playground.experiment.model import Experiment
from playground.export.importing import holds_network
from playground.settings import FLAT_OUT, Settings, SettingsStore
from playground.training import project
from playground.training.kernels import cache_folder as kernel_cache
from playground.training.kernels import desk
from playground.training.messages import Snapshot
from playground.training.project import Project
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.garbage import Collector
from playground.ui.main_window import MainWindow
from playground.ui.theme.manager import ThemeManager

DEFAULT_EXAMPLE = "circle"
SETTLE_MS = 1000
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter: short, so that the window gets its turn in time."""

ShowProgress = Callable[[str, int], AbstractContextManager[Callable[[int, float], None]]]
"""Makes a progress bar for a name and a number of epochs; what it yields is told the epoch and the loss."""


def make_application() -> QApplication:
    """Return the application, made and prepared once."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    if application.findChild(Collector) is None:
        Collector(application)
        application.setApplicationName("nn-playground")
        sys.setswitchinterval(SWITCH_SECONDS)
    return application


def make_window(
    application: QApplication,
    experiment: Experiment,
    settings: Settings | None = None,
    geometry: QSettings | None = None,
    last: Path | None = None,
    autosaves: Path | None = None,
) -> MainWindow:
    """Return the window with everything connected; a run begins, paused, when it is first shown."""
    settings = settings or Settings()
    themes = ThemeManager(application)
    document = Document(experiment)
    bridge = TrainingBridge(document, settings.device)
    window = MainWindow(document, bridge, themes, settings, geometry, last, autosaves)
    for child in (themes, document, bridge):
        child.setParent(window)
    return window


def open_window(
    experiment: Experiment | None, path: Path | None, link: str = "", rows: Path | None = None
) -> int:
    """Open the window, on a file, an example, a link or rows to import; return the exit code at the end."""
    application = make_application()
    desk.allow(kernel_cache(paths.cache_folder()))
    store = SettingsStore(paths.config_folder() / "settings.json")
    settings, messages = store.load()
    geometry = QSettings(str(paths.config_folder() / "window.ini"), QSettings.Format.IniFormat)
    last = paths.data_folder() / "last-project.nnp"
    shown = experiment or files.example(DEFAULT_EXAMPLE)
    autosaves = paths.data_folder() / "autosaves"
    window = make_window(application, shown, settings, geometry, last, autosaves)
    window.settings_changed.connect(lambda changed: _save(store, changed, window))
    holds_run = path is not None and (path.suffix.lower() == project.SUFFIX or holds_network(path))
    if path is not None and not holds_run:
        window.desk.show_as_opened(path)
    for message in messages:
        window.status.notice(message, warning=True)
    window.show()
    if path is not None and holds_run:
        window.desk.open_file(path)
    if link:
        window.desk.open_link(link)
    if rows is not None:
        QTimer.singleShot(0, lambda: window.imports.import_file(rows))
    QTimer.singleShot(SETTLE_MS, Collector.settle)
    QTimer.singleShot(2 * SETTLE_MS, lambda: desk.want(shown.training.precision))
    return application.exec()


def _save(store: SettingsStore, settings: Settings, window: MainWindow) -> None:
    try:
        store.save(settings)
    except OSError as error:
        window.status.notice(f"Your preferences cannot be kept: {error.strerror or error}.", warning=True)


def draw_picture(experiment: Experiment | None, picture: Path, progress: ShowProgress) -> int:
    """Train an experiment in the real window, off screen, with a progress bar; draw it and name the file."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_tell_what_matters)
    application = make_application()
    experiment = experiment or files.example(DEFAULT_EXAMPLE)
    window = make_window(application, experiment, Settings(speed=FLAT_OUT))
    window.show()
    with progress(experiment.name, experiment.epochs) as update:
        train_in_window(window, experiment.epochs, update)
    saved = window.grab().save(str(picture), "PNG")
    window.close()
    if not saved:
        sys.stderr.write(f"playground: {picture} could not be written.\n")
        return 2
    sys.stdout.write(f"Drew the window into {picture.resolve()}\n")
    return 0


def draw_report(what: Project, report: Path, progress: ShowProgress, evaluate: bool = False) -> int:
    """Write the report on the run of a project; what has not been trained is, in the real window off screen.

    With `evaluate` the test rows are asked in the end. Return the exit code: 2 when it cannot be written.
    """
    from playground.ui.report import write_report

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_tell_what_matters)
    window = make_window(make_application(), what.experiment, Settings(speed=FLAT_OUT))
    window.show()
    if what.standing is None:
        with progress(what.experiment.name, what.experiment.epochs) as update:
            train_in_window(window, what.experiment.epochs, update)
    else:
        _go_on_from(window, what)
    if evaluate:
        _evaluate(window)
    seen = window.keeper.seen
    problem = "there is nothing to report: the run did not begin." if seen is None else ""
    try:
        if seen is not None:
            write_report(report, seen)
    except OSError as error:
        problem = f"{report} could not be written: {error.strerror or error}."
    window.close()
    window.deleteLater()
    if problem:
        sys.stderr.write(f"playground: {problem}\n")
        return 2
    sys.stdout.write(f"Wrote the report to {report.resolve()}\n")
    return 0


def _go_on_from(window: MainWindow, what: Project) -> None:
    """Show the run of a project as it stood, and wait until it is there."""
    loop, before = QEventLoop(), window.bridge.snapshot
    stops = (window.bridge.failed, window.bridge.cannot_train)
    for signal in stops:
        signal.connect(loop.quit)

    def look(snapshot: Snapshot) -> None:
        if before is None or snapshot.run_id != before.run_id:
            loop.quit()

    window.bridge.snapshot_arrived.connect(look)
    window.desk.open_untitled(what, "Open project")
    loop.exec()
    window.bridge.snapshot_arrived.disconnect(look)
    for signal in stops:
        signal.disconnect(loop.quit)


def _tell_what_matters(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Print Qt's messages but for those about what a screen would have and this one has not."""
    if not text.startswith("This plugin does not support"):
        sys.stderr.write(f"{text}\n")


def train_in_window(window: MainWindow, epochs: int, update: Callable[[int, float], None]) -> None:
    """Play until `epochs` are done, with the event loop running; returns when the last frame is shown."""
    loop = QEventLoop()

    def look(snapshot: Snapshot) -> None:
        update(snapshot.epoch, window.bridge.curves.last_train_loss)
        if snapshot.state == "paused" and (snapshot.epoch >= epochs or snapshot.problem or snapshot.stopped):
            loop.quit()

    window.bridge.snapshot_arrived.connect(look)
    stops = (window.bridge.failed, window.bridge.cannot_train)
    for signal in stops:
        signal.connect(loop.quit)
    window.bridge.play_until(epochs)
    loop.exec()
    for signal in stops:
        signal.disconnect(loop.quit)
    window.bridge.snapshot_arrived.disconnect(look)


def _evaluate(window: MainWindow) -> None:
    """Ask the test rows, and wait for what they say."""
    if window.bridge.prepared is None or not window.bridge.prepared.has_validation:
        return
    loop = QEventLoop()
    window.document.evaluated.connect(loop.quit)
    window.bridge.evaluate()
    loop.exec()
    window.document.evaluated.disconnect(loop.quit)
