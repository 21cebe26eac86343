"""New, open, save, links: which file the experiment has, and what is asked before something is lost.

Files are projects: the experiment with its run, which goes on when it is opened. A path that ends in `.json`
gets the experiment alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from playground.experiment import files, link_writer, links
from playground.experiment.model import Experiment
from playground.export.importing import IMPORTERS, holds_network
from playground.settings import Settings, with_recent_file
from playground.training import imported, project
from playground.training.project import Project
from playground.ui.background import Background
from playground.ui.dialogs.messages import show_notes
from playground.ui.dialogs.saving import ask_path, file_name
from playground.ui.document import Document
from playground.ui.keeper import Keeper
from playground.ui.saving import Saved, Saving

NETWORKS = " ".join(f"*{importer.suffix}" for importer in IMPORTERS)
T = TypeVar("T")

OPEN_FILTER = (
    f"All that can be opened (*{project.SUFFIX} *{files.SUFFIX} {NETWORKS});;"
    f"Projects and experiments (*{project.SUFFIX} *{files.SUFFIX});;Trained networks ({NETWORKS})"
)
SAVE_KINDS = {"Project with its weights": project.SUFFIX, "Experiment without weights": files.SUFFIX}
OLD_LAST = "last-experiment.json"
"""What the last experiment was kept in before there were projects."""

READ_AT_ONCE = 300_000
"""Bytes of a project that are read within a frame."""

MOST_HOMES = 50
"""Steps that opened something else, across which an undo finds the file again."""

SOON_MS = 500
WAIT_SECONDS = 30.0


@dataclass(frozen=True, eq=False, slots=True)
class _Home:
    """What was open before another experiment took its place, and the file that it belongs to."""

    before: Experiment
    after: Experiment
    file: Path | None


class FileDesk(QObject):
    """The file behind the document. An example or a new experiment has none.

    `last` is where an untitled experiment is kept when the window closes.

    Signals:
        title_changed(str, bool): the name to show, and whether there are changes that no file has.
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        settings_asked(dict): recent files and the last folder, to be remembered.
        kept(): a file holds all there is now.
    """

    title_changed = Signal(str, bool)
    noticed = Signal(str, bool)
    settings_asked = Signal(object)
    kept = Signal()

    def __init__(
        self,
        window: QWidget,
        document: Document,
        keeper: Keeper,
        settings: Callable[[], Settings],
        last: Path | None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._keeper = keeper
        self._settings = settings
        self._file: Path | None = None
        self._saved_step = 0
        self._homes: list[_Home] = []
        self._is_saved = True
        self.last = last
        self._saving = Saving(keeper, self)
        self._reading = Background(self, "playground-reading", (files.BadFileError,))
        self._reading.done.connect(lambda show: show())
        self._reading.refused.connect(self._cannot_open)
        self._saving.finished.connect(self._show_saved)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(lambda: self.noticed.emit("Saving… You can go on meanwhile.", False))
        document.experiment_changed.connect(self._go_home)
        document.experiment_changed.connect(self.show_title)
        document.undo_stack.cleanChanged.connect(self.show_title)
        document.evaluated.connect(self.show_title)

    def show_title(self, *_change: object) -> None:
        """Tell the window what to call itself."""
        name = self._file.name if self._file else self._document.experiment.name
        self.title_changed.emit(name, self._file is not None and not self._document.is_saved)

    # Opening --------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Start with an empty diagram on the default data; Undo brings back what was open."""
        self._show_untitled(Experiment(), "New experiment")

    def open_example(self, name: str) -> None:
        """Open an example; Undo brings back what was open."""
        experiment = files.example(name)
        if self._show_untitled(experiment, f"Open example {experiment.name}"):
            self.noticed.emit(experiment.about, False)

    @property
    def last_there(self) -> Path | None:
        """The file with what was on screen, untitled, when a window was last closed; None without one."""
        if self.last is None:
            return None
        return next((path for path in (self.last, self.last.with_name(OLD_LAST)) if path.is_file()), None)

    def reopen_last(self) -> None:
        """Open what was on screen, untitled, when a window was last closed."""
        path = self.last_there
        if path is None:
            return
        try:
            self.open_untitled(project.read(path), "Reopen the last project")
        except files.BadFileError as error:
            self._complain("The last project cannot be opened", str(error))

    def open_untitled(self, opened: Project, text: str) -> bool:
        """Open a project that belongs to no file; Undo brings back what was open. False: it must wait."""
        if not self._show_untitled(opened.experiment, text):
            return False
        self._keeper.go_on_from(opened)
        return True

    def ask_and_open(self) -> None:
        """Ask for a file and open it."""
        folder = self._settings().last_folder
        name, _ = QFileDialog.getOpenFileName(self._window, "Open project", folder, OPEN_FILTER)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Open a project, an experiment or a trained network; what cannot be used leaves what is open.

        What may take longer than a frame is read beside the window.
        """
        if holds_network(path):
            around = self._document.experiment
            self._read_beside(path, lambda: imported.read(path, around), self._show_network)
        elif path.is_file() and path.stat().st_size > READ_AT_ONCE:
            self._read_beside(path, lambda: project.read(path), self._show_project)
        else:
            try:
                self._show_project(path, project.read(path))
            except files.BadFileError as error:
                self._cannot_open(str(error))

    def _read_beside(self, path: Path, read: Callable[[], T], show: Callable[[Path, T], None]) -> None:
        self.noticed.emit(f"Reading {path.name} …", False)
        self._reading.start(lambda _tell, _stop: partial(show, path, read()))

    def _cannot_open(self, words: str) -> None:
        self._complain("The file cannot be opened", words)

    def _show_project(self, path: Path, opened: Project) -> None:
        """Show a project or an experiment that was read."""
        if self._is_settled() and self._may_discard():
            self._document.open(opened.experiment)
            self._keeper.go_on_from(opened)
            self.show_as_opened(path, 0 if opened.standing is None else opened.standing.kept.step)
            self.noticed.emit(f"Opened {path.name}.", False)

    def _show_network(self, path: Path, read: tuple[Project, tuple[str, ...]]) -> None:
        """Show the network that was read; Undo brings back what was open."""
        opened, notes = read
        if not self._open_over(opened, path.name):
            return
        self.settings_asked.emit({"last_folder": str(path.resolve().parent)})
        self.noticed.emit(
            f"Opened {path.name}: it answers as it did where it was saved, and Play trains it on.", False
        )
        if notes:
            show_notes(self._window, f"Assumed about {path.name}", notes)

    def open_kept(self, opened: Project, name: str) -> None:
        """Show a run that was kept; Undo brings back what was open."""
        if self._open_over(opened, name):
            how = "where it stood: Play trains it on" if opened.standing else "untrained: Play trains it anew"
            self.noticed.emit(f"Opened “{name}” {how}.", False)

    def _open_over(self, opened: Project, name: str) -> bool:
        """Open a project that belongs to no file, asking first where no undo would bring back the run."""
        same = opened.experiment == self._document.experiment  # then there is no step to undo
        if same and self._keeper.step and not self._may_lose_training(name):
            return False
        return self.open_untitled(opened, f"Open {name}")

    def _may_lose_training(self, name: str) -> bool:
        """Ask before a network takes the place of the same one that has been trained on."""
        buttons = QMessageBox.StandardButton
        text = (
            f"{name} takes the place of what this network has learnt since, and Undo cannot bring that back."
        )
        answer = QMessageBox.question(
            self._window,
            "Open network",
            f"{text} Save it first?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return self._save_and_wait() if answer == buttons.Save else answer == buttons.Discard

    def open_link(self, text: str) -> None:
        """Open what a TensorFlow Playground link stands for; Undo brings back what was open."""
        try:
            opened = links.read(text)
        except links.LinkError as error:
            self._complain("The link cannot be opened", str(error))
            return
        if not self._show_untitled(opened.experiment, "Open link"):
            return
        self.settings_asked.emit(
            {"show_test_points": opened.show_test_points, "discretize": opened.discretize}
        )
        self.noticed.emit("Opened the link: points, first weights and rule are the page's own.", False)
        if opened.notes:
            show_notes(self._window, "Not taken over from the link", opened.notes)

    def paste_link(self) -> None:
        """Open the link on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if links.is_link(text):
            self.open_link(text)
        else:
            self.noticed.emit(
                "There is no TensorFlow Playground link on the clipboard: copy one from the browser first.",
                True,
            )

    def show_as_opened(self, path: Path, step: int = 0) -> None:
        """Treat what is open, trained for so many steps, as the content of the file at `path`."""
        self._belongs_to(path, step)
        self._document.set_saved()
        self.show_title()

    def _belongs_to(self, path: Path, step: int) -> None:
        self._file, self._saved_step = path.resolve(), step
        recent = with_recent_file(self._settings(), str(self._file)).recent_files
        self.settings_asked.emit({"recent_files": recent, "last_folder": str(self._file.parent)})

    def _show_untitled(self, experiment: Experiment, text: str) -> bool:
        """Show another experiment that belongs to no file: Save will ask where to. False: it must wait."""
        if not self._is_settled():
            return False
        before = self._document.experiment
        self._document.replace(experiment, text)
        self._homes = [*self._homes[-MOST_HOMES:], _Home(before, self._document.experiment, self._file)]
        self._file = None
        self._document.undo_stack.resetClean()
        self.show_title()
        return True

    def _go_home(self, old: Experiment, new: Experiment) -> None:
        """Let an undo that brings back what was open bring back its file, too; a redo leaves it again."""
        for home in self._homes:
            if old is home.after and new is home.before:
                self._file = home.file
            elif old is home.before and new is home.after:
                self._file = None

    def tell_what_is_left(self, old: Experiment, new: Experiment) -> None:
        """Say that an edit goes beyond what TensorFlow Playground can do."""
        if (old.training.rule, new.training.rule) == ("tensorflow_playground", "mini_batch"):
            self.noticed.emit(
                "This is beyond TensorFlow Playground's rule: from here on ordinary mini-batches train, "
                "shuffled for every epoch.",
                False,
            )

    # Saving ---------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Begin to save to the file that was opened, or ask for one; False when none was named."""
        return self.save_as() if self._file is None else self._write(self._file)

    def save_as(self) -> bool:
        """Ask for a file and begin to save to it; False when none was named."""
        name = file_name(self._document.experiment.name)
        path = ask_path(self._window, "Save project", self._settings().last_folder, name, SAVE_KINDS)
        return path is not None and self._write(path)

    def copy_link(self) -> None:
        """Copy a link to TensorFlow Playground, and say what it leaves out."""
        settings = self._settings()
        link, lost = link_writer.write(
            self._document.experiment, settings.show_test_points, settings.discretize
        )
        QGuiApplication.clipboard().setText(link)
        self.noticed.emit("Copied a link that opens this experiment in TensorFlow Playground.", False)
        if lost:
            show_notes(self._window, "Left out of the link", lost)

    def may_close(self) -> bool:
        """Ask about unsaved changes to a file.

        What has no file is kept for the next time instead: nobody wants to be asked about a bit of play.
        """
        if not self._is_settled():
            return False
        if self._file is not None:
            return self._may_discard()
        if self.last is not None and not (self._document.is_saved and self._keeper.step == 0):
            self._saving.begin(self.last)
            if not self._saving.wait(WAIT_SECONDS):
                self._complain("The project could not be kept", f"{self.last} could not be written in time.")
        return True

    def _write(self, path: Path) -> bool:
        self._soon.start()
        self._saving.begin(path)
        return True

    def _is_settled(self) -> bool:
        """Wait for what is being saved, before what is open gives way to something else."""
        if self._saving.wait(WAIT_SECONDS):
            return True
        self.noticed.emit("The project is still being saved: try again in a moment.", True)
        return False

    def _show_saved(self, saved: Saved) -> None:
        """Say what came of saving, and treat the file as the document's own unless it is the last one's."""
        self._soon.stop()
        self._is_saved = not saved.problem
        if saved.problem:
            self._complain("The project was not saved", saved.problem)
            return
        if saved.path == self.last:
            return
        self._belongs_to(saved.path, saved.draft.step)
        if saved.draft.experiment == self._document.complete:
            self._document.set_saved()
        else:
            self._document.undo_stack.resetClean()  # it was edited while it was being written
        self.show_title()
        is_project = saved.path.suffix.lower() == project.SUFFIX
        if is_project and self._keeper.step == saved.draft.step:
            self.kept.emit()
        holds = "data, layers and settings"
        if not is_project:
            holds += f". Save as {project.SUFFIX} to keep the weights too"
        elif saved.draft.standing is not None:
            holds = "data, layers, settings and weights"
        self.noticed.emit(f"Saved {saved.path.name}: {holds}.", False)

    @property
    def _has_trained_on(self) -> bool:
        """Whether the run is another than in its project file."""
        if self._file is None or self._file.suffix.lower() == files.SUFFIX:
            return False
        return self._keeper.step != self._saved_step

    def _may_discard(self) -> bool:
        """Ask what to do with unsaved changes, of a file or of an experiment that has none yet."""
        if self._document.is_saved and not self._has_trained_on:
            return True
        buttons = QMessageBox.StandardButton
        name = self._file.name if self._file else f"“{self._document.experiment.name}”, which has no file yet"
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"Save the changes to {name}?"
            if not self._document.is_saved
            else f"Save the training of {name}?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return self._save_and_wait() if answer == buttons.Save else answer == buttons.Discard

    def _save_and_wait(self) -> bool:
        """Save before what is open goes; False when it was not saved."""
        return self.save() and self._saving.wait(WAIT_SECONDS) and self._is_saved

    def _complain(self, title: str, text: str) -> None:
        self.noticed.emit(text, True)
        QMessageBox.warning(self._window, title, text)

    # Menus ----------------------------------------------------------------------------------------------

    def add_menus(self, menu: QMenu) -> None:
        """Add the examples and the recent files; both are looked up when the menu opens."""
        examples = menu.addMenu("Examples")
        examples.setToolTipsVisible(True)
        examples.aboutToShow.connect(lambda: self._fill_examples(examples))
        recent = menu.addMenu("Recent files")
        recent.setToolTipsVisible(True)
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))

    def _fill_examples(self, menu: QMenu) -> None:
        """List the examples by task, each with what it shows."""
        menu.clear()
        task = ""
        for name in files.examples():
            example = files.example(name)
            dataset = example.data.source
            if dataset.task != task:
                task = dataset.task
                menu.addSection(task.capitalize())
            action = menu.addAction(example.name)
            action.setToolTip(example.about)
            action.triggered.connect(lambda _=False, name=name: self.open_example(name))

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for name in self._settings().recent_files:
            action = menu.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, name=name: self.open_file(Path(name)))
        if not self._settings().recent_files:
            menu.addAction("No files yet").setEnabled(False)
