"""Measure how smoothly every page of the labs goes on while it plays at its fastest and its sliders move.

A frame is a tick of a timer that asks for the page to be painted sixty times a second: where it is late,
so would be the picture. A slot is one pass of the event loop. Compare figures of one machine only.
"""

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench_gui import Slots, allow_kernels, let_pass

if TYPE_CHECKING:
    from playground.ui.labs.page import LabPage
    from playground.ui.main_window import MainWindow

FRAME_MS = 16
MOVE_MS = 150
"""Between one move of a slider and the next."""
WARM_UP_SECONDS = 1.5
SWEPT = ("learning_rate", "0.001 to 1 in 40 log")


def main() -> int:
    """Print a line for each page; exit code 1 when one is slower than was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only the pages whose lab or page contains one of these")
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each page")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each (default: %(default)s)")
    parser.add_argument("--frames", type=float, default=0.0, help="fail below so many frames a second")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    allow_kernels(compiled_first=True)
    slowest = min(_measured(options), default=0.0)
    return 0 if slowest >= options.frames else 1


def _measured(options: argparse.Namespace) -> list[float]:
    from playground.app import make_application, make_window
    from playground.experiment import files
    from playground.settings import FLAT_OUT, Settings
    from playground.ui.labs.table import LABS

    window = make_window(make_application(), files.example("circle"), Settings(speed=FLAT_OUT))
    window.resize(1440, 900)
    window.show()
    while window.bridge.snapshot is None:
        let_pass(0.1)
    found = []
    slots = Slots()
    for lab in LABS:
        for page in lab.pages:
            name = f"{lab.key} {page.key}"
            if not options.words or any(word in name for word in options.words):
                figures = measure(window, lab.key, page.key, options.seconds, slots)
                found.append(figures["frames_per_second"])
                line = {"lab": lab.key, "page": page.key, **figures}
                print(json.dumps(line) if options.json else f"{name:34} {figures}", flush=True)
    slots.stop()
    window.close()
    return found


def measure(window: "MainWindow", lab: str, page: str, seconds: float, slots: Slots) -> dict[str, Any]:
    """Return the figures of one page, played and moved for so many seconds."""
    from PySide6.QtCore import Qt, QTimer

    opened = window.labs.open(lab, page)
    shown = opened.page
    ticks: list[float] = []
    beat = QTimer(interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(shown.update)
    beat.timeout.connect(lambda: ticks.append(time.perf_counter()))
    mover = QTimer(interval=MOVE_MS)
    mover.timeout.connect(Mover(shown).move)
    _set_off(shown)
    mover.start()
    let_pass(WARM_UP_SECONDS)
    beat.start()
    slots.begin()
    let_pass(seconds)
    longest = slots.longest
    beat.stop()
    mover.stop()
    shown.end()
    opened.close()
    gaps = sorted(1000 * (after - before) for before, after in itertools.pairwise(ticks))
    return {
        "frames_per_second": round(len(ticks) / seconds, 1),
        "p99_gap_ms": round(gaps[int(0.99 * (len(gaps) - 1))], 1),
        "longest_gap_ms": round(gaps[-1], 1),
        "longest_slot_ms": round(1000 * longest, 1) if slots.can_tell else None,
    }


class Mover:
    """Moves the sliders of a page one after the other, there and back, as a person tries them."""

    def __init__(self, page: "LabPage") -> None:
        from playground.ui.widgets import LabelledSlider

        self._sliders = page.findChildren(LabelledSlider)
        self._turn = 0

    def move(self) -> None:
        """Move the next slider by a step."""
        if not self._sliders:
            return
        slider = self._sliders[self._turn // 6 % len(self._sliders)].slider
        step = 1 if self._turn % 6 < 3 else -1
        self._turn += 1
        if slider.isVisible() and slider.isEnabled():
            slider.setValue(slider.value() + step * max(1, slider.maximum() // 12))


def _set_off(page: "LabPage") -> None:
    """Play at full speed, or make a sweep."""
    if page.transport is not None:
        speed = page.transport.speed
        speed.combo.setCurrentIndex(speed.combo.count() - 1)
        page.transport.set_playing(True)
    elif hasattr(page, "begin") and hasattr(page, "setup"):
        from playground.ui.labs.sweep.reading import thing_of
        from playground.ui.labs.sweep.values import read

        page.setup.rows[0].show_vary(read(thing_of(SWEPT[0]), SWEPT[1]))
        page.begin()


if __name__ == "__main__":
    sys.exit(main())
