"""Measure how smoothly the window draws while the default example trains flat out.

A frame is a snapshot that was taken from the mailbox and painted with every plot and thumbnail live; gaps are
the times between two frames. Compare figures of one run only: machines differ.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> int:
    """Print the figures; exit code 1 when a limit was asked for and not kept."""
    options = _options()
    if not options.screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    result = measure(options.example, options.seconds, options.size)
    if options.json:
        print(json.dumps(result))
    else:
        for key, value in result.items():
            print(f"{key:>20}  {value}")
    good = result["frames_per_second"] >= options.frames and result["longest_gap_ms"] <= options.gap
    return 0 if good else 1


def measure(example: str, seconds: float, size: tuple[int, int]) -> dict[str, float | int | str]:
    """Open the window, train for `seconds` after a second of warming up, and return the figures."""
    import numpy as np
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
    from PySide6.QtWidgets import QAbstractScrollArea, QWidget

    from playground.app import make_application, make_window
    from playground.experiment import files
    from playground.ui.plots import BoundaryPlot

    application = make_application()
    window = make_window(application, files.example(example))
    window.resize(*size)
    window.show()
    frames: list[float] = []
    steps: list[int] = []

    loop = QEventLoop()
    window.bridge.set_playing(True)
    QTimer.singleShot(1000, loop.quit)
    loop.exec()

    class Painted(QObject):
        """Counts a frame when the output plot and the diagram have both been painted."""

        def __init__(self) -> None:
            super().__init__()
            self.waiting = set(viewports)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                self.waiting.discard(watched)
                if not self.waiting and window.bridge.snapshot is not None:
                    self.waiting = set(viewports)
                    frames.append(time.perf_counter())
                    steps.append(window.bridge.snapshot.step)
            return False

    plot = window.output_panel.findChild(BoundaryPlot)
    area = plot.findChild(QAbstractScrollArea) if plot is not None else None
    assert area is not None
    viewports = [window.network.view.viewport(), area.viewport()]
    painted = Painted()
    for viewport in viewports:
        viewport.installEventFilter(painted)
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    window.bridge.set_playing(False)
    window.close()
    window.deleteLater()
    gaps = np.diff(frames) * 1000
    duration = frames[-1] - frames[0]
    return {
        "example": example,
        "window": f"{size[0]}x{size[1]}",
        "seconds": round(duration, 2),
        "frames_per_second": round((len(frames) - 1) / duration, 1),
        "median_gap_ms": round(float(np.median(gaps)), 1),
        "p99_gap_ms": round(float(np.percentile(gaps, 99)), 1),
        "longest_gap_ms": round(float(gaps.max()), 1),
        "steps_per_second": round((steps[-1] - steps[0]) / duration),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--example", default="circle", help="the example to train (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=8.0, help="how long to measure (default: %(default)s)"
    )
    parser.add_argument("--size", type=_size, default=(1440, 900), help="the window's size, as 1440x900")
    parser.add_argument("--screen", action="store_true", help="on the real display instead of off screen")
    parser.add_argument("--frames", type=float, default=0.0, help="fail below so many frames a second")
    parser.add_argument("--gap", type=float, default=1e9, help="fail above a gap of so many milliseconds")
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900") from None


if __name__ == "__main__":
    sys.exit(main())
