"""Asks where something is to be written, and says in a sentence when it cannot be."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground import paths

UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What one system or another does not take in the name of a file."""

LONGEST = 80
MOST_NAMED = 5


def file_name(*words: str) -> str:
    """Return a name for a file made of what things are called, without an ending."""
    name = UNFIT.sub("-", " ".join(words)).strip(" .-")
    return name[:LONGEST].rstrip(" .-") or "untitled"


def ask_path(parent: QWidget, title: str, folder: str, name: str, kinds: Mapping[str, str]) -> Path | None:
    """Ask for a file to write to; None when nothing is to be written.

    `kinds` are the endings by what files of them are; the first is proposed. A name that has no such ending
    gets that of the kind that was chosen. Of an ending in two parts (`.plain.py`) the last part will do.
    """
    endings = {f"{kind} (*{suffix})": suffix for kind, suffix in kinds.items()}
    first = next(iter(endings.values()))
    proposal = str(Path(folder) / f"{name}{first}")
    chosen, filter_ = QFileDialog.getSaveFileName(parent, title, proposal, ";;".join(endings))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() in {f".{suffix.rpartition('.')[2]}" for suffix in endings.values()}:
        return path
    path = path.with_name(f"{path.name}{endings.get(filter_, first)}")
    return path if may_replace(parent, [path]) else None  # the dialog asked about another name


def may_replace(parent: QWidget, targets: Sequence[Path]) -> bool:
    """Ask whether files that are there already may be replaced; True when there are none."""
    there = [path.name for path in targets if path.is_file()]
    if not there:
        return True
    more = f" and {len(there) - MOST_NAMED} more" if len(there) > MOST_NAMED else ""
    buttons = QMessageBox.StandardButton
    question = f"{', '.join(there[:MOST_NAMED])}{more} {'is' if len(there) == 1 else 'are'} there already."
    answer = QMessageBox.question(
        parent, "Replace files", f"{question} Replace?", buttons.Yes | buttons.No, buttons.No
    )
    return answer == buttons.Yes


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
