"""Asks where something is to be written, and says in a sentence when it cannot be."""

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground import paths

UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What one system or another does not take in the name of a file."""

LONGEST = 80


def file_name(*words: str) -> str:
    """Return a name for a file made of what things are called, without an ending."""
    name = UNFIT.sub("-", " ".join(words)).strip(" .-")
    return name[:LONGEST].rstrip(" .-") or "untitled"


def ask_path(parent: QWidget, title: str, folder: str, name: str, kind: str, suffix: str) -> Path | None:
    """Ask for a file to write to; None when nothing is to be written.

    `kind` says what files of this ending are. A name without an ending gets it.
    """
    proposal = str(Path(folder) / f"{name}{suffix}") if folder else f"{name}{suffix}"
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposal, f"{kind} (*{suffix})")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == suffix else path.with_name(f"{path.name}{suffix}")


def write_or_complain(parent: QWidget, path: Path, content: bytes) -> bool:
    """Write a file in one stroke; when it fails, say why, leave what was there, and return False."""
    try:
        paths.write_atomically(path, content)
    except OSError as error:
        complain(parent, f"{path.name} was not written", in_words(path, error))
        return False
    return True


def in_words(path: Path, error: OSError) -> str:
    """Return why a file could not be written, and what to do."""
    why = error.strerror or str(error)
    return f"{path} could not be written: {why}. Choose another folder, or make room on the disk."


def complain(parent: QWidget, title: str, text: str) -> None:
    """Say what went wrong; nobody waits for an answer."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, text, QMessageBox.StandardButton.Close, parent)
    box.setObjectName("complaint")
    box.open()
