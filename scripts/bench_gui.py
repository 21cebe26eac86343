"""Measure how smoothly the window draws while networks of three sizes train flat out.

A frame is a snapshot that was taken from the mailbox and painted with every plot and thumbnail live; gaps are
the times between two frames. A slot is one pass of the event loop, from the end of one wait for events to the
beginning of the next. The steps are compared in rounds: some seconds of the run alone, the window waiting,
then as many in the window; the share is the median over the rounds, for a machine's speed changes from second
to second. With `--instruments` the window trains for some seconds with all instruments closed, then for as
many with all open, each in a window of its own so that all are in sight. Compare figures of one machine only.
"""

import argparse
import ctypes
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.training.mailbox import Mailbox
    from playground.training.messages import Snapshot
    from playground.training.run import Run
    from playground.ui.main_window import MainWindow

Result = dict[str, Any]

CHUNK_SECONDS = 0.008  # a compiled kernel lets go of the interpreter for about so long
WARM_UP_SECONDS = 1.0
PAUSE_SECONDS = 0.3
"""Between training in the window and alone, for what a pause or a start asks for once."""
ROUNDS = 5
INSTRUMENT = (440, 340)
"""Size of the window of an instrument."""
RECORDED = 60
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Network:
    """What is trained: `make` returns the experiment."""

    key: str
    help: str
    make: Callable[[], "Experiment"]


def _default() -> "Experiment":
    from playground.experiment import files

    return files.example("circle")


def _deep() -> "Experiment":
    from playground.experiment import edits, files

    spiral = edits.set_dataset(files.example("circle"), "spiral")
    features = spiral.data.replace(features=tuple(one.key for one in spiral.data.known_features))
    return spiral.replace(data=features, layers=_layers(6, 8))


def _wide() -> "Experiment":
    return _default().replace(layers=_layers(3, 256))


def _layers(count: int, units: int) -> tuple[Any, ...]:
    from playground.experiment.model import Dense

    return tuple(Dense(id=f"hidden{number}", units=units) for number in range(1, count + 1))


NETWORKS = (
    Network("default", "the example the window opens with", _default),
    Network("deep", "the spiral with 7 features and 6 hidden layers of 8", _deep),
    Network("wide", "the circle with 3 hidden layers of 256", _wide),
)


def main() -> int:
    """Print the figures; exit code 1 when a limit was asked for and not kept."""
    options = _options()
    if options.network == "all":
        # Each in a process of its own: nothing of one is warm in the next.
        command = [sys.executable, __file__, *sys.argv[1:], "--network"]
        return max(subprocess.run([*command, n.key], check=False).returncode for n in NETWORKS)
    with _environment(options):
        rivals = not (options.still or options.cold)
        against = "closed" if options.instruments else "alone" if rivals else ""
        result = measure(options.network, options.seconds, options.size, options.still, options.cold, against)
    if options.json:
        print(json.dumps(result), flush=True)
    else:
        for key, value in result.items():
            print(f"{key:>26}  {value}")
        print(flush=True)
    good = result["frames_per_second"] >= options.frames and result["longest_gap_ms"] <= options.gap
    return 0 if good else 1


@contextmanager
def _environment(options: argparse.Namespace) -> Iterator[None]:
    """Set what has to be set before the libraries are loaded."""
    if not options.screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with tempfile.TemporaryDirectory() as folder:
        if options.cold:
            os.environ["NUMBA_CACHE_DIR"] = folder
        yield


def measure(
    network: str,
    seconds: float,
    size: tuple[int, int],
    still: bool = False,
    cold: bool = False,
    against: str = "",
) -> Result:
    """Open the window, train for `seconds` and return the figures.

    `still` hands in recorded snapshots in place of training, so that the window is measured alone; `cold`
    measures from the first Play on, without a run before it. The steps are compared with those of a run
    "alone", or with those in the same window with all instruments "closed".
    """
    experiment = next(n for n in NETWORKS if n.key == network).make()
    allow_kernels(compiled_first=not cold)
    with _replaying(record(experiment)) if still else nullcontext():
        rounds = _watch(experiment, seconds, size, cold, against)
    figures = {"network": network, "window": f"{size[0]}x{size[1]}"}
    return figures | _figures(rounds, against, trains=not still)


