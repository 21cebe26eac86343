"""What `shots.py` does to a window to show how things come in and go out: data, exports, code."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.ui.main_window import MainWindow

KINDS = ("setosa", "versicolor", "virginica")


FLOWERS = "id;sepal length;sepal width;petal length;garden;species\n" + "".join(
    f"{n};{5 + n % 9 / 10 + n % 3:g};{3.4 + n % 7 / 10:g};{1.4 + 2 * (n % 3) + n % 5 / 10:g};"
    f"{'south' if n % 4 else 'north'};{KINDS[n % 3]}\n".replace(".", ",")
    for n in range(1, 145)
)


DAMAGE = (
    "145;;3,1;4,5;north;virginica\n146;5,1;3,x;1,4;south;setosa\n147;5,9;3,0\n148;6,2;3,4;5,4;;virginica\n"
)


def import_flowers(window: "MainWindow") -> None:
    """Open the import on a file some of whose first rows are damaged."""
    from PySide6.QtCore import QEventLoop, QTimer

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flowers.csv"
        header, rows = FLOWERS.split("\n", 1)
        path.write_text(f"{header}\n{DAMAGE}{rows}", encoding="utf-8")
        window.imports.import_file(path)
        reading = QEventLoop()
        QTimer.singleShot(700, reading.quit)
        reading.exec()


def repair_flowers(window: "MainWindow") -> None:
    from playground.ui.dialogs.import_data import REPAIR, ImportDialog

    import_flowers(window)
    for dialog in window.findChildren(ImportDialog):
        dialog.faults_choice.chips[REPAIR].click()


def use_flowers(window: "MainWindow") -> None:
    from playground.ui.dialogs.import_data import ImportDialog

    import_flowers(window)
    for dialog in window.findChildren(ImportDialog):
        dialog.accept()


def export(*formats: str) -> Callable[["MainWindow"], None]:
    """Return what opens the export of the network and writes some formats."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        from playground.ui.dialogs.export_network import ExportDialog

        window.actions_by_key["export"].trigger()
        dialog = window.findChild(ExportDialog)
        assert dialog is not None
        for row in dialog.rows:
            row.box.setChecked(row.exporter.key in formats)
        with tempfile.TemporaryDirectory() as folder:
            dialog.folder.setText(folder)
            dialog.start()
            while dialog.close_button.text() != "Close":
                writing = QEventLoop()
                QTimer.singleShot(100, writing.quit)
                writing.exec()
        dialog.folder.setText(str(Path("Documents") / "networks"))

    return arrange


def code(language: str = "keras", trained: bool = False, edit: bool = True) -> Callable[["MainWindow"], None]:
    """Return what shows the network as code, with a layer that has just been widened."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtWidgets import QApplication

        from playground.experiment import edits

        window.actions_by_key["code"].trigger()
        panel = window.code.panel
        panel.languages.chips[language].click()
        QApplication.processEvents()
        if trained:
            panel.trained.click()
        elif edit:
            layers = window.document.experiment.layers
            window.document.edit("Widen", edits.set_units, layers[0].id, 6)

    return arrange


def long_names(experiment: "Experiment") -> "Experiment":
    """Return the experiment with rows of one's own: fifty columns with long names, one that does not vary."""
    import numpy as np

    from playground.data import Table
    from playground.experiment import edits

    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(3000, 50)) @ rng.normal(size=(50, 50)) * np.logspace(-2, 5, 50) + 40
    inputs[:, 7] = 3.0
    names = tuple(f"mean concentration of analyte {n} in the sample (µg per litre)" for n in range(1, 51))
    target = inputs[:, 3] * 2 + inputs[:, 9] / 30 + rng.normal(size=3000)
    table = Table("Laboratory", names, inputs, "total burden of the river (kg per year)", target)
    return edits.set_data(edits.set_table(experiment, table), scaling="standard")


def export_picture(key: str, kind: str = "png") -> Callable[["MainWindow"], None]:
    """Return what opens the dialog that exports a picture."""

    def arrange(window: "MainWindow") -> None:
        from playground.ui.dialogs.export_picture import PictureDialog

        window.pictures.export_picture(key)
        for dialog in window.findChildren(PictureDialog):
            dialog.format.chips[kind].click()

    return arrange


def export_animation(window: "MainWindow") -> None:
    """Open the dialog that exports an animation, and let it film a few frames."""
    from PySide6.QtCore import QEventLoop, QTimer

    from playground.export.film import FILMS
    from playground.ui.dialogs.export_animation import AnimationDialog
    from playground.ui.film import Film, PlotStage, Script
    from playground.ui.plots import PLOTS
    from playground.ui.theme import tokens

    window.pictures.export_animation()
    plot = next(plot for plot in PLOTS if plot.key == "boundary")
    for dialog in window.findChildren(AnimationDialog):
        stage = PlotStage(window.document.experiment, "auto", plot, tokens.LIGHT, None)
        path = Path(tempfile.gettempdir()) / "never-written.gif"
        film = Film(stage, Script(40, 2, 10.0, 1.0), path, FILMS[0], dialog)
        dialog.record(film)
        filming = QEventLoop()
        QTimer.singleShot(2500, filming.quit)
        filming.exec()
        film.cancel()


def ask_animation(window: "MainWindow") -> None:
    window.pictures.export_animation()
