"""What is dropped on the window."""

from PySide6.QtGui import QDropEvent

from playground.experiment.links import is_link


def dropped_file(event: QDropEvent) -> str:
    """Return the path of the one file that is dropped, "" when it is something else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""


def can_be_opened(event: QDropEvent) -> bool:
    """Return whether one file or a link is dropped."""
    return bool(dropped_file(event)) or is_link(event.mimeData().text())