@dataclass(frozen=True, slots=True)
class Round:
    """Some seconds in the window: its frames (time, step), and what it took.

    `rival` is the rate in steps a second just before, without the window or with all instruments closed;
    `longest_slot` and `work`, the processor time of the window's thread, are in seconds.
    """

    frames: list[tuple[float, int]]
    rival: float | None
    longest_slot: float | None
    work: float

    @property
    def seconds(self) -> float:
        return self.frames[-1][0] - self.frames[0][0]

    @property
    def rate(self) -> float:
        return (self.frames[-1][1] - self.frames[0][1]) / self.seconds


def _figures(rounds: list[Round], against: str, trains: bool) -> Result:
    """Return what is printed."""
    import numpy as np

    gaps = np.concatenate([np.diff([moment for moment, _ in r.frames]) for r in rounds]) * 1000
    seconds, frames = sum(r.seconds for r in rounds), sum(len(r.frames) for r in rounds)
    slots = [r.longest_slot for r in rounds if r.longest_slot is not None]
    rivals = [r.rival for r in rounds if r.rival is not None]
    shares = [r.rate / r.rival for r in rounds if r.rival is not None]
    return {
        "seconds": round(seconds, 2),
        "frames_per_second": round(len(gaps) / seconds, 1),
        "median_gap_ms": round(float(np.median(gaps)), 1),
        "p99_gap_ms": round(float(np.percentile(gaps, 99)), 1),
        "longest_gap_ms": round(float(gaps.max()), 1),
        "longest_slot_ms": round(max(slots) * 1000, 1) if slots else None,
        "work_ms_per_frame": round(sum(r.work for r in rounds) / frames * 1000, 1),
        "steps_per_second": round(float(np.median([r.rate for r in rounds]))) if trains else None,
        f"steps_per_second_{against or 'alone'}": round(float(np.median(rivals))) if rivals else None,
        f"share_of_{against or 'alone'}": round(float(np.median(shares)), 2) if shares else None,
        "shares": [round(share, 2) for share in shares],
    }


def allow_kernels(compiled_first: bool) -> None:
    """Let the training use compiled kernels, as the program does; `compiled_first` waits for them."""
    from playground import paths
    from playground.engine.backends import compiled
    from playground.training.kernels import cache_folder, desk

    desk.allow(cache_folder(paths.cache_folder()))
    if compiled_first and not compiled.is_compiled("float32"):
        print("Compiling the kernels once; this takes about half a minute.", file=sys.stderr)
        subprocess.run(compiled.compiler("float32"), check=True)


# Runs without a window ----------------------------------------------------------------------------------


def steps_alone(run: "Run", seconds: float) -> float:
    """Return the steps a second of a run that nobody looks at; it is paused before and after."""
    from playground.training.messages import Pause, Play

    run.send(Play())
    then, first = time.perf_counter(), _fresh(run.mailbox).step
    time.sleep(seconds)
    now, last = time.perf_counter(), _fresh(run.mailbox).step
    run.send(Pause())
    return (last - first) / (now - then)


def record(experiment: "Experiment") -> list["Snapshot"]:
    """Return snapshots of the beginning of a real run."""
    with _playing(experiment) as run:
        return [_fresh(run.mailbox) for _ in range(RECORDED)]


@contextmanager
def _playing(experiment: "Experiment") -> Iterator["Run"]:
    from playground.experiment.prepare import prepare
    from playground.training.messages import Play
    from playground.training.run import Run

    run = Run(0, prepare(experiment))
    run.start()
    run.send(Play())
    try:
        yield run
    finally:
        run.stop(LONGEST_WAIT)


