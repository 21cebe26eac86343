"""New, open, save, links: which file the experiment has, and what is asked before something is lost."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from playground.experiment import files, link_writer, links
from playground.experiment.model import Experiment
from playground.settings import Settings, with_recent_file
from playground.ui.dialogs.messages import show_notes
from playground.ui.document import Document

FILE_FILTER = f"Experiment (*{files.SUFFIX})"


class FileDesk(QObject):
    """The file behind the document. An example or a new experiment has none.

    Signals:
        title_changed(str, bool): the name to show, and whether there are changes that no file has.
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        settings_asked(dict): recent files and the last folder, to be remembered.
    """

    title_changed = Signal(str, bool)
    noticed = Signal(str, bool)
    settings_asked = Signal(object)

    def __init__(
        self, window: QWidget, document: Document, settings: Callable[[], Settings], last: Path | None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._settings = settings
        self._file: Path | None = None
        self.last = last
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
        self._show_untitled(experiment, f"Open example {experiment.name}")
        self.noticed.emit(experiment.about, False)

    def reopen_last(self) -> None:
        """Open the untitled experiment that was on screen when the window was last closed."""
        if self.last is None:
            return
        try:
            self._show_untitled(files.read(self.last), "Reopen the last experiment")
        except files.BadFileError as error:
            self._complain("The last experiment cannot be opened", str(error))

    def ask_and_open(self) -> None:
        """Ask for an experiment file and open it."""
        folder = self._settings().last_folder
        name, _ = QFileDialog.getOpenFileName(self._window, "Open experiment", folder, FILE_FILTER)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Open an experiment file; one that cannot be used leaves what is open untouched."""
        try:
            experiment = files.read(path)
        except files.BadFileError as error:
            self._complain("The file cannot be opened", str(error))
            return
        if self._may_discard():
            self._document.open(experiment)
            self.show_as_opened(path)

    def open_link(self, text: str) -> None:
        """Open what a TensorFlow Playground link stands for; Undo brings back what was open."""
        try:
            opened = links.read(text)
        except links.LinkError as error:
            self._complain("The link cannot be opened", str(error))
            return
        self._show_untitled(opened.experiment, "Open link")
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

    def show_as_opened(self, path: Path) -> None:
        """Treat the open experiment as the content of the file at `path`."""
        self._file = path.resolve()
        recent = with_recent_file(self._settings(), str(self._file)).recent_files
        self.settings_asked.emit({"recent_files": recent, "last_folder": str(self._file.parent)})
        self._document.set_saved()
        self.show_title()

    def _show_untitled(self, experiment: Experiment, text: str) -> None:
        """Show another experiment that belongs to no file: Save will ask where to."""
        self._file = None
        self._document.replace(experiment, text)
        self._document.undo_stack.resetClean()
        self.show_title()

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
        """Save to the file that was opened, or ask for one; False when it was not saved."""
        return self.save_as() if self._file is None else self._write(self._file)

    def save_as(self) -> bool:
        """Ask for a file and save to it; False when it was not saved."""
        proposal = Path(self._settings().last_folder) / f"{self._document.experiment.name}{files.SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save experiment", str(proposal), FILE_FILTER)
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix else path.with_suffix(files.SUFFIX))

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
        if self._file is not None:
            return self._may_discard()
        if self.last is not None and not self._document.is_saved:
            try:
                self.last.parent.mkdir(parents=True, exist_ok=True)
                files.write(self._document.complete, self.last)
            except OSError as error:
                reason = error.strerror or str(error)
                self._complain("The experiment could not be kept", f"{self.last}: {reason}.")
        return True

    def _write(self, path: Path) -> bool:
        try:
            files.write(self._document.complete, path)
        except OSError as error:
            self._complain("The experiment was not saved", f"{path}: {error.strerror or error}.")
            return False
        self.show_as_opened(path)
        self.noticed.emit(f"Saved {path.name}: data, layers and settings. Export keeps the weights.", False)
        return True

    def _may_discard(self) -> bool:
        """Ask what to do with unsaved changes, of a file or of an experiment that has none yet."""
        if self._document.is_saved:
            return True
        buttons = QMessageBox.StandardButton
        name = self._file.name if self._file else f"“{self._document.experiment.name}”, which has no file yet"
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"Save the changes to {name}?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        return self.save() if answer == buttons.Save else answer == buttons.Discard

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
