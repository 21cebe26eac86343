"""Draw the real window in many states into PNG files, to be looked at after every change that shows."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shots import SHOTS, Shot

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from playground.ui.main_window import MainWindow


def draw(shot: Shot, folder: Path) -> Path:
    """Open a window for one shot, train it, and write what it looks like."""
    from PySide6.QtCore import QEventLoop, QTimer

    from playground.app import make_application, make_window, train_in_window
    from playground.experiment import files
    from playground.settings import FLAT_OUT, Settings

    application = make_application()
    settings = Settings(**{"speed": FLAT_OUT, **shot.settings})  # type: ignore[arg-type]
    window = make_window(application, shot.edit(files.example(shot.example)), settings)
    window.resize(*shot.size)
    window.show()
    train_in_window(window, shot.epochs, lambda _epoch, _loss: None)
    shot.arrange(window)
    settle = QEventLoop()
    QTimer.singleShot(700, settle.quit)
    settle.exec()
    path = folder / f"{shot.name}.png"
    if not _picture(window).save(str(path), "PNG"):
        raise OSError(f"{path} could not be written")
    window.bridge.close()
    window.deleteLater()
    return path


def _picture(window: "MainWindow") -> "QPixmap":
    """Return the lab that is open, or the window with the pop-up or the dialog that is open over it."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication, QDialog, QWidget

    shown: QWidget = next((lab for lab in window.labs.windows.values() if lab.isVisible()), window)
    picture = shown.grab()
    painter = QPainter(picture)
    for over in (*QApplication.topLevelWidgets(), *window.findChildren(QDialog)):
        if over.isVisible() and (isinstance(over, QDialog) or over.windowType() == Qt.WindowType.Popup):
            painter.drawPixmap(shown.mapFromGlobal(over.pos()), over.grab())
    painter.end()
    return picture


def main() -> int:
    """Draw all shots, or those whose names contain one of the words given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    parser.add_argument("words", nargs="*", help="draw only the shots whose names contain one of these")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program itself does
    options.folder.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        if not options.words or any(word in shot.name for word in options.words):
            print(draw(shot, options.folder), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