def _fresh(mailbox: "Mailbox") -> "Snapshot":
    """Return a snapshot that is made from now on."""
    from playground.training.messages import Snapshot

    mailbox.take()
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        message = mailbox.take()
        if isinstance(message, Snapshot) and message.state == "playing":
            return message
        time.sleep(0.002)
    raise TimeoutError("The run does not train.")


def _replaying(recorded: list["Snapshot"]) -> AbstractContextManager[object]:
    """While it lasts, the window's runs replay what was recorded."""
    return patch("playground.ui.bridge.Run", lambda number, *_, **__: Replay(number, recorded))


class Replay:
    """Stands in for a run: hands in recorded snapshots, and sleeps where a run would train."""

    def __init__(self, number: int, recorded: list["Snapshot"]) -> None:
        from playground.training.mailbox import Mailbox

        self.mailbox = Mailbox()
        self._number = number
        self._recorded = recorded
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._main, name="playground-replay", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, _command: object) -> None:
        """Nothing can be asked of it."""

    def request_stop(self) -> None:
        self._over.set()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _main(self) -> None:
        import numpy as np

        # There and back, so that no two neighbours are far apart.
        there_and_back = itertools.cycle([*self._recorded, *self._recorded[-2:0:-1]])
        epoch = 0
        for step, snapshot in enumerate(there_and_back, 1):
            time.sleep(CHUNK_SECONDS)
            if self._over.is_set():
                return
            if self.mailbox.is_empty:
                epochs = epoch + np.arange(1.0, len(snapshot.history) + 1)
                epoch += len(epochs)
                history = replace(snapshot.history, epoch=epochs, restart=False)
                self.mailbox.put(
                    replace(snapshot, run_id=self._number, step=step, epoch=epoch, history=history)
                )


# The window ---------------------------------------------------------------------------------------------


def _watch(
    experiment: "Experiment", seconds: float, size: tuple[int, int], cold: bool, against: str
) -> list[Round]:
    """Train in the window for so many seconds in all, in rounds where there is something to compare with."""
    from playground.app import make_application, make_window
    from playground.settings import FLAT_OUT, Settings
    from playground.training.messages import Pause
    from playground.ui.garbage import Collector

    application = make_application()
    window = make_window(application, experiment, Settings(speed=FLAT_OUT))
    window.resize(*size)
    window.show()
    while window.bridge.snapshot is None:
        let_pass(0.1)
    Collector.settle()  # as the program does a second after its start
    slots = Slots()
    if not cold:
        window.bridge.set_playing(True)
        let_pass(WARM_UP_SECONDS)
    frames = _count_frames(window)
    rounds = []
    count = ROUNDS if against else 1
    with _playing(experiment) if against == "alone" else nullcontext() as other:
        if other is not None:
            time.sleep(WARM_UP_SECONDS)
            other.send(Pause())
        for _ in range(count):
            rival = None
            if other is not None:
                window.bridge.set_playing(False)
                let_pass(PAUSE_SECONDS)
                rival = steps_alone(other, seconds / count)
            elif against == "closed":
                show_instruments(window, False)
                window.bridge.set_playing(True)
                let_pass(PAUSE_SECONDS)
                rival = _steps_in_window(window, seconds / count)
                show_instruments(window, True)
            window.bridge.set_playing(True)
            if not cold:
                let_pass(PAUSE_SECONDS)
            frames.clear()
            slots.begin()
            before = time.thread_time()
            let_pass(seconds / count)
            work = time.thread_time() - before
            rounds.append(Round(frames[:], rival, slots.longest if slots.can_tell else None, work))
    slots.stop()
    window.bridge.set_playing(False)
    window.close()
    window.deleteLater()
    return rounds


def show_instruments(window: "MainWindow", on: bool) -> None:
    """Open every instrument that fits the run in a window of its own, or close them all."""
    desk = window.instruments
    for key, dock in desk.docks.items():
        if not on:
            dock.close()
        elif desk.actions[key].isEnabled():
            desk.open(key)
            dock.setFloating(True)
            dock.resize(*INSTRUMENT)


def _steps_in_window(window: "MainWindow", seconds: float) -> float:
    """Return the steps a second of the window's run over so many seconds."""
    assert window.bridge.snapshot is not None
    then, first = time.perf_counter(), window.bridge.snapshot.step
    let_pass(seconds)
    return (window.bridge.snapshot.step - first) / (time.perf_counter() - then)


def let_pass(seconds: float) -> None:
    """Let the event loop run for so long."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _count_frames(window: "MainWindow") -> list[tuple[float, int]]:
    """Return a list that grows by (time, step) with each frame."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QAbstractScrollArea, QWidget

    from playground.ui.plots import BoundaryPlot

    frames: list[tuple[float, int]] = []

    class Painted(QObject):
        """Counts a frame when the output plot and the diagram have both been painted."""

        waiting: set[QWidget]

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                self.waiting.discard(watched)
                if not self.waiting and window.bridge.snapshot is not None:
                    self.waiting = set(viewports)
                    frames.append((time.perf_counter(), window.bridge.snapshot.step))
            return False

    plot = window.output_panel.findChild(BoundaryPlot)
    area = plot.findChild(QAbstractScrollArea) if plot is not None else None
    assert area is not None
    viewports = [window.network.view.viewport(), area.viewport()]
    painted = Painted(window)
    painted.waiting = set(viewports)
    for viewport in viewports:
        viewport.installEventFilter(painted)
    return frames


class Slots:
    """Times the passes of the event loop, where it is GLib's: it takes the place of the call that waits.

    That costs microseconds a pass. Seeing every event would cost milliseconds a frame.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import QAbstractEventDispatcher

        self.longest = 0.0
        self._began = time.perf_counter()
        kind = QAbstractEventDispatcher.instance().metaObject().className()
        self.can_tell = "Glib" in kind
        if self.can_tell:
            self._glib = ctypes.CDLL("libglib-2.0.so.0")
            signature = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
            self._wait = signature(("g_poll", self._glib))
            self._hook = signature(self._poll)
            self._set(self._hook)

    def begin(self) -> None:
        """Forget what was until now."""
        self.longest, self._began = 0.0, time.perf_counter()

    def stop(self) -> None:
        """Let GLib wait by itself again."""
        if self.can_tell:
            self._set(None)

    def _set(self, function: Any) -> None:
        setter = self._glib.g_main_context_set_poll_func
        setter.argtypes, setter.restype = [ctypes.c_void_p, ctypes.c_void_p], None
        setter(None, ctypes.cast(function, ctypes.c_void_p) if function is not None else None)

    def _poll(self, places: int, count: int, timeout: int) -> int:
        self.longest = max(self.longest, time.perf_counter() - self._began)
        ready: int = self._wait(places, count, timeout)
        self._began = time.perf_counter()
        return ready


# Options ------------------------------------------------------------------------------------------------


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each network")
    which = "; ".join(f"{network.key}: {network.help}" for network in NETWORKS)
    choices = [*(network.key for network in NETWORKS), "all"]
    parser.add_argument("--network", choices=choices, default="all", help=f"{which} (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long (default: %(default)s)")
    parser.add_argument("--size", type=_size, default=(1440, 900), help="the window's size, as 1440x900")
    parser.add_argument("--screen", action="store_true", help="on the real display instead of off screen")
    parser.add_argument("--still", action="store_true", help="replay recorded snapshots instead of training")
    parser.add_argument("--cold", action="store_true", help="from the first Play on, nothing compiled before")
    parser.add_argument("--instruments", action="store_true", help="with every instrument open, or closed")
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
